//! What a stranger may write in place of a token of EKS.

use super::{credentials, now, text};
use proptest::prelude::*;
use sig4::endpoint::Partition;
use sig4::token::EksAuthenticator;
use sig4::{Credentials, Verifier};

const PREFIX: &str = "k8s-aws-v1.";

/// Whether a token is taken, and verifies with its key.
fn verifies(token: &str, key: &Credentials) -> bool {
    let authenticator = EksAuthenticator::new("my-cluster", Partition::of_region("us-west-2")).unwrap();
    let Ok(claim) = authenticator.check(token, now()) else { return false };
    // Every claim can be sent, to STS and to no other host.
    let request = claim.sts_request();
    let host = request.uri().host().unwrap();
    assert!(host == "sts.amazonaws.com" || host.starts_with("sts") && host.ends_with(".amazonaws.com"), "{host}");
    assert!(request.uri().path() == "/" && request.uri().port().is_none());
    claim.verify(&Verifier::new("us-west-2", "sts").unwrap(), key, now()).is_ok()
}

/// The URL of the AWS CLI's token.
fn url() -> String {
    super::decoded(text("eks").strip_prefix(PREFIX).unwrap())
}

fn token(url: &str) -> String {
    [PREFIX, &super::encoded(url)].concat()
}

/// A character of the URL that is changed breaks the token, unless it changes the case of a percent sequence alone.
#[test]
fn no_character_of_a_token_can_be_changed() {
    let url = url();
    assert!(verifies(&token(&url), &credentials()));
    for at in 0..url.len() {
        for other in "aA0%&=?/:;.-+#@ \\".chars() {
            let mut changed = url.clone();
            changed.replace_range(at..=at, &other.to_string());
            let same = changed.replace("%2f", "%2F").replace("%3b", "%3B") == url;
            assert_eq!(verifies(&token(&changed), &credentials()), same, "{changed}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>(), url in "https://sts\\.[a-z0-9.-]{0,30}\\.com/\\?[ -~]{0,200}") {
        prop_assert!(!verifies(&text, &credentials()));
        prop_assert!(!verifies(&[PREFIX, &text].concat(), &credentials()));
        prop_assert!(!verifies(&token(&text), &credentials()));
        prop_assert!(!verifies(&token(&url), &credentials()));
    }

    #[test]
    fn a_parameter_more_or_less_breaks_a_token(
        at in 0_usize..9,
        name in prop::sample::select(vec!["Action", "action", "X-Amz-Security-Token", "x-amz-date", "X-Amz-Content-Sha256", ""]),
        value in "[ -~]{0,8}",
    ) {
        let url = url();
        let (before, query) = url.split_once('?').unwrap();
        let mut pairs: Vec<_> = query.split('&').map(str::to_owned).collect();
        let mut fewer = pairs.clone();
        fewer.remove(at.min(pairs.len() - 1));
        prop_assert!(!verifies(&token(&[before, "?", &fewer.join("&")].concat()), &credentials()));
        pairs.insert(at.min(pairs.len()), format!("{name}={value}"));
        prop_assert!(!verifies(&token(&[before, "?", &pairs.join("&")].concat()), &credentials()));
    }
}
