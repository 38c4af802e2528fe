//! The proof of work that makes filling in forms by the thousand dear: a challenge of the ALTCHA protocol (version 1),
//! solved while the visitor types, with nothing to see and nothing to press. <https://altcha.org/docs/v1/proof-of-work/>

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::app::App;
use crate::fetch;

#[wasm_bindgen(module = "/src/signup/proof.mjs")]
extern "C" {
    fn solve(challenge: &str, is_easy: bool) -> Promise;
}

/// Fetches a challenge, solves it, and waits until it may be sent. Gives an empty text where none is asked for.
///
/// # Errors
/// Where the server did not answer, or said "later": perhaps after how many seconds.
pub async fn prove(app: App) -> Result<String, Option<u32>> {
    let mut is_slow = false;
    loop {
        let path = if is_slow { "/signups/challenge?slow=1" } else { "/signups/challenge" };
        let answer = fetch::ask(&app.address(path).ok_or(None)?, "", None).await.ok_or(None)?;
        if answer.is_later() {
            return Err(answer.retry_after);
        }
        if answer.status != 200 {
            return Ok(String::new());
        }
        // What is no challenge cannot be solved: the server says what it thinks of none.
        let solution = JsFuture::from(solve(&answer.text, is_slow)).await.unwrap_or_else(|_| "".into());
        if let Some(solution) = solution.as_string() {
            return Ok(solution);
        }
        is_slow = true;
    }
}
