//! REST APIs, called over the wire.

mod mock;
