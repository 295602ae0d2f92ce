//! RDS and Aurora DSQL, as botocore's `generate_db_auth_token` and `generate_db_connect_auth_token` make them.

use super::{assert_same, both, now, text};
use sig4::Expires;
use sig4::token::{Dsql, Rds};

const HOST: &str = "db.cluster-abc.eu-west-1.rds.amazonaws.com";

#[test]
fn rds() {
    for (credentials, end) in both() {
        for (name, port, user) in
            [("rds", 3306, "jane_doe"), ("rds special", 5432, "jäne+d o/e&x=~"), ("rds 443", 443, "jane")]
        {
            let token = Rds::new("eu-west-1", HOST, port, user).unwrap().token(&credentials, now()).unwrap();
            assert_same(token.as_str(), &text(&[name, end].concat()));
        }
    }
}

#[test]
fn dsql() {
    for (credentials, end) in both() {
        let cluster = Dsql::new("us-east-1", "abc.dsql.us-east-1.on.aws").unwrap();
        assert_same(cluster.token(&credentials, now()).unwrap().as_str(), &text(&["dsql", end].concat()));
        let admin = cluster.with_admin(true).with_expires(Expires::from_secs(3600).unwrap());
        assert_same(admin.token(&credentials, now()).unwrap().as_str(), &text(&["dsql admin 3600", end].concat()));
    }
}
