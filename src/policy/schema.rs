//! The policy as a JSON Schema, for editors that know YAML and not us.

use super::{
    Builtin, Comms, FIGURES, Generated, Level, MAX_WAIVER_DAYS, NameItem, Occasion, OutsideTouches, Power, Profile,
    Remediation, RollbackFrom, SPECIALISTS, Separation, Sizing, Trigger, Trust, Urgency, entry,
};
use crate::doc::schema::{Unknown, boolean, document, map, name, names, object, one_or_many, text, texts, whole, word};
use serde_json::{Map, Value, json};

/// What `passmuster.yaml` may hold.
pub fn schema() -> Value {
    let trust = |about| word(about, &Trust::ALL.map(Trust::name));
    let every_ref =
        "The least trust that counts, for every ref or by ref pattern; the first pattern that matches counts";
    let properties = json!({
        "repository": name("Made by `init`; part of every evidence key, so it stays as it is"),
        "profile": word("A set of defaults; `passmuster policy show` prints them", &Profile::ALL.map(Profile::name)),
        "protect": texts("The branches whose every move is judged: `main`, `release/*`, or a full name from `refs/` on"),
        "trust": {"description": every_ref, "anyOf": [trust(every_ref), map(every_ref, None, trust("The least trust"))]},
        "separation": word("Whether who coordinates may implement", &Separation::ALL.map(Separation::name)),
        "threshold": object("From where on a coordinator may implement, where separation is `threshold`", &[], json!({
            "files": whole("More files than this", 0),
            "minutes": whole("More minutes of work than this", 0),
        }), Unknown::Refused),
        "comms": word("Whether messages go through the hub", &Comms::ALL.map(Comms::name)),
        "commits": object("What is asked of commits", &[], json!({
            "name_item": word("When a commit must name the item it works for", &NameItem::ALL.map(NameItem::name)),
            "outside_touches": word(
                "What happens to a commit that leaves the `touches` of its item",
                &OutsideTouches::ALL.map(OutsideTouches::name),
            ),
        }), Unknown::Refused),
        "phases": boolean("Whether work goes through the phases 0 to 5, with a gate at the end of each"),
        "levels": levels(),
        "gates": map("The gates by name", Some(&names()), gate()),
        "owners": map("Who owns which paths: path pattern → role or member", None, name("A role or member")),
        "enforce_owners": boolean("Whether work on owned paths has to come from its owner, or be approved by them"),
        "on": object("Commands that `watch` runs, by occasion", &[], occasions(), Unknown::Refused),
        "views": map("Generated files that `watch` keeps fresh: path → what it shows", None, word("What it shows", &Generated::ALL.map(Generated::name))),
        "triggers": object("What calls for somebody, and how", &[], triggers(), Unknown::Refused),
        "authority": authority(),
        "ladder": object("When an unresolved blocker reaches L2, L3, L4 and L5, by priority", &[], rungs(), Unknown::Refused),
        "waivers": object("What holds for waivers", &[], json!({
            "max_days": {
                "description": "How many days after its grant a waiver may last",
                "type": "integer", "minimum": 1, "maximum": MAX_WAIVER_DAYS,
            },
        }), Unknown::Refused),
        "messages": object("What holds for messages", &[], json!({
            "critical_within": duration("How long a critical message may wait for its acknowledgement before it is overdue: 60m unless said"),
        }), Unknown::Refused),
        "handoffs": object("What holds for handoffs", &[], json!({
            "answer_within": duration("How long a handoff that says no `answer_by` may wait for its answer: 120m unless said"),
        }), Unknown::Refused),
        "board": object("What the points of the review board mean, of 100", &[], json!({
            "approved": points("From so many on a plan is approved: 85 unless said"),
            "concerns": points("From so many on it is approved with concerns: 70 unless said"),
        }), Unknown::Refused),
        "blockers": handlers(),
        "epics": object("What holds for epics, where phases are asked for", &[], json!({
            "active": {"description": "How many may be under way at once", "type": "integer", "minimum": 1, "maximum": 1000},
        }), Unknown::Refused),
        "procedures": object("How many procedures of a hundred are carried out without a gap", &[], json!({
            "target": points("What is aimed at: 100 unless said"),
            "alarm": points("Below it `audit sop` fails: 95 unless said"),
        }), Unknown::Refused),
        "metrics": object("What the figures of `passmuster metrics` aim at, or `off`; which there are and what they aim at where nothing is said, `passmuster metrics` tells", &[], aims(), Unknown::Refused),
        "rollback": object("Which items need a way back", &[], json!({
            "from": word("From which `risk` on an item names its `rollback`", &RollbackFrom::ALL.map(RollbackFrom::name)),
            "rehearse": name("The gate that tries the way back; such items need it, too"),
        }), Unknown::Refused),
        "reading": texts("The documents that everybody reads before they work; `passmuster preflight` keeps who read what"),
        "debt": object("What counts as work put off", &[], json!({
            "markers": texts("What marks a line as debt, such as `TODO`"),
        }), Unknown::Refused),
        "time": time(),
        "remediation": word("What `gate run` does about a red gate: name the command, or write the tasks", &Remediation::ALL.map(Remediation::name)),
    });
    document(
        "policy",
        "What a merge into a protected branch has to prove",
        &["repository", "protect"],
        properties,
        Unknown::Refused,
    )
}

