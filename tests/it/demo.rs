//! `passmuster demo`: the story goes as told, and what it leaves is what it showed.

use crate::harness::{Output, Sandbox};

/// Asserts that these texts stand in the output in this order.
fn in_order(output: &Output, texts: &[&str]) {
    let mut rest = output.stdout.as_str();
    for text in texts {
        let Some((_, after)) = rest.split_once(text) else {
            panic!("`{text}` is missing, or not in its place: {output}")
        };
        rest = after;
    }
}

#[test]
fn the_demo_plays_and_leaves_what_it_showed() {
    let sandbox = Sandbox::new();
    // Nothing of an outer hook or of the user's own settings reaches the story.
    let mut command = sandbox.command("passmuster", "work");
    command.args(["demo", "d"]).env("GIT_DIR", "/nowhere").env("PASSMUSTER_SIGNING_KEY", "/nowhere");
    let output = sandbox.run(&mut command, "").success();
    assert!(output.stderr.is_empty() && !output.stdout.contains('\u{1b}'), "{output}");
    in_order(
        &output,
        &[
            "1. A project with a plan, and a server that judges\n",
            "$ passmuster hooks install\n",
            "$ passmuster -C ../server.git hooks install --server\n",
            "$ git push --quiet --set-upstream origin main\n",
            "2. A phantom completion",
            "$ git merge --ff-only task/DB-001\n",
            "[gate/",
            "3. The work is done",
            "$ passmuster gate run --missing\n",
            "$ git merge --quiet --ff-only task/DB-001\n",
            "$ git push --quiet origin main\n",
            "4. A change of the plan alone",
            "$ passmuster gate explain DB-001\n",
            "satisfied",
            "5. One more change after the tests",
            "$ passmuster gate explain BE-001\n",
            "chunker/split.awk",
            "$ git merge --ff-only task/BE-001\n",
            "[gate/stale]",
            "chunker/split.awk",
            "$ git revert --no-edit HEAD\n",
            "$ git merge --quiet --ff-only task/BE-001\n",
            "6. A forged report",
            "$ git -c core.hooksPath=/dev/null push --no-verify origin task/SEC-001:main\n",
            "remote:",
            "[gate/trust]",
            "7. A weaker policy",
            "$ git -c core.hooksPath=/dev/null push --no-verify origin faster:main\n",
            "[policy/unapproved]",
            "8. Looking back",
            "$ passmuster audit main\n",
            "Now you",
        ],
    );
    let landed = sandbox.git_in("work/d/server.git", &["log", "--format=%s", "main"]).success();
    insta::assert_snapshot!(landed.stdout, @r#"
    Revert "BE-001: no blank at the end of a chunk"
    BE-001: no blank at the end of a chunk
    BE-001: gate report
    BE-001: done
    BE-001: cut behind blanks
    plan: say how sizes are compared
    DB-001: gate report
    DB-001: expand the chunk table by a checksum
    DB-001: done, all criteria met
    the service as it is, and the plan to mend it
    "#);
    let ours = sandbox.git_in("work/d/chunker", &["rev-parse", "main"]).success();
    assert_eq!(ours.line(), sandbox.git_in("work/d/server.git", &["rev-parse", "main"]).line());
    assert_eq!(sandbox.git_in("work/d/chunker", &["status", "--porcelain"]).success().stdout, "");
    sandbox.passmuster_in("work/d/chunker", &["check"]).success();
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.write("d/mine", "text");
    insta::assert_snapshot!(sandbox.passmuster(&["demo", "d"]), @r"
    $ passmuster demo d
    error: the demo needs an empty folder, and `[ROOT]/work/d` is none
      = cause: there is something in it
      = hint: name a folder that does not exist yet: `passmuster demo DIR`
    [status 2]
    ");
    assert_eq!(sandbox.read("d/mine"), "text");
}

#[test]
fn without_ssh_keygen_the_demo_says_what_is_missing() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.command("passmuster", "work");
    command.args(["demo", "d"]).env("PATH", sandbox.root().join("tmp"));
    let output = sandbox.run(&mut command, "");
    assert_eq!(output.status, 3, "{output}");
    assert!(output.stderr.contains("could not run `ssh-keygen") && output.stderr.contains("OpenSSH"), "{output}");
}
