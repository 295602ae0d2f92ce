//! Requests to Redshift, as boto3 serializes them and botocore signs them.

use super::{both, now, text, value};
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

#[test]
fn a_database_is_not_required() {
    let credentials = &both()[0].0;
    let cluster = Redshift::cluster("cn-north-1", "my-cluster").unwrap().request(credentials, now()).unwrap();
    assert_eq!(cluster.uri().host(), Some("redshift.cn-north-1.amazonaws.com.cn"));
    assert!(cluster.body().ends_with("&ClusterIdentifier=my-cluster&DurationSeconds=900"));
    let workgroup = Redshift::workgroup("us-east-1", "a\"b").unwrap().request(credentials, now()).unwrap();
    assert_eq!(workgroup.body(), r#"{"workgroupName": "a\"b", "durationSeconds": 900}"#);
}
