//! What services are called in host names, and in the credential scope.
//!
//! Sources: "AWS service endpoints", and the `signingName` traits of AWS's service models.

/// The service of `name` in `table`.
pub(crate) fn look_up(table: &[(&'static str, &'static str)], name: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == name).map(|(_, service)| *service)
}

/// The service of a host that begins with `sub.name`.
pub(crate) fn subdivided(sub: &str, name: &str) -> Option<&'static str> {
    let found = SUBDIVIDED.iter().find(|(known_sub, known, _)| (*known_sub, *known) == (sub, name));
    found.map(|(_, _, service)| *service)
}

/// The service and region of an endpoint that names no region.
pub(crate) fn global(name: &str) -> Option<(&'static str, &'static str)> {
    GLOBAL.iter().find(|(known, ..)| *known == name).map(|(_, service, region)| (*service, *region))
}

/// Names that stand before the region and after anything a customer chooses.
pub(crate) const HOSTED: [(&str, &str); 10] = [
    ("appsync-api", "appsync"),
    ("appsync-realtime-api", "appsync"),
    ("execute-api", "execute-api"),
    ("s3", "s3"),
    ("s3-accesspoint", "s3"),
    ("s3-control", "s3"),
    ("s3-object-lambda", "s3-object-lambda"),
    ("s3-outposts", "s3-outposts"),
    ("control-kinesis", "kinesis"),
    ("data-kinesis", "kinesis"),
];

/// The same under `on.aws`.
pub(crate) const HOSTED_ON_AWS: [(&str, &str); 4] =
    [("aos", "es"), ("dsql", "dsql"), ("lambda-url", "lambda"), ("vpc-lattice-svcs", "vpc-lattice-svcs")];

/// Names that stand after the region, which something a customer chose precedes.
pub(crate) const REGION_FIRST: [(&str, &str); 6] = [
    ("aoss", "aoss"),
    ("cloudsearch", "cloudsearch"),
    ("es", "es"),
    ("neptune", "neptune-db"),
    ("neptune-graph", "neptune-graph"),
    ("rds", "rds-db"),
];

/// Names that stand after the region, which nothing precedes: older endpoints that still answer.
pub(crate) const REGION_ALONE_FIRST: [(&str, &str); 2] = [("elasticmapreduce", "elasticmapreduce"), ("queue", "sqs")];

/// Services that are called otherwise in the credential scope than in the host. All others are called alike.
pub(crate) const RENAMED: [(&str, &str); 19] = [
    ("appstream2", "appstream"),
    ("aps-workspaces", "aps"),
    ("bedrock-agent", "bedrock"),
    ("bedrock-agent-runtime", "bedrock"),
    ("bedrock-agentcore-control", "bedrock-agentcore"),
    ("bedrock-data-automation", "bedrock"),
    ("bedrock-data-automation-runtime", "bedrock"),
    ("bedrock-runtime", "bedrock"),
    ("cloudhsmv2", "cloudhsm"),
    ("email", "ses"),
    ("models-v2-lex", "lex"),
    ("personalize-events", "personalize"),
    ("personalize-runtime", "personalize"),
    ("pinpoint", "mobiletargeting"),
    ("queue", "sqs"),
    ("runtime-v2-lex", "lex"),
    ("sync-states", "states"),
    ("transcribestreaming", "transcribe"),
    ("streams-dynamodb", "dynamodb"),
];

/// Services with a label of their own before the name.
const SUBDIVIDED: [(&str, &str, &str); 23] = [
    ("api", "detective", "detective"),
    ("api", "ecr", "ecr"),
    ("api", "ecr-public", "ecr-public"),
    ("api", "iotsitewise", "iotsitewise"),
    ("api", "iotwireless", "iotwireless"),
    ("api", "pricing", "pricing"),
    ("api", "sagemaker", "sagemaker"),
    ("catalog", "marketplace", "aws-marketplace"),
    ("data", "iotevents", "ioteventsdata"),
    ("data", "mediastore", "mediastore"),
    ("edge", "sagemaker", "sagemaker"),
    ("entitlement", "marketplace", "aws-marketplace"),
    ("featurestore-runtime", "sagemaker", "sagemaker"),
    ("ingest", "timestream", "timestream"),
    ("metering", "marketplace", "aws-marketplace"),
    ("models", "lex", "lex"),
    ("participant", "connect", "execute-api"),
    ("query", "timestream", "timestream"),
    ("runtime", "lex", "lex"),
    ("runtime", "sagemaker", "sagemaker"),
    ("session", "qldb", "qldb"),
    ("sms-voice", "pinpoint", "sms-voice"),
    ("streams", "dynamodb", "dynamodb"),
];

/// Services whose endpoint names no region: the host's name, the scope's, and the region.
const GLOBAL: [(&str, &str, &str); 14] = [
    ("budgets", "budgets", "us-east-1"),
    ("cloudfront", "cloudfront", "us-east-1"),
    ("ec2", "ec2", "us-east-1"),
    ("globalaccelerator", "globalaccelerator", "us-west-2"),
    ("health", "health", "us-east-1"),
    ("iam", "iam", "us-east-1"),
    ("organizations", "organizations", "us-east-1"),
    ("queue", "sqs", "us-east-1"),
    ("route53", "route53", "us-east-1"),
    ("savingsplans", "savingsplans", "us-east-1"),
    ("sdb", "sdb", "us-east-1"),
    ("sts", "sts", "us-east-1"),
    ("support", "support", "us-east-1"),
    ("waf", "waf", "us-east-1"),
];
