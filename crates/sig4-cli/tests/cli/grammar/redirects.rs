//! `sig4 call -L`, `-k`, and the other options of the connection.

use crate::grammar::{answer, run, server, sig4};

fn to(location: &str) -> String {
    answer("307 Temporary Redirect", &format!("location: {location}\r\n"), "passed over")
}

fn call(authority: &str, options: &[&str]) -> (i32, String, String) {
    run(&mut sig4(&[&["call", &format!("http://{authority}/a"), "--region", "r"], options].concat()))
}

#[test]
fn a_redirect_of_the_same_server_is_signed_again() {
    let (authority, requests) = server(vec![to("/b/../c?d"), to("e"), answer("200 OK", "", "arrived")]);
    let (code, out, err) = call(&authority, &["-L", "-d", "x=1", "-H", "cookie: a=b"]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "arrived", ""));
    let requests = requests.join().unwrap();
    let starts: Vec<_> =
        requests.iter().map(|request| request.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(starts, ["POST /a", "POST /b/../c?d", "POST /b/../e"]);
    let signature = |request: &str| request.split_once("Signature=").unwrap().1[..64].to_owned();
    assert_ne!(signature(&requests[0]), signature(&requests[1]));
    for request in &requests {
        assert!(request.contains("cookie: a=b\r\n") && request.ends_with("\r\n\r\nx=1"), "{request}");
        assert_eq!(request.matches("authorization: ").count(), 1, "{request}");
    }
}

#[test]
fn a_redirect_to_another_server_goes_without_signature_and_credentials() {
    let (other, others) = server(vec![answer("200 OK", "", "elsewhere")]);
    let (authority, requests) = server(vec![to(&format!("http://{other}/x"))]);
    let options = ["-L", "-X", "PUT", "-d", "x=1", "-H", "cookie: a=b", "-H", "x-api-key: k", "-H", "authorization: z"];
    let (code, out, err) = call(&authority, &options);
    assert_eq!((code, out.as_str()), (0, "elsewhere"), "{err}");
    assert!(err.contains("without signature and credentials"), "{err}");
    assert!(requests.join().unwrap()[0].contains("authorization: AWS4-HMAC-SHA256 "));
    let request = others.join().unwrap().remove(0).to_lowercase();
    assert!(request.starts_with("put /x http/1.1\r\n") && request.ends_with("\r\n\r\nx=1"), "{request}");
    for name in ["authorization", "x-amz-", "cookie", "x-api-key"] {
        assert!(!request.contains(name), "{name}: {request}");
    }
}

#[test]
fn redirects_end() {
    let (authority, requests) = server((0..11).map(|n| to(&format!("/{n}"))).collect());
    let (code, _, err) = call(&authority, &["-L"]);
    assert_eq!(code, 3, "{err}");
    assert!(err.contains("more than 10 redirects"), "{err}");
    assert_eq!(requests.join().unwrap().len(), 11);
    let (authority, _requests) = server(vec![to("file:///etc/hostname")]);
    let (code, out, err) = call(&authority, &["-L"]);
    assert!(code == 3 && out.is_empty() && err.contains("cannot follow"), "{err}");
}

#[test]
fn silence_is_kept_and_errors_are_shown_on_demand() {
    let refusal = || answer("403 Forbidden", "", "{\"message\":\"Forbidden\"}");
    let (authority, _server) = server(vec![refusal(), refusal()]);
    assert!(call(&authority, &[]).2.contains("403 Forbidden"));
    assert_eq!(call(&authority, &["-s"]), (1, "{\"message\":\"Forbidden\"}".to_owned(), String::new()));
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    assert_eq!(call(&closed, &["-s"]), (3, String::new(), String::new()));
    assert!(call(&closed, &["-sS"]).2.contains("cannot call"));
    assert!(call(&closed, &["-k"]).2.contains("the server's certificate is not checked"));
}

#[test]
fn the_head_alone_is_printed() {
    let (authority, requests) = server(vec!["HTTP/1.1 200 OK\r\nx-a: b\r\ncontent-length: 5\r\n\r\n".to_owned()]);
    assert_eq!(
        call(&authority, &["-I"]),
        (0, "HTTP/1.1 200 OK\nx-a: b\ncontent-length: 5\n\n".to_owned(), String::new())
    );
    assert!(requests.join().unwrap()[0].starts_with("HEAD /a HTTP/1.1\r\n"));
}
