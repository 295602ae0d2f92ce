//! Host names that AWS documents and that are not in the data of its SDKs: endpoints of customers' own resources.
//!
//! `{region}` is the region, and `*` one or more labels that a customer chose.

/// Names before the suffix of a partition, and the services that they may be.
pub(super) const NAMES: &[(&str, &[&str])] = &[
    // "Amazon Managed Service for Prometheus endpoints and quotas": data plane endpoints.
    ("aps-workspaces.{region}", &["aps"]),
    // "Making data plane calls" in the AppSync developer guide; the second name is for subscriptions.
    ("*.appsync-api.{region}", &["appsync"]),
    ("*.appsync-realtime-api.{region}", &["appsync"]),
    // "Using a Gateway with MCP", Amazon Bedrock AgentCore; the service is that of `bedrock-agentcore:InvokeGateway`.
    ("*.gateway.bedrock-agentcore.{region}", &["bedrock-agentcore"]),
    // `ServiceEndpoint` in the API reference of Amazon CloudSearch: search and document endpoints.
    ("*.{region}.cloudsearch", &["cloudsearch"]),
    // "Invoke REST APIs", API Gateway; the name of a private API's host has the VPC endpoint's id, too.
    ("*.execute-api.{region}", &["execute-api"]),
    // "Signing HTTP requests to Amazon OpenSearch Service", domains and serverless collections.
    ("*.{region}.es", &["es"]),
    ("*.{region}.aoss", &["aoss"]),
    // "Connecting devices to AWS IoT": HTTPS publishing is signed for `iotdata`, MQTT over WebSocket for `iotdevicegateway`.
    ("*.iot.{region}", &["iotdata", "iotdevicegateway"]),
    // The credentials provider of AWS IoT takes certificates, not signatures.
    ("*.credentials.iot.{region}", &[]),
    // `DescribeEndpoint` with the type `iot:Jobs`.
    ("*.jobs.iot.{region}", &["iot-jobs-data"]),
    // `GetDataEndpoint` of Kinesis Video Streams.
    ("*.kinesisvideo.{region}", &["kinesisvideo"]),
    // `DescribeEndpoints` of MediaConvert and `DescribeContainer` of MediaStore.
    ("*.mediaconvert.{region}", &["mediaconvert"]),
    ("*.data.mediastore.{region}", &["mediastore"]),
    // "Connecting to your Amazon Neptune database using AWS Identity and Access Management authentication".
    ("*.{region}.neptune", &["neptune-db"]),
    // "Connecting to your DB instance using IAM authentication", Amazon RDS.
    ("*.{region}.rds", &["rds-db"]),
    // "How the endpoint discovery pattern works", Amazon Timestream.
    ("*.timestream.{region}", &["timestream"]),
];

/// Whole hosts, their regions and services.
pub(super) const HOSTS: &[(&str, &str, &[&str])] = &[
    // The three want Signature Version 4a. "Making requests to a Multi-Region Access Point" of Amazon S3.
    ("*.accesspoint.s3-global.amazonaws.com", "*", &["s3"]),
    // "Sending events to a global endpoint" of Amazon EventBridge.
    ("*.endpoint.events.amazonaws.com", "*", &["events"]),
    // "Work with key value data" of Amazon CloudFront: the account's endpoint.
    ("*.cloudfront-kvs.global.api.aws", "*", &["cloudfront-keyvaluestore"]),
    // "Regions and endpoints" of Amazon EC2: the general endpoint.
    ("ec2.amazonaws.com", "us-east-1", &["ec2"]),
    // `DomainStatus` in the API reference of Amazon OpenSearch Service: endpoints of dual-stack domains.
    ("*.aos.{region}.on.aws", "{region}", &["es"]),
    // "Generate an authentication token in Amazon Aurora DSQL".
    ("*.dsql.{region}.on.aws", "{region}", &["dsql"]),
    // "Invoking Lambda function URLs".
    ("*.lambda-url.{region}.on.aws", "{region}", &["lambda"]),
    // "SIGv4 authenticated requests for Amazon VPC Lattice".
    ("*.vpc-lattice-svcs.{region}.on.aws", "{region}", &["vpc-lattice-svcs"]),
];
