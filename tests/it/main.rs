//! Integration tests: real Git, real files, the real binary.
