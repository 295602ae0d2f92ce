//! An operation that is timed or counted, and the row of a benchmark that it belongs to.

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
