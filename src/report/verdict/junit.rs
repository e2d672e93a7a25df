//! JUnit: a test suite for each item, a test case for each of its gates, and one suite for findings of any other kind.

use crate::diag::Diagnostic;
use crate::gate::assess::{Requirement, State};
use crate::judge::{Verdict, unsatisfied};
use crate::text::visible_lines;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::io;

/// The verdict as one document.
pub fn of(verdict: &Verdict) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    document(verdict, &mut writer).expect("memory can be written");
    let mut text = String::from_utf8(writer.into_inner()).expect("only texts were written");
    text.push('\n');
    text
}

type Xml = Writer<Vec<u8>>;

fn document(verdict: &Verdict, writer: &mut Xml) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let mut suites: Vec<(&str, Vec<&Requirement>)> = Vec::new();
    for one in &verdict.requirements {
        match suites.iter_mut().find(|(name, _)| *name == one.subject) {
            Some((_, cases)) => cases.push(one),
            None => suites.push((&one.subject, vec![one])),
        }
    }
    // A requirement that blocks is a finding as well.
    let told: Vec<String> = verdict.requirements.iter().map(|one| unsatisfied(one).message).collect();
    let others: Vec<&Diagnostic> =
        verdict.findings.iter().filter(|finding| finding.is_error() && !told.contains(&finding.message)).collect();
    writer.create_element("testsuites").with_attribute(("name", "passmuster")).write_inner_content(|writer| {
        for (name, cases) in &suites {
            suite(name, cases, writer)?;
        }
        findings(&others, writer)
    })?;
    Ok(())
}

fn suite(name: &str, cases: &[&Requirement], writer: &mut Xml) -> io::Result<()> {
    let count = |wanted: &[State]| cases.iter().filter(|one| wanted.contains(&one.state)).count().to_string();
    let (failed, errors) = (count(&[State::Unsatisfied]), count(&[State::Error]));
    let skipped = count(&[State::NotApplicable, State::Waived]);
    let all = cases.len().to_string();
    writer
        .create_element("testsuite")
        .with_attributes([
            ("name", &*legal(name)),
            ("tests", &all),
            ("failures", &failed),
            ("errors", &errors),
            ("skipped", &skipped),
        ])
        .write_inner_content(|writer| cases.iter().try_for_each(|one| case(one, writer)))?;
    Ok(())
}

fn case(one: &Requirement, writer: &mut Xml) -> io::Result<()> {
    let (name, class) = (legal(one.gate.as_str()), legal(&format!("{}.{}", one.level.name(), one.subject)));
    let element = writer.create_element("testcase").with_attributes([("name", &*name), ("classname", &*class)]);
    element.write_inner_content(|writer| {
        if let Some(evidence) = &one.evidence {
            let at = evidence.at.to_string();
            let properties = [("report", evidence.report.as_str()), ("by", &evidence.by), ("at", &at)];
            writer.create_element("properties").write_inner_content(|writer| {
                properties.iter().try_for_each(|(name, value)| {
                    let attributes = [("name", *name), ("value", &*legal(value))];
                    writer.create_element("property").with_attributes(attributes).write_empty().map(|_| ())
                })
            })?;
        }
        let why = legal(&one.why);
        match one.state {
            State::Satisfied => Ok(()),
            State::NotApplicable | State::Waived => {
                writer.create_element("skipped").with_attribute(("message", &*why)).write_empty().map(|_| ())
            }
            State::Unsatisfied => complaint("failure", &unsatisfied(one), writer),
            State::Error => complaint("error", &unsatisfied(one), writer),
        }
    })?;
    Ok(())
}

fn findings(found: &[&Diagnostic], writer: &mut Xml) -> io::Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let count = found.len().to_string();
    let attributes = [("name", "findings"), ("tests", &count), ("failures", &count)];
    writer.create_element("testsuite").with_attributes(attributes).write_inner_content(|writer| {
        found.iter().try_for_each(|finding| {
            let place = legal(&finding.place.to_string());
            let attributes = [("name", &*place), ("classname", finding.code.name)];
            let element = writer.create_element("testcase").with_attributes(attributes);
            element.write_inner_content(|writer| complaint("failure", finding, writer)).map(|_| ())
        })
    })?;
    Ok(())
}

fn complaint(element: &str, finding: &Diagnostic, writer: &mut Xml) -> io::Result<()> {
    let mut text = finding.causes.join("\n");
    if let Some(hint) = &finding.hint {
        text = format!("{text}\nhint: {hint}");
    }
    let attributes = [("message", &*legal(&finding.message)), ("type", finding.code.name)];
    let element = writer.create_element(element).with_attributes(attributes);
    element.write_text_content(BytesText::new(&legal(text.trim_start_matches('\n')))).map(|_| ())
}

/// What XML may hold: control characters are shown as `\u{…}` like everywhere, and so are the two that are none.
fn legal(text: &str) -> String {
    visible_lines(text).replace('\u{fffe}', "\\u{fffe}").replace('\u{ffff}', "\\u{ffff}")
}
