//! What the `sig4` command prints: no secret beside what it is for, and nothing that a terminal acts on.

mod called;
mod controls;
mod planted;
mod received;
mod run;
mod served;
mod signed;
mod terminal;
mod usage;
