//! Cut and random bytes for everything that reads what strangers wrote. The fuzz targets run the same entries.

#[path = "../entries/mod.rs"]
mod entries;

use passmuster::import::Origin;
use proptest::prelude::*;

/// One text of each kind that begins well.
const SAMPLES: [&str; 6] = [
    "---\npassmuster: plan/1\n---\n## Phase 1: a\n- [ ] T1: b @ada ~4h P0 [P]\n  - needs: T2 (technical: x)\n| ID | Task | Owner |\n|---|---|---|\n| T3 | c | ann |\n> - [ ] T4: d\n```\n- [ ] T5: e\n",
    "Content-Length: 46\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"initialized\",\"id\":1}Content-Length: 2\r\n\r\n{}",
    "id: task-1\ntitle: 'A'\nstatus: [\"To Do\"]\ndependencies:\n  - task-2\nstate: granted\nsteps:\n  - { to: granted, by: ada }\n",
    "{\"id\":\"bd-1\",\"title\":\"a\",\"status\":\"open\",\"priority\":1,\"dependencies\":[{\"issue_id\":\"bd-1\",\"depends_on_id\":\"bd-2\",\"type\":\"blocks\"}]}\n",
    "{\"master\":{\"tasks\":[{\"id\":1,\"title\":\"a\",\"status\":\"done\",\"dependencies\":[2],\"subtasks\":[{\"id\":1,\"title\":\"b\"}]}]}}",
    "[{\"number\":1,\"title\":\"a\",\"state\":\"OPEN\",\"labels\":[{\"name\":\"x\"}],\"body\":\"- [ ] b\\n- #2\"}]",
];

fn all(bytes: &[u8]) {
    entries::plan(bytes);
    entries::front_matter(bytes);
    entries::messages(bytes);
    Origin::ALL.into_iter().for_each(|origin| entries::import(origin, bytes));
}

#[test]
fn texts_cut_at_any_byte_are_read() {
    for sample in SAMPLES {
        (0..=sample.len()).for_each(|end| all(&sample.as_bytes()[..end]));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read(
        sample in 0..SAMPLES.len(),
        cut in (0usize..300, 0usize..300),
        bytes in proptest::collection::vec(any::<u8>(), 0..60),
        signs in "[-\\[\\]{}:,&*!|>'\"%#~`<() \n\r\t0a@👍：☐\u{feff}\u{202e}\u{0}]{0,16}",
    ) {
        all(&bytes);
        let text = SAMPLES[sample];
        let (head, tail) = (text.floor_char_boundary(cut.0), text.floor_char_boundary(cut.1));
        all([&text[..head], &signs, &text[tail..]].concat().as_bytes());
        all(&[&text.as_bytes()[..head], &bytes, &text.as_bytes()[tail..]].concat());
    }
}
