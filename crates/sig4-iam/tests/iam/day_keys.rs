//! Day keys: what is derived, written and read, and how a directory uses them.

use crate::call::ACCOUNT;
use sig4::scope::Scope;
use sig4::{Credentials, StoredKey};
use sig4_iam::{DayKeys, Directory, ErrorKind, Identity, MAX_DAY_KEYS_PER_ID, Principal};

/// The example of AWS's documentation: "Deriving the signing key" of 20150830, `us-east-1`, `iam`.
const AWS_EXAMPLE: &str =
    "AKIDEXAMPLE 20150830/us-east-1/iam/aws4_request c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn scope(day: &str) -> Scope {
    Scope::parse(&format!("{day}/us-east-1/iam/aws4_request")).unwrap()
}

fn credentials(id: &str) -> Credentials {
    Credentials::new(id, SECRET).unwrap()
}

/// The day keys of a text without its line with their number.
fn parse(lines: &str) -> Result<DayKeys, sig4_iam::Error> {
    DayKeys::parse(&format!("keys {}\n{lines}", lines.lines().filter(|line| line.starts_with('A')).count()))
}

fn reason(text: &str) -> String {
    let error = DayKeys::parse(text).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidDayKeys);
    error.to_string()
}

#[test]
fn the_derived_key_is_that_of_the_documentation_of_aws() {
    let derived = DayKeys::derive([&credentials("AKIDEXAMPLE")], &[scope("20150830")]).unwrap();
    assert!(derived.to_text().ends_with(&format!("keys 1\n{AWS_EXAMPLE}\n")), "{}", *derived.to_text());
}

#[test]
fn what_is_written_is_read_and_joined_texts_are_one() {
    let [first, second] = ["AKIDONE", "AKIDTWO"].map(credentials);
    let of = |credentials: &Credentials, days: &[&str]| {
        DayKeys::derive([credentials], &days.iter().map(|day| scope(day)).collect::<Vec<_>>()).unwrap()
    };
    let both = DayKeys::derive([&second, &first], &["20150830", "20150831"].map(scope)).unwrap();
    let read = DayKeys::parse(&both.to_text()).unwrap();
    assert_eq!(*read.to_text(), *both.to_text());
    assert_eq!((read.len(), read.access_key_ids().collect::<Vec<_>>()), (4, vec!["AKIDONE", "AKIDTWO"]));
    assert_eq!(read.days().iter().map(ToString::to_string).collect::<Vec<_>>(), ["20150830", "20150831"]);
    assert_eq!(read.regions_and_services().into_iter().collect::<Vec<_>>(), [("us-east-1", "iam")]);

    let joined = [&first, &second].map(|one| of(one, &["20150830", "20150831"]).to_text().to_string()).concat();
    assert_eq!(*DayKeys::parse(&joined).unwrap().to_text(), *both.to_text());
    let by_day = ["20150830", "20150831"].map(|day| of(&first, &[day]).to_text().to_string()).concat();
    assert_eq!(DayKeys::parse(&by_day.replace('\n', "\r\n")).unwrap().of("AKIDONE").len(), 2);
}

#[test]
fn a_text_that_is_cut_anywhere_is_refused() {
    let scopes: Vec<_> = (10..20).map(|day| scope(&format!("201508{day}"))).collect();
    let text = DayKeys::derive([&credentials("AKIDEXAMPLE")], &scopes).unwrap().to_text();
    let whole = text.trim_end().len();
    for len in 0..whole {
        assert!(DayKeys::parse(text.get(..len).unwrap()).is_err(), "{len} of {whole} bytes");
    }
    DayKeys::parse(text.get(..whole).unwrap()).unwrap();
}

