//! HAR files, events of Lambda and lines of logs.

use super::{BODY, HOST, TARGET, assert_right, explained, list, order};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

fn object(headers: Vec<(String, String)>) -> Map<String, Value> {
    headers.into_iter().map(|(name, value)| (name, value.into())).collect()
}

fn pairs(headers: Vec<(String, String)>) -> Vec<Value> {
    headers.into_iter().map(|(name, value)| json!({"name": name, "value": value})).collect()
}

/// An entry of a HAR file.
fn entry(method: &str, headers: Vec<(String, String)>, data: &Value, status: u16) -> Value {
    let url = format!("https://{HOST}{TARGET}");
    let mut request =
        json!({"method": method, "url": url, "httpVersion": "HTTP/2", "headers": pairs(headers), "bodySize": -1});
    if !data.is_null() {
        request["postData"] = data.clone();
    }
    let date = json!([{"name": "date", "value": "Sun, 30 Aug 2015 12:37:00 GMT"}]);
    json!({"startedDateTime": "2015-08-30T12:36:00.000Z", "request": request, "response": {"status": status, "headers": date}})
}

fn har(entries: &[Value]) -> String {
    json!({"log": {"version": "1.2", "creator": {"name": "x"}, "entries": entries}}).to_string()
}

#[test]
fn the_refused_entry_of_a_har_file_is_read() {
    let plain = || vec![("accept".to_owned(), "*/*".to_owned())];
    let text = json!({"mimeType": "application/json", "text": BODY});
    let base64 = json!({"mimeType": "application/json", "text": STANDARD.encode(BODY), "encoding": "base64"});
    let refused = entry("POST", order(), &text, 403);
    let page = entry("GET", plain(), &Value::Null, 403);
    let notes = assert_right(har(&[page.clone(), entry("GET", list(), &Value::Null, 200), refused.clone()]), &[]);
    assert!(notes.contains("entry 3 of 3, the first that was answered with 403"), "{notes}");
    assert!(notes.contains("judged at the time of the answer, 20150830T123700Z"), "{notes}");
    assert!(
        assert_right(har(&[page.clone(), entry("POST", order(), &base64, 200)]), &[])
            .contains("the only one that is signed")
    );
    assert_right(refused.to_string(), &[]);
    let pseudo = [(":authority".to_owned(), HOST.to_owned()), (":method".to_owned(), "GET".to_owned())];
    assert_right(har(&[entry("GET", [pseudo.to_vec(), list()].concat(), &Value::Null, 403)]), &[]);

    let both = har(&[entry("GET", list(), &Value::Null, 200), page, entry("POST", order(), &text, 401)]);
    let (status, _, notes) = explained(&both, &[]);
    assert!(status == 2 && notes.contains("choose one with --entry N"), "{notes}");
    assert!(
        notes.contains(&format!("1: GET https://{HOST}/orders/a%20b (200)")) && notes.contains("3: POST"),
        "{notes}"
    );
    assert_right(&both, &["--entry", "3"]);
    for (number, why) in
        [("2", "entry 2 of the HAR file is not signed"), ("4", "there are 3, from 1"), ("0", "there are 3")]
    {
        let (status, _, notes) = explained(&both, &["--entry", number]);
        assert!(status == 2 && notes.contains(why), "{notes}");
    }
    let (status, _, notes) = explained(har(&[entry("POST", order(), &Value::Null, 403)]), &[]);
    assert!(status == 1 && notes.contains("--body FILE"), "{notes}");
}

#[test]
fn a_har_file_without_a_signature_is_said_to_be_sanitized() {
    let entries = [entry("GET", Vec::new(), &Value::Null, 403), entry("GET", Vec::new(), &Value::Null, 200)];
    let (status, report, notes) = explained(har(&entries), &[]);
    assert_eq!((status, report.as_str()), (2, ""));
    assert!(notes.contains("export it with sensitive data"), "{notes}");
    assert!(explained(har(&[]), &[]).2.contains("no entries"));
}

