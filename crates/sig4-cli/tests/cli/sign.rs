//! `sig4 sign`, and what its options have in common with the other commands'.

use sig4::{Credentials, Payload, Signer, Timestamp};
use sig4_test_support::need::Need;
use sig4_test_support::wire_request::WireRequest;
use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const AT: &str = "20150830T123600Z";
const LIST_USERS: &str = "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08";
const LIST_USERS_SIGNATURE: &str = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// `sig4 sign` with nothing in its environment.
fn bare() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sig4"));
    command.arg("sign").env_clear().env("HOME", "/nonexistent").stdin(Stdio::null());
    command
}

/// `sig4 sign` with the example's credentials and time.
fn example() -> Command {
    let mut command = bare();
    command.env("AWS_ACCESS_KEY_ID", ID).env("AWS_SECRET_ACCESS_KEY", SECRET).args(["--at", AT]);
    command
}

fn list_users() -> Command {
    let mut command = example();
    command.args(["GET", LIST_USERS, "-H", "content-type: application/x-www-form-urlencoded; charset=utf-8"]);
    command
}

/// Runs the command; nothing that it ever prints holds the secret key.
fn output(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    let all = [output.stdout.as_slice(), &output.stderr].concat();
    assert!(!String::from_utf8_lossy(&all).contains("wJalrXUtnFEMI"), "{output:?}");
    output
}

/// What a command that succeeds prints.
fn printed(command: &mut Command) -> String {
    let output = output(command);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The line that a command which fails says, and at most seven indented lines about the places where it looked.
fn refused(command: &mut Command) -> String {
    let output = output(command);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("sig4: ") && said.ends_with('\n') && said.lines().count() <= 8, "{said}");
    assert!(said.lines().skip(1).all(|line| line.starts_with("  ")), "{said}");
    said
}

fn signature(printed: &str) -> &str {
    let (_, rest) = printed.split_once("Signature=").unwrap();
    &rest[..64]
}

/// A directory of this test's own, removed at its end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(test: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{test}-{}", std::process::id()));
        fs::create_dir_all(path.join(".aws")).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _left = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_documented_example_is_signed() {
    let expected = format!(
        "content-type: application/x-www-form-urlencoded; charset=utf-8\nx-amz-date: {AT}\nauthorization: \
         AWS4-HMAC-SHA256 Credential={ID}/20150830/us-east-1/iam/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date, Signature={LIST_USERS_SIGNATURE}\n"
    );
    assert_eq!(printed(&mut list_users()), expected);
}

#[test]
fn the_documented_s3_url_is_presigned() {
    let mut command = bare();
    command.env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE");
    command.env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    command.args(["--at", "20130524T000000Z", "--presign", "86400"]);
    let url = printed(command.args(["GET", "https://examplebucket.s3.amazonaws.com/test.txt"]));
    assert!(url.starts_with("https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm="), "{url}");
    assert_eq!(signature(&url), "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    assert_eq!(url.lines().count(), 1);
}

#[test]
fn headers_that_a_url_needs_are_named_beside_it() {
    let mut command = example();
    command.args(["GET", LIST_USERS, "--presign", "60", "-H", "X-A: b"]);
    let output = output(&mut command);
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 1);
    assert!(String::from_utf8(output.stderr).unwrap().contains("host;x-a"));
}

