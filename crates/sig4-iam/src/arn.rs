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
    /// Where the second to sixth parts begin. `None` if the text is not an ARN.
    starts: Option<[usize; 5]>,
}

impl<'a> Arn<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        let starts = match text.as_bytes() {
            [b'a', b'r', b'n', b':', ..] => starts(text.as_bytes()),
            _ => None,
        };
        Self { text, starts }
    }

    pub(crate) const fn text(&self) -> &'a str {
        self.text
    }

    pub(crate) const fn is_arn(&self) -> bool {
        self.starts.is_some()
    }

    /// Where the part after the fifth colon begins.
    pub(crate) fn resource_start(&self) -> Option<usize> {
        self.starts.map(|[.., resource]| resource)
    }

    pub(crate) fn partition(&self) -> Option<&'a str> {
        let [partition, service, ..] = self.starts?;
        self.part(partition, service)
    }

    pub(crate) fn region(&self) -> Option<&'a str> {
        let [_, _, region, account, _] = self.starts?;
        self.part(region, account)
    }

    pub(crate) fn account(&self) -> Option<&'a str> {
        let [.., account, resource] = self.starts?;
        self.part(account, resource)
    }

    /// The part between two starts, if it is not empty.
    fn part(&self, start: usize, next: usize) -> Option<&'a str> {
        self.text.get(start..next)?.strip_suffix(':').filter(|part| !part.is_empty())
    }
}

/// Where the parts after the first five colons begin.
const fn starts(text: &[u8]) -> Option<[usize; 5]> {
    let Some((partition, rest)) = after_colon(text, 0) else { return None };
    let Some((service, rest)) = after_colon(rest, partition) else { return None };
    let Some((region, rest)) = after_colon(rest, service) else { return None };
    let Some((account, rest)) = after_colon(rest, region) else { return None };
    let Some((resource, _)) = after_colon(rest, account) else { return None };
    Some([partition, service, region, account, resource])
}

/// The text after the first colon of `rest`, which begins at `at`, and where it begins.
const fn after_colon(mut rest: &[u8], mut at: usize) -> Option<(usize, &[u8])> {
    while let Some((byte, after)) = rest.split_first() {
        at += 1;
        if *byte == b':' {
            return Some((at, after));
        }
        rest = after;
    }
    None
}
