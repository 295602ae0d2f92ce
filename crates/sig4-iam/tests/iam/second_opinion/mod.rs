//! A second evaluator, written from AWS's documentation. It shares no code with `sig4_iam`.
//!
//! It is slow and obvious: JSON from `serde_json`, a recursive matcher, strings and lists everywhere. Each file names the
//! pages it follows. `docs/iam.md` lists the questions that the pages leave open; both evaluators answer them that way.
//!
//! [`agreement`] compares the two evaluators on generated policies and requests, and prints a shrunk case if they differ.
//! [`mutation`] breaks this evaluator on purpose, to show that the comparison finds each mistake.
//!
//! | Environment variable | Meaning | Default |
//! |---|---|---|
//! | `SIG4_SECOND_OPINION_DECISIONS` | decisions to compare | 100,000 |
//! | `SIG4_SECOND_OPINION_SEED` | seed of the generator | 4 |
//! | `SIG4_SECOND_OPINION_SHOWN` | differences to print | 1 |
//! | `SIG4_SECOND_OPINION_POLICIES` | JSON file with a list of policy documents, for the ignored test in [`of_file`] | none |

mod agreement;
mod arn;
mod condition;
mod decision;
mod dice;
mod document;
mod generated;
mod mutation;
mod of_file;
mod request;
mod shrink;
mod text;
mod value;
