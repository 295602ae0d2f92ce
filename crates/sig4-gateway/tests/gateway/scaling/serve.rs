//! A request to an open route costs what its length costs, whatever it repeats: all instructions of a server and its client.

use sig4::request::RequestView;
use sig4::{Credentials, Payload, Signer};
use sig4_gateway::{ApiDefinition, Auth, Event, Integration, Reply};
use sig4_iam::{Directory, Identity, Policies, Policy, Principal};
use sig4_test_support::counted;
use std::io::{Read, Write};
use std::net::TcpStream;

/// Ten times the items cost at most so many times the instructions.
const MOST: f64 = 14.0;
/// How many items the smaller request has; the other one has ten times as many.
const ITEMS: usize = 90;

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "secret").unwrap()
}

/// One who may call everything.
fn caller() -> Directory {
    let anything = r#"{"Statement": {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}}"#;
    let policies = Policies::new().with_identity(Policy::parse("anything", anything).expect("it is a policy"));
    let principal = Principal::user("123456789012", "alice").expect("it is a user");
    let identity = Identity::new(credentials(), principal).with_policies(policies);
    Directory::new("123456789012").with_identity(identity).expect("it is the only one")
}

/// The header lines with those of a signature.
fn signed(host: &str, path: &str, lines: String) -> String {
    let given = lines.lines().filter_map(|line| line.split_once(": "));
    let given: Vec<_> = given.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec())).collect();
    let request = RequestView::new("GET", path, None, &given).with_authority("http", host);
    let (signer, now) = (Signer::new("us-east-1", "execute-api").unwrap(), time::OffsetDateTime::now_utc());
    let credentials = credentials();
    let signed = signer.sign_view(&request, &Payload::Bytes(b""), &credentials, now).expect("it signs");
    signed.headers().fold(lines, |lines, (name, value)| lines + &format!("{name}: {value}\r\n"))
}

/// Serves one request with `n` of something.
pub fn work(shape: &str, n: usize) {
    let items = |text: &str| (0..n).map(|n| text.replace('#', &format!("{n:03}"))).collect::<String>();
    let (target, headers) = match shape {
        "Pairs" => (format!("/?{}", items("p#=1&")), String::new()),
        "OneName" => (format!("/?{}", items("p=1&")), String::new()),
        "Segments" => (format!("/{}", items("a/../")), String::new()),
        "Cookies" => ("/".to_owned(), format!("cookie: {}\r\n", items("c#=1; "))),
        "Connection" => ("/signed".to_owned(), format!("connection: {}close\r\n{}", items("b#,"), items("a#: \r\n"))),
        other => panic!("{other} is no shape"),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it starts");
    runtime.block_on(async {
        let answer = |event: Event| async move { Reply::json(event.to_json()) };
        let api = ApiDefinition::new("us-east-1")
            .with_keys(caller())
            .route_with("$default", Auth::None, Integration::handler(answer))
            .route_with("GET /signed", Auth::Iam, Integration::handler(answer));
        let server = api.serve("127.0.0.1:0").await.expect("it serves");
        let address = server.url().trim_start_matches("http://").to_owned();
        let headers =
            if shape == "Connection" { signed(&address, &target, headers) } else { headers + "connection: close\r\n" };
        let request = format!("GET {target} HTTP/1.1\r\nhost: {address}\r\n{headers}\r\n");
        let answered = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address)?;
            stream.write_all(request.as_bytes())?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).map(|_| answer)
        });
        let answer = answered.await.expect("it ends").expect("it answers");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        server.shutdown().await;
    });
}

macro_rules! grows_with_the_request {
    ($($name:ident $shape:literal)+) => {
        $(#[test]
        fn $name() {
            counted::assert_grows(concat!("Serve:", $shape), &[], ITEMS, MOST);
        })+
    };
}

grows_with_the_request! {
    a_query_of_parameters_is_linear "Pairs"
    a_query_of_one_name_is_linear "OneName"
    a_path_of_dot_segments_is_linear "Segments"
    a_header_of_cookies_is_linear "Cookies"
    headers_of_the_connection_and_signed_ones_are_linear "Connection"
}
