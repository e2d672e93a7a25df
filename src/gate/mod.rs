//! Gates at work: which gates a subject needs, what their keys are, and which evidence satisfies them.
//!
//! Domain layer. Reads plan, policy, roster, evidence and waivers; `judge/` puts requirements together to a verdict.
//! `inputs` digests what a gate reads, `definition` what a gate is, `assess` compares both with the evidence.

pub mod assess;
pub mod codes;
pub mod definition;
pub mod inputs;
pub mod reports;
pub mod waivers;
pub mod work;
