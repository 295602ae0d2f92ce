//! How far the clock is off, learnt from a server's.

use crate::time::Timestamp;
use http::header::DATE;
use http::{HeaderMap, StatusCode};
use std::sync::atomic::{AtomicI64, Ordering};
use time::{Duration, OffsetDateTime};

/// How far clocks may differ, in seconds: less than the 5 minutes that API Gateway allows.
const TOLERATED: i64 = 4 * 60;

/// The most that is made up for, a day in either direction: no server may have requests signed for next year.
pub const MAX_CLOCK_SKEW: std::time::Duration = std::time::Duration::from_secs(MOST.unsigned_abs());

const MOST: i64 = 24 * 60 * 60;

/// How many seconds the server's clock is before ours.
#[derive(Debug, Default)]
pub(super) struct Skew(AtomicI64);

impl Skew {
    /// The time by the server's clock.
    pub(super) fn corrected(&self, now: OffsetDateTime) -> OffsetDateTime {
        now.saturating_add(Duration::seconds(self.0.load(Ordering::Relaxed)))
    }

    /// Learns from the answer to a request that was signed at the corrected time. Whether there was something to learn, so
    /// that the request is worth another try.
    pub(super) fn learn(&self, status: StatusCode, headers: &HeaderMap, now: OffsetDateTime) -> bool {
        let refused = matches!(status, StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
        let Some(server) = refused.then(|| date(headers)).flatten() else { return false };
        let off = (server - self.corrected(now)).whole_seconds();
        let skew = (server - now).whole_seconds();
        let learns = off.abs() > TOLERATED && skew.abs() <= MOST;
        if learns {
            self.0.store(skew, Ordering::Relaxed);
        }
        learns
    }
}

/// The `Date` header, in the one form in which it may be sent.
///
/// ```text
/// IMF-fixdate = day-name ", " 2DIGIT SP month SP 4DIGIT SP 2DIGIT ":" 2DIGIT ":" 2DIGIT " GMT"
/// ```
///
/// Source: RFC 9110 section 5.6.7.
fn date(headers: &HeaderMap) -> Option<OffsetDateTime> {
    let text = headers.get(DATE)?.to_str().ok()?;
    let (_day_name, rest) = text.split_once(", ")?;
    let mut fields = rest.split(' ');
    let [day, month, year, time, "GMT"] = [(); 5].map(|()| fields.next().unwrap_or_default()) else { return None };
    let month = MONTHS.iter().zip(1..).find_map(|(name, number)| (*name == month).then_some(number))?;
    let text = format!("{year}{month:02}{day}T{}Z", time.replace(':', ""));
    Timestamp::parse(&text).ok().map(Timestamp::to_datetime)
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[cfg(test)]
mod tests {
    use super::{MAX_CLOCK_SKEW, Skew, date};
    use crate::time::Timestamp;
    use http::{HeaderMap, HeaderValue, StatusCode};
    use std::time::Duration;
    use time::OffsetDateTime;

    fn dated(text: &str) -> HeaderMap {
        HeaderMap::from_iter([(http::header::DATE, HeaderValue::from_str(text).unwrap())])
    }

    fn noon() -> OffsetDateTime {
        Timestamp::parse("19941106T120000Z").unwrap().to_datetime()
    }

    #[test]
    fn a_date_is_read_in_its_one_form() {
        let read = |text: &str| date(&dated(text)).map(|moment| Timestamp::new(moment).unwrap().to_string());
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT").as_deref(), Some("19941106T084937Z"));
        for other in ["Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 CET", ""]
        {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn only_a_refusal_teaches_and_only_a_real_difference() {
        let skew = Skew::default();
        let learn = |status, date| skew.learn(status, &dated(date), noon());
        assert!(!learn(StatusCode::OK, "Sun, 06 Nov 1994 13:00:00 GMT"));
        assert!(!learn(StatusCode::FORBIDDEN, "Sun, 06 Nov 1994 12:04:00 GMT"));
        assert!(!learn(StatusCode::FORBIDDEN, "Tue, 08 Nov 1994 12:00:00 GMT"), "more than a day");
        assert_eq!(skew.corrected(noon()), noon());
        assert!(learn(StatusCode::FORBIDDEN, "Sun, 06 Nov 1994 11:00:00 GMT"));
        assert_eq!(skew.corrected(noon()), noon() - Duration::from_secs(3600));
        assert!(!learn(StatusCode::FORBIDDEN, "Sun, 06 Nov 1994 11:00:09 GMT"), "it is known");
        assert!(learn(StatusCode::UNAUTHORIZED, "Sun, 06 Nov 1994 12:00:00 GMT"), "the clock was set right");
        assert_eq!(skew.corrected(noon()), noon());
        assert_eq!(MAX_CLOCK_SKEW, Duration::from_secs(86_400));
    }
}
