//! How clients treat dot segments and repeated slashes.

/// The treatment of dot segments and repeated slashes.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Shape {
    AsIs,
    Normal,
    DotsOnly,
    SlashesOnly,
    /// Like [`Self::Normal`], but a final dot segment leaves a slash, as RFC 3986 has it.
    FinalSlash,
    /// Like [`Self::Normal`], also for `%2e`.
    EncodedDots,
    /// Dot segments, also as `%2e`, are resolved as URL parsers do. Repeated slashes stay.
    UrlParsed,
}

impl Shape {
    const fn merges_slashes(self) -> bool {
        matches!(self, Self::Normal | Self::FinalSlash | Self::SlashesOnly | Self::EncodedDots)
    }

    const fn resolves_dots(self) -> bool {
        !matches!(self, Self::AsIs | Self::SlashesOnly)
    }

    const fn reads_encoded_dots(self) -> bool {
        matches!(self, Self::EncodedDots | Self::UrlParsed)
    }

    /// Whether a final dot segment leaves a slash.
    const fn ends_dots_with_slash(self) -> bool {
        matches!(self, Self::DotsOnly | Self::FinalSlash | Self::UrlParsed)
    }

    /// The number of dots of a dot segment that this shape resolves, or 0.
    fn dots(self, segment: &[u8]) -> usize {
        if !self.resolves_dots() {
            return 0;
        }
        let (mut dots, mut rest) = (0, segment);
        while let Some(after) = self.after_dot(rest) {
            (dots, rest) = (dots + 1, after);
        }
        if rest.is_empty() && dots <= 2 { dots } else { 0 }
    }

    fn after_dot(self, text: &[u8]) -> Option<&[u8]> {
        let encoded = || text.split_at_checked(3).filter(|(dot, _)| dot.eq_ignore_ascii_case(b"%2e"));
        text.strip_prefix(b".").or_else(|| encoded().filter(|_| self.reads_encoded_dots()).map(|(_, rest)| rest))
    }

    pub(super) fn write(self, path: &[u8]) -> Vec<u8> {
        if self == Self::AsIs {
            return path.to_vec();
        }
        let inner = path.strip_prefix(b"/").unwrap_or(path);
        let mut kept: Vec<&[u8]> = Vec::new();
        for segment in inner.split(|b| *b == b'/') {
            match self.dots(segment) {
                0 if segment.is_empty() && self.merges_slashes() => {}
                0 => kept.push(segment),
                1 => {}
                _ => drop(kept.pop()),
            }
        }
        let last = inner.iter().rposition(|b| *b == b'/').map_or(inner, |slash| inner.split_at(slash + 1).1);
        let final_dots = self.dots(last) > 0 && self.ends_dots_with_slash();
        let ends = (last.is_empty() && self.merges_slashes()) || final_dots;
        let mut out = b"/".to_vec();
        out.extend(kept.join(&b'/'));
        if ends && !kept.is_empty() {
            out.push(b'/');
        }
        out
    }
}
