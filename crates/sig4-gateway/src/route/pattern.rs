//! The path of a route key, and its variables in the path of a request.
//!
//! A path is compared segment by segment in the same form that policies and events see. For an HTTP API: decoded, dot segments
//! resolved, slashes merged. So routes and policies agree about every path. For a REST API, see [`RestPath`](crate::rest_path).

use crate::error::{Error, ErrorKind};
use percent_encoding::percent_decode_str;
use std::cmp::Ordering;
use std::collections::HashSet;

/// The path of a route key, split at its slashes.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Pattern(Vec<Segment>);

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Segment {
    Literal(String),
    /// `{name}`: one segment that is not empty.
    Variable(String),
    /// `{name+}`: the rest of the path.
    Greedy(String),
}

/// What a greedy variable matches.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum GreedyRest {
    /// Also an empty rest: the path `/` for `/{proxy+}`, and `/pe/` for `/pe/{proxy+}`. It does not match `/pe`, which has no rest.
    /// This applies to HTTP APIs.
    ///
    /// Source: aws/aws-lambda-dotnet, `ApiGatewayRouteConfigServiceTests` (`CatchAllRouteConfig`, `ProperlyMatchRouteConfigs`).
    /// KensioSoftware/yulin#299 says otherwise, without a capture.
    MayBeEmpty,
    /// No empty rest. This applies to REST APIs, where `{proxy+}` does not match the path of its parent.
    ///
    /// Source: floci-io/floci#3399.
    NotEmpty,
}

/// The values of a path's variables, in the encoding of the path that was matched.
pub(crate) type Variables<'p> = Vec<(String, &'p str)>;

impl Pattern {
    pub(super) fn parse(path: &str) -> Result<Self, Error> {
        let refuse = |detail: &str| Error::new(ErrorKind::InvalidRoute, format!("`{path}`: {detail}"));
        let rest = path.strip_prefix('/').ok_or_else(|| refuse("the path does not begin with a `/`"))?;
        let (mut segments, mut names) = (Vec::new(), HashSet::new());
        for text in rest.split('/') {
            if matches!(segments.last(), Some(Segment::Greedy(_))) {
                return Err(refuse("something follows a greedy variable"));
            }
            let segment = Segment::parse(text).ok_or_else(|| refuse("a segment is neither a text nor a variable"))?;
            if segment.name().is_some_and(|name| !names.insert(name.to_owned())) {
                return Err(refuse("two variables have one name"));
            }
            segments.push(segment);
        }
        Ok(Self(segments))
    }

    pub(super) fn variables(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(Segment::name)
    }

    /// Whether the last segment is a greedy variable.
    pub(super) fn is_greedy(&self) -> bool {
        matches!(self.0.last(), Some(Segment::Greedy(_)))
    }

    /// The values of the variables if `path`, which begins with a `/`, matches.
    pub(crate) fn matches<'p>(&self, path: &'p str, greedy: GreedyRest) -> Option<Variables<'p>> {
        let mut rest = Some(path.strip_prefix('/')?);
        let mut variables = Vec::new();
        for segment in &self.0 {
            let text = rest?;
            let (head, tail) = match segment {
                Segment::Greedy(_) => (text, None),
                _ => text.split_once('/').map_or((text, None), |(head, tail)| (head, Some(tail))),
            };
            match segment {
                Segment::Literal(literal) if literal == head => {}
                Segment::Variable(name) | Segment::Greedy(name) if segment.takes(head, greedy) => {
                    variables.push((name.clone(), head));
                }
                _ => return None,
            }
            rest = tail;
        }
        rest.is_none().then_some(variables)
    }

    /// The paths that it matches, as a text: two patterns have the same text if and only if they match the same paths.
    pub(super) fn takes(&self) -> String {
        let text = |segment: &Segment| match segment {
            // No segment has a slash.
            Segment::Literal(literal) => format!("/={literal}"),
            Segment::Variable(_) => "/{}".to_owned(),
            Segment::Greedy(_) => "/{+}".to_owned(),
        };
        self.0.iter().map(text).collect()
    }

    /// Orders two patterns that match the same path by specificity: a full match before a greedy one, then a text before a
    /// variable in the first segment where they differ, then the longer one.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        let full = |pattern: &Self| !pattern.is_greedy();
        let ranks = |pattern: &Self| pattern.0.iter().map(Segment::rank).collect::<Vec<_>>();
        full(self).cmp(&full(other)).then_with(|| ranks(self).cmp(&ranks(other)))
    }
}

impl Segment {
    fn parse(text: &str) -> Option<Self> {
        let Some(variable) = text.strip_prefix('{') else {
            let literal = |b: u8| b.is_ascii_graphic() && !matches!(b, b'{' | b'}' | b'?' | b'#');
            let decoded = percent_decode_str(text).decode_utf8().ok()?.into_owned();
            return (text.bytes().all(literal) && !decoded.contains('/')).then_some(Self::Literal(decoded));
        };
        let name = variable.strip_suffix('}')?;
        let (name, greedy) = name.strip_suffix('+').map_or((name, false), |name| (name, true));
        let letter = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
        if name.is_empty() || !name.bytes().all(letter) {
            return None;
        }
        Some(if greedy { Self::Greedy(name.to_owned()) } else { Self::Variable(name.to_owned()) })
    }

    fn name(&self) -> Option<&str> {
        match self {
            Self::Literal(_) => None,
            Self::Variable(name) | Self::Greedy(name) => Some(name),
        }
    }

    /// Whether a variable may have this value.
    const fn takes(&self, value: &str, greedy: GreedyRest) -> bool {
        !value.is_empty() || matches!((self, greedy), (Self::Greedy(_), GreedyRest::MayBeEmpty))
    }

    const fn rank(&self) -> u8 {
        match self {
            Self::Literal(_) => 2,
            Self::Variable(_) => 1,
            Self::Greedy(_) => 0,
        }
    }
}
