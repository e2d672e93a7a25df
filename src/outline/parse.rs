//! From Markdown to an [`Outline`].

use super::{Group, Leaf, Outline, codes};
use crate::diag::{Code, Diagnostic, Place, Sink};
use crate::doc::blocks::{self, Block, BlockKind};
use crate::doc::{markdown, markdown_start};
use crate::pattern::Pattern;
use crate::text::{Source, Span, Spanned};

/// Reads an outline; what cannot be read goes to the sink, and the rest counts.
pub fn read(source: &Source, sink: &mut Sink) -> Outline {
    let mut found: Vec<Block> = Vec::new();
    let start = markdown_start(source.text());
    if blocks::scan(source.text(), start, |block| found.push(block)).is_err() {
        found.clear();
        if let Err(deep) = markdown::scan(source.text(), start, |block| found.push(block)) {
            let place = Place::text(source, Span::at(deep.offset));
            let finding = Diagnostic::error(&codes::TOO_DEEP, place, "the outline nests too deeply");
            sink.push(finding.cause("a line has more levels than anybody follows").hint("take some of them away"));
        }
    }
    let mut reader = Reader { source, sink, nodes: Vec::new() };
    for block in found {
        reader.block(block);
    }
    reader.outline()
}

/// A heading or bullet on the way to becoming a group or a topic.
struct Node {
    title: Spanned<String>,
    parent: Option<usize>,
    /// 1 to 6 for headings, more for bullets.
    level: usize,
    /// Whether something below it is a topic.
    has_topics: bool,
    says: Says,
}

#[derive(Clone, Default)]
struct Says {
    owner: Option<Spanned<String>>,
    evidence: Option<Vec<Spanned<String>>>,
    review: Option<Spanned<u32>>,
    not_applicable: Option<Spanned<String>>,
}

/// What can be said about a topic.
#[derive(Clone, Copy)]
enum Key {
    Owner,
    Evidence,
    Review,
    NotApplicable,
}

/// Levels of bullets begin here.
const BULLETS: usize = 7;

struct Reader<'a> {
    source: &'a Source,
    sink: &'a mut Sink,
    nodes: Vec<Node>,
}

