//! Day keys in place of secrets: which requests they verify, and what the status tells.

use super::{Files, SECRET, refused, users, users_without_secrets};
use sig4::scope::Scope;
use sig4::{Credentials, Error, ErrorKind, Signer, Timestamp, Verifier};
use sig4_authorizer::keys::ReloadingKeys;
use sig4_iam::DayKeys;
use time::OffsetDateTime;

fn at(time: &str) -> OffsetDateTime {
    Timestamp::parse(time).unwrap().to_datetime()
}

/// The text of the keys of these access keys and days.
pub(crate) fn text(ids: &[&str], days: &[&str]) -> String {
    let credentials: Vec<_> = ids.iter().map(|id| Credentials::new(*id, SECRET).unwrap()).collect();
    let scope = |day: &&str| Scope::parse(&format!("{day}/us-east-1/execute-api/aws4_request")).unwrap();
    let scopes: Vec<_> = days.iter().map(scope).collect();
    DayKeys::derive(&credentials, &scopes).unwrap().to_text().to_string()
}

struct Scene {
    files: Files,
    keys: ReloadingKeys,
}

impl Scene {
    fn new(ids: &[&str], days: &[&str]) -> Self {
        let files = Files::new(&users_without_secrets(ids));
        files.write("day-keys.txt", &text(ids, days));
        let keys = ReloadingKeys::load(files.source().with_day_keys(files.path("day-keys.txt"))).unwrap();
        Self { files, keys }
    }

    fn hold(&self, ids: &[&str], days: &[&str]) {
        self.files.write("day-keys.txt", &text(ids, days));
        self.keys.reload().unwrap();
    }

    /// Verifies a request that was signed at one time and arrived at another.
    fn verify(&self, id: &str, signed: &str, judged: &str) -> Result<(), Error> {
        let credentials = Credentials::new(id, SECRET).unwrap();
        let mut request = http::Request::get("https://abc.execute-api.us-east-1.amazonaws.com/pets").body("").unwrap();
        Signer::new("us-east-1", "execute-api").unwrap().sign(&mut request, &credentials, at(signed)).unwrap();
        let (parts, body) = request.into_parts();
        let verifier = Verifier::new("us-east-1", "execute-api").unwrap();
        let found = self.keys.find(id);
        let key = found.as_ref().map_or_else(sig4::StoredKey::unknown, |identity| identity.stored_key());
        verifier.claim(&parts).unwrap().verify(key, body, at(judged)).map(drop)
    }

    fn refuses(&self, id: &str, signed: &str, judged: &str) -> Error {
        let error = self.verify(id, signed, judged).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownAccessKey);
        error
    }
}

#[test]
fn keys_of_two_days_overlap_over_midnight_and_rotate_without_a_gap() {
    let scene = Scene::new(&["AKIDONE"], &["20261130", "20261201"]);
    scene.verify("AKIDONE", "20261130T235900Z", "20261130T235901Z").unwrap();
    scene.verify("AKIDONE", "20261130T235959Z", "20261201T000300Z").unwrap();
    scene.verify("AKIDONE", "20261201T000100Z", "20261130T235930Z").unwrap();
    let error = scene.refuses("AKIDONE", "20261202T000001Z", "20261202T000001Z");
    assert!(error.to_string().ends_with("no signing key for 20261202/us-east-1/execute-api/aws4_request"), "{error}");
    scene.hold(&["AKIDONE"], &["20261201", "20261202"]);
    scene.verify("AKIDONE", "20261201T235959Z", "20261202T000001Z").unwrap();
    scene.verify("AKIDONE", "20261202T000001Z", "20261202T000001Z").unwrap();
    scene.refuses("AKIDONE", "20261130T235959Z", "20261201T000001Z");
}

