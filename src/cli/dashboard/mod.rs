//! `dashboard`: how the project stands, as one page for a browser.

#[cfg(feature = "serve")]
mod serve;

use super::past::{LineArgs, surveyed_with_branches, when};
use super::wire::Bench;
use super::{Context, Exit};
use crate::diag::{Diagnostic, Failure};
use crate::disk;
use crate::report::json::{envelope, v1};
use crate::report::{Format, html};
use crate::verb::dashboard::{self, Dashboard, Request};
use jiff::Timestamp;
#[cfg(feature = "serve")]
use std::net::SocketAddr;
use std::path::PathBuf;

/// Below the common Git folder: a page that nobody asked to have elsewhere is not in the way of the files.
const FILE: &str = "passmuster/dashboard.html";

#[derive(Debug, clap::Args)]
pub struct DashboardArgs {
    /// Write the page into FILE instead of the Git folder; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Look as if it were then: a day, or a moment
    #[arg(long, value_name = "WHEN", value_parser = when)]
    now: Option<Timestamp>,

    #[command(flatten)]
    line: LineArgs,

    /// Serve the page at ADDRESS instead, until this is interrupted; it reloads itself when something changes
    #[cfg(feature = "serve")]
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, default_missing_value = "127.0.0.1:4180", conflicts_with_all = ["out", "now"])]
    serve: Option<SocketAddr>,

    /// With --serve: ADDRESS may be one that others can reach
    #[cfg(feature = "serve")]
    #[arg(long, requires = "serve")]
    public: bool,
}

/// Writes the page.
///
/// # Errors
/// A file or the history could not be read, or the page not be written.
pub fn run(context: &Context, args: &DashboardArgs) -> Result<Exit, Failure> {
    #[cfg(feature = "serve")]
    if let Some(address) = args.serve {
        return serve::run(context, args, address);
    }
    let found = match look(context, &args.line, args.now)? {
        Ok(found) => found,
        Err(errors) => {
            let exit = context.report(&errors)?;
            context.output.say("there is no dashboard of a plan with errors");
            return Ok(exit);
        }
    };
    let page = match context.format {
        Format::Json => envelope("dashboard", &v1::Dashboard::of(&found)),
        _ => html::page(&found, None),
    };
    let file = match &args.out {
        Some(out) if out.as_os_str() == "-" => {
            context.output.print(&page)?;
            return Ok(Exit::Passed);
        }
        // Programs read it where they asked for it.
        None if context.format == Format::Json => {
            context.output.print(&page)?;
            return Ok(Exit::Passed);
        }
        Some(out) => context.dir.join(out),
        None => Bench::open(context)?.repo.common_dir().join(FILE),
    };
    disk::write_atomic(&file, page.as_bytes())?;
    context.output.print(&format!("{}\n", crate::report::foreign::line(&file.display().to_string())))?;
    Ok(Exit::Passed)
}

/// Everything the page shows. `Err` holds the findings when the plan cannot be built on.
fn look(
    context: &Context,
    line: &LineArgs,
    now: Option<Timestamp>,
) -> Result<Result<Dashboard, Vec<Diagnostic>>, Failure> {
    let bench = Bench::open(context)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    surveyed_with_branches(context, line, now, |survey| {
        dashboard::run(&Request { survey, world: bench.world(), threads })
    })
}
