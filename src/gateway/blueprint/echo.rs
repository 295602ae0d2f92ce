//! An integration that answers what it was called with.

use crate::gateway::event::Event;
use crate::gateway::integration::Integration;
use crate::gateway::reply::Reply;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

impl Integration {
    /// An answer in JSON that repeats the call: `{"method": …, "path": …, "body": …}`. The body is a string, in base64 if it is no
    /// text, or null if there is none.
    #[must_use]
    pub fn echo() -> Self {
        Self::handler(|event: Event| async move {
            let body = match event.text() {
                Some("") => None,
                Some(text) => Some(text.to_owned()),
                None => Some(STANDARD.encode(event.body())),
            };
            let (method, path, body) = (json!(event.method()), json!(event.raw_path()), json!(body));
            Reply::json(format!(r#"{{"method":{method},"path":{path},"body":{body}}}"#))
        })
    }
}
