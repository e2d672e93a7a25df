//! `dashboard --serve`: the page for the browsers of this machine, made anew when something changes.

use super::DashboardArgs;
use crate::cli::past::surveyed_again;
use crate::cli::watch::Ground;
use crate::cli::wire::Bench;
use crate::cli::{Context, Exit};
use crate::diag::Failure;
use crate::report::html;
use crate::serve::{Publisher, Reach, Server};
use crate::verb::dashboard::{self, Dashboard, Request};
use crate::watch::Watcher;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime};

/// Ages and dates go on although nothing happens: that is how soon they are counted anew.
const LOOK_ANYWAY: Duration = Duration::from_secs(5 * 60);

/// How soon a look that failed is tried again.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// Serves until it is interrupted.
///
/// # Errors
/// The repository cannot be read, or the address not be taken.
pub(super) fn run(context: &Context, args: &DashboardArgs, address: SocketAddr) -> Result<Exit, Failure> {
    let reach = if args.public { Reach::Anybody } else { Reach::Loopback };
    let server = Server::open(address, reach)?;
    let bench = Bench::open(context)?;
    // The places are followed before the first look, so that nothing happens unseen between the two.
    let watcher = Watcher::new(Ground::places(&bench)?, None);
    // A server that was started again counts on from the one before.
    let mut press =
        Press { publisher: server.publisher(), version: u64::try_from(bench.now().as_second()).unwrap_or_default() };
    press.print(&look(context, args)?);
    context.output.print(&format!("http://{}/\n", server.address()))?;
    context.output.say("serving the dashboard until this is interrupted; it reloads itself when something changes");
    std::thread::scope(|scope| {
        scope.spawn(|| keep_fresh(context, args, watcher, press));
        server.run();
    });
    Ok(Exit::Passed)
}

/// Makes the pages: there is one, and nobody else writes.
struct Press {
    publisher: Publisher,
    version: u64,
}

impl Press {
    fn print(&mut self, dashboard: &Dashboard) {
        self.version += 1;
        self.publisher.show(self.version, html::page(dashboard, Some(self.version)));
    }
}

fn keep_fresh(context: &Context, args: &DashboardArgs, mut watcher: Watcher, mut press: Press) {
    let mut again = LOOK_ANYWAY;
    loop {
        watcher.next(SystemTime::now() + again);
        let looked = Bench::open(context).and_then(|bench| {
            watcher.follow(Ground::places(&bench)?);
            look(context, args)
        });
        match looked {
            Ok(found) => {
                press.print(&found);
                again = LOOK_ANYWAY;
            }
            // The repository may be in the middle of something.
            Err(failure) => {
                if again == LOOK_ANYWAY {
                    context.output.say(&format!("could not look: {}", failure.message));
                }
                again = LOOK_AGAIN;
            }
        }
    }
}

/// What there is to be seen; of a plan with mistakes, these.
fn look(context: &Context, args: &DashboardArgs) -> Result<Dashboard, Failure> {
    let bench = Bench::open(context)?;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let found = surveyed_again(context, &args.line, |survey| {
        dashboard::run(&Request { survey, world: bench.world(), threads })
    })?;
    Ok(found.unwrap_or_else(|mistakes| dashboard::of_mistakes(&mistakes, bench.now())))
}
