//! `schema`: what the files with YAML in them may hold, for editors and programs.

use crate::diag::{Failure, nearest};
use crate::evidence::{self, report};
use crate::project::{EPICS_FOLDER, PLAN_PATH, TASKS_FOLDER};
use crate::record::{self, kinds};
use crate::{plan, policy, roster};
use serde_json::Value;

/// The schema of one format.
#[derive(Clone, Debug)]
pub struct Schema {
    pub name: &'static str,
    /// The files of that format.
    pub files: String,
    /// What it describes.
    pub value: Value,
}

impl Schema {
    fn new(name: &'static str, files: impl Into<String>, value: Value) -> Self {
        Self { name, files: files.into(), value }
    }

    /// What the files are, in one sentence.
    pub fn about(&self) -> &str {
        self.value["description"].as_str().unwrap_or_default()
    }
}

/// The schemas of all formats.
pub fn all() -> Vec<Schema> {
    let mut all = vec![
        Schema::new("policy", policy::PATH, policy::schema()),
        Schema::new("roster", roster::PATH, roster::schema()),
        Schema::new(
            "plan",
            format!("{PLAN_PATH}, {EPICS_FOLDER}/**/*.md, {TASKS_FOLDER}/**/*.md"),
            plan::schema::schema(),
        ),
        Schema::new("gate-report", format!("{}/*.md", evidence::FOLDER), report::schema()),
    ];
    let records = kinds::ALL.iter();
    all.extend(records.map(|kind| Schema::new(kind.name, format!("{}/*.md", kind.folder), record::schema(kind))));
    all
}

/// A schema that YAML editors find in the repository itself.
#[derive(Clone, Debug)]
pub struct Local {
    pub path: &'static str,
    /// The file whose first line names it.
    pub of: &'static str,
    /// One line, since nobody reads it.
    pub text: String,
}

/// The schemas that `init` writes.
pub fn local() -> [Local; 2] {
    let policy = (policy::SCHEMA_PATH, policy::PATH, policy::schema());
    let roster = (roster::SCHEMA_PATH, roster::PATH, roster::schema());
    [policy, roster].map(|(path, of, schema)| Local { path, of, text: format!("{schema}\n") })
}

/// The schema of a name.
///
/// # Errors
/// There is none.
pub fn named(name: &str) -> Result<Schema, Failure> {
    let all = all();
    if let Some(found) = all.iter().find(|schema| schema.name == name) {
        return Ok(found.clone());
    }
    let names: Vec<&str> = all.iter().map(|schema| schema.name).collect();
    let failure =
        Failure::usage(format!("there is no schema `{name}`")).because(format!("there are {}", names.join(", ")));
    Err(match nearest(name, names) {
        Some(near) => failure.hint(format!("run `passmuster schema {near}`")),
        None => failure.hint("run `passmuster schema`"),
    })
}