#[test]
fn an_expiry_outside_seven_days_is_a_usage_error() {
    for seconds in ["0", "604801", "x", "-1"] {
        let output = output(example().args(["GET", LIST_USERS, &format!("--presign={seconds}")]));
        assert_eq!(output.status.code(), Some(2), "{seconds}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("invalid expiry"));
    }
}

#[test]
fn usage_errors_exit_with_two() {
    let wrong: [&[&str]; 7] = [
        &["GET"],
        &[],
        &["GET", LIST_USERS, "-H", "no colon"],
        &["GET", LIST_USERS, "--at=now"],
        &["GET", LIST_USERS, "--jsonl"],
        &["GET", LIST_USERS, "--show=key"],
        &["GET", LIST_USERS, "--presign=60", "--format=curl"],
    ];
    for args in wrong {
        assert_eq!(output(bare().args(args)).status.code(), Some(2), "{args:?}");
    }
}

#[test]
fn a_url_that_clients_would_spell_in_their_own_ways_is_refused() {
    for (url, what) in
        [("https://sqs.us-east-1.amazonaws.com/é", "`é`"), ("https://sqs.us-east-1.amazonaws.com/?a=b c", "` `")]
    {
        assert!(
            refused(example().args(["GET", url])).contains(&format!("the URL holds {what}: write it percent-encoded"))
        );
    }
}

#[test]
fn every_stage_is_shown() {
    let canonical = printed(list_users().args(["--show", "canonical"]));
    let expected = format!(
        "GET\n/\nAction=ListUsers&Version=2010-05-08\n\
         content-type:application/x-www-form-urlencoded; charset=utf-8\nhost:iam.amazonaws.com\n\
         x-amz-date:{AT}\n\ncontent-type;host;x-amz-date\n{EMPTY_SHA256}\n"
    );
    assert_eq!(canonical, expected);
    let string_to_sign = printed(list_users().args(["--show", "string-to-sign"]));
    let expected = format!(
        "AWS4-HMAC-SHA256\n{AT}\n20150830/us-east-1/iam/aws4_request\n\
         f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59\n"
    );
    assert_eq!(string_to_sign, expected);
    let all = printed(list_users().args(["--show", "all"]));
    let headers = printed(&mut list_users());
    let expected = format!(
        "--- canonical request ---\n{canonical}--- string to sign ---\n{string_to_sign}--- signature ---\n\
         {LIST_USERS_SIGNATURE}\n--- headers ---\n{headers}"
    );
    assert_eq!(all, expected);
}

#[test]
fn the_stages_of_a_url_end_with_the_url() {
    let args = ["GET", LIST_USERS, "--presign", "60"];
    let url = printed(example().args(args));
    let all = printed(example().args(args).args(["--show", "all"]));
    assert!(all.ends_with(&format!("--- signature ---\n{}\n--- url ---\n{url}", signature(&url))), "{all}");
}

#[test]
fn a_body_is_the_same_from_text_file_and_standard_input() {
    let scratch = Scratch::new("body");
    let file = scratch.write("body", "a=b\n@");
    let base = || {
        let mut command = example();
        command.args(["POST", "https://iam.amazonaws.com/"]);
        command
    };
    let text = printed(base().args(["--data", "a=b\n@"]));
    assert_ne!(signature(&text), signature(&printed(&mut base())));
    assert_eq!(printed(base().args(["--data-binary", &format!("@{}", file.display())])), text);
    for stdin in ["-", "@-"] {
        let input = fs::File::open(&file).unwrap();
        assert_eq!(printed(base().args(["--data-binary", stdin]).stdin(input)), text);
    }
    let said = refused(base().args(["--data", "@/nonexistent/body"]));
    assert!(said.contains("/nonexistent/body"), "{said}");
}

#[test]
fn an_unsigned_payload_is_said_to_be_one() {
    let headers = printed(list_users().args(["--unsigned-payload", "--data", "any"]));
    assert!(headers.contains("\nx-amz-content-sha256: UNSIGNED-PAYLOAD\n"), "{headers}");
}

#[test]
fn given_headers_come_first_and_none_twice() {
    let mut command = example();
    command.env("AWS_SESSION_TOKEN", "tick").args(["PUT", "https://b.s3.amazonaws.com/k"]);
    command.args(["-H", "X-B: 2", "-H", "x-a;", "-H", "X-A;", "-H", "X-AMZ-DATE: then", "-H", "X-B: 1"]);
    let headers = printed(&mut command);
    let expected = format!(
        "X-B: 2\nx-a;\nX-A;\nX-B: 1\nx-amz-date: {AT}\nx-amz-content-sha256: {EMPTY_SHA256}\n\
         x-amz-security-token: tick\nauthorization: AWS4-HMAC-SHA256 "
    );
    assert!(headers.starts_with(&expected), "{headers}");
    assert!(headers.contains("SignedHeaders=host;x-a;x-amz-content-sha256;x-amz-date;x-amz-security-token;x-b,"));
}

#[test]
fn a_rewritten_path_is_told() {
    let mut command = example();
    let output = output(command.args(["GET", "https://b.s3.amazonaws.com/a+b?c#d"]));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.ends_with(" https://b.s3.amazonaws.com/a%2Bb?c\n"), "{said}");
}

