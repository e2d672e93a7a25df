//! Agent files as people write them.

use super::*;
use crate::diag::Severity;
use proptest::prelude::*;

/// `name|title|about|model|tools|form: code, code`, each part as it was read.
fn said(path: &str, text: impl AsRef<[u8]>) -> String {
    let reading = read(path, tool_of(path).unwrap_or(Tool::Claude), text.as_ref());
    assert!(reading.agent.is_some() || !reading.findings.is_empty(), "{path} gave nothing");
    let mut codes: Vec<&str> = reading.findings.iter().map(|finding| finding.code.name).collect();
    codes.dedup();
    let codes: Vec<&str> = codes.iter().map(|code| code.trim_start_matches("agent/")).collect();
    let shown = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let agent = reading.agent.map(|agent| {
        let tools = agent.tools.map(|tools| tools.join("+"));
        let parts = [Some(agent.name.to_string()), agent.title, agent.about, agent.model, tools];
        parts.map(shown).join("|") + "|" + agent.form.name()
    });
    format!("{}: {}", shown(agent), codes.join(", "))
}

#[test]
fn sound_files_say_nothing_more() {
    for (path, text, expected) in [
        (
            "a.md",
            "---\nname: a\ndescription: does a\nmodel: opus\ntools: Read, Bash(git add, git rm)\n---\nx",
            "a|-|does a|opus|Read+Bash(git add, git rm)|strict: ",
        ),
        ("a.md", "---\nname: a\ndescription: d\ntools: [Read]\n---\n", "a|-|d|-|Read|strict: "),
        ("a.md", "---\nname: a\ndescription: d\ntools:\n  read: true\n  bash: false\n---\n", "a|-|d|-|read|strict: "),
        ("a.md", "---\nname: a\ndescription: d\ntools: Read Write\n---\n", "a|-|d|-|Read+Write|strict: "),
        ("x.agent.md", "---\nname: x\ndescription: d\nmodel: [gpt, other]\n---\n", "x|-|d|gpt|-|strict: "),
        ("a.toml", "name = \"a\"\ndescription = \"d\"\ndeveloper_instructions = \"\"\"x\"\"\"\n", "a|-|d|-|-|strict: "),
        ("no.md", "---\nname: no\ndescription: d\n---\n", "no|-|d|-|-|strict: "),
        ("a.md", "\u{feff}---\r\nname: a\r\ndescription: d\r\n---\r\n", "a|-|d|-|-|strict: "),
        ("a.md", "---\rname: a\rdescription: d\r---\r", "a|-|d|-|-|strict: "),
        (
            "frontend-developer.md",
            "---\nname: Frontend Developer\ndescription: d\n---\n",
            "frontend-developer|Frontend Developer|d|-|-|strict: ",
        ),
        ("a.md", "---\n# comment\nname: a\n\n# more\ndescription: d\nmode: primary\n---\n", "a|-|d|-|-|strict: "),
    ] {
        assert_eq!(said(path, text), expected, "{text}");
    }
}

#[test]
fn damaged_files_give_an_agent_and_say_what_is_wrong() {
    for (path, text, expected) in [
        (
            "a.md",
            "---\nname: a\ndescription: Use it. Examples: user: x\nmodel: opus\n---\n",
            "a|-|Use it|opus|-|lines: not-yaml",
        ),
        ("a.md", "---\nname: a\ndescription: d\n\n# Title\n\nText: more\n\n---\nrest", "a|-|d|-|-|strict: not-closed"),
        (
            "a.md",
            "---\nname: a\ndescription: d\n# Title\ntools: [Read]\n\n## More\n**B**: c: d\n\n---\n",
            "a|-|d|-|Read|strict: not-closed",
        ),
        ("a.md", "---\nname: a\ndescription: d\n-------\ntext", "a|-|d|-|-|strict: "),
        ("a.md", "---\nname: a\ndescription: d", "a|-|d|-|-|strict: not-closed"),
        ("a.md", "\n    ---\n    name: a\n    description: d\n    ---\n", "a|-|d|-|-|strict: not-at-start"),
        ("a.md", "```yaml\n---\nname: a\ndescription: d\n---\n```\n", "a|-|d|-|-|strict: not-at-start"),
        ("a.md", "---\nname: b\nname: a\ndescription: d\n---\n", "b|-|d|-|-|lines: not-yaml, key-twice, other-name"),
        (
            "a.md",
            "---\nname: a\ndescription: d\nx: &a [b]\ny: [*a, *a]\n---\n",
            "a|-|d x: &a [b] y: [a, a]|-|-|lines: not-yaml",
        ),
        ("a.md", "---\nname: a\n---\n", "a|-|-|-|-|strict: no-description"),
        ("a.md", "---\nname: a\n---\n# A\n\nDoes **this**.\n", "a|-|Does this|-|-|strict: no-description"),
        (
            "rules/a.mdc",
            "---\ndescription: d\nglobs: **/*.ts\nalwaysApply: false\n---\n",
            "a|-|d|-|-|lines: not-yaml, no-name",
        ),
        (
            "code-reviewer.md",
            "# Code reviewer\n\nReviews.\n",
            "code-reviewer|-|Reviews|-|-|unstructured: no-front-matter",
        ),
        ("a.toml", "---\nname: a\ndescription: d\n---\n", "a|-|d|-|-|strict: not-toml"),
        ("审.md", "---\nname: 代码审查\n---\n", "-: bad-name"),
        ("review.md", "---\nname: 代码审查\ndescription: d\n---\n", "review|代码审查|d|-|-|strict: "),
    ] {
        assert_eq!(said(path, text), expected, "{text}");
    }
    assert_eq!(
        said("a.md", b"\xff\xfe-\0-\0-\0\n\0n\0a\0m\0e\0:\0 \0a\0\n\0-\0-\0-\0\n\0x\0"),
        "a|-|x|-|-|strict: encoding, no-description"
    );
    assert_eq!(said("a.md", b"---\nname: a\ndescription: d \xe9\n---\n"), "a|-|d \u{fffd}|-|-|strict: encoding");
    let garbled = "---\nname: a\ndescription: a ‚Üí b ‚Üí c ‚úÖ\n---\n";
    assert_eq!(said("a.md", garbled), "a|-|a → b → c ✅|-|-|strict: mojibake");
}

