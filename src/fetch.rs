//! Requests, such that no host page's own `fetch` can break them.

use gloo_net::http::RequestBuilder;
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

/// Sends a request, with a body if there is one. `None` says that no answer came, which does not say that the request did not arrive.
///
/// gloo-net's own `send` panics where `fetch` rejects with something that is no `Error`, as pages that replace
/// `fetch` make it do; so it builds the request, and the promise is awaited here.
pub async fn send(builder: RequestBuilder, body: Option<String>) -> Option<Answer> {
    let signal = web_sys::AbortSignal::timeout_with_u32(PATIENCE);
    let builder = builder.abort_signal(Some(&signal)).credentials(web_sys::RequestCredentials::Omit);
    let request = match body {
        Some(body) => builder.body(body),
        None => builder.build(),
    };
    let request: web_sys::Request = request.ok()?.into();
    let response = JsFuture::from(web_sys::window()?.fetch_with_request(&request)).await.ok()?;
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
