mod inner { use super::super::y::Y; }
