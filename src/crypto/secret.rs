//! Secrets of any length compared without telling where they differ.

use subtle::ConstantTimeEq;

/// Whether two secrets are the same. How long they are is no secret; all of their bytes are looked at.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    // `subtle` compares slices one byte after the other, with a barrier at each; this becomes vector instructions and looks
    // at every byte all the same. The barrier is at the end.
    let difference = a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b));
    difference.ct_eq(&0).into()
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn every_byte_and_the_length_count() {
        let secret = [7; 40];
        assert!(same(&secret, &[7; 40]) && same(b"", b""));
        assert!(!same(&secret, &[7; 39]) && !same(&secret, &[7; 41]));
        for at in 0..secret.len() {
            let mut other = secret;
            other[at] ^= 0x80;
            assert!(!same(&secret, &other), "{at}");
        }
    }
}
