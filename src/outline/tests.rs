use super::*;
use crate::diag::Sink;
use proptest::prelude::*;

fn said(text: &str) -> (Vec<String>, Vec<String>) {
    let mut sink = Sink::new();
    let outline = read(&Source::new("o.md", text), &mut sink);
    let leaves = outline.leaves.iter().map(|leaf| {
        let groups: Vec<&str> = outline.around(leaf).map(|group| outline.groups[group].title.as_str()).collect();
        let evidence: Vec<&str> = leaf.evidence.iter().map(|one| one.value.as_str()).collect();
        let text = |text: &Option<Spanned<String>>| text.as_ref().map_or("-".to_owned(), |text| text.value.clone());
        let review = leaf.review.as_ref().map_or(0, |days| days.value);
        format!(
            "{} < {} | {} {} {review} {}",
            leaf.title.value,
            groups.join(" < "),
            text(&leaf.owner),
            evidence.join("+"),
            text(&leaf.not_applicable)
        )
    });
    let codes = sink.into_sorted().into_iter().map(|finding| format!("{} {}", finding.place, finding.code));
    (leaves.collect(), codes.collect())
}

#[test]
fn topics_take_what_stands_around_them() {
    let text = "# All\n\n- owner: ada\n\n## One\n- review: 2w\n- A\n  - evidence: a/**, `b/{c,d}.md`\n- B\n  - owner: @bob\n  - n/a: no data\n\n## Two\n1. **C**\n   - Inner\n     - evidence: x\n";
    let (leaves, codes) = said(text);
    assert_eq!(
        leaves,
        [
            "A < One < All | ada a/**+b/{c,d}.md 14 -",
            "B < One < All | bob  14 no data",
            "Inner < C < Two < All | ada x 0 -",
        ]
    );
    assert!(codes.is_empty(), "{codes:?}");
}

#[test]
fn headings_with_nothing_below_are_topics() {
    let (leaves, codes) = said("# All\n## One\n### A\ntext\n### B\n## Two\n");
    assert_eq!(leaves, ["A < One < All | -  0 -", "B < One < All | -  0 -", "Two < All | -  0 -"]);
    assert!(codes.is_empty());
}

#[test]
fn what_cannot_be_read_is_told() {
    let text = "- A\n  - evidence: ../x, ok\n  - review: often\n  - n/a:\n  - owner: a\n  - owner: b\n";
    let (leaves, codes) = said(text);
    assert_eq!(leaves, ["A <  | a ok 0 "]);
    assert_eq!(
        codes,
        [
            "o.md:2:15 outline/bad-evidence",
            "o.md:3:13 outline/bad-review",
            "o.md:4:9 outline/no-reason",
            "o.md:6:12 outline/said-twice"
        ]
    );
    assert_eq!(said("").1, ["o.md outline/no-topics"]);
    assert_eq!(said("# Title\ntext\n").1, ["o.md outline/no-topics"]);
}

#[test]
fn our_own_outline_is_sound() {
    let (leaves, codes) = said(include_str!("../../templates/outline.md"));
    assert!(leaves.len() > 10 && codes.is_empty(), "{codes:?}");
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "((#{1,7} |[ ]{0,4}- |1\\. |> )?(owner|evidence|review|n/a)?:?[ -~é→]{0,12}\n?){0,12}") {
        said(&text);
    }
}
