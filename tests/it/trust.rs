//! Signed evidence and approvals by roles, with keys made by the real `ssh-keygen`.

use crate::harness::{Output, Sandbox};

const POLICY: &str = r#"passmuster: policy/1
repository: abc12345
profile: solo
protect: [main]
trust: { main: signed }
authority: { policy: [maintainer] }
levels:
  task: [unit, review]
gates:
  unit: { run: "sh unit.sh", inputs: [src/, unit.sh] }
  review: { approve: reviewer, waivable: false }
"#;

const PLAN: &str = "---\npassmuster: plan/1\ntitle: Try\n---\n# Try\n\n- [ ] A-1: first ~1h\n  - touches: src/**\n";

/// `main` knows Ada (who works), Rex (who reviews) and their keys; Eve has a key that nobody knows.
fn adopted() -> Sandbox {
    let sandbox = Sandbox::repository();
    for name in ["ada", "rex", "eve"] {
        sandbox.shell("work", &format!("ssh-keygen -q -t ed25519 -N '' -C {name} -f ../{name}")).success();
    }
    let key = |name: &str| sandbox.shell("work", &format!("cat ../{name}.pub")).line().to_owned();
    let roster = format!(
        "passmuster: roster/1\nmembers:\n  - name: ada\n    roles: [maintainer, developer]\n    emails: [ada@example.org]\n    keys: ['{}']\n  - name: rex\n    kind: human\n    roles: [reviewer]\n    emails: [rex@example.org]\n    keys: ['{}']\n",
        key("ada"),
        key("rex")
    );
    sandbox.write("passmuster.yaml", POLICY);
    sandbox.write("plan/03-execution-plan.md", PLAN);
    sandbox.write("plan/roster.yaml", roster);
    sandbox.write("unit.sh", "grep -q good src/a\n");
    sandbox.write("src/a", "start\n");
    act_as(&sandbox, "ada");
    sandbox.commit_all("adopt");
    sandbox.git(&["switch", "-q", "-c", "task/A-1"]).success();
    sandbox.write("src/a", "good\n");
    let text = sandbox.read("plan/03-execution-plan.md");
    sandbox.write("plan/03-execution-plan.md", text.replace("[ ] A-1", "[x] A-1"));
    commit(&sandbox, "ada", "A-1: do it");
    sandbox
}

/// Git's identity and signing key.
fn act_as(sandbox: &Sandbox, name: &str) {
    for (key, value) in [
        ("user.name", name.to_owned()),
        ("user.email", format!("{name}@example.org")),
        ("gpg.format", "ssh".to_owned()),
        ("user.signingkey", sandbox.root().join(name).display().to_string()),
    ] {
        sandbox.git(&["config", key, &value]).success();
    }
}

fn commit(sandbox: &Sandbox, name: &str, message: &str) {
    let line = format!(
        "git add -A && GIT_AUTHOR_NAME={name} GIT_AUTHOR_EMAIL={name}@example.org GIT_COMMITTER_NAME={name} \
         GIT_COMMITTER_EMAIL={name}@example.org git commit -q -m '{message}'"
    );
    sandbox.shell("work", &line).success();
}

fn as_member(sandbox: &Sandbox, name: &str, args: &str) -> Output {
    act_as(sandbox, name);
    sandbox.shell("work", &format!("GIT_AUTHOR_NAME={name} GIT_AUTHOR_EMAIL={name}@example.org passmuster {args}"))
}

#[track_caller]
fn refused(output: Output, text: &str) {
    assert!(output.status == 1 && output.contains(text), "no `{text}` in\n{output}");
}

fn verify(sandbox: &Sandbox) -> Output {
    sandbox.passmuster(&["verify"])
}

fn proven() -> Sandbox {
    let sandbox = adopted();
    as_member(&sandbox, "ada", "gate run A-1").success();
    commit(&sandbox, "ada", "A-1: evidence");
    as_member(&sandbox, "rex", "approve A-1 -m 'read it all'").success();
    commit(&sandbox, "rex", "A-1: review");
    sandbox
}

#[test]
fn signed_evidence_and_a_reviewers_approval_pass() {
    verify(&proven()).success();
}

#[test]
fn unsigned_evidence_is_not_enough() {
    let sandbox = adopted();
    sandbox.git(&["config", "--unset", "gpg.format"]).success();
    sandbox.passmuster(&["gate", "run", "A-1"]).success();
    commit(&sandbox, "ada", "A-1: evidence");
    refused(verify(&sandbox), "gate/trust");
}

#[test]
fn a_key_that_only_the_proposal_knows_does_not_count() {
    let sandbox = proven();
    let eve = sandbox.shell("work", "cat ../eve.pub").line().to_owned();
    let roster = sandbox.read("plan/roster.yaml");
    let mallory = format!(
        "{roster}  - name: eve\n    roles: [reviewer, maintainer]\n    emails: [eve@example.org]\n    keys: ['{eve}']\n"
    );
    sandbox.write("plan/roster.yaml", mallory);
    sandbox.shell("work", "git rm -q plan/gates/A-1.*").success();
    commit(&sandbox, "eve", "A-1: let me in");
    as_member(&sandbox, "eve", "gate run A-1").success();
    as_member(&sandbox, "eve", "approve policy").success();
    commit(&sandbox, "eve", "A-1: all by myself");
    let output = verify(&sandbox);
    assert!(output.contains("policy/unapproved") && output.contains("gate/trust"), "{output}");
    assert_eq!(output.status, 1, "{output}");
}

