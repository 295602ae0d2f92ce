//! Causes that only AWS's answers name. Most of them say that the signature is right.

use crate::explain::cause::{Cause, causes};

causes! {
    DENIED_BY_IDENTITY = "denied-by-identity-policy",
        "the signature is right, and the caller's own policies do not allow this action",
        "allow the action on this resource in a policy of the user or role, and remove a statement with `Deny` for it";
    DENIED_BY_RESOURCE = "denied-by-resource-policy",
        "the signature is right, and the policy of the resource does not allow this caller",
        "allow the caller in the resource's own policy (bucket, key, queue, topic or API), and remove a statement with \
         `Deny` for it; a caller of another account needs both this policy and one of its own";
    DENIED_BY_SERVICE_CONTROL = "denied-by-service-control-policy",
        "the signature is right, and a service control policy of the organization does not allow this action",
        "ask the administrator of the organization: no policy inside the account can allow it";
    DENIED_BY_RESOURCE_CONTROL = "denied-by-resource-control-policy",
        "the signature is right, and a resource control policy of the organization denies this access",
        "ask the administrator of the organization that owns the resource: no policy inside the account can allow it";
    DENIED_BY_BOUNDARY = "denied-by-permissions-boundary",
        "the signature is right, and the permissions boundary of the caller does not allow this action",
        "allow the action in the permissions boundary of the user or role, as well as in its policies";
    DENIED_BY_SESSION = "denied-by-session-policy",
        "the signature is right, and the policy of the session does not allow this action",
        "allow the action in the policy that is passed to AssumeRole or GetFederationToken, or pass none";
    DENIED_BY_ENDPOINT = "denied-by-vpc-endpoint-policy",
        "the signature is right, and the policy of the VPC endpoint does not allow this action",
        "allow the action in the policy of the VPC endpoint that the request takes";
    DENIED_BY_TRUST = "denied-by-trust-policy",
        "the signature is right, and the role does not let this caller assume it",
        "name the caller in the role's trust policy, and allow sts:AssumeRole on the role in the caller's policies";
    KMS_DENIED = "denied-by-kms-key",
        "the signature is right, and the caller may not use the KMS key that encrypts the resource",
        "allow kms:Decrypt (to read) or kms:GenerateDataKey (to write) for the caller in the key's policy and in the \
         caller's policies";
    ACCESS_DENIED = "access-denied",
        "the service denies the access without saying which policy does",
        "look at the policies, not at the signer: those of the caller, of the bucket or resource, of its KMS key, and \
         of the organization; S3 says the same of an object that does not exist to a caller without s3:ListBucket";
    HEAD_WITHOUT_BODY = "head-without-body",
        "the answer to a HEAD request has no body, so it does not say why the service refuses",
        "send the same request with GET (`aws s3api get-object` for `head-object`), and explain that answer";
    API_KEY_OR_FIREWALL = "api-key-or-firewall",
        "the signature was not the reason: a REST API refuses a missing API key, a host or a caller of its firewall",
        "send `x-api-key` with a key of the stage's usage plan, call the API by its own host, and look at its web ACL";
    BUCKET_ELSEWHERE = "bucket-in-other-region",
        "the bucket is in another region, or has to be called by another host",
        "sign for the bucket's region and call the host that the answer names; a redirect has to be signed anew",
        workaround = "set the client's region to the bucket's: `aws s3api get-bucket-location --bucket NAME`";
    NOT_ENABLED = "service-not-enabled",
        "the signature is right, and the account may not use this service or region",
        "enable the region for the account, subscribe to the service, or finish the account's registration";
    THROTTLED = "throttled",
        "the service has received too many requests: this is no matter of the signature",
        "send fewer requests, wait longer before each retry, and sign each retry anew";
    BODY_CHECKSUM = "body-checksum-mismatch",
        "the body that arrived does not have the checksum in a header of the request",
        "compute Content-MD5 or `x-amz-checksum-…` of exactly the bytes that are sent, and sign that header",
        workaround = "remove a checksum that you set yourself, and look for a proxy that changes or compresses the body";
    HEADER_REQUIRED = "header-required",
        "a header that the service requires is missing",
        "send the header that the answer names, and sign it";
    SECRET_DIFFERS = "secret-differs-at-service",
        "the signature is right for the secret that was given here, and the service has another secret",
        "make a new access key, and use its id and secret together: AWS has another secret for this access key id",
        workaround = "copy access key id and secret again from one source, and look for a second profile or variable \
                      with an old secret";
    REQUEST_CHANGED = "request-changed-on-the-way",
        "the service received another request than the one that is given here",
        "give the request as the client sent it; else find the proxy that changes it, and let it pass the named part \
         unchanged";
    SETTINGS_DIFFER = "settings-differ-from-service",
        "the service computes its canonical request in another way than the settings of this explanation",
        "give `--service`, `--path-encoding` or `--no-normalize` so that the named part is that of AWS's answer";
}
