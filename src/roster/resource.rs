//! Things that items use, and how many items can use each at once.

use super::codes;
use super::parse::Reader;
use crate::diag::Severity;
use crate::doc::yaml::{Fields, Node};
use crate::id::GateName;
use crate::text::Spanned;

/// Something that items name under `uses`. What the roster does not list only one item can use at a time.
#[derive(Clone, Debug)]
pub struct Resource {
    pub name: Spanned<String>,
    /// Items that can use it at once, at least one.
    pub capacity: u32,
    /// The gate whose command finds out whether it is there.
    pub check: Option<Spanned<GateName>>,
}

/// More at once count as this many.
const MOST: u64 = 1_000;

fn gate(reader: &mut Reader<'_>, text: Spanned<String>) -> Option<Spanned<GateName>> {
    let name = GateName::parse(&text.value);
    if name.is_none() {
        let message = format!("`{}` is not the name of a gate", text.value);
        let cause = "a name has 1 to 64 letters, digits, `.`, `_`, `-`, and starts with a letter or digit";
        reader.error(&codes::BAD_NAME, text.span, message, cause, "name a gate of the policy");
    }
    Some(Spanned::new(name?, text.span))
}

/// Reads `resources:`.
pub(super) fn resources(reader: &mut Reader<'_>, node: &Node) -> Vec<Resource> {
    let nodes = node.items(reader.source, "`resources`", reader.sink).unwrap_or_default();
    let resource = |node: &Node| {
        let mut fields = Fields::new(reader.source, node, "a resource", reader.sink)?;
        let name = fields.need("name", "name: staging-db", reader.sink);
        let name = name.and_then(|(_, node)| node.text(reader.source, "`name`", reader.sink));
        let capacity = fields.take("capacity");
        let capacity = capacity.and_then(|(_, node)| node.whole_number(reader.source, "`capacity`", reader.sink));
        let check = reader.text(&mut fields, "check", "`check`").and_then(|text| gate(reader, text));
        fields.finish(Severity::Warning, reader.sink);
        let capacity = u32::try_from(capacity.unwrap_or(1).clamp(1, MOST)).unwrap_or(1);
        Some(Resource { name: name?, capacity, check })
    };
    nodes.iter().filter_map(resource).collect()
}
