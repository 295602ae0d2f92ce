//! Every rule of EKS's authenticator refuses the token that breaks it, and only that.

use super::{now, text};
use sig4::endpoint::Partition;
use sig4::token::{EksAuthenticator, EksClaim, MAX_EKS_TOKEN_LEN};
use sig4::{Error, ErrorKind, Timestamp};
use time::Duration;

const PREFIX: &str = "k8s-aws-v1.";

fn check_at(token: &str, at: Timestamp) -> Result<EksClaim, Error> {
    EksAuthenticator::new("my-cluster", Partition::of_region("us-west-2")).unwrap().check(token, at)
}

/// A token with this URL.
fn token(url: &str) -> String {
    [PREFIX, &super::encoded(url)].concat()
}

/// The URL of the AWS CLI's token.
fn url() -> String {
    super::decoded(text("eks").strip_prefix(PREFIX).unwrap())
}

fn refused(token: &str, words: &str) {
    let error = check_at(token, now()).expect_err(words);
    assert_eq!(error.kind(), ErrorKind::InvalidEksToken, "{error}");
    assert!(error.to_string().contains(words), "{words}: {error}");
}

/// The URL with a change is refused, and without the change it is not.
fn refused_with(from: &str, to: &str, words: &str) {
    let url = url();
    assert!(url.contains(from), "{from} is not in {url}");
    assert!(check_at(&token(&url), now()).is_ok());
    refused(&token(&url.replacen(from, to, 1)), words);
}

#[test]
fn the_form_of_a_token() {
    let good = text("eks");
    assert!(check_at(&good, now()).is_ok() && token(&url()) == good);
    for bad in ["", "k8s-aws-v2.", "K8s-aws-v1.", &good.replace(PREFIX, ""), &[" ", &good].concat()] {
        refused(bad, "does not begin");
    }
    for bad in ["=", "==", "+", "/", "\n", " ", "é"] {
        refused(&[&good, bad].concat(), "base64url");
    }
    refused(&[PREFIX, "_w"].concat(), "base64url");
    refused(PREFIX, "scheme");
}

#[test]
fn the_length_of_a_token() {
    let padded = |len: usize| {
        let mut url = url();
        url.push_str("&X-Amz-Security-Token=");
        url.extend(std::iter::repeat_n('a', len - url.len()));
        token(&url)
    };
    // 3,063 bytes are 4,084 characters after the prefix of 11.
    let longest = padded(3_063);
    assert_eq!(longest.len(), MAX_EKS_TOKEN_LEN - 1);
    assert!(check_at(&longest, now()).is_ok());
    refused(&padded(3_064), "longer than 4096");
}

#[test]
fn the_url() {
    refused_with("https://", "http://", "scheme");
    refused_with("https://", "HTTPS://", "scheme");
    refused_with("https://", "https:", "scheme");
    refused_with(".com/", ".com", "no path");
    refused_with("/?", "/x?", "path");
    refused_with("/?", "//?", "path");
    refused_with("/?", "/", "path");
    refused_with("/?", "/;?", "path");
    refused_with("Action", "#Action", "`#`");
    refused_with("Action", "Ac tion", "a space");
}

#[test]
fn the_host() {
    for host in [
        "example.com",
        "sts.us-west-2.amazonaws.com.example.com",
        "sts.us-west-2.amazonaws.com:443",
        "sts.us-west-2.amazonaws.com.",
        "STS.us-west-2.amazonaws.com",
        "sts.us-west-2.amazonaws.com@example.com",
        "example.com\\@sts.us-west-2.amazonaws.com",
        "user@sts.us-west-2.amazonaws.com",
        "sts.cn-north-1.amazonaws.com.cn",
        "sts.us-gov-west-1.amazonaws.com",
        "sts.evil.amazonaws.com",
        "evil-sts.us-west-2.amazonaws.com",
        "s3.us-west-2.amazonaws.com",
        "sts.s3.amazonaws.com",
        "sts.us-west-2.api.aws.example.com",
        "sts.cn-north-1.api.amazonwebservices.com.cn",
        "127.0.0.1",
        "",
    ] {
        refused_with("sts.us-west-2.amazonaws.com", host, "endpoint of STS");
    }
    for host in [
        "sts.amazonaws.com",
        "sts.eu-central-2.amazonaws.com",
        "sts-fips.us-west-2.amazonaws.com",
        "sts.us-west-2.api.aws",
        "sts-fips.us-west-2.api.aws",
    ] {
        let url = url().replace("sts.us-west-2.amazonaws.com", host);
        assert!(check_at(&token(&url), now()).is_ok(), "{host}");
    }
    assert_eq!(check_at(&text("eks cn"), now()).unwrap_err().kind(), ErrorKind::InvalidEksToken);
}

