//! Buffers: the safety of single tasks taken out and put where it protects the whole.
//!
//! Domain layer; pure. Each task is planned at what it takes in half of all cases, and the difference to a safe figure goes,
//! as one buffer, behind the critical chain (the project buffer) and behind each chain that feeds it. `chains` finds the
//! chains and `size` the buffers; `zone` tells by how fast a buffer is used up against the work done whether to act.

mod chains;
mod size;
mod zone;

use super::Minutes;
pub use crate::policy::{Border, Sizing, Zones};
pub use chains::{Chain, Chains, Feeding, chains};
pub use size::Trimmed;
pub use zone::{Fever, Zone};
