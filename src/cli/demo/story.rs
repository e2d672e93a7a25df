//! What is played, step by step, and what must come of it.

use super::props::{self, Prop};
use super::stage::{Stage, holds, typed};
use crate::diag::Failure;
use crate::evidence::{self, Digest};
use crate::policy;
use crate::roster;

/// Both layers of hooks on the user's side switched off, as anybody can.
const PUSH_PAST_HOOKS: [&str; 4] = ["-c", "core.hooksPath=/dev/null", "push", "--no-verify"];

/// Plays everything.
///
/// # Errors
/// A program is missing, a file cannot be written, or a step did not go as planned.
pub(super) fn play(stage: &Stage<'_>) -> Result<(), Failure> {
    stage.say(&format!("A demo of passmuster, played in {}", stage.folder().display()))?;
    stage.say("Every line after a `$` is really run, with your Git and this passmuster.")?;
    adopt(stage)?;
    phantom(stage)?;
    prove(stage)?;
    plan_only(stage)?;
    stale(stage)?;
    forged(stage)?;
    weakened(stage)?;
    look_back(stage)
}

/// The project, its server, its hooks; the first push brings plan and policy.
fn adopt(stage: &Stage<'_>) -> Result<(), Failure> {
    stage.headline("1. A project with a plan, and a server that judges")?;
    let folder = stage.folder();
    stage
        .play("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-C", "dana@chunker.example", "-f", "dana.key"], folder)
        .map_err(|failure| {
            failure.hint("the demo signs its results: install OpenSSH and put `ssh-keygen` on the PATH")
        })?
        .succeeds()?;
    stage.play("git", &["init", "--quiet", "--bare", "server.git"], folder)?.succeeds()?;
    stage.play("git", &["init", "--quiet", "chunker"], folder)?.succeeds()?;
    let key = folder.join("dana.key");
    for (name, value) in [
        ("user.name", "Dana"),
        ("user.email", "dana@chunker.example"),
        ("gpg.format", "ssh"),
        ("user.signingKey", &*key.to_string_lossy()),
        ("commit.gpgSign", "false"),
        ("core.autocrlf", "false"),
    ] {
        stage.quietly(&["config", name, value])?;
    }
    stage.by_hand("dana's name, address and key go into chunker/.git/config")?;
    let public = stage.play("ssh-keygen", &["-y", "-f", "dana.key"], folder)?.succeeds()?.into_text();
    for (path, text) in props::START {
        let text =
            if *path == roster::PATH { text.replace(props::KEY_MARK, public.trim()) } else { (*text).to_owned() };
        stage.write(path, &text)?;
    }
    stage.by_hand("a small program, a plan of twenty tickets in five phases, a policy, a roster with dana's key")?;
    stage.passmuster(&["check"])?.succeeds()?;
    stage.git(&["add", "."])?.succeeds()?;
    stage.git(&["commit", "--quiet", "-m", "the service as it is, and the plan to mend it"])?.succeeds()?;
    stage.passmuster(&["hooks", "install"])?.succeeds()?;
    stage.passmuster(&["-C", "../server.git", "hooks", "install", "--server"])?.succeeds()?;
    stage.git(&["remote", "add", "origin", "../server.git"])?.succeeds()?;
    stage.git(&["push", "--quiet", "--set-upstream", "origin", "main"])?.succeeds()?;
    landed(stage)?;
    stage.say("The first push is adopted as it is. From now on every move of `main` is judged, here and there.")
}

/// A tick without work does not merge.
fn phantom(stage: &Stage<'_>) -> Result<(), Failure> {
    stage.headline("2. A phantom completion: everything ticked, nothing done")?;
    let before = stage.tip("main")?;
    stage.git(&["switch", "--quiet", "-c", "task/DB-001"])?.succeeds()?;
    tick(stage, "DB-001")?;
    stage.git(&["commit", "--quiet", "-am", "DB-001: done, all criteria met"])?.succeeds()?;
    stage.git(&["switch", "--quiet", "main"])?.succeeds()?;
    stage.git(&["merge", "--ff-only", "task/DB-001"])?.refused()?.says("DB-001")?.says("unit-tests")?;
    untouched(stage, &before)?;
    stage.say("Refused before anything was touched: `main`, index and files are as they were.")
}

