//! What several reports say.

use super::Material;
use crate::facts::{ItemFacts, Spent};
use crate::plan::{Item, Kind};
use crate::record::{Record, kinds};
use crate::verb::document::{Block, Words};
use crate::verb::metrics::{Light, Reading};
use crate::verb::standing::Standing;
use crate::verb::survey::Survey;
use jiff::{SignedDuration, Timestamp};

/// Hours of a day that counts back from now.
pub const DAY: i64 = 24;

/// At most so many lines of one kind.
pub const LINES: usize = 20;

pub fn since(survey: &Survey<'_>, hours: i64) -> Timestamp {
    survey.now.checked_sub(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MIN)
}

pub fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// An item with its id.
pub fn named(item: &Item) -> Words {
    Words::strong(item.id.value.as_str()).and(": ").and(item.title().value)
}

/// How a colour is said.
pub fn light(light: Light) -> &'static str {
    match light {
        Light::Green => "🟢 GREEN",
        Light::Yellow => "🟡 YELLOW",
        Light::Red => "🔴 RED",
        Light::Unknown => "⚪ UNKNOWN",
    }
}

/// How the whole stands: never simply green while something is not known.
pub fn whole(material: &Material<'_, '_>) -> Words {
    let indicators = material.indicators;
    let words = Words::strong(light(indicators.light));
    match (indicators.light, indicators.unknown()) {
        (Light::Green, 1..) => words.and(" as far as is known"),
        _ => words,
    }
}

/// A figure by its name.
pub fn reading<'m>(material: &Material<'m, '_>, name: &str) -> Option<&'m Reading> {
    material.readings.iter().find(|reading| reading.metric.name == name)
}

/// Figures as a table, those of the names, in their order.
pub fn figures(material: &Material<'_, '_>, names: &[&str]) -> Block {
    let rows = names.iter().filter_map(|name| reading(material, name)).map(|reading| {
        let metric = reading.metric;
        [
            metric.title.to_owned(),
            reading.value_shown(),
            reading.target_shown(),
            reading.trend_shown(),
            reading.light().map_or("", Light::name).to_owned(),
        ]
    });
    Block::table(["figure", "now", "target", "in 7 days", "status"], rows, "No figure is known.")
}

