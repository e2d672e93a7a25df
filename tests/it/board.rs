//! The board on a real terminal, driven by tmux.

use crate::harness::{Output, Sandbox, in_time};

const PLAN: &str = "plan/03-execution-plan.md";

/// A terminal of its own, whose server ends with it.
struct Screen<'s> {
    sandbox: &'s Sandbox,
    socket: String,
}

impl<'s> Screen<'s> {
    /// Starts the board in a terminal of this size; none where there is no tmux.
    #[expect(clippy::print_stdout, reason = "who runs the tests should see what was skipped")]
    fn start(sandbox: &'s Sandbox, width: u16, height: u16) -> Option<Self> {
        let folders = std::env::var_os("PATH").unwrap_or_default();
        if !std::env::split_paths(&folders).any(|folder| folder.join("tmux").is_file()) {
            println!("skipped: there is no tmux");
            return None;
        }
        let screen = Self { sandbox, socket: sandbox.root().join("tmux").display().to_string() };
        let (width, height) = (width.to_string(), height.to_string());
        let shell = "sh -c 'PS1=ready: exec sh'";
        screen.tmux(&["-f", "/dev/null", "new-session", "-d", "-x", &width, "-y", &height, shell]).success();
        let board = format!("echo $$ >../pid; exec \"{}\" board", env!("CARGO_BIN_EXE_passmuster"));
        screen.type_line(&format!("sh -c '{board}'; echo \"ended with $?\""));
        Some(screen)
    }

    /// Whether the board still runs.
    #[cfg(target_os = "linux")]
    fn is_alive(&self) -> bool {
        let pid = std::fs::read_to_string(self.sandbox.root().join("pid")).expect("the board was started");
        // The first letter behind the name tells the state; `Z`: it is dead, and nobody asked how it ended.
        let state = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        state
            .rsplit(')')
            .next()
            .is_some_and(|rest| !rest.trim_start().is_empty() && !rest.trim_start().starts_with('Z'))
    }

    fn tmux(&self, args: &[&str]) -> Output {
        let mut command = self.sandbox.command("tmux", "work");
        command.env("TERM", "xterm-256color").args(["-u", "-S", &self.socket]).args(args);
        self.sandbox.run(&mut command, "")
    }

    fn type_line(&self, line: &str) {
        self.tmux(&["send-keys", "-l", line]).success();
        self.keys(&["Enter"]);
    }

    fn keys(&self, keys: &[&str]) {
        self.tmux(&[&["send-keys"], keys].concat()).success();
    }

    fn text(&self) -> String {
        self.tmux(&["capture-pane", "-p"]).success().stdout
    }

    #[track_caller]
    fn until(&self, words: &str) {
        in_time(words, || self.text().contains(words));
    }
}

impl Drop for Screen<'_> {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

fn story() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write(
        PLAN,
        "---\npassmuster: plan/1\ntitle: A plan\n---\n# A plan\n\n- [ ] A-1: first \u{1b}[2J ~2h\n- [ ] A-2: second ~1h\n  - needs: A-1\n",
    );
    sandbox.commit_all("plan");
    sandbox
}

#[test]
fn it_shows_acts_reloads_and_gives_the_terminal_back() {
    let sandbox = story();
    let Some(screen) = Screen::start(&sandbox, 80, 24) else { return };
    screen.until("1 plan (2)");
    assert!(!screen.text().contains('\u{1b}'), "foreign text moves nothing");
    // A change from elsewhere is seen.
    let plan = sandbox.read(PLAN);
    sandbox.write(PLAN, format!("{plan}- [ ] A-3: third ~1h\n"));
    screen.until("1 plan (3)");
    screen.keys(&["?"]);
    screen.until("go to a pane");
    screen.keys(&["x"]);
    // What writes is asked about, and then done by the verb that would have been typed.
    screen.keys(&["s"]);
    screen.until("passmuster start A-1");
    screen.keys(&["n"]);
    screen.keys(&["d"]);
    screen.until("passmuster done A-1");
    screen.keys(&["y"]);
    screen.until("back to the board");
    screen.keys(&["Enter"]);
    screen.until("1 of 3 done");
    assert!(sandbox.read(PLAN).contains("- [x] A-1"));
    assert_eq!(sandbox.shell("work", "git branch --show-current").line(), "main", "a no starts nothing");
    screen.tmux(&["resize-window", "-x", "160", "-y", "50"]).success();
    screen.until("blockers and calls");
    screen.keys(&["C-c"]);
    screen.until("ended with 130");
}

#[cfg(target_os = "linux")]
#[test]
fn it_ends_with_its_terminal() {
    let sandbox = story();
    let Some(screen) = Screen::start(&sandbox, 80, 24) else { return };
    screen.until("1 plan (2)");
    assert!(screen.is_alive());
    screen.tmux(&["kill-server"]).success();
    in_time("the end of the board", || !screen.is_alive());
}

#[test]
fn without_a_terminal_it_says_what_to_use_instead() {
    let said = story().passmuster(&["board"]);
    assert_eq!(said.status, 2, "{said}");
    assert!(said.contains("passmuster status"), "{said}");
}
