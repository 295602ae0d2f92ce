//! Comparison of secrets in constant time, and work with secrets that leaves none on the stack.

use subtle::{Choice, ConstantTimeEq};
use zeroize::{DefaultIsZeroes, Zeroize, ZeroizeOnDrop, zeroize_stack};

/// An array that is wiped when it is dropped: as a slice, because `zeroize` wipes an array item by item (row `sign-post`).
#[derive(Clone)]
pub(crate) struct Wiped<T: DefaultIsZeroes, const N: usize>(pub(super) [T; N]);

impl<T: DefaultIsZeroes, const N: usize> Drop for Wiped<T, N> {
    #[inline]
    fn drop(&mut self) {
        self.0.as_mut_slice().zeroize();
    }
}

impl<T: DefaultIsZeroes, const N: usize> ZeroizeOnDrop for Wiped<T, N> {}

/// Whether two secrets are the same. Their lengths are not secret. All bytes are compared.
///
/// The comparison is `subtle`'s own, of eight bytes at a time with a barrier after each: a signature takes 115 instructions, as callgrind
/// counts them on x86-64, where `subtle`'s comparison of slices takes 459. The bench row is `verify-post`. The barriers keep the
/// compiler from making a loop that ends early.
#[inline]
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    let ((a_words, a_rest), (b_words, b_rest)) = (a.as_chunks(), b.as_chunks());
    let words = a_words.iter().zip(b_words);
    let words =
        words.fold(Choice::from(1), |same, (a, b)| same & u64::from_ne_bytes(*a).ct_eq(&u64::from_ne_bytes(*b)));
    a.len() == b.len() && (words & a_rest.ct_eq(b_rest)).into()
}

/// More bytes of stack than a derivation takes: 1,400 if it is optimised.
const STACK: usize = if cfg!(debug_assertions) { 16_384 } else { 2048 };

/// Does `work` and wipes the stack that it used, the frames of other crates among them.
pub(crate) fn on_wiped_stack<R>(work: impl FnOnce() -> R) -> R {
    #[inline(never)]
    fn below<R>(work: impl FnOnce() -> R) -> R {
        work()
    }
    let done = below(work);
    zeroize_stack::<STACK>();
    done
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn every_byte_and_the_length_count() {
        let secret = [7; 45];
        assert!(same(&secret, &[7; 45]) && same(b"", b""));
        assert!(!same(&secret, &[7; 44]) && !same(&secret, &[7; 46]));
        for at in 0..secret.len() {
            let mut other = secret;
            other[at] ^= 0x80;
            assert!(!same(&secret, &other), "{at}");
        }
    }
}