#[test]
fn an_access_key_without_a_day_key_is_refused_and_the_others_go_on() {
    let scene = Scene::new(&["AKIDONE"], &["20261130", "20261201"]);
    scene.files.write("users.json", &users_without_secrets(&["AKIDONE", "AKIDNEW"]));
    scene.keys.reload().unwrap();
    scene.verify("AKIDONE", "20261130T120000Z", "20261130T120000Z").unwrap();
    let error = scene.refuses("AKIDNEW", "20261130T120000Z", "20261130T120000Z");
    assert!(error.to_string().ends_with("the access key id has no signing keys"), "{error}");
    let status = scene.keys.status(at("20261130T120000Z"));
    assert_eq!((status.access_keys, status.without_key_today, status.without_key_tomorrow), (2, 1, 1));
    assert_eq!(status.named, ["AKIDNEW"]);
}

#[test]
fn the_status_tells_a_day_ahead_that_keys_run_out() {
    let scene = Scene::new(&["AKIDONE", "AKIDTWO"], &["20261130", "20261201"]);
    let counts = |time| {
        let status = scene.keys.status(at(time));
        (status.without_key_today, status.without_key_tomorrow)
    };
    assert_eq!(counts("20261130T235959Z"), (0, 0));
    assert_eq!(counts("20261201T000000Z"), (0, 2));
    assert_eq!(counts("20261202T000000Z"), (2, 2));
    let status = scene.keys.status(at("20261201T000000Z"));
    assert_eq!(status.named, ["AKIDONE", "AKIDTWO"]);
    assert_eq!(status.days.iter().map(ToString::to_string).collect::<Vec<_>>(), ["20261130", "20261201"]);
}

#[test]
fn an_access_key_is_revoked_by_either_file() {
    let scene = Scene::new(&["AKIDONE", "AKIDTWO"], &["20261130"]);
    scene.files.write("users.json", &users_without_secrets(&["AKIDTWO"]));
    scene.keys.reload().unwrap();
    scene.refuses("AKIDONE", "20261130T120000Z", "20261130T120000Z");
    assert_eq!(scene.keys.status(at("20261130T120000Z")).unused_day_keys, 1);
    scene.files.write("users.json", &users_without_secrets(&["AKIDONE", "AKIDTWO"]));
    scene.hold(&["AKIDTWO"], &["20261130"]);
    scene.refuses("AKIDONE", "20261130T120000Z", "20261130T120000Z");
    scene.verify("AKIDTWO", "20261130T120000Z", "20261130T120000Z").unwrap();
}

#[test]
fn day_keys_that_are_cut_off_or_missing_leave_the_earlier_keys() {
    let scene = Scene::new(&["AKIDONE", "AKIDTWO"], &["20261130"]);
    let whole = text(&["AKIDONE", "AKIDTWO"], &["20261130", "20261201"]);
    let lines: Vec<_> = whole.split_inclusive('\n').collect();
    for cut in [
        String::new(),
        lines[..2].concat(),
        lines[..4].concat(),
        whole.trim_end().strip_suffix(|_: char| true).unwrap().to_owned(),
    ] {
        scene.files.write("day-keys.txt", &cut);
        let error = scene.keys.reload().unwrap_err().to_string();
        assert!(error.contains("day-keys.txt"), "{error}");
        scene.verify("AKIDTWO", "20261130T120000Z", "20261130T120000Z").unwrap();
    }
    std::fs::remove_file(scene.files.path("day-keys.txt")).unwrap();
    assert!(scene.keys.reload_if_changed().is_err());
    scene.verify("AKIDTWO", "20261130T120000Z", "20261130T120000Z").unwrap();
    scene.hold(&["AKIDONE"], &["20261201"]);
    scene.refuses("AKIDTWO", "20261130T120000Z", "20261130T120000Z");
}

#[test]
fn secrets_may_be_missing_only_where_day_keys_are() {
    let files = Files::new(&users_without_secrets(&["AKIDONE"]));
    assert!(refused(files.source()).ends_with("there is no secret"));
    files.write("users.json", &users(&["AKIDONE"]));
    let keys = files.load();
    let status = keys.status(at("20261130T120000Z"));
    assert_eq!((status.without_key_today, status.days.len()), (0, 0), "a secret is of all days");
}