fn levels() -> Value {
    let about = |level: Level| match level {
        Level::Merge => "Gates of every move of a protected ref, claim or not".to_owned(),
        Level::Item(kind) => format!("Gates of every claim of a {}", kind.name()),
    };
    let built_in = Builtin::ALL.map(Builtin::name).join("`, `");
    let gates = |level: Level| {
        let about = format!("{}; built in are `{built_in}`", about(level));
        (level.name().to_owned(), one_or_many(&about, name("A gate")))
    };
    let properties: Map<String, Value> = Level::ALL.into_iter().map(gates).collect();
    object("Which gates are asked for where", &[], Value::Object(properties), Unknown::Refused)
}

fn occasions() -> Value {
    let command = |occasion: Occasion| {
        let about = format!("A command to run on `{}`; it reads the events as JSON", occasion.name());
        (occasion.name().to_owned(), text(&about))
    };
    Value::Object(Occasion::ALL.into_iter().map(command).collect())
}

fn aims() -> Value {
    let bound = |about: &str| {
        json!({"description": about, "anyOf": [
            {"type": "number"},
            {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        ]})
    };
    let figure = |figure: &str| {
        let aim = object(
            "What it aims at",
            &["target", "alarm"],
            json!({
                "target": bound("Where it is good; two numbers: between them"),
                "alarm": bound("Beyond it, it is red; two numbers: outside of them"),
                "better": word("Which way is better, where the numbers do not tell", &["higher", "lower"]),
            }),
            Unknown::Refused,
        );
        (figure.to_owned(), json!({"anyOf": [{"const": "off"}, aim]}))
    };
    Value::Object(FIGURES.into_iter().map(figure).collect())
}

fn triggers() -> Value {
    let span = |about: &str| json!({"description": about, "type": "string", "pattern": "^[0-9]{1,5}[mhd]$"});
    let trigger = |trigger: Trigger| {
        let mut properties = json!({
            "urgency": word("How loudly it calls", &Urgency::ALL.map(Urgency::name)),
            "to": one_or_many("Whom it calls, instead of whom it concerns", name("A role or member")),
            "again": span("After how long it is raised again, louder, while nobody has acknowledged it"),
        });
        if trigger.default().after.is_some() {
            properties["after"] = span("How long it may last before it is raised");
        }
        let about = format!("Raised when {}", trigger.about());
        let call = object(&about, &[], properties, Unknown::Refused);
        (trigger.name().to_owned(), json!({"description": about, "anyOf": [call, {"enum": ["on", "off"]}]}))
    };
    Value::Object(Trigger::ALL.into_iter().map(trigger).collect())
}

fn authority() -> Value {
    let holders = |about: &str| one_or_many(about, name("A role or member"));
    let mut properties = Map::new();
    properties.insert("policy".to_owned(), holders("Who may approve a change of policy, roster or gate scripts"));
    for power in Power::ALL {
        let about = match power {
            Power::Handoff => "Who may authorise handoffs",
            Power::Waive => "Who may grant, refuse and revoke waivers",
            Power::Decide => "Who may make decisions that bind others",
            Power::Release => "Who may decide GO or NO-GO, and accept risks",
            Power::Incident => "Who may declare incidents, which freezes merges",
        };
        properties.insert(power.name().to_owned(), holders(about));
    }
    object("What only some may do", &[], Value::Object(properties), Unknown::Refused)
}

fn duration(about: &str) -> Value {
    json!({"description": about, "type": "string", "pattern": "^[0-9]{1,5}[mhd]$"})
}

/// How time is judged.
fn time() -> Value {
    let percent = |about: &str| json!({"description": about, "type": "integer", "minimum": 0, "maximum": 500});
    let rising = |about: &str, most: u32| {
        let items = json!({"type": "integer", "minimum": 0, "maximum": most});
        json!({"description": about, "type": "array", "minItems": 2, "maxItems": 2, "items": items})
    };
    let realistic = json!({
        "always": percent("Of every task: 25 unless said"),
        "high": percent("More, for a task tagged #high-complexity: 15"),
        "medium": percent("More, for a task without such a tag: 10"),
        "low": percent("More, for a task tagged #low-complexity: 0"),
        "several_teams": percent("More, when it needs another team: 10"),
        "new_technology": percent("More, for a task tagged #new-technology: 20"),
    });
    let names = Sizing::NAMED.map(|(name, _)| name);
    let properties = json!({
        "buffer": {
            "description": "How buffers are sized: a rule, or a share of the chain such as 25%",
            "anyOf": [{"enum": names}, {"type": "string", "pattern": "^[0-9]{1,3}(\\.[0-9]+)? ?%$"}],
        },
        "yellow": rising("Percent of the buffer from which it is yellow, at the beginning and at the end of the chain", 200),
        "red": rising("Percent of the buffer from which it is red, at the beginning and at the end of the chain", 200),
        "load": rising("Percent of their time that people should have given away, at least and at most", 100),
        "realistic": object("Percent that the rule `per-task` adds to what a task is planned at", &[], realistic, Unknown::Refused),
    });
    object("How buffers and load are judged", &[], properties, Unknown::Refused)
}

fn points(about: &str) -> Value {
    json!({"description": about, "type": "integer", "minimum": 1, "maximum": 100})
}

/// Who handles a blocker, by level.
fn handlers() -> Value {
    let many = |about: &str| one_or_many(about, name("A role or member"));
    let specialist = |(kind, _): (&str, &str)| (kind.to_owned(), name("A role or member"));
    let specialists: Map<String, Value> = SPECIALISTS.into_iter().map(specialist).collect();
    let levels = json!({
        "L2": many("Who helps its owner"),
        "L3": object("The specialist, by type or subtype", &[], Value::Object(specialists), Unknown::Refused),
        "L4": many("Who decides"),
        "L5": many("Who decides about another plan"),
    });
    object("Who handles a blocker on which level", &[], levels, Unknown::Refused)
}

/// The rungs of each priority.
fn rungs() -> Value {
    let rungs = json!({
        "description": "Three or four rising times",
        "type": "array", "minItems": 3, "maxItems": 4,
        "items": { "type": "string", "pattern": "^[0-9]{1,5}[mhd]$" },
    });
    Value::Object(super::ladder::PRIORITIES.into_iter().map(|name| (name.to_owned(), rungs.clone())).collect())
}

/// One gate: of exactly one kind, with the keys that have an effect on it.
fn gate() -> Value {
    let properties = json!({
        "run": text("A command; it passes when it ends with status 0, in time, and ran enough tests"),
        "approve": name("The role that approves"),
        "checklist": text("A document whose boxes all have to be ticked"),
        "changed": texts("Paths of which one has to change when one of `when` does"),
        "metric": metric(),
        "inputs": texts("What the command reads: files, folders (`src/`), globs (`docs/**`), or `.` for everything"),
        "timeout": {"description": "How long the command may run: `90s`, `15m`, `1h`", "type": "string", "pattern": "^[0-9]{1,6}[smh]$"},
        "min_tests": {"description": "How many tests have to run at least", "type": "integer", "minimum": 1, "maximum": u32::MAX},
        "env": texts("Environment variables that are passed on to the command"),
        "on": texts("Kinds of machines whose results count, such as `linux-x86_64`"),
        "when": texts("The gate applies only when one of these paths changes"),
        "waivable": boolean("Whether the gate can be waived, or taken away from an item"),
        "independent": boolean("Whether the approver must have had no part in the work"),
        "baseline": boolean("Whether a red result is excused by a recorded red one on the protected side"),
        "or": text("What a commit message may say instead"),
        "trust": word("The least trust for results of this gate", &Trust::ALL.map(Trust::name)),
        "max_age": duration("How old a result may be; any age unless said"),
    });
    let mut gate = object("A named check", &[], properties, Unknown::Refused);
    let kinds = entry::KINDS.map(|kind| {
        let mut wanted = vec![kind];
        wanted.extend((kind == "run").then_some("inputs"));
        let useless = entry::effects(kind).filter(|(_, works)| !works).map(|(key, _)| key);
        let others = entry::KINDS.into_iter().filter(|other| *other != kind);
        let barred: Vec<Value> = useless.chain(others).map(|key| json!({"required": [key]})).collect();
        json!({"required": wanted, "not": {"anyOf": barred}})
    });
    gate["oneOf"] = json!(kinds);
    gate
}

fn metric() -> Value {
    let number = |about: &str| json!({"description": about, "type": "number"});
    let properties = json!({
        "lcov": text("Line coverage in percent, from an LCOV file"),
        "cobertura": text("Line coverage in percent, from a Cobertura XML file"),
        "junit": text("The share of passed tests in percent, from a JUnit XML file"),
        "json": text("A number of a JSON file, at `pointer`"),
        "pointer": {"description": "Where in the JSON file (RFC 6901)", "type": "string", "pattern": "^/"},
        "regex": text("An expression whose first group is the number, in the output of the command"),
        "min": number("The least that passes"),
        "max": number("The most that passes"),
    });
    let mut metric = object("A number that has to stay within bounds", &[], properties, Unknown::Refused);
    metric["anyOf"] = json!([{"required": ["min"]}, {"required": ["max"]}]);
    metric["oneOf"] = json!(entry::READINGS.map(|key| json!({"required": [key]})));
    metric["dependentRequired"] = json!({"json": ["pointer"], "pointer": ["json"]});
    metric
}
