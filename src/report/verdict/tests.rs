use super::*;
use crate::diag::{Code, Diagnostic, Failure, Place};
use crate::gate::assess::{Evidence, Remedy, Requirement, State};
use crate::id::{GateName, RefName};
use crate::judge::{Verdict, unsatisfied};
use crate::plan::Kind;
use crate::policy::Level;
use crate::report::markdown::tests::hostile;
use crate::text::is_hostile;
use crate::verb::impact::{Changed, Impact};
use proptest::prelude::*;
use std::collections::BTreeMap;

static CODE: Code = Code { name: "gate/unsatisfied", page: " A gate.\n" };

fn requirement(subject: &str, gate: &str, state: State, why: &str) -> Requirement {
    Requirement {
        subject: subject.to_owned(),
        level: if subject == "merge" { Level::Merge } else { Level::Item(Kind::Task) },
        gate: GateName::parse(gate).expect("a name"),
        state,
        why: why.to_owned(),
        changed: Vec::new(),
        evidence: (state == State::Satisfied).then(|| Evidence {
            report: format!("plan/gates/{subject}.0123.md"),
            outcome: crate::evidence::Outcome::Pass,
            by: "ci".to_owned(),
            at: "2026-01-05T00:00:00Z".parse().expect("a moment"),
            trust: None,
        }),
        code: &CODE,
        remedy: Remedy::RunGate,
        waiver: None,
    }
}

fn verdict(requirements: Vec<Requirement>, findings: Vec<Diagnostic>) -> Verdict {
    let open = requirements.iter().filter(|one| !one.state.passes()).map(unsatisfied).collect::<Vec<_>>();
    let mut verdict =
        Verdict::refused(&RefName::branch("main"), None, Diagnostic::error(&CODE, Place::Path("a".into()), "x"));
    verdict.findings = open.into_iter().chain(findings).collect();
    verdict.requirements = requirements;
    verdict.claims = vec!["T-1".to_owned()];
    verdict
}

/// How the runner reads a file of values (`FileCommandHelpers`): the first of `=` and `<<` in a line decides.
fn runner_values(text: &str) -> BTreeMap<String, String> {
    let mut values = BTreeMap::new();
    let mut lines = text.split_inclusive(['\n', '\r']).map(|line| line.trim_end_matches(['\n', '\r']));
    while let Some(line) = lines.next() {
        let (equals, heredoc) = (line.find('='), line.find("<<"));
        match (equals, heredoc) {
            (Some(at), None) => {
                values.insert(line[..at].to_owned(), line[at + 1..].to_owned());
            }
            (equals, Some(at)) if equals.is_none_or(|equals| at < equals) => {
                let end = line[at + 2..].to_owned();
                let body: Vec<&str> = lines.by_ref().take_while(|line| **line != end).collect();
                values.insert(line[..at].to_owned(), body.join("\n"));
            }
            _ if line.is_empty() => {}
            _ => panic!("the runner refuses {line:?}"),
        }
    }
    values
}

#[test]
fn the_verdict_stands_first_and_names_the_one_command() {
    let all = vec![
        requirement("merge", "lint", State::Satisfied, "passed"),
        requirement("T-1", "lint", State::NotApplicable, "none of the changed paths concerns it"),
        requirement("T-1", "unit-tests", State::Unsatisfied, "no result for `T-1`"),
    ];
    let warning = Diagnostic::warning(&CODE, Place::Path("plan/a.md".into()), "`T-9` is due").hint("look");
    let impact = Impact {
        items: vec![Changed {
            id: "T-1".to_owned(),
            title: "a | b".to_owned(),
            before: Some("open"),
            after: Some("done"),
            what: vec!["claimed done".to_owned()],
        }],
        graph: Some("flowchart LR\n  n0[\"T-1\"]\n".to_owned()),
        ..Impact::default()
    };
    insta::assert_snapshot!(summary(&verdict(all, vec![warning]), Some(&impact)));
}

