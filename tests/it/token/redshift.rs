//! Requests to Redshift, as boto3 serializes them and botocore signs them.

use super::{both, now, text, value};
use sig4::ErrorKind;
use sig4::token::Redshift;

#[test]
fn requests() {
    let user = Redshift::user("us-east-1", "my-cluster", "jane doe").unwrap().with_auto_create(true);
    let cluster = Redshift::cluster("us-east-1", "my-cluster").unwrap();
    let workgroup = Redshift::workgroup("us-east-1", "my-group").unwrap();
    for (credentials, end) in both() {
        for (name, redshift) in [("user", &user), ("iam", &cluster), ("workgroup", &workgroup)] {
            let request = redshift.clone().with_database("dev").unwrap().request(&credentials, now()).unwrap();
            let sent = value(&format!("redshift {name} sent"));
            assert_eq!(request.method(), sent[0].as_str().unwrap());
            assert_eq!(request.uri().to_string(), sent[1].as_str().unwrap());
            assert_eq!(request.body(), sent[3].as_str().unwrap());
            for (header, expected) in sent[2].as_object().unwrap() {
                assert_eq!(request.headers()[header.to_lowercase()], expected.as_str().unwrap());
            }
            assert_eq!(request.headers()["authorization"], text(&format!("redshift {name}{end}")));
        }
    }
}

/// What botocore reads from these answers: `values.py` gives them to boto3.
#[test]
fn answers() {
    let cluster = Redshift::cluster("us-east-1", "my-cluster").unwrap();
    let user = Redshift::user("us-east-1", "my-cluster", "jane").unwrap();
    let workgroup = Redshift::workgroup("us-east-1", "my-group").unwrap();
    for (name, redshift) in [("user", &user), ("iam", &cluster), ("workgroup", &workgroup)] {
        let answers = value(&format!("redshift {name} answers"));
        assert!(answers.as_array().unwrap().len() > 1);
        for answer in answers.as_array().unwrap() {
            let login = redshift.login(answer["answer"].as_str().unwrap()).unwrap();
            let (theirs, password) = (|member: &str| answer[member].as_str().unwrap(), login.password());
            assert_eq!((login.user(), password.as_str()), (theirs("user"), theirs("password")));
            assert_eq!(password.expiration().unix_timestamp(), answer["end"].as_i64().unwrap());
            assert!(!password.is_shortened());
            let shown = format!("{login:?}");
            assert!(shown.contains(login.user()) && !shown.contains(theirs("password")), "{shown}");
        }
    }
}

#[test]
fn answers_that_can_be_read_in_two_ways_are_refused() {
    fn refused(redshift: &Redshift, answer: &str) {
        let error = redshift.login(answer).expect_err(answer);
        assert_eq!(error.kind(), ErrorKind::InvalidAnswer, "{answer}");
        assert!(!error.to_string().contains("hush"), "{error}");
    }
    let cluster = Redshift::cluster("us-east-1", "my-cluster").unwrap();
    let xml =
        "<R><DbUser>IAM:jane</DbUser><DbPassword>hush</DbPassword><Expiration>2015-08-30T12:51:00Z</Expiration></R>";
    assert!(cluster.login(xml).is_ok());
    for (from, to) in [
        ("<DbUser>IAM:jane</DbUser>", ""),
        ("<DbUser>IAM:jane</DbUser>", "<DbUser/>"),
        ("<DbUser>IAM:jane</DbUser>", "<DbUser></DbUser>"),
        ("<DbPassword>hush</DbPassword>", ""),
        ("<DbPassword>hush</DbPassword>", "<DbPassword></DbPassword>"),
        ("hush", "hush</DbPassword><DbPassword>x"),
        ("hush", "<!-- -->hush"),
        ("hush", "&#104;ush"),
        ("<Expiration>2015-08-30T12:51:00Z</Expiration>", ""),
        ("2015-08-30T12:51:00Z", "20150830T125100Z"),
        ("2015-08-30T12:51:00Z", "2015-02-30T12:51:00Z"),
    ] {
        assert!(xml.contains(from));
        refused(&cluster, &xml.replacen(from, to, 1));
    }
    refused(&cluster, &(xml.to_owned() + &" ".repeat(65_536)));
    refused(&cluster, "");

    let workgroup = Redshift::workgroup("us-east-1", "my-group").unwrap();
    let json = r#"{"dbUser":"IAM:jane","dbPassword":"hush","expiration":1440939060}"#;
    assert!(workgroup.login(json).is_ok());
    for (from, to) in [
        (r#""dbUser":"IAM:jane","#, ""),
        (r#""IAM:jane""#, "1"),
        (r#""IAM:jane""#, r#""""#),
        (r#""hush""#, r#"["hush"]"#),
        (r#""dbUser""#, r#""dbPassword":"hush","dbUser""#),
        ("1440939060", r#""1440939060""#),
        ("1440939060", "1e300"),
        ("1440939060", "1e999"),
        ("1440939060", "null"),
        (r#","expiration":1440939060"#, ""),
        (r#"060}"#, "060"),
    ] {
        assert!(json.contains(from));
        refused(&workgroup, &json.replacen(from, to, 1));
    }
    refused(&workgroup, xml);
    refused(&cluster, json);
}

#[test]
fn another_endpoint_is_signed_and_called() {
    let cluster = Redshift::cluster("us-east-1", "my-cluster").unwrap();
    let host = |url: &str| {
        let request = cluster.clone().with_endpoint(url).unwrap().request(&both()[0].0, now()).unwrap();
        request.uri().to_string()
    };
    assert_eq!(
        host("https://VPCE-1.redshift.us-east-1.vpce.amazonaws.com"),
        "https://vpce-1.redshift.us-east-1.vpce.amazonaws.com/"
    );
    assert_eq!(host("http://127.0.0.1:4566/"), "http://127.0.0.1:4566/");
    for (url, kind) in [
        ("", ErrorKind::InvalidUrl),
        ("redshift.us-east-1.amazonaws.com", ErrorKind::InvalidUrl),
        ("ftp://a.example.com", ErrorKind::InvalidUrl),
        ("https://", ErrorKind::InvalidHost),
        ("https://a.example.com/x", ErrorKind::InvalidHost),
        ("https://jane@a.example.com", ErrorKind::InvalidHost),
        ("https://a.example.com?x", ErrorKind::InvalidHost),
    ] {
        assert_eq!(cluster.clone().with_endpoint(url).unwrap_err().kind(), kind, "{url}");
    }
}

#[test]
fn a_database_is_not_required() {
    let credentials = &both()[0].0;
    let cluster = Redshift::cluster("cn-north-1", "my-cluster").unwrap().request(credentials, now()).unwrap();
    assert_eq!(cluster.uri().host(), Some("redshift.cn-north-1.amazonaws.com.cn"));
    assert!(cluster.body().ends_with("&ClusterIdentifier=my-cluster&DurationSeconds=900"));
    let workgroup = Redshift::workgroup("us-east-1", "a\"b").unwrap().request(credentials, now()).unwrap();
    assert_eq!(workgroup.body(), r#"{"workgroupName": "a\"b", "durationSeconds": 900}"#);
}