#[test]
fn missing_credentials_are_refused() {
    let said = refused(bare().args(["GET", LIST_USERS]));
    assert!(said.contains("AWS_ACCESS_KEY_ID is not set") && said.contains("`default`"), "{said}");
    let half = refused(bare().args(["GET", LIST_USERS]).env("AWS_ACCESS_KEY_ID", ID));
    assert!(half.contains("AWS_SECRET_ACCESS_KEY is not"), "{half}");
    let half =
        bare().args(["GET", LIST_USERS]).env("AWS_SECRET_ACCESS_KEY", SECRET).env("AWS_ACCESS_KEY_ID", "").output();
    assert!(String::from_utf8(half.unwrap().stderr).unwrap().contains("AWS_ACCESS_KEY_ID is not"));
}

#[test]
fn a_place_that_is_not_told_is_refused() {
    let said = refused(example().args(["GET", "http://h.example:8080/"]));
    assert_eq!(said, "sig4: the host `h.example:8080` is not an AWS endpoint: give --service\n");
    let said = refused(example().args(["GET", "http://h.example:8080/", "--service", "s3"]));
    assert!(said.contains("`h.example:8080` is not an AWS endpoint: give --region"), "{said}");
    let said = refused(example().args(["GET", "https://b.s3-accelerate.amazonaws.com/"]));
    assert!(said.contains("is an AWS endpoint, but its name does not say the region: give --region"), "{said}");
    for host in ["a.b.c.us-east-1.amazonaws.com", "brand-new.us-east-1.amazonaws.com"] {
        let said = refused(example().args(["GET", &format!("https://{host}/")]));
        let expected = format!(
            "sig4: the host `{host}` is an AWS endpoint, but its name does not say the service: give --service\n"
        );
        assert_eq!(said, expected);
    }
    let said = refused(example().args(["GET", "https://a1-ats.iot.us-east-1.amazonaws.com/"]));
    assert!(said.ends_with("does not say the service (iotdata or iotdevicegateway): give --service\n"), "{said}");
    for host in ["execute-api.us-east-1.amazonaws.com.evil.example", "sts.amazonaws.com."] {
        let said = refused(example().args(["GET", &format!("https://{host}/")]));
        assert_eq!(said, format!("sig4: the host `{host}` is not an AWS endpoint: give --service\n"));
    }
}

#[test]
fn the_region_is_the_options_then_the_hosts_then_the_environments() {
    let scope = |command: &mut Command| {
        let headers = printed(command);
        headers.split_once("20150830/").unwrap().1.split_once("/aws4_request").unwrap().0.to_owned()
    };
    let local = || {
        let mut command = example();
        command.args(["GET", "http://localhost/", "--service", "x"]).env("AWS_DEFAULT_REGION", "r-default");
        command
    };
    assert_eq!(scope(&mut local()), "r-default/x");
    assert_eq!(scope(local().env("AWS_REGION", "")), "r-default/x");
    assert_eq!(scope(local().env("AWS_REGION", "r-env")), "r-env/x");
    assert_eq!(scope(local().env("AWS_REGION", "r-env").args(["--region", "r-option"])), "r-option/x");
    assert_eq!(scope(local().args(["-H", "Host: sqs.eu-west-1.amazonaws.com"])), "eu-west-1/x");
    assert_eq!(scope(list_users().env("AWS_REGION", "r-env")), "us-east-1/iam");
    assert_eq!(scope(list_users().args(["--region", "a", "--service", "b"])), "a/b");
}