#[test]
fn mistakes_are_told_with_their_line_and_without_its_text() {
    let hex = "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9";
    for (lines, words) in [
        (
            format!("AKID 20150830/us-east-1/iam/aws4_request {}", hex.get(1..).unwrap()),
            "line 2, column 1: a key has 64 hexadecimal digits",
        ),
        (
            format!("AKID 20150830/us-east-1/iam/aws4_request {}", hex.replace('c', "x")),
            "a key has 64 hexadecimal digits",
        ),
        (format!("AKID 20150830/us-east-1/iam {hex}"), "expected a scope such as 20150830/us-east-1/iam/aws4_request"),
        (format!("AKID 20150832/us-east-1/iam/aws4_request {hex}"), "expected a scope"),
        (format!("A/ID 20150830/us-east-1/iam/aws4_request {hex}"), "the access key id is not valid"),
        (format!("A{hex}"), "expected an access key id, a scope and a key"),
        (format!("{AWS_EXAMPLE} {hex}"), "expected an access key id, a scope and a key"),
        (
            format!("{AWS_EXAMPLE}\n{AWS_EXAMPLE}"),
            "line 3, column 1: the scope 20150830/us-east-1/iam/aws4_request stands twice",
        ),
    ] {
        let error = parse(&lines).unwrap_err().to_string();
        assert!(error.starts_with("invalid day keys: ") && error.contains(words), "{error}");
        assert!(!error.contains(hex.get(..8).unwrap()) && !error.contains("xx"), "{error}");
    }
    assert!(reason(AWS_EXAMPLE).ends_with("no line `keys NUMBER` tells how many keys there are: is it cut off?"));
    assert!(reason("").ends_with("is it cut off?"));
    assert!(reason("keys 0\n# nothing").ends_with("there are no keys"));
    assert!(
        reason(&format!("keys 2\n{AWS_EXAMPLE}")).ends_with("it has 1 keys, and says that it has 2: is it cut off?")
    );
    assert!(reason(&format!("keys 0\n{AWS_EXAMPLE}")).contains("it has 1 keys"));
    assert!(reason(&format!("keys many\n{AWS_EXAMPLE}")).ends_with("line 1, column 1: it is not a number of keys"));
}

#[test]
fn a_key_of_all_days_is_no_day_key() {
    let v4a = parse("AKID 20150830/iam/aws4_request c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
    assert_eq!(v4a.unwrap_err().kind(), ErrorKind::InvalidDayKeys);
}

#[test]
fn one_access_key_has_a_limited_number_of_keys() {
    let scopes: Vec<_> = (0..=MAX_DAY_KEYS_PER_ID)
        .map(|n| Scope::parse(&format!("20150830/region-{n}/iam/aws4_request")).unwrap())
        .collect();
    let (all_but_one, all) = (&scopes[1..], &scopes);
    let one = credentials("AKIDEXAMPLE");
    assert_eq!(DayKeys::derive([&one], all_but_one).unwrap().len(), MAX_DAY_KEYS_PER_ID);
    let error = DayKeys::derive([&one], all).unwrap_err();
    assert!(error.to_string().ends_with("an access key id has more than 256 keys"), "{error}");
    assert!(DayKeys::derive([&one, &one], &scopes[..1]).unwrap_err().to_string().contains("stands twice"));
}

const USERS: &str = r#"{"account": "123456789012", "users": {
    "alice": {"access_keys": [{"id": "AKIDEXAMPLE"}]},
    "bob": {"access_keys": [{"id": "AKIDBOB", "secret": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}]},
    "carol": {"access_keys": [{"id": "AKIDCAROL", "active": false}]}},
  "roles": {"deploy": {"sessions": {"ci": {"access_key": {"id": "ASIACI00000000000001", "token": "IQoJb3JpZ2luX2Vj"}}}}}}"#;

fn with_day_keys(day_keys: &DayKeys) -> Directory {
    let no_files = |_: &str| Err(std::io::ErrorKind::NotFound.into());
    Directory::from_json_with_day_keys(USERS, no_files, day_keys).unwrap()
}

