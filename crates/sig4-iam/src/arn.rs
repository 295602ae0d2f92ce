//! ARNs.
//!
//! ```text
//! arn = "arn:" partition ":" service ":" region ":" account ":" resource
//! ```
//!
//! The resource may contain colons, the other parts may not.
//!
//! Source: "Identify AWS resources with ARNs".

/// A text to compare with ARN patterns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arn<'a> {
    text: &'a str,
    /// The start of the sixth part. `None` if the text is not an ARN.
    resource_start: Option<usize>,
}

impl<'a> Arn<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        let resource_start = match text.as_bytes() {
            [b'a', b'r', b'n', b':', ..] => sixth_part(text.as_bytes()),
            _ => None,
        };
        Self { text, resource_start }
    }

    pub(crate) const fn text(&self) -> &'a str {
        self.text
    }

    pub(crate) const fn is_arn(&self) -> bool {
        self.resource_start.is_some()
    }

    /// Where the part after the fifth colon begins.
    pub(crate) const fn resource_start(&self) -> Option<usize> {
        self.resource_start
    }

    pub(crate) fn partition(&self) -> Option<&'a str> {
        self.part(1)
    }

    pub(crate) fn region(&self) -> Option<&'a str> {
        self.part(3)
    }

    pub(crate) fn account(&self) -> Option<&'a str> {
        self.part(4)
    }

    /// A part of the ARN, if it is one and the part is not empty.
    fn part(&self, number: usize) -> Option<&'a str> {
        self.resource_start?;
        self.text.splitn(6, ':').nth(number).filter(|part| !part.is_empty())
    }
}

/// Where the part after the fifth colon begins.
const fn sixth_part(text: &[u8]) -> Option<usize> {
    let (mut rest, mut at, mut colons) = (text, 0, 0);
    while let Some((byte, after)) = rest.split_first() {
        at += 1;
        if *byte == b':' {
            colons += 1;
            if colons == 5 {
                return Some(at);
            }
        }
        rest = after;
    }
    None
}
