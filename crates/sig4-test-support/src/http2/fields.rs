//! HPACK as far as these clients need it: literal fields without Huffman codes, and the status of a response.
//!
//! Source: RFC 7541.

/// A whole number with a prefix of so many bits, whose byte has the other bits of `first`.
fn integer(first: u8, bits: u8, mut value: usize) -> Vec<u8> {
    let most = (1_usize << bits) - 1;
    let byte = |value: usize| u8::try_from(value).expect("it has eight bits");
    if value < most {
        return vec![first | byte(value)];
    }
    let mut bytes = vec![first | byte(most)];
    value -= most;
    while value >= 128 {
        bytes.push(byte(value % 128) | 128);
        value /= 128;
    }
    bytes.push(byte(value));
    bytes
}

fn text(bytes: &[u8]) -> Vec<u8> {
    [integer(0, 7, bytes.len()), bytes.to_vec()].concat()
}

/// A field that the dynamic table does not get.
pub fn literal(name: &[u8], value: &[u8]) -> Vec<u8> {
    [vec![0], text(name), text(value)].concat()
}

/// A field that the dynamic table gets.
pub fn indexed_literal(name: &[u8], value: &[u8]) -> Vec<u8> {
    [vec![0x40], text(name), text(value)].concat()
}

/// The field that the dynamic table got last.
pub const LAST: u8 = 0x80 | 62;

/// Fields, one after the other.
pub fn block<N: AsRef<[u8]>, V: AsRef<[u8]>>(fields: &[(N, V)]) -> Vec<u8> {
    fields.iter().flat_map(|(name, value)| literal(name.as_ref(), value.as_ref())).collect()
}

/// The head of a request to `localhost`, and further fields.
pub fn request(method: &str, path: &str, others: &[(&str, &str)]) -> Vec<u8> {
    let head = [(":method", method), (":scheme", "https"), (":authority", "localhost"), (":path", path)];
    [block(&head), block(others)].concat()
}

/// The status of a response, which is its first field. The server must not use the dynamic table.
pub fn status(mut block: &[u8]) -> Option<u16> {
    // An update of the size of the dynamic table.
    while let [first, rest @ ..] = block
        && first >> 5 == 1
    {
        block = rest;
    }
    match block {
        // Indexes of the static table.
        [first @ 0x88..=0x8e, ..] => Some([200, 204, 206, 304, 400, 404, 500][usize::from(first - 0x88)]),
        // A literal of the name `:status`, with or without an entry of the table.
        [0x48 | 0x08 | 0x18, len, value @ ..] => {
            let value = value.get(..usize::from(len & 0x7f))?;
            let digits = if len & 0x80 == 0 { value.to_vec() } else { digits(value) };
            str::from_utf8(&digits).ok()?.parse().ok()
        }
        _ => None,
    }
}

/// Three digits in Huffman codes: `0` to `2` have five bits, the others six.
fn digits(bytes: &[u8]) -> Vec<u8> {
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let number = |bits: &[u8]| bits.iter().fold(0, |sum, bit| sum << 1 | bit);
    let (mut at, mut digits) = (0, Vec::new());
    while digits.len() < 3 && at + 5 <= bits.len() {
        let five = number(&bits[at..at + 5]);
        if five < 3 {
            digits.push(b'0' + five);
            at += 5;
        } else if at + 6 <= bits.len() {
            digits.push((b'3' + number(&bits[at..at + 6])).wrapping_sub(0b01_1001));
            at += 6;
        } else {
            break;
        }
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::{integer, status};

    #[test]
    fn numbers_and_statuses_are_those_of_the_specification() {
        assert_eq!(integer(0, 5, 10), [10], "RFC 7541, C.1.1");
        assert_eq!(integer(0, 5, 1337), [31, 154, 10], "RFC 7541, C.1.2");
        assert_eq!(status(&[0x48, 0x82, 0x64, 0x02]), Some(302), "RFC 7541, C.6.1");
        assert_eq!(status(&[0x48, 0x83, 0x64, 0x0e, 0xff]), Some(307), "RFC 7541, C.6.2");
        assert_eq!(status(&[0x48, 3, b'4', b'0', b'3']), Some(403));
        assert_eq!(status(&[0x20, 0x88]), Some(200));
        assert_eq!(status(&[0x8c]), Some(400));
        assert_eq!(status(&[]), None);
    }
}
