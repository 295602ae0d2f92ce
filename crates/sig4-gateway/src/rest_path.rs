//! The readings of the path of a request to a REST API.
//!
//! A REST API hands the path on as it was sent, and programs behind it decode it. So a request has several paths: encoded, decoded,
//! and with or without repeated slashes behind the stage. They are made here, once, for the router, the policies and the event.
//!
//! API Gateway routes the path as it was sent: `/pets/a%2Fb` is for `/pets/{id}`. A request is refused here if the decoded path leads to
//! a different method, but not if it leads to none. Policies have to allow every reading. A method without an
//! authorizer does not get a path that lenient servers read as that of a method with one. So no spelling of a path bypasses the
//! authorization of a method. AWS does not document these rules; they are stricter than AWS.

use std::borrow::Cow;

/// The readings of the path of a request to a REST API.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct RestPath<'r> {
    /// The whole path as it was sent.
    received: &'r str,
    /// What follows the stage or the base path, as it was sent. It begins with a slash.
    raw: &'r str,
    /// The same of the decoded path.
    decoded: &'r str,
    /// Whether `received` begins with the name of the stage, and not with the base path of a custom domain.
    has_stage: bool,
}

impl<'r> RestPath<'r> {
    /// The readings of the path `received`. `raw` and `decoded` are its part below the stage or the base path.
    pub(crate) const fn new(received: &'r str, raw: &'r str, decoded: &'r str, has_stage: bool) -> Self {
        Self { received, raw, decoded, has_stage }
    }

    /// The whole path as it was sent: `requestContext.path` of an event.
    pub(crate) const fn received(&self) -> &'r str {
        self.received
    }

    /// The `path` of an event: as it was sent, without the stage. The base path of a custom domain stays.
    ///
    /// Source: localstack/localstack, snapshots of `tests/aws/services/apigateway`, for `/stage//x`, which gives `/x`;
    /// aws-powertools/powertools-lambda-python#576 and aws/serverless-java-container#112, recorded events of custom domains.
    pub(crate) fn event_path(&self) -> &'r str {
        if self.has_stage { one_slash(self.raw) } else { one_slash(self.received) }
    }

    /// The two paths that select the method: as it was sent, and decoded. A slash at the end does not count.
    ///
    /// Source: localstack/localstack, snapshots of `tests/aws/services/apigateway`, for `/proxy-value/`.
    pub(crate) fn routed(&self) -> [&'r str; 2] {
        [self.raw, self.decoded].map(|path| without_last_slash(one_slash(path)))
    }

    /// The path below the stage or the base path, as it was sent.
    pub(crate) fn raw_in_stage(&self) -> &'r str {
        one_slash(self.raw)
    }

    /// The same, decoded.
    pub(crate) fn decoded_in_stage(&self) -> &'r str {
        one_slash(self.decoded)
    }

    /// The decoded path as lenient servers read it: `\` is a slash, a segment ends before a `;`, and slashes are merged.
    ///
    /// Source: "URL Standard" of WHATWG, path state, for `\`; RFC 3986 section 3.3 for the parameters of segments, which some servers of
    /// Java remove; "Module ngx_http_core_module", `merge_slashes`.
    pub(crate) fn lenient(&self) -> Cow<'r, str> {
        let decoded = self.decoded_in_stage();
        if !decoded.contains(['\\', ';']) && !decoded.contains("//") {
            return Cow::Borrowed(decoded);
        }
        let names = decoded.split(['/', '\\']).map(|segment| segment.split(';').next().unwrap_or(segment));
        let mut lenient: String = names.filter(|name| !name.is_empty()).flat_map(|name| ["/", name]).collect();
        if lenient.is_empty() || decoded.ends_with('/') {
            lenient.push('/');
        }
        Cow::Owned(lenient)
    }

    /// The paths below the stage that policies have to allow, each once, the path that was sent first.
    pub(crate) fn authorized(&self) -> Vec<Cow<'r, str>> {
        let mut paths = vec![Cow::Borrowed(one_slash(self.raw))];
        let others = [one_slash(self.decoded), self.raw, self.decoded].map(Cow::Borrowed);
        for path in others.into_iter().chain([self.lenient()]) {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        paths
    }
}

/// The path without one slash at its end. `/` stays.
pub(crate) fn without_last_slash(path: &str) -> &str {
    path.strip_suffix('/').filter(|bare| !bare.is_empty()).unwrap_or(path)
}

/// The path with one slash at its beginning.
fn one_slash(path: &str) -> &str {
    let mut path = path;
    while let Some(rest) = path.strip_prefix('/').filter(|rest| rest.starts_with('/')) {
        path = rest;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::RestPath;

    #[test]
    fn the_readings_of_a_path() {
        let plain = RestPath::new("/prod/pets/1", "/pets/1", "/pets/1", true);
        assert_eq!(plain.authorized(), ["/pets/1"]);
        assert_eq!((plain.event_path(), plain.received()), ("/pets/1", "/prod/pets/1"));
        let odd = RestPath::new("/prod//a%20b/", "//a%20b/", "//a b/", true);
        assert_eq!(odd.routed(), ["/a%20b", "/a b"]);
        assert_eq!(odd.authorized(), ["/a%20b/", "/a b/", "//a%20b/", "//a b/"]);
        assert_eq!((odd.event_path(), odd.received()), ("/a%20b/", "/prod//a%20b/"));
        assert_eq!(odd.decoded_in_stage(), "/a b/");
        for (decoded, lenient) in [
            ("/a/b", "/a/b"),
            ("/a//b//", "/a/b/"),
            ("/a\\b", "/a/b"),
            ("/;/a;x=1/b;", "/a/b"),
            ("//", "/"),
            ("/;", "/"),
        ] {
            let path = RestPath::new("/prod", "/x", decoded, true);
            assert_eq!(path.lenient(), lenient, "{decoded}");
            assert!(path.authorized().contains(&path.lenient()), "{decoded}");
        }
        let mapped = RestPath::new("/v1/a//b", "/a//b", "/a//b", false);
        assert_eq!((mapped.event_path(), mapped.routed()), ("/v1/a//b", ["/a//b"; 2]));
        for path in ["/", "//", "///"] {
            assert_eq!(RestPath::new(path, path, path, false).routed(), ["/"; 2], "{path}");
        }
    }
}
