//! The effective policy as text.

use super::conduct::shown;
use super::parse::{EVERY_REF, written_level};
use super::{
    Call, Conduct, DEFAULT_TIMEOUT, Gate, GateKind, Level, Metric, Policy, Power, Precautions, Reading, Time, Trigger,
};
use crate::doc::yaml::flow;
use crate::id::MemberName;
use crate::text::Spanned;
use serde_json::{Map, Value, json};
use std::fmt::Write;

impl Policy {
    /// The whole policy as YAML that reads back to the same policy; lines that the file leaves to the profile say
    /// so in a comment.
    pub fn show(&self) -> String {
        let mut page = Page { out: String::new(), profile: self.profile.name() };
        let says = |key| self.says(key);
        page.line(0, "passmuster", &json!(format!("policy/{}", self.format)), true);
        page.line(0, "repository", &json!(self.repository.value), true);
        page.line(0, "profile", &json!(self.profile.name()), says("profile"));
        page.line(0, "protect", &texts(&self.protect), true);
        page.line(0, "trust", &self.shown_trust(), says("trust"));
        page.line(0, "separation", &json!(self.separation.name()), says("separation"));
        let threshold = json!({ "files": self.threshold.files, "minutes": self.threshold.minutes });
        page.line(0, "threshold", &threshold, says("threshold"));
        page.line(0, "comms", &json!(self.comms.name()), says("comms"));
        page.open("commits");
        page.line(1, "name_item", &json!(self.commits_name_item.name()), says("name_item"));
        page.line(1, "outside_touches", &json!(self.commits_outside_touches.name()), says("outside_touches"));
        page.open("levels");
        for level in Level::ALL {
            let names = self.levels.get(&level).into_iter().flatten();
            let names: Vec<&str> = names.map(|name| name.as_str()).collect();
            page.line(1, level.name(), &json!(names), says(written_level(level)));
        }
        if !self.gates.is_empty() {
            page.open("gates");
        }
        for gate in self.gates.values() {
            page.line(1, gate.name.as_str(), &entry(gate), true);
        }
        if !self.owners.is_empty() {
            page.open("owners");
        }
        for (pattern, owner) in &self.owners {
            page.line(1, &pattern.value, &json!(owner.as_str()), true);
        }
        if !self.on.is_empty() {
            page.open("on");
        }
        for (occasion, command) in &self.on {
            page.line(1, occasion.name(), &json!(command.value), true);
        }
        if !self.views.is_empty() {
            page.open("views");
        }
        for (path, view) in &self.views {
            page.line(1, &path.value, &json!(view.name()), true);
        }
        page.open("triggers");
        for trigger in Trigger::ALL {
            page.line(1, trigger.name(), &call(&self.call(trigger)), says(trigger.name()));
        }
        page.line(0, "enforce_owners", &json!(self.enforce_owners), says("enforce_owners"));
        page.line(0, "phases", &json!(self.phases), says("phases"));
        page.open("ladder");
        for (name, ladder) in super::ladder::PRIORITIES.into_iter().zip(&self.ladders) {
            let rungs: Vec<String> = ladder.iter().map(|minutes| format!("{minutes}m")).collect();
            page.line(1, name, &json!(rungs), says(name));
        }
        page.open("waivers");
        page.line(1, "max_days", &json!(self.waiver_days), says("max_days"));
        page.open("messages");
        let within = shown(self.critical_minutes);
        page.line(1, "critical_within", &json!(within), says("critical_within"));
        self.show_conduct(&mut page);
        self.show_precautions(&mut page);
        if !self.aims.is_empty() {
            page.open("metrics");
        }
        for (figure, aim) in &self.aims {
            page.line(1, figure, &aim.written(), true);
        }
        let roles = |named: &[Spanned<MemberName>]| json!(named.iter().map(|role| role.as_str()).collect::<Vec<_>>());
        let powers = || Power::ALL.map(|power| (power.name(), power.written(), self.powers(power)));
        let all = std::iter::once(("policy", "authority.policy", self.policy_approvers.as_slice())).chain(powers());
        let shown: Vec<_> = all.filter(|(_, _, named)| !named.is_empty()).collect();
        if !shown.is_empty() {
            page.open("authority");
        }
        for (key, written, named) in shown {
            page.line(1, key, &roles(named), says(written));
        }
        page.out
    }

    fn show_conduct(&self, page: &mut Page) {
        let says = |key| self.says(key);
        let Conduct { answer_minutes, board, handlers, active_epics, remediation, procedures } = &self.conduct;
        page.open("handoffs");
        page.line(1, "answer_within", &json!(format!("{answer_minutes}m")), says("answer_within"));
        page.open("board");
        page.line(1, "approved", &json!(board.approved), says("approved"));
        page.line(1, "concerns", &json!(board.concerns), says("concerns"));
        page.open("blockers");
        let names = |named: &[MemberName]| json!(named.iter().map(MemberName::as_str).collect::<Vec<_>>());
        page.line(1, "L2", &names(&handlers.helpers), says("L2"));
        page.out.push_str("  L3:\n");
        for (kind, specialist) in &handlers.specialists {
            page.line(2, kind, &json!(specialist.as_str()), says(kind));
        }
        page.line(1, "L4", &names(&handlers.deciders), says("L4"));
        page.line(1, "L5", &names(&handlers.planners), says("L5"));
        if let Some(active) = active_epics {
            page.open("epics");
            page.line(1, "active", &json!(active), true);
        }
        page.open("procedures");
        page.line(1, "target", &json!(procedures.target), says("target"));
        page.line(1, "alarm", &json!(procedures.alarm), says("alarm"));
        self.show_time(page);
        page.line(0, "remediation", &json!(remediation.name()), says("remediation"));
    }

