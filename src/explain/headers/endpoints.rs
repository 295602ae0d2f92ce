//! The hosts under which one service of AWS, or an emulator of it, is called.

use std::borrow::Cow;

/// The maximum number of buckets that a host and a path may name.
const MAX_BUCKETS: usize = 3;

/// The hosts under which an S3 bucket is called in a region, without the bucket.
const S3: [&str; 11] = [
    "s3.{region}.amazonaws.com",
    "s3.amazonaws.com",
    "s3-{region}.amazonaws.com",
    "s3.dualstack.{region}.amazonaws.com",
    "s3-accelerate.amazonaws.com",
    "s3-accelerate.dualstack.amazonaws.com",
    "s3-fips.{region}.amazonaws.com",
    "s3-website-{region}.amazonaws.com",
    "s3-website.{region}.amazonaws.com",
    "s3.{region}.amazonaws.com.cn",
    "s3.localhost.localstack.cloud:4566",
];
/// The number of these that are tried together with other mistakes.
const LIKELY_S3: usize = 2;

/// The hosts under which any other service is called in a region.
const OTHER: [&str; 5] = [
    "{service}.{region}.amazonaws.com",
    "{service}.amazonaws.com",
    "{service}.{region}.api.aws",
    "{service}.{region}.amazonaws.com.cn",
    "{service}.localhost.localstack.cloud:4566",
];

/// The hosts of emulators on the own machine.
const LOCAL: [&str; 5] = [
    "localhost:4566",
    "localhost.localstack.cloud:4566",
    "localstack:4566",
    "host.docker.internal:4566",
    "localhost:9000",
];

/// Hosts of one service.
#[derive(Default)]
pub(crate) struct Endpoints {
    /// Those that are tried together with other mistakes.
    pub(crate) likely: Vec<Vec<u8>>,
    pub(crate) other: Vec<Vec<u8>>,
}

/// The hosts under which the service of the scope is called. `scope` has the region and the service.
pub(crate) fn endpoints(
    host: &[u8],
    path: &str,
    scope: Option<(&str, &str)>,
    received: &[(Cow<'_, str>, Cow<'_, [u8]>)],
) -> Endpoints {
    let Some((region, service)) = scope else { return Endpoints::default() };
    let mut found = Endpoints::default();
    let write = |form: &str| form.replace("{region}", region).replace("{service}", service);
    match service {
        "s3" => {
            let buckets = buckets(host, path);
            for (n, form) in S3.iter().enumerate() {
                let (end, group) = (write(form), if n < LIKELY_S3 { &mut found.likely } else { &mut found.other });
                group.push(end.clone().into_bytes());
                group.extend(buckets.iter().map(|bucket| [bucket.as_slice(), b".", end.as_bytes()].concat()));
            }
        }
        "execute-api" => {
            for id in api_ids(host, received) {
                found.likely.push([&id, write(".execute-api.{region}.amazonaws.com").as_bytes()].concat());
                found.other.push([&id, &b".execute-api.localhost.localstack.cloud:4566"[..]].concat());
            }
        }
        _ => found.other.extend(OTHER.map(|form| write(form).into_bytes())),
    }
    found.other.extend(LOCAL.map(|host| host.as_bytes().to_vec()));
    found
}

/// The buckets that a host and a path may name: the labels before `s3`, the first segment, and a host that is called like its
/// bucket.
fn buckets(host: &[u8], path: &str) -> Vec<Vec<u8>> {
    let s3 = host.windows(3).position(|part| part == b".s3");
    let segment = path.split('/').find(|segment| !segment.is_empty());
    let mut buckets: Vec<Vec<u8>> = Vec::new();
    buckets.extend(s3.and_then(|at| host.get(..at)).map(<[u8]>::to_vec));
    buckets.extend(segment.map(|segment| segment.as_bytes().to_vec()));
    if s3.is_none() && !host.starts_with(b"s3") {
        buckets.push(host.to_vec());
    }
    buckets.truncate(MAX_BUCKETS);
    buckets
}

/// The ids of an API: the first label of the host, and the header that names the API on a private endpoint.
fn api_ids(host: &[u8], received: &[(Cow<'_, str>, Cow<'_, [u8]>)]) -> Vec<Vec<u8>> {
    let named = received.iter().filter(|(name, _)| name.eq_ignore_ascii_case("x-apigw-api-id")).take(2);
    let mut ids: Vec<Vec<u8>> = named.map(|(_, value)| value.trim_ascii().to_vec()).collect();
    ids.extend(host.split(|b| *b == b'.').next().map(<[u8]>::to_vec));
    ids
}

#[cfg(test)]
mod tests {
    use super::endpoints;

    fn of(host: &str, path: &str, region: &str, service: &str) -> Vec<String> {
        let found = endpoints(host.as_bytes(), path, Some((region, service)), &[]);
        let hosts = found.likely.into_iter().chain(found.other);
        hosts.map(|host| String::from_utf8(host).unwrap()).collect()
    }

    #[test]
    fn a_bucket_is_called_under_many_hosts() {
        let virtual_hosts = of("b.s3.amazonaws.com", "/k", "eu-west-1", "s3");
        for expected in ["b.s3.eu-west-1.amazonaws.com", "s3.amazonaws.com", "b.s3-accelerate.amazonaws.com"] {
            assert!(virtual_hosts.iter().any(|host| host == expected), "{expected} in {virtual_hosts:?}");
        }
        assert!(of("s3.amazonaws.com", "/b/k", "us-east-1", "s3").contains(&"b.s3.us-east-1.amazonaws.com".to_owned()));
        assert!(of("localhost", "/", "us-east-1", "sqs").contains(&"sqs.us-east-1.amazonaws.com".to_owned()));
        assert!(endpoints(b"h", "/", None, &[]).other.is_empty());
    }
}
