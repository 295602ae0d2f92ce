//! An operation that is timed or counted, and the row of a benchmark that it belongs to.

use crate::requests::{Body, now};
use http::Request;
use std::hint::black_box;
use time::OffsetDateTime;

/// Measures the work that it is handed.
pub type Meter<'a> = dyn FnMut(&mut dyn FnMut()) + 'a;

/// Prepares a number of operations, and has them measured.
pub type Operation = Box<dyn Fn(usize, &mut Meter<'_>)>;

/// An operation on a request of one shape.
pub struct Row {
    /// The hashing. `None` where the rest is not compared with it.
    pub floor: Option<Operation>,
    /// What code that is written by hand for this shape does. `None` where nobody would write it.
    pub limit: Option<Operation>,
    /// What sig4 does.
    pub sig4: Operation,
}

/// The name of a row, and how to make it where it is measured.
pub type Named = (&'static str, fn() -> Row);

/// The operation that does `once` to a fresh request each time.
pub(crate) fn on_each(
    make: fn() -> Request<Body>,
    once: impl Fn(&mut Request<Body>, OffsetDateTime) + 'static,
) -> Operation {
    let now = now();
    Box::new(move |n, meter| {
        let mut requests: Vec<_> = (0..n).map(|_| make()).collect();
        meter(&mut || requests.iter_mut().for_each(|request| once(black_box(request), black_box(now))));
    })
}

/// The operation that repeats `once`.
pub(crate) fn again(once: impl Fn(OffsetDateTime) + 'static) -> Operation {
    let now = now();
    Box::new(move |n, meter| meter(&mut || (0..n).for_each(|_| once(black_box(now)))))
}