    fn show_precautions(&self, page: &mut Page) {
        let Precautions { rollback_from, rehearse, reading, markers } = &self.precautions;
        page.open("rollback");
        page.line(1, "from", &json!(rollback_from.name()), self.says("from"));
        if let Some(gate) = rehearse {
            page.line(1, "rehearse", &json!(gate.as_str()), true);
        }
        page.line(0, "reading", &texts(reading), self.says("reading"));
        page.open("debt");
        page.line(1, "markers", &json!(markers), self.says("markers"));
    }

    fn show_time(&self, page: &mut Page) {
        let says = |key| self.says(key);
        let Time { sizing, zones, load, realistic } = &self.time;
        page.open("time");
        page.line(1, "buffer", &json!(sizing.name()), says("buffer"));
        for (key, border) in [("yellow", zones.yellow), ("red", zones.red)] {
            page.line(1, key, &json!([border.begin, border.end].map(|percent| percent as u32)), says(key));
        }
        page.line(1, "load", &json!([load.least, load.most]), says("load"));
        page.out.push_str("  realistic:\n");
        for (key, percent) in realistic.named() {
            page.line(2, key, &json!(percent), says(key));
        }
    }

    fn shown_trust(&self) -> Value {
        if !self.says("trust") {
            return json!(self.profile.defaults().trust.name());
        }
        if let [(pattern, trust)] = self.trust.as_slice()
            && pattern.value == EVERY_REF
        {
            return json!(trust.name());
        }
        let entries = self.trust.iter().map(|(pattern, trust)| (pattern.value.clone(), json!(trust.name())));
        Value::Object(entries.collect())
    }
}

struct Page {
    out: String,
    profile: &'static str,
}

impl Page {
    fn open(&mut self, key: &str) {
        self.out.push_str(key);
        self.out.push_str(":\n");
    }

    fn line(&mut self, level: usize, key: &str, value: &Value, written: bool) {
        let line = format!("{:indent$}{}: {}", "", flow(&json!(key)), flow(value), indent = level * 2);
        self.out.push_str(&line);
        if !written {
            let gap = 48usize.saturating_sub(line.chars().count()).max(2);
            write!(self.out, "{:gap$}# from the profile {}", "", self.profile).expect("writing to a string succeeds");
        }
        self.out.push('\n');
    }
}

fn texts(list: &[Spanned<String>]) -> Value {
    json!(list.iter().map(|text| text.value.as_str()).collect::<Vec<_>>())
}

/// What a trigger does, as one would write it.
fn call(call: &Call) -> Value {
    if !call.is_on {
        return json!("off");
    }
    let mut out = Map::from_iter([("urgency".to_owned(), json!(call.urgency.name()))]);
    if !call.to.is_empty() {
        out.insert("to".to_owned(), json!(call.to.iter().map(|name| name.as_str()).collect::<Vec<_>>()));
    }
    let spans = [("after", call.after), ("again", Some(call.again))];
    out.extend(spans.into_iter().filter_map(|(key, minutes)| Some((key.to_owned(), json!(shown(minutes?))))));
    Value::Object(out)
}

/// The entry as one would write it, without what is the default anyway.
fn entry(gate: &Gate) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| {
        out.insert(key.to_owned(), value);
    };
    match &gate.kind {
        GateKind::Run { command, metric } => {
            put("run", json!(command.value));
            if let Some(metric) = metric {
                put("metric", metric_entry(metric));
            }
        }
        GateKind::Approve { role } => put("approve", json!(role.as_str())),
        GateKind::Checklist { document } => put("checklist", json!(document.value)),
        GateKind::Changed { paths, or } => {
            put("changed", texts(paths));
            if let Some(or) = or {
                put("or", json!(or));
            }
        }
        // Never among the entries of a policy.
        GateKind::Builtin(_) => {}
    }
    let optional = [
        ("inputs", texts(&gate.inputs), gate.inputs.is_empty()),
        ("when", texts(&gate.when), gate.when.is_empty()),
        ("timeout", json!(format!("{}s", gate.timeout.as_secs())), gate.timeout == DEFAULT_TIMEOUT),
        ("min_tests", json!(gate.min_tests), gate.min_tests.is_none()),
        ("env", json!(gate.env), gate.env.is_empty()),
        ("on", json!(gate.on), gate.on.is_empty()),
        ("baseline", json!(gate.baseline), !gate.baseline),
        ("independent", json!(gate.independent), !gate.independent),
        ("trust", json!(gate.trust.map(super::Trust::name)), gate.trust.is_none()),
        ("max_age", json!(gate.max_age.map(shown)), gate.max_age.is_none()),
        ("waivable", json!(gate.waivable), gate.waivable),
    ];
    for (key, value, is_default) in optional {
        if !is_default {
            put(key, value);
        }
    }
    Value::Object(out)
}

fn metric_entry(metric: &Metric) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| {
        out.insert(key.to_owned(), value);
    };
    match &metric.reading {
        Reading::Lcov { file } => put("lcov", json!(file)),
        Reading::Cobertura { file } => put("cobertura", json!(file)),
        Reading::Junit { file } => put("junit", json!(file)),
        Reading::Json { file, pointer } => {
            put("json", json!(file));
            put("pointer", json!(pointer));
        }
        Reading::Regex { pattern } => put("regex", json!(pattern)),
    }
    for (key, bound) in [("min", metric.min), ("max", metric.max)] {
        if let Some(bound) = bound {
            put(key, json!(bound));
        }
    }
    Value::Object(out)
}
