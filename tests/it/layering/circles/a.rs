use crate::{b, quiet};
