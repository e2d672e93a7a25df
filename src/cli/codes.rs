//! Every code of every module, for `explain`. A test finds modules that are missing here.

use crate::diag::Code;
use crate::{
    agent, doc, evidence, gate, import, judge, outline, phase, plan, policy, project, query, record, roster, schedule,
};

/// All codes, sorted by name.
pub fn all() -> Vec<&'static Code> {
    let mut all = [
        doc::yaml::codes::ALL,
        import::codes::ALL,
        plan::codes::ALL,
        policy::codes::ALL,
        roster::codes::ALL,
        agent::codes::ALL,
        outline::codes::ALL,
        evidence::codes::ALL,
        gate::codes::ALL,
        record::codes::ALL,
        project::codes::ALL,
        judge::codes::ALL,
        schedule::codes::ALL,
        phase::codes::ALL,
        query::codes::ALL,
    ]
    .concat();
    all.sort_by_key(|code| code.name);
    all
}

#[cfg(test)]
mod tests {
    use super::all;
    use crate::report::{page, summary};

    #[test]
    fn codes_are_named_once_by_noun_and_fault() {
        let names: Vec<&str> = all().iter().map(|code| code.name).collect();
        assert!(names.windows(2).all(|pair| pair[0] < pair[1]), "named twice: {names:?}");
        for name in names {
            let (noun, fault) = name.split_once('/').unwrap_or_else(|| panic!("{name} has no noun"));
            let word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
            assert!(word(noun) && word(fault), "{name}");
        }
    }

    #[test]
    fn every_page_says_more_than_its_first_sentence() {
        for code in all() {
            assert!(summary(code).ends_with('.') && page(code).lines().count() >= 3, "{} has no page", code.name);
        }
    }
}
