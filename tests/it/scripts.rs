//! Runs `tests/scripts/*.txt`: commands with expectations, on the real `git` and the real binary. libgit2 runs no
//! hooks, Git does; so whatever is said about hooks is said here.
//!
//! ```text
//! # a comment
//! @ work                     the folder of the sandbox the next commands start in (`work` at first)
//! $ git push ../server main  a line of shell; one that ends with `\` goes on in the next line
//! ? 1                        its exit status; without this line 0, with `? *` any but 0
//! > refused                  text that must occur in what it writes to either stream
//! ! panicked                 text that must not
//! -- path/to/file --         the rest are files, written to `work` before anything runs
//! ```
//!
//! `$ROOT` is the sandbox's folder. Every script is named in the list below and is a test of its own.

use crate::harness::{Output, Sandbox};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

macro_rules! scripts {
    ($($name:ident)*) => {
        const LISTED: &[&str] = &[$(stringify!($name)),*];
        $(
            #[test]
            fn $name() {
                run(stringify!($name));
            }
        )*
    };
}

// One name a line: the file is `tests/scripts/<name>.txt`.
scripts! {
    audit_records
    hooks_doctor
    hooks_first_steps
    hooks_foreign
    hooks_holes
    hooks_http
    hooks_leave_the_rest_alone
    hooks_managers
    hooks_messages
    hooks_races
    hooks_refuse_merges
    hooks_refuse_moves
    hooks_server
    hooks_storage
    plain_git
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts")
}

#[test]
fn every_script_is_listed() {
    for entry in std::fs::read_dir(folder()).expect("tests/scripts can be listed") {
        let path = entry.expect("tests/scripts can be listed").path();
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("our names are UTF-8");
        assert!(LISTED.contains(&name), "add `{name}` to the list in tests/it/scripts.rs");
    }
}

/// One command with what is expected of it.
#[derive(Debug, PartialEq)]
struct Step {
    line: usize,
    folder: String,
    command: String,
    status: Status,
    /// Line of the script, whether the text must occur, and the text.
    texts: Vec<(usize, bool, String)>,
}

#[derive(Debug, PartialEq)]
enum Status {
    Is(i32),
    NotZero,
}

#[derive(Debug, Default)]
struct Script {
    steps: Vec<Step>,
    files: Vec<(String, String)>,
}

fn run(name: &str) {
    let text = std::fs::read_to_string(folder().join(format!("{name}.txt"))).expect("a listed script is there");
    let script = read(&text).unwrap_or_else(|fault| panic!("tests/scripts/{name}.txt:{fault}"));
    let sandbox = Sandbox::new();
    for (path, text) in &script.files {
        sandbox.write(path, text);
    }
    let mut transcript = String::new();
    for step in &script.steps {
        let output = sandbox.shell(&step.folder, &step.command);
        let _ = writeln!(transcript, "{output}");
        if let Err((line, fault)) = judge(step, &output) {
            panic!("\n{transcript}\ntests/scripts/{name}.txt:{line}: {fault}\n");
        }
    }
}

/// Says in which line an expectation is not met, and how.
fn judge(step: &Step, output: &Output) -> Result<(), (usize, String)> {
    match step.status {
        Status::Is(status) if output.status != status => {
            return Err((step.line, format!("expected status {status}, got {}", output.status)));
        }
        Status::NotZero if output.status == 0 => return Err((step.line, "expected another status than 0".to_owned())),
        _ => {}
    }
    for (line, wanted, text) in &step.texts {
        if output.contains(text) != *wanted {
            let what = if *wanted { "does not occur" } else { "must not occur" };
            return Err((*line, format!("`{text}` {what} in the output")));
        }
    }
    Ok(())
}

/// Reads a script; a fault begins with its line number.
fn read(text: &str) -> Result<Script, String> {
    let mut script = Script::default();
    let mut folder = "work".to_owned();
    let mut lines = text.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        if let Some(path) = file_name(line) {
            script.files.push((path.to_owned(), String::new()));
            continue;
        }
        if let Some((_, text)) = script.files.last_mut() {
            text.push_str(line);
            text.push('\n');
            continue;
        }
        let (kind, rest) = line.split_at_checked(1).unwrap_or(("", ""));
        let rest = rest.strip_prefix(' ').unwrap_or(rest);
        match (kind, script.steps.last_mut()) {
            ("" | "#", _) => {}
            ("@", _) => rest.trim().clone_into(&mut folder),
            ("$", _) => {
                let mut command = rest.to_owned();
                while command.ends_with('\\') {
                    command.push('\n');
                    command.push_str(lines.next().ok_or(format!("{number}: the command goes on past the end"))?.0);
                }
                let folder = folder.clone();
                script.steps.push(Step { line: number, folder, command, status: Status::Is(0), texts: Vec::new() });
            }
            ("?", Some(step)) => {
                step.status = match rest.trim() {
                    "*" => Status::NotZero,
                    status => Status::Is(status.parse().map_err(|_| format!("{number}: `{status}` is no status"))?),
                };
            }
            (">" | "!", Some(step)) => step.texts.push((number, kind == ">", rest.to_owned())),
            _ => return Err(format!("{number}: cannot read `{line}`")),
        }
    }
    if script.steps.is_empty() { Err("1: there is no command".to_owned()) } else { Ok(script) }
}

fn file_name(line: &str) -> Option<&str> {
    line.strip_prefix("-- ")?.strip_suffix(" --").map(str::trim).filter(|path| !path.is_empty())
}

#[test]
fn scripts_are_read_line_by_line() {
    let script =
        read("# c\n@ other\n$ a \\\n  b\n? 1\n> x\n! y z\n\n$ c\n? *\n-- f/g --\n$ no\n").expect("it is right");
    assert_eq!(script.steps[0].command, "a \\\n  b");
    assert_eq!((script.steps[0].folder.as_str(), &script.steps[0].status), ("other", &Status::Is(1)));
    assert_eq!(script.steps[0].texts, [(6, true, "x".to_owned()), (7, false, "y z".to_owned())]);
    assert_eq!(script.steps[1].status, Status::NotZero);
    assert_eq!(script.files, [("f/g".to_owned(), "$ no\n".to_owned())]);
    for (text, fault) in
        [("> x", "1: cannot read `> x`"), ("$ a\n? b", "2: `b` is no status"), ("", "1: there is no command")]
    {
        assert_eq!(read(text).err().as_deref(), Some(fault), "{text}");
    }
}

#[test]
fn expectations_can_fail() {
    let judged = |text: &str| {
        let script = read(text).expect("it is right");
        judge(&script.steps[0], &Sandbox::new().shell("work", &script.steps[0].command)).err().map(|(line, _)| line)
    };
    assert_eq!(judged("$ echo a; exit 3\n? 3\n> a\n! b"), None);
    assert_eq!(judged("$ exit 3"), Some(1));
    assert_eq!(judged("$ true\n? *"), Some(1));
    assert_eq!(judged("$ echo a\n> b"), Some(2));
    assert_eq!(judged("$ echo a >&2\n! a"), Some(2));
}
