//! The request in the attributes that Envoy sends.

use super::body::body;
use super::head::{Fault, Head};
use crate::check::request::{CheckBody, CheckRequest};
use core::net::IpAddr;
use envoy_types::pb::envoy::config::core::v3::address::Address;
use envoy_types::pb::envoy::service::auth::v3 as pb;
use std::collections::HashMap;

/// The key of `context_extensions` that names the API of a route.
const API: &str = "api";
/// The key that says with [`WHOLE`] that Envoy reads every body of the route to its end.
const BODY: &str = "body";
const WHOLE: &str = "whole";
/// The key that says with [`ALWAYS`] that every client of the route uses TLS, which ends in front of Envoy.
const TLS: &str = "tls";
const ALWAYS: &str = "always";

/// The request of a client. Attributes that are not those of one request give a request with a fault, which is refused.
pub(super) fn request(check: pb::CheckRequest) -> CheckRequest {
    let attributes = check.attributes.unwrap_or_default();
    let secure = uses_tls(&attributes);
    let extensions = &attributes.context_extensions;
    let mut http = attributes.request.and_then(|request| request.http);
    let read = http.as_mut().ok_or("there is no HTTP request").and_then(|http| request_of(http, extensions));
    let mut request = read.unwrap_or_else(|fault| {
        let mut request = CheckRequest::new(Head::legible(http.as_ref()), CheckBody::Unread);
        request.fault = Some(fault);
        request
    });
    request.source_ip = attributes.source.and_then(address);
    request.secure = secure;
    request.api = extensions.get(API).cloned();
    request
}

fn request_of(
    http: &mut pb::attribute_context::HttpRequest,
    extensions: &HashMap<String, String>,
) -> Result<CheckRequest, Fault> {
    let head = Head::read(http)?;
    let body = body(http, &head, says(extensions, BODY, WHOLE))?;
    Ok(CheckRequest::new(head.parts, body))
}

/// Whether the client uses TLS: Envoy has shown a certificate, or was asked for one by name. The scheme is the client's own word over
/// HTTP/2, and Envoy 1.40 sends an empty session for a connection without TLS.
fn uses_tls(attributes: &pb::AttributeContext) -> bool {
    let has_certificate = attributes.destination.as_ref().is_some_and(|peer| !peer.principal.is_empty());
    let has_name = attributes.tls_session.as_ref().is_some_and(|session| !session.sni.is_empty());
    has_certificate || has_name || says(&attributes.context_extensions, TLS, ALWAYS)
}

/// Whether the route's configuration has this value for this key. The client has no influence on it.
fn says(extensions: &HashMap<String, String>, key: &str, value: &str) -> bool {
    extensions.get(key).is_some_and(|said| said == value)
}

/// The address of the client as Envoy knows it, by its settings `use_remote_address` and `xff_num_trusted_hops`.
fn address(peer: pb::attribute_context::Peer) -> Option<IpAddr> {
    match peer.address?.address? {
        Address::SocketAddress(socket) => socket.address.parse().ok(),
        _ => None,
    }
}
