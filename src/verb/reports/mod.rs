//! Reports: the same facts as `status`, `metrics` and the war room, told for a purpose.
//!
//! Verb layer. A report is a pure function of a [`Survey`], its figures and its moment: two machines write the same bytes.
//! What is not known is said to be unknown; it is never zero, and never good. `parts` holds what several of them say,
//! the other files what one of them says. How a report reads is up to its template.

mod audience;
mod collect;
mod completion;
mod daily;
mod goals;
mod parts;
mod phase;

use super::document::{Document, Section};
use super::indicators::Indicators;
use super::metrics::Reading;
use super::survey::Survey;
use crate::diag::{Failure, nearest};

/// What a report is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// What was done in a day, what comes next, what is in the way.
    Daily,
    /// One phase of the plan, or one of its epics.
    Phase,
    /// Whether the undertaking reached what it set out for.
    Final,
    /// For those who wait for the results.
    Stakeholder,
    /// For those who decide about it, on one page.
    Executive,
    /// Every goal, and what shows that it is met.
    Goals,
    /// What an epic gave: its parts, with their evidence.
    Collect,
}

impl Purpose {
    pub const ALL: [Self; 7] =
        [Self::Daily, Self::Phase, Self::Final, Self::Stakeholder, Self::Executive, Self::Goals, Self::Collect];

    pub fn name(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Phase => "phase",
            Self::Final => "final",
            Self::Stakeholder => "stakeholder",
            Self::Executive => "executive",
            Self::Goals => "goals",
            Self::Collect => "collect",
        }
    }

    /// How it reads where nobody says otherwise.
    pub fn template(self) -> &'static str {
        match self {
            Self::Daily => include_str!("../../../templates/reports/daily.md"),
            Self::Phase => include_str!("../../../templates/reports/phase.md"),
            Self::Final => include_str!("../../../templates/reports/final.md"),
            Self::Stakeholder => include_str!("../../../templates/reports/stakeholder.md"),
            Self::Executive => include_str!("../../../templates/reports/executive.md"),
            Self::Goals => include_str!("../../../templates/reports/goals.md"),
            Self::Collect => include_str!("../../../templates/reports/collect.md"),
        }
    }
}

/// Other ways a report can read, by name.
pub fn styles() -> impl Iterator<Item = (&'static str, &'static str)> {
    [("campaign", include_str!("../../../templates/reports/campaign.md"))].into_iter()
}

/// What reports are made of.
#[derive(Clone, Copy)]
pub struct Material<'s, 'a> {
    pub survey: &'s Survey<'a>,
    pub readings: &'s [Reading],
    pub indicators: &'s Indicators,
}

/// Makes a report; `item` is what a phase or an epic is about.
///
/// # Errors
/// The item is not in the plan, or it is not said which one is meant.
pub fn run(purpose: Purpose, material: &Material<'_, '_>, item: Option<&str>) -> Result<Document, Failure> {
    let survey = material.survey;
    let (title, sections) = match purpose {
        Purpose::Daily => ("Daily status".to_owned(), daily::sections(material)),
        Purpose::Phase => {
            let index = item.map_or_else(|| phase::current(survey), |id| find(survey, id))?;
            (
                format!("{} {}", survey.plan.items[index].id.value, survey.plan.items[index].title().value),
                phase::sections(material, index),
            )
        }
        Purpose::Final => ("Final report".to_owned(), completion::sections(material)),
        Purpose::Stakeholder => ("Status for stakeholders".to_owned(), audience::stakeholder(material)),
        Purpose::Executive => ("Executive summary".to_owned(), audience::executive(material)),
        Purpose::Goals => ("Goals".to_owned(), vec![goals::section(survey)]),
        Purpose::Collect => {
            let id = item.ok_or_else(|| Failure::usage("no epic is named").hint("write `passmuster collect EPIC`"))?;
            let index = find(survey, id)?;
            (
                format!("{} {}", survey.plan.items[index].id.value, survey.plan.items[index].title().value),
                collect::sections(survey, index),
            )
        }
    };
    Ok(Document { title, sections })
}

fn find(survey: &Survey<'_>, id: &str) -> Result<usize, Failure> {
    survey.plan.find(id).ok_or_else(|| {
        let known = survey.plan.items.iter().map(|item| item.id.value.as_str());
        let hint = nearest(id, known).map_or_else(
            || "`passmuster status` lists the parts of the plan".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        Failure::usage(format!("there is no item `{id}` in the plan")).hint(hint)
    })
}

pub(super) use goals::goals;
pub(super) use parts::{critical_path, day_number, next};

fn section(name: &'static str, title: &str, blocks: Vec<super::document::Block>) -> Section {
    Section::new(name, title, blocks)
}

#[cfg(test)]
mod tests;