/// How the critical path stands: blocked by a blocker that is open, else by how much of it was on time.
pub fn critical_path(survey: &Survey<'_>, readings: &[Reading]) -> &'static str {
    let Some(critical) = &survey.critical else { return "UNKNOWN" };
    let mut open = survey.of(&kinds::BLOCKER).filter(|record| !record.is_closed());
    if open.any(|record| record.list("items").iter().any(|item| critical.is_critical(&item.value))) {
        return "BLOCKED";
    }
    let health = readings.iter().find(|reading| reading.metric.name == "critical-path-health");
    match health.and_then(Reading::light) {
        Some(Light::Green) => "ON TRACK",
        Some(Light::Yellow) => "AT RISK",
        Some(Light::Red) => "DELAYED",
        Some(Light::Unknown) | None => "UNKNOWN",
    }
}

/// The tasks that were done within some hours and are done still, oldest first.
pub fn completed<'a>(survey: &'a Survey<'_>, hours: i64) -> Vec<&'a ItemFacts> {
    let range = since(survey, hours)..=survey.now;
    let finished =
        survey.facts.finished().filter(|(item, done)| item.is_leaf && item.is_there() && range.contains(&done.at));
    let mut finished: Vec<_> = finished.collect();
    finished.sort_by(|a, b| (a.1.at, &a.0.id).cmp(&(b.1.at, &b.0.id)));
    finished.into_iter().map(|(item, _)| item).collect()
}

/// What was done, each with its title and what proves it.
pub fn completed_list(survey: &Survey<'_>, hours: i64) -> Block {
    let done = completed(survey, hours);
    let line = |facts: &&ItemFacts| {
        let index = survey.plan.find(&facts.id);
        let name = index.map_or_else(|| Words::strong(facts.id.as_str()), |index| named(&survey.plan.items[index]));
        Words::from("✅ ").and(name)
    };
    Block::list(done.iter().take(LINES).map(line).chain(more(done.len())), "Nothing.")
}

/// A line that counts what is left out.
pub fn more(count: usize) -> Option<Words> {
    (count > LINES).then(|| format!("and {} more", count - LINES).into())
}

pub fn under_way(survey: &Survey<'_>) -> Vec<usize> {
    survey.tasks().filter(|&index| survey.is_under_way(index)).collect()
}

pub fn in_progress(survey: &Survey<'_>) -> Block {
    let tasks = under_way(survey);
    let line = |&index: &usize| {
        let item = &survey.plan.items[index];
        let who = survey.hand(index).map_or_else(String::new, |who| format!(", {who}"));
        let branch = survey.engaged.get(&index).and_then(|engaged| engaged.branch.as_ref());
        let place = branch.map_or_else(String::new, |branch| format!(", on {branch}"));
        let blockers: Vec<&str> = survey.standings.blockers(index).collect();
        let held = match (survey.standings.of(index), blockers.is_empty()) {
            (_, false) => format!(", blocked by {}", blockers.join(", ")),
            (Standing::Blocked | Standing::Waiting, true) => ", waits".to_owned(),
            _ => String::new(),
        };
        Words::from("🔄 ").and(named(item)).and(who).and(place).and(held)
    };
    Block::list(tasks.iter().take(LINES).map(line).chain(more(tasks.len())), "Nothing.")
}

/// What is to be begun next: what delays the whole first, then by priority, then as the plan has it.
pub fn next(survey: &Survey<'_>, count: usize) -> Vec<usize> {
    let ready = |index: &usize| survey.standings.of(*index) == Standing::Ready && !survey.is_under_way(*index);
    let mut tasks: Vec<usize> = survey.tasks().filter(ready).collect();
    tasks.sort_by_key(|&index| {
        let item = &survey.plan.items[index];
        let critical = survey.critical.as_ref().is_some_and(|critical| critical.is_critical(item.id.value.as_str()));
        (!critical, item.priority().map_or(u8::MAX, |priority| priority.value), index)
    });
    tasks.truncate(count);
    tasks
}

/// Open blockers by priority; a priority without one says so.
pub fn blockers(survey: &Survey<'_>) -> Block {
    let situation = survey.situation();
    let open: Vec<(u8, &Record)> = survey
        .of(&kinds::BLOCKER)
        .filter(|record| !record.is_closed())
        .map(|record| (situation.as_ref().map_or(u8::MAX, |situation| situation.of(record).priority), record))
        .collect();
    let line = |record: &Record| {
        let items: Vec<&str> = record.list("items").iter().map(|item| item.value.as_str()).collect();
        Words::strong(record.title.value.as_str()).and(format!(
            " ({}), {}, since {}",
            items.join(", "),
            record.text("owner").unwrap_or("nobody"),
            time(record.opener().at.value)
        ))
    };
    let mut facts: Vec<(String, Words)> = Vec::new();
    for priority in 0..=3 {
        let own: Vec<&Record> =
            open.iter().filter(|(known, _)| *known == priority).map(|(_, record)| *record).collect();
        let name = format!("P{priority}");
        if own.is_empty() && priority < 2 {
            facts.push((name.clone(), "none ✅".into()));
        }
        facts.extend(own.into_iter().take(LINES).map(|record| (name.clone(), line(record))));
    }
    let unknown = open.iter().filter(|(priority, _)| *priority > 3);
    facts.extend(unknown.take(LINES).map(|(_, record)| ("priority unknown".to_owned(), line(record))));
    Block::Facts(facts)
}

pub fn risks(survey: &Survey<'_>) -> Block {
    let open: Vec<&Record> = survey.of(&kinds::RISK).filter(|record| !record.is_closed()).collect();
    let line = |record: &&Record| {
        let owner = record.text("owner").map_or_else(String::new, |owner| format!(", {owner}"));
        Words::from("🚨 ").and(record.title.value.as_str()).and(owner).and(format!(" ({})", record.state()))
    };
    Block::list(open.iter().take(LINES).map(line).chain(more(open.len())), "None is open.")
}

/// The decisions that were made from a moment on.
pub fn decisions(survey: &Survey<'_>, from: Timestamp) -> Block {
    let made = survey.of(&kinds::DECISION).filter_map(|record| {
        let step = record.step_to("decided")?;
        (from <= step.at.value && step.at.value <= survey.now).then_some((step.at.value, record))
    });
    let mut made: Vec<(Timestamp, &Record)> = made.collect();
    made.sort_by_key(|(at, _)| *at);
    let line = |(at, record): &(Timestamp, &Record)| {
        Words::from(format!("{}: ", time(*at)))
            .and(record.title.value.as_str())
            .and(" (")
            .and(Words::code(record.path()))
            .and(")")
    };
    Block::list(made.iter().take(LINES).map(line).chain(more(made.len())), "None.")
}

/// Minutes as hours; what is less than one as minutes.
pub fn hours(minutes: u64) -> String {
    if (1..60).contains(&minutes) {
        return format!("{minutes} min");
    }
    #[expect(clippy::cast_precision_loss, reason = "nobody plans so many minutes")]
    let hours = minutes as f64 / 60.0;
    format!("{} h", (hours * 10.0).round() / 10.0)
}

/// Time spent on what was begun, against what was estimated for the whole, with what of it is worked out from commits.
pub fn time_spent(survey: &Survey<'_>, tasks: &[usize]) -> String {
    let items = || tasks.iter().map(|&index| &survey.plan.items[index]);
    let spent_on = |item: &Item| {
        let stated = item.actual().map(|actual| Spent::Stated(actual.value));
        stated.or_else(|| survey.past(item).and_then(ItemFacts::spent))
    };
    let spent: Vec<Spent> = items().filter_map(spent_on).collect();
    let estimates: Vec<u32> = items().filter_map(|item| Some(item.estimate()?.value.likely)).collect();
    // The sum of nothing is not known to be nothing.
    let sum = |minutes: &mut dyn ExactSizeIterator<Item = u32>| match minutes.len() {
        0 => "unknown".to_owned(),
        _ => hours(minutes.map(u64::from).sum()),
    };
    let (time, estimated) = (sum(&mut spent.iter().map(|spent| spent.minutes())), sum(&mut estimates.iter().copied()));
    let guessed = match spent.iter().filter(|spent| matches!(spent, Spent::Estimated(_))).count() {
        0 => String::new(),
        guessed if guessed == spent.len() => " (worked out from commits)".to_owned(),
        guessed => format!(" (worked out from commits for {guessed} of {} tasks)", spent.len()),
    };
    let unestimated = match tasks.len() - estimates.len() {
        0 => String::new(),
        without => format!(", {without} of {} tasks without an estimate", tasks.len()),
    };
    format!("{time} spent{guessed}, {estimated} estimated{unestimated}")
}

/// The phase or epic whose work goes on: the first that has work under way, else the first that is not done.
pub fn current<'a>(survey: &Survey<'a>, kind: Kind) -> Option<&'a Item> {
    let plan = survey.plan;
    // What somebody tries on a branch does not move the whole.
    let working = survey.tasks().filter(|&index| survey.is_begun(index)).find_map(|index| survey.around(index, kind));
    let mut open = plan.items.iter().enumerate().filter(|(index, item)| item.kind == kind && !plan.is_closed(*index));
    working.or_else(|| open.next().map(|(_, item)| item))
}

/// How many days the history tells of, counting today; `None` before it begins.
pub fn day_number(survey: &Survey<'_>) -> Option<i64> {
    let first = survey.facts.line().next()?.1.at;
    (first <= survey.now).then(|| survey.now.duration_since(first).as_hours() / 24 + 1)
}
