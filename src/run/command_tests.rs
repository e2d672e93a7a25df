use super::super::output::KEPT;
use super::*;
use rustix::process::{Pid, test_kill_process};

fn environment() -> Environment {
    Environment::for_gate("g", "T-1", &[], [("PATH".into(), "/usr/bin:/bin".into())])
}

fn sh_within(command: &str, timeout: Duration) -> Ended {
    let dir = tempfile::tempdir().unwrap();
    super::command(&Request { command, dir: dir.path(), timeout, environment: &environment(), input: None })
}

fn sh(command: &str) -> Ended {
    sh_within(command, Duration::from_secs(60))
}

/// The process id that a command printed on its first line.
fn printed_pid(ended: &Ended) -> Pid {
    let text = ended.output.text(1000);
    Pid::from_raw(text.lines().next().unwrap().trim().parse().unwrap()).unwrap()
}

/// Whether a process is gone, or dead and only waiting for init to collect it.
fn is_gone(pid: Pid) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero()));
    test_kill_process(pid).is_err() || stat.is_ok_and(|stat| stat.contains(") Z ") || stat.contains(") X "))
}

/// A killed orphan is dead when the signal is handled, which may be a moment later.
fn goes_away(pid: Pid) -> bool {
    let until = Instant::now() + Duration::from_secs(10);
    while !is_gone(pid) && Instant::now() < until {
        std::thread::yield_now();
    }
    is_gone(pid)
}

#[test]
fn ends_are_told_apart() {
    assert_eq!(sh("exit 0").status, Status::Exit(0));
    assert_eq!(sh("exit 7").status, Status::Exit(7));
    assert_eq!(sh("no-such-program-anywhere").status, Status::Exit(127));
    assert_eq!(sh("kill -9 $$").status, Status::Signal(9));
    assert!(matches!(sh("a\0b").status, Status::NotStarted(_)));
    let nowhere = Request {
        command: "true",
        dir: Path::new("/no/such/folder"),
        timeout: Duration::from_secs(60),
        environment: &environment(),
        input: None,
    };
    assert!(matches!(super::command(&nowhere).status, Status::NotStarted(_)));
}

#[test]
fn input_is_there_however_late_it_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let input = vec![b'x'; 1_000_000];
    let timeout = Duration::from_secs(60);
    let request =
        Request { command: "wc -c", dir: dir.path(), timeout, environment: &environment(), input: Some(&input) };
    assert_eq!(super::command(&request).output.text(100).trim(), "1000000");
    assert_eq!(sh("wc -c").output.text(100).trim(), "0");
}

#[test]
fn a_timeout_ends_the_whole_group() {
    let ended = sh_within("sleep 300 & echo $!; trap '' TERM; wait; sleep 300", Duration::from_millis(200));
    assert_eq!(ended.status, Status::TimedOut);
    assert!(ended.milliseconds >= 200 && ended.milliseconds < 60_000);
    assert!(goes_away(printed_pid(&ended)));
}

#[test]
fn an_end_after_the_timeout_is_no_success() {
    let ended = sh_within("trap 'exit 0' TERM; sleep 300 & wait", Duration::from_millis(200));
    assert_eq!(ended.status, Status::TimedOut);
}

#[test]
fn background_children_do_not_survive_a_normal_end() {
    let ended = sh("sleep 300 & echo $!");
    assert_eq!(ended.status, Status::Exit(0));
    assert!(ended.milliseconds < 60_000);
    assert!(goes_away(printed_pid(&ended)));
}

#[cfg(target_os = "linux")]
#[test]
fn a_process_that_left_the_group_cannot_hold_up_the_run() {
    let ended = sh("setsid sh -c 'sleep 300 & echo $!'");
    assert_eq!(ended.status, Status::Exit(0));
    assert!(ended.milliseconds < 60_000);
    let _ = rustix::process::kill_process(printed_pid(&ended), rustix::process::Signal::KILL);
}

#[test]
fn output_is_read_to_the_end_and_kept_in_part() {
    let ended = sh("head -c 3000000 /dev/zero; echo error >&2; printf end");
    assert_eq!((ended.status, ended.output.total), (Status::Exit(0), 3_000_009));
    assert_eq!(ended.output.tail.len(), KEPT);
    assert!(ended.output.tail.ends_with(b"\0error\nend"));
    assert_eq!(sh(r"printf '\377\376ok'").output.tail, b"\xff\xfeok");
}

#[test]
fn there_is_no_input_and_only_the_given_environment() {
    let ended = sh("cat; env | sort");
    let text = ended.output.text(KEPT);
    let names: Vec<&str> = text.lines().filter_map(|line| line.split('=').next()).collect();
    // What shells add themselves.
    let own = ["PWD", "OLDPWD", "SHLVL", "_"];
    let given: Vec<&str> = names.into_iter().filter(|name| !own.contains(name)).collect();
    assert_eq!(given, ["CI", "NO_COLOR", "PASSMUSTER_GATE", "PASSMUSTER_ITEM", "PATH", "TERM"]);
}

/// Runs in a process of its own, started by the test below, because a signal reaches all of a process.
#[test]
#[ignore = "started by `an_interrupt_ends_the_commands_and_then_the_program`"]
fn waits_to_be_interrupted() {
    use std::io::Write;
    let _watch = super::super::Watch::start().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let fifo = dir.path().join("pid");
    let made = Command::new("mkfifo").arg(&fifo).status().unwrap();
    assert!(made.success());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let pid = std::fs::read_to_string(&fifo).unwrap();
            let mut out = io::stdout();
            writeln!(out, "\npid {pid}").unwrap();
            out.flush().unwrap();
        });
        let environment = environment();
        let request = Request {
            command: "sleep 300 & echo $! > pid; wait",
            dir: dir.path(),
            timeout: Duration::from_secs(60),
            environment: &environment,
            input: None,
        };
        assert_eq!(super::command(&request).status, Status::Interrupted);
    });
    assert!(super::super::interrupted());
    let late = sh("sleep 300");
    assert_eq!(late.status, Status::Interrupted);
}

#[test]
fn an_interrupt_ends_the_commands_and_then_the_program() {
    use std::io::{BufRead, BufReader};
    let mut program = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "run::command::tests::waits_to_be_interrupted", "--ignored", "--nocapture"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines().map_while(Result::ok);
    let pid = lines.find_map(|line| line.strip_prefix("pid ").and_then(|pid| pid.trim().parse().ok())).unwrap();
    rustix::process::kill_process(Pid::from_child(&program), rustix::process::Signal::INT).unwrap();
    let rest: Vec<String> = lines.collect();
    assert!(program.wait().unwrap().success(), "{rest:?}");
    assert!(goes_away(Pid::from_raw(pid).unwrap()));
}
