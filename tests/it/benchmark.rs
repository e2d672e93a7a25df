//! `schedule --psplib`: problems of the field's libraries, checked by what shares nothing with the scheduler.

use crate::harness::Sandbox;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Five jobs, two resources; one after the other is the best.
const PROBLEM: &str = include_str!("five-jobs.sm");

#[test]
fn problems_are_solved_without_a_repository() {
    let sandbox = Sandbox::new();
    sandbox.write("a.sm", PROBLEM);
    sandbox.write("b.rcp", "3 1  1  0 0 1 2  5 1 1 3  0 0 0");
    let run = |args: &[&str]| {
        sandbox.passmuster(&[&["schedule", "--psplib", "a.sm", "b.rcp", "--effort", "50"], args].concat())
    };
    insta::assert_snapshot!(run(&[]).success().stdout, @r"
    instance  jobs  length  at least      gap  schedules
    a            5       9         9  optimal          6
    b            3       5         5  optimal          6
    2 problems, 2 proven optimal, mean gap 0.00 %, seed 0
    ");
    let csv = run(&["--format", "csv"]).success().stdout;
    assert!(csv.starts_with("instance,job,start\na,1,0\na,2,"), "{csv}");
    assert_eq!(csv.lines().count(), 1 + 5 + 3);
    let json: serde_json::Value = serde_json::from_str(&run(&["--format", "json"]).success().stdout).unwrap();
    let first = &json["data"]["instances"][0];
    assert_eq!((json["kind"].as_str(), first["makespan"].as_i64()), (Some("benchmark"), Some(9)));
    assert_eq!((first["name"].as_str(), first["starts"].as_array().map(Vec::len)), (Some("a"), Some(5)));
}

#[test]
fn what_is_no_problem_is_a_finding() {
    let sandbox = Sandbox::new();
    sandbox.write("a.sm", PROBLEM.replace("2    1\n", "1    1\n"));
    let output = sandbox.passmuster(&["schedule", "--psplib", "a.sm", "--effort", "50"]);
    assert_eq!(output.status, 1);
    assert!(output.contains("schedule/problem") && output.contains("needs 2 of resource 1, which has 1"), "{output}");
    assert_eq!(sandbox.passmuster(&["schedule", "--psplib", "none.sm"]).status, 2);
    assert_eq!(sandbox.passmuster(&["schedule", "--seconds", "1"]).status, 2);
}

fn library() -> Option<PathBuf> {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().skip(1);
    above.map(|folder| folder.join("shared/data/psplib")).find(|folder| folder.is_dir())
}

#[test]
fn a_sample_of_the_library_is_close_to_the_best_known() {
    let Some(library) = library() else {
        println!("skipped: shared/data/psplib is not there");
        return;
    };
    let sandbox = Sandbox::new();
    let names: Vec<String> = (1..=48).step_by(5).map(|group| format!("j30{group}_1")).collect();
    for name in &names {
        let archive = library.join("j30.tar.gz");
        let tar = Command::new("tar").arg("-xzOf").arg(archive).arg(format!("j30/{name}.sm")).output();
        let Ok(tar) = tar.map(|tar| tar.stdout) else {
            println!("skipped: there is no tar");
            return;
        };
        sandbox.write(&format!("{name}.sm"), tar);
    }
    let best = std::fs::read_to_string(library.join("best.csv")).unwrap();
    let best = |name: &str| -> i64 {
        let row = best.lines().find(|line| line.starts_with(&format!("{name},"))).unwrap();
        row.split(',').nth(5).unwrap().parse().unwrap()
    };
    let files: Vec<String> = names.iter().map(|name| format!("{name}.sm")).collect();
    let mut args = vec!["schedule", "--effort", "1000", "--format", "json", "--psplib"];
    args.extend(files.iter().map(String::as_str));
    let json: serde_json::Value = serde_json::from_str(&sandbox.passmuster(&args).success().stdout).unwrap();
    for (name, solved) in names.iter().zip(json["data"]["instances"].as_array().unwrap()) {
        let (length, bound) = (solved["makespan"].as_i64().unwrap(), solved["bound"].as_i64().unwrap());
        let best = best(name);
        assert!(bound <= best && best <= length, "{name}: {bound} {best} {length}");
        assert!(length * 100 <= best * 104, "{name}: {length} is far from {best}");
    }
}
