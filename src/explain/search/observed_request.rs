//! A received request, read leniently: the facts that the search starts from.

use crate::algorithm::Algorithm;
use crate::auth::QueryParams;
use crate::auth::{AuthParams, DuplicatePolicy, SignatureLocation};
use crate::bytes::percent;
use crate::bytes::split::split_first;
use crate::credentials::Credentials;
use crate::error::ErrorKind;
use crate::explain::headers;
use crate::explain::headers::host::{self, HostFacts};
use crate::explain::headers::lines::HeaderFacts;
use crate::explain::key::signing_step::{ScopeText, SigningFacts, SigningSteps, basic_of_http_date};
use crate::explain::key::step_key::Claimed;
use crate::explain::method;
use crate::explain::path;
use crate::explain::path::facts::PathFacts;
use crate::explain::payload::{self, PayloadFacts};
use crate::explain::query;
use crate::explain::query::facts::QueryFacts;
use crate::explain::search::client;
use crate::explain::search::sections::Sections;
use crate::explain::targets::original_targets;
use crate::explain::variants::{Depth, Variants};
use crate::name;
use crate::payload::{ContentSha256, Payload};
#[cfg(feature = "sigv4a")]
use crate::region_set::RegionSet;
use crate::request::RequestView;
use crate::scope::{Scope, TERMINATOR};
use crate::time::{Day, Timestamp};
use crate::verify::Verifier;
use crate::verify::options::PresignedBody;
use crate::verify::received_headers::ReceivedHeaders;
use std::borrow::Cow;
use time::OffsetDateTime;

/// A received request and the signature that it presents.
pub(crate) struct ObservedRequest<'a> {
    verifier: &'a Verifier,
    request: RequestView<'a>,
    pub(crate) headers: Vec<(Cow<'a, str>, Cow<'a, [u8]>)>,
    pub(crate) params: AuthParams<'a>,
    /// The payload line that the request declares.
    pub(crate) declared_payload: Option<Vec<u8>>,
    received_host: Option<&'a [u8]>,
    /// The time of signing in basic form, or as it was sent if it is not a valid time.
    pub(crate) date: String,
    /// The day of that time, and the scope that the verifier expects.
    expected: Option<(Day, Scope)>,
}

/// Facts from the owner of the secret.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) credentials: &'a Credentials,
    /// The body, if it was read.
    pub(crate) body: Option<&'a [u8]>,
    pub(crate) original: Option<&'a [u8]>,
    pub(crate) hosts: &'a [String],
    pub(crate) now: OffsetDateTime,
}

impl<'a> ObservedRequest<'a> {
    /// Reads a request. `None` if it has no readable signature.
    pub(crate) fn read(verifier: &'a Verifier, request: &RequestView<'a>) -> Option<Self> {
        let received = ReceivedHeaders::collect(request);
        // The search goes on with the first of two hosts.
        let checked = received.check_number(DuplicatePolicy::AsAws).map_err(|error| error.kind());
        checked.or_else(|kind| if kind == ErrorKind::InvalidHost { Ok(()) } else { Err(kind) }).ok()?;
        let parameters = QueryParams::find(request.query, DuplicatePolicy::AsAws).ok()?;
        let parameter = parameters.content_sha256.map(|hash| percent::decode(hash.as_bytes()));
        let is_s3 = verifier.options.dialect.is_s3();
        let accepted = verifier.options.algorithms.and_hmac();
        let params = received.auth_params(&parameters, DuplicatePolicy::AsAws, is_s3, accepted).ok()?;
        let parameter = parameter.filter(|_| params.location == SignatureLocation::Query);
        let declared = received.content_sha256.value.map(<[u8]>::trim_ascii).or(parameter.as_deref());
        let undeclared =
            params.location == SignatureLocation::Query && verifier.options.presigned_body == PresignedBody::Unsigned;
        let date = basic(&params.date);
        let day = Timestamp::parse_any_year(&date).ok().map(|timestamp| timestamp.day());
        let expected = day.map(|day| (day, verifier.keys_of(params.algorithm).scope(day)));
        let unsigned = || ContentSha256::of(&Payload::Unsigned).as_bytes().to_vec();
        Some(Self {
            verifier,
            request: *request,
            headers: all_headers(request),
            declared_payload: declared.map(<[u8]>::to_vec).or_else(|| undeclared.then(unsigned)),
            received_host: received.host.value,
            date,
            expected,
            params,
        })
    }

    /// The access key id that the request names.
    pub(crate) fn access_key_id(&self) -> &str {
        split_first(&self.params.credential, b'/').0
    }

    /// The time of signing.
    pub(crate) fn timestamp(&self) -> Option<Timestamp> {
        Timestamp::parse_any_year(&self.date).ok()
    }

