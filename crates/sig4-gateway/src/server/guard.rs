//! The guard of an address on this machine: of the Lambda Runtime API, which serves runtimes and never a page in a browser, and of
//! the pages of this machine, which a browser shows and no foreign page may reach.
//!
//! A foreign page can send requests to every address of its machine. Even without reading the responses it could do harm: a request for
//! `invocation/next` takes an event, and a POST of `init/error` fails all waiting calls. A page whose own name is rebound to this
//! machine could also read events and forge responses. Two things distinguish a page from a runtime, and the page cannot change
//! them: the host that was called, and the headers that the browser sets itself. The same two distinguish an own page from a
//! foreign one: a browser says where a request comes from in `Sec-Fetch-Site`, `Origin` and `Referer`.
//!
//! Node's `fetch` sets one of these headers as well, `sec-fetch-mode: cors`. A browser sends it together with `sec-fetch-site`
//! and `sec-fetch-dest`, so a request that has this header alone is served.
//!
//! Sources: RFC 9110, section 7.2 (Host); "Fetch Metadata Request Headers", section 3, which sets the headers together; RFC 6454,
//! section 7 (Origin); nodejs/undici `lib/web/fetch/util.js`, `appendFetchMetadata`, for Node's header.

use http::header::{HOST, HeaderMap, ORIGIN, REFERER, USER_AGENT};
use http::request::Parts;
use http::{HeaderName, HeaderValue, Version};
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The prefix of the headers in which a browser describes a request.
const FETCH_METADATA: &str = "sec-fetch-";
/// Such a header says where a request comes from: these values are those of an address that a person typed, and of an own page.
const FETCH_SITE: &str = "sec-fetch-site";
const OWN_SITES: [&str; 2] = ["none", "same-origin"];
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

/// The clients that an address is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Audience {
    /// Programs, and no page in a browser.
    Runtimes,
    /// Programs, and the pages of the address itself.
    Pages,
}

/// Guards one address.
pub(super) struct Guard {
    addr: SocketAddr,
    audience: Audience,
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
    pub(super) fn new(addr: SocketAddr, audience: Audience, admits_others: bool, log: Option<RefusalLog>) -> Self {
        Self {
            addr,
            audience,
            admits_others,
            log,
            told: Mutex::new(Told { left: BURST, filled: Instant::now(), untold: 0 }),
        }
    }

    /// Whether processes of other users and machines may connect.
    pub(super) const fn admits_others(&self) -> bool {
        self.admits_others
    }

    /// Returns why a request is refused, if so.
    pub(super) fn check(&self, head: &Parts) -> Result<(), String> {
        if head.version != Version::HTTP_11 {
            return Err(format!("it is {:?}, and not HTTP/1.1", head.version));
        }
        if let Some(authority) = head.uri.authority() {
            return Err(format!("its target names the host `{}`", shown(authority.as_str().as_bytes())));
        }
        self.check_host(&head.headers)?;
        match self.audience {
            Audience::Runtimes => check_browser(&head.headers),
            Audience::Pages => self.check_page(&head.headers),
        }
    }

    /// Refuses the requests of foreign pages.
    fn check_page(&self, headers: &HeaderMap) -> Result<(), String> {
        // A browser leaves the port 80 out.
        let own = match self.addr.port() {
            HTTP_PORT => format!("http://{}", self.name()),
            _ => format!("http://{}", self.addr),
        };
        let is_own = |name: &HeaderName, value: &HeaderValue| match value.to_str() {
            Ok(value) if *name == REFERER => value.strip_prefix(&own).is_some_and(|path| path.starts_with('/')),
            Ok(value) if *name == ORIGIN => value == own,
            Ok(value) => OWN_SITES.contains(&value),
            Err(_) => false,
        };
        for name in [ORIGIN, REFERER, HeaderName::from_static(FETCH_SITE)] {
            if let Some(value) = headers.get_all(&name).iter().find(|value| !is_own(&name, value)) {
                return Err(format!("it comes from another page: its `{name}` is `{}`", shown(value.as_bytes())));
            }
        }
        Ok(())
    }

