//! Values of our own as YAML. Files a person wrote are never written this way.

use serde_json::Value;
use serde_saphyr::{FlowMap, FlowSeq};

/// Writes a value as YAML in block style, one key a line.
pub use serde_saphyr::to_string as block;

/// Writes a JSON value as one line of YAML in flow style, quoted so that any reader takes it for the same.
///
/// ```
/// let line = passmuster::doc::yaml::flow(&serde_json::json!({"run": "a: b", "inputs": ["src/"]}));
/// assert_eq!(line, "{run: \"a: b\", inputs: [src/]}");
/// ```
pub fn flow(value: &Value) -> String {
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    let written = match value {
        Value::Object(map) => serde_saphyr::to_string_with_options(&FlowMap(map), options),
        Value::Array(list) => serde_saphyr::to_string_with_options(&FlowSeq(list), options),
        other => serde_saphyr::to_string_with_options(other, options),
    };
    written.expect("JSON values have no part that YAML cannot write").trim_end().to_owned()
}