#[test]
fn credentials_and_region_come_from_a_profile() {
    let scratch = Scratch::new("profile");
    scratch.write(
        ".aws/credentials",
        format!("# keys\n[default]\naws_access_key_id = {ID}\naws_secret_access_key={SECRET} # secret\n[both]\naws_access_key_id = A\naws_secret_access_key = {SECRET}\naws_session_token = tick==\n"),
    );
    scratch.write(
        ".aws/config",
        format!("[default]\nregion = r-default\n[profile both]\naws_access_key_id = B\naws_secret_access_key = {SECRET}\nregion=r-both\n[profile config]\naws_access_key_id = C\naws_secret_access_key = {SECRET}\ns3 =\n  region = nested\n[bare]\naws_access_key_id = D\naws_secret_access_key = {SECRET}\n[profile sso]\nsso_session = s\n[profile role]\nrole_arn = r\nsource_profile = default\n[profile rolekeys]\nrole_arn = r\naws_access_key_id = B\naws_secret_access_key = {SECRET}\n[profile half]\naws_access_key_id = H\n[profile empty]\nregion = x\n"),
    );
    let home = || {
        let mut command = bare();
        command.env("HOME", &scratch.0).args(["--at", AT, "GET", "http://localhost/", "--service", "x"]);
        command
    };
    let credential = |command: &mut Command| {
        let headers = printed(command);
        let scope = headers.split_once("Credential=").unwrap().1.split_once("/x/").unwrap().0;
        (scope.replace("/20150830/", " "), headers.contains("x-amz-security-token: tick==\n"))
    };
    assert_eq!(credential(&mut home()), (format!("{ID} r-default"), false));
    assert_eq!(credential(home().args(["--profile", "both"])), ("A r-both".to_owned(), true));
    assert_eq!(credential(home().env("AWS_PROFILE", "both")), ("A r-both".to_owned(), true));
    let config = &["--profile", "config", "--region", "r"];
    assert_eq!(credential(home().args(config)), ("C r".to_owned(), false));
    let environment = [("AWS_ACCESS_KEY_ID", "E"), ("AWS_SECRET_ACCESS_KEY", SECRET)];
    assert_eq!(credential(home().envs(environment).env("AWS_PROFILE", "both")), ("E r-both".to_owned(), false));
    assert_eq!(credential(home().envs(environment).args(["--profile", "both"])), ("A r-both".to_owned(), true));
    for (profile, said) in [
        ("bare", "has the profile `bare`"),
        ("sso", "`sso_session`, and only static keys are read"),
        ("role", "`role_arn`, and only static keys are read"),
        ("rolekeys", "`role_arn`, and only static keys are read"),
        ("half", "has aws_access_key_id, but not aws_secret_access_key"),
        ("empty", "has neither"),
    ] {
        let refusal = refused(home().args(["--profile", profile, "--region", "r"]));
        assert!(refusal.contains(said), "{refusal}");
    }
}

#[test]
fn the_environment_names_the_shared_files() {
    let scratch = Scratch::new("files");
    let credentials = scratch.write("keys", format!("[p]\naws_access_key_id={ID}\naws_secret_access_key={SECRET}\n"));
    scratch.write("conf", "[profile p]\nregion = us-east-1\n");
    let mut command = list_users();
    command.env_clear().env("HOME", &scratch.0).env("AWS_SHARED_CREDENTIALS_FILE", credentials);
    command.env("AWS_CONFIG_FILE", "~/conf").env("AWS_PROFILE", "p");
    assert_eq!(signature(&printed(&mut command)), LIST_USERS_SIGNATURE);
    scratch.write("conf", "[profile p\n");
    let said = refused(&mut command);
    assert!(said.contains("conf: line 1"), "{said}");
}

