//! `sig4 sign --jsonl` signs the chunks and the events of a line as they are written, or not at all.

use crate::jsonl::{EXAMPLE_SIGNATURE, answer, error, example, in_chunks, run, with};
use serde_json::{Value, json};

/// A stream of one event, with `changes`.
fn event(changes: Value) -> Value {
    let headers = json!([{ "name": "a", "type": "string", "value": "b" }]);
    let message = json!({ "headers": headers, "payload": "YQ==", "timestamp": "20150830T123600Z", "end": false });
    let stream = json!({ "kind": "v4-event-stream", "seed_signature": EXAMPLE_SIGNATURE });
    with(example(), with(stream, json!({ "messages": [with(message, changes)] })))
}

#[test]
fn a_value_of_another_type_is_not_an_absent_value() {
    for (changes, said) in [
        (json!({ "payload": 5 }), "`payload` is not a string"),
        (json!({ "headers": "x" }), "`headers` is not a list"),
        (json!({ "headers": {} }), "`headers` is not a list"),
        (json!({ "headers": [1] }), "a header is not a JSON object"),
        (json!({ "end": "true" }), "`end` is neither true nor false"),
        (json!({ "end": 1 }), "`end` is neither true nor false"),
        (json!({ "timestamp": 1 }), "`timestamp` is not a string"),
    ] {
        assert_eq!(error(&event(changes)), said);
    }
    let list = with(event(json!({})), json!({ "messages": [1] }));
    assert_eq!(error(&list), "a message is not a JSON object");
    let absent = answer(&event(json!({ "headers": null, "payload": null, "end": null })));
    assert_eq!(absent["signatures"], answer(&event(json!({ "headers": [], "payload": "" })))["signatures"]);
}

#[test]
fn a_field_that_a_message_has_twice_is_refused() {
    let line = event(json!({})).to_string();
    for (from, said) in [
        (r#""payload":"YQ==""#, "a message has the field `payload` twice"),
        (r#""value":"b""#, "a header has the field `value` twice"),
    ] {
        assert!(line.contains(from), "{line}");
        let answers = run(line.replace(from, &format!("{from},{from}")).into_bytes());
        assert_eq!((&answers[0]["error"], &answers[0]["id"]), (&said.into(), &"1".into()));
    }
}

/// On the wire, a chunk without data ends the body.
#[test]
fn only_the_last_chunk_has_no_data() {
    for sizes in [json!([65_536, 0, 1024]), json!([65_536, 1024, 0]), json!([0])] {
        assert!(error(&with(in_chunks(), json!({ "chunk_sizes": sizes }))).contains("holds a 0"));
    }
}

#[test]
fn a_mode_is_of_the_header_or_of_the_query() {
    let line = |mode: &str| with(example(), json!({ "kind": "v4a", "region_set": "*", "mode": mode }));
    assert_eq!(error(&line("Query")), "`mode` is neither `header` nor `query`");
    assert!(answer(&line("header"))["authorization"].is_string());
}
