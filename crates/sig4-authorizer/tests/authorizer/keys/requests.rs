//! Checks with keys that are reloaded.

use super::day_keys::text;
use super::{Files, SECRET, users_without_secrets};
use sig4::{Credentials, Signer, Timestamp};
use sig4_authorizer::keys::ReloadingKeys;
use sig4_authorizer::{AnswerProfile, Api, Authorizer, CheckBody, CheckRequest, Verdict};
use sig4_iam::tower::ExecuteApi;
use time::OffsetDateTime;

fn request(id: &str, now: OffsetDateTime) -> CheckRequest {
    let credentials = Credentials::new(id, SECRET).unwrap();
    let mut request = http::Request::get("https://abc.execute-api.us-east-1.amazonaws.com/pets").body("").unwrap();
    Signer::new("us-east-1", "execute-api").unwrap().sign(&mut request, &credentials, now).unwrap();
    let (parts, _) = request.into_parts();
    CheckRequest::new(parts, CheckBody::Absent)
}

/// Days in UTC around `now`, so that a test may run over midnight.
fn days(now: OffsetDateTime) -> [String; 2] {
    let day = |time: OffsetDateTime| Timestamp::new(time).unwrap().day().to_string();
    [day(now), day(now + time::Duration::DAY)]
}

fn api() -> Api {
    Api::new("pets", ExecuteApi::new("us-east-1", "123456789012", "abc")).unwrap()
}

#[tokio::test]
async fn a_missing_day_key_is_told_to_the_log_and_not_to_the_client() {
    let files = Files::new(&users_without_secrets(&["AKIDONE", "AKIDTWO"]));
    // Keys of a day long ago, and none.
    files.write("day-keys.txt", &text(&["AKIDONE"], &["20150830"]));
    let keys = ReloadingKeys::load(files.source().with_day_keys(files.path("day-keys.txt"))).unwrap();
    for profile in [AnswerProfile::HttpApi, AnswerProfile::RestApi, AnswerProfile::Plain] {
        let authorizer = Authorizer::new(api().with_answers(profile), keys.clone());
        let mut answers = Vec::new();
        for (id, cause) in [
            ("AKIDONE", "the access key id has no signing key for 20"),
            ("AKIDTWO", "the access key id has no signing keys"),
            ("AKIDNOBODY", "The security token included in the request is invalid"),
        ] {
            let (verdict, record) = authorizer.check("test", request(id, OffsetDateTime::now_utc())).await;
            let Verdict::Denied(denied) = verdict else { panic!("{record:?}") };
            assert!(record.cause.as_deref().is_some_and(|told| told.contains(cause)), "{record:?}");
            let body = denied.response.body().clone();
            assert!(!String::from_utf8_lossy(&body).contains("signing key"), "{body:?}");
            answers.push((denied.response.status(), body));
        }
        assert!(answers.iter().all(|answer| *answer == answers[2]), "{answers:?}");
    }
}

#[tokio::test]
async fn an_authorizer_follows_the_files_from_one_check_to_the_next() {
    let now = OffsetDateTime::now_utc();
    let days = days(now);
    let days = days.each_ref().map(String::as_str);
    let files = Files::new(&users_without_secrets(&["AKIDONE", "AKIDTWO"]));
    files.write("day-keys.txt", &text(&["AKIDONE"], &days));
    let keys = ReloadingKeys::load(files.source().with_day_keys(files.path("day-keys.txt"))).unwrap();
    let authorizer = Authorizer::new(api(), keys.clone());

    let (verdict, record) = authorizer.check("test", request("AKIDONE", now)).await;
    assert!(matches!(verdict, Verdict::Allowed(_)), "{record:?}");

    files.write("day-keys.txt", &text(&["AKIDTWO"], &days));
    keys.reload().unwrap();
    let (verdict, record) = authorizer.check("test", request("AKIDTWO", now)).await;
    assert!(matches!(verdict, Verdict::Allowed(_)), "{record:?}");
    let (verdict, _) = authorizer.check("test", request("AKIDONE", now)).await;
    assert!(matches!(verdict, Verdict::Denied(_)), "revoked");
}
