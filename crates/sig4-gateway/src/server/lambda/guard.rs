//! The guard of the Lambda Runtime API: it serves runtimes, and never a page in a browser.
//!
//! A page can send requests to every address of its machine. Even without reading the responses it could do harm: a request for
//! `invocation/next` takes an event, and a POST of `init/error` fails all waiting calls. A page whose own name is rebound to this
//! machine could also read events and forge responses. Two things distinguish a page from a runtime, and the page cannot change
//! them: the host that was called, and the headers that the browser sets itself.
//!
//! Node's `fetch` sets one of these headers as well, `sec-fetch-mode: cors`. A browser sends it together with `sec-fetch-site`
//! and `sec-fetch-dest`, so a request that has this header alone is served.
//!
//! Sources: RFC 9110, section 7.2 (Host); "Fetch Metadata Request Headers", section 3, which sets the headers together; RFC 6454,
//! section 7 (Origin); nodejs/undici `lib/web/fetch/util.js`, `appendFetchMetadata`, for Node's header.

use http::header::{HOST, HeaderMap, ORIGIN, REFERER, USER_AGENT};
use http::request::Parts;
use http::{HeaderValue, Version};
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The prefix of the headers in which a browser describes a request.
const FETCH_METADATA: &str = "sec-fetch-";
/// The only such header of Node's `fetch`, and its value.
const NODE_FETCH: (&str, &str) = ("sec-fetch-mode", "cors");
/// The prefix of every browser's `User-Agent`.
const BROWSER: &[u8] = b"Mozilla/";
/// The port that clients leave out of `Host`.
const HTTP_PORT: u16 = 80;

/// The most refusals that are logged at once after a pause, and the time after which one more is.
const BURST: u32 = 32;
const REFILL: Duration = Duration::from_secs(1);

/// Receives the reason of a refusal.
pub(super) type RefusalLog = Arc<dyn Fn(&str) + Send + Sync>;

/// Guards the Runtime API of one function.
pub(super) struct Guard {
    addr: SocketAddr,
    admits_others: bool,
    log: Option<RefusalLog>,
    told: Mutex<Told>,
}

/// The number of refusals that may still be logged.
struct Told {
    left: u32,
    filled: Instant,
    untold: u64,
}

impl Guard {
    /// Guards `addr`.
    pub(super) fn new(addr: SocketAddr, admits_others: bool, log: Option<RefusalLog>) -> Self {
        Self { addr, admits_others, log, told: Mutex::new(Told { left: BURST, filled: Instant::now(), untold: 0 }) }
    }

    /// Whether processes of other users and machines may connect.
    pub(super) const fn admits_others(&self) -> bool {
        self.admits_others
    }

    /// Returns why a request is refused, if so.
    pub(super) fn check(&self, head: &Parts) -> Result<(), String> {
        if head.version != Version::HTTP_11 {
            return Err(format!("it is {:?}, and runtimes speak HTTP/1.1", head.version));
        }
        if let Some(authority) = head.uri.authority() {
            return Err(format!("its target names the host `{}`", shown(authority.as_str().as_bytes())));
        }
        self.check_host(&head.headers)?;
        check_browser(&head.headers)
    }

    fn check_host(&self, headers: &HeaderMap) -> Result<(), String> {
        let expected = self.addr.to_string();
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Err(format!("it has none or several `host` headers, and not `{expected}` alone"));
        };
        let without_port = match self.addr {
            SocketAddr::V4(addr) => addr.ip().to_string(),
            SocketAddr::V6(addr) => format!("[{}]", addr.ip()),
        };
        let is_own = host == expected.as_str() || self.addr.port() == HTTP_PORT && host == without_port.as_str();
        if is_own { Ok(()) } else { Err(format!("its host is `{}`, and not `{expected}`", shown(host.as_bytes()))) }
    }

    /// Logs a refusal, unless there were too many. The next line counts those that were not logged.
    pub(super) fn tell(&self, why: &str) {
        let Some(log) = &self.log else { return };
        let Some(untold) = self.told.lock().unwrap_or_else(PoisonError::into_inner).next(Instant::now()) else {
            return;
        };
        match untold {
            0 => log(why),
            untold => log(&format!("{why} ({untold} refusals before it were not told)")),
        }
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("addr", &self.addr)
            .field("admits_others", &self.admits_others)
            .finish_non_exhaustive()
    }
}

