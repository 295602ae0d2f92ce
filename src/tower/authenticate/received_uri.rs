//! The URI as the server received it, behind routers that strip a prefix.

use super::refusal::Cause;
use crate::error::{Error, ErrorKind};
use http::request::Parts;
use http::uri::Uri;
use std::sync::Arc;

type OriginalOf = dyn Fn(&Parts) -> Option<Uri> + Send + Sync;

/// How the received URI is found.
#[derive(Clone, Default)]
pub(super) enum ReceivedUri {
    /// From axum's `OriginalUri` if the feature `axum` is on and a router of axum is before the layer. Otherwise the URI of the request.
    #[default]
    Detected,
    /// By this function.
    Given(Arc<OriginalOf>),
    /// The URI of the request, which no router before the layer may have changed.
    Unchanged,
}

impl ReceivedUri {
    /// Restores the received URI in a request whose prefix a router stripped, and returns the stripped URI.
    pub(super) fn restore(&self, parts: &mut Parts) -> Result<Option<Uri>, Cause> {
        let received = match self {
            Self::Given(original) => original(parts).ok_or_else(|| unknown("`with_original_uri` finds no URI"))?,
            Self::Detected => match original_uri(parts) {
                Some(original) if is_stripped_by_nest(parts, &original) => original,
                Some(_) => return Err(changed()),
                None => return Ok(None),
            },
            Self::Unchanged => {
                return match original_uri(parts) {
                    Some(original) if !same_target(&original, &parts.uri) => Err(unknown(
                        "a router before the layer changed the path: `with_dangerous_path_rewriting` is only for a layer that wraps the \
                         outermost router",
                    )),
                    _ => Ok(None),
                };
            }
        };
        if !is_end_of(&parts.uri, &received) {
            return Err(changed());
        }
        Ok(Some(std::mem::replace(&mut parts.uri, received)))
    }
}

/// The URI that the outermost router of axum received. Routers set it; it cannot come from a client, as extensions are not sent.
#[cfg(feature = "axum")]
fn original_uri(parts: &Parts) -> Option<Uri> {
    parts.extensions.get::<axum::extract::OriginalUri>().map(|original| original.0.clone())
}

#[cfg(not(feature = "axum"))]
const fn original_uri(_: &Parts) -> Option<Uri> {
    None
}

/// Whether nested routers of axum left this path of the received one. They strip as many segments as their prefixes have. Without them
/// `/` may not stand for a longer path, because it is the end of every path.
#[cfg(feature = "axum")]
fn is_stripped_by_nest(parts: &Parts, received: &Uri) -> bool {
    let path = parts.uri.path();
    match parts.extensions.get::<axum::extract::NestedPath>() {
        Some(prefix) => path == below(received.path(), prefix.as_str()),
        None => path != "/" || received.path() == "/",
    }
}

#[cfg(not(feature = "axum"))]
const fn is_stripped_by_nest(_: &Parts, _: &Uri) -> bool {
    true
}

/// The path without as many segments as the prefix has, and `/` if nothing is left.
#[cfg(feature = "axum")]
fn below<'p>(path: &'p str, prefix: &str) -> &'p str {
    let segments = prefix.trim_end_matches('/').matches('/').count();
    path.match_indices('/').nth(segments).and_then(|(at, _)| path.get(at..)).unwrap_or("/")
}

fn same_target(one: &Uri, other: &Uri) -> bool {
    one.path() == other.path() && one.query() == other.query()
}

/// Whether a router can have made `uri` of `received` by cutting segments off its front. A target that is no path, such as `*`, is its own
/// end; it is refused later.
fn is_end_of(uri: &Uri, received: &Uri) -> bool {
    let path = uri.path();
    // Only the slash is left of a path that was stripped whole.
    let is_end = || path.starts_with('/') && (path == "/" || received.path().ends_with(path));
    same_target(uri, received) || (uri.query() == received.query() && is_end())
}

#[cold]
fn changed() -> Cause {
    unknown(
        "the URI of the request is not the end of the URI that the router received: leave the path alone between router and layer",
    )
}

#[cold]
fn unknown(detail: &'static str) -> Cause {
    Cause::UnknownUri(Error::new(ErrorKind::InvalidPath, detail))
}
