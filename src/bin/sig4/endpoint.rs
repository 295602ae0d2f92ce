//! The region and service that an AWS host name tells, or the reason why it does not.
//!
//! ```text
//! host       = [ prefix "." ] name "." region suffix        ; most: lambda.us-east-1.amazonaws.com
//!            / prefix "." region "." name suffix            ; data planes: x.eu-west-1.es.amazonaws.com
//!            / [ prefix "." ] "s3-" region suffix           ; S3's older form
//!            / name [ ".global" ] suffix                    ; no region: iam.amazonaws.com
//! region     = 2*4ALPHA "-" 1*ALPHA [ "-" 1*ALPHA ] "-" 1*2DIGIT
//! ```
//!
//! Sources: "AWS service endpoints", "Amazon S3 endpoints and quotas", "Virtual hosting of general purpose buckets",
//! and the `signingName` traits of AWS's service models. Where a name could mean two things, nothing is guessed.

use crate::service_names::{
    HOSTED, HOSTED_ON_AWS, REGION_ALONE_FIRST, REGION_FIRST, RENAMED, global, look_up, subdivided,
};

/// What a host name tells.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Guess {
    pub(crate) region: Result<String, Untold>,
    pub(crate) service: Result<String, Untold>,
}

/// Why a host name does not tell the region or the service.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Untold {
    /// It is not one of AWS's.
    NotAws,
    /// It is one of AWS's, of a form that does not tell.
    Unclear,
}

impl Untold {
    /// The reason in words, where `what` is not told.
    pub(crate) fn of(self, what: &str) -> String {
        match self {
            Self::NotAws => "is not an AWS endpoint".to_owned(),
            Self::Unclear => format!("does not tell {what}"),
        }
    }
}

impl Guess {
    /// Reads a host, with or without a port and user information.
    pub(crate) fn of(authority: &str) -> Self {
        let host = bare_host(authority).to_ascii_lowercase();
        let cut = |suffix: &Suffix| Some((host.strip_suffix(suffix.text)?, suffix.form));
        let Some((name, form)) = SUFFIXES.iter().find_map(cut) else {
            return Self { region: Err(Untold::NotAws), service: Err(Untold::NotAws) };
        };
        let labels: Vec<&str> = name.split('.').collect();
        let told = if labels.contains(&"") { Told::NOTHING } else { read(&labels, form) };
        Self { region: owned(told.region), service: owned(told.service) }
    }
}

fn owned(told: Option<&str>) -> Result<String, Untold> {
    told.map(str::to_owned).ok_or(Untold::Unclear)
}

/// The host of an authority: no user information, no port, no final dot.
fn bare_host(authority: &str) -> &str {
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => host,
    };
    host.strip_suffix('.').unwrap_or(host)
}

struct Suffix {
    text: &'static str,
    form: Form,
}

/// What may stand before a suffix.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Form {
    /// Everything, global services in `us-east-1` included.
    Aws,
    /// Another partition: the same without knowledge of its global services' region.
    Partition,
    /// Only what is hosted for one customer.
    Hosted,
}

const SUFFIXES: [Suffix; 10] = [
    Suffix { text: ".amazonaws.com", form: Form::Aws },
    Suffix { text: ".api.aws", form: Form::Aws },
    Suffix { text: ".on.aws", form: Form::Hosted },
    Suffix { text: ".amazonaws.com.cn", form: Form::Partition },
    Suffix { text: ".api.amazonwebservices.com.cn", form: Form::Partition },
    Suffix { text: ".amazonaws.eu", form: Form::Partition },
    Suffix { text: ".c2s.ic.gov", form: Form::Partition },
    Suffix { text: ".sc2s.sgov.gov", form: Form::Partition },
    Suffix { text: ".cloud.adc-e.uk", form: Form::Partition },
    Suffix { text: ".csp.hci.ic.gov", form: Form::Partition },
];

#[derive(Clone, Copy)]
struct Told<'a> {
    region: Option<&'a str>,
    service: Option<&'a str>,
}

