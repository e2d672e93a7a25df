//! Runs `tests/cases/*.md`, which read as the specification of the rules: what one may write, and what is said
//! about it.
//!
//! A heading `## …` begins a case. A fence whose info string has a second word is a file of that path; the fence
//! `findings` closes the case with what must be said about it, line by line and in that order:
//! `path:line:column severity[code]` (another place by its name), or nothing at all. A file that Markdown cannot show
//! as it is says so by a third word: `crlf`, `bom`, `latin1` (the encoding), or `link` (a symlink to the text).
//!
//! Every file is named in the list below, with the rules it is about, and is a test of its own.

use crate::harness::Sandbox;
use passmuster::diag::{Diagnostic, Sink};
use passmuster::plan::Reader;
use passmuster::report::{Format, Style, findings};
use passmuster::text::Source;
use passmuster::{plan as plans, policy as policies, roster as rosters};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

macro_rules! cases {
    ($($name:ident by $rules:ident,)*) => {
        const LISTED: &[&str] = &[$(stringify!($name)),*];
        $(
            #[test]
            fn $name() {
                run(stringify!($name), $rules);
            }
        )*
    };
}

// One name a line: the file is `tests/cases/<name>.md`.
cases! {
    plan by rules_about_the_plan_alone,
    policy by rules_about_the_policy_alone,
    project by the_real_check,
    roster by rules_about_the_roster_alone,
}

type Rules = fn(&[File]) -> Found;

/// What is said about a case: line by line, and as a person is shown it.
struct Found {
    lines: Vec<String>,
    shown: String,
}

impl Found {
    fn of(found: &[Diagnostic]) -> Self {
        Self { lines: said(found), shown: findings(found, Format::Human, Style::PLAIN) }
    }
}

fn sources(files: &[File]) -> Vec<Source> {
    files.iter().map(|file| Source::new(&file.path, &file.text)).collect()
}

