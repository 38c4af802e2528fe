//! Requests to the server that takes sign-ups, such that no host page's own `fetch` can break them.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::host::object;

/// Milliseconds after which a request is given up: a telephone on a bad line gets this long.
const PATIENCE: u32 = 20_000;

#[wasm_bindgen]
extern "C" {
    // The page may have replaced it: it may throw, or give anything.
    #[wasm_bindgen(js_name = fetch, catch)]
    fn fetch(address: &str, init: &JsValue) -> Result<JsValue, JsValue>;
    // Safari 15 has none.
    #[wasm_bindgen(js_namespace = AbortSignal, js_name = timeout, catch)]
    fn abort_after(milliseconds: u32) -> Result<JsValue, JsValue>;
}

#[wasm_bindgen(module = "/src/pause.mjs")]
extern "C" {
    #[wasm_bindgen(js_name = pause)]
    fn begin_pause(milliseconds: u32, may_wake: bool) -> Promise;
}

/// An answer: status and text.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After` in seconds, where the server gives one.
    pub retry_after: Option<u32>,
    /// The body.
    pub text: String,
}

impl Answer {
    /// Whether the server may answer otherwise later.
    pub fn is_later(&self) -> bool {
        matches!(self.status, 408 | 425 | 429 | 500..=599)
    }
}

/// Posts JSON, or gets what is at the address where there is none to post. An empty key is not sent, which spares a question
/// of the browser's (a "preflight"). `None` says that no answer came, which does not say that the request did not arrive.
///
/// Without gloo-net: it panics where `fetch` rejects with something that is no `Error`, as pages that replace `fetch` make it
/// do, and costs 1.3 KB (brotli) of the widget.
pub async fn ask(address: &str, key: &str, json: Option<&str>) -> Option<Answer> {
    let headers = [("content-type", "application/json".into()), ("idempotency-key", key.into())];
    let headers = match (json, key) {
        (Some(_), _) => &headers[..],
        (None, "") => &[],
        (None, _) => &headers[1..],
    };
    let init = object(&[
        ("method", if json.is_some() { "POST" } else { "GET" }.into()),
        ("cache", "no-store".into()),
        ("credentials", "omit".into()),
        ("headers", object(headers)),
        ("body", json.into()),
        ("signal", abort_after(PATIENCE).unwrap_or_default()),
    ]);
    let promise = Promise::resolve(&fetch(address, &init).ok()?);
    let response: web_sys::Response = JsFuture::from(promise).await.ok()?.dyn_into().ok()?;
    let retry_after =
        response.headers().get("retry-after").ok().flatten().and_then(|value| value.parse().ok());
    let text = JsFuture::from(response.text().ok()?).await.ok().as_ref().and_then(JsValue::as_string)?;
    Some(Answer { status: response.status(), retry_after, text })
}

/// Waits that many milliseconds.
pub async fn sleep(milliseconds: u32) {
    pause(milliseconds, false).await;
}

/// Waits that many milliseconds, or, if it may be woken, until the line or the visitor is back. `true` if it was.
pub async fn pause(milliseconds: u32, may_wake: bool) -> bool {
    JsFuture::from(begin_pause(milliseconds, may_wake)).await.is_ok_and(|woken| woken.is_truthy())
}
