//! What `sig4 serve` keeps from whom: pages in a browser, other users of the machine, and the functions that it runs.

use crate::serving::{Serving, handler, has_node};

/// A page whose own name is rebound to this machine is of one origin with the API, and neither CORS nor the authorizer of an
/// open route keeps anything from it.
#[test]
fn a_page_with_a_rebound_name_is_refused_and_the_log_says_why() {
    let serving = Serving::start(&["--allow-host", "api.test"]);
    let port = serving.address().rsplit(':').next().unwrap();
    for (method, host) in [
        ("GET", format!("rebound.example:{port}")),
        ("OPTIONS", format!("rebound.example:{port}")),
        ("GET", "rebound.example".to_owned()),
        ("GET", "localhost".to_owned()),
        ("GET", format!("0.0.0.0:{port}")),
        ("GET", format!("localhost.rebound.example:{port}")),
    ] {
        let answer = serving.plain_to(&host, method, "/x", "");
        assert!(answer.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{host}: {answer}");
        assert!(answer.ends_with("{\"message\":\"Forbidden\"}"), "{host}: {answer}");
        let line = serving.next_line();
        assert!(
            line.contains(&format!("does not answer to the host `{host}`")) && line.contains("--allow-host"),
            "{line}"
        );
    }
    for host in [
        format!("localhost:{port}"),
        format!("127.0.0.1:{port}"),
        format!("[::1]:{port}"),
        format!("shop.localhost:{port}"),
        "api.test".to_owned(),
        "abc.execute-api.us-east-1.amazonaws.com".to_owned(),
    ] {
        // The route of the preflight asks for no signature.
        let answer = serving.plain_to(&host, "OPTIONS", "/x", "");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{host}: {answer}");
    }
}

#[test]
fn an_address_that_others_reach_answers_to_every_host() {
    let serving = Serving::start_at("0.0.0.0:0", &[]);
    assert!(serving.plain_to("anything.example", "OPTIONS", "/x", "").starts_with("HTTP/1.1 200 OK\r\n"));
}

#[test]
fn a_stranger_at_the_runtime_api_is_said() {
    if !has_node() {
        return;
    }
    let code = "exports.handler = async () => process.env.AWS_LAMBDA_RUNTIME_API;";
    let serving = Serving::start(&["--config", handler("stranger", "index.js", code, "").to_str().unwrap()]);
    let answer = serving.plain("GET", "/", "");
    let address = answer.rsplit("\r\n").next().unwrap();
    let request = "POST /2018-06-01/runtime/init/error HTTP/1.1\r\nhost: rebound.example\r\ncontent-length: 0\r\n\r\n";
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    std::io::Write::write_all(&mut stream, request.as_bytes()).unwrap();
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 403 Forbidden\r\n"), "{answer}");
    serving.error_with("f: its Runtime API refused a request: its host is `rebound.example`, and not `127.0.0.1:");
}
