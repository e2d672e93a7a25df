//! SSH signatures: made by `ssh-keygen`, so that agents and hardware keys work; checked in process.
//!
//! Edge. The home of ssh-key. What is signed, and whose keys count, is decided in the domain; here bytes meet
//! keys. Key types that ssh-key cannot check (RSA, hardware keys, larger curves) are given to `ssh-keygen`.

mod keygen;
mod signer;
mod verifier;

pub use signer::Signer;
pub use verifier::{Verifier, public_key_of};

#[cfg(test)]
mod tests;