impl Told<'_> {
    const NOTHING: Self = Self { region: None, service: None };
}

fn read<'a>(labels: &[&'a str], form: Form) -> Told<'a> {
    let labels = match labels {
        [rest @ .., "vpce"] if form != Form::Hosted => rest,
        all => all,
    };
    match labels {
        [rest @ .., name, "dualstack", region] | [rest @ .., name, region] if is_region(region) => {
            Told { region: Some(region), service: service(rest, name, form) }
        }
        [prefix @ .., region, name] if is_region(region) && region_first(prefix, name, form).is_some() => {
            Told { region: Some(region), service: region_first(prefix, name, form) }
        }
        [name, "us-gov"] if matches!(*name, "iam" | "route53") => {
            Told { region: Some("us-gov-west-1"), service: Some(name) }
        }
        _ => without_region(labels, form),
    }
}

/// Reads a name in which no label is a region.
fn without_region<'a>(labels: &[&'a str], form: Form) -> Told<'a> {
    let home = |region| if form == Form::Aws { Some(region) } else { None };
    match labels {
        _ if form == Form::Hosted => Told::NOTHING,
        [.., "s3" | "s3-external-1"] => Told { region: home("us-east-1"), service: Some("s3") },
        [.., "s3-accelerate"] | [.., "s3-accelerate", "dualstack"] => Told { region: None, service: Some("s3") },
        [.., name] if legacy_s3_region(name).is_some() => Told { region: legacy_s3_region(name), service: Some("s3") },
        [name] | [name, "global"] | ["global", name] => match global(name) {
            Some((service, region)) => Told { region: home(region), service: Some(service) },
            None => Told::NOTHING,
        },
        _ => Told::NOTHING,
    }
}

/// The region in `s3-REGION` or `s3-fips-REGION`.
fn legacy_s3_region(label: &str) -> Option<&str> {
    let rest = label.strip_prefix("s3-")?;
    let region = rest.strip_prefix("fips-").unwrap_or(rest);
    is_region(region).then_some(region)
}

/// The service of a host whose last label before the region is `name`, with the labels `prefix` before it.
fn service<'a>(prefix: &[&'a str], name: &'a str, form: Form) -> Option<&'a str> {
    let name = name.strip_suffix("-fips").unwrap_or(name);
    let is_route = |label: &str| label.starts_with("vpce-") || label == "fips";
    let prefix: Vec<&str> = prefix.iter().copied().filter(|label| !is_route(label)).collect();
    match prefix.as_slice() {
        _ if form == Form::Hosted => look_up(&HOSTED_ON_AWS, name).filter(|_| !prefix.is_empty()),
        _ if name.starts_with("s3express-") => Some("s3express"),
        _ if look_up(&HOSTED, name).is_some() => look_up(&HOSTED, name),
        _ if name.starts_with("s3-") => None,
        [] => look_up(&RENAMED, name).or(Some(name)),
        [sub] if name == "iot" => iot(sub),
        [sub] => subdivided(sub, name),
        _ => None,
    }
}

/// The service of a host whose last label is `name`, after the region.
fn region_first(prefix: &[&str], name: &str, form: Form) -> Option<&'static str> {
    let table: &[_] = if prefix.is_empty() { &REGION_ALONE_FIRST } else { &REGION_FIRST };
    look_up(table, name).filter(|_| form != Form::Hosted)
}

/// The service of `SUB.iot.REGION`: the control plane's parts, or an account's own data endpoint.
fn iot(sub: &str) -> Option<&'static str> {
    let account = sub.strip_suffix("-ats").unwrap_or(sub);
    match account {
        "data" => Some("iotdata"),
        _ if account.bytes().all(|b| b.is_ascii_alphanumeric()) => Some("iotdevicegateway"),
        _ => None,
    }
}