/// The `authorization` of a request that arrived, signed anew.
fn signed_anew(arrived: &WireRequest, service: &str) -> String {
    let signed = arrived.header("authorization").unwrap();
    let signed = signed.split_once("SignedHeaders=").unwrap().1.split_once(',').unwrap().0;
    let signer = Signer::new("us-east-1", service).unwrap().with_only_signed_headers(signed.split(';'));
    let (credentials, now) = (Credentials::new(ID, SECRET).unwrap(), Timestamp::parse(AT).unwrap().to_datetime());
    let signed = signer.sign_view(&arrived.view(), &Payload::Bytes(&arrived.body), &credentials, now).unwrap();
    assert_eq!(signed.target(), None, "a server would compute another path");
    signed.headers().last().unwrap().1
}

fn curl_is_missing() -> bool {
    !Need::Curl.runs("no signed request was sent")
}

/// Waits for one connection, for no longer than curl may take.
fn accept(listener: &TcpListener) -> TcpStream {
    listener.set_nonblocking(true).unwrap();
    let start = Instant::now();
    loop {
        match listener.accept() {
            Ok((stream, _)) => {
                stream.set_nonblocking(false).unwrap();
                return stream;
            }
            Err(_) if start.elapsed() < Duration::from_secs(20) => thread::sleep(Duration::from_millis(5)),
            Err(e) => panic!("curl did not connect: {e}"),
        }
    }
}

/// Has curl send what `arguments` sign to a server of this test's own.
fn send(service: &str, method: &str, target: &str, arguments: &[&str], stdin: Option<&Path>) -> WireRequest {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}{target}", listener.local_addr().unwrap());
    let mut sign = example();
    sign.args([method, &url, "--service", service, "--region", "us-east-1", "--format", "curl-config"]).args(arguments);
    if let Some(path) = stdin {
        sign.stdin(fs::File::open(path).unwrap());
    }
    let config = printed(&mut sign);
    let arrived = curl_sends(&config, listener);
    assert_eq!(arrived.method, method);
    assert_eq!(arrived.header("authorization").unwrap(), signed_anew(&arrived, service), "{config}{arrived:?}");
    arrived
}

#[test]
fn curl_sends_the_url_that_was_signed() {
    if curl_is_missing() {
        return;
    }
    for (service, target, on_the_wire) in [
        ("execute-api", "/a/../b/./c//d", "/a/../b/./c//d"),
        ("execute-api", "?x[]=1&y={a,b}&z=[1-3]", "/?x[]=1&y={a,b}&z=[1-3]"),
        ("execute-api", "/a%2fb%20c?q=%7E+&r#fragment", "/a%2fb%20c?q=%7E+&r"),
        ("execute-api", "/\"quoted\"\\path", "/\"quoted\"\\path"),
        ("s3", "/k/../l/./m//", "/k/../l/./m//"),
        ("s3", "/a+b", "/a%2Bb"),
        ("s3", "/a+b/../c?list-type=2", "/a%2Bb/../c?list-type=2"),
    ] {
        assert_eq!(send(service, "GET", target, &[], None).target, on_the_wire);
    }
}

#[test]
fn curl_sends_the_headers_that_were_signed() {
    if curl_is_missing() {
        return;
    }
    let given =
        ["-H", "X-Quote: \"a\\b\"\tc", "-H", "X-Empty;", "-H", "X-Twice: 2", "-H", "x-twice: 1", "-H", "Host: h.test"];
    let arrived = send("execute-api", "GET", "/", &given, None);
    assert_eq!(arrived.header("x-quote").unwrap(), "\"a\\b\"\tc");
    assert_eq!(arrived.header("x-empty").unwrap(), "");
    assert_eq!(arrived.header("host").unwrap(), "h.test");
    let signed = arrived.header("authorization").unwrap();
    assert!(signed.contains("SignedHeaders=host;x-amz-date;x-empty;x-quote;x-twice,"), "{signed}");
    assert_eq!(send("s3", "HEAD", "/k", &[], None).body, b"");
}

