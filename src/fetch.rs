//! Requests to the server that takes sign-ups, such that no host page's own `fetch` can break them.
//!
//! gloo-net builds the requests and wraps the responses. Its `send`, `text` and `json` panic where the page's `fetch` rejects with something
//! that is no `Error` (`js_to_js_error` in its `error.rs`), as pages that replace `fetch` make it do: `fetch.mjs` sends, and web-sys reads
//! the body.

use gloo_net::http::{Request, RequestBuilder, Response as Raw};
use js_sys::Promise;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestCache, RequestCredentials};

use crate::json::Parsed;

/// Milliseconds after which a request is given up: a telephone on a bad line gets this long.
const TIMEOUT: u32 = 20_000;

#[wasm_bindgen(module = "/src/fetch.mjs")]
extern "C" {
    #[wasm_bindgen(js_name = send)]
    fn begin_sending(request: web_sys::Request) -> Promise;
}

#[wasm_bindgen]
extern "C" {
    // Safari 15 has none.
    #[wasm_bindgen(js_namespace = AbortSignal, js_name = timeout, catch)]
    fn abort_after(milliseconds: u32) -> Result<AbortSignal, JsValue>;
}

#[wasm_bindgen(module = "/src/pause.mjs")]
extern "C" {
    #[wasm_bindgen(js_name = pause)]
    fn begin_pause(milliseconds: u32, may_wake: bool) -> Promise;
}

/// A response that has been read.
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After` in seconds, where the server gives one.
    pub retry_after: Option<u32>,
    /// The body.
    pub body: String,
}

impl Response {
    /// Whether the server may answer otherwise later.
    pub fn is_temporary(&self) -> bool {
        matches!(self.status, 408 | 425 | 429 | 500..=599)
    }

    /// The body as JSON; `None` where it is something else.
    pub fn json(&self) -> Option<Parsed> {
        Parsed::parse(&self.body)
    }
}

/// Gets what is at the address. Without a key the browser asks no leave first (a "preflight"). `None`: no response came.
pub async fn get(address: &str, key: Option<&str>) -> Option<Response> {
    let request = prepared(Request::get(address));
    let request = match key {
        Some(key) => request.header("idempotency-key", key),
        None => request,
    };
    send(request.build().ok()?).await
}

/// Posts JSON. `None`: no response came, which does not say that the request did not arrive.
pub async fn post(address: &str, key: &str, body: &impl Serialize) -> Option<Response> {
    let request = prepared(Request::post(address))
        .header("content-type", "application/json")
        .header("idempotency-key", key);
    send(request.body(serde_json::to_string(body).ok()?).ok()?).await
}

fn prepared(request: RequestBuilder) -> RequestBuilder {
    request
        .cache(RequestCache::NoStore)
        .credentials(RequestCredentials::Omit)
        .abort_signal(abort_after(TIMEOUT).ok().as_ref())
}

async fn send(request: Request) -> Option<Response> {
    let response: web_sys::Response =
        JsFuture::from(begin_sending(request.into())).await.ok()?.unchecked_into();
    let body = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
    let response = Raw::from(response);
    let retry_after = response.headers().get("retry-after").and_then(|value| value.parse().ok());
    Some(Response { status: response.status(), retry_after, body })
}

/// Waits that many milliseconds.
pub async fn sleep(milliseconds: u32) {
    pause(milliseconds, false).await;
}

/// Waits that many milliseconds, or, if it may be woken, until the line or the visitor is back. `true` if it was.
pub async fn pause(milliseconds: u32, may_wake: bool) -> bool {
    JsFuture::from(begin_pause(milliseconds, may_wake)).await.is_ok_and(|woken| woken.is_truthy())
}
