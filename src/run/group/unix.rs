//! Process groups, and what an interrupt does to them.

use super::Ending;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;
use std::collections::HashMap;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{LazyLock, Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

/// Started groups whose leader was not reaped yet, so that their ids are surely theirs; the value tells
/// whether an interrupt ended it. A group is signalled only while this is held and it is in here.
static LIVE: LazyLock<Mutex<HashMap<Pid, bool>>> = LazyLock::new(Mutex::default);

/// Whether an interrupt arrived while somebody watched.
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// How many [`Watch`]es there are.
static WATCHES: AtomicUsize = AtomicUsize::new(0);

fn live() -> MutexGuard<'static, HashMap<Pid, bool>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether this program was interrupted (SIGINT, SIGTERM, SIGHUP) while a [`Watch`] was held. The caller then
/// gives up after cleaning up, with exit status 130.
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// While one is held, the first interrupt ends the running commands instead of this program, so that nothing
/// is left running and exports are removed. A second one, or one outside, ends the program as usual.
#[derive(Debug)]
pub struct Watch(());

impl Watch {
    /// Starts watching.
    ///
    /// # Errors
    /// The system refuses to install the signal handlers.
    pub fn start() -> io::Result<Self> {
        static START: Once = Once::new();
        let mut outcome = Ok(());
        START.call_once(|| outcome = start_thread());
        outcome?;
        WATCHES.fetch_add(1, Ordering::SeqCst);
        Ok(Self(()))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        WATCHES.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The handlers stay for the life of the program: taking one away would leave its signal ignored.
fn start_thread() -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in signals.forever() {
            let is_first = !INTERRUPTED.swap(true, Ordering::SeqCst);
            for (group, by_interrupt) in live().iter_mut() {
                *by_interrupt = true;
                send(*group, Signal::KILL);
            }
            if !is_first || WATCHES.load(Ordering::SeqCst) == 0 {
                // Ends the program; there is nobody to tell if it cannot.
                let _ = emulate_default_handler(signal);
            }
        }
    })?;
    Ok(())
}

/// A process that leads a group of its own.
pub struct Group {
    leader: Child,
    pid: Pid,
    /// Closed when the leader has ended; it stays unreaped, so that its id cannot be given to another process.
    ended: Receiver<()>,
}

impl Group {
    /// Starts the command in a new group.
    ///
    /// # Errors
    /// The program could not be started.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        let (group, end) = {
            // Held over the start, so that no interrupt falls between it and the entry.
            let mut live = live();
            let leader = command.process_group(0).spawn()?;
            let pid = Pid::from_child(&leader);
            let (end, ended) = mpsc::channel::<()>();
            live.insert(pid, interrupted());
            if interrupted() {
                send(pid, Signal::KILL);
            }
            (Self { leader, pid, ended }, end)
        };
        let pid = group.pid;
        std::thread::spawn(move || {
            let _end = end;
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            while matches!(waitid(WaitId::Pid(pid), options), Err(rustix::io::Errno::INTR)) {}
        });
        Ok(group)
    }

    /// Waits for the leader; whether it ended in time.
    pub fn ends_within(&mut self, time: Duration) -> bool {
        self.ended.recv_timeout(time) != Err(mpsc::RecvTimeoutError::Timeout)
    }

    /// Asks every process of the group to end.
    pub fn ask_to_end(&self) {
        send(self.pid, Signal::TERM);
    }

    /// Kills what is left of the group and tells how the leader ended.
    ///
    /// # Errors
    /// The system does not tell how it ended.
    pub fn end(mut self) -> io::Result<Ending> {
        send(self.pid, Signal::KILL);
        // Nobody sends on the channel: this waits until it is closed.
        let _ = self.ended.recv();
        let by_interrupt = live().remove(&self.pid).unwrap_or(false);
        let status = self.leader.wait()?;
        Ok(match (by_interrupt, status.code()) {
            (true, _) => Ending::Interrupted,
            (false, Some(code)) => Ending::Exit(code),
            (false, None) => Ending::Signal(status.signal().unwrap_or_default()),
        })
    }
}

/// Signals a group that is [`live`]. Fails only when nothing is left of it.
fn send(group: Pid, signal: Signal) {
    let _ = kill_process_group(group, signal);
}
