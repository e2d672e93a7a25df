//! The codes of findings about agent files.

crate::codes! {
    /// The front matter of an agent file is no YAML.
    ///
    /// It was read line by line instead, so nothing is lost here; a stricter loader drops the whole file, or loads the
    /// agent without its tools and model. Most often an unquoted description holds `: `.
    ///
    /// ```yaml
    /// description: Use this agent for reviews. Examples: Context: a pull request
    /// ```
    ///
    /// Fix: put the description in quotes, or write `description: >` and indent the text below it.
    NOT_YAML = "agent/not-yaml";

    /// The front matter of an agent file is never closed.
    ///
    /// Loaders take everything up to the next horizontal rule for front matter, so the agent's instructions become
    /// keys, or the file is dropped. It was read up to the first heading.
    ///
    /// Fix: write a line `---` between the last key and the text.
    NOT_CLOSED = "agent/not-closed";

    /// The front matter does not stand at the start of the file in the usual way.
    ///
    /// Blank lines, a comment, indentation or a code fence stand before or around it. Strict loaders see no front
    /// matter there.
    ///
    /// Fix: let the file begin with `---` in the first column.
    NOT_AT_START = "agent/not-at-start";

    /// An agent file has no front matter.
    ///
    /// Its name was taken from the file's name and its description from the first words of the text. That is a
    /// guess: look at it.
    ///
    /// ```yaml
    /// ---
    /// name: code-reviewer
    /// description: Reviews changes before they merge
    /// ---
    /// ```
    ///
    /// Fix: begin the file with such lines.
    NO_FRONT_MATTER = "agent/no-front-matter";

    /// An agent file does not say its name.
    ///
    /// The name is the identity; it was taken from the file's name.
    ///
    /// Fix: add `name: …` to the front matter.
    NO_NAME = "agent/no-name";

    /// The file is a rule for agents, and no agent.
    ///
    /// Cursor's rules, Copilot's instructions and whatever lies in a folder `rules` say what every agent is to keep to.
    /// Nobody can be given a task under their name, so they make no member.
    ///
    /// ```text
    /// .cursor/rules/style.mdc             a rule
    /// .cursor/agents/code-reviewer.md     an agent
    /// ```
    ///
    /// Fix: nothing, if it is a rule. An agent belongs into a folder of agents; or import that very file:
    /// `passmuster roster import .cursor/rules/architect.mdc`.
    RULE = "agent/rule";

    /// An agent file does not say what the agent is for.
    ///
    /// Without a description nobody, and no model, can tell when to use it. If the text has a first sentence, that
    /// was taken.
    ///
    /// Fix: add `description: …` to the front matter.
    NO_DESCRIPTION = "agent/no-description";

    /// The name in an agent file cannot be the name of a member.
    ///
    /// Names that leave a folder, hold invisible or direction-changing characters, or have no letter or digit are
    /// refused: they would look like another name, or name a file.
    ///
    /// Fix: choose a name such as `code-reviewer`.
    BAD_NAME = "agent/bad-name";

    /// A key is written twice in the front matter of an agent file.
    ///
    /// Loaders disagree on which of the two counts. The first was taken.
    ///
    /// Fix: remove one of them.
    TWICE = "agent/key-twice";

    /// The file is a template: its name or description is still to be filled in.
    ///
    /// Fix: fill it in, or leave it: it makes no member.
    TEMPLATE = "agent/template";

    /// The file is a document about agents, or a context file, and not an agent.
    ///
    /// Files such as `README.md`, `AGENTS.md` or `CLAUDE.md` without a name in their front matter make no member.
    ///
    /// Fix: if it is an agent, give it front matter with a `name`.
    DOCUMENT = "agent/document";

    /// The file is empty.
    ///
    /// Fix: write the agent, or remove the file.
    EMPTY = "agent/empty";

    /// The file is larger than an agent file may be.
    ///
    /// Fix: check that it is one; move long material to a file of its own.
    TOO_LARGE = "agent/too-large";

    /// A `.toml` file holds no TOML.
    ///
    /// Codex drops such a file. Where it has front matter like a Markdown agent, that was read instead.
    ///
    /// Fix: correct the line, or give the file its right ending.
    NOT_TOML = "agent/not-toml";

    /// The file is not UTF-8.
    ///
    /// UTF-16 was read as such; bytes that fit no character were replaced. Most tools show garbage there.
    ///
    /// Fix: save the file as UTF-8.
    NOT_UTF8 = "agent/encoding";

    /// UTF-8 text was once read as another encoding and saved again: `→` became `‚Üí` or `â†’`.
    ///
    /// The characters were put right for reading; the file itself is as it was.
    ///
    /// Fix: run `passmuster roster import --repair` to rewrite such files.
    MOJIBAKE = "agent/mojibake";

    /// The name in an agent file is not the name of the file.
    ///
    /// The name counts. People who look for the file by the agent's name will not find it.
    ///
    /// Fix: rename the file, if nothing refers to it.
    OTHER_NAME = "agent/other-name";
}