    /// The scope in the credential, if the credential has all its parts.
    pub(crate) fn scope(&self) -> Option<ScopeText<'_>> {
        let slashes = match self.params.algorithm {
            Algorithm::HmacSha256 => 4,
            Algorithm::EcdsaP256Sha256 => 3,
        };
        let (at, _) = self.params.credential.rmatch_indices('/').nth(slashes - 1)?;
        ScopeText::of(self.params.algorithm, self.params.credential.get(at + 1..)?)
    }

    /// The scope that the verifier expects.
    pub(crate) fn expected_scope(&self) -> Option<&Scope> {
        self.expected.as_ref().map(|(_, scope)| scope)
    }

    /// The received signature, if it has the form of its algorithm, in digits of either case.
    pub(crate) fn signature(&self) -> Option<Claimed> {
        Claimed::parse(self.params.algorithm, &self.params.signature)
    }

    /// The region set of Signature Version 4a, and the verifier's own.
    #[cfg(feature = "sigv4a")]
    pub(crate) fn region_sets(&self) -> Option<(Cow<'_, str>, &RegionSet)> {
        let own = self.verifier.asymmetric.as_ref().filter(|_| self.params.algorithm == Algorithm::EcdsaP256Sha256)?;
        let in_header = || self.header(name::REGION_SET_HEADER).map(String::from_utf8_lossy);
        let given = self.params.region_set.as_deref().map(Cow::Borrowed).or_else(in_header)?;
        Some((given, &own.regions))
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_ref())
    }

    /// The names in the list of signed headers.
    pub(crate) fn listed(&self) -> Vec<&str> {
        self.params.signed_headers.split(';').take(crate::request::MAX_HEADERS).collect()
    }

    /// The host that the verifier signs.
    pub(crate) fn host(&self) -> &[u8] {
        let authority = self.verifier.options.authority.as_deref();
        let of_uri = self.request.host_of_authority();
        authority
            .map(str::as_bytes)
            .or(self.received_host)
            .or_else(|| of_uri.map(str::as_bytes))
            .unwrap_or_default()
            .trim_ascii()
    }

    /// The variants of every section, each to its depth. `None` if the last line is unknown without the body.
    pub(crate) fn variants(&self, known: &Known<'_>, depths: &Sections<Depth>) -> Option<Sections<Variants>> {
        let settings = &self.verifier.settings;
        let targets = original_targets(&self.headers);
        let path = PathFacts {
            raw: self.request.path.as_bytes(),
            encoding: settings.path_encoding_for(self.host()),
            normalize: settings.normalize_path,
            query: self.request.query.unwrap_or_default().as_bytes(),
            host: self.host(),
            targets: &targets,
        };
        let query = QueryFacts {
            raw: self.request.query.unwrap_or_default().as_bytes(),
            is_canonical: false,
            method: self.request.method,
            plus: settings.plus,
            location: self.params.location,
            token: settings.session_token,
            targets: &targets,
        };
        let header_facts = HeaderFacts {
            received: &self.headers,
            listed: self.listed(),
            host: self.host(),
            hosts: host::others(&HostFacts {
                right: self.host(),
                authority: self.request.authority,
                received: &self.headers,
                given: known.hosts,
                path: self.request.path,
                scope: self
                    .scope()
                    .map(|scope| (scope.region.unwrap_or_else(|| self.verifier.region()), scope.service)),
            }),
            body_lengths: [known.body, known.original].iter().flatten().map(|body| body.len()).collect(),
        };
        let payload_facts =
            PayloadFacts { body: known.body, original: known.original, declared: self.declared_payload.clone() };
        let habits = client::habits(self.header("user-agent").unwrap_or_default(), &self.listed());
        Some(Sections {
            method: method::variants(self.request.method),
            path: path::to_depth(&path, depths.path).of_client(habits),
            query: query::to_depth(&query, depths.query).of_client(habits),
            headers: headers::to_depth(&header_facts, depths.headers).of_client(habits),
            payload: payload::variants(&payload_facts)?.of_client(habits),
        })
    }

    /// The ways from a canonical request to a signature. `None` if the credential cannot be read.
    pub(crate) fn signing_steps<'k>(&'k self, known: &'k Known<'_>) -> Option<SigningSteps<'k>> {
        let scope = self.scope()?;
        let expected = self.expected.as_ref().map_or(scope, |(day, expected)| ScopeText {
            day: day.as_str(),
            region: scope.region.map(|_| expected.region()),
            service: expected.service(),
            terminator: TERMINATOR,
        });
        let http_date = self.header(name::HTTP_DATE).and_then(|value| str::from_utf8(value.trim_ascii()).ok());
        Some(SigningSteps::new(SigningFacts {
            credentials: known.credentials,
            scope,
            expected,
            region: Some(self.verifier.region()),
            date: &self.date,
            http_date,
            now: known.now,
            host: self.host(),
        }))
    }
}

fn all_headers<'a>(request: &RequestView<'a>) -> Vec<(Cow<'a, str>, Cow<'a, [u8]>)> {
    let mut headers = Vec::new();
    request.headers.visit(&mut |name, value| headers.push((Cow::Borrowed(name), Cow::Borrowed(value))));
    headers
}

/// The basic form of a time.
fn basic(text: &str) -> String {
    let text = text.trim();
    let short: String = text.chars().filter(|c| !matches!(c, '-' | ':')).take(64).collect();
    if Timestamp::parse_any_year(text).is_ok() || Timestamp::parse_any_year(&short).is_err() {
        basic_of_http_date(text).unwrap_or_else(|| text.to_owned())
    } else {
        short
    }
}
