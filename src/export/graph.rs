//! The plan as a graph of needs: Mermaid and Graphviz. Arrows lead from what is needed to what needs it.

use super::{state, targets};
use crate::plan::Plan;
use crate::text::visible;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A flow chart; items with parts are boxes around them.
pub(super) fn mermaid(plan: &Plan) -> String {
    let mut out = String::from("flowchart LR\n");
    for root in roots(plan) {
        mermaid_item(plan, root, 1, &mut out);
    }
    for index in 0..plan.items.len() {
        for target in targets(plan, index) {
            let _ = writeln!(out, "  n{target} --> n{index}");
        }
    }
    styles(plan, |_| true, &mut out);
    out
}

/// How the items that are wanted look, by how far they are. Text is dark on every fill, whatever the page's colours.
fn styles(plan: &Plan, wanted: impl Fn(&usize) -> bool, out: &mut String) {
    let looks = [
        ("done", "fill:#d5f0d5,color:#111"),
        ("dropped", "stroke-dasharray:4"),
        ("waiting", "fill:#f8ecc9,color:#111"),
    ];
    for (name, style) in looks {
        let those = (0..plan.items.len()).filter(&wanted).filter(|&index| state(plan, index) == name);
        class(name, style, those, out);
    }
}

fn class(name: &str, style: &str, items: impl Iterator<Item = usize>, out: &mut String) {
    let items: Vec<String> = items.map(|index| format!("n{index}")).collect();
    if !items.is_empty() {
        let _ = writeln!(out, "  classDef {name} {style}\n  class {} {name}", items.join(","));
    }
}

/// A flow chart of some items, without the parts of the plan around them.
pub(super) fn part(plan: &Plan, drawn: &BTreeSet<usize>, marked: &BTreeSet<usize>) -> String {
    let mut out = String::from("flowchart LR\n");
    for &index in drawn {
        let _ = writeln!(out, "  n{index}[\"{}\"]", mermaid_text(&shortened(&label(plan, index))));
    }
    for &index in drawn {
        for target in targets(plan, index).filter(|target| drawn.contains(target)) {
            let _ = writeln!(out, "  n{target} --> n{index}");
        }
    }
    styles(plan, |index| drawn.contains(index), &mut out);
    class("changed", "stroke-width:4px", drawn.intersection(marked).copied(), &mut out);
    out
}

/// A label that leaves room for others.
fn shortened(label: &str) -> Cow<'_, str> {
    const SHOWN: usize = 80;
    match label.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &label[..at]).into(),
        None => label.into(),
    }
}

fn roots(plan: &Plan) -> impl Iterator<Item = usize> + '_ {
    (0..plan.items.len()).filter(|&index| plan.items[index].parent.is_none())
}

/// Headings go six levels deep, so parts do not nest deeper.
fn mermaid_item(plan: &Plan, index: usize, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    let label = mermaid_text(&label(plan, index));
    if plan.children(index).is_empty() {
        let _ = writeln!(out, "{indent}n{index}[\"{label}\"]");
        return;
    }
    let _ = writeln!(out, "{indent}subgraph n{index}[\"{label}\"]");
    for &child in plan.children(index) {
        mermaid_item(plan, child, depth + 1, out);
    }
    let _ = writeln!(out, "{indent}end");
}

fn label(plan: &Plan, index: usize) -> String {
    let item = &plan.items[index];
    visible(&format!("{}: {}", item.id.value, item.title().value)).into_owned()
}

/// Text inside a quoted Mermaid label: everything that HTML, Markdown or Mermaid could take for its own is an entity.
fn mermaid_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '"' | '<' | '>' | '&' | '#' | ';' | '`' | '*' | '_' | '\\' | '[' | ']' | '{' | '}' | '|' | '%') {
            let _ = write!(out, "#{};", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// A directed graph; items with parts are clusters that hold a node of their own.
pub(super) fn dot(plan: &Plan) -> String {
    let mut out = String::from("digraph plan {\n  rankdir=LR;\n  node [shape=box];\n");
    for root in roots(plan) {
        dot_item(plan, root, 1, &mut out);
    }
    for (index, item) in plan.items.iter().enumerate() {
        for target in targets(plan, index) {
            let _ = writeln!(out, "  {} -> {};", dot_text(plan.items[target].id.as_str()), dot_text(item.id.as_str()));
        }
    }
    out.push_str("}\n");
    out
}

fn dot_item(plan: &Plan, index: usize, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    let style = match state(plan, index) {
        "done" => ", style=filled, fillcolor=\"#d5f0d5\"",
        "dropped" => ", style=dashed",
        "waiting" => ", style=filled, fillcolor=\"#f8ecc9\"",
        _ => "",
    };
    let (id, label) = (dot_text(plan.items[index].id.as_str()), dot_text(&label(plan, index)));
    let parts = plan.children(index);
    if parts.is_empty() {
        let _ = writeln!(out, "{indent}{id} [label={label}{style}];");
        return;
    }
    let _ = writeln!(out, "{indent}subgraph cluster_{index} {{\n{indent}  label={label};");
    let _ = writeln!(out, "{indent}  {id} [shape=folder{style}];");
    for &child in parts {
        dot_item(plan, child, depth + 1, out);
    }
    let _ = writeln!(out, "{indent}}}");
}

/// A quoted string of the DOT language, in which a backslash begins an escape.
fn dot_text(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
