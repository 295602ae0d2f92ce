//! The conformance of signers: sig4's own, wrong ones, broken ones, and real clients.
// `clippy.toml` allows these in tests, but Clippy does not count the helpers of an integration test among them.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

use serde_json::Value;
use sig4::Credentials;
use sig4::conformance::{Answer, Case, Kind, Ledger, Outcome, Suite, Verdict};
use sig4::settings::{PathEncoding, SessionTokenPlacement};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const SIG4: &str = env!("CARGO_BIN_EXE_sig4");

/// A file of this test's own, removed in the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, content: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("conformance-{}-{name}", std::process::id()));
        fs::write(&path, content).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        fs::remove_file(&self.0).unwrap();
    }
}

/// `sig4 conformance` with these arguments.
fn run(arguments: &[&str]) -> Output {
    Command::new(SIG4).arg("conformance").args(arguments).stdin(Stdio::null()).output().unwrap()
}

/// The verdicts of a run with `--json`, and its exit status.
fn verdicts(arguments: &[&str]) -> (Value, Option<i32>) {
    let output = run(&[&["--json"], arguments].concat());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {said}")), output.status.code())
}

fn case<'a>(verdicts: &'a Value, id: &str) -> &'a Value {
    let mut cases = verdicts["cases"].as_array().unwrap().iter();
    cases.find(|case| case["id"] == id).unwrap_or_else(|| panic!("{id} is not there"))
}

/// sig4's signer, changed by `change`.
fn sign_with(case: &Case, change: impl Fn(sig4::Signer) -> sig4::Signer) -> Answer {
    let (view, payload, now) = (case.view(), case.payload(), case.timestamp().to_datetime());
    let signer = change(case.signer());
    if let Some(expires) = case.expires() {
        return Answer::url(signer.presign_view(&view, &payload, case.credentials(), expires, now).unwrap().url());
    }
    Answer::headers(signer.sign_view(&view, &payload, case.credentials(), now).unwrap().headers())
}

fn outcome(suite: &Suite, change: impl Fn(sig4::Signer) -> sig4::Signer) -> Outcome {
    suite.run(&mut |case: &Case| sign_with(case, &change), &Ledger::empty())
}

fn judged<'a>(outcome: &'a Outcome, id: &str) -> &'a Verdict {
    outcome.judged().iter().find(|judged| judged.id() == id).unwrap().verdict()
}

#[test]
fn sig4_conforms_as_a_library() {
    let outcome = outcome(&Suite::all(), |signer| signer);
    assert!(outcome.is_as_expected(), "{outcome:#}");
    assert_eq!((outcome.count("pass"), outcome.count("skipped")), (1046, 0));
    let other: Vec<_> =
        outcome.judged().iter().filter(|j| matches!(j.verdict(), Verdict::Pass(p) if !p.is_same())).collect();
    // Three cases sign a tracing header.
    let ids: Vec<_> = other.iter().map(|judged| judged.id()).collect();
    assert_eq!(ids, ["h00478", "h01348", "h03298"]);
    let Verdict::Pass(pass) = judged(&outcome, "h00478") else { panic!("{outcome}") };
    assert_eq!(pass.notes().collect::<Vec<_>>(), ["leaves out baggage"]);
}

#[test]
fn sig4_conforms_as_a_program() {
    let (verdicts, status) = verdicts(&["--", SIG4, "sign", "--jsonl"]);
    assert_eq!(status, Some(0), "{verdicts}");
    assert_eq!(verdicts["counts"]["pass"], 1046);
    assert_eq!(verdicts["as_expected"], true);
}

#[test]
fn a_run_can_be_narrowed() {
    let narrowed = |arguments: &[&str]| {
        let (verdicts, status) = verdicts(&[arguments, &["--", SIG4, "sign", "--jsonl"]].concat());
        assert_eq!(status, Some(0), "{verdicts}");
        verdicts["cases"].as_array().unwrap().len()
    };
    let suite = |keep: &dyn Fn(&Case) -> bool| Suite::all().filtered(keep).cases().len();
    assert_eq!(narrowed(&["--kind", "query"]), suite(&|case| case.kind() == Kind::Query));
    assert_eq!(narrowed(&["--filter", "classic/"]), 34);
    assert_eq!(narrowed(&["--filter", "path:dslash"]), suite(&|case| case.tags().any(|tag| tag == "path:dslash")));
    assert_eq!(run(&["--filter", "no such case", "--", SIG4]).status.code(), Some(2));
}

