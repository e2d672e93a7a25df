//! `roster add`, `roster set`, `roster key add`: one entry or value more, everything else as it was.

use super::super::workspace::Workspace;
use super::super::{Context, Exit};
use crate::diag::{Failure, Purpose as _};
use crate::id::MemberName;
use crate::port::{Blob, Tree as _};
use crate::report::foreign;
use crate::roster::edit::{self, NewMember};
use crate::roster::{MemberKind, Roster};
use serde_json::json;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct AddArgs {
    /// The member's name: letters, digits, `.`, `_`, `-`
    name: String,

    /// human, agent or ci
    #[arg(long, default_value = "human")]
    kind: String,

    /// Roles, such as code-reviewer
    #[arg(long = "role", value_name = "ROLE")]
    roles: Vec<String>,

    /// Addresses in the member's commits
    #[arg(long = "email", value_name = "ADDRESS")]
    emails: Vec<String>,

    /// Team
    #[arg(long)]
    team: Option<String>,

    /// Path patterns and #tags that are the member's to do
    #[arg(long = "domain", value_name = "DOMAIN")]
    domains: Vec<String>,

    /// Who the member reports to
    #[arg(long, value_name = "MEMBER")]
    reports_to: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct SetArgs {
    member: String,

    /// Such as team, reports_to, capacity, away, roles, domains, emails
    key: String,

    /// The value; nothing takes the key away
    value: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct KeyArgs {
    #[command(subcommand)]
    command: KeyCommand,
}

#[derive(Debug, clap::Subcommand)]
enum KeyCommand {
    /// Add the public key in FILE (`-`: standard input) to a member
    Add { member: String, file: PathBuf },
}

/// The largest public key file that is read, in bytes.
const MAX_KEY: u64 = 64 * 1024;

pub fn add(context: &Context, args: AddArgs) -> Result<Exit, Failure> {
    let name = MemberName::parse(&args.name).ok_or_else(|| {
        Failure::usage(format!("`{}` is not a name", args.name))
            .because("a name has 1 to 64 letters, digits, `.`, `_`, `-`, and starts with a letter or digit")
            .hint("choose a name such as `ada`")
    })?;
    let kinds = [MemberKind::Human, MemberKind::Agent, MemberKind::Ci];
    if !kinds.iter().any(|kind| kind.name() == args.kind) {
        return Err(Failure::usage(format!("`{}` is no kind of member", args.kind)).hint("use human, agent or ci"));
    }
    let member = NewMember::new(name)
        .with("kind", args.kind)
        .with("roles", json!(args.roles))
        .with("team", json!(args.team))
        .with("domains", json!(args.domains))
        .with("reports_to", json!(args.reports_to))
        .with("emails", json!(args.emails));
    change(context, &args.name, |before| {
        if before.is_some_and(|roster| roster.member(member.name.as_str()).is_some()) {
            return Err(Failure::usage(format!("`{}` is on the roster already", member.name))
                .hint(format!("change a key: `passmuster roster set {} KEY VALUE`", member.name)));
        }
        edit::add(text(before), &[member])
    })
}

/// Keys that hold lists: a value is added to them.
const LISTS: [&str; 6] = ["roles", "emails", "domains", "competencies", "deputies", "tools"];

/// Keys that hold one value.
const SINGLE: [&str; 11] =
    ["title", "about", "division", "team", "reports_to", "capacity", "away", "model", "from", "github", "kind"];

pub fn set(context: &Context, args: &SetArgs) -> Result<Exit, Failure> {
    let (member, key) = (args.member.as_str(), args.key.as_str());
    if !LISTS.contains(&key) && !SINGLE.contains(&key) {
        let all = LISTS.iter().chain(&SINGLE).copied();
        let failure = Failure::usage(format!("a member has no key `{key}` that can be set"));
        return Err(match crate::diag::nearest(key, all) {
            Some(near) => failure.hint(format!("write `{near}`")),
            None => failure.hint(format!("use one of {}, {}", LISTS.join(", "), SINGLE.join(", "))),
        });
    }
    change(context, member, |before| match (&args.value, LISTS.contains(&key)) {
        (Some(value), true) => edit::push(text(before), member, key, value),
        (value, _) => edit::set(text(before), member, key, value.as_deref()),
    })
}

pub fn key(context: &Context, args: KeyArgs) -> Result<Exit, Failure> {
    let KeyCommand::Add { member, file } = args.command;
    let text_of_key = read_key(context, &file)?;
    let lines: Vec<&str> = text_of_key.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let [line] = lines.as_slice() else {
        return Err(Failure::usage(format!("`{}` does not hold one public key", file.display()))
            .because("a public key is one line, as in a `.pub` file")
            .hint("name the `.pub` file, for example ~/.ssh/id_ed25519.pub"));
    };
    change(context, &member, |before| edit::push(text(before), &member, "keys", line))
}

fn read_key(context: &Context, file: &std::path::Path) -> Result<String, Failure> {
    use std::io::Read as _;
    let mut text = String::new();
    if file.as_os_str() == "-" {
        let read = std::io::stdin().lock().take(MAX_KEY).read_to_string(&mut text);
        read.purpose(|| "could not read a key from standard input".to_owned())?;
        return Ok(text);
    }
    let (tree, path) = super::file(&Workspace::open(context)?, &context.dir.join(file));
    let none = || Failure::usage(format!("`{}` is no public key", file.display()));
    match tree.blob(&path, MAX_KEY)? {
        Blob::Bytes(bytes) => String::from_utf8(bytes).map_err(|_| none()),
        Blob::TooLarge(_) => Err(none()),
    }
}

fn text(roster: Option<&Roster>) -> &str {
    roster.map_or(edit::EMPTY, |roster| roster.source.text())
}

/// Changes the text of the roster and writes it.
fn change(
    context: &Context,
    member: &str,
    how: impl FnOnce(Option<&Roster>) -> Result<String, Failure>,
) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let _lock = workspace.lock()?;
    let before = match super::read(&workspace)? {
        Ok(roster) => roster,
        Err(findings) => return context.report(&findings),
    };
    let new = how(before.as_ref())?;
    super::write(&workspace, before.as_ref(), &new)?;
    context.output.print(&format!("{}: changed for `{}`\n", crate::roster::PATH, foreign::line(member)))?;
    context.output.say("next: `passmuster check`, and commit it; a change of the roster needs an approval");
    Ok(Exit::Passed)
}
