//! What the policy says about time: how buffers are sized and when they are in danger, how busy people should be, and how
//! a rule of thumb makes a realistic figure of an optimistic one.

use super::codes;
use super::parse::Reader;
use crate::diag::Severity;
use crate::doc::yaml::{Fields, Node};

/// How time is judged. None of it differs between profiles.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Time {
    pub sizing: Sizing,
    pub zones: Zones,
    pub load: Band,
    pub realistic: Realistic,
}

/// How a buffer is sized.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Sizing {
    /// The root of the squares, but at least a quarter of the chain: squares add up to too little when tasks are late
    /// for the same reason.
    #[default]
    Guarded,
    /// The root of the summed squares of what was trimmed: delays that have nothing to do with each other.
    RootSquare,
    /// Half of the chain.
    CutAndPaste,
    /// Half of what was trimmed.
    HalfTrimmed,
    /// What a rule of thumb adds to each task.
    PerTask(Realistic),
    /// A share of the chain.
    Share(f64),
}

impl Sizing {
    /// The rules with a name; `per-task` with the usual percentages.
    pub const NAMED: [(&'static str, Self); 5] = [
        ("guarded", Self::Guarded),
        ("root-square", Self::RootSquare),
        ("cut-and-paste", Self::CutAndPaste),
        ("half-trimmed", Self::HalfTrimmed),
        ("per-task", Self::PerTask(Realistic::USUAL)),
    ];

    /// Reads a name, or a percentage of the chain such as `25%`.
    pub fn from_name(name: &str) -> Option<Self> {
        if let Some((_, sizing)) = Self::NAMED.into_iter().find(|(known, _)| *known == name) {
            return Some(sizing);
        }
        let percent: f64 = name.strip_suffix('%')?.trim().parse().ok()?;
        Some(Self::Share(Some(percent / 100.0).filter(|share| (0.0..=10.0).contains(share))?))
    }

    /// The name it is read by.
    pub fn name(self) -> String {
        if let Self::Share(share) = self {
            return format!("{}%", share * 100.0);
        }
        let same = |known: &Self| std::mem::discriminant(known) == std::mem::discriminant(&self);
        Self::NAMED.iter().find(|(_, known)| same(known)).map_or_else(String::new, |(name, _)| (*name).to_owned())
    }
}

/// A straight border between two zones: percent of the buffer at the beginning and at the end of the chain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Border {
    pub begin: f64,
    pub end: f64,
}

/// Where green ends and where red begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Zones {
    pub yellow: Border,
    pub red: Border,
}

impl Default for Zones {
    /// Green up to 10 % at the beginning and 70 % at the end, red from 30 % and 90 %.
    fn default() -> Self {
        Self { yellow: Border { begin: 10.0, end: 70.0 }, red: Border { begin: 30.0, end: 90.0 } }
    }
}

/// Percent of the time there is that should be given away: less is idle, more leaves no room for what comes in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    pub least: u32,
    pub most: u32,
}

impl Default for Band {
    /// With more than four fifths given away, waiting takes four times as long as work, and soon nine times.
    fn default() -> Self {
        Self { least: 70, most: 80 }
    }
}

/// By how many percent a realistic figure is above an optimistic one: `always`, and of that as much more as the case asks.
///
/// ```
/// use passmuster::policy::{Case, Complexity, Realistic};
/// let added = |case| Realistic::default().added(100.0, case);
/// assert_eq!(added(Case { complexity: Complexity::Low, ..Case::default() }), 25.0);
/// assert_eq!(added(Case { complexity: Complexity::High, several_teams: true, ..Case::default() }), 56.25);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Realistic {
    /// Of every task.
    pub always: u32,
    /// More, by complexity.
    pub high: u32,
    pub medium: u32,
    pub low: u32,
    /// More when several teams take part.
    pub teams: u32,
    /// More when the technology is new.
    pub technology: u32,
}

impl Realistic {
    /// What practice says.
    pub const USUAL: Self = Self { always: 25, high: 15, medium: 10, low: 0, teams: 10, technology: 20 };

    /// The keys of the percentages, with their values.
    pub(super) fn named(&self) -> [(&'static str, u32); 6] {
        let Self { always, high, medium, low, teams, technology } = *self;
        [
            ("always", always),
            ("high", high),
            ("medium", medium),
            ("low", low),
            ("several_teams", teams),
            ("new_technology", technology),
        ]
    }

    /// What is added to so many minutes.
    pub fn added(&self, minutes: f64, case: Case) -> f64 {
        let by_complexity = match case.complexity {
            Complexity::Low => self.low,
            Complexity::Medium => self.medium,
            Complexity::High => self.high,
        };
        let teams = if case.several_teams { self.teams } else { 0 };
        let technology = if case.new_technology { self.technology } else { 0 };
        let always = 1.0 + f64::from(self.always) / 100.0;
        let more = 1.0 + f64::from(by_complexity + teams + technology) / 100.0;
        minutes * (always * more - 1.0)
    }
}

/// How hard a task is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Complexity {
    Low,
    #[default]
    Medium,
    High,
}

