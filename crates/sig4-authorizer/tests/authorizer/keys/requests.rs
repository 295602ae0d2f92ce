//! Checks with keys that are reloaded.

use super::day_keys::text;
use super::{Files, SECRET, users_without_secrets};
use sig4::{Credentials, Signer, Timestamp};
use sig4_authorizer::keys::ReloadingKeys;
use sig4_authorizer::{Api, Authorizer, CheckBody, CheckRequest, Verdict};
use sig4_iam::tower::ExecuteApi;
use time::OffsetDateTime;

fn request(id: &str, now: OffsetDateTime) -> CheckRequest {
    let credentials = Credentials::new(id, SECRET).unwrap();
    let mut request = http::Request::get("https://abc.execute-api.us-east-1.amazonaws.com/pets").body("").unwrap();
    Signer::new("us-east-1", "execute-api").unwrap().sign(&mut request, &credentials, now).unwrap();
    let (parts, _) = request.into_parts();
    CheckRequest::new(parts, CheckBody::Absent)
}

#[tokio::test]
async fn an_authorizer_follows_the_files_from_one_check_to_the_next() {
    let now = OffsetDateTime::now_utc();
    let day = |time: OffsetDateTime| Timestamp::new(time).unwrap().day().to_string();
    let days = [day(now), day(now + time::Duration::DAY)];
    let days = days.each_ref().map(String::as_str);
    let files = Files::new(&users_without_secrets(&["AKIDONE", "AKIDTWO"]));
    files.write("day-keys.txt", &text(&["AKIDONE"], &days));
    let keys = ReloadingKeys::load(files.source().with_day_keys(files.path("day-keys.txt"))).unwrap();
    let api = Api::new("pets", ExecuteApi::new("us-east-1", "123456789012", "abc")).unwrap();
    let authorizer = Authorizer::new(api, keys.clone());

    let (verdict, record) = authorizer.check("test", request("AKIDONE", now)).await;
    assert!(matches!(verdict, Verdict::Allowed(_)), "{record:?}");

    // The day key is missing: the client gets the answer to an unknown access key id, and the log the cause.
    let (verdict, record) = authorizer.check("test", request("AKIDTWO", now)).await;
    let (unknown, _) = authorizer.check("test", request("AKIDNOBODY", now)).await;
    let (Verdict::Denied(denied), Verdict::Denied(unknown)) = (verdict, unknown) else { panic!("{record:?}") };
    let told = |denied: &sig4_authorizer::Denied| (denied.response.status(), denied.response.body().clone());
    assert_eq!(told(&denied), told(&unknown));
    assert!(record.cause.as_deref().is_some_and(|cause| cause.contains("has no signing keys")), "{record:?}");

    files.write("day-keys.txt", &text(&["AKIDTWO"], &days));
    keys.reload().unwrap();
    let (verdict, record) = authorizer.check("test", request("AKIDTWO", now)).await;
    assert!(matches!(verdict, Verdict::Allowed(_)), "{record:?}");
    let (verdict, _) = authorizer.check("test", request("AKIDONE", now)).await;
    assert!(matches!(verdict, Verdict::Denied(_)), "revoked");
}