/// What `passmuster check` finds in a repository with these files.
fn the_real_check(files: &[File]) -> Found {
    let sandbox = Sandbox::repository();
    for file in files {
        file.write(&sandbox);
    }
    let output = sandbox.passmuster(&["check", "--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("\n{output}"));
    let found = answer["data"]["findings"].as_array().unwrap_or_else(|| panic!("\n{output}"));
    let text = |value: &serde_json::Value| value.as_str().expect("the field is text").to_owned();
    let line = |finding: &serde_json::Value| {
        format!("{} {}[{}]", text(&finding["place"]["shown"]), text(&finding["severity"]), text(&finding["code"]))
    };
    let lines: Vec<String> = found.iter().map(line).collect();
    let refused = lines.iter().any(|line| line.contains(" error["));
    assert_eq!(output.status, i32::from(refused), "{output}");
    Found { lines, shown: sandbox.passmuster(&["check"]).to_string() }
}

/// All files make one plan, the first one is its main file. Both readers must say the same.
fn rules_about_the_plan_alone(files: &[File]) -> Found {
    let [fast, full] = [Reader::Fast, Reader::Full].map(|reader| {
        let mut sink = Sink::new();
        plans::check(&plans::read(sources(files), reader, &mut sink), &mut sink);
        sink.into_sorted()
    });
    assert_eq!(said(&fast), said(&full), "the readers differ");
    Found::of(&fast)
}

fn rules_about_the_policy_alone(files: &[File]) -> Found {
    let mut sink = Sink::new();
    for source in sources(files) {
        policies::parse(&source, &mut sink);
    }
    Found::of(&sink.into_sorted())
}

fn rules_about_the_roster_alone(files: &[File]) -> Found {
    let mut sink = Sink::new();
    for source in sources(files) {
        rosters::parse(&source, &mut sink);
    }
    Found::of(&sink.into_sorted())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

#[test]
fn every_file_is_listed() {
    for entry in std::fs::read_dir(folder()).expect("tests/cases can be listed") {
        let path = entry.expect("tests/cases can be listed").path();
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("our names are UTF-8");
        assert!(LISTED.contains(&name), "add `{name}` to the list in tests/it/cases.rs");
    }
}

/// Every case of every file, for other doors to the same rules.
pub fn all() -> Vec<Case> {
    let text = |name| std::fs::read_to_string(folder().join(format!("{name}.md"))).expect("a listed file is there");
    LISTED.iter().flat_map(|name| read(&text(name)).expect("a listed file can be read")).collect()
}

#[derive(Debug, Default, PartialEq)]
pub struct Case {
    line: usize,
    pub title: String,
    pub files: Vec<File>,
    findings: Option<Vec<String>>,
}

#[derive(Debug, PartialEq)]
pub struct File {
    pub path: String,
    pub text: String,
    pub form: Form,
}

impl File {
    /// Puts the file into `work/`.
    pub fn write(&self, sandbox: &Sandbox) {
        match self.form {
            Form::Text => sandbox.write(&self.path, &self.text),
            Form::Latin1 => {
                let byte = |c: char| u8::try_from(c).expect("the case has characters of Latin-1 only");
                sandbox.write(&self.path, self.text.chars().map(byte).collect::<Vec<u8>>());
            }
            Form::Link => {
                sandbox
                    .shell("work", &format!("mkdir -p \"$(dirname {0})\" && ln -s {1} {0}", self.path, self.text))
                    .success();
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    Text,
    Latin1,
    /// The text is the target.
    Link,
}

fn run(name: &str, rules: Rules) {
    let text = std::fs::read_to_string(folder().join(format!("{name}.md"))).expect("a listed file is there");
    let cases = read(&text).unwrap_or_else(|fault| panic!("tests/cases/{name}.md:{fault}"));
    let mut faults = String::new();
    for case in &cases {
        let found = rules(&case.files);
        let expected = case.findings.as_deref().unwrap_or_default();
        if found.lines != expected {
            let _ = writeln!(faults, "tests/cases/{name}.md:{}: {}", case.line, case.title);
            let _ = writeln!(faults, "  expected:\n    {}", expected.join("\n    "));
            let _ = writeln!(faults, "  found:\n    {}\n", found.lines.join("\n    "));
            faults.push_str(&found.shown);
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
}

fn said(found: &[Diagnostic]) -> Vec<String> {
    found.iter().map(|one| format!("{} {}[{}]", one.place, one.severity.name(), one.code)).collect()
}

/// Reads a file of cases; a fault begins with its line number.
fn read(text: &str) -> Result<Vec<Case>, String> {
    let mut cases: Vec<Case> = Vec::new();
    let mut lines = text.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            cases.push(Case { line: number, title: title.trim().to_owned(), ..Case::default() });
        }
        let fence = line.len() - line.trim_start_matches('`').len();
        if fence < 3 {
            continue;
        }
        let close = &line[..fence];
        let mut body: Vec<&str> = Vec::new();
        loop {
            match lines.next() {
                Some((line, _)) if line.trim_end() == close => break,
                Some((line, _)) => body.push(line),
                None => return Err(format!("{number}: the fence is not closed")),
            }
        }
        let words: Vec<&str> = line[fence..].split_whitespace().collect();
        match (words.as_slice(), cases.last_mut()) {
            (["findings"], Some(case)) if case.findings.is_none() => {
                case.findings = Some(body.into_iter().filter(|line| !line.is_empty()).map(str::to_owned).collect());
            }
            ([_, path, how @ ..], Some(case)) => case.files.push(file(path, &body, how, number)?),
            // A fence without a path is an example for the reader.
            ([] | [_], _) if words != ["findings"] => {}
            _ => return Err(format!("{number}: the fence belongs to no case, or is the second of its kind")),
        }
    }
    match cases.iter().find(|case| case.findings.is_none()) {
        Some(case) => Err(format!("{}: the case does not say its findings", case.line)),
        None if cases.is_empty() => Err("1: there is no case".to_owned()),
        None => Ok(cases),
    }
}

fn file(path: &str, body: &[&str], how: &[&str], number: usize) -> Result<File, String> {
    let mut text: String = body.iter().flat_map(|line| [line, "\n"]).collect();
    let mut form = Form::Text;
    for word in how {
        match *word {
            "crlf" => text = text.replace('\n', "\r\n"),
            "bom" => text.insert(0, '\u{feff}'),
            "latin1" => form = Form::Latin1,
            "link" => {
                form = Form::Link;
                text.truncate(text.trim_end().len());
            }
            other => return Err(format!("{number}: `{other}` is none of `crlf`, `bom`, `latin1`, `link`")),
        }
    }
    Ok(File { path: path.to_owned(), text, form })
}

#[test]
fn cases_are_read_by_their_fences() {
    let text = "# t\n\n## one\n````md plan/a.md\n- [ ] A-1: x\n```sh\n```\n````\n```yaml p.yaml crlf bom\na: 1\n```\n```text\nnote\n```\n```findings\na:1:2 error[plan/x]\n```\n## two\n```findings\n```\n";
    let cases = read(text).expect("it is right");
    assert_eq!(cases[0].files[0].path, "plan/a.md");
    assert_eq!(cases[0].files[0].text, "- [ ] A-1: x\n```sh\n```\n");
    assert_eq!(cases[0].files[1].text, "\u{feff}a: 1\r\n");
    assert_eq!(cases[0].findings.as_deref(), Some(&["a:1:2 error[plan/x]".to_owned()][..]));
    assert_eq!((cases[1].title.as_str(), cases[1].line, cases[1].findings.as_deref()), ("two", 18, Some(&[][..])));
    for (text, fault) in [
        ("", "1: there is no case"),
        ("## a\n", "1: the case does not say its findings"),
        ("## a\n```md x\n", "2: the fence is not closed"),
        ("```md x\n```\n", "1: the fence belongs to no case, or is the second of its kind"),
        ("## a\n```findings\n```\n```findings\n```\n", "4: the fence belongs to no case, or is the second of its kind"),
        ("## a\n```md x utf16\n```\n", "2: `utf16` is none of `crlf`, `bom`, `latin1`, `link`"),
    ] {
        assert_eq!(read(text).err().as_deref(), Some(fault), "{text}");
    }
}
