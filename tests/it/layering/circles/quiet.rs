#[cfg(test)]
mod tests { use crate::a::A; }
pub(in crate::a) fn f() {}
