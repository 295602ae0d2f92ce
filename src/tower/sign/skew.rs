//! The clock skew of each origin, learnt from the server's `Date`.

use super::origin::port_of;
use super::service_refusal::{ClockFault, ServiceRefusal};
use http::header::{AGE, DATE, HOST};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderMap, HeaderValue};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use time::{Duration, OffsetDateTime};

/// The skew that needs no correction, in seconds: less than the 5 minutes that API Gateway allows.
const TOLERATED: i64 = 4 * 60;

/// The largest skew that is corrected: a day in either direction. No server can have requests signed for next year.
pub const MAX_CLOCK_SKEW: std::time::Duration = std::time::Duration::from_secs(MOST.unsigned_abs());

const MOST: i64 = 24 * 60 * 60;

/// The number of origins whose clocks are remembered.
const MAX_CLOCKS: usize = 1024;

/// The origin of a request, whose server's clock gives the `Date`. Two hosts of one pattern are two origins.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct ExactOrigin {
    scheme: String,
    host: String,
    port: Option<u16>,
}

impl ExactOrigin {
    /// Reads it from the URI, or from the `Host` header if the URI has no authority.
    pub(super) fn of(parts: &Parts) -> Option<Self> {
        let scheme = parts.uri.scheme_str().unwrap_or_default().to_ascii_lowercase();
        let of_header = || Authority::try_from(parts.headers.get(HOST)?.as_bytes()).ok();
        let authority = parts.uri.authority().cloned().or_else(of_header)?;
        let port = port_of(&authority, &scheme);
        Some(Self { scheme, host: authority.host().to_ascii_lowercase(), port })
    }
}

/// The known skews: the seconds by which an origin's clock is ahead of ours.
#[derive(Debug, Default)]
pub(super) struct Skews(Mutex<HashMap<ExactOrigin, Learnt>>);

#[derive(Debug)]
struct Learnt {
    seconds: i64,
    /// The order of learning: a later skew has a larger number.
    number: u64,
}

impl Skews {
    /// The time by the origin's clock.
    pub(super) fn corrected(&self, origin: &ExactOrigin, now: OffsetDateTime) -> OffsetDateTime {
        let seconds = self.clocks().get(origin).map_or(0, |learnt| learnt.seconds);
        now.saturating_add(Duration::seconds(seconds))
    }

    /// Learns that the origin's clock showed `server` when ours showed `now`, and forgets the oldest skew if there are too many.
    /// Returns `false` if the skew is too large.
    pub(super) fn learn(&self, origin: &ExactOrigin, server: OffsetDateTime, now: OffsetDateTime) -> bool {
        let seconds = (server - now).whole_seconds();
        if seconds.abs() > MOST {
            return false;
        }
        let mut clocks = self.clocks();
        let number = clocks.values().map(|learnt| learnt.number).max().map_or(0, |last| last.saturating_add(1));
        clocks.insert(origin.clone(), Learnt { seconds, number });
        if clocks.len() > MAX_CLOCKS {
            let oldest = clocks.iter().min_by_key(|(_, learnt)| learnt.number).map(|(origin, _)| origin.clone());
            oldest.and_then(|oldest| clocks.remove(&oldest));
        }
        true
    }

    /// The known skews. No panic leaves them half written.
    fn clocks(&self) -> MutexGuard<'_, HashMap<ExactOrigin, Learnt>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The server's clock, if the refusal may be about the time and the clock is too far from the time of signing.
pub(super) fn fault(refusal: ServiceRefusal, headers: &HeaderMap, signed_at: OffsetDateTime) -> Option<OffsetDateTime> {
    let server = date(headers).filter(|_| refusal.clock != ClockFault::Absent)?;
    ((server - signed_at).whole_seconds().abs() > TOLERATED).then_some(server)
}

/// The `Date` header, in the only form that servers may send. An answer with an `Age` comes from a cache, and its `Date` is of
/// the past.
///
/// ```text
/// IMF-fixdate = day-name ", " 2DIGIT SP month SP 4DIGIT SP 2DIGIT ":" 2DIGIT ":" 2DIGIT " GMT"
/// ```
///
/// Sources: RFC 9110 section 5.6.7; RFC 9111 section 5.1.
fn date(headers: &HeaderMap) -> Option<OffsetDateTime> {
    let mut dates = headers.get_all(DATE).iter();
    match (dates.next(), dates.next(), headers.get(AGE)) {
        (Some(date), None, None) => fixdate(date),
        _ => None,
    }
}

fn fixdate(date: &HeaderValue) -> Option<OffsetDateTime> {
    let text = date.to_str().ok()?;
    let moment = httpdate::parse_http_date(text).ok()?;
    // The crate also reads the two obsolete forms, but writes only this one.
    (httpdate::fmt_http_date(moment) == text).then(|| moment.into())
}

#[cfg(test)]
mod tests {
    use super::{ExactOrigin, MAX_CLOCK_SKEW, MAX_CLOCKS, Skews, date, fault};
    use crate::time::Timestamp;
    use crate::tower::sign::service_refusal::{ClockFault, ServiceRefusal};
    use http::{HeaderMap, HeaderValue, Request};
    use std::time::Duration;
    use time::OffsetDateTime;

