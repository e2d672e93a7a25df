//! Every importer: the first byte chooses which.
#![no_main]

#[allow(dead_code, reason = "each target runs one of the entries")]
#[path = "../../entries/mod.rs"]
mod entries;

use passmuster::import::Origin;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let [choice, rest @ ..] = bytes {
        entries::import(Origin::ALL[usize::from(*choice) % Origin::ALL.len()], rest);
    }
});
