//! The names of secrets.
//!
//! Sources: "Authenticating Requests" and "Server-side encryption with customer-provided keys" of Amazon S3;
//! "Sending requests to S3 Express"; the STS and IAM API references for parameters of the query protocol; "Connecting to
//! the Selling Partner API"; `GetRoleCredentials` and `CreateToken` of IAM Identity Center; "HTTP endpoint delivery request and
//! response specifications" of Amazon Data Firehose; "Authenticate users using an Application Load Balancer"; "Use the Instance
//! Metadata Service" of Amazon EC2; RFC 6265 and RFC 9110 for HTTP's own.

use crate::name;

/// Headers whose value is a secret, in lower case. They may also be parameters of a query.
const HEADERS: [&str; 16] = [
    name::AUTHORIZATION,
    name::TOKEN_HEADER,
    "proxy-authorization",
    "cookie",
    "set-cookie",
    name::S3_TOKEN_HEADER,
    "x-amz-server-side-encryption-customer-key",
    "x-amz-copy-source-server-side-encryption-customer-key",
    "x-amz-mfa",
    // Of the Selling Partner API, of IAM Identity Center, of Firehose, of load balancers, of the instance metadata service.
    "x-amz-access-token",
    "x-amz-sso_bearer_token",
    "x-amz-firehose-access-key",
    "x-amzn-oidc-accesstoken",
    "x-aws-ec2-metadata-token",
    "x-api-key",
    "x-auth-token",
];

/// Parameters and members whose value is a secret, in lower case.
const PARAMETERS: [&str; 28] = [
    // The names of keys and tokens in files, environments and the JSON of AWS's tools.
    "secret",
    "secret_key",
    "secretkey",
    "secret_access_key",
    "secretaccesskey",
    "aws_secret_access_key",
    "aws_session_token",
    "aws_security_token",
    "session_token",
    "sessiontoken",
    // Of STS and IAM.
    "webidentitytoken",
    "samlassertion",
    "tokencode",
    "password",
    "oldpassword",
    "newpassword",
    // Of OAuth 2.0 and of interfaces with keys.
    "access_token",
    "accesstoken",
    "refresh_token",
    "refreshtoken",
    "id_token",
    "idtoken",
    "client_secret",
    "clientsecret",
    "assertion",
    "api_key",
    "apikey",
    "private_key",
];

/// The signature of a presigned URL, and that of an `Authorization` header or of a URL that is signed with version 2.
const SIGNATURES: [&str; 2] = [name::query::SIGNATURE, "signature"];

/// Headers whose first word, the scheme, is not a secret.
const WITH_SCHEME: [&str; 2] = [name::AUTHORIZATION, "proxy-authorization"];

/// Whether the value of a header is a secret. The name may be in any case.
pub(super) fn is_header(name: &str) -> bool {
    is_one_of(&HEADERS, name)
}

/// Whether the value of a parameter of a query, or of a member of an object, is a secret.
pub(super) fn is_parameter(name: &str) -> bool {
    is_header(name) || is_one_of(&SIGNATURES, name) || is_one_of(&PARAMETERS, name)
}

/// Whether a header's value begins with a scheme.
pub(super) fn has_scheme(name: &str) -> bool {
    is_one_of(&WITH_SCHEME, name)
}

fn is_one_of(names: &[&str], name: &str) -> bool {
    names.iter().any(|known| known.eq_ignore_ascii_case(name))
}