#[test]
fn what_is_no_agent_says_why() {
    for (path, text, expected) in [
        ("a.md", "", "-: empty"),
        ("a.md", " \n\n", "-: empty"),
        ("README.md", "# Agents\n", "-: document"),
        ("AUDIT_PROTOCOL.md", "# Audit\n", "-: document"),
        ("a.md", "---\nname: {{AGENT_NAME}}\ndescription: x\n---\n", "-: not-yaml, template"),
        ("a.md", "---\nname: \"[agent name]\"\ndescription: x\n---\n", "-: template"),
        ("AGENT_TEMPLATE.md", "---\nname: agent-name\ndescription: Use for [purpose]\n---\n", "-: template"),
        ("a.md", "---\nname: ../../etc/cron\ndescription: x\n---\n", "-: bad-name"),
        ("a.md", "---\nname: sec\u{202e}rotidua\ndescription: x\n---\n", "-: bad-name"),
    ] {
        assert_eq!(said(path, text), expected, "{text}");
    }
    assert_eq!(said("CTO.md", "---\nname: CTO\ndescription: decides\n---\n"), "CTO|-|decides|-|-|strict: ");
    assert_eq!(said("a.md", vec![b'x'; MAX_BYTES + 1]), "-: too-large");
}

#[test]
fn nothing_shown_can_change_what_a_reader_sees() {
    let reading = read("a.md", Tool::Claude, b"---\nname: a\ndescription: \"x\\u202ey\"\nmodel: \"o\\u202e\"\n---\n");
    let agent = reading.agent.unwrap();
    assert_eq!((agent.about.as_deref(), agent.model.as_deref()), (Some("x\\u{202e}y"), Some("o\\u{202e}")));
}

/// Every prefix of a file, and every file with one byte changed, is read without a panic and never says nothing.
#[test]
fn files_cut_at_any_byte_are_survived() {
    let whole = "\u{feff}---\r\nname: ü-agent\ndescription: 'a: \u{2192} b'\ntools: [A, {b: c}]\nx: |\n  y\n# H\n---\r\n# T\n\n```\nz\n";
    for path in ["a.md", "a.toml", "a.mdc"] {
        for end in 0..whole.len() {
            said(path, &whole.as_bytes()[..end]);
            for byte in [b'\n', b':', b'"', 0xff, b'-', b'{'] {
                let mut changed = whole.as_bytes().to_vec();
                changed[end] = byte;
                said(path, &changed);
            }
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_give_an_agent_or_a_finding(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        said("a.md", &bytes);
        said("a.toml", &bytes);
    }

    #[test]
    fn any_front_matter_gives_an_agent_or_a_finding(text in "---\n((name|description|tools|x): ?[ -~→\u{202e}]{0,12}\n|# h\n|\n|  - a\n){0,8}(---\n)?[a-z# \n]{0,20}") {
        let reading = read("a.md", Tool::Claude, text.as_bytes());
        prop_assert!(reading.agent.is_some() || reading.findings.iter().any(|f| f.severity != Severity::Warning));
    }
}
