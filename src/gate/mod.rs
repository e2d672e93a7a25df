//! Gates at work: which gates a subject needs, what their keys are, and which evidence satisfies them.
//!
//! Domain layer. `inputs` digests what a gate reads.

pub mod inputs;