#[test]
fn authors_and_strangers_do_not_approve() {
    let sandbox = adopted();
    let output = as_member(&sandbox, "ada", "approve A-1");
    assert!(output.status == 3 && output.contains("does not hold the role `reviewer`"), "{output}");
    // The reviewer wrote some of it.
    sandbox.write("src/b", "x\n");
    commit(&sandbox, "rex", "A-1: help");
    let output = as_member(&sandbox, "rex", "approve A-1");
    assert!(output.status == 3 && output.contains("authors do not approve their own work"), "{output}");
}

#[test]
fn work_that_landed_before_the_claim_is_its_authors_own_all_the_same() {
    let sandbox = adopted();
    sandbox.git(&["switch", "-q", "main"]).success();
    sandbox.write("src/a", "good\n");
    commit(&sandbox, "rex", "A-1: land it first, unclaimed");
    sandbox.git(&["switch", "-q", "-c", "claim"]).success();
    let text = sandbox.read("plan/03-execution-plan.md");
    sandbox.write("plan/03-execution-plan.md", text.replace("[ ] A-1", "[x] A-1"));
    commit(&sandbox, "ada", "A-1: claim");
    let output = as_member(&sandbox, "rex", "approve A-1");
    assert!(output.status == 3 && output.contains("which has landed"), "{output}");
}

#[test]
fn an_approval_is_for_what_was_reviewed() {
    let sandbox = proven();
    sandbox.write("src/a", "good, but other\n");
    commit(&sandbox, "ada", "A-1: afterthought");
    as_member(&sandbox, "ada", "gate run A-1").success();
    commit(&sandbox, "ada", "A-1: evidence");
    let output = verify(&sandbox);
    refused(verify(&sandbox), "gate/stale");
    assert!(output.contains("gate `review`") && !output.contains("gate `unit` of"), "{output}");
}

#[test]
fn a_policy_change_is_approved_by_whom_the_old_policy_lets() {
    let sandbox = proven();
    let policy = sandbox.read("passmuster.yaml");
    sandbox.write("passmuster.yaml", policy.replace("[maintainer]", "[reviewer]"));
    commit(&sandbox, "ada", "policy: let reviewers decide");
    as_member(&sandbox, "rex", "approve policy").success();
    commit(&sandbox, "rex", "approve");
    refused(verify(&sandbox), "may not approve a change of the policy");
    as_member(&sandbox, "ada", "approve policy").success();
    commit(&sandbox, "ada", "approve");
    verify(&sandbox).success();
}

#[test]
fn ssh_keygen_accepts_exported_evidence() {
    let sandbox = proven();
    let exported = sandbox.passmuster(&["evidence", "export", "A-1"]).success();
    let envelopes: Vec<serde_json::Value> =
        exported.stdout.lines().map(|line| serde_json::from_str(line).expect("an envelope a line")).collect();
    assert_eq!(envelopes.len(), 2, "{exported}");
    for envelope in envelopes {
        let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
        let signature = &envelope["signatures"][0];
        let member = text(&signature["keyid"]);
        sandbox.write_in(".", "payload.b64", text(&envelope["payload"]));
        sandbox.write_in(
            ".",
            "sig",
            format!("-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n", text(&signature["sig"])),
        );
        let kind = text(&envelope["payloadType"]);
        sandbox
            .shell(
                "work",
                &format!(
                    "set -e; base64 -d ../payload.b64 > ../payload; \
                     printf 'DSSEv1 %s %s %s ' {} {kind} \"$(wc -c < ../payload | tr -d ' ')\" > ../pae; cat ../payload >> ../pae; \
                     printf '%s namespaces=\"passmuster\" %s\\n' {member} \"$(cat ../{member}.pub)\" > ../allowed; \
                     ssh-keygen -Y verify -f ../allowed -I {member} -n passmuster -s ../sig < ../pae",
                    kind.len()
                ),
            )
            .success();
    }
}

#[test]
fn where_results_come_from_ci_people_still_approve() {
    let sandbox = proven();
    sandbox.git(&["switch", "-q", "main"]).success();
    let policy = sandbox.read("passmuster.yaml").replace("{ main: signed }", "{ main: ci }");
    sandbox.write("passmuster.yaml", policy);
    commit(&sandbox, "ada", "ask for results from CI");
    sandbox.git(&["switch", "-q", "task/A-1"]).success();
    sandbox.git(&["merge", "-q", "-m", "up to date", "main"]).success();
    let output = verify(&sandbox);
    refused(verify(&sandbox), "this ref asks for ci");
    assert!(output.contains("gate `unit`") && !output.contains("gate `review`"), "{output}");
}
