//! The last requests, and the pages that watch them.
//!
//! All pages share one queue of rows. A page that reads too slowly loses the oldest rows of it, and is told how many.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast};

/// The most requests that are kept for a page that is opened or reloaded.
const MAX_ROWS: usize = 500;
/// The most bytes of their details. Beyond that, the oldest requests keep their rows alone.
const MAX_DETAILS_LEN: usize = 32 * 1024 * 1024;
/// The most rows that wait for a page that reads slowly.
const MAX_WAITING_ROWS: usize = 256;
/// The most pages that watch at a time.
const MAX_PAGES: usize = 16;

/// A row or details: JSON that pages share.
pub(super) type Json = Arc<str>;

#[derive(Debug)]
pub(super) struct History {
    kept: Mutex<Kept>,
    live: broadcast::Sender<Row>,
    pages: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct Kept {
    requests: VecDeque<Request>,
    /// The requests that there were.
    count: u64,
    details_len: usize,
}

#[derive(Debug)]
struct Request {
    row: Row,
    details: Option<Json>,
}

/// The row of a request. Requests are numbered from 1.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) id: u64,
    pub(super) json: Json,
}

/// What a page watches.
pub(super) struct Watch {
    /// The number of requests that came after the last one that the page had, and are no longer kept.
    pub(super) missed: u64,
    /// The requests that are kept.
    pub(super) kept: Vec<Row>,
    /// Those that come.
    pub(super) live: broadcast::Receiver<Row>,
    _page: OwnedSemaphorePermit,
}

impl History {
    pub(super) fn new() -> Self {
        let (live, _) = broadcast::channel(MAX_WAITING_ROWS);
        Self { kept: Mutex::default(), live, pages: Arc::new(Semaphore::new(MAX_PAGES)) }
    }

    /// Adds a request. Its row gets its number.
    pub(super) fn add(&self, row: impl FnOnce(u64) -> String, details: Option<String>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.count += 1;
        let row = Row { id: kept.count, json: row(kept.count).into() };
        kept.keep(Request { row: row.clone(), details: details.map(Into::into) });
        // It fails if no page watches. The lock is held so that a page that is opened now gets the row once.
        let _ = self.live.send(row);
    }

    /// The details of a request, while they are kept.
    pub(super) fn details(&self, id: u64) -> Option<Json> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.requests.iter().find(|request| request.row.id == id)?.details.clone()
    }

    /// Watches the requests after the one with this number. `None` if as many pages watch already as may.
    pub(super) fn watch(&self, after: u64) -> Option<Watch> {
        let page = Arc::clone(&self.pages).try_acquire_owned().ok()?;
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let first = kept.requests.front().map_or(1, |request| request.row.id);
        let missed = if after == 0 { 0 } else { first.saturating_sub(after.saturating_add(1)) };
        let rows = kept.requests.iter().map(|request| request.row.clone()).filter(|row| row.id > after);
        Some(Watch { missed, kept: rows.collect(), live: self.live.subscribe(), _page: page })
    }
}

impl Kept {
    /// Keeps a request, and forgets what is beyond the limits.
    fn keep(&mut self, request: Request) {
        let len = |request: &Request| request.details.as_ref().map_or(0, |details| details.len());
        self.details_len = self.details_len.saturating_add(len(&request));
        self.requests.push_back(request);
        if self.requests.len() > MAX_ROWS
            && let Some(oldest) = self.requests.pop_front()
        {
            self.details_len = self.details_len.saturating_sub(len(&oldest));
        }
        for request in &mut self.requests {
            if self.details_len <= MAX_DETAILS_LEN {
                break;
            }
            self.details_len = self.details_len.saturating_sub(len(request));
            request.details = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{History, MAX_DETAILS_LEN, MAX_PAGES, MAX_ROWS, MAX_WAITING_ROWS};
    use tokio::sync::broadcast::error::TryRecvError;

    fn add(history: &History, count: usize, details: &str) {
        (0..count).for_each(|_| history.add(|id| id.to_string(), Some(details.to_owned())));
    }

    fn ids(history: &History, after: u64) -> (u64, Vec<u64>) {
        let watch = history.watch(after).unwrap();
        (watch.missed, watch.kept.iter().map(|row| row.id).collect())
    }

    #[test]
    fn the_last_requests_are_kept() {
        let history = History::new();
        add(&history, MAX_ROWS + 20, "x");
        let (missed, kept) = ids(&history, 0);
        assert_eq!((missed, kept.len(), kept.first(), kept.last()), (0, MAX_ROWS, Some(&21), Some(&520)));
        assert_eq!(ids(&history, 518), (0, vec![519, 520]));
        assert_eq!(ids(&history, 10).0, 10, "eleven to twenty are no longer kept");
        assert_eq!(ids(&history, 9999), (0, vec![]));
        assert!(history.details(20).is_none() && history.details(21).is_some());
    }

    #[test]
    fn details_beyond_the_limit_are_forgotten_from_the_oldest_on() {
        let history = History::new();
        let (quarter, rest) = ("x".repeat(MAX_DETAILS_LEN / 4), "y".repeat(MAX_DETAILS_LEN / 2));
        add(&history, 4, &quarter);
        assert!((1..=4).all(|id| history.details(id).is_some()));
        add(&history, 1, &rest);
        let has: Vec<_> = (1..=5).map(|id| history.details(id).is_some()).collect();
        assert_eq!(has, [false, false, true, true, true]);
        assert_eq!(ids(&history, 0).1, [1, 2, 3, 4, 5], "rows stay");
        add(&history, 1, &"z".repeat(MAX_DETAILS_LEN + 1));
        assert!((1..=6).all(|id| history.details(id).is_none()));
        add(&history, 1, "small");
        assert!(history.details(7).is_some());
    }

    #[test]
    fn a_page_that_does_not_read_loses_the_oldest_rows_and_learns_how_many() {
        let history = History::new();
        let mut watch = history.watch(0).unwrap();
        add(&history, MAX_WAITING_ROWS + 12, "x");
        assert!(matches!(watch.live.try_recv(), Err(TryRecvError::Lagged(12))));
        assert_eq!(watch.live.try_recv().unwrap().id, 13);
    }

    #[test]
    fn so_many_pages_watch_and_no_more() {
        let history = History::new();
        let mut pages: Vec<_> = (0..MAX_PAGES).map(|_| history.watch(0).unwrap()).collect();
        assert!(history.watch(0).is_none());
        pages.pop();
        assert!(history.watch(0).is_some());
    }
}
