use super::{Endpoint, Undetermined, documented, names, services};

const NOT_AWS: Endpoint = Endpoint { region: Err(Undetermined::NotAws), service: Err(Undetermined::NotAws) };
const UNCLEAR: Endpoint = Endpoint { region: Err(Undetermined::Open), service: Err(Undetermined::Open) };

fn in_region(region: &str, service: Undetermined) -> Endpoint {
    Endpoint { region: Ok(region.to_owned()), service: Err(service) }
}

/// Host, region, service.
const TOLD: &[(&str, &str, &str)] = &[
    ("iam.amazonaws.com", "us-east-1", "iam"),
    ("sts.amazonaws.com", "us-east-1", "sts"),
    ("STS.AmazonAWS.com:443", "us-east-1", "sts"),
    ("user@sts.amazonaws.com", "us-east-1", "sts"),
    ("sts.eu-west-3.amazonaws.com", "eu-west-3", "sts"),
    ("route53.amazonaws.com", "us-east-1", "route53"),
    ("cloudfront.amazonaws.com", "us-east-1", "cloudfront"),
    ("queue.amazonaws.com", "us-east-1", "sqs"),
    ("eu-west-1.queue.amazonaws.com", "eu-west-1", "sqs"),
    ("ec2.amazonaws.com", "us-east-1", "ec2"),
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
    ("ec2.us-iso-east-1.api.aws.ic.gov", "us-iso-east-1", "ec2"),
    ("ec2.us-isob-east-1.api.aws.scloud", "us-isob-east-1", "ec2"),
    ("ec2.us-isof-south-1.api.aws.hci.ic.gov", "us-isof-south-1", "ec2"),
    ("ec2.eu-isoe-west-1.api.cloud-aws.adc-e.uk", "eu-isoe-west-1", "ec2"),
    ("ec2.eusc-de-east-1.api.amazonwebservices.eu", "eusc-de-east-1", "ec2"),
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
    ("a1b2.jobs.iot.us-east-1.amazonaws.com", "us-east-1", "iot-jobs-data"),
    ("greengrass-ats.iot.us-gov-west-1.amazonaws.com", "us-gov-west-1", "greengrass"),
    ("data-ats.iot.us-east-1.amazonaws.com", "us-east-1", "iotdata"),
    ("monitoring.sa-east-1.amazonaws.com", "sa-east-1", "monitoring"),
    ("logs.af-south-1.amazonaws.com", "af-south-1", "logs"),
    ("aps-workspaces.us-east-1.amazonaws.com", "us-east-1", "aps"),
    ("sqs.us-east-1.amazonaws.com", "us-east-1", "sqs"),
    ("metering.marketplace.us-east-1.amazonaws.com", "us-east-1", "aws-marketplace"),
    ("123.data-kinesis.us-east-1.amazonaws.com", "us-east-1", "kinesis"),
    ("appconfigdata.us-east-1.amazonaws.com", "us-east-1", "appconfig"),
    ("ivsrealtime.us-west-2.amazonaws.com", "us-west-2", "ivs"),
    ("oidc.us-east-1.amazonaws.com", "us-east-1", "sso-oauth"),
    ("memory-db.us-east-1.amazonaws.com", "us-east-1", "memorydb"),
    ("contact-lens.us-east-1.amazonaws.com", "us-east-1", "connect"),
    ("agreement-marketplace.us-east-1.amazonaws.com", "us-east-1", "aws-marketplace"),
    ("voice-chime.us-east-1.amazonaws.com", "us-east-1", "chime"),
    ("servicecatalog-appregistry.us-east-1.amazonaws.com", "us-east-1", "servicecatalog"),
    ("timestream-query.us-east-1.api.aws", "us-east-1", "timestream"),
    ("query-cell2.timestream.us-east-1.amazonaws.com", "us-east-1", "timestream"),
    ("mturk-requester-sandbox.us-east-1.amazonaws.com", "us-east-1", "mturk-requester"),
    ("vpce-0a-1b.api.ecr.us-east-1.vpce.amazonaws.com", "us-east-1", "ecr"),
    ("lambda.eu-north-9.amazonaws.com", "eu-north-9", "lambda"),
    ("my_bucket.s3.us-east-1.amazonaws.com", "us-east-1", "s3"),
    ("us-west-2.s3.us-east-1.amazonaws.com", "us-east-1", "s3"),
    ("fips.s3.us-east-1.amazonaws.com", "us-east-1", "s3"),
];

#[test]
fn a_host_says_region_and_service() {
    for (host, region, service) in TOLD {
        let said = Endpoint { region: Ok((*region).to_owned()), service: Ok(*service) };
        assert_eq!(Endpoint::of_host(host), said, "{host}");
    }
}