#[test]
fn the_parameters() {
    refused_with("Action", "x=y&Action", "no token has");
    refused_with("Action", "%41ctio=x&Action", "no token has");
    for other in ["X-Amz-S3session-Token=x", "X-Amz-Region-Set=%2A", "X-Amz-Content-Sha256=UNSIGNED-PAYLOAD"] {
        refused_with("Action", &[other, "&Action"].concat(), "no token has");
    }
    refused_with("Action", "action=GetCallerIdentity&Action", "twice");
    refused_with("Action", "%61ction=AssumeRole&Action", "twice");
    refused_with("X-Amz-Date", "X-Amz-Date=20150830T123600Z&x-amz-date", "twice");
    refused_with("Version", "Ver%sion", "malformed");
    refused_with("Version=", "Version=;", "malformed");
    refused_with("Version=", "Version=%ff", "UTF-8");
    refused_with("Version=", "Versio=", "no token has");
    let lower = url().replace("Action", "action").replace("X-Amz-Expires", "x-amz-expires");
    assert!(check_at(&token(&lower), now()).is_ok(), "names are read in any case");
}

#[test]
fn the_action() {
    refused_with("GetCallerIdentity", "AssumeRole", "action");
    refused_with("GetCallerIdentity", "getcalleridentity", "action");
    refused_with("Action=GetCallerIdentity&", "", "action");
    refused_with("2011-06-15", "2011-06-16", "version");
    refused_with("&Version=2011-06-15", "", "version");
}

#[test]
fn the_signed_headers() {
    let signed = "host%3Bx-k8s-aws-id";
    refused_with(signed, "host", "not bound to a cluster");
    refused_with(signed, "host%3Bx-k8s-aws-idx", "not bound to a cluster");
    refused_with(signed, "", "not bound to a cluster");
    refused_with(signed, "x-k8s-aws-id", "the signed headers are not");
    refused_with(signed, "accept%3Bx-k8s-aws-id", "the signed headers are not");
    refused_with(signed, "host%3Buser-agent%3Bx-k8s-aws-id", "the signed headers are not");
    refused_with(signed, "host%3Bhost%3Bx-k8s-aws-id", "the signed headers are not");
    refused_with("&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id", "", "not bound to a cluster");
}

#[test]
fn the_lifetime() {
    for bad in ["-1", "%2B60", "901", "1e2", "", "60x", "4294967296", "99999999999999999999"] {
        refused_with("X-Amz-Expires=60", &["X-Amz-Expires=", bad].concat(), "`X-Amz-Expires`");
    }
    refused_with("&X-Amz-Expires=60", "", "`X-Amz-Expires`");
    for good in ["0", "1", "900"] {
        let url = url().replace("X-Amz-Expires=60", &["X-Amz-Expires=", good].concat());
        assert!(check_at(&token(&url), now()).is_ok(), "{good}");
    }
}

#[test]
fn the_date_and_the_age() {
    for bad in ["", "2015-08-30T12:36:00Z", "20150830", "20150230T123600Z", "20150830T123600"] {
        refused_with("20150830T123600Z", bad, "`X-Amz-Date`");
    }
    let at = |seconds| Timestamp::new(now().to_datetime() + Duration::seconds(seconds)).unwrap();
    assert!(check_at(&text("eks"), at(900)).is_ok());
    let late = check_at(&text("eks"), at(901)).unwrap_err();
    assert_eq!(late.kind(), ErrorKind::Expired);
    assert!(late.to_string().contains("more than 15 minutes"), "{late}");
}

#[test]
fn the_credential() {
    refused_with("AKIDEXAMPLE%2F", "%2F", "`X-Amz-Credential`");
    refused_with(
        "X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-west-2%2Fsts%2Faws4_request",
        "X-Amz-Credential=AKIDEXAMPLE",
        "`X-Amz-Credential`",
    );
    refused_with("AKIDEXAMPLE", "AKID+EXAMPLE", "`X-Amz-Credential`");
}
