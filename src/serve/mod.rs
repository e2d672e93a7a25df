//! One page for the browsers of this machine, which look anew when it changes.
//!
//! Edge; home of tiny_http, present with the feature `serve`. It answers two questions: `/` is the page, and
//! `/changed?after=VERSION` waits until there is another version of it. Who asks by another name than that of this
//! machine is refused, so that a page from elsewhere whose name was made to point here learns nothing. Nothing is ever
//! changed by a request.

use crate::diag::Failure;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tiny_http::{Header, Method, Request, Response, Server as Http};

/// How long a browser is kept waiting for a change, before it has to ask again.
const PATIENCE: Duration = Duration::from_secs(25);

/// More browsers than this are not kept waiting at once.
const MOST_WAITING: usize = 64;

/// Headers of every answer: it is for no other page, is not kept, and is what it says it is.
const HEADERS: [(&str, &str); 6] = [
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Content-Security-Policy", "frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
];

/// What is shown now, and a bell for those who wait for something else.
#[derive(Debug, Default)]
struct Shown {
    version: u64,
    page: Arc<str>,
}

type Shared = Arc<(Mutex<Shown>, Condvar)>;

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// This machine only.
    Loopback,
    /// Whoever reaches the address.
    Anybody,
}

/// Hands a page out.
pub struct Server {
    http: Arc<Http>,
    shared: Shared,
    address: SocketAddr,
    reach: Reach,
}

/// Puts a page in the place of the one that is shown.
#[derive(Clone)]
pub struct Publisher(Shared);

impl Publisher {
    /// Shows another page. Browsers that look at a version before are told.
    pub fn show(&self, version: u64, page: String) {
        let (shown, bell) = &*self.0;
        *lock(shown) = Shown { version, page: page.into() };
        bell.notify_all();
    }
}

fn lock(shown: &Mutex<Shown>) -> MutexGuard<'_, Shown> {
    shown.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Server {
    /// Takes an address. Port 0 takes any that is free.
    ///
    /// # Errors
    /// The address is not one of this machine alone and `reach` does not say otherwise, or it cannot be taken.
    pub fn open(address: SocketAddr, reach: Reach) -> Result<Self, Failure> {
        if reach == Reach::Loopback && !address.ip().is_loopback() {
            return Err(Failure::usage(format!("`{address}` can be reached by others"))
                .because("the page shows plans, names and messages to whoever asks")
                .hint("use 127.0.0.1, or say `--public` as well"));
        }
        let cannot = |why: String| {
            Failure::new(format!("could not listen at `{address}`"))
                .because(why)
                .hint("name another port, such as `--serve 127.0.0.1:0`, which takes any that is free")
        };
        let http = Http::http(address).map_err(|error| cannot(error.to_string()))?;
        let taken = http.server_addr().to_ip().ok_or_else(|| cannot("it is no address of a network".to_owned()))?;
        Ok(Self { http: Arc::new(http), shared: Shared::default(), address: taken, reach })
    }

    /// The address that was taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What pages are shown by.
    pub fn publisher(&self) -> Publisher {
        Publisher(Arc::clone(&self.shared))
    }

    /// Answers until the process ends.
    pub fn run(&self) {
        let waiting = Arc::new(AtomicUsize::new(0));
        for request in self.http.incoming_requests() {
            let (version, page) = {
                let shown = lock(&self.shared.0);
                (shown.version, Arc::clone(&shown.page))
            };
            match question(&request, self.reach) {
                Question::Page => answer(request, 200, "text/html; charset=utf-8", &page),
                Question::Changed(after) if after != version => answer(request, 200, "text/plain", "another"),
                Question::Changed(after) => {
                    if waiting.fetch_add(1, Ordering::SeqCst) >= MOST_WAITING {
                        waiting.fetch_sub(1, Ordering::SeqCst);
                        answer(request, 503, "text/plain", "too many wait");
                        continue;
                    }
                    let (shared, waiting) = (Arc::clone(&self.shared), Arc::clone(&waiting));
                    std::thread::spawn(move || {
                        let changed = wait(&shared, after);
                        waiting.fetch_sub(1, Ordering::SeqCst);
                        answer(request, if changed { 200 } else { 204 }, "text/plain", "");
                    });
                }
                Question::Refused(status, why) => answer(request, status, "text/plain", why),
            }
        }
    }
}

