//! Where the tools keep their agent files.

use super::Tool;

/// The folders that the tools themselves look into, below the root of a repository.
pub const FOLDERS: [&str; 11] = [
    ".claude/agents",
    ".codex/agents",
    ".github/agents",
    ".github/chatmodes",
    ".opencode/agent",
    ".opencode/agents",
    ".gemini/agents",
    ".cursor/agents",
    ".cursor/rules",
    "agents",
    "subagents",
];

/// Folders of agents.
const AGENTS: [&str; 4] = ["agents", "agent", "subagents", "chatmodes"];

/// Folders of what every agent is to keep to.
const RULES: [&str; 3] = ["rules", "rule", "instructions"];

/// Folders of what agents use.
const USED: [&str; 7] = ["skills", "commands", "command", "prompts", "prompt", "workflows", "hooks"];

/// The folder next to a file that says whether agents lie there or something else; `folders` is in lower case.
fn nearest<'a>(folders: &'a str, others: &[&str]) -> Option<&'a str> {
    folders.rsplit('/').find(|folder| others.contains(folder) || AGENTS.contains(folder))
}

/// Whose agent file stands at a path, by its folder and its ending; `None` for files of another kind. Files that no
/// folder and no ending give to another tool are taken for Claude's, whose form is the commonest.
///
/// ```
/// use passmuster::agent::{Tool, tool_of};
/// assert_eq!(tool_of("team/.codex/agents/reviewer.toml"), Some(Tool::Codex));
/// assert_eq!(tool_of("agents/planner.agent.md"), Some(Tool::Copilot));
/// assert_eq!(tool_of(".cursor/rules/style.md"), Some(Tool::Rule));
/// assert_eq!(tool_of("rules/agents/judge.md"), Some(Tool::Claude));
/// assert_eq!(tool_of("agents/logo.png"), None);
/// ```
pub fn tool_of(path: &str) -> Option<Tool> {
    let folded = path.to_ascii_lowercase();
    let folded = folded.strip_suffix(".sample").unwrap_or(&folded);
    let (folders, name) = folded.rsplit_once('/').unwrap_or(("", folded));
    let ends = |ending: &str| name.ends_with(ending);
    // Copies that no tool shall pick up write `dot-claude` for `.claude`.
    let within = |tool: &str| {
        folders.split('/').any(|folder| folder.strip_prefix('.').or(folder.strip_prefix("dot-")) == Some(tool))
    };
    if ends(".toml") {
        return Some(Tool::Codex);
    }
    if ends(".mdc") || ends(".instructions.md") {
        return Some(Tool::Rule);
    }
    if ends(".agent.md") || ends(".chatmode.md") {
        return Some(Tool::Copilot);
    }
    if !(ends(".md") || ends(".markdown")) {
        return None;
    }
    if nearest(folders, &RULES).is_some_and(|folder| RULES.contains(&folder)) {
        return Some(Tool::Rule);
    }
    let by_folder = [
        ("claude", Tool::Claude),
        ("github", Tool::Copilot),
        ("opencode", Tool::OpenCode),
        ("gemini", Tool::Gemini),
        ("cursor", Tool::Cursor),
        ("codex", Tool::Codex),
    ];
    Some(by_folder.into_iter().find(|(folder, _)| within(folder)).map_or(Tool::Claude, |(_, tool)| tool))
}

/// Whether a path is that of something agents use, and no agent: a skill, a command or a prompt.
///
/// ```
/// use passmuster::agent::is_for_agents;
/// assert!(is_for_agents("plugins/x/skills/pdf/SKILL.md") && is_for_agents("prompts/plan.prompt.md"));
/// assert!(is_for_agents(".opencode/command/test.md") && is_for_agents(".agents/workflows/commit.md"));
/// assert!(!is_for_agents("plugins/skills/agents/pdf.md"));
/// ```
pub fn is_for_agents(path: &str) -> bool {
    let folded = path.to_ascii_lowercase();
    let (folders, name) = folded.rsplit_once('/').unwrap_or(("", &folded));
    let used = nearest(folders, &USED).is_some_and(|folder| USED.contains(&folder));
    name == "skill.md" || name.ends_with(".prompt.md") || used
}

/// Whether a path says that agents are kept there: by a folder named after them, or by the file's own ending. In a whole
/// repository, what says no name of its own and stands elsewhere is a document.
///
/// ```
/// use passmuster::agent::is_among_agents;
/// assert!(is_among_agents("team/subagents/qa.md") && is_among_agents("x/qa.agent.md"));
/// assert!(is_among_agents("my-agents/qa.md") && !is_among_agents("docs/agency/qa.md"));
/// ```
pub fn is_among_agents(path: &str) -> bool {
    const WORDS: [&str; 8] = ["agent", "agents", "subagent", "subagents", "chatmodes", "rules", "personas", "roles"];
    let folded = path.to_ascii_lowercase();
    let (folders, name) = folded.rsplit_once('/').unwrap_or(("", &folded));
    let words = folders.split(|c: char| !c.is_ascii_alphanumeric());
    let endings = [".agent.md", ".chatmode.md", ".mdc", ".instructions.md"];
    words.into_iter().any(|word| WORDS.contains(&word)) || endings.iter().any(|ending| name.ends_with(ending))
}

/// Whether a file without a name of its own is a document rather than an agent: a file that repositories have beside
/// their agents, a context file, or one whose name is all capitals (`AUDIT_PROTOCOL.md`).
pub(super) fn is_document(stem: &str) -> bool {
    const DOCUMENTS: [&str; 12] = [
        "readme",
        "index",
        "changelog",
        "contributing",
        "license",
        "agents",
        "claude",
        "claude.local",
        "gemini",
        "copilot-instructions",
        "code_of_conduct",
        "security",
    ];
    let folded = stem.to_ascii_lowercase();
    let capitals =
        stem.len() > 2 && stem.contains(|c: char| c.is_ascii_uppercase()) && stem.to_ascii_uppercase() == stem;
    DOCUMENTS.contains(&folded.as_str()) || capitals
}