#[test]
fn events_of_lambda_are_read() {
    let (path, query) = TARGET.split_once('?').unwrap();
    let mut headers = object(order());
    headers.insert("host".to_owned(), HOST.into());
    let http = json!({"method": "POST", "path": path, "protocol": "HTTP/1.1"});
    let context = json!({"http": http, "domainName": HOST, "stage": "$default", "timeEpoch": 1_440_938_162_000_u64});
    let event = json!({"version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query, "headers": headers,
        "requestContext": context, "body": STANDARD.encode(BODY), "isBase64Encoded": true});
    let notes = assert_right(event.to_string(), &[]);
    assert!(notes.contains("format 2.0") && notes.contains("20150830T123602Z"), "{notes}");
    let mut plain = event.clone();
    (plain["body"], plain["isBase64Encoded"]) = (BODY.into(), false.into());
    plain["rawPath"] = "/orders/a b".into();
    assert!(assert_right(format!("{plain:#}"), &[]).contains("path decoded"));

    let lists: Map<_, _> = headers.iter().map(|(name, value)| (name.clone(), json!([value]))).collect();
    let context = json!({"path": path, "stage": "prod", "domainName": HOST, "requestTimeEpoch": 1_440_938_162_000_u64});
    let event = json!({"resource": "/{proxy+}", "path": path, "httpMethod": "POST", "headers": headers, "multiValueHeaders": lists,
        "queryStringParameters": {"limit": "2", "after": "x/y"}, "multiValueQueryStringParameters": {"limit": ["2"], "after": ["x/y"]},
        "requestContext": context, "body": BODY, "isBase64Encoded": false});
    assert!(assert_right(event.to_string(), &[]).contains("format 1.0"));
    assert_right(format!("2015-08-30T12:36:02.000Z\tid\tINFO\t{event}\n"), &[]);
    let mut authorizer = event.clone();
    (authorizer["methodArn"], authorizer["type"]) = ("arn".into(), "REQUEST".into());
    authorizer.as_object_mut().unwrap().remove("body");
    let (status, _, notes) = explained(authorizer.to_string(), &[]);
    assert!(status == 1 && notes.contains("--body FILE"), "{notes}");

    let event = json!({"requestContext": {"elb": {"targetGroupArn": "arn"}}, "httpMethod": "POST", "path": path, "multiValueHeaders": lists,
        "multiValueQueryStringParameters": {"limit": ["2"], "after": ["x%2Fy"]}, "body": BODY, "isBase64Encoded": false});
    assert!(assert_right(event.to_string(), &[]).contains("from a load balancer"));
}

#[test]
fn an_event_without_what_was_signed_is_not_judged() {
    let mut headers = object(order());
    let http = json!({"method": "GET", "path": "/"});
    let event = |headers: &Map<String, Value>| json!({"rawPath": "/", "headers": headers, "requestContext": {"http": http, "domainName": HOST}});
    headers.remove("Content-Type");
    let (status, report, notes) = explained(event(&headers).to_string(), &[]);
    assert!(status == 2 && report.is_empty() && notes.contains("lacks signed headers (content-type)"), "{notes}");
    let (status, report, notes) = explained(event(&Map::new()).to_string(), &[]);
    assert!(status == 2 && report.is_empty() && notes.contains("it has no signature"), "{notes}");
}

#[test]
fn lines_of_logs_are_read() {
    let value = |name: &str| list().into_iter().find(|(other, _)| other == name).unwrap().1;
    let (authorization, date) = (value("authorization"), value("x-amz-date"));
    let (path, query) = TARGET.split_once('?').unwrap();
    for line in [
        json!({"time_iso8601": "2015-08-30T12:36:01+00:00", "request": format!("GET {TARGET} HTTP/1.1"), "status": 403, "http_host": HOST,
            "http_authorization": authorization, "http_x_amz_date": date, "http_user_agent": "-"}),
        json!({"time_local": "30/Aug/2015:12:36:01 +0000", "request_method": "GET", "request_uri": TARGET, "status": "403", "host": HOST,
            "authorization": authorization, "x_amz_date": date}),
        json!({"start_time": "2015-08-30T12:36:01.5Z", "method": "GET", "path": TARGET, "response_code": 403, "authority": HOST,
            "authorization": authorization, "x-amz-date": date}),
        json!({"ts": 1_440_938_161.25, "request": {"method": "GET", "uri": TARGET, "host": HOST,
            "headers": {"Authorization": [authorization], "X-Amz-Date": [date]}}, "status": 403, "resp_headers": {"Server": ["Caddy"]}}),
        json!({"method": "GET", "request_path": path, "args": query, "request_headers": {":authority": HOST, "host": HOST,
            "authorization": authorization, "x-amz-date": date}}),
    ] {
        assert!(assert_right(line.to_string(), &[]).contains("read as a line of a log"), "{line}");
        let other = json!({"request": "GET /health HTTP/1.1", "status": 200});
        let log = format!("starting\n{other}\n{{\"level\":\"info\"}}\nweb-1  | {line}\n{other}\n");
        assert!(assert_right(&log, &[]).contains("line 2 of 3"), "{line}");
        assert_right(&log, &["--entry", "2"]);
    }
    let lacking =
        json!({"request": format!("GET {TARGET} HTTP/1.1"), "status": 403, "http_authorization": authorization});
    let (status, _, notes) = explained(lacking.to_string(), &[]);
    assert!(status == 2 && notes.contains("log the headers host, x-amz-date too"), "{notes}");
}
