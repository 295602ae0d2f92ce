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
    on_wiped_stack_of::<STACK, R>(work)
}

/// The same for `work` that takes up to `SIZE` bytes of stack.
pub(crate) fn on_wiped_stack_of<const SIZE: usize, R>(work: impl FnOnce() -> R) -> R {
    #[inline(never)]
    fn below<R>(work: impl FnOnce() -> R) -> R {
        work()
    }
    let done = below(work);
    zeroize_stack::<SIZE>();
    done
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn every_bit_and_the_length_count() {
        let secret: Vec<u8> = (0..50).collect();
        // Whole words, tails, and texts that begin anywhere in a word.
        for (start, len) in (0..8).flat_map(|start| (0..42).map(move |len| (start, len))) {
            let secret = &secret[start..start + len];
            let copy = secret.to_vec();
            assert!(same(secret, &copy), "{len} from {start}");
            for bit in 0..8 * len {
                let mut other = copy.clone();
                other[bit / 8] ^= 1 << (bit % 8);
                assert!(!same(secret, &other) && !same(&other, secret), "bit {bit} of {len} from {start}");
            }
        }
    }

    /// Also of a secret that lacks whole words of the other: the rest is the same.
    #[test]
    fn no_beginning_of_a_secret_is_the_secret() {
        let secret = [7; 50];
        for (a, b) in (0..50).flat_map(|a| (0..50).map(move |b| (a, b))) {
            assert_eq!(same(&secret[..a], &secret[..b]), a == b, "{a} {b}");
        }
    }
}
