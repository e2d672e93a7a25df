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
fn results_of_gates_say_whether_they_still_count() {
    let sandbox = story();
    sandbox.passmuster(&["done", "A-1"]).success();
    sandbox.passmuster(&["gate", "run", "A-1"]).success();
    sandbox.commit_all("A-1: evidence");
    let cell = || {
        let json = sandbox.passmuster(&["dashboard", "--format", "json"]).success();
        let page: serde_json::Value = serde_json::from_str(&json.stdout).expect("it is JSON");
        let sections = page["data"]["sections"].as_array().expect("a list").clone();
        let gates = sections.into_iter().find(|section| section["id"] == "gates").expect("it has one");
        let rows = gates["tables"][0]["rows"].as_array().expect("a list").clone();
        let row = rows.into_iter().find(|row| row[0] == "A-1").expect("it was begun");
        row[3].as_str().expect("text").to_owned()
    };
    let war_room = || sandbox.passmuster(&["report", "war-room"]).success();
    assert!(cell().ends_with(" · fresh"), "{}", cell());
    assert!(war_room().contains("| task | 1 | 0 | 0 |"));
    // Only what lands makes it stale, and only what the gate reads.
    sandbox.write("src/a", "two\n");
    assert!(cell().ends_with(" · fresh"), "{}", cell());
    sandbox.commit_all("another a");
    assert!(cell().ends_with(" · stale: src/a"), "{}", cell());
    assert!(war_room().contains("| task | 1 | 0 | 1 |"));
    sandbox.write("src/a", "one\n");
    sandbox.write("docs/b", "one\n");
    sandbox.commit_all("back");
    assert!(cell().ends_with(" · fresh"), "{}", cell());
    let policy = sandbox.read("passmuster.yaml").replace("\"true\"", "\"exit 0\"");
    sandbox.write("passmuster.yaml", policy);
    sandbox.commit_all("another gate");
    assert!(cell().ends_with(" · stale: the gate"), "{}", cell());
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

#[cfg(feature = "serve")]
mod served {
    use super::story;
    use crate::harness::{Live, Sandbox};
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    /// The answer to one request, with its headers.
    fn answer(address: &str, line: &str, host: &str) -> String {
        let mut stream = TcpStream::connect(address).expect("the server listens");
        write!(stream, "{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").expect("it can be asked");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    fn version(page: &str) -> String {
        let from = page.find("data-version=\"").expect("the page has a version") + "data-version=\"".len();
        page[from..].split('"').next().unwrap_or_default().to_owned()
    }

    fn served(sandbox: &Sandbox) -> (Live, String) {
        let live = Live::run(sandbox, "work", &["dashboard", "--serve", "127.0.0.1:0"]);
        let said = live.until("http://");
        let address =
            said.last().expect("it says where").trim_start_matches("http://").trim_end_matches('/').to_owned();
        (live, address)
    }

    #[test]
    fn the_page_is_served_and_says_when_it_changed() {
        let sandbox = story();
        let (_live, address) = served(&sandbox);
        let page = answer(&address, "GET /", &address);
        assert!(page.starts_with("HTTP/1.1 200") && page.contains("A plan"), "{}", &page[..page.len().min(400)]);
        let before = version(&page);
        assert!(answer(&address, "GET /changed?after=1", &address).starts_with("HTTP/1.1 200"));
        // Whoever waits is told as soon as the plan changes.
        let (asked, at) = (format!("GET /changed?after={before}"), address.clone());
        let waiter = std::thread::spawn(move || answer(&at, &asked, &at));
        sandbox
            .write(super::PLAN, "---\npassmuster: plan/1\ntitle: Another plan\n---\n# Another plan\n\n- [ ] B-1: b\n");
        assert!(waiter.join().expect("it is answered").starts_with("HTTP/1.1 200"));
        assert!(answer(&address, "GET /", &address).contains("Another plan"));
        // Of a plan with mistakes, these are shown.
        let before = version(&answer(&address, "GET /", &address));
        sandbox.write(super::PLAN, "- [ ] B-1: b\n  - needs: Z-9\n");
        assert!(answer(&address, &format!("GET /changed?after={before}"), &address).starts_with("HTTP/1.1 200"));
        assert!(answer(&address, "GET /", &address).contains("The plan has mistakes"));
    }

    #[test]
    fn who_asks_by_another_name_learns_nothing() {
        let sandbox = story();
        let (_live, address) = served(&sandbox);
        for (line, host, status) in [
            ("GET /", "evil.example.org", "403"),
            ("GET /", "127.0.0.1.example.org", "403"),
            ("POST /", address.as_str(), "405"),
            ("GET /../../etc/passwd", address.as_str(), "404"),
            ("GET /changed?after=x", address.as_str(), "400"),
        ] {
            let said = answer(&address, line, host);
            assert!(
                said.starts_with(&format!("HTTP/1.1 {status}")) && !said.contains("A plan"),
                "{line} {host}: {said}"
            );
        }
    }

    #[test]
    fn others_are_let_in_only_when_that_is_said() {
        let sandbox = story();
        let refused = sandbox.passmuster(&["dashboard", "--serve", "0.0.0.0:0"]);
        assert_eq!(refused.status, 2, "{refused}");
        assert!(refused.contains("--public"), "{refused}");
    }
}