/// Work and evidence merge.
fn prove(stage: &Stage<'_>) -> Result<(), Failure> {
    stage.headline("3. The work is done, and the gates say so")?;
    stage.git(&["switch", "--quiet", "task/DB-001"])?.succeeds()?;
    work(stage, props::DB_001, "DB-001: expand the chunk table by a checksum")?;
    stage.passmuster(&["gate", "run", "--missing"])?.succeeds()?.says("DB-001")?;
    report(stage, "DB-001")?;
    merge(stage, "task/DB-001")?;
    stage
        .say("passmuster ran each gate once, on a clean export of what it declares to read, and signed what it saw.")?;
    stage.say("Hook and server only verified the report; neither of them ran a test.")
}

/// Evidence is bound to what the gates read, not to a commit.
fn plan_only(stage: &Stage<'_>) -> Result<(), Failure> {
    stage.headline("4. A change of the plan alone keeps the evidence")?;
    let plan = stage.quietly(&["cat-file", "blob", &format!("HEAD:{}", props::PLAN)])?;
    let title = "FE-004: Compare the cuts of two sizes";
    stage.write(props::PLAN, &plan.replace(title, "FE-004: Compare the cuts of two sizes side by side"))?;
    stage.by_hand("the title of FE-004 is made clearer")?;
    stage.git(&["commit", "--quiet", "-am", "plan: say how sizes are compared"])?.succeeds()?;
    stage.passmuster(&["gate", "explain", "DB-001"])?.succeeds()?.says("satisfied")?;
    stage.git(&["push", "--quiet", "origin", "main"])?.succeeds()?;
    landed(stage)?;
    stage.say("The commit is another, the inputs of the gates are the same: so is their key, and nothing runs again.")
}

/// A change of the source makes evidence stale; taking it back makes it valid again.
fn stale(stage: &Stage<'_>) -> Result<(), Failure> {
    stage.headline("5. One more change after the tests")?;
    let before = stage.tip("main")?;
    stage.git(&["switch", "--quiet", "-c", "task/BE-001"])?.succeeds()?;
    work(stage, props::BE_001, "BE-001: cut behind blanks")?;
    let plan = stage.quietly(&["cat-file", "blob", &format!("HEAD:{}", props::PLAN)])?;
    stage.write(props::PLAN, &props::met(&plan, "BE-001"))?;
    stage.by_hand(&format!("its criteria are ticked in {}", props::PLAN))?;
    stage.passmuster(&["done", "BE-001"])?.succeeds()?;
    stage.git(&["commit", "--quiet", "-am", "BE-001: done"])?.succeeds()?;
    stage.passmuster(&["gate", "run", "--missing"])?.succeeds()?.says("BE-001")?;
    report(stage, "BE-001")?;
    let (path, text) = props::BE_001[0];
    stage.write(path, &text.replace("piece = substr(text, 1, cut())", "piece = substr(text, 1, cut() - 1)"))?;
    stage.by_hand(&format!("a last touch in {path}: chunks shall not end in a blank"))?;
    stage.git(&["commit", "--quiet", "-am", "BE-001: no blank at the end of a chunk"])?.succeeds()?;
    stage.passmuster(&["gate", "explain", "BE-001"])?.refused()?.says(path)?;
    stage.git(&["switch", "--quiet", "main"])?.succeeds()?;
    stage.git(&["merge", "--ff-only", "task/BE-001"])?.refused()?.says(path)?;
    untouched(stage, &before)?;
    stage.say("What was tested is not what would land. (The last touch loses characters: the tests would say so.)")?;
    stage.git(&["switch", "--quiet", "task/BE-001"])?.succeeds()?;
    stage.git(&["revert", "--no-edit", "HEAD"])?.succeeds()?;
    merge(stage, "task/BE-001")?;
    stage.say("Taken back, the inputs are those that were tested, and the old evidence counts again.")
}

