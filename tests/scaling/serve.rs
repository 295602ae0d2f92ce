//! A request to an open route costs what its length costs, whatever it repeats: all instructions of a server and its client.

use crate::counted;
use sig4::gateway::{Auth, Event, HttpApi, Integration, Reply};
use std::io::{Read, Write};
use std::net::TcpStream;

/// Ten times the items cost at most so many times the instructions.
const MOST: f64 = 14.0;
/// How many items the smaller request has; the other one has ten times as many.
const ITEMS: usize = 90;

/// Serves one request with `n` of something.
pub fn work(shape: &str, n: usize) {
    let items = |text: &str| (0..n).map(|n| text.replace('#', &format!("{n:03}"))).collect::<String>();
    let (target, headers) = match shape {
        "Pairs" => (format!("/?{}", items("p#=1&")), String::new()),
        "OneName" => (format!("/?{}", items("p=1&")), String::new()),
        "Segments" => (format!("/{}", items("a/../")), String::new()),
        "Cookies" => ("/".to_owned(), format!("cookie: {}\r\n", items("c#=1; "))),
        other => panic!("{other} is no shape"),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("it starts");
    runtime.block_on(async {
        let answer = |event: Event| async move { Reply::json(event.to_json()) };
        let api = HttpApi::new("us-east-1").route_with("$default", Auth::None, Integration::handler(answer));
        let server = api.serve("127.0.0.1:0").await.expect("it serves");
        let address = server.url().trim_start_matches("http://").to_owned();
        let request = format!("GET {target} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}\r\n");
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
}
