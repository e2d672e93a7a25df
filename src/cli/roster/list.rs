//! `roster list`.

use super::super::workspace::Workspace;
use super::super::{Context, Exit};
use crate::diag::Failure;
use crate::id::MemberName;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, foreign, plural};
use crate::roster::{Member, Roster};
use crate::text::Spanned;
use std::collections::BTreeMap;

#[derive(Debug, clap::Args)]
pub struct ListArgs {
    /// Group the members
    #[arg(long, value_enum, value_name = "WHAT")]
    by: Option<By>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum By {
    Division,
    Team,
    Kind,
    Role,
}

pub fn run(context: &Context, args: &ListArgs) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let roster = match super::read(&workspace)? {
        Ok(roster) => roster.ok_or_else(super::none)?,
        Err(findings) => return context.report(&findings),
    };
    if context.format == Format::Json {
        let members: Vec<_> = roster.members.iter().map(|member| entry(&roster, member)).collect();
        context.output.print(&envelope("roster", &members))?;
        return Ok(Exit::Passed);
    }
    let mut groups: BTreeMap<String, Vec<&Member>> = BTreeMap::new();
    for member in &roster.members {
        for group in groups_of(&roster, member, args.by) {
            groups.entry(group).or_default().push(member);
        }
    }
    let mut out = String::new();
    for (group, members) in &groups {
        if args.by.is_some() {
            let name = if group.is_empty() { "(none)" } else { group };
            out.push_str(&format!("{} — {}\n", foreign::line(name), plural(members.len(), "member")));
        }
        out.push_str(&table(&roster, members).render(context.output.style()));
        if args.by.is_some() {
            out.push('\n');
        }
    }
    context.output.print(&out)?;
    context.output.say(&plural(roster.members.len(), "member"));
    Ok(Exit::Passed)
}

fn groups_of(roster: &Roster, member: &Member, by: Option<By>) -> Vec<String> {
    let groups: Vec<String> = match by {
        None => Vec::new(),
        Some(By::Division) => member.division.iter().map(|division| division.value.clone()).collect(),
        Some(By::Kind) => vec![member.kind.name().to_owned()],
        Some(By::Role) => member.roles.iter().map(|role| role.value.to_string()).collect(),
        Some(By::Team) => roster.teams_of(member).into_iter().map(str::to_owned).collect(),
    };
    if groups.is_empty() { vec![String::new()] } else { groups }
}

fn table(roster: &Roster, members: &[&Member]) -> Table {
    let columns = ["member", "kind", "roles", "teams", "domains", "about"];
    let mut table = Table::new(columns.map(|name| (name, Align::Left)));
    for member in members {
        let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone()).unwrap_or_default();
        let about = if member.about.is_some() { text(&member.about) } else { text(&member.title) };
        let domains: Vec<&str> = member.domains.iter().map(|domain| domain.value.as_str()).collect();
        table.row([
            member.name.as_str(),
            member.kind.name(),
            &names(&member.roles).join(", "),
            &roster.teams_of(member).join(", "),
            &domains.join(", "),
            &about,
        ]);
    }
    table
}

fn names(list: &[Spanned<MemberName>]) -> Vec<&str> {
    list.iter().map(|name| name.value.as_str()).collect()
}

fn entry<'a>(roster: &'a Roster, member: &'a Member) -> v1::MemberEntry<'a> {
    fn text(text: &Option<Spanned<String>>) -> Option<&str> {
        text.as_ref().map(|text| text.value.as_str())
    }
    fn texts(list: &[Spanned<String>]) -> Vec<&str> {
        list.iter().map(|text| text.value.as_str()).collect()
    }
    v1::MemberEntry {
        name: member.name.as_str(),
        title: text(&member.title),
        kind: member.kind.name(),
        about: text(&member.about),
        roles: names(&member.roles),
        implements: member.implements,
        division: text(&member.division),
        teams: roster.teams_of(member),
        domains: texts(&member.domains),
        competencies: texts(&member.competencies),
        reports_to: member.reports_to.as_ref().map(|name| name.value.as_str()),
        deputies: names(&member.deputies),
        capacity: member.capacity.as_ref().map(|capacity| capacity.value.to_string()),
        away: text(&member.away),
        keys: member.keys.len(),
    }
}
