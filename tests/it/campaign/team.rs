//! Who plays in the campaign, and what they do again and again.

use crate::harness::{Output, Sandbox};
use std::cell::Cell;

pub const PLAN_PATH: &str = "plan/03-execution-plan.md";

/// A member with what the roster says of them besides name, address and key.
const MEMBERS: [(&str, &str); 8] = [
    ("dana", "roles: [maintainer, execution-director], team: command, implements: false"),
    ("pam", "roles: [planner], team: planning, implements: false"),
    ("carl", "roles: [cio]"),
    ("cleo", "roles: [cto]"),
    ("coop", "roles: [coo]"),
    ("ada", "roles: [database-architect], team: foundation"),
    ("ben", "roles: [backend-engineer], team: backend"),
    ("sam", "roles: [security-auditor, incident-commander], team: security"),
];

/// A work tree whose `main` a server judges.
pub struct Campaign {
    pub sandbox: Sandbox,
    /// Whether records wait to be committed.
    waiting: Cell<bool>,
}

impl Campaign {
    /// The project as it is when somebody adopts passmuster for it.
    pub fn adopted(policy: &str, plan: &str) -> Self {
        let sandbox = Sandbox::repository();
        let names = MEMBERS.map(|(name, _)| name).join(" ");
        let make = format!("for m in {names}; do ssh-keygen -q -t ed25519 -N '' -C $m -f ../$m; cat ../$m.pub; done");
        let keys = sandbox.shell("work", &make).success();
        let members = MEMBERS.iter().zip(keys.stdout.lines()).map(|((name, what), key)| {
            format!("  - {{name: {name}, {what}, emails: [{name}@example.org], keys: ['{key}']}}\n")
        });
        let members: String = members.collect();
        sandbox.write("plan/roster.yaml", format!("passmuster: roster/1\nmembers:\n{members}"));
        sandbox.write("passmuster.yaml", policy);
        sandbox.write(PLAN_PATH, plan);
        sandbox.write("tests/run.sh", "for t in tests/*_test.sh; do test ! -e $t || sh $t || exit 1; done\n");
        let set_up = "git config include.path member && git init -q --bare -b main ../server.git \
                      && passmuster -C ../server.git hooks install --server && git remote add origin ../server.git";
        sandbox.shell("work", set_up).success();
        let campaign = Self { sandbox, waiting: Cell::new(false) };
        campaign.commit("dana", "adopt passmuster");
        campaign.push().success();
        campaign
    }

    /// Lets somebody sit down at the keyboard.
    pub fn act_as(&self, name: &str) {
        let key = self.sandbox.root().join(name).display().to_string();
        let settings = format!(
            "[user]\n\tname = {name}\n\temail = {name}@example.org\n\tsigningkey = {key}\n[gpg]\n\tformat = ssh\n"
        );
        self.sandbox.write(".git/member", settings);
    }

    /// Somebody runs the binary.
    pub fn run(&self, name: &str, args: &[&str]) -> Output {
        self.act_as(name);
        self.sandbox.passmuster(args)
    }

    pub fn commit(&self, name: &str, message: &str) {
        self.waiting.set(false);
        self.act_as(name);
        self.sandbox.shell("work", &format!("git add --all && git commit -q -m '{message}'")).success();
    }

    /// What was done goes to the server, which decides.
    pub fn push(&self) -> Output {
        self.keep();
        self.sandbox.git(&["push", "-q", "origin", "HEAD:main"])
    }

    /// Somebody makes a record, or takes its next step. Their signature tells who it was, whoever commits it.
    pub fn record(&self, name: &str, args: &[&str]) {
        self.run(name, args).success();
        self.waiting.set(true);
    }

    /// The records that wait are committed.
    fn keep(&self) {
        if self.waiting.get() {
            self.commit("pam", "plan: what was said");
        }
    }

    /// The server refuses, and nothing moves.
    #[track_caller]
    pub fn is_refused(&self, words: &[&str]) {
        let output = self.push();
        assert_ne!(output.status, 0, "{output}");
        for word in words {
            assert!(output.contains(word), "no `{word}` in\n{output}");
        }
    }

    /// Throws away what is not on the server.
    pub fn back(&self) {
        self.waiting.set(false);
        self.sandbox.shell("work", "git fetch -q && git reset -q --hard origin/main").success();
    }

    /// The path of the newest record of a folder.
    pub fn newest(&self, folder: &str) -> String {
        let listed = self.sandbox.shell("work", &format!("ls -t plan/{folder} | head -n 1")).success();
        format!("plan/{folder}/{}", listed.line())
    }

    /// Somebody answers every question of a document, and ticks its boxes.
    pub fn fill(&self, path: &str) {
        let mut text = String::new();
        let mut comment = false;
        for line in self.sandbox.read(path).lines() {
            comment |= line.trim_start().starts_with("<!--");
            text.push_str(if comment { "it is so" } else { line });
            text.push('\n');
            comment &= !line.ends_with("-->");
        }
        self.sandbox.write(path, text.replace("- [ ]", "- [x]"));
    }

    pub fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.sandbox.read(path);
        assert!(text.contains(from), "`{path}` does not hold `{from}`:\n{text}");
        self.sandbox.write(path, text.replacen(from, to, 1));
    }

    /// Somebody does a task: the work with its tick is one commit, the evidence another.
    pub fn work(&self, name: &str, id: &str, files: &[(&str, &str)]) {
        self.keep();
        for (path, text) in files {
            self.sandbox.write(path, text);
        }
        let plan = self.sandbox.read(PLAN_PATH);
        let mut of_task = false;
        let ticked: Vec<String> = plan
            .lines()
            .map(|line| {
                of_task = line.contains(&format!("[ ] {id}:")) || (of_task && line.starts_with("  "));
                if of_task { line.replace("[ ]", "[x]") } else { line.to_owned() }
            })
            .collect();
        self.sandbox.write(PLAN_PATH, ticked.join("\n") + "\n");
        self.commit(name, &format!("{id}: do it"));
    }

    /// Runs the gates of what was done, and commits the evidence.
    pub fn prove(&self, name: &str, ids: &[&str]) {
        self.keep();
        self.run(name, &[&["gate", "run"][..], ids].concat()).success();
        self.commit(name, &format!("{}: evidence", ids[ids.len() - 1]));
    }
}
