use self::super::z::{self as last};