/// What a rule of thumb asks about a task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Case {
    pub complexity: Complexity,
    pub several_teams: bool,
    pub new_technology: bool,
}

impl Default for Realistic {
    fn default() -> Self {
        Self::USUAL
    }
}

impl Reader<'_> {
    /// What stands under `time:`.
    pub(super) fn time(&mut self, node: &Node) -> Option<Time> {
        let usual = Time::default();
        let mut fields = Fields::new(self.source, node, "`time`", self.sink)?;
        let sizing = self.optional(&mut fields, "buffer", usual.sizing, Self::sizing);
        let yellow =
            self.optional(&mut fields, "yellow", usual.zones.yellow, |reader, node| reader.border(node, "yellow"));
        let red = self.optional(&mut fields, "red", usual.zones.red, |reader, node| reader.border(node, "red"));
        let load = self.optional(&mut fields, "load", usual.load, |reader, node| {
            let (least, most) = reader.rising(node, "load", "[70, 80]", 100)?;
            Some(Band { least, most })
        });
        let realistic = self.optional(&mut fields, "realistic", usual.realistic, Self::realistic);
        fields.finish(Severity::Error, self.sink);
        let mut zones = Zones { yellow, red };
        if zones.red.begin < zones.yellow.begin || zones.red.end < zones.yellow.end {
            let message = "red begins below yellow";
            let cause = "what uses more of the buffer is in greater danger, at every point of the chain";
            self.error(&codes::BAD_VALUE, node.span, message, cause, "write `yellow: [10, 70]` and `red: [30, 90]`");
            zones = usual.zones;
        }
        let sizing = if let Sizing::PerTask(_) = sizing { Sizing::PerTask(realistic) } else { sizing };
        Some(Time { sizing, zones, load, realistic })
    }

    fn sizing(&mut self, node: &Node) -> Option<Sizing> {
        let text = node.text(self.source, "`buffer`", self.sink)?;
        let sizing = Sizing::from_name(&text.value);
        if sizing.is_none() {
            let message = format!("`{}` is no rule for buffers", text.value);
            let names = Sizing::NAMED.map(|(name, _)| name).join(", ");
            let cause = format!("the rules are {names}, and a share of the chain");
            self.error(&codes::BAD_VALUE, text.span, message, cause, "write `buffer: guarded`, or `buffer: 25%`");
        }
        sizing
    }

    fn border(&mut self, node: &Node, key: &str) -> Option<Border> {
        let (begin, end) = self.rising(node, key, "[10, 70]", 200)?;
        Some(Border { begin: f64::from(begin), end: f64::from(end) })
    }

    /// Two whole numbers of percent, the second no less than the first.
    fn rising(&mut self, node: &Node, key: &str, example: &str, most: u32) -> Option<(u32, u32)> {
        let what = format!("`{key}`");
        let texts = node.texts(self.source, &what, self.sink)?;
        let percent = |text: &str| text.trim_end_matches('%').parse::<u32>().ok().filter(|percent| *percent <= most);
        let numbers: Option<Vec<u32>> = texts.iter().map(|text| percent(&text.value)).collect();
        match numbers.as_deref() {
            Some(&[first, second]) if first <= second => Some((first, second)),
            _ => {
                let message = format!("{what} is not two rising numbers of percent");
                let cause = format!("each is a whole number from 0 to {most}, the second no less than the first");
                self.error(&codes::BAD_VALUE, node.span, message, cause, format!("write `{key}: {example}`"));
                None
            }
        }
    }

    fn realistic(&mut self, node: &Node) -> Option<Realistic> {
        let mut fields = Fields::new(self.source, node, "`realistic`", self.sink)?;
        let usual = Realistic::default();
        let mut share =
            |key, default| self.optional(&mut fields, key, default, |reader, node| reader.number(node, key, 0, 500));
        let realistic = Realistic {
            always: share("always", usual.always),
            high: share("high", usual.high),
            medium: share("medium", usual.medium),
            low: share("low", usual.low),
            teams: share("several_teams", usual.teams),
            technology: share("new_technology", usual.technology),
        };
        fields.finish(Severity::Error, self.sink);
        Some(realistic)
    }
}
