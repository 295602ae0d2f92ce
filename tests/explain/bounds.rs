//! What is too long is not searched, and the report says so.

use sig4::explain::{AwsResponse, Explainer, Report};
use sig4::request::RequestView;
use sig4::{Credentials, Timestamp, Verifier};

type Fields = Vec<(String, Vec<u8>)>;

fn report(path: &str, query: &str, more: &[(String, Vec<u8>)], client: &str) -> Report {
    let listed: String = more.iter().take(1000).map(|(name, _)| format!(";{name}")).collect();
    let signature = "0123456789abcdef".repeat(4);
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/execute-api/aws4_request, \
         SignedHeaders=host;x-amz-date{listed}, Signature={signature}"
    );
    let mut headers: Fields = [("host", "h"), ("x-amz-date", "20150830T123600Z"), ("authorization", &authorization)]
        .map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()))
        .into();
    headers.extend(more.iter().cloned());
    let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap();
    let verifier = Verifier::new("us-east-1", "execute-api").unwrap().with_aws_compat();
    let now = Timestamp::parse("20150830T123600Z").unwrap().to_datetime();
    let view = RequestView::new("GET", path, Some(query), &headers);
    Explainer::new(&verifier, &credentials).with_client_canonical_request(client).report(&view, b"", now)
}

#[test]
fn a_long_request_is_not_searched() {
    let names: Fields = (0..1000).map(|n| (format!("x-{n:0>2000}"), Vec::new())).collect();
    let long = vec![("x-a".to_owned(), vec![b'a'; 9_000_000])];
    for report in [
        report("/", &"&".repeat(1_000_000), &[], ""),
        report("/", &"a=1&".repeat(60_000), &[], ""),
        report(&"/a".repeat(500_000), "", &[], ""),
        report("/", "", &names, ""),
        report("/", "", &long, ""),
    ] {
        assert_eq!((report.candidates(), report.difference().is_none()), (0, true));
        assert!(report.left_out().is_some_and(|line| line.contains("65536")) && !report.nothing_wrong());
        assert!(report.to_string().contains("nothing was searched"), "{report}");
        assert!(report.to_json().contains("nothing was searched"));
    }
    let short = report("/", &"&".repeat(Explainer::MAX_EXPLAINED_BYTES / 2), &[], "");
    assert!(short.left_out().is_none() && short.candidates() > 0);
}

#[test]
fn a_long_canonical_request_is_not_compared() {
    let client = format!("GET\n/{}\n\nhost:h\n\nhost\ne3b0", "é".repeat(AwsResponse::MAX_LEN / 2));
    let explained = report("/", "", &[], &client);
    assert!(explained.candidates() > 0 && explained.difference().is_none());
    let answer = "<Message>m</Message><CanonicalRequest>GET\n/\n\nhost:h\n\nhost\ne3b0</CanonicalRequest>";
    let compared = AwsResponse::parse(answer).unwrap().report(Some(&client));
    for report in [explained, compared] {
        assert!(report.left_out().is_some_and(|line| line.contains("was not compared")), "{report}");
    }
}
