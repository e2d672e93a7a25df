//! What the words of a heading, or of a label, say about what stands below.
//!
//! Domain layer; pure functions of the builder.

/// Whether a heading opens a section of conditions.
pub(super) fn names_criteria(heading: &str) -> bool {
    const NAMES: [&str; 6] =
        ["acceptance", "criteria", "definition of done", "checklist", "done when", "definition of ready"];
    let heading = heading.to_lowercase();
    NAMES.iter().any(|name| heading.contains(name))
}

/// Whether a heading opens a section of tasks.
pub(super) fn names_tasks(heading: &str) -> bool {
    const NAMES: [&str; 7] = ["task", "work item", "work package", "backlog", "to do", "todo", "work breakdown"];
    let heading = heading.to_lowercase();
    NAMES.iter().any(|name| heading.contains(name))
}

/// Whether a heading says that a list of tasks follows: `Tasks`, `🚀 Next steps`, `Remaining tasks:`. The title of a
/// document has to say nothing else: `Tasks of the store` is about everything.
pub(super) fn names_list(heading: &str, level: u8) -> bool {
    const NAMES: [&str; 13] = [
        "tasks",
        "todo",
        "todos",
        "to do",
        "to-do",
        "next steps",
        "action items",
        "work items",
        "backlog",
        "aufgaben",
        "任务",
        "待办",
        "タスク",
    ];
    let heading = heading.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    NAMES
        .iter()
        .any(|name| heading.strip_suffix(name).is_some_and(|rest| rest.is_empty() || level > 1 && rest.ends_with(' ')))
}

/// Whether a line is nothing but a label such as `**Acceptance criteria**:`.
pub(super) fn names_criteria_label(text: &str) -> bool {
    text.len() < 60 && text.trim_end_matches(['*', '_']).ends_with(':') && names_criteria(text)
        || text.len() < 60 && text.starts_with("**") && text.ends_with("**") && names_criteria(text)
}
