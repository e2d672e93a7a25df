//! Line coverage: LCOV tracefiles and Cobertura XML.

use super::Value;
use lcov::Record;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;

/// The most attributes that are looked at; the root of a Cobertura report has about ten.
const MAX_ATTRIBUTES: usize = 64;

/// How far a rate may lie from the counts beside it (both are fractions); some tools print two digits.
const ROUNDING: f64 = 0.01;

/// The lines of one source file in a tracefile.
#[derive(Default)]
struct FileLines {
    /// Line number and whether it was hit; a line can appear in several records.
    lines: Vec<(u32, bool)>,
    /// Sums of records that only give sums.
    found: u64,
    hit: u64,
}

/// One record (a source file as one test saw it) while it is read.
#[derive(Default)]
struct Section {
    file: String,
    lines: Vec<(u32, bool)>,
    found: Option<u64>,
    hit: Option<u64>,
}

impl Section {
    fn close(self, files: &mut HashMap<String, FileLines>) -> Result<(), String> {
        let file = files.entry(self.file).or_default();
        if self.lines.is_empty() {
            let (found, hit) = (self.found.unwrap_or(0), self.hit.unwrap_or(0));
            if hit > found {
                return Err(format!("it counts {hit} lines hit of {found}"));
            }
            file.found = file.found.saturating_add(found);
            file.hit = file.hit.saturating_add(hit);
        }
        file.lines.extend(self.lines);
        Ok(())
    }
}

/// Percent of lines hit. Lines (`DA`) count once however many records name them; a record without lines counts
/// by its sums (`LH` of `LF`). Kinds of records that say nothing about lines may be of any version.
pub(super) fn lcov(bytes: &[u8]) -> Result<Value, String> {
    let mut files: HashMap<String, FileLines> = HashMap::new();
    let mut section: Option<Section> = None;
    for (index, line) in bytes.split(|&b| b == b'\n').enumerate() {
        let at = |cause: &dyn std::fmt::Display| format!("line {}: {cause}", index + 1);
        let line = String::from_utf8_lossy(line);
        let line = line.trim();
        let kind = line.split(':').next().unwrap_or_default();
        if !matches!(kind, "SF" | "DA" | "LF" | "LH" | "end_of_record") {
            continue;
        }
        match (line.parse().map_err(|error: lcov::record::ParseRecordError| at(&error))?, &mut section) {
            (Record::SourceFile { path }, None) => {
                section = Some(Section { file: path.to_string_lossy().into_owned(), ..Section::default() });
            }
            (Record::LineData { line, count, .. }, Some(open)) => open.lines.push((line, count > 0)),
            (Record::LinesFound { found }, Some(open)) => open.found = Some(found.into()),
            (Record::LinesHit { hit }, Some(open)) => open.hit = Some(hit.into()),
            (Record::EndOfRecord, Some(_)) => {
                section.take().expect("matched as open").close(&mut files)?;
            }
            _ => return Err(at(&format!("`{kind}` does not belong here"))),
        }
    }
    if section.is_some() {
        return Err("it ends inside a record".to_owned());
    }
    let (mut hit, mut found) = (0_u64, 0_u64);
    for file in files.values_mut() {
        // Of the same line, the one that was hit comes first and stays.
        file.lines.sort_by_key(|&(line, is_hit)| (line, !is_hit));
        file.lines.dedup_by_key(|(line, _)| *line);
        found = found.saturating_add(file.found).saturating_add(file.lines.len() as u64);
        hit =
            hit.saturating_add(file.hit).saturating_add(file.lines.iter().filter(|(_, is_hit)| *is_hit).count() as u64);
    }
    Value::percent(hit, found, "lines")
}

/// Percent of lines hit: by the counts of the root, which are exact, or by its `line-rate`. They must agree.
pub(super) fn cobertura(bytes: &[u8]) -> Result<Value, String> {
    let text = String::from_utf8_lossy(bytes);
    let mut reader = Reader::from_str(&text);
    let mut depth = 0_usize;
    let mut value = None;
    loop {
        match reader.read_event().map_err(|error| format!("it is no XML: {error}"))? {
            Event::Start(element) => {
                if depth == 0 && value.is_none() {
                    value = Some(root_rate(&element)?);
                }
                depth += 1;
            }
            Event::Empty(element) if depth == 0 && value.is_none() => value = Some(root_rate(&element)?),
            Event::End(_) => depth = depth.checked_sub(1).ok_or("an element ends that never started")?,
            Event::Eof if depth > 0 => return Err("it ends before its elements do".to_owned()),
            Event::Eof => return value.ok_or_else(|| "it holds no `coverage`".to_owned()),
            _ => {}
        }
    }
}

fn root_rate(root: &BytesStart<'_>) -> Result<Value, String> {
    if root.local_name().as_ref() != "coverage" {
        return Err("its root is not `coverage`".to_owned());
    }
    let mut rate: Option<f64> = None;
    let mut covered: Option<u64> = None;
    let mut valid: Option<u64> = None;
    for (index, attribute) in root.attributes().with_checks(false).enumerate() {
        let attribute = attribute.map_err(|error| format!("it is no XML: {error}"))?;
        if index == MAX_ATTRIBUTES {
            return Err(format!("its root has more than {MAX_ATTRIBUTES} attributes"));
        }
        let key = attribute.key.as_ref();
        match key {
            "line-rate" => set(&mut rate, key, &attribute.value)?,
            "lines-covered" => set(&mut covered, key, &attribute.value)?,
            "lines-valid" => set(&mut valid, key, &attribute.value)?,
            _ => {}
        }
    }
    if let Some(rate) = rate.filter(|rate| !(0.0..=1.0).contains(rate)) {
        return Err(format!("`line-rate` is {rate}, not between 0 and 1"));
    }
    match (rate, covered.zip(valid)) {
        (rate, Some((covered, valid))) => {
            let value = Value::percent(covered, valid, "lines")?;
            if let Some(rate) = rate.filter(|rate| (rate - value.number / 100.0).abs() > ROUNDING) {
                return Err(format!("`line-rate` is {rate}, but its counts are {covered} of {valid}"));
            }
            Ok(value)
        }
        (Some(rate), None) => Value::new(rate * 100.0),
        (None, None) => Err("its root has neither `line-rate` nor `lines-covered` and `lines-valid`".to_owned()),
    }
}

fn set<T: std::str::FromStr>(slot: &mut Option<T>, key: &str, text: &str) -> Result<(), String> {
    let value = text.trim().parse().map_err(|_| format!("`{key}` is `{}`, no number", crate::text::visible(text)))?;
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(format!("`{key}` is given twice")),
    }
}
