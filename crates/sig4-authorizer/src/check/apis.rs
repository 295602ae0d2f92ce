//! The APIs of an authorizer, and which of them a request belongs to.

use super::api::Api;
use super::head::without_port;
use super::refused::Refused;
use crate::error::{Error, ErrorKind};
use std::collections::{HashMap, HashSet};

/// APIs with what serves them, by name and by host.
#[derive(Clone)]
pub(super) struct Apis<S> {
    served: Vec<(Api, S)>,
    by_name: HashMap<String, usize>,
    by_host: HashMap<String, usize>,
    /// The hosts without their ports.
    names_of_hosts: HashSet<String>,
    /// The API without hosts.
    any_host: Option<usize>,
}

impl<S> Apis<S> {
    /// One API.
    pub(super) fn of(api: Api, serving: impl FnOnce(&Api) -> S) -> Self {
        let serves = serving(&api);
        let names_of_hosts = api.hosts.iter().map(|host| name_of(host).to_owned()).collect();
        let by_host = api.hosts.iter().map(|host| (host.clone(), 0)).collect();
        let (any_host, by_name) = (api.hosts.is_empty().then_some(0), HashMap::from([(api.name.clone(), 0)]));
        Self { served: vec![(api, serves)], by_name, by_host, names_of_hosts, any_host }
    }

    /// Adds an API, unless it and an earlier one could both be meant.
    pub(super) fn add(&mut self, api: Api, serves: S) -> Result<(), Error> {
        let taken = |what: String| Error::new(ErrorKind::InvalidConfig, what);
        if self.by_name.contains_key(&api.name) {
            return Err(taken(format!("two APIs have the name `{}`", api.name)));
        }
        if let Some(host) = api.hosts.iter().find(|host| self.by_host.contains_key(*host)) {
            return Err(taken(format!("two APIs have the host `{host}`")));
        }
        if api.hosts.is_empty() && self.any_host.is_some() {
            return Err(taken(format!("the API `{}` is the second without hosts", api.name)));
        }
        let place = self.served.len();
        self.by_name.insert(api.name.clone(), place);
        self.by_host.extend(api.hosts.iter().map(|host| (host.clone(), place)));
        self.names_of_hosts.extend(api.hosts.iter().map(|host| name_of(host).to_owned()));
        self.any_host = self.any_host.or_else(|| api.hosts.is_empty().then_some(place));
        self.served.push((api, serves));
        Ok(())
    }

    /// The API of a request: by the name that the proxy gave, or else by its host in lower case.
    pub(super) fn select(&self, name: Option<&str>, host: Option<&str>) -> Result<&(Api, S), Refused> {
        let of_host = self.of_host(host);
        let place = match name {
            Some(name) => {
                let named = *self.by_name.get(name).ok_or_else(|| Refused::unknown_name(name))?;
                if of_host != Some(named) && self.any_host != Some(named) {
                    return Err(Refused::other_host(name, host));
                }
                Some(named)
            }
            None => of_host.or_else(|| self.any_host.filter(|_| !self.is_like_another(host))),
        };
        place.and_then(|place| self.served.get(place)).ok_or_else(|| Refused::unknown_host(host))
    }

    fn of_host(&self, host: Option<&str>) -> Option<usize> {
        let host = host?;
        self.by_host.get(host).or_else(|| self.by_host.get(without_port(host))).copied()
    }

    /// Whether an API has the host with another port, or without dots at the end. Some proxies route all of these to one service, and a
    /// client writes the port itself: the API of all other hosts must not decide about them.
    fn is_like_another(&self, host: Option<&str>) -> bool {
        host.is_some_and(|host| self.names_of_hosts.contains(name_of(host)))
    }

    /// Replaces what serves each API.
    pub(super) fn replace(&mut self, mut serving: impl FnMut(&Api) -> S) {
        self.served.iter_mut().for_each(|(api, serves)| *serves = serving(api));
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Api> {
        self.served.iter().map(|(api, _)| api)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.all().map(|api| api.name.as_str())
    }
}

/// A host without its port and without dots at the end.
fn name_of(host: &str) -> &str {
    without_port(host).trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::{Api, Apis};
    use sig4_iam::tower::ExecuteApi;

    fn api(name: &str, hosts: &[&str]) -> Api {
        Api::new(name, ExecuteApi::new("us-east-1", "123456789012", "abc")).unwrap().with_hosts(hosts.iter().copied())
    }

    fn apis(all: &[(&str, &[&str])]) -> Apis<()> {
        let ((name, hosts), others) = all.split_first().unwrap();
        let mut apis = Apis::of(api(name, hosts), |_| ());
        others.iter().for_each(|(name, hosts)| apis.add(api(name, hosts), ()).unwrap());
        apis
    }

    fn selected(apis: &Apis<()>, name: Option<&str>, host: &str) -> Option<String> {
        apis.select(name, Some(host)).ok().map(|(api, ())| api.name().to_owned())
    }

    #[test]
    fn a_host_selects_its_api() {
        let apis = apis(&[("pets", &["Pets.Example", "alt.example:8443"]), ("shop", &["shop.example"])]);
        for (host, name) in [
            ("pets.example", Some("pets")),
            ("pets.example:8080", Some("pets")),
            ("alt.example:8443", Some("pets")),
            ("alt.example", None),
            ("alt.example:443", None),
            ("shop.example:443", Some("shop")),
            ("pets.example.", None),
            ("evil.example", None),
            ("pets.example:8080:1", None),
        ] {
            assert_eq!(selected(&apis, None, host).as_deref(), name, "{host}");
        }
        assert!(apis.select(None, None).is_err());
    }

    #[test]
    fn a_name_selects_its_api_at_its_own_hosts_only() {
        let apis = apis(&[("pets", &["pets.example"]), ("shop", &["shop.example"]), ("any", &[])]);
        for (name, host, found) in [
            ("pets", "pets.example", true),
            ("pets", "shop.example", false),
            ("pets", "other.example", false),
            ("any", "other.example", true),
            ("any", "shop.example", true),
            ("none", "pets.example", false),
            ("PETS", "pets.example", false),
        ] {
            assert_eq!(selected(&apis, Some(name), host).as_deref(), found.then_some(name), "{name} {host}");
        }
        assert_eq!(selected(&apis, None, "other.example").as_deref(), Some("any"));
        assert_eq!(selected(&apis, None, "shop.example").as_deref(), Some("shop"));
    }

    #[test]
    fn the_api_of_all_other_hosts_takes_no_other_spelling_of_a_host() {
        let apis = apis(&[("pets", &["pets.example", "alt.example:8443"]), ("any", &[])]);
        for host in [
            "pets.example.",
            "pets.example.:443",
            "pets.example..",
            "alt.example.:8443",
            "alt.example",
            "alt.example:443",
        ] {
            assert_eq!(selected(&apis, None, host), None, "{host}");
            assert_eq!(selected(&apis, Some("any"), host).as_deref(), Some("any"), "{host}");
        }
        assert_eq!(selected(&apis, None, "other.example.").as_deref(), Some("any"));
    }

    #[test]
    fn no_two_apis_can_both_be_meant() {
        let mut apis = apis(&[("pets", &["pets.example"]), ("any", &[])]);
        for (name, hosts) in [("pets", ["new.example"].as_slice()), ("new", &["PETS.example"]), ("new", &[])] {
            assert!(apis.add(api(name, hosts), ()).is_err(), "{name} {hosts:?}");
        }
        assert!(apis.add(api("new", &["pets.example:8443"]), ()).is_ok());
    }
}
