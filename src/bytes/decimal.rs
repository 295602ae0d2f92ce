//! Decimal digits.

/// `n`, which is below 100, in two digits. A table takes half the instructions of two divisions (rows `sign-post` and `presign`).
#[inline]
#[expect(clippy::indexing_slicing, reason = "the table has an entry for each number below 128")]
pub(crate) fn two_digits(n: u8) -> [u8; 2] {
    DIGITS[usize::from(n & 127)]
}

static DIGITS: [[u8; 2]; 128] = {
    let mut digits = [[b'0'; 2]; 128];
    let mut n: u8 = 0;
    while n < 100 {
        #[expect(clippy::as_conversions, clippy::indexing_slicing, reason = "evaluated when compiled")]
        {
            digits[n as usize] = [b'0' + n / 10, b'0' + n % 10];
        }
        n += 1;
    }
    digits
};

#[cfg(test)]
mod tests {
    #[test]
    fn two_digits_are_those_of_the_number() {
        for n in 0..100 {
            assert_eq!(String::from_utf8(super::two_digits(n).to_vec()).unwrap(), format!("{n:02}"));
        }
    }
}