#[test]
fn what_cannot_be_run_is_a_matter_of_usage() {
    let bad_ledger = Scratch::new("bad.ledger", "h00011\n");
    for arguments in [
        &[][..],
        &["--listen"],
        &["--kind", "both", "--", SIG4],
        &["--timeout", "0", "--", SIG4],
        &["--", "/nonexistent/signer"],
        &["--ledger", "/nonexistent/ledger", "--", SIG4],
        &["--ledger", bad_ledger.path(), "--", SIG4],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {output:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{output:?}");
    }
}

#[test]
fn known_failures_are_expected_and_must_go_on_failing() {
    let mut forgetful = |case: &Case| match case.session_token_is_there() {
        true => Answer::failed("no tokens"),
        false => sign_with(case, |signer| signer),
    };
    let ledger = |text: &str| Ledger::parse(text).unwrap();
    let known = "tag:token | knows no tokens\nclassic/post-sts* | knows no tokens\nclassic/get-vanilla-with* | nor here\nv4/* cause:no-signature | nor there\n";
    let outcome = Suite::all().run(&mut forgetful, &ledger(known));
    assert!(outcome.is_as_expected(), "{outcome}");
    assert!(outcome.count("known") > 300, "{outcome}");
    let mut sign = |case: &Case| sign_with(case, |signer| signer);
    let outcome = Suite::all().run(&mut sign, &ledger("h00011 | is wrong\n"));
    assert!(!outcome.is_as_expected());
    assert_eq!(judged(&outcome, "h00011"), &Verdict::UnexpectedPass("is wrong".to_owned()));
    let outcome = Suite::all().run(&mut sign, &ledger("tag:token | knows no tokens\n"));
    assert!(!outcome.is_as_expected(), "a stale entry");
    assert_eq!(outcome.stale().collect::<Vec<_>>(), ["tag:token | knows no tokens"]);
    let outcome = Suite::all().of_kind(Kind::Query).run(&mut sign, &ledger("kind:v4-header | none\n"));
    assert!(outcome.is_as_expected(), "an entry cannot be stale in a part of the suite");
}

trait Tokens {
    fn session_token_is_there(&self) -> bool;
}

impl Tokens for Case {
    fn session_token_is_there(&self) -> bool {
        self.credentials().session_token().is_some()
    }
}

#[test]
fn a_bare_signature_is_compared_and_a_misreported_canonical_request_noted() {
    let mut bare = |case: &Case| Answer::signature(case.expected().signature());
    assert_eq!(Suite::all().run(&mut bare, &Ledger::empty()).count("pass"), 1046);
    let mut misreporting = |case: &Case| sign_with(case, |signer| signer).with_canonical_request("GET\n");
    let outcome = Suite::all().run(&mut misreporting, &Ledger::empty());
    assert!(outcome.is_as_expected(), "{outcome}");
    let Verdict::Pass(pass) = judged(&outcome, "v4/get-vanilla/header") else { panic!("{outcome}") };
    assert_eq!(pass.notes().collect::<Vec<_>>(), ["reports another canonical request than it signs"]);
}

#[test]
fn another_time_is_judged_as_a_service_would() {
    let mut own_clock = |case: &Case| {
        let Some(mut request) = case.http_request() else { return Answer::unsupported("not for the http crate") };
        let now = time::OffsetDateTime::from_unix_timestamp(1_700_000_000).unwrap();
        request.headers_mut().remove("authorization");
        match case.signer().sign(&mut request, case.credentials(), now) {
            Ok(_) => Answer::request(&request).at(now + time::Duration::seconds(60)),
            Err(error) => Answer::failed(error.to_string()),
        }
    };
    let outcome = Suite::all().filtered(|case| case.id().starts_with("classic/")).run(&mut own_clock, &Ledger::empty());
    assert!(outcome.is_as_expected(), "{outcome}");
    assert!(outcome.count("pass") >= 29, "{outcome}");
}

/// A signer written in shell: `$line` holds the request, and `$n` its number, from 1.
fn shell(body: &str) -> String {
    format!("n=0; while read -r line; do n=$((n + 1)); id=${{line#*\\\"id\\\":\\\"}}; id=${{id%%\\\"*}}; {body}; done")
}

/// The first cases' outcomes for a signer in shell.
fn shell_verdicts(body: &str, more: &[&str]) -> (Value, Option<i32>) {
    verdicts(&[more, &["--filter", "classic/get-vanilla", "--timeout", "1", "--", "sh", "-c", &shell(body)]].concat())
}

#[test]
fn a_signer_that_ends_is_started_again_and_given_up_in_the_end() {
    let (verdicts, status) = shell_verdicts("echo 'it broke' >&2; exit 3", &["--filter", "h000"]);
    assert_eq!(status, Some(1));
    let difference = case(&verdicts, "classic/get-vanilla")["difference"].as_str().unwrap();
    assert_eq!(difference, "the signer ended (exit status: 3): it broke");
    assert_eq!(verdicts["causes"]["no-signature"], verdicts["counts"]["fail"]);
    let last = verdicts["cases"].as_array().unwrap().last().unwrap();
    assert_eq!(last["difference"], "given up after 10 restarts");
}

#[test]
fn a_signer_that_hangs_costs_its_time_and_no_more() {
    let begin = Instant::now();
    let (verdicts, status) = shell_verdicts(
        "[ $n = 1 ] || sleep 60; echo \"{\\\"id\\\":\\\"$id\\\",\\\"unsupported\\\":\\\"all\\\"}\"",
        &["--filter", "classic/post-vanilla-query"],
    );
    assert_eq!(status, Some(1));
    assert!(begin.elapsed() < Duration::from_secs(30), "{:?}", begin.elapsed());
    let cases = verdicts["cases"].as_array().unwrap();
    assert_eq!((&cases[0]["verdict"], &cases[0]["reason"]), (&"skipped".into(), &"all".into()));
    assert_eq!((&cases[1]["verdict"], &cases[1]["difference"]), (&"fail".into(), &"no answer within 1 s".into()));
    assert_eq!(cases[2]["verdict"], "skipped", "the next one is asked of a new process");
}

#[test]
fn an_answer_that_is_none_or_to_another_request_is_named() {
    for (body, difference) in [
        ("echo garbage", "the answer is not a JSON object: `garbage`"),
        ("echo '[1]'", "the answer is not a JSON object: `[1]`"),
        ("echo '{}'", "the answer has no `id`"),
        ("echo '{\"id\":\"h00000\"}'", "the answer is to `h00000`, which was not asked"),
        ("echo \"{\\\"id\\\":\\\"$id\\\"}\"", "the answer holds no signature"),
        ("echo \"{\\\"id\\\":\\\"$id\\\",\\\"error\\\":\\\"no key\\\"}\"", "no key"),
        ("exec 1>&-; sleep 5", "the signer ended (it closed its output)"),
    ] {
        let (verdicts, status) = shell_verdicts(body, &[]);
        assert_eq!(status, Some(1));
        assert_eq!(case(&verdicts, "classic/get-vanilla")["difference"], difference, "{body}");
    }
}

#[test]
fn the_verdicts_are_one_line_of_json_for_every_reader() {
    let error = r#"{\"id\":\"$id\",\"error\":\"a\\u2028\\u2029\\u0085\\u009b\\u202e\"}"#;
    let body = format!("printf '%s\\n' \"{error}\"");
    let shell = shell(&body);
    let output = run(&["--json", "--filter", "classic/get-vanilla", "--", "sh", "-c", &shell]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains(r"a\u2028\u2029\u0085\u009b\u202e"), "{text}");
    let hidden = ['\r', '\u{85}', '\u{9b}', '\u{2028}', '\u{2029}', '\u{202e}'];
    assert!(text.lines().count() == 1 && !text.contains(hidden), "{text}");
}

#[test]
fn junit_and_table_say_the_same() {
    let report = Scratch::new("junit.xml", "");
    let ledger = Scratch::new("junit.ledger", "h00011 | <is> \"wrong\" & known\nclassic/* | refuses\n");
    let body = "case $id in classic*) echo \"{\\\"id\\\":\\\"$id\\\",\\\"error\\\":\\\"no\\\"}\";; \
                *) echo \"{\\\"id\\\":\\\"$id\\\",\\\"error\\\":\\\"<&>\\\"}\";; esac";
    let arguments = ["--filter", "classic/", "--filter", "h0001", "--ledger", ledger.path(), "--junit", report.path()];
    let output = run(&[&arguments[..], &["--", "sh", "-c", &shell(body)]].concat());
    assert_eq!(output.status.code(), Some(1));
    let table = String::from_utf8(output.stdout).unwrap();
    let all = table.lines().find(|line| line.starts_with("all ")).unwrap();
    let numbers: Vec<usize> = all.split_whitespace().skip(1).map(|n| n.parse().unwrap()).collect();
    let [tests, 0, 0, failures, known, 0, 0] = numbers[..] else { panic!("{table}") };
    let xml = fs::read_to_string(&report.0).unwrap();
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{known}\"");
    assert!(xml.contains(&counts), "{counts}\n{xml}");
    assert_eq!(xml.matches("<testcase ").count(), tests);
    assert_eq!((xml.matches("<failure ").count(), xml.matches("<skipped ").count()), (failures, known));
    assert!(xml.contains("&lt;is&gt; &quot;wrong&quot; &amp; known (no-signature: &lt;&amp;&gt;)"), "{xml}");
    well_formed(&xml);
}

