#![no_main]

#[allow(dead_code, reason = "each target runs one of the entries")]
#[path = "../../entries/mod.rs"]
mod entries;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| entries::plan(bytes));