    fn check_host(&self, headers: &HeaderMap) -> Result<(), String> {
        let expected = self.addr.to_string();
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Err(format!("it has none or several `host` headers, and not `{expected}` alone"));
        };
        let is_own = host == expected.as_str() || self.addr.port() == HTTP_PORT && host == self.name().as_str();
        if is_own { Ok(()) } else { Err(format!("its host is `{}`, and not `{expected}`", shown(host.as_bytes()))) }
    }

    /// The address without its port.
    fn name(&self) -> String {
        match self.addr {
            SocketAddr::V4(addr) => addr.ip().to_string(),
            SocketAddr::V6(addr) => format!("[{}]", addr.ip()),
        }
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
    use super::{Audience, BURST, Guard, REFILL, Told};
    use http::Request;
    use std::sync::{Arc, Mutex};
    use std::time::Instant;

    fn refused(addr: &str, headers: &[(&str, &str)]) -> Option<String> {
        refused_by(Audience::Runtimes, addr, headers)
    }

    fn refused_by(audience: Audience, addr: &str, headers: &[(&str, &str)]) -> Option<String> {
        let request = headers.iter().fold(Request::get("/"), |request, (name, value)| request.header(*name, *value));
        let head = request.body(()).unwrap().into_parts().0;
        Guard::new(addr.parse().unwrap(), audience, false, None).check(&head).err()
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
    fn the_pages_of_an_address_are_reached_by_themselves_and_not_by_foreign_pages() {
        let refused = |headers: &[(&str, &str)]| {
            let headers = [&[("host", "127.0.0.1:9001")], headers].concat();
            refused_by(Audience::Pages, "127.0.0.1:9001", &headers)
        };
        for headers in [
            &[][..],
            &[("user-agent", "Mozilla/5.0"), ("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")],
            &[("sec-fetch-site", "same-origin"), ("origin", "http://127.0.0.1:9001")],
            &[("referer", "http://127.0.0.1:9001/x")],
        ] {
            assert_eq!(refused(headers), None, "{headers:?}");
        }
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", ""),
            ("origin", "http://127.0.0.1:9002"),
            ("origin", "https://127.0.0.1:9001"),
            ("origin", "http://localhost:9001"),
            ("origin", "null"),
            ("origin", "http://127.0.0.1:9001/"),
            ("referer", "http://127.0.0.1:90011/"),
            ("referer", "http://127.0.0.1:9001.rebound.example/"),
            ("referer", "http://evil.example/"),
        ] {
            let why = refused(&[(name, value)]).unwrap_or_else(|| panic!("{name}: {value}"));
            assert_eq!(why, format!("it comes from another page: its `{name}` is `{value}`"));
            let good = [("origin", "http://127.0.0.1:9001"), ("sec-fetch-site", "same-origin"), (name, value)];
            assert!(refused(&good).is_some(), "a second {name}: {value}");
        }
        for (addr, host) in [("127.0.0.1:80", "127.0.0.1"), ("[::1]:80", "[::1]")] {
            let (own, page) = (format!("http://{host}"), format!("http://{host}/x"));
            let from = |origin: &str| {
                refused_by(Audience::Pages, addr, &[("host", host), ("origin", origin), ("referer", &page)])
            };
            assert!(from(&own).is_none() && from("http://127.0.0.1:81").is_some(), "{addr}");
        }
        let rebound = refused_by(Audience::Pages, "127.0.0.1:9001", &[("host", "rebound.example:9001")]);
        assert!(rebound.unwrap().contains("its host is `rebound.example:9001`"));
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
        let guard = Guard::new("127.0.0.1:1".parse().unwrap(), Audience::Runtimes, false, Some(Arc::new(log)));
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