#[test]
fn what_could_not_be_judged_has_not_passed() {
    let failure = Failure::new("could not read `HEAD`").because("object 1 is missing").hint("fetch it");
    insta::assert_snapshot!(unjudged(&failure), @"
    ## ⚠️ could not be judged

    could not read `HEAD`

    - cause: object 1 is missing

    hint: fetch it
    ");
    assert_eq!(outputs::unjudged(&failure)[0], ("verdict", "unjudged".to_owned()));
}

#[test]
fn outputs_are_lists_for_programs() {
    let all = vec![
        requirement("merge", "lint", State::Unsatisfied, "w"),
        requirement("T-1", "lint", State::Unsatisfied, "w"),
        requirement("T-1", "docs", State::Satisfied, "w"),
    ];
    let values: BTreeMap<&str, String> = outputs::of(&verdict(all, Vec::new())).into_iter().collect();
    assert_eq!((values["verdict"].as_str(), values["to-run"].as_str()), ("refused", "2"));
    assert_eq!(values["gates-missing"], r#"["lint"]"#);
    let matrix = r#"{"include":[{"item":"merge","gate":"lint","name":"merge lint"},{"item":"T-1","gate":"lint","name":"T-1 lint"}]}"#;
    assert_eq!(values["matrix"], matrix);
    let none: BTreeMap<&str, String> = outputs::of(&verdict(Vec::new(), Vec::new())).into_iter().collect();
    assert_eq!((none["verdict"].as_str(), none["matrix"].as_str()), ("passes", r#"{"include":[]}"#));
    let many = (0..201).map(|n| requirement(&format!("T-{n}"), "lint", State::Unsatisfied, "w")).collect();
    let many: BTreeMap<&str, String> = outputs::of(&verdict(many, Vec::new())).into_iter().collect();
    assert_eq!(many["matrix"], r#"{"include":[{"item":"","gate":"","name":"all 201 gates"}]}"#);
}

#[test]
fn a_large_summary_keeps_to_its_budget() {
    let all =
        (0..20_000).map(|n| requirement(&format!("T-{n}"), "lint", State::Satisfied, &"why ".repeat(10))).collect();
    let text = summary(&verdict(all, Vec::new()), None);
    assert!(text.len() <= summary::BUDGET && text.len() > summary::BUDGET / 2, "{}", text.len());
    assert!(text.starts_with("## ✅ main: passes\n") && text.ends_with("the page would be too large.\n"));
}

#[test]
fn junit_has_a_suite_for_each_item() {
    let all = vec![
        requirement("merge", "lint", State::Satisfied, "passed"),
        requirement("T-1", "docs", State::Waived, "until Monday"),
        requirement("T-1", "unit-tests", State::Unsatisfied, "a <b> & \"c\"\u{1b}"),
    ];
    let other = Diagnostic::error(&CODE, Place::Path("plan/a.md".into()), "circle").hint("break it");
    insta::assert_snapshot!(junit::of(&verdict(all, vec![other])));
}

proptest! {
    #[test]
    fn a_value_never_ends_itself(values in prop::collection::vec(hostile(), 1..4), delimiter in "[a-z=<]{1,3}") {
        let named: Vec<(String, String)> = values.into_iter().enumerate().map(|(n, value)| (format!("n{n}"), value)).collect();
        let borrowed: Vec<(&str, String)> = named.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        let read = runner_values(&outputs::write(&borrowed, &delimiter));
        prop_assert_eq!(read.len(), named.len());
        for (name, value) in &named {
            prop_assert_eq!(&read[name], &value.replace("\r\n", "\n").replace('\r', "\n"));
        }
    }

    #[test]
    fn no_form_of_a_verdict_lets_foreign_text_act(texts in prop::collection::vec(hostile(), 4)) {
        let found = Diagnostic::error(&CODE, Place::Path(texts[0].clone()), &texts[1]).cause(&texts[2]).hint(&texts[3]);
        let judged = verdict(vec![requirement("T-1", "lint", State::Unsatisfied, &texts[1])], vec![found]);
        let page = summary(&judged, None);
        prop_assert_eq!(page.chars().find(|&c| c != '\n' && is_hostile(c)), None);
        let xml = junit::of(&judged);
        prop_assert!(is_well_formed(&xml), "{}", xml);
        prop_assert_eq!(xml.chars().find(|&c| c != '\n' && c != '\t' && is_hostile(c)), None);
    }
}

fn is_well_formed(xml: &str) -> bool {
    let mut reader = quick_xml::Reader::from_str(xml);
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Eof) => return true,
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}