/// Client hooks can be switched off; the server decides by itself.
fn forged(stage: &Stage<'_>) -> Result<(), Failure> {
    stage.headline("6. A forged report, pushed past all hooks")?;
    stage.git(&["switch", "--quiet", "-c", "task/SEC-001"])?.succeeds()?;
    work(stage, props::SEC_001, "SEC-001: refuse sizes that cannot be")?;
    tick(stage, "SEC-001")?;
    stage.git(&["commit", "--quiet", "-am", "SEC-001: done"])?.succeeds()?;
    stage.passmuster(&["gate", "run", "--missing"])?.refused()?.says("unit-tests")?;
    forge(stage)?;
    stage.git(&["commit", "--quiet", "-am", "SEC-001: gate report"])?.succeeds()?;
    refused_by_server(stage, "task/SEC-001")?;
    stage.say("Dana's key signed a result that says `fail`; over the rewritten one the signature does not hold.")
}

/// The policy of the protected side decides about its own change.
fn weakened(stage: &Stage<'_>) -> Result<(), Failure> {
    stage.headline("7. A weaker policy, pushed past all hooks")?;
    stage.git(&["switch", "--quiet", "-c", "faster", "main"])?.succeeds()?;
    let (_, text) = props::START[0];
    let swaps =
        [("run: sh tests/run.sh", "run: \"true\""), ("    min_tests: 4\n", ""), ("main: signed", "main: claimed")];
    let weaker = swaps.iter().fold(text.to_owned(), |text, (strict, loose)| text.replace(strict, loose));
    stage.write(policy::PATH, &weaker)?;
    stage.by_hand("in passmuster.yaml the tests become `true`, and whoever says that they passed is believed")?;
    stage.git(&["commit", "--quiet", "-am", "faster merges"])?.succeeds()?;
    refused_by_server(stage, "faster")?;
    stage.say("A change is judged by the policy that is there, not by the one it brings.")
}

/// Everything that happened to `main`, judged again.
fn look_back(stage: &Stage<'_>) -> Result<(), Failure> {
    stage.headline("8. Looking back")?;
    stage.git(&["switch", "--quiet", "main"])?.succeeds()?;
    stage.passmuster(&["audit", "main"])?.succeeds()?;
    landed(stage)?;
    stage.passmuster(&["status"])?.succeeds()?.says("2/20")?;
    stage.say("Two tickets of twenty are done, and each of them was shown to be.")?;
    stage.headline("Now you")?;
    stage.say(&format!("cd {}", typed(stage.project().to_string_lossy())))?;
    if let Some(path) = stage.program_to_name() {
        stage.say(&format!("passmuster() {{ {path} \"$@\"; }}"))?;
    }
    for (line, why) in [
        ("passmuster next", "what can be worked on now, and why the rest waits"),
        ("passmuster show DB-001", "one ticket with all that is known of it"),
        ("git switch task/SEC-001 && passmuster gate run --missing", "what the forger did not want to hear"),
        ("passmuster explain gate/stale", "the page of a finding"),
        ("git log --oneline --graph --all", "what was really done"),
    ] {
        stage.say(&format!("{line:<58}# {why}"))?;
    }
    stage.say("The folder is yours to play with; remove it when you have seen enough.")
}

/// Writes files of a ticket and commits them.
fn work(stage: &Stage<'_>, files: &[Prop], message: &str) -> Result<(), Failure> {
    for (path, text) in files {
        stage.write(path, text)?;
    }
    let paths: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
    stage.by_hand(&format!("{} are written", paths.join(" and ")))?;
    stage.git(&["add", "."])?.succeeds()?;
    stage.git(&["commit", "--quiet", "-m", message])?.succeeds().map(drop)
}

