//! How the cost of what strangers send grows with its length: instructions, counted by valgrind at one size and at ten times it.

use crate::{answers, counted, served, templates};

/// Does one case, if this process was started to be counted.
pub fn is_worker() -> bool {
    let Ok(case) = std::env::var(counted::CASE) else { return false };
    let [operation, shape, number] = case.split(':').collect::<Vec<_>>().try_into().expect("it is a case");
    let number = number.parse().expect("it is a number");
    match operation {
        "Explain" => answers::work(shape, number),
        "Serve" => served::work(shape, number),
        "Template" => templates::work(shape, number),
        other => panic!("{other} is no operation"),
    }
    true
}

/// Prints a row for the query of a request, a template, and an answer of AWS that is explained.
pub fn rows() {
    counted::assert_grows("Serve:Pairs", &[], 90, 14.0);
    counted::assert_grows("Template:Stack", &[], 12, 14.0);
    counted::assert_grows("Explain:Entities", counted::WORK, 3_000, 14.0);
}
