//! The path that a proxy asks at: `/forward/nginx`, `/forward/traefik/api=pets/body=sent`.
//!
//! The path is the operator's. It is never guessed from the headers, which are the client's, and it has no query, because some proxies
//! add the client's query to the path that they ask at.

use super::original::Original;
use super::{caddy, forwarded_headers, haproxy, nginx, original_headers, traefik};
use http::HeaderMap;

/// A kind of proxy.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Proxy {
    Nginx,
    Haproxy,
    Traefik,
    Caddy,
}

/// What the proxy does with bodies, as its operator says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum BodyMode {
    /// It sends no body, or only some.
    Unread,
    /// It sends each body whole.
    Sent,
    /// It passes no body on to the upstream.
    Dropped,
}

/// An endpoint of forward authentication.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Endpoint {
    pub(super) proxy: Proxy,
    pub(super) api: Option<String>,
    pub(super) body: BodyMode,
}

impl Endpoint {
    /// Reads the path after `/forward/`.
    pub(super) fn parse(path: &str) -> Option<Self> {
        let mut segments = path.split('/');
        let proxy = Proxy::parse(segments.next()?)?;
        let endpoint = Self { proxy, api: None, body: BodyMode::Unread };
        segments.try_fold(endpoint, Self::with)
    }

    /// Adds a setting, which comes once.
    fn with(self, segment: &str) -> Option<Self> {
        match segment.split_once('=')? {
            ("api", name) if self.api.is_none() && !name.is_empty() => {
                Some(Self { api: Some(name.to_owned()), ..self })
            }
            ("body", "sent") if self.body == BodyMode::Unread && self.proxy == Proxy::Traefik => {
                Some(Self { body: BodyMode::Sent, ..self })
            }
            ("body", "dropped") if self.body == BodyMode::Unread => Some(Self { body: BodyMode::Dropped, ..self }),
            _ => None,
        }
    }
}

impl Proxy {
    fn parse(name: &str) -> Option<Self> {
        [Self::Nginx, Self::Haproxy, Self::Traefik, Self::Caddy].into_iter().find(|proxy| proxy.name() == name)
    }

    /// The name in paths, logs and metrics.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Nginx => "nginx",
            Self::Haproxy => "haproxy",
            Self::Traefik => "traefik",
            Self::Caddy => "caddy",
        }
    }

    /// The original request that a question tells.
    pub(super) fn original(self, ask: &HeaderMap) -> Result<Original, &'static str> {
        match self {
            Self::Nginx => nginx::original(ask),
            Self::Haproxy => haproxy::original(ask),
            Self::Traefik => traefik::original(ask),
            Self::Caddy => caddy::original(ask),
        }
    }

    /// The headers of a question that are the proxy's, and not the client's.
    pub(super) fn names(self) -> Vec<&'static str> {
        match self {
            Self::Nginx => [&original_headers::NAMES[..], &nginx::NAMES].concat(),
            Self::Haproxy => original_headers::NAMES.to_vec(),
            Self::Traefik => [&forwarded_headers::NAMES[..], &traefik::NAMES].concat(),
            Self::Caddy => [&forwarded_headers::NAMES[..], &caddy::NAMES].concat(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{BodyMode, Endpoint, Proxy};

    #[test]
    fn a_path_names_the_proxy_and_its_settings() {
        let plain = Endpoint { proxy: Proxy::Nginx, api: None, body: BodyMode::Unread };
        assert_eq!(Endpoint::parse("nginx"), Some(plain));
        let full = Endpoint { proxy: Proxy::Traefik, api: Some("pets".to_owned()), body: BodyMode::Sent };
        assert_eq!(Endpoint::parse("traefik/api=pets/body=sent"), Some(full));
        assert_eq!(Endpoint::parse("caddy/body=dropped").map(|e| e.body), Some(BodyMode::Dropped));
    }

    #[test]
    fn other_paths_name_nothing() {
        for path in [
            "",
            "apache",
            "Nginx",
            "nginx/",
            "nginx/api=",
            "nginx/pets",
            "nginx/api=a/api=b",
            "nginx/body=sent",
            "caddy/body=dropped/body=dropped",
            "traefik/body=maybe",
        ] {
            assert_eq!(Endpoint::parse(path), None, "{path}");
        }
    }
}