#[test]
fn a_directory_takes_day_keys_where_there_is_no_secret() {
    let ids = ["AKIDEXAMPLE", "AKIDBOB", "ASIACI00000000000001", "AKIDGONE"].map(credentials);
    let days = ["20150830", "20150831"].map(scope);
    let directory = with_day_keys(&DayKeys::derive(&ids, &days).unwrap());
    let find = |id: &str| directory.find(id).unwrap();
    assert_eq!((find("AKIDEXAMPLE").signing_keys().len(), find("AKIDEXAMPLE").has_key()), (2, true));
    assert!(
        find("AKIDBOB").credentials().is_some() && find("AKIDBOB").signing_keys().is_empty(),
        "a secret comes first"
    );
    assert!(!find("AKIDCAROL").has_key(), "no key is for it");
    assert_eq!(format!("{:?}", find("AKIDCAROL").stored_key()), r#"StoredKey("inactive")"#);
    let session = find("ASIACI00000000000001");
    assert_eq!((session.session_token(), session.signing_keys().len()), (Some("IQoJb3JpZ2luX2Vj"), 2));
    assert!(directory.find("AKIDGONE").is_none(), "a day key alone is no access key");

    let without = with_day_keys(&DayKeys::default());
    assert!(!without.find("AKIDEXAMPLE").unwrap().has_key() && without.find("AKIDBOB").unwrap().has_key());
    let error = Directory::from_json(USERS).unwrap_err().to_string();
    assert!(error.contains("users.alice.access_keys[0]") && error.ends_with("there is no secret"), "{error}");
}

#[test]
fn nothing_shows_a_key_or_a_token() {
    let day_keys = DayKeys::derive([&credentials("ASIACI00000000000001")], &[scope("20150830")]).unwrap();
    let directory = with_day_keys(&day_keys);
    let shown = format!("{day_keys:?} {directory:?} {:?}", day_keys.of("ASIACI00000000000001"));
    let bytes = day_keys.of("ASIACI00000000000001")[0].to_bytes();
    assert!(
        !shown.contains("IQoJ") && !shown.contains(&format!("{:?}", &bytes[..3]).replace(['[', ']'], "")),
        "{shown}"
    );
    assert!(shown.starts_with("DayKeys { access_keys: 1, keys: 1 }"), "{shown}");
}

#[test]
fn signing_keys_take_the_place_of_a_secret_and_keep_the_token() {
    let session = Principal::role_session(ACCOUNT, "deploy", "ci").unwrap();
    let temporary = credentials("ASIACI00000000000001").with_session_token("IQoJb3JpZ2luX2Vj").unwrap();
    let keys = DayKeys::derive([&temporary], &[scope("20150830")]).unwrap();
    let identity = Identity::new(temporary, session).with_signing_keys(keys.of("ASIACI00000000000001").to_vec());
    assert!(identity.credentials().is_none());
    assert_eq!(
        (identity.access_key_id(), identity.session_token()),
        ("ASIACI00000000000001", Some("IQoJb3JpZ2luX2Vj"))
    );
    assert_eq!(format!("{:?}", identity.stored_key()), r#"StoredKey("signing keys")"#);
    let without_token = identity.clone().with_session_token("").unwrap();
    assert_eq!(format!("{:?}", without_token.stored_key()), format!("{:?}", StoredKey::unknown()));
    assert!(identity.with_session_token("\"quoted\"").is_err());
}

#[test]
fn a_key_takes_less_than_500_bytes_of_memory() {
    let scopes: Vec<_> = (10..20).map(|day| scope(&format!("201508{day}"))).collect();
    let ids: Vec<_> = (0..100).map(|n| credentials(&format!("AKID{n:016}"))).collect();
    let text = DayKeys::derive(&ids, &scopes).unwrap().to_text();
    let mut held = None;
    let bytes = sig4_test_support::allocations::bytes_kept_by(|| held = Some(DayKeys::parse(&text).unwrap()));
    assert_eq!(held.map(|keys| keys.len()), Some(1000));
    assert!((200_000..500_000).contains(&bytes), "{bytes} bytes for 1,000 keys");
}