#[test]
fn curl_sends_the_body_that_was_signed() {
    if curl_is_missing() {
        return;
    }
    let scratch = Scratch::new("curl");
    let lines = scratch.write("lines \"file\"", "é\r\n\t\"\\\u{b}\n@\n");
    let at_file = format!("@{}", lines.display());
    for (data, stdin, body) in [
        ("plain text", None, &b"plain text"[..]),
        ("a=b&c\n\\\"\t\r\u{b}%20+", None, "a=b&c\n\\\"\t\r\u{b}%20+".as_bytes()),
        ("", None, b""),
        (at_file.as_str(), None, "é\r\n\t\"\\\u{b}\n@\n".as_bytes()),
        ("-", Some(lines.as_path()), "é\r\n\t\"\\\u{b}\n@\n".as_bytes()),
    ] {
        let arrived = send("s3", "PUT", "/k", &["--data-binary", data], stdin);
        assert_eq!(arrived.body, body);
        assert_eq!(arrived.header("content-type"), Some("application/x-www-form-urlencoded"));
    }
    let at_sign = scratch.write("at", "@nothing");
    let given = ["--data-binary", "-", "-H", "Content-Type: text/plain"];
    let arrived = send("execute-api", "GET", "/", &given, Some(&at_sign));
    assert_eq!((arrived.body.as_slice(), arrived.header("content-type").unwrap()), (&b"@nothing"[..], "text/plain"));
}

