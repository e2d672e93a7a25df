//! What one item says: `key=value` on its title line or below it.
//!
//! Domain layer. A value is written where the old one stands; a new one goes where the canonical form has it. What an item
//! says already is found in `stand`, a place for what it does not say yet in `new`; front matter is in `front`.

mod front;
mod new;
mod stand;

use self::stand::Stand;
use super::place::Layout;
use super::setting::{Setting, What};
use super::{Edit, apply, refused};
use crate::diag::{Diagnostic, Failure, Sink};
use crate::plan::carrier::table;
use crate::plan::field::Key;
use crate::plan::meaning::{self, fact};
use crate::plan::{Carrier, Item, Plan, Reader, check_fields, read};
use crate::text::Source;

/// The edits, in the text of the item's file, that make an item say a setting. None when it says so already.
///
/// # Errors
/// The value is none for its key, or it cannot be written without changing what something else says.
pub fn set(plan: &Plan, index: usize, setting: &Setting) -> Result<Vec<Edit>, Failure> {
    let item = &plan.items[index];
    let source = &plan.files[item.file].source;
    let escaped;
    let setting = if item.carrier == Carrier::Row {
        escaped = Setting { what: setting.what.clone(), value: table::in_cell(&setting.value) };
        &escaped
    } else {
        setting
    };
    let wanted = wanted(item, setting)?;
    let layout = Layout::new(source)?;
    let pen = Pen { plan, item, layout, setting };
    let check = Check::new(&pen.layout, item, setting, wanted)?;
    let stands = pen.stands().len();
    let once = setting.what == What::Tag || stands <= 1 && (stands == 1) != setting.value.is_empty();
    if check.before == check.wanted && once && setting.key() != Some(Key::Remark) {
        return Ok(Vec::new());
    }
    let ways = pen.ways();
    let fits = ways.into_iter().find(|edits| check.holds(&apply(source.text(), edits)));
    fits.ok_or_else(|| refused(format!("`{}` of `{}` is not changed", setting.name(), item.id.value)))
}

/// What the fact a setting is about must be in the end.
fn wanted(item: &Item, setting: &Setting) -> Result<String, Failure> {
    match &setting.what {
        What::Title => Ok(setting.value.clone()),
        What::Parallel => Ok((!setting.value.is_empty()).to_string()),
        What::Tag => {
            let tag = setting.value.as_str();
            if !crate::id::is_id(tag) || !tag.as_bytes()[0].is_ascii_alphabetic() {
                return Err(Failure::usage(format!("`#{tag}` is no tag"))
                    .hint("a tag begins with a letter, and goes on with letters, digits, `.`, `_` and `-`"));
            }
            let mut tags: Vec<&str> = item.tags().into_iter().map(|tag| tag.value).collect();
            if !tags.contains(&tag) {
                tags.push(tag);
            }
            Ok(format!("{tags:?}"))
        }
        What::Field { key, word } => {
            let text = format!("- [ ] X-1: x\n  - {word}: {}\n", setting.value);
            let mut sink = Sink::new();
            let plan = read(vec![Source::new("", text)], Reader::Fast, &mut sink);
            check_fields::fields(&plan, &mut sink);
            if *key == Key::Status && plan.items[0].status().is_none() && !setting.value.is_empty() {
                let id = &item.id.value;
                return Err(Failure::usage(format!("`{}` is no status that can be set", setting.value))
                    .because("whether an item is done is said by its box; a status is `dropped` or `waiting: who`")
                    .hint(format!("run `passmuster done {id}`, or `passmuster reopen {id}`")));
            }
            if let Some(bad) = sink.into_sorted().into_iter().find(Diagnostic::is_error) {
                let failure = bad.causes.iter().fold(Failure::usage(bad.message.clone()), Failure::because);
                return Err(match bad.hint {
                    Some(hint) => failure.hint(hint),
                    None => failure,
                });
            }
            Ok(fact(&meaning::facts(&plan, 0), setting.name()).to_owned())
        }
    }
}

/// What has to hold after an edit.
struct Check<'a> {
    source: &'a Source,
    id: String,
    name: &'a str,
    before: String,
    wanted: String,
    /// The facts of the file's items before the edit.
    facts: Vec<Vec<meaning::Fact>>,
    /// The file's headings: a line too many above one can take it into a list.
    headings: Vec<u8>,
}

impl<'a> Check<'a> {
    fn new(layout: &Layout<'a>, item: &Item, setting: &'a Setting, wanted: String) -> Result<Self, Failure> {
        let source = layout.source;
        let plan = read(vec![source.clone()], Reader::Fast, &mut Sink::new());
        let id = item.id.value.folded();
        let own = plan.find(&id).ok_or_else(|| refused(format!("`{}` is not changed", item.id.value)))?;
        let facts = meaning::all(&plan);
        let before = fact(&facts[own], setting.name()).to_owned();
        Ok(Self { source, id, name: setting.name(), before, wanted, facts, headings: layout.headings() })
    }

    /// Whether the item says what it should and everything else what it did.
    fn holds(&self, text: &str) -> bool {
        let source = Source::new(self.source.path(), text);
        if Layout::new(&source).map_or(true, |layout| layout.headings() != self.headings) {
            return false;
        }
        let plan = read(vec![source], Reader::Fast, &mut Sink::new());
        let Some(own) = plan.find(&self.id) else { return false };
        let mut facts = meaning::all(&plan);
        if fact(&facts[own], self.name) != self.wanted || facts.len() != self.facts.len() {
            return false;
        }
        for (name, value) in &mut facts[own] {
            if *name == self.name {
                value.clone_from(&self.before);
            }
        }
        facts == self.facts
    }
}

struct Pen<'a> {
    plan: &'a Plan,
    item: &'a Item,
    layout: Layout<'a>,
    setting: &'a Setting,
}

impl Pen<'_> {
    fn text(&self) -> &str {
        self.layout.source.text()
    }

    /// The ways to write the setting, best first. One of no edits: there is nothing to do.
    fn ways(&self) -> Vec<Vec<Edit>> {
        if self.item.carrier == Carrier::File {
            return self.ways_of_file();
        }
        if self.setting.what == What::Title {
            return vec![vec![Edit { span: self.item.title().span, text: self.setting.value.clone() }]];
        }
        let stands = self.stands();
        if self.setting.value.is_empty() {
            return vec![stands.into_iter().map(|stand| stand.whole).collect()];
        }
        if self.setting.what == What::Tag || (self.setting.key() == Some(Key::Tags) && stands.len() > 1) {
            return self.new_values(if self.setting.what == What::Tag { &[] } else { &stands });
        }
        let mut ways = Vec::new();
        for (at, stand) in stands.iter().enumerate() {
            let Some(value) = stand.value.filter(|_| !stand.on_title || self.fits_title()) else { continue };
            let others = stands.iter().enumerate().filter(|(other, _)| *other != at);
            let mut edits: Vec<Edit> = others.map(|(_, stand)| stand.whole.clone()).collect();
            let glued = value.is_empty() && self.text()[..value.start].ends_with(|c: char| !c.is_whitespace());
            let text = format!("{}{}", if glued { " " } else { "" }, self.setting.value);
            edits.push(Edit { span: value, text });
            edits.extend(stand.list.clone());
            ways.push(edits);
        }
        ways.extend(self.new_values(&stands));
        ways
    }
}