#[test]
fn a_host_that_is_not_of_aws_says_nothing() {
    let long = format!("{}.s3.us-east-1.amazonaws.com", ["a"; 120].join("."));
    for host in [
        "",
        "localhost:8080",
        "[::1]:443",
        "127.0.0.1",
        "amazonaws.com",
        "on.aws",
        "iam.amazonaws.com.evil.example",
        "execute-api.us-east-1.amazonaws.com.evil.example",
        "s3.cn-north-1.amazonaws.com.cn.evil",
        "sts.amazonaws.com@evil.example",
        "iamamazonaws.com",
        "s3.us-east-1.example.com",
        "s3.us-east-1.amazonaws.org",
        "us-east-1.signin.aws.amazon.com.evil.example",
        "d111.cloudfront.net",
        "example.com:amazonaws.com",
        "evil.example/.s3.us-east-1.amazonaws.com",
        "evil.example#.s3.us-east-1.amazonaws.com",
        "evil example.s3.us-east-1.amazonaws.com",
        "{region}.queue.amazonaws.com",
        "*.s3.amazonaws.com",
        "lambda.us-east-1.\u{430}mazonaws.com",
        "l\u{e4}mbda.us-east-1.amazonaws.com",
        "lambda.us-east-1\u{3002}amazonaws.com",
        ".amazonaws.com",
        "a..amazonaws.com",
        ".s3.amazonaws.com",
        "sts.amazonaws.com.",
        "sts.amazonaws.com..",
        &long,
    ] {
        assert_eq!(Endpoint::of_host(host), NOT_AWS, "{host}");
    }
}

#[test]
fn a_name_that_could_mean_anything_says_nothing() {
    for host in [
        "unknown.amazonaws.com",
        "us-east-1.amazonaws.com",
        "fips.us-east-1.amazonaws.com",
        "us-east-1.es.amazonaws.com",
        "ec2-54-0-0-1.us-west-2.compute.amazonaws.com",
        "lb-1.us-east-1.elb.amazonaws.com",
        "b.s3-website-us-east-1.amazonaws.com",
        "x.y.on.aws",
        "iam.on.aws",
        "x.us-east-1.es.on.aws",
        "x.us-east-1.queue.amazonaws.com",
        "lambda.us-east-1.vpce.amazonaws.com",
        // The region of another partition, or none.
        "lambda.cn-north-1.amazonaws.com",
        "ec2.us-iso-east-1.amazonaws.com",
        "lambda.us-east-1.c2s.ic.gov",
        "lambda.aws-global.amazonaws.com",
        "lambda.us-east-1-secondary.amazonaws.com",
    ] {
        assert_eq!(Endpoint::of_host(host), UNCLEAR, "{host}");
    }
}

#[test]
fn half_an_answer_is_given_where_the_host_says_half() {
    for host in [
        "b.s3-website.us-east-1.amazonaws.com",
        "lb-1.elb.us-east-1.amazonaws.com",
        "id.credentials.iot.us-east-1.amazonaws.com",
        "foo.us-east-1.on.aws",
        "lambda-url.us-east-1.on.aws",
        "any.lambda.us-east-1.amazonaws.com",
        "brand-new.us-east-1.amazonaws.com",
        "vpce-1-2.vpce-svc-3.us-east-1.vpce.amazonaws.com",
    ] {
        assert_eq!(Endpoint::of_host(host), in_region("us-east-1", Undetermined::Open), "{host}");
    }
    for (host, service) in [
        ("bucket.s3-accelerate.amazonaws.com", "s3"),
        ("my.dotted.bucket.s3-accelerate.dualstack.amazonaws.com", "s3"),
        ("budgets.api.aws", "budgets"),
        ("alias.mrap.accesspoint.s3-global.amazonaws.com", "s3"),
    ] {
        let said = Endpoint { region: Err(Undetermined::Open), service: Ok(service) };
        assert_eq!(Endpoint::of_host(host), said, "{host}");
    }
}

#[test]
fn a_name_that_services_share_says_which_ones() {
    for (host, services) in [
        ("a1b2.iot.us-east-1.amazonaws.com", &["iotdata", "iotdevicegateway"]),
        ("a1b2-ats.iot.us-east-1.amazonaws.com", &["iotdata", "iotdevicegateway"]),
        ("maps.geo.us-east-1.amazonaws.com", &["geo", "geo-maps"]),
    ] {
        assert_eq!(Endpoint::of_host(host), in_region("us-east-1", Undetermined::OneOf(services)), "{host}");
    }
    assert_eq!(
        Undetermined::OneOf(&["geo", "geo-maps"]).to_string(),
        "the host is an AWS endpoint that several services share: geo, geo-maps"
    );
}

#[test]
fn the_tables_are_sorted_and_do_not_overlap() {
    assert!(names::ALIKE.is_sorted() && names::NAMES.is_sorted() && names::HOSTS.is_sorted());
    for (name, of) in documented::NAMES {
        assert_eq!(services(name), Some(*of), "{name}");
    }
    for (host, region, of) in documented::HOSTS {
        assert_eq!(super::host(host), Some((*region, *of)), "{host}");
    }
}