/// Sends what a configuration says to a server of this test's own, at the port that it was signed for.
fn curl_sends(config: &str, listener: TcpListener) -> WireRequest {
    let server = thread::spawn(move || WireRequest::answer(accept(&listener)));
    let mut curl = Command::new("curl")
        .args(["-q", "-sS", "--noproxy", "*", "--max-time", "20", "-K", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    curl.stdin.take().unwrap().write_all(config.as_bytes()).unwrap();
    assert!(curl.wait().unwrap().success(), "{config}");
    server.join().unwrap()
}

/// The file is read once, to be signed: it may change, or be another one in another process, as `/dev/stdin` is.
#[test]
fn a_file_that_changes_after_it_was_signed_changes_nothing_that_is_sent() {
    if curl_is_missing() {
        return;
    }
    let scratch = Scratch::new("changes");
    let file = scratch.write("body", "as it was signed");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let data = format!("@{}", file.display());
    let mut sign = example();
    sign.args(["PUT", &url, "--service", "s3", "--region", "us-east-1", "--format", "curl-config", "--data", &data]);
    let config = printed(&mut sign);
    assert!(!config.contains("\"@") && !config.contains("body\""), "{config}");
    scratch.write("body", "another secret");
    let arrived = curl_sends(&config, listener);
    assert_eq!(arrived.body, b"as it was signed");
    assert_eq!(arrived.header("authorization").unwrap(), signed_anew(&arrived, "s3"));
}

/// Every part of a request that somebody else may have written, with what curl would read as a file, an option or a pattern.
#[test]
fn nothing_that_is_given_has_curl_read_a_file_or_an_option() {
    if curl_is_missing() {
        return;
    }
    let scratch = Scratch::new("hostile");
    let secret = scratch.write("secret", "top secret");
    let at_file = format!("@{}", secret.display());
    let option = format!("x\"\nupload-file = \"{}", secret.display());
    let stdin = scratch.write("stdin", format!("{at_file}\ndata-binary = \"{at_file}\"\n"));
    for value in [at_file.as_str(), "<secret", "\"\\\"@", "a;type=text/plain", "{a,b}[1-3]", "\u{9b}\u{202e}"] {
        let arrived =
            send("execute-api", "POST", "/", &["-H", &format!("X-A: {value}"), "--data-binary", "-"], Some(&stdin));
        assert_eq!(arrived.header("x-a").unwrap(), value);
        assert_eq!(arrived.body, fs::read(&stdin).unwrap());
    }
    for target in ["/{a,b}/[1-3]?@file&c=%7Bd%7D", "/@file", "/-K", "/a\"b\\"] {
        assert_eq!(send("execute-api", "GET", target, &[], None).target, target);
    }
    let arrived = send("execute-api", "POST", "/", &["--data", &option], None);
    assert_eq!(arrived.body, option.as_bytes());
    let as_header = format!("{at_file};");
    let url = "https://sqs.us-east-1.amazonaws.com/";
    let with_option = format!("X-A: {option}");
    for arguments in [
        &["GET", url, "-H", &as_header][..],
        &["GET", url, "-H", &with_option],
        &[&at_file, url],
        &["--", "-K", "file://localhost/etc/hostname"],
        &["GET", "file://localhost/etc/hostname"],
        &["GET", &at_file],
    ] {
        let mut sign = example();
        sign.args(["--format", "curl-config", "--region", "r", "--service", "s"]).args(arguments);
        let said = refused(&mut sign);
        assert!(!said.contains("top secret"), "{said}");
    }
}

#[test]
fn a_body_that_a_curl_configuration_cannot_hold_is_refused() {
    let scratch = Scratch::new("binary");
    let long = "a".repeat(102_400).into_bytes();
    for (bytes, why) in [(vec![0xff], "not in UTF-8"), (vec![b'a', 0], "NUL"), (long, "longer than the 102399 bytes")] {
        let file = scratch.write("body", bytes);
        let at_file = format!("@{}", file.display());
        for data in ["-", &at_file] {
            let mut command = example();
            command.args(["PUT", "https://b.s3.amazonaws.com/k", "--format", "curl-config", "--data-binary", data]);
            let said = refused(command.stdin(fs::File::open(&file).unwrap()));
            assert!(said.contains(why) && said.contains("--data-binary @BODY"), "{said}");
        }
    }
}

#[test]
fn a_length_or_a_framing_that_is_not_the_bodys_is_not_signed() {
    for (header, why) in [
        ("Content-Length: 3", "the body has 4 bytes"),
        ("content-length: +4", "the body has 4 bytes"),
        ("Transfer-Encoding: chunked", "leave out `transfer-encoding`"),
    ] {
        for format in ["curl", "curl-config", "headers", "http"] {
            let mut command = example();
            command.args(["PUT", "https://b.s3.amazonaws.com/k", "--format", format, "--data", "body", "-H", header]);
            let said = refused(&mut command);
            assert!(said.contains(why), "{header}: {said}");
        }
    }
}

/// The command in the advice sends what is signed: by the method, and without a content type of curl's own.
#[test]
fn the_advice_for_a_body_that_a_configuration_cannot_hold_is_right() {
    if curl_is_missing() {
        return;
    }
    let scratch = Scratch::new("advice");
    let file = scratch.write("body", [0, 0xff, b'\n']);
    let at_file = format!("@{}", file.display());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/k/../[1-3]", listener.local_addr().unwrap());
    let sign = || {
        let mut sign = example();
        sign.args(["PUT", &url, "--service", "execute-api", "--region", "us-east-1", "--data-binary", &at_file]);
        sign
    };
    let said = refused(sign().args(["--format", "curl-config"]));
    let advised = said.split('`').find(|part| part.starts_with("curl ")).expect(&said);
    let words = advised.split(' ').skip(1).map(|word| match word {
        "METHOD" => "PUT",
        "@BODY" => &at_file,
        "URL" => &url,
        word => word,
    });
    let server = thread::spawn(move || WireRequest::answer(accept(&listener)));
    let mut curl = Command::new("curl");
    curl.args(["-q", "-sS", "--noproxy", "*", "--max-time", "20"]).args(words).stdin(Stdio::piped());
    let mut curl = curl.stdout(Stdio::null()).spawn().unwrap();
    curl.stdin.take().unwrap().write_all(printed(&mut sign()).as_bytes()).unwrap();
    assert!(curl.wait().unwrap().success(), "{said}");
    let arrived = server.join().unwrap();
    assert_eq!((arrived.method.as_str(), arrived.body.as_slice()), ("PUT", &[0, 0xff, b'\n'][..]));
    assert_eq!(arrived.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(arrived.header("authorization").unwrap(), signed_anew(&arrived, "execute-api"));
}

/// `sig4 sign --presign` with temporary credentials that end at `expiration`.
fn temporary(expires: &str, expiration: Option<&str>) -> Command {
    let mut command = example();
    command.env("AWS_SESSION_TOKEN", "tick").envs(expiration.map(|end| ("AWS_CREDENTIAL_EXPIRATION", end)));
    command.args(["GET", "https://b.s3.amazonaws.com/k", "--presign", expires]);
    command
}

/// Browsers and others resolve dot segments, and percent-encode some characters that stand in a path as they are.
#[test]
fn a_presigned_path_that_clients_rewrite_is_noted() {
    for (service, path, noted) in [
        ("s3", "/a/../b", true),
        ("s3", "/a/%2E./b", true),
        ("s3", "/a/.b/...", false),
        ("s3", "/a{b}", false),
        ("execute-api", "/a/../b", false),
        ("execute-api", "/a/%2e%2e/b", true),
        ("execute-api", "/a{b}", true),
        ("execute-api", "/a\\b", true),
        ("execute-api", "/a%7Bb%7D?c={d}&e=../f", false),
    ] {
        let mut command = example();
        let url = format!("https://h.example{path}");
        command.args(["GET", &url, "--service", service, "--region", "us-east-1", "--presign", "60"]);
        let output = output(&mut command);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{said}");
        assert_eq!(said.contains("rewrite this path"), noted, "{service} {path}: {said}");
    }
}

#[test]
fn a_url_that_would_outlive_its_credentials_is_shortened_and_noted() {
    let said = |command: &mut Command| {
        let output = output(command);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (url, note) = said(&mut temporary("86400", Some("2015-08-30T14:36:00+01:00")));
    assert!(url.contains("&X-Amz-Expires=3600&"), "{url}");
    assert_eq!(note, "sig4: the URL lasts 3600 s in place of 86400 s: its credentials end at 20150830T133600Z\n");
    let (url, note) = said(&mut temporary("3600", Some("2015-08-30T13:36:00Z")));
    assert!(url.contains("&X-Amz-Expires=3600&") && note.is_empty(), "{url}{note}");
    // Nobody said when they end.
    for unset in [None, Some(""), Some(" ")] {
        let (url, note) = said(&mut temporary("86400", unset));
        assert!(url.contains("&X-Amz-Expires=86400&"), "{url}");
        assert!(
            note.contains("ends when the session token does") && note.contains("AWS_CREDENTIAL_EXPIRATION"),
            "{note}"
        );
    }
    let (_, note) = said(example().args(["GET", "https://b.s3.amazonaws.com/k", "--presign", "86400"]));
    assert_eq!(note, "", "long-term credentials do not end");
}

#[test]
fn credentials_that_have_ended_sign_nothing() {
    let said = refused(&mut temporary("60", Some("2015-08-30T12:36:00Z")));
    let why =
        "they ended at 20150830T123600Z, and the time of signing is 20150830T123600Z: fetch new ones, or set the clock";
    assert_eq!(said, format!("sig4: expired credentials: {why}\n"));
    let mut header = list_users();
    header.env("AWS_CREDENTIAL_EXPIRATION", "2015-08-30T12:35:59Z");
    assert!(refused(&mut header).contains("expired credentials"));
    let said = refused(&mut temporary("60", Some("tomorrow")));
    assert!(said.contains("`AWS_CREDENTIAL_EXPIRATION` is not a time such as 2015-08-30T12:36:00Z"), "{said}");
}

#[test]
fn a_url_that_is_signed_for_another_host_says_so() {
    for (host, noted) in [("other.example", true), ("iam.amazonaws.com", false), ("iam.amazonaws.com:443", true)] {
        let mut command = example();
        command.args(["GET", LIST_USERS, "--presign", "60", "--region", "r", "--service", "s", "-H"]);
        let output = output(command.arg(format!("Host: {host}")));
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said.contains("these headers as they were signed: host"), noted, "{host}: {said}");
    }
}