/// Waits for another version; returns whether there is one.
fn wait((shown, bell): &(Mutex<Shown>, Condvar), after: u64) -> bool {
    let same = |shown: &mut Shown| shown.version == after;
    let (shown, _) = bell.wait_timeout_while(lock(shown), PATIENCE, same).unwrap_or_else(PoisonError::into_inner);
    shown.version != after
}

/// What somebody wants.
#[derive(Debug, PartialEq, Eq)]
enum Question {
    Page,
    Changed(u64),
    Refused(u16, &'static str),
}

fn question(request: &Request, reach: Reach) -> Question {
    let hosts: Vec<&str> = request
        .headers()
        .iter()
        .filter(|header| header.field.equiv("Host"))
        .map(|header| header.value.as_str())
        .collect();
    let [host] = hosts[..] else { return Question::Refused(400, "say which host is asked") };
    if !is_ours(host, reach) {
        return Question::Refused(403, "this host is not known by that name");
    }
    if *request.method() != Method::Get && *request.method() != Method::Head {
        return Question::Refused(405, "there is nothing to change");
    }
    asked(request.url())
}

fn asked(url: &str) -> Question {
    match url.strip_prefix("/changed?after=").map(str::parse) {
        Some(Ok(after)) => Question::Changed(after),
        Some(Err(_)) => Question::Refused(400, "say after which version"),
        None if url == "/" => Question::Page,
        None => Question::Refused(404, "there is nothing here"),
    }
}

/// Whether a host that a browser names can only be this machine: a name may point here without our doing, an address
/// cannot.
fn is_ours(host: &str, reach: Reach) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
    match name.parse::<IpAddr>() {
        Ok(address) => reach == Reach::Anybody || address.is_loopback(),
        Err(_) => name.eq_ignore_ascii_case("localhost"),
    }
}

fn answer(request: Request, status: u16, kind: &str, text: &str) {
    let head = *request.method() == Method::Head;
    let headers = HEADERS.iter().copied().chain([("Content-Type", kind)]);
    let mut response = Response::from_string(if head { "" } else { text }).with_status_code(status);
    for (name, value) in headers {
        response.add_header(Header::from_bytes(name, value).expect("our headers are well-formed"));
    }
    // Whoever went away needs no answer.
    let _ = request.respond(response);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_nobody_else_can_give_us_are_ours() {
        for (host, loopback, anybody) in [
            ("127.0.0.1:4180", true, true),
            ("127.0.0.1", true, true),
            ("localhost:1", true, true),
            ("LOCALHOST", true, true),
            ("[::1]:4180", true, true),
            ("192.168.1.7:4180", false, true),
            ("example.org", false, false),
            ("localhost.example.org:4180", false, false),
            ("127.0.0.1.example.org", false, false),
            ("", false, false),
            ("127.0.0.1:4180:", false, false),
            ("evil@127.0.0.1", false, false),
        ] {
            assert_eq!(is_ours(host, Reach::Loopback), loopback, "{host}");
            assert_eq!(is_ours(host, Reach::Anybody), anybody, "{host}");
        }
    }

    #[test]
    fn there_are_two_questions() {
        assert_eq!(asked("/"), Question::Page);
        assert_eq!(asked("/changed?after=7"), Question::Changed(7));
        for url in ["/changed?after=-1", "/changed?after=", "/changed", "/../etc/passwd", "//", "/?x", ""] {
            assert!(matches!(asked(url), Question::Refused(..)), "{url}");
        }
    }

    #[test]
    fn others_are_not_let_in_by_accident() {
        let failure = Server::open(SocketAddr::from(([0, 0, 0, 0], 0)), Reach::Loopback).err().unwrap();
        assert!(failure.message.contains("can be reached by others"));
    }

    #[test]
    fn who_waits_is_told() {
        let shared = Shared::default();
        let other = Arc::clone(&shared);
        let waiter = std::thread::spawn(move || wait(&other, 0));
        Publisher(shared).show(1, "new".to_owned());
        assert!(waiter.join().unwrap());
    }
}
