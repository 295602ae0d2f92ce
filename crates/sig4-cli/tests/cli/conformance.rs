//! The conformance of signers: sig4's own, wrong ones, broken ones, and real clients.

use serde_json::Value;
use sig4_conformance::{CaseKind, SigningCase, Suite};
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

#[test]
fn sig4_conforms_as_a_program() {
    let (verdicts, status) = verdicts(&["--", SIG4, "sign", "--jsonl"]);
    assert_eq!(status, Some(0), "{verdicts}");
    assert_eq!(verdicts["counts"]["pass"], 1147);
    assert_eq!(verdicts["as_expected"], true);
}

/// Signs as sig4 does, and then changes each answer with a script of sed.
fn broken(script: &str) -> String {
    format!("'{SIG4}' sign --jsonl | sed -u -E '{script}'")
}

#[test]
fn a_program_that_signs_one_kind_wrong_fails_its_cases_alone() {
    for (kind, script, cause) in [
        ("v4-header", r#"/"url"|"public_key"/! s/(, Signature=)[0-9a-f]{8}/\1ffffffff/g"#, None),
        ("v4-query", r#"/"public_key"/! s/(X-Amz-Signature=)[0-9a-f]{8}/\1ffffffff/"#, None),
        ("v4-chunked", r#"s/("chunk_signatures":\["[^]]*)[0-9a-f]{64}/\1wrong/"#, Some("chunk-signature")),
        ("v4-event-stream", r#"s/("signatures":\["[^]]*)[0-9a-f]{64}/\1wrong/"#, Some("event-signature")),
        ("v4a", r#"/"public_key"/ s/(Signature=30[0-9a-f]{20})[0-9a-f]{8}/\1ffffffff/g"#, Some("v4a-signature")),
        ("v4a", r#"s/("y":")[0-9a-f]{8}/\1ffffffff/"#, Some("public-key")),
    ] {
        let script = broken(script);
        let all = ["--filter", "a00", "--filter", "c00", "--filter", "e00", "--filter", "h0001", "--filter", "q000"];
        let (verdicts, status) = verdicts(&[&all[..], &["--", "sh", "-c", &script]].concat());
        assert_eq!(status, Some(1), "{kind}: {verdicts}");
        let cases = verdicts["cases"].as_array().unwrap();
        assert!(cases.iter().any(|case| case["kind"] == kind), "{kind}: {verdicts}");
        for case in cases {
            let is_wrong = case["kind"] == kind;
            assert_eq!(case["verdict"] == "fail", is_wrong, "{case}");
            if let Some(cause) = cause.filter(|_| is_wrong) {
                assert_eq!(case["causes"], serde_json::json!([cause]), "{case}");
            }
        }
    }
}

#[test]
fn a_missing_part_of_an_answer_is_named() {
    for (kind, id, script, said) in [
        ("v4-chunked", "c0006", "s/seed_signature/seed/", "the answer has no `seed_signature`"),
        ("v4-chunked", "c0006", "s/chunk_signatures/chunks/", "the answer has no `chunk_signatures`, a list of texts"),
        (
            "chunked",
            "c0006",
            r#"s/(chunk_signatures":\[)"[^"]*"/\11/"#,
            "the answer has no `chunk_signatures`, a list of texts",
        ),
        ("chunked", "c0006", r#"s/("trailer_signature":)null/\17/"#, "`trailer_signature` is neither a text nor null"),
        ("v4-event-stream", "e0096", "s/signatures/signed/", "the answer has no `signatures`, a list of texts"),
    ] {
        let script = broken(script);
        let (verdicts, status) = verdicts(&["--kind", kind, "--filter", id, "--", "sh", "-c", &script]);
        assert_eq!(status, Some(1), "{verdicts}");
        assert_eq!(case(&verdicts, id)["difference"], said, "{verdicts}");
    }
}

#[test]
fn a_run_can_be_narrowed() {
    let narrowed = |arguments: &[&str]| {
        let (verdicts, status) = verdicts(&[arguments, &["--", SIG4, "sign", "--jsonl"]].concat());
        assert_eq!(status, Some(0), "{verdicts}");
        verdicts["cases"].as_array().unwrap().len()
    };
    let suite = |keep: &dyn Fn(&SigningCase) -> bool| Suite::all().filtered(keep).cases().len();
    assert_eq!(narrowed(&["--kind", "query"]), suite(&|case| case.kind() == CaseKind::Query));
    assert_eq!(
        [narrowed(&["--kind", "chunked"]), narrowed(&["--kind", "events"]), narrowed(&["--kind", "v4a"])],
        [35, 18, 48]
    );
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
    for (name, count) in [("tests", tests), ("failures", failures), ("errors", 0), ("skipped", known)] {
        assert_eq!(xml.matches(&format!(" {name}=\"{count}\"")).count(), 2, "{name}: {xml}");
    }
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
