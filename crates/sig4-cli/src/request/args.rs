//! The arguments that describe a request, and the request that they describe.

use super::body::BodyArgs;
use super::composed::{Composed, ContentType};
use super::header::HeaderArgs;
use super::target::{TargetArgs, joined_query};
use crate::body::Body;
use crate::failure::Failure;
use crate::given_header::GivenHeader;
use crate::print::note;
use crate::url::{self, Url};
use clap::Args;
use http::Method;
use http::header::{ACCEPT, CONTENT_TYPE};

/// The arguments of a request. Commands whose `--json` chooses the output have `JSON` false, and no JSON body.
#[derive(Args, Debug)]
pub(crate) struct RequestArgs<const JSON: bool> {
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    headers: HeaderArgs,
    #[command(flatten)]
    body: BodyArgs<JSON>,
}

impl<const JSON: bool> RequestArgs<JSON> {
    /// Whether nothing is given.
    pub(crate) fn is_empty(&self) -> bool {
        self.target.is_empty() && self.headers.is_empty() && self.body.is_empty()
    }

    /// Whether `-I` asks for the head alone.
    pub(crate) fn asks_for_head(&self) -> bool {
        self.target.head
    }

    /// The session token among the `-H` headers.
    pub(crate) fn token_header(&self) -> Option<&str> {
        self.headers.token()
    }

    /// Refuses words that are no URL, before anything is read.
    pub(crate) fn check_words(&self) -> Result<(), Failure> {
        self.body.check_json()?;
        let (_, url) = self.target.words()?;
        Url::split(&url)?;
        Ok(())
    }

    /// Refuses words that are no URL, and URLs that clients would send in another spelling, before anything is read.
    pub(crate) fn check_target(&self) -> Result<(), Failure> {
        self.check_words()?;
        let (_, url) = self.target.words()?;
        Ok(Url::split(&url)?.check_spelling()?)
    }

    /// Notes user information in the URL, which is not sent. It is not shown.
    pub(crate) fn note_user(&self) -> Result<(), Failure> {
        let (_, url) = self.target.words()?;
        if url::has_user(&url) {
            note("the user information in the URL is not used: give credentials with -u KEY_ID:SECRET or --profile");
        }
        Ok(())
    }

    /// The request without its body. No file is read.
    pub(crate) fn compose_without_body(&self) -> Result<Composed, Failure> {
        let (word, url) = self.target.words()?;
        let method = self.target.method(word.as_deref(), Method::GET.as_str())?;
        Ok(Composed { method, url, headers: self.headers.given()?, body: Body::None })
    }

    /// The request. Files and standard input are read once, so that the signed bytes are the sent bytes.
    pub(crate) fn compose(&self, content_type: ContentType) -> Result<Composed, Failure> {
        self.body.check_json()?;
        let (word, url) = self.target.words()?;
        let (mut body, media_type) = self.body.read()?;
        let mut url = url;
        let mut default = if matches!(body, Body::None) { Method::GET } else { Method::POST };
        if self.target.get {
            url = joined_query(&url, &body)?;
            (body, default) = (Body::None, Method::GET);
        }
        if self.target.head && !matches!(body, Body::None) {
            return Err("-I asks for the head alone, and a body is given: leave one out, or add -G".into());
        }
        let method = self.target.method(word.as_deref(), default.as_str())?;
        let mut headers = self.headers.given()?;
        if content_type == ContentType::ByBody && !matches!(body, Body::None) {
            self.add_default(&mut headers, CONTENT_TYPE.as_str(), media_type.as_deref());
            let accept = media_type.as_deref().filter(|_| self.body.is_json());
            self.add_default(&mut headers, ACCEPT.as_str(), accept);
        }
        Url::split(&url)?;
        Ok(Composed { method, url, headers, body })
    }

    /// Adds a header unless it is given, or removed with `-H name:`.
    fn add_default(&self, headers: &mut Vec<GivenHeader>, name: &str, value: Option<&str>) {
        let Some(value) = value else { return };
        if !headers.iter().any(|header| header.is(name)) && !self.headers.removes(name) {
            headers.push(GivenHeader { name: name.to_owned(), value: value.to_owned() });
        }
    }
}
