//! Pages for a browser of the server's own user.

#[cfg(target_os = "linux")]
use crate::strangers::{other_user, shell};
use http_body_util::Full;
use sig4_gateway::{ErrorKind, LocalPages};

#[tokio::test]
async fn pages_are_for_this_machine_only() {
    for addr in ["0.0.0.0:0", "192.0.2.1:0", "[::]:0", "[::ffff:127.0.0.1]:0"] {
        let error = LocalPages::listen(addr.parse().unwrap()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotListening, "{addr}");
        assert!(error.to_string().contains("for this machine only"), "{error}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn another_user_gets_no_page_even_with_its_url() {
    let Some(other) = other_user().await else { return };
    let told = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let log = std::sync::Arc::clone(&told);
    let pages = LocalPages::listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let pages = pages.with_refusal_log(move |why| log.lock().unwrap().push(why.to_owned()));
    let url = pages.url();
    let serving = tokio::spawn(pages.serve(|request| async move {
        http::Response::new(Full::from(format!("the path is {}", request.uri().path())))
    }));
    let (addr, path) = url.trim_start_matches("http://").split_once('/').unwrap();
    let request = format!("GET /{path}x HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n\r\n");
    for (uid, page) in [(None, true), (Some(other), false), (None, true)] {
        let answer = shell(uid, addr, &request, true).await;
        assert_eq!(answer.ends_with("the path is /x"), page, "{uid:?}: {answer}");
        assert_eq!(answer.starts_with("HTTP/1.1 403 "), !page, "{uid:?}: {answer}");
    }
    let told = told.lock().unwrap().join("\n");
    assert!(told.starts_with(&format!("a connection: it is the user {other}'s")) && !told.contains(path), "{told}");
    serving.abort();
}
