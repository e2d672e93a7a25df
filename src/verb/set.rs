//! `set`: changes what one item says.

use super::change::Changed;
use super::mark::find;
use crate::diag::Failure;
use crate::plan::Plan;
use crate::plan::edit::{self, Setting};
use std::collections::BTreeMap;

/// Makes the item say every setting, or changes nothing at all.
///
/// # Errors
/// The id names no item or two, a setting makes no sense, or a file must not be written.
pub fn run(plan: &Plan, id: &str, settings: &[String]) -> Result<Changed, Failure> {
    let index = find(plan, id)?;
    edit::writable(&plan.files[plan.items[index].file])?;
    let settings: Vec<Setting> = settings.iter().map(|text| Setting::parse(text)).collect::<Result<_, _>>()?;
    let after = settled(plan, plan.items[index].id.as_str(), &settings)?;
    let index = after.find(id).expect("an edit was checked to keep its item");
    Changed::new(plan, after, index)
}

/// The plan in which an item says all settings, one after the other.
///
/// # Errors
/// One of them cannot be written.
pub(super) fn settled(plan: &Plan, id: &str, settings: &[Setting]) -> Result<Plan, Failure> {
    let mut after = edit::with_changes(plan, &BTreeMap::new());
    for setting in settings {
        let index = after.find(id).expect("an edit was checked to keep its item");
        let edits = edit::set(&after, index, setting)?;
        let file = after.items[index].file;
        after = edit::with_changes(&after, &BTreeMap::from([(file, edits)]));
    }
    Ok(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sink;
    use crate::plan::{Reader, read};
    use crate::text::Source;

    fn set(text: &str, id: &str, settings: &[&str]) -> Result<String, Failure> {
        let plan = read(vec![Source::new("p", text)], Reader::Fast, &mut Sink::new());
        let settings: Vec<String> = settings.iter().map(ToString::to_string).collect();
        run(&plan, id, &settings).map(|changed| changed.plan.files[0].source.text().to_owned())
    }

    #[test]
    fn all_settings_are_written_or_none() {
        let text = "- [ ] T1: a\r\n- [ ] T2: b";
        let after = set(text, "t1", &["@ann", "estimate=2h / 4h / 9h", "needs=T2 (technical: x)", "P1"]).unwrap();
        let expected =
            "- [ ] T1: a @ann P1\r\n  - estimate: 2h / 4h / 9h\r\n  - needs: T2 (technical: x)\r\n- [ ] T2: b";
        assert_eq!(after, expected);
        assert!(set(text, "T1", &["@ann", "due=soon"]).is_err());
    }

    #[test]
    fn what_must_not_be_written_is_refused() {
        for text in ["---\npassmuster: plan/2\n---\n- [ ] T1: a\n", "- [ ] T1: a\n<<<<<<< a\n=======\n>>>>>>> b\n"] {
            assert_eq!(set(text, "T1", &["@ann"]).unwrap_err().message, "`p` is not changed");
        }
    }

    #[test]
    fn a_need_that_leads_nowhere_is_told() {
        let plan = read(vec![Source::new("p", "- [ ] T1: a\n")], Reader::Fast, &mut Sink::new());
        let changed = run(&plan, "T1", &["needs=T9".to_owned()]).unwrap();
        assert_eq!(changed.findings[0].code.name, "plan/dangling-need");
    }
}
