//! `sig4 authorize`, run as an operator runs it.

mod ended;
mod looked_at;
mod reloaded;
mod replica;
mod started;
