//! `cargo bench`: what the program costs, as ratios beside a floor that is measured in the same run.
//!
//! Each row runs our command and its floor in turn and compares the medians of the wall time of whole processes, so
//! the table means the same on a slow and on a busy machine; a stored time would not. A goal that is missed is said
//! and fails nothing. Repositories are real ones, written by `git fast-import`.

mod editor;
mod floor;
mod issues;
mod measure;
mod repositories;
mod watcher;

use measure::{Case, Row};
use repositories::Place;
use std::path::Path;
use std::process::ExitCode;

/// The program, built with the profile of this run.
const BINARY: &str = env!("CARGO_BIN_EXE_passmuster");

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [mode, file] = &args[..]
        && mode == "--stamp"
    {
        return watcher::stamp(Path::new(file)).map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS);
    }
    if let [mode, file] = &args[..]
        && let Some(end) = floor::run(mode, Path::new(file))
    {
        return end;
    }
    // What cargo itself passes is `--bench`; a word picks rows by name.
    let filter = args.into_iter().find(|arg| !arg.starts_with('-'));
    let place = Place::new();
    measure::head();
    for case in cases(&place) {
        if filter.as_ref().is_none_or(|word| case.name.contains(word.as_str())) {
            case.run().print();
        }
    }
    if filter.as_ref().is_none_or(|word| "lsp: keystroke".contains(word.as_str())) {
        editor::rows(&place).iter().for_each(Row::print);
    }
    if filter.as_ref().is_none_or(|word| "watch: save to command".contains(word.as_str())) {
        watcher::rows(&place).iter().for_each(Row::print);
    }
    if filter.is_none() {
        size_row().print();
    }
    ExitCode::SUCCESS
}

/// All rows. Folders are made when a row first needs them.
fn cases(place: &Place) -> Vec<Case<'_>> {
    let mut cases = vec![
        Case::new("start: --version", 1.0)
            .ours(|| place.ours("", &["--version"]))
            .floor("empty Rust process", || place.empty_process()),
    ];
    for files in [1_000, 10_000] {
        cases.push(
            Case::new(format!("hook: unprotected ref, {files} files"), 1.5)
                .ours(move || place.reference_transaction(files))
                .floor("empty Rust process", || place.empty_process()),
        );
    }
    cases.push(
        Case::new("verify: a small change, 10000 files", 1.0)
            .ours(|| {
                let folder = place.files(10_000);
                place.ours(folder, &["verify", "--base", "main", "--head", "topic", "--ref", "refs/heads/main"])
            })
            .floor("git diff --cached --quiet", || place.git(place.files(10_000), &["diff", "--cached", "--quiet"])),
    );
    cases.push(
        Case::new("gate run: fresh keys, 10000 files", 1.0)
            .ours(|| place.ours(place.files(10_000), &["gate", "run", "--missing"]))
            .floor("git status", || place.git(place.files(10_000), &["status", "--porcelain"])),
    );
    cases.push(
        Case::new("pre-receive: 1000 refs", 2.0)
            .ours(|| place.pre_receive("refs"))
            .floor("git rev-list --count", || place.rev_list("refs")),
    );
    cases.push(
        Case::new("pre-receive: 10000 commits", 2.0)
            .ours(|| place.pre_receive("commits"))
            .floor("git rev-list --count", || place.rev_list("commits")),
    );
    for tasks in [100, 1_000, 10_000] {
        cases.extend(plan_cases(place, tasks));
    }
    for (verb, args) in [("next", &["next"][..]), ("show", &["show", "T-00007"])] {
        cases.push(
            Case::new(format!("{verb}, asked again: 10000 tasks"), 1.5)
                .ours(move || place.ours(place.settled_plan(10_000), args))
                .floor("the same with 100 tasks", move || place.ours(place.settled_plan(100), args)),
        );
    }
    let (tasks, commits) = (10_000, 20_000);
    cases.push(
        Case::new(format!("status cold: {tasks} tasks, {commits} commits"), 1.0)
            .ours(move || place.ours(place.long_history(tasks, commits), &["status"]))
            .before(move || place.forget_history(tasks, commits))
            .floor("git log -- plan", move || {
                place.git(place.long_history(tasks, commits), &["log", "--oneline", "--", "plan"])
            }),
    );
    cases.push(
        Case::new(format!("status warm: {tasks} tasks, {commits} commits"), 3.0)
            .ours(move || place.ours(place.long_history(tasks, commits), &["status"]))
            .floor("one CommonMark pass", move || place.floor("--commonmark", tasks)),
    );
    for tasks in [1_000, 10_000] {
        cases.push(
            Case::new(format!("forecast: 10000 samples, {tasks} tasks"), 1.0)
                .ours(move || place.ours(place.ranged_plan(tasks), &["forecast", "--start", "2026-12-01"]))
                .floor("one draw a task and sample", move || place.floor("--draws", tasks)),
        );
    }
    cases.push(
        Case::new("dashboard: 10000 tasks, 20000 commits", 1.0)
            .ours(|| place.ours(place.long_history(10_000, 20_000), &["dashboard"]))
            .floor("one second", || place.one_second()),
    );
    cases.push(issues::case(place));
    cases
}

fn plan_cases(place: &Place, tasks: usize) -> Vec<Case<'_>> {
    let one_pass = move || place.floor("--one-pass", tasks);
    let check = Case::new(format!("check: {tasks} tasks"), 1.2)
        .ours(move || place.ours(place.plan(tasks), &["check"]))
        .floor("one CommonMark pass", move || place.floor("--commonmark", tasks))
        .memory(Place::plan_bytes(tasks) + 8_000_000);
    let read = [("next", &["next"][..]), ("show", &["show", "T-00007"]), ("status", &["status"])];
    let read = read.into_iter().map(move |(verb, args)| {
        Case::new(format!("{verb}: {tasks} tasks"), 1.5)
            .ours(move || place.ours(place.plan(tasks), args))
            .before(move || place.forget_answers(tasks))
            .floor("one pass over the plan", one_pass)
            .memory(Place::plan_bytes(tasks) + 8_000_000)
    });
    let done = Case::new(format!("done: {tasks} tasks"), 1.5)
        .ours(move || place.ours(place.plan(tasks), &["done", "T-00001"]))
        .before(move || place.restore_plan(tasks))
        .floor("one pass over the plan", one_pass);
    std::iter::once(check).chain(read).chain([done]).collect()
}

fn size_row() -> Row {
    let bytes = std::fs::metadata(BINARY).map_or(0, |data| data.len());
    Row::size("size of the binary", bytes, 20_000_000)
}