/// Whether `label` is written as regions are.
fn is_region(label: &str) -> bool {
    let parts: Vec<&str> = label.split('-').collect();
    let (first, middle, number) = match parts.as_slice() {
        [first, middle @ .., number] if matches!(middle.len(), 1 | 2) => (*first, middle, *number),
        _ => return false,
    };
    let letters = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    (first == "eusc" || first.len() == 2 && letters(&first))
        && middle.iter().all(letters)
        && matches!(number.len(), 1 | 2)
        && number.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{Guess, Untold, is_region};

    /// Host, region, service.
    const TOLD: &[(&str, &str, &str)] = &[
        ("iam.amazonaws.com", "us-east-1", "iam"),
        ("sts.amazonaws.com", "us-east-1", "sts"),
        ("STS.AmazonAWS.com:443", "us-east-1", "sts"),
        ("user@sts.amazonaws.com.", "us-east-1", "sts"),
        ("sts.eu-west-3.amazonaws.com", "eu-west-3", "sts"),
        ("route53.amazonaws.com", "us-east-1", "route53"),
        ("cloudfront.amazonaws.com", "us-east-1", "cloudfront"),
        ("queue.amazonaws.com", "us-east-1", "sqs"),
        ("eu-west-1.queue.amazonaws.com", "eu-west-1", "sqs"),
        ("globalaccelerator.amazonaws.com", "us-west-2", "globalaccelerator"),
        ("global.health.amazonaws.com", "us-east-1", "health"),
        ("iam.global.api.aws", "us-east-1", "iam"),
        ("iam.us-gov.amazonaws.com", "us-gov-west-1", "iam"),
        ("abc.execute-api.us-east-1.amazonaws.com", "us-east-1", "execute-api"),
        ("abc-vpce-0123.execute-api.eu-north-1.amazonaws.com", "eu-north-1", "execute-api"),
        ("vpce-0a-1b.execute-api.us-east-1.vpce.amazonaws.com", "us-east-1", "execute-api"),
        ("vpce-0a-1b-us-east-1a.sqs.us-east-1.vpce.amazonaws.com", "us-east-1", "sqs"),
        ("s3.amazonaws.com", "us-east-1", "s3"),
        ("s3-external-1.amazonaws.com", "us-east-1", "s3"),
        ("my.dotted.bucket.s3.amazonaws.com", "us-east-1", "s3"),
        ("eu-west-1.s3.amazonaws.com", "us-east-1", "s3"),
        ("bucket.s3.eu-west-1.amazonaws.com", "eu-west-1", "s3"),
        ("my.dotted.bucket.s3.eu-west-1.amazonaws.com", "eu-west-1", "s3"),
        ("s3-eu-west-1.amazonaws.com", "eu-west-1", "s3"),
        ("bucket.s3-eu-west-1.amazonaws.com", "eu-west-1", "s3"),
        ("s3-fips-us-gov-west-1.amazonaws.com", "us-gov-west-1", "s3"),
        ("s3.dualstack.eu-west-1.amazonaws.com", "eu-west-1", "s3"),
        ("bucket.s3.dualstack.eu-west-1.amazonaws.com", "eu-west-1", "s3"),
        ("bucket.s3-fips.dualstack.us-east-2.amazonaws.com", "us-east-2", "s3"),
        ("s3-fips.us-east-1.amazonaws.com", "us-east-1", "s3"),
        ("b.vpce-1a-2b.s3.us-east-1.vpce.amazonaws.com", "us-east-1", "s3"),
        ("s3.cn-north-1.amazonaws.com.cn", "cn-north-1", "s3"),
        ("123.s3-control.us-east-1.amazonaws.com", "us-east-1", "s3"),
        ("ap-123.s3-accesspoint.us-east-1.amazonaws.com", "us-east-1", "s3"),
        ("ap-123.s3-accesspoint-fips.dualstack.us-east-1.amazonaws.com", "us-east-1", "s3"),
        ("b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com", "us-east-1", "s3express"),
        ("s3express-control.us-east-1.amazonaws.com", "us-east-1", "s3express"),
        ("x.s3-object-lambda.us-east-1.amazonaws.com", "us-east-1", "s3-object-lambda"),
        ("x.op-1.s3-outposts.us-east-1.amazonaws.com", "us-east-1", "s3-outposts"),
        ("search-x-abc.eu-central-1.es.amazonaws.com", "eu-central-1", "es"),
        ("vpc-x-abc.cn-northwest-1.es.amazonaws.com.cn", "cn-northwest-1", "es"),
        ("search-x.aos.us-east-1.on.aws", "us-east-1", "es"),
        ("es.us-east-1.amazonaws.com", "us-east-1", "es"),
        ("id.us-east-1.aoss.amazonaws.com", "us-east-1", "aoss"),
        ("search-d.us-east-1.cloudsearch.amazonaws.com", "us-east-1", "cloudsearch"),
        ("x.cluster-y.us-east-1.neptune.amazonaws.com", "us-east-1", "neptune-db"),
        ("g-1.us-east-1.neptune-graph.amazonaws.com", "us-east-1", "neptune-graph"),
        ("db.abc.us-east-1.rds.amazonaws.com:5432", "us-east-1", "rds-db"),
        ("rds.us-east-1.amazonaws.com", "us-east-1", "rds"),
        ("dynamodb.us-west-2.amazonaws.com", "us-west-2", "dynamodb"),
        ("streams.dynamodb.us-west-2.amazonaws.com", "us-west-2", "dynamodb"),
        ("lambda.me-south-1.amazonaws.com", "me-south-1", "lambda"),
        ("lambda.us-east-1.api.aws", "us-east-1", "lambda"),
        ("abc.lambda-url.eu-west-1.on.aws", "eu-west-1", "lambda"),
        ("svc-0f1.x.vpc-lattice-svcs.us-west-2.on.aws", "us-west-2", "vpc-lattice-svcs"),
        ("kms-fips.us-gov-east-1.amazonaws.com", "us-gov-east-1", "kms"),
        ("fips.batch.us-east-1.amazonaws.com", "us-east-1", "batch"),
        ("ec2.us-iso-east-1.c2s.ic.gov", "us-iso-east-1", "ec2"),
        ("abc.execute-api.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1", "execute-api"),
        ("ec2.eu-isoe-west-1.cloud.adc-e.uk", "eu-isoe-west-1", "ec2"),
        ("ec2.us-isof-south-1.csp.hci.ic.gov", "us-isof-south-1", "ec2"),
        ("ec2.us-iso-east-1.amazonaws.com", "us-iso-east-1", "ec2"),
        ("ec2.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1", "ec2"),
        ("ec2.cn-north-1.api.amazonwebservices.com.cn", "cn-north-1", "ec2"),
        ("email.us-east-1.amazonaws.com", "us-east-1", "ses"),
        ("email-fips.us-east-1.amazonaws.com", "us-east-1", "ses"),
        ("bedrock-runtime.us-east-1.amazonaws.com", "us-east-1", "bedrock"),
        ("runtime.sagemaker.us-east-1.amazonaws.com", "us-east-1", "sagemaker"),
        ("api.ecr.us-east-1.amazonaws.com", "us-east-1", "ecr"),
        ("id.appsync-api.us-east-1.amazonaws.com", "us-east-1", "appsync"),
        ("appsync.us-east-1.amazonaws.com", "us-east-1", "appsync"),
        ("iot.us-east-1.amazonaws.com", "us-east-1", "iot"),
        ("a1b2.iot.us-east-1.amazonaws.com", "us-east-1", "iotdevicegateway"),
        ("a1b2-ats.iot.us-east-1.amazonaws.com", "us-east-1", "iotdevicegateway"),
        ("data-ats.iot.us-east-1.amazonaws.com", "us-east-1", "iotdata"),
        ("monitoring.sa-east-1.amazonaws.com", "sa-east-1", "monitoring"),
        ("logs.af-south-1.amazonaws.com", "af-south-1", "logs"),
        ("aps-workspaces.us-east-1.amazonaws.com", "us-east-1", "aps"),
        ("sqs.us-east-1.amazonaws.com", "us-east-1", "sqs"),
        ("metering.marketplace.us-east-1.amazonaws.com", "us-east-1", "aws-marketplace"),
        ("123.data-kinesis.us-east-1.amazonaws.com", "us-east-1", "kinesis"),
    ];

    #[test]
    fn a_host_tells_region_and_service() {
        for (host, region, service) in TOLD {
            let told = Guess { region: Ok((*region).to_owned()), service: Ok((*service).to_owned()) };
            assert_eq!(Guess::of(host), told, "{host}");
        }
    }

    #[test]
    fn a_host_that_is_not_of_aws_tells_nothing() {
        for host in [
            "",
            "localhost:8080",
            "[::1]:443",
            "127.0.0.1",
            "amazonaws.com",
            "on.aws",
            "iam.amazonaws.com.evil.example",
            "iamamazonaws.com",
            "s3.us-east-1.example.com",
            "d111.cloudfront.net",
            "example.com:amazonaws.com",
        ] {
            let told = Guess { region: Err(Untold::NotAws), service: Err(Untold::NotAws) };
            assert_eq!(Guess::of(host), told, "{host}");
        }
    }

    #[test]
    fn a_host_of_aws_that_could_mean_anything_tells_nothing() {
        for host in [
            ".amazonaws.com",
            "a..amazonaws.com",
            ".s3.amazonaws.com",
            "unknown.amazonaws.com",
            "us-east-1.amazonaws.com",
            "us-east-1.es.amazonaws.com",
            "ec2-54-0-0-1.us-west-2.compute.amazonaws.com",
            "lb-1.us-east-1.elb.amazonaws.com",
            "b.s3-website-us-east-1.amazonaws.com",
            "alias.mrap.accesspoint.s3-global.amazonaws.com",
            "x.y.on.aws",
            "iam.on.aws",
            "x.us-east-1.es.on.aws",
            "x.us-east-1.queue.amazonaws.com",
        ] {
            let told = Guess { region: Err(Untold::Unclear), service: Err(Untold::Unclear) };
            assert_eq!(Guess::of(host), told, "{host}");
        }
    }

    #[test]
    fn half_an_answer_is_given_where_the_host_tells_half() {
        let region_only = |region: &str| Guess { region: Ok(region.to_owned()), service: Err(Untold::Unclear) };
        for host in [
            "b.s3-website.us-east-1.amazonaws.com",
            "lb-1.elb.us-east-1.amazonaws.com",
            "id.credentials.iot.us-east-1.amazonaws.com",
            "foo.us-east-1.on.aws",
            "lambda-url.us-east-1.on.aws",
            "any.lambda.us-east-1.amazonaws.com",
        ] {
            assert_eq!(Guess::of(host), region_only("us-east-1"), "{host}");
        }
        let service_only = |service: &str| Guess { region: Err(Untold::Unclear), service: Ok(service.to_owned()) };
        for (host, service) in [
            ("bucket.s3-accelerate.amazonaws.com", "s3"),
            ("bucket.s3-accelerate.dualstack.amazonaws.com", "s3"),
            ("route53.amazonaws.com.cn", "route53"),
        ] {
            assert_eq!(Guess::of(host), service_only(service), "{host}");
        }
    }

    #[test]
    fn regions_are_told_by_their_spelling() {
        for region in
            ["us-east-1", "us-gov-west-1", "cn-north-1", "us-isob-east-1", "eusc-de-east-1", "ap-southeast-12"]
        {
            assert!(is_region(region), "{region}");
        }
        for other in [
            "",
            "us",
            "us-east",
            "us-east-",
            "us-east-x",
            "us--1",
            "usa-east-1",
            "us-e4st-1",
            "us-a-b-c-1",
            "US-EAST-1",
            "us-east-123",
        ] {
            assert!(!is_region(other), "{other}");
        }
    }
}