impl Reader<'_> {
    fn block(&mut self, block: Block) {
        let level = match block.kind {
            BlockKind::Heading { level } => usize::from(level),
            BlockKind::Item { depth, .. } => BULLETS + depth,
            BlockKind::Text { .. } => return,
        };
        let parent = self.parent(level);
        if level >= BULLETS
            && let Some((key, value)) = self.key(block.text)
        {
            if let Some(parent) = parent {
                self.says(parent, key, value);
            }
            return;
        }
        let title = plain(self.source.slice(block.text));
        if title.is_empty() {
            return;
        }
        if let Some(parent) = parent {
            self.nodes[parent].has_topics = true;
        }
        let title = Spanned::new(title, block.text);
        self.nodes.push(Node { title, parent, level, has_topics: false, says: Says::default() });
    }

    /// The last node above a level.
    fn parent(&self, level: usize) -> Option<usize> {
        let mut at = self.nodes.len().checked_sub(1);
        while let Some(index) = at.filter(|&index| self.nodes[index].level >= level) {
            at = self.nodes[index].parent;
        }
        at
    }

    fn key(&self, line: Span) -> Option<(Key, Span)> {
        let text = self.source.slice(line);
        let (word, value) = text.split_once(':')?;
        let key = match word.trim_matches(['*', '_', ' ']).to_ascii_lowercase().as_str() {
            "owner" | "owners" => Key::Owner,
            "evidence" => Key::Evidence,
            "review" => Key::Review,
            "n/a" | "not applicable" => Key::NotApplicable,
            _ => return None,
        };
        let value = value.trim_start_matches(['*', '_']);
        let start = line.end - value.trim_start().len();
        Some((key, Span::new(start, start + value.trim().len())))
    }

    fn says(&mut self, node: usize, key: Key, value: Span) {
        let text = self.source.slice(value).to_owned();
        let twice = match key {
            Key::Owner => {
                let owner = Spanned::new(text.trim_start_matches('@').to_owned(), value);
                first(&mut self.nodes[node].says.owner, owner)
            }
            Key::Evidence => {
                let patterns = self.patterns(value);
                first(&mut self.nodes[node].says.evidence, patterns)
            }
            Key::Review => {
                let Some(days) = days(&text) else {
                    let message = format!("`{text}` does not say how often");
                    let cause = "it is no number of days, weeks, months or years";
                    return self.error(&codes::BAD_REVIEW, value, message, cause, "write `90d`, `12w`, `6m` or `1y`");
                };
                first(&mut self.nodes[node].says.review, Spanned::new(days, value))
            }
            Key::NotApplicable => {
                if text.is_empty() {
                    let message = "a topic is not applicable, and does not say why".to_owned();
                    let cause = "there is nothing behind `n/a:`";
                    self.error(&codes::NO_REASON, value, message, cause, "write `n/a: reason`");
                }
                first(&mut self.nodes[node].says.not_applicable, Spanned::new(text, value))
            }
        };
        if twice {
            let message = format!("`{}` says the same thing twice", self.nodes[node].title.value);
            let cause = "the first counts";
            self.error(&codes::TWICE, value, message, cause, "remove one of the two");
        }
    }

    /// The patterns between commas, those that are none left out.
    fn patterns(&mut self, value: Span) -> Vec<Spanned<String>> {
        let text = self.source.slice(value).to_owned();
        let mut patterns = Vec::new();
        let mut at = value.start;
        for part in split_outside_braces(&text) {
            let start = at + part.len() - part.trim_start().len();
            at += part.len() + 1;
            let part = part.trim();
            let word = part.trim_matches('`');
            let span = Span::new(start, start + part.len());
            match Pattern::parse(word) {
                _ if part.is_empty() => {}
                Ok(_) => patterns.push(Spanned::new(word.to_owned(), span)),
                Err(bad) => {
                    let message = format!("`{word}` is no path pattern");
                    let hint = "write for example `docs/**`";
                    self.error(&codes::BAD_EVIDENCE, span, message, &bad.to_string(), hint);
                }
            }
        }
        patterns
    }

    fn error(&mut self, code: &'static Code, span: Span, message: String, cause: &str, hint: &str) {
        let place = Place::text(self.source, span);
        self.sink.push(Diagnostic::error(code, place, message).cause(cause).hint(hint));
    }

    fn outline(self) -> Outline {
        let mut outline = Outline { source: self.source.clone(), groups: Vec::new(), leaves: Vec::new() };
        // The group that each node became, if it did.
        let mut group_of: Vec<Option<usize>> = Vec::with_capacity(self.nodes.len());
        for (index, node) in self.nodes.iter().enumerate() {
            let parent = node.parent.and_then(|parent| group_of[parent]);
            // The title of the whole is no topic, even while nothing stands below it.
            let is_group = node.has_topics || node.level == 1;
            group_of.push(is_group.then_some(outline.groups.len()));
            if is_group {
                let depth = parent.map_or(0, |parent| outline.groups[parent].depth + 1);
                outline.groups.push(Group { title: node.title.clone(), depth, parent });
                continue;
            }
            let above = || std::iter::successors(Some(index), |&at| self.nodes[at].parent);
            outline.leaves.push(Leaf {
                title: node.title.clone(),
                group: parent,
                owner: above().find_map(|at| self.nodes[at].says.owner.clone()),
                evidence: above().find_map(|at| self.nodes[at].says.evidence.clone()).unwrap_or_default(),
                review: above().find_map(|at| self.nodes[at].says.review),
                not_applicable: above().find_map(|at| self.nodes[at].says.not_applicable.clone()),
            });
        }
        if outline.leaves.is_empty() {
            let finding = Diagnostic::error(
                &codes::NO_LEAVES,
                Place::Path(self.source.path().to_owned()),
                "the outline has no topics",
            );
            let hint = "write topics as bullets below headings: `- Incident response`";
            self.sink.push(finding.cause("there is no bullet, and no heading below a title").hint(hint));
        }
        outline
    }
}

/// Sets what is not set yet; whether it was.
fn first<T>(slot: &mut Option<T>, value: T) -> bool {
    let known = slot.is_some();
    if !known {
        *slot = Some(value);
    }
    known
}

/// A title without marks of emphasis.
fn plain(text: &str) -> String {
    text.replace("**", "").replace('`', "").trim_matches(['_', '*', ' ', ':']).to_owned()
}

/// `90d`, `90 days`, `12w`, `6m`, `1y` in days.
fn days(text: &str) -> Option<u32> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u32 = text[..digits].parse().ok()?;
    let unit = match text[digits..].trim() {
        "d" | "day" | "days" => 1,
        "w" | "week" | "weeks" => 7,
        "m" | "month" | "months" => 30,
        "y" | "year" | "years" => 365,
        _ => return None,
    };
    number.checked_mul(unit).filter(|&days| (1..=36_500).contains(&days))
}

/// The parts between commas that stand in no braces.
fn split_outside_braces(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0usize;
    text.split(move |c: char| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
}