/// Ticks an item and its criteria in the plan of the work tree, without asking anybody.
fn tick(stage: &Stage<'_>, id: &str) -> Result<(), Failure> {
    let plan = stage.quietly(&["cat-file", "blob", &format!("HEAD:{}", props::PLAN)])?;
    stage.write(props::PLAN, &props::ticked(&plan, id))?;
    stage.by_hand(&format!("{id} and its criteria are ticked in {}", props::PLAN))
}

/// Commits what a gate run wrote.
fn report(stage: &Stage<'_>, id: &str) -> Result<(), Failure> {
    stage.git(&["add", "plan"])?.succeeds()?;
    stage.git(&["commit", "--quiet", "-m", &format!("{id}: gate report")])?.succeeds().map(drop)
}

/// Merges a branch into `main` and pushes it; both must be allowed.
fn merge(stage: &Stage<'_>, branch: &str) -> Result<(), Failure> {
    stage.git(&["switch", "--quiet", "main"])?.succeeds()?;
    stage.git(&["merge", "--quiet", "--ff-only", branch])?.succeeds()?;
    stage.git(&["push", "--quiet", "origin", "main"])?.succeeds()?;
    holds(stage.tip("main")? == stage.tip(branch)?, &format!("`main` is at `{branch}`"))?;
    landed(stage)
}

/// Turns the failed results of all reports into passed ones, and gives the files the names of their new content.
fn forge(stage: &Stage<'_>) -> Result<(), Failure> {
    stage.quietly(&["add", "plan"])?;
    let mut forged = Vec::new();
    for old in stage.quietly(&["ls-files", evidence::FOLDER])?.lines() {
        let text = stage.quietly(&["cat-file", "blob", &format!(":{old}")])?;
        if let Some((path, green)) = made_green(old, &text) {
            stage.quietly(&["mv", old, &path])?;
            stage.write(&path, &green)?;
            forged.push(path);
        }
    }
    holds(!forged.is_empty(), "there are failed results to be forged")?;
    stage
        .by_hand("in the reports, all that says `fail` is made to say `pass`, and they get the names that their new")?;
    stage.by_hand(&format!("content asks for: {}", forged.join(", ")))
}

/// A report with nothing failed in it any more, under the name that fits; `None` if nothing failed.
fn made_green(path: &str, text: &str) -> Option<(String, String)> {
    let swaps =
        [("outcome: fail", "outcome: pass"), ("| fail |", "| pass |"), ("exit: 1", "exit: 0"), ("exit 1,", "exit 0,")];
    let green = swaps.iter().fold(text.replace(", 1 failed", ""), |text, (red, green)| text.replace(red, green));
    let (subject, _) = path.strip_suffix(".md")?.rsplit_once('.')?;
    (green != text).then(|| (format!("{subject}.{}.md", &Digest::of_file(green.as_bytes()).as_str()[..6]), green))
}

/// Pushes a branch onto the server's `main` with all client hooks off: only the server is left to refuse it.
fn refused_by_server(stage: &Stage<'_>, branch: &str) -> Result<(), Failure> {
    let before = stage.server_tip()?;
    let target = format!("{branch}:main");
    let args: Vec<&str> = PUSH_PAST_HOOKS.into_iter().chain(["origin", &target]).collect();
    stage.git(&args)?.refused()?.says("remote:")?;
    holds(stage.server_tip()? == before, "the server's `main` stayed where it was")
}

/// The server has what `main` has.
fn landed(stage: &Stage<'_>) -> Result<(), Failure> {
    holds(stage.server_tip()? == stage.tip("main")?, "the server's `main` is at ours")
}

/// Nothing of a refused merge is left.
fn untouched(stage: &Stage<'_>, before: &str) -> Result<(), Failure> {
    holds(stage.tip("main")? == before, "`main` stayed where it was")?;
    holds(stage.quietly(&["status", "--porcelain"])?.is_empty(), "index and work tree are as they were")
}
