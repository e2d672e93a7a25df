//! The frame of the command line: usage errors, streams, colours, pages.

use crate::harness::Sandbox;
use std::process::Stdio;

#[test]
fn usage_errors_are_status_2() {
    let sandbox = Sandbox::new();
    for args in [&["--no-such"][..], &["no-such-verb"], &["explain"], &["--format", "xml", "man"], &[]] {
        let output = sandbox.passmuster(args);
        assert_eq!((output.status, output.stdout.as_str()), (2, ""), "{output}");
        assert!(!output.stderr.is_empty());
    }
}

#[test]
fn help_and_version_are_results() {
    let sandbox = Sandbox::new();
    for args in [&["--help"][..], &["--version"], &["explain", "--help"], &["help", "man"]] {
        let output = sandbox.passmuster(args).success();
        assert!(output.stderr.is_empty() && output.stdout.contains("passmuster"), "{output}");
    }
}

#[test]
fn colours_are_written_when_asked_for() {
    let sandbox = Sandbox::new();
    let coloured = |args: &[&str]| sandbox.passmuster(args).contains("\x1b[");
    assert!(coloured(&["--color", "always", "explain", "x/y"]));
    assert!(!coloured(&["--color", "never", "explain", "x/y"]));
    // Neither stream is a terminal here.
    assert!(!coloured(&["explain", "x/y"]));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let sandbox = Sandbox::new();
    let output = sandbox.shell("work", "{ passmuster explain --list; echo $? >&2; } | true");
    assert_eq!(output.stderr, "0\n", "{output}");
}

#[test]
#[cfg(target_os = "linux")]
fn results_that_cannot_be_written_are_a_failure() {
    let sandbox = Sandbox::new();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
    let output = sandbox.run(sandbox.command("passmuster", "work").arg("man").stdout(Stdio::from(full)), "");
    insta::assert_snapshot!(output, @r"
    $ passmuster man
    error: could not write the results to standard output
      = cause: No space left on device (os error 28)
    [status 3]
    ");
}

#[test]
fn every_verb_has_a_manual_page() {
    let sandbox = Sandbox::new();
    sandbox.passmuster(&["-C", "..", "man", "pages/man1"]).success();
    let page = std::fs::read_to_string(sandbox.root().join("pages/man1/passmuster-explain.1")).expect("it is written");
    assert!(page.contains(".TH passmuster-explain 1") && page.contains("Explain the code of a finding"));
    assert!(sandbox.root().join("pages/man1/passmuster.1").exists());
}

#[test]
fn every_shell_gets_its_completions() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(sandbox.passmuster(&["completions", shell]).success().stdout.contains("explain"), "{shell}");
    }
}
