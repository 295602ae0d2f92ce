//! JSON that is read strictly: no key stands twice in one object, and every mistake has a place.

mod locate;
pub(crate) mod node;
pub(crate) mod read;
pub(crate) mod value;