impl Told {
    /// Returns the number of unlogged refusals before this one, or `None` if this one is not logged either.
    fn next(&mut self, now: Instant) -> Option<u64> {
        let since = now.saturating_duration_since(self.filled);
        let more = u32::try_from(since.as_secs() / REFILL.as_secs()).unwrap_or(BURST);
        if more > 0 {
            self.left = self.left.saturating_add(more).min(BURST);
            self.filled = now;
        }
        let Some(left) = self.left.checked_sub(1) else {
            self.untold = self.untold.saturating_add(1);
            return None;
        };
        self.left = left;
        Some(std::mem::take(&mut self.untold))
    }
}

fn check_browser(headers: &HeaderMap) -> Result<(), String> {
    let is_metadata = |name: &str| name.starts_with(FETCH_METADATA);
    let set_by_browser: Vec<_> = headers.iter().filter(|(name, _)| is_metadata(name.as_str())).collect();
    let is_node =
        matches!(&*set_by_browser, [(name, value)] if name.as_str() == NODE_FETCH.0 && *value == NODE_FETCH.1);
    let metadata = set_by_browser.first().filter(|_| !is_node).map(|(name, _)| name.as_str());
    let origin = [ORIGIN, REFERER].into_iter().find(|name| headers.contains_key(name));
    if let Some(name) = origin.as_ref().map(|name| name.as_str()).or(metadata) {
        return Err(format!("it has the header `{name}`, which a page in a browser sends and a runtime does not"));
    }
    let is_browser = |agent: &HeaderValue| agent.as_bytes().starts_with(BROWSER);
    if headers.get_all(USER_AGENT).iter().any(is_browser) {
        return Err("its user agent is a browser".to_owned());
    }
    Ok(())
}

/// Returns client text fit for a terminal.
fn shown(text: &[u8]) -> String {
    const MAX_CHARS: usize = 100;
    String::from_utf8_lossy(text).chars().take(MAX_CHARS).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::{BURST, Guard, REFILL, Told};
    use http::Request;
    use std::sync::{Arc, Mutex};
    use std::time::Instant;

    fn refused(addr: &str, headers: &[(&str, &str)]) -> Option<String> {
        let request = headers.iter().fold(Request::get("/"), |request, (name, value)| request.header(*name, *value));
        let head = request.body(()).unwrap().into_parts().0;
        Guard::new(addr.parse().unwrap(), false, None).check(&head).err()
    }

    #[test]
    fn the_host_is_the_address_to_the_letter() {
        for (addr, host) in [
            ("127.0.0.1:9001", "127.0.0.1:9001"),
            ("[::1]:9001", "[::1]:9001"),
            ("0.0.0.0:9001", "0.0.0.0:9001"),
            ("127.0.0.1:80", "127.0.0.1:80"),
            ("127.0.0.1:80", "127.0.0.1"),
            ("[::1]:80", "[::1]"),
        ] {
            assert_eq!(refused(addr, &[("host", host)]), None, "{addr} {host}");
        }
        for (addr, host) in
            [("127.0.0.1:9001", "127.0.0.1"), ("[::1]:9001", "[0:0:0:0:0:0:0:1]:9001"), ("127.0.0.1:80", "localhost")]
        {
            assert!(
                refused(addr, &[("host", host)]).unwrap().contains(&format!("its host is `{host}`")),
                "{addr} {host}"
            );
        }
    }

    #[test]
    fn what_a_stranger_sent_is_shown_short_and_escaped() {
        let why = refused("127.0.0.1:9001", &[("host", &"\u{202e}x".repeat(500))]).unwrap();
        assert!(why.contains("\\u{202e}x") && !why.contains('\u{202e}') && why.len() < 1000, "{why}");
    }

    #[test]
    fn a_flood_of_refusals_is_told_in_part_and_counted() {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&lines);
        let log = move |why: &str| told.lock().unwrap().push(why.to_owned());
        let guard = Guard::new("127.0.0.1:1".parse().unwrap(), false, Some(Arc::new(log)));
        (0..1000).for_each(|_| guard.tell("no"));
        let burst = usize::try_from(BURST).unwrap();
        assert!((burst..1000).contains(&lines.lock().unwrap().len()));
        let start = Instant::now();
        let mut told = Told { left: BURST, filled: start, untold: 0 };
        assert_eq!((0..BURST + 5).filter(|_| told.next(start).is_some()).count(), burst);
        assert_eq!((told.next(start + REFILL), told.next(start + REFILL)), (Some(5), None));
        assert_eq!(told.next(start + REFILL * 1000), Some(1));
        assert_eq!(told.left, BURST - 1, "a pause saves up no more than a burst");
    }
}