/// Every element is closed, in order, and no text holds what has to be escaped.
fn well_formed(xml: &str) {
    let mut open = Vec::new();
    for piece in xml.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').expect(piece);
        assert!(text.trim().is_empty(), "{text}");
        let name = tag.split([' ', '/']).find(|part| !part.is_empty()).unwrap();
        match () {
            () if tag.starts_with('?') => {}
            () if tag.starts_with('/') => assert_eq!(open.pop(), Some(name)),
            () if tag.ends_with('/') => assert_eq!(tag.matches('"').count() % 2, 0, "{tag}"),
            () => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn a_wrong_signer_gets_its_mistake_named() {
    let suite = Suite::all().filtered(|case| case.id().starts_with("h00") && case.has_service_settings());
    let outcome = outcome(&suite, |signer| {
        signer.with_path_encoding(PathEncoding::Verbatim).with_session_token_placement(SessionTokenPlacement::Signed)
    });
    assert!(!outcome.is_as_expected());
    let failure = judged(&outcome, "h00011").failure().unwrap();
    assert_eq!(failure.causes().next(), Some("path-encoded-once"), "{failure}");
    // A service that refuses the path whatever the signature gives nothing to explain.
    let (failed, unexplained) = (outcome.count("fail"), outcome.causes().get("unexplained").copied().unwrap_or(0));
    assert!(failed > 40 && unexplained < failed / 10, "{outcome:#}");
    assert_eq!(outcome.causes()["path-encoded-once"], failed - unexplained, "{outcome:#}");
}

#[test]
fn a_signer_that_forgets_its_token_is_told_so() {
    let suite = Suite::all().filtered(|case| case.id() == "v4/get-vanilla-with-session-token/header");
    let mut forgetful = |case: &Case| {
        let credentials = Credentials::new(case.credentials().access_key_id(), case.secret_access_key()).unwrap();
        let now = case.timestamp().to_datetime();
        Answer::headers(case.signer().sign_view(&case.view(), &case.payload(), &credentials, now).unwrap().headers())
    };
    let outcome = suite.run(&mut forgetful, &Ledger::empty());
    assert_eq!(outcome.causes().into_keys().collect::<Vec<_>>(), ["token-missing"], "{outcome}");
}
