//! Requests, such that no host page's own `fetch` can break them.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Milliseconds after which a request is given up: a telephone on a bad line gets this long.
const PATIENCE: u32 = 20_000;

/// An answer: status and text.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Retry-After` in seconds, where the server gives one.
    pub retry_after: Option<u32>,
    /// The body.
    pub text: String,
}

/// Gets an address or, with an idempotency key and a body, posts JSON to it. `None` says that no answer came, which does
/// not say that the request did not arrive.
///
/// Without gloo-net: it panics where `fetch` rejects with something that is no `Error`, as pages that replace `fetch` make it
/// do, and costs 1.3 KB (brotli) of the widget.
pub async fn send(address: &str, body: Option<(&str, &str)>) -> Option<Answer> {
    let init = web_sys::RequestInit::new();
    init.set_signal(Some(&web_sys::AbortSignal::timeout_with_u32(PATIENCE)));
    init.set_credentials(web_sys::RequestCredentials::Omit);
    if let Some((key, body)) = body {
        init.set_method("POST");
        init.set_headers(&crate::host::object(&[
            ("content-type", "application/json".into()),
            ("idempotency-key", key.into()),
        ]));
        init.set_body(&body.into());
    }
    let response = JsFuture::from(web_sys::window()?.fetch_with_str_and_init(address, &init)).await.ok()?;
    let response: web_sys::Response = response.dyn_into().ok()?;
    let retry_after =
        response.headers().get("retry-after").ok().flatten().and_then(|value| value.parse().ok());
    let text = JsFuture::from(response.text().ok()?).await.ok().as_ref().and_then(JsValue::as_string)?;
    Some(Answer { status: response.status(), retry_after, text })
}

/// Waits that many milliseconds.
pub async fn sleep(milliseconds: u32) {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ =
                window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds as i32);
        }
    });
    let _ = JsFuture::from(promise).await;
}
