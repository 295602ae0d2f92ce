//! The work of the server grows with the length of what it reads, and not faster: instructions counted by valgrind, which are
//! the same in every run.

mod serve;
mod template;

/// Does one case, if this process was started to be counted.
pub fn work(case: &str) {
    let [operation, shape, number] = case.split(':').collect::<Vec<_>>().try_into().unwrap();
    let number = number.parse().unwrap();
    match operation {
        "Serve" => serve::work(shape, number),
        "Template" => template::work(shape, number),
        other => panic!("{other} is no operation"),
    }
}
