//! `show`: one item with all that concerns it.

use super::workspace::{self, Said, Workspace, readable_plan_of};
use super::{Context, Exit};
use crate::diag::{Failure, Sink};
use crate::plan::{Item, Need, Plan, Reader, Status};
use crate::project;
use crate::report::json::{envelope, v1};
use crate::report::{Format, foreign};
use crate::text::Spanned;
use crate::verb::show::{self, Shown};
use crate::verb::{mark, standing::Standing};

#[derive(Debug, clap::Args)]
pub struct ShowArgs {
    /// Item to show
    #[arg(value_name = "ITEM")]
    id: String,
}

impl ShowArgs {
    /// As if somebody typed this item.
    pub fn of(id: &str) -> Self {
        Self { id: id.to_owned() }
    }
}

/// Prints the item.
///
/// # Errors
/// There is no such item, or a file could not be read.
pub fn run(context: &Context, args: ShowArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    workspace.answer(context, &args, |tree| {
        let plan = match readable_plan_of(tree, Reader::Fast)? {
            Ok(plan) => plan,
            Err(errors) => return context.report(&errors).map(Said::Printed),
        };
        let mut sink = Sink::new();
        let policy = project::read_policy(tree, &mut sink)?;
        let index = mark::find(plan, &args.id)?;
        let shown = show::run(plan, policy.as_ref(), tree, index)?;
        let answer = match context.format {
            Format::Json => envelope("item", &page(plan, &shown)),
            _ => text(plan, &shown),
        };
        if sink.has_errors() {
            context.output.print(&answer)?;
            context.output.say("the policy has errors, so no gates are shown: run `passmuster check`");
            return Ok(Said::Printed(Exit::Passed));
        }
        Ok(Said::Answer(answer))
    })
}

fn page<'a>(plan: &'a Plan, shown: &Shown<'a>) -> v1::ItemPage<'a> {
    let item = shown.item;
    let items = |list: &[(&'a Item, Standing)]| -> Vec<v1::Item<'a>> {
        list.iter().map(|&(item, standing)| workspace::item(plan, item, standing)).collect()
    };
    let need = |of: &'a Item, need: &Need<'a>, state: &'static str| v1::Need {
        kind: need.kind.name(),
        target: need.target.value,
        state,
        reason: need.reason,
        of: of.id.as_str(),
    };
    let own = shown.needs.iter().map(|(own, met)| need(item, own, met.name()));
    let inherited = shown.inherited.iter().map(|(of, inherited)| need(of, inherited, "open"));
    v1::ItemPage {
        item: workspace::item(plan, item, shown.standing),
        team: item.team().map(|team| team.value),
        tags: texts(item.tags()),
        within: shown.within.iter().map(|above| above.id.as_str()).collect(),
        children: items(&shown.children),
        needs: own.chain(inherited).collect(),
        waiting: items(&shown.waiting),
        criteria: item
            .criteria()
            .map(|criterion| v1::Criterion { text: criterion.text.value, ticked: criterion.ticked })
            .collect(),
        touches: texts(item.touches()),
        uses: texts(item.uses()),
        provides: texts(item.provides()),
        gates: shown
            .gates
            .iter()
            .map(|gate| v1::Gate { name: gate.name.as_str(), checks: gate.kind.to_string(), waivable: gate.waivable })
            .collect(),
    }
}

fn texts<'a>(list: impl IntoIterator<Item = Spanned<&'a str>>) -> Vec<&'a str> {
    list.into_iter().map(|text| text.value).collect()
}

/// A heading, then one line per fact.
fn text<'a>(plan: &Plan, shown: &Shown<'a>) -> String {
    let item = shown.item;
    let mut page = Page { out: String::new() };
    page.out.push_str(&format!("{}  {}\n", item.id.value, foreign::line(item.title().value)));
    let mut kind = item.kind.name().to_owned();
    if !shown.within.is_empty() {
        let path: Vec<&str> = shown.within.iter().map(|above| above.id.as_str()).collect();
        kind.push_str(&format!(" in {}", path.join(" / ")));
    }
    page.line("kind", &kind);
    page.line("state", &state(item, shown.standing));
    let word = |said: Option<Spanned<&'a str>>| said.map_or("", |said| said.value);
    page.line("owner", word(item.owner()));
    page.line("team", word(item.team()));
    page.line("priority", &item.priority().map(|priority| format!("P{}", priority.value)).unwrap_or_default());
    page.line("estimate", &item.estimate().map(|estimate| estimate.to_string()).unwrap_or_default());
    page.line("start", &item.start().map(|start| start.to_string()).unwrap_or_default());
    page.line("due", &item.due().map(|due| due.to_string()).unwrap_or_default());
    page.line("goal", word(item.goal()));
    page.line("tags", &texts(item.tags()).join(", "));
    page.line("touches", &texts(item.touches()).join(", "));
    if item.touches().next().is_none() {
        page.line("proposed", &texts(item.proposed_touches()).join(", "));
    }
    page.line("uses", &texts(item.uses()).join(", "));
    page.line("provides", &texts(item.provides()).join(", "));
    page.lines("needs", needs(shown));
    page.lines("unblocks", shown.waiting.iter().map(|(item, standing)| one_of_many(item, *standing)).collect());
    page.lines("parts", shown.children.iter().map(|(item, standing)| one_of_many(item, *standing)).collect());
    let tick = |ticked: bool| if ticked { "[x]" } else { "[ ]" };
    let criteria = item.criteria().map(|one| format!("{} {}", tick(one.ticked), one.text.value));
    page.lines("criteria", criteria.collect());
    page.lines("gates", shown.gates.iter().map(|gate| format!("{}: {}", gate.name.as_str(), gate.kind)).collect());
    let source = &plan.files[item.file].source;
    page.line("place", &format!("{}:{}", source.path(), source.line_column(item.line.start).line));
    page.out
}

fn state(item: &Item, standing: Standing) -> String {
    match item.status().map(|status| status.value) {
        Some(Status::Waiting(who)) => format!("{} for {who}", standing.name()),
        _ => standing.name().to_owned(),
    }
}

fn needs(shown: &Shown<'_>) -> Vec<String> {
    let mut lines: Vec<String> = shown
        .needs
        .iter()
        .map(|(need, met)| {
            let reason = need.reason.as_ref().map_or(String::new(), |reason| format!(", {reason}"));
            format!("{} ({}{reason}): {}", need.target.value, need.kind.name(), met.name())
        })
        .collect();
    for (of, need) in &shown.inherited {
        lines.push(format!("{} ({}, as all of {}): open", need.target.value, need.kind.name(), of.id.value));
    }
    lines
}

fn one_of_many(item: &Item, standing: Standing) -> String {
    format!("{} ({}) {}", item.id.value, standing.name(), item.title().value)
}

struct Page {
    out: String,
}

impl Page {
    fn line(&mut self, label: &str, text: &str) {
        if !text.is_empty() {
            self.out.push_str(&format!("  {label:<9} {}\n", foreign::line(text)));
        }
    }

    fn lines(&mut self, label: &str, lines: Vec<String>) {
        for (number, line) in lines.iter().enumerate() {
            self.line(if number == 0 { label } else { "" }, line);
        }
    }
}
