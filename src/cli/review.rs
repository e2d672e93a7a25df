//! `review`: the review board looks at the plan before work begins.

use super::record::{ListArgs, NameArgs, StepArgs, TasksArgs, Typed};
use super::workspace::{Workspace, sound_plan};
use super::{Context, Exit, record};
use crate::diag::Failure;
use crate::phase::board::{self, Session, Verdict};
use crate::policy::Conduct;
use crate::record::book::Book;
use crate::record::kinds::REVIEW;
use crate::report::json::{envelope, v1};
use crate::report::table::{Align, Table};
use crate::report::{Format, Style, foreign};
use clap::builder::PossibleValuesParser;

#[derive(Debug, clap::Args)]
pub struct ReviewArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// Begin a review of the plan as it is
    New(NewArgs),

    /// Close it, as its executive, with four scores
    Close(CloseArgs),

    /// Show what the board says in its newest session
    Board,

    /// Write the concerns of a review into the plan as tasks
    Tasks(TasksArgs),

    /// List reviews
    List(ListArgs),

    /// Show one
    Show(NameArgs),
}

#[derive(Debug, clap::Args)]
struct NewArgs {
    /// Who reviews: cio looks at research and what is depended on, cto at architecture and quality, coo at goals and time
    #[arg(long, value_name = "WHO", value_parser = PossibleValuesParser::new(["cio", "cto", "coo"]))]
    executive: String,

    /// Number of the session; a plan that was rejected or changed needs the next one
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    session: u32,
}

#[derive(Debug, clap::Args)]
struct CloseArgs {
    #[command(flatten)]
    step: StepArgs,

    /// A rubric with its points of 25, such as `quality 22`; one for each of the four
    #[arg(long = "score", value_name = "RUBRIC POINTS", required = true)]
    scores: Vec<String>,

    /// How sure the reviewer is
    #[arg(long, value_name = "HOW", value_parser = PossibleValuesParser::new(["low", "medium", "high"]))]
    confidence: Option<String>,
}

/// Does what was typed.
///
/// # Errors
/// A review is unknown, the step is not one, or a file could not be read or written.
pub fn run(context: &Context, args: ReviewArgs) -> Result<Exit, Failure> {
    match &args.verb {
        Verb::New(new) => {
            let workspace = Workspace::open(context)?;
            let checked = match sound_plan(&workspace)? {
                Ok(checked) => checked,
                Err(errors) => return context.report(&errors),
            };
            let digest = board::plan_digest(&checked.project.plan);
            let title = format!("Review of the plan by the {}, session {}", new.executive, new.session);
            let typed = Typed::default()
                .one("executive", Some(&new.executive))
                .one("session", Some(&new.session.to_string()))
                .one("plan", Some(digest.as_str()));
            record::open(context, &REVIEW, &title, typed)
        }
        Verb::Close(args) => {
            let typed = Typed::default().many("scores", &args.scores).one("confidence", args.confidence.as_deref());
            record::step(context, &REVIEW, "close", &args.step, typed)
        }
        Verb::Board => show_board(context),
        Verb::Tasks(args) => record::tasks(context, &REVIEW, args),
        Verb::List(args) => record::list(context, &REVIEW, args),
        Verb::Show(args) => record::show(context, &REVIEW, args),
    }
}

fn show_board(context: &Context) -> Result<Exit, Failure> {
    let workspace = Workspace::open(context)?;
    let checked = match sound_plan(&workspace)? {
        Ok(checked) => checked,
        Err(errors) => return context.report(&errors),
    };
    let reviews = Book::new(&workspace.tree).of(&REVIEW)?;
    let points = checked.project.policy.as_ref().map(|policy| policy.conduct.board);
    let points = points.unwrap_or_else(|| Conduct::default().board);
    let Some(session) = Session::newest(&reviews, &board::plan_digest(&checked.project.plan), points) else {
        context.output.say("the board has not met; begin with `passmuster review new --executive cio`");
        return Ok(Exit::Passed);
    };
    context.output.print(&match context.format {
        Format::Json => envelope("board", &answer(&session)),
        _ => text(&session, context.output.style()),
    })?;
    Ok(Exit::Passed)
}

fn answer(session: &Session) -> v1::Board<'_> {
    v1::Board {
        session: session.number,
        verdict: session.verdict().map(Verdict::name),
        current: session.current,
        reviews: session
            .seats
            .iter()
            .map(|seat| v1::BoardSeat {
                executive: seat.executive,
                review: seat.review.as_ref().map(|(review, _)| review.name()),
                points: seat.review.as_ref().map(|(_, points)| *points),
                verdict: seat.verdict.map(Verdict::name),
            })
            .collect(),
        concerns: session.concerns().into_iter().map(|(_, concern)| concern).collect(),
    }
}

fn text(session: &Session, style: Style) -> String {
    let mut table = Table::new([
        ("executive", Align::Left),
        ("points", Align::Right),
        ("verdict", Align::Left),
        ("review", Align::Left),
    ]);
    for seat in &session.seats {
        match (&seat.review, seat.verdict) {
            (Some((review, points)), Some(verdict)) => {
                table.row([seat.executive, &points.to_string(), verdict.name(), review.name()])
            }
            _ => table.row([seat.executive, "", "not there yet", ""]),
        };
    }
    let verdict = session.verdict().map_or("open", Verdict::name);
    let mut out = format!("session {}: {verdict}\n\n{}", session.number, table.render(style));
    if !session.current {
        out.push_str("\nthe plan was changed since: this session does not count for it\n");
    }
    let concerns = session.concerns();
    if !concerns.is_empty() {
        out.push_str("\nwork may begin when each concern is a task of the plan:\n\n");
    }
    for (_, concern) in &concerns {
        out.push_str(&format!("- {}\n", foreign::line(concern)));
    }
    let mut reviews: Vec<&str> = concerns.iter().map(|(review, _)| review.as_str()).collect();
    reviews.dedup();
    for review in reviews {
        out.push_str(&format!("\nrun `passmuster review tasks {} --under ITEM`\n", foreign::line(review)));
    }
    out
}
