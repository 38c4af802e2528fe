//! Bytes ready to be sent: compressed in advance, with a tag that tells whether a client has them already.

use std::io::Write;

use axum::body::{Body, Bytes};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use sha2::{Digest, Sha256};

use crate::http::negotiation::{Encoding, accepted};

/// Whether a page of another origin may use what is served.
pub const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The media type of plain text.
pub const TEXT: &str = "text/plain; charset=utf-8";

/// As long as a visitor may see what has changed; a CDN in front may serve it a little longer while it asks.
pub const A_MINUTE: &str = "public, max-age=60, stale-while-revalidate=600";

/// For what is named by its content (RFC 8246), or by a version that it never changes in.
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Bytes of a digest that name some content.
const BYTES: usize = 10;

/// One resource in the encodings there are of it.
#[derive(Clone, Debug)]
pub struct Representation {
    /// The bytes as they are.
    pub identity: Bytes,
    /// The same, in brotli.
    pub brotli: Option<Bytes>,
    /// The same, in gzip.
    pub gzip: Option<Bytes>,
    /// Names the content: hexadecimal digits, the same for all encodings.
    pub tag: String,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// `Cache-Control`.
    pub cache: &'static str,
}

impl Representation {
    /// Compresses the bytes, which takes a while for a large feed: not for the thread that answers requests.
    pub fn compressed(identity: Vec<u8>, content_type: &'static str, cache: &'static str) -> Self {
        // Quality 9 of 11: the last two are ten times slower for some 3 %, and feeds change all day.
        let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 9, 22);
        let brotli = writer.write_all(&identity).ok().map(|()| writer.into_inner());
        Self::with_brotli(identity, brotli, content_type, cache)
    }

    /// Adds what else there is to a text and the same in brotli.
    pub fn with_brotli(
        identity: Vec<u8>,
        brotli: Option<Vec<u8>>,
        content_type: &'static str,
        cache: &'static str,
    ) -> Self {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        let gzip = gzip.write_all(&identity).and_then(|()| gzip.finish()).ok().map(Bytes::from);
        let (tag, brotli) = (tag(&identity), brotli.map(Bytes::from));
        Self { tag, brotli, gzip, identity: identity.into(), content_type, cache }
    }

    /// Bytes of all encodings together.
    pub fn weight(&self) -> usize {
        Encoding::ALL.iter().filter_map(|encoding| self.in_encoding(*encoding)).map(Bytes::len).sum()
    }

    fn in_encoding(&self, encoding: Encoding) -> Option<&Bytes> {
        match encoding {
            Encoding::Brotli => self.brotli.as_ref(),
            Encoding::Gzip => self.gzip.as_ref(),
            Encoding::Identity => Some(&self.identity),
        }
    }

    /// The answer to a GET with those headers: 200, or 304 where the client has it.
    pub fn respond(&self, request: &HeaderMap) -> Response {
        let resource = Resource { tag: &self.tag, content_type: self.content_type, cache: self.cache };
        let body = |encoding| self.in_encoding(encoding).cloned().map_or_else(Body::empty, Body::from);
        resource.respond(request, |encoding| Some(self.in_encoding(encoding)?.len() as u64), body)
    }
}

/// What an answer says of a resource, wherever its bytes are.
#[derive(Clone, Copy, Debug)]
pub struct Resource<'a> {
    /// Names the content: hexadecimal digits, the same for all encodings.
    pub tag: &'a str,
    /// `Content-Type`.
    pub content_type: &'static str,
    /// `Cache-Control`.
    pub cache: &'static str,
}

impl Resource<'_> {
    /// The answer to a GET with those headers: 200, or 304 where the client has it. `length`: the bytes in an encoding, `None` where
    /// there is none of it. `body` is called for what is sent, and for nothing else.
    pub fn respond(
        &self,
        request: &HeaderMap,
        length: impl Fn(Encoding) -> Option<u64>,
        body: impl FnOnce(Encoding) -> Body,
    ) -> Response {
        let (encoding, length) = accepted(request)
            .into_iter()
            .find_map(|encoding| Some((encoding, length(encoding)?)))
            .unwrap_or((Encoding::Identity, 0));
        // A strong tag names the bytes, so each encoding has one of its own (RFC 9110, 8.8.3.3).
        let tag = match encoding.token() {
            Some(token) => format!("\"{}-{token}\"", self.tag),
            None => format!("\"{}\"", self.tag),
        };

        let mut response = Response::new(Body::empty());
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(self.cache));
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(CROSS_ORIGIN_RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
        let known = has(request, &tag);
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(ETAG, tag);
        }
        if known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        if let Some(token) = encoding.token() {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(token));
        }
        *response.body_mut() = body(encoding);
        response
    }
}

/// Names some content: the first 80 bits of its SHA-256, as the bundle's hashed names do with 40.
pub fn tag(bytes: &[u8]) -> String {
    named(Sha256::new_with_prefix(bytes))
}

/// The same of content whose digest has been taken.
pub fn named(digest: Sha256) -> String {
    hex::encode(first(digest))
}

/// Names something by its contents.
pub type Key = [u8; BYTES];

/// The bytes that a [`tag`] is of.
pub fn key(bytes: &[u8]) -> Key {
    first(Sha256::new_with_prefix(bytes))
}

fn first(digest: Sha256) -> [u8; BYTES] {
    let digest: [u8; 32] = digest.finalize().into();
    std::array::from_fn(|at| digest[at])
}

/// Whether `If-None-Match` names that tag. Compared weakly, as a GET's is (RFC 9110, 13.1.2): proxies that
/// recompress mark tags with `W/`.
fn has(request: &HeaderMap, tag: &str) -> bool {
    request
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|known| known.trim())
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}
