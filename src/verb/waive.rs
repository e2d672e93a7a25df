//! Granting a waiver, with the debt it leaves.

use super::record::{Advance, Answer, Desk, New, Written};
use crate::diag::{Diagnostic, Failure};
use crate::policy::Level;
use crate::record::edit::Given;
use crate::record::{Record, kinds};

/// What a grant writes.
#[derive(Clone, Debug)]
pub struct Granted {
    pub waiver: Written,
    /// The entry in the debt ledger: what is excused is still to be done.
    pub debt: Written,
}

/// Grants a waiver, and enters what it excuses into the debt ledger.
///
/// # Errors
/// It is not to be granted from its state, or a file could not be read.
pub fn grant(
    desk: &Desk<'_>,
    waiver: &Record,
    note: Option<&str>,
) -> Result<Result<Granted, Vec<Diagnostic>>, Failure> {
    let waiver = match desk.advance(waiver, &Advance { verb: "grant", note, fields: Vec::new() })? {
        Ok(waiver) => waiver,
        Err(findings) => return Ok(Err(findings)),
    };
    Ok(debt(desk, &waiver.record)?.map(|debt| Granted { waiver, debt }))
}

/// A debt is due when its waiver ends, and looked after by whoever asked for it.
fn debt(desk: &Desk<'_>, waiver: &Record) -> Result<Answer, Failure> {
    let said = |field| waiver.text(field).unwrap_or_default();
    let (gate, item) = (said("gate"), said("item"));
    let one = |text: &str| Given::One(text.to_owned());
    let mut fields = vec![
        ("type", one("debt")),
        ("owner", one(&waiver.opener().by.value)),
        ("impact", one("medium")),
        ("due", one(said("expires"))),
        ("waiver", one(waiver.path())),
    ];
    if item != Level::Merge.name() {
        fields.push(("items", Given::Many(vec![item.to_owned()])));
    }
    let title = format!("{item} went without {gate}");
    let paid = format!("Satisfy `{gate}` before the waiver `{}` ends.", waiver.path());
    desk.open(&kinds::RISK, &New { title: &title, variant: None, fields, texts: vec![("Mitigation", paid)] })
}
