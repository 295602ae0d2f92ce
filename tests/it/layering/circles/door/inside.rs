use super::Shared;
