//! Logins to Vault, as hvac makes them.

use super::{both, decoded, now, value};
use serde_json::{Map, Value};
use sig4::token::VaultLogin;

/// The headers by their names in lower case, as Vault reads them.
fn lower(headers: &Map<String, Value>) -> Map<String, Value> {
    let single = |value: &Value| if let [one] = value.as_array().unwrap().as_slice() { one.clone() } else { panic!() };
    let value = |value: &Value| if value.is_array() { single(value) } else { value.clone() };
    headers.iter().map(|(name, given)| (name.to_lowercase(), value(given))).collect()
}

#[test]
fn login() {
    for (credentials, end) in both() {
        for (name, server_id) in [("vault", None), ("vault+id", Some("vault.example.com"))] {
            let login = VaultLogin::global().unwrap().with_role("a \"role\"").unwrap();
            let login = server_id.map_or_else(|| login.clone(), |id| login.clone().with_server_id(id).unwrap());
            let body = login.token(&credentials, now()).unwrap();
            let body: Value = serde_json::from_str(body.as_str()).unwrap();
            let theirs = value(&[name, end].concat());
            assert_eq!(body["role"], "a \"role\"");
            assert_eq!(body["iam_http_request_method"], theirs["method"]);
            let part = |name: &str| decoded(body[name].as_str().unwrap());
            assert_eq!(part("iam_request_url"), theirs["url"].as_str().unwrap());
            assert_eq!(part("iam_request_body"), theirs["body"].as_str().unwrap());
            let headers: Value = serde_json::from_str(&part("iam_request_headers")).unwrap();
            assert_eq!(lower(headers.as_object().unwrap()), lower(theirs["headers"].as_object().unwrap()));
        }
    }
}

#[test]
fn a_region_is_signed_for_its_own_endpoint() {
    let body = VaultLogin::new("eu-west-1").unwrap().token(&both()[0].0, now()).unwrap();
    let body: Value = serde_json::from_str(body.as_str()).unwrap();
    assert!(body.get("role").is_none());
    assert_eq!(decoded(body["iam_request_url"].as_str().unwrap()), "https://sts.eu-west-1.amazonaws.com/");
    let headers = decoded(body["iam_request_headers"].as_str().unwrap());
    assert!(headers.contains("/eu-west-1/sts/") && headers.contains("sts.eu-west-1.amazonaws.com"), "{headers}");
}
