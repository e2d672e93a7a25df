//! Markdown and YAML as documents with places.
//!
//! Ground layer: the home of pulldown-cmark and the YAML crates.
