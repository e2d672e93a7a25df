//! The page for a browser: what stands in it, and what a browser makes of it.

use crate::harness::Sandbox;
use std::path::Path;

const PLAN: &str = "plan/03-execution-plan.md";
const NOW: &str = "2026-11-25T12:00:00Z";

/// Titles that would like to be more than titles.
const HOSTILE: &str =
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"> \"' &amp; `x`";

fn story() -> Sandbox {
    let sandbox = Sandbox::repository();
    sandbox.write(
        "passmuster.yaml",
        "passmuster: policy/1\nrepository: abc12345\nprofile: solo\nprotect: [main]\nlevels:\n  task: [unit]\ngates:\n  \
         unit: { run: \"true\", inputs: [src/] }\n",
    );
    sandbox.write(
        PLAN,
        format!(
            "---\npassmuster: plan/1\ntitle: A plan\n---\n# A plan\n\n## Epic E: {HOSTILE}\n\n- [ ] A-1: {HOSTILE} ~2h / 4h / 9h P0\n\
             - [ ] A-2: second ~1d\n  - needs: A-1\n- [x] A-3: third ~1h\n"
        ),
    );
    sandbox.write("src/a", "one\n");
    sandbox.commit_all("adopt");
    sandbox
}

#[test]
fn the_same_repository_and_moment_give_the_same_page() {
    let sandbox = story();
    let args = ["dashboard", "--now", NOW, "--out"];
    let said = sandbox.passmuster(&[&args[..], &["one.html"]].concat()).success();
    assert!(said.line().ends_with("one.html"), "{said}");
    sandbox.passmuster(&[&args[..], &["two.html"]].concat()).success();
    let page = sandbox.read("one.html");
    assert_eq!(page, sandbox.read("two.html"));
    assert_eq!(page, sandbox.passmuster(&[&args[..], &["-"]].concat()).success().stdout);
    for part in [
        "overview",
        "schedule",
        "forecast",
        "progress",
        "load",
        "tasks",
        "gates",
        "dependencies",
        "blockers",
        "handoffs",
        "decisions",
        "waivers",
        "figures",
    ] {
        assert!(page.contains(&format!("<section id=\"{part}\"")), "{part}");
    }
    assert!(page.contains("unknown") && !page.contains("<script>document"), "what is not known is said");
}

#[test]
fn without_a_place_it_is_written_where_it_is_in_nobodys_way() {
    let sandbox = story();
    sandbox.passmuster(&["dashboard"]).success();
    assert!(sandbox.work().join(".git/passmuster/dashboard.html").is_file());
    assert_eq!(sandbox.git(&["status", "--porcelain"]).success().stdout, "");
}

#[test]
fn a_plan_with_mistakes_has_no_page() {
    let sandbox = story();
    sandbox.write(PLAN, "- [ ] A-1: a\n  - needs: Z-9\n");
    let said = sandbox.passmuster(&["dashboard", "--out", "page.html"]);
    assert_eq!(said.status, 1, "{said}");
    assert!(!sandbox.work().join("page.html").exists());
}

#[test]
fn an_empty_repository_has_a_page() {
    let sandbox = Sandbox::repository();
    sandbox.write(PLAN, "---\npassmuster: plan/1\ntitle: Nothing yet\n---\n# Nothing yet\n");
    let page = sandbox.passmuster(&["dashboard", "--out", "-"]).success().stdout;
    assert!(page.contains("Nothing yet") && page.contains("The plan has no tasks.") && page.contains("unknown"));
}

/// The browser, where there is one.
#[expect(clippy::print_stdout, reason = "who runs the tests should see what was skipped")]
fn browser() -> Option<&'static str> {
    let found = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|name| {
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).any(|folder| folder.join(name).is_file())
    });
    if found.is_none() {
        println!("skipped: there is no Chromium");
    }
    found
}

/// The document after the page's script ran, and what the browser complained about.
fn rendered(sandbox: &Sandbox, browser: &str, page: &Path) -> (String, String) {
    let profile = format!("--user-data-dir={}", sandbox.root().join("browser").display());
    let mut command = sandbox.command(browser, "work");
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", &profile]);
    command.args(["--virtual-time-budget=2000", "--window-size=1280,900", "--dump-dom"]);
    command.arg(format!("file://{}", page.display()));
    let output = sandbox.run(&mut command, "");
    (output.stdout.clone(), output.stderr.clone())
}

#[test]
fn a_browser_shows_it_without_a_complaint() {
    let Some(browser) = browser() else { return };
    let sandbox = story();
    sandbox.passmuster(&["dashboard", "--now", NOW, "--out", "page.html"]).success();
    let (document, complaints) = rendered(&sandbox, browser, &sandbox.work().join("page.html"));
    let complaints: Vec<&str> = complaints.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert_eq!(complaints, [""; 0]);
    assert!(
        document.contains("<html lang=\"en\" class=\"js\">"),
        "the script ran: {}",
        &document[..document.len().min(300)]
    );
    assert!(document.contains("<title>A plan:") && !document.contains("owned</title>"), "foreign text stays text");
    assert!(document.contains("3 rows") && document.contains("aria-live=\"polite\""), "tables have their controls");
}
