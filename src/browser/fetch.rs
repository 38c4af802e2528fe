//! Requests to the server that takes sign-ups, such that no host page's own `fetch` can break them.
//!
//! `fetch.mjs` sends, with nothing of the page's but its `fetch`; gloo-net wraps the response. Its requests are the page's `Request` and
//! `Headers`, which pages replace, and its `send`, `text` and `json` panic where the page's `fetch` rejects with something that is no
//! `Error` (`js_to_js_error` in its `error.rs`): so web-sys reads the body.

use gloo_net::http::Response as Raw;
use js_sys::Promise;
use serde::Serialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::json::Parsed;

/// Milliseconds until what has failed to come is asked for again, each time.
pub const PAUSES: [u32; 4] = [2000, 5000, 15_000, 30_000];

#[wasm_bindgen(module = "/src/browser/fetch.mjs")]
extern "C" {
    #[wasm_bindgen(js_name = send)]
    fn begin_sending(address: &str, key: Option<&str>, body: Option<&str>) -> Promise;
}

#[wasm_bindgen(module = "/src/browser/pause.mjs")]
extern "C" {
    #[wasm_bindgen(js_name = pause)]
    fn begin_pause(milliseconds: u32, may_wake: bool) -> Promise;
    /// The answer, if it comes within so many milliseconds; else `undefined`.
    pub fn within(answer: &Promise, milliseconds: u32) -> Promise;
    /// Both answers, or the one. A refusal that nobody has waited for yet is no error of the page's.
    pub fn together(one: &Promise, other: Option<&Promise>) -> Promise;
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
    send(address, key, None).await
}

/// Posts JSON. `None`: no response came, which does not say that the request did not arrive.
pub async fn post(address: &str, key: &str, body: &impl Serialize) -> Option<Response> {
    send(address, Some(key), Some(&serde_json::to_string(body).ok()?)).await
}

async fn send(address: &str, key: Option<&str>, body: Option<&str>) -> Option<Response> {
    let response: web_sys::Response =
        JsFuture::from(begin_sending(address, key, body)).await.ok()?.unchecked_into();
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
