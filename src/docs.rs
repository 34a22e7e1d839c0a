//! The manual: its topics, compiled in, and their Markdown laid out for a terminal and for man (contract §2, `help`).
//!
//! The pages are in `src/docs/*.md`, where they can be read as they are, too. A table that comes from the code
//! is a comment in them, [`marker`], and is filled in when the page is printed.

mod document;
pub(crate) mod roff;
mod table;
pub(crate) mod terminal;
#[cfg(test)]
mod tests;

/// One page of the manual.
#[derive(Debug)]
pub(crate) struct Topic {
    /// What `examsync help` and `examsync man` take.
    pub name: &'static str,
    /// One line for the list of topics.
    pub summary: &'static str,
    /// The page in Markdown, with the markers of its tables.
    pub text: &'static str,
}

/// What may be relied on: the document whose sections comments cite as `contract §7`.
#[doc = include_str!("docs/contract.md")]
pub(crate) const CONTRACT: &str = include_str!("docs/contract.md");

/// Every topic, in the order of the list.
pub(crate) const TOPICS: [Topic; 26] = [
    row("operating", "What to look at, the dashboard, the heartbeat", include_str!("docs/operating.md")),
    row("cron", "Lines for cron, its traps, mail and logs", include_str!("docs/cron.md")),
    row("postgresql", "Roles, grants, failover", include_str!("docs/postgresql.md")),
    row(
        "exam-day",
        "The morning of an exam: what to act on, what changed, pages",
        include_str!("docs/exam-day.md"),
    ),
    row("doctor", "What `examsync doctor` looks at, and how to read it", include_str!("docs/doctor.md")),
    row("recovery", "What to do when a pass was refused or failed", include_str!("docs/recovery.md")),
    row("alerts", "When an alert opens and closes; mail and webhooks", include_str!("docs/alerts.md")),
    row("monitoring", "Metrics and rules for Prometheus", include_str!("docs/monitoring.md")),
    row(
        "centres",
        "Packages for centres without a network, in eight commands",
        include_str!("docs/centres.md"),
    ),
    row(
        "roster",
        "People, classes and enrollments from the system of a school",
        include_str!("docs/roster.md"),
    ),
    row("push", "Sending change events, attendance and violations", include_str!("docs/push.md")),
    row("events", "Incoming webhooks, and what they pull", include_str!("docs/events.md")),
    row("settings", "Every setting, its default and meaning", include_str!("docs/settings.md")),
    row("exit-codes", "What each exit code means", include_str!("docs/exit-codes.md")),
    row("api", "What the exam system has to answer", include_str!("docs/api.md")),
    row("json", "The documents that `--json` prints", include_str!("docs/json.md")),
    row(
        "security",
        "What is protected from whom, and what is not (contract §15)",
        include_str!("docs/security.md"),
    ),
    row("contract", "What may be relied on: commands, output, tables, passes", CONTRACT),
    row(
        "contract-centres",
        "Packages, results, the merge of both (contract §11)",
        include_str!("docs/contract-centres.md"),
    ),
    row(
        "contract-exam-day",
        "The morning view, lists and find (contract §14)",
        include_str!("docs/contract-exam-day.md"),
    ),
    row("moving-in", "Moving into a database that an application uses", include_str!("docs/moving-in.md")),
    row(
        "contract-moving-in",
        "A database that is in use, and doctor (contract §10)",
        include_str!("docs/contract-moving-in.md"),
    ),
    row(
        "contract-roster",
        "Rosters: tables, sources, rules (contract §13)",
        include_str!("docs/contract-roster.md"),
    ),
    row(
        "contract-push",
        "To the outside, and events from it (contract §12)",
        include_str!("docs/contract-push.md"),
    ),
    row("architecture", "How it is built, and why", include_str!("docs/architecture.md")),
    row("upgrading", "What changes for a site that updates", include_str!("docs/upgrading.md")),
];

const fn row(name: &'static str, summary: &'static str, text: &'static str) -> Topic {
    Topic { name, summary, text }
}

/// The topic of this name.
pub(crate) fn topic(name: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.name == name)
}

/// What a page has in the place of a table of this name that comes from the code.
pub(crate) fn marker(table: &str) -> String {
    format!("<!-- table: {table} -->")
}

/// Rows as a table in Markdown, the head first.
pub(crate) fn markdown_table<const N: usize>(
    head: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut text = line(&head.map(str::to_owned));
    text += &format!("|{}\n", " --- |".repeat(N));
    for row in rows {
        text += &line(&row.map(|cell| cell.replace('|', "\\|")));
    }
    text
}
