//! Forms of a verdict that go into files besides what is printed: `--also FORM=FILE`.

use crate::diag::{Failure, Purpose as _};
use crate::disk;
use crate::judge::Verdict;
use crate::report::json::{envelope, v1};
use crate::report::verdict::{self, junit, outputs};
use crate::report::{self, Format, Style};
use crate::verb::impact::Impact;
use std::path::{Path, PathBuf};

/// One form and the file it goes to.
#[derive(Clone, Debug)]
pub struct Also {
    form: Form,
    file: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Summary,
    Outputs,
    Junit,
    Sarif,
    Json,
}

impl Form {
    const ALL: [Self; 5] = [Self::Summary, Self::Outputs, Self::Junit, Self::Sarif, Self::Json];

    fn name(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Outputs => "outputs",
            Self::Junit => "junit",
            Self::Sarif => "sarif",
            Self::Json => "json",
        }
    }

    /// Whether the file belongs to others as well.
    fn is_shared(self) -> bool {
        matches!(self, Self::Summary | Self::Outputs)
    }
}

/// Reads `FORM=FILE`.
pub fn parse(text: &str) -> Result<Also, String> {
    let (name, file) = text.split_once('=').ok_or("write FORM=FILE, such as summary=summary.md")?;
    let form = Form::ALL.into_iter().find(|form| form.name() == name);
    let form =
        form.ok_or_else(|| format!("there is no form {name:?}; there are {}", Form::ALL.map(Form::name).join(", ")))?;
    if file.is_empty() {
        return Err("no file is named after `=`".to_owned());
    }
    Ok(Also { form, file: PathBuf::from(file) })
}

impl Also {
    /// The same, with a relative file in that folder.
    #[must_use]
    pub fn within(&self, folder: &Path) -> Self {
        Self { form: self.form, file: folder.join(&self.file) }
    }

    /// Whether this form says what a move means for the plan.
    pub fn tells_impact(&self) -> bool {
        self.form == Form::Summary
    }

    /// Writes a verdict.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, judged: &Verdict, impact: Option<&Impact>) -> Result<(), Failure> {
        let text = match self.form {
            Form::Summary => verdict::summary(judged, impact),
            Form::Outputs => outputs::write(&outputs::of(judged), &delimiter()?),
            Form::Junit => junit::of(judged),
            Form::Sarif => report::findings(&judged.findings, Format::Sarif, Style::PLAIN),
            Form::Json => envelope("verdict", &v1::VerdictEntry::of(judged)),
        };
        self.put(&text)
    }

    /// Says that there is no verdict. A file that is this run's own is taken away: an older verdict must not stand for
    /// this one.
    ///
    /// # Errors
    /// The file cannot be written, or not be taken away.
    pub fn write_unjudged(&self, failure: &Failure) -> Result<(), Failure> {
        match self.form {
            Form::Summary => self.put(&verdict::unjudged(failure)),
            Form::Outputs => self.put(&outputs::write(&outputs::unjudged(failure), &delimiter()?)),
            Form::Junit | Form::Sarif | Form::Json => disk::remove(&self.file).map(|_| ()),
        }
    }

    fn put(&self, text: &str) -> Result<(), Failure> {
        let put = if self.form.is_shared() { disk::append } else { disk::write_atomic };
        put(&self.file, text.as_bytes())
    }
}

/// A line that nobody who writes a plan can guess.
fn delimiter() -> Result<String, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).purpose(|| "could not get random bytes for the outputs".to_owned())?;
    Ok(bytes.iter().fold("passmuster_".to_owned(), |text, byte| format!("{text}{byte:02x}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_and_a_file_are_both_named() {
        let also = parse("junit=out/a=b.xml").unwrap();
        assert_eq!((also.form, also.file), (Form::Junit, PathBuf::from("out/a=b.xml")));
        for wrong in ["", "junit", "junit=", "=x", "html=x", "JUnit=x"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn delimiters_differ() {
        assert_ne!(delimiter().unwrap(), delimiter().unwrap());
    }
}