    fn dated(text: &str) -> HeaderMap {
        HeaderMap::from_iter([(http::header::DATE, HeaderValue::from_str(text).unwrap())])
    }

    fn noon() -> OffsetDateTime {
        Timestamp::parse_any_year("19941106T120000Z").unwrap().to_datetime()
    }

    fn origin(uri: &str) -> ExactOrigin {
        ExactOrigin::of(&Request::get(uri).body(()).unwrap().into_parts().0).unwrap()
    }

    #[test]
    fn a_date_is_read_in_its_current_form() {
        let read = |text: &str| date(&dated(text)).map(|moment| Timestamp::of_any_year(moment).unwrap().to_string());
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT").as_deref(), Some("19941106T084937Z"));
        for other in [
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Nov 1994 08:49:37 GMT ",
            "Sun, 06 Nov 1994 08:49:37 GMT, 1",
            "Sun, 06 Nov 1994 0:84:937 GMT",
            "Sun, 06 Nov 1994 084937:: GMT",
            "Sun, 6 Nov 19941 08:49:37 GMT",
            "Sunday, 06 Nov 1994 08:49:37 GMT",
            "",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn a_date_from_a_cache_or_a_repeated_date_is_ignored() {
        let mut cached = dated("Sun, 06 Nov 1994 08:49:37 GMT");
        cached.insert("age", HeaderValue::from_static("0"));
        let mut twice = dated("Sun, 06 Nov 1994 08:49:37 GMT");
        twice.append("date", HeaderValue::from_static("Sun, 06 Nov 1994 08:49:37 GMT"));
        assert_eq!([date(&cached), date(&twice)], [None, None]);
    }

    #[test]
    fn a_fault_is_more_than_four_minutes_from_the_time_of_signing() {
        let off =
            |clock, date: &str| fault(ServiceRefusal { clock, credentials: false }, &dated(date), noon()).is_some();
        for clock in [ClockFault::Reported, ClockFault::Possible] {
            assert!(!off(clock, "Sun, 06 Nov 1994 12:04:00 GMT") && !off(clock, "Sun, 06 Nov 1994 11:56:00 GMT"));
            assert!(off(clock, "Sun, 06 Nov 1994 12:04:01 GMT") && off(clock, "Sun, 06 Nov 1994 11:55:59 GMT"));
        }
        assert!(!off(ClockFault::Absent, "Sun, 06 Nov 1994 13:00:00 GMT"));
    }

    #[test]
    fn every_origin_has_its_own_clock() {
        let skews = Skews::default();
        let one = origin("https://a.example/x");
        assert!(skews.learn(&one, noon() - Duration::from_secs(3600), noon()));
        for (uri, hours) in [
            ("https://A.example:443/y", -1),
            ("https://b.example/", 0),
            ("https://a.example:8443/", 0),
            ("http://a.example/", 0),
        ] {
            assert_eq!(skews.corrected(&origin(uri), noon()), noon() + time::Duration::hours(hours), "{uri}");
        }
        assert!(!skews.learn(&one, noon() + Duration::from_secs(86_401), noon()), "more than a day");
        assert!(skews.learn(&one, noon(), noon()), "the clock was set right");
        assert_eq!(skews.corrected(&one, noon()), noon());
        assert_eq!(MAX_CLOCK_SKEW, Duration::from_secs(86_400));
    }

    #[test]
    fn the_oldest_clock_is_forgotten() {
        let skews = Skews::default();
        let number = |n: usize| origin(&format!("https://{n}.example/"));
        let hour = noon() + Duration::from_secs(3600);
        (0..MAX_CLOCKS).for_each(|n| assert!(skews.learn(&number(n), hour, noon())));
        assert!(skews.learn(&number(0), hour, noon()), "it is the latest now");
        assert!(skews.learn(&number(MAX_CLOCKS), hour, noon()));
        assert_eq!(skews.corrected(&number(1), noon()), noon());
        for kept in [0, 2, MAX_CLOCKS] {
            assert_eq!(skews.corrected(&number(kept), noon()), hour);
        }
        assert_eq!(skews.clocks().len(), MAX_CLOCKS);
    }
}
