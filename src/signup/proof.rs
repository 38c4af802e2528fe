//! The proof of work that makes filling in forms by the thousand dear: a challenge of the ALTCHA protocol (version 1),
//! solved while the visitor types, with nothing to see and nothing to press. <https://altcha.org/docs/v1/proof-of-work/>

use alentour_model::json::Json;
use js_sys::{Date, Reflect};
use wasm_bindgen::prelude::*;

use super::sha256::Sha256;
use crate::app::App;
use crate::fetch;
use crate::json::Parsed;

/// Milliseconds of work before the page has its turn: less than a frame, so that nothing stutters.
const SLICE: f64 = 6.0;
/// Numbers tried in a slice at most: some browsers' clocks only move ten times a second.
const NUMBERS: f64 = 4_000.0;
/// Milliseconds of work after which it is known how fast it goes.
const TRIAL: f64 = 100.0;
/// Milliseconds that a challenge may take. Slower devices get an easier one, and wait instead.
const PATIENCE: f64 = 8_000.0;
/// Seconds that a form takes to fill in, unless the challenge says otherwise: the server refuses who is faster.
const LEAST: f64 = 3.0;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = btoa, catch)]
    fn base64(text: &str) -> Result<String, JsValue>;
    #[wasm_bindgen(js_namespace = JSON, js_name = stringify, catch)]
    fn json_of(object: &JsValue, names: &js_sys::Array) -> Result<String, JsValue>;
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
        let challenge = Parsed::parse(&answer.text).filter(|_| answer.status == 200);
        let Some(mut search) = challenge.and_then(Search::new) else { return Ok(String::new()) };
        while is_slow || !search.is_too_slow() {
            let Some(pause) = search.go_on() else { return Ok(search.solution()) };
            // Between two slices browsers make it 4 ms, and longer in a tab that is not seen.
            fetch::sleep(pause as u32).await;
        }
        is_slow = true;
    }
}

/// A challenge, and how far the search for its number has come.
struct Search {
    challenge: JsValue,
    wanted: [u32; 8],
    salt: String,
    sha256: Sha256,
    /// When it was received, in milliseconds since 1970.
    start: f64,
    /// Milliseconds that must have passed since, before it may be sent.
    wait: f64,
    most: f64,
    number: f64,
    is_done: bool,
}

impl Search {
    fn new(challenge: Parsed) -> Option<Self> {
        let part = |name: &str| challenge.field(name);
        let mut wanted = [0; 8];
        for (i, digit) in part("challenge")?.text()?.chars().enumerate() {
            let word: &mut u32 = wanted.get_mut(i / 8)?;
            *word = *word << 4 | digit.to_digit(16)?;
        }
        Some(Self {
            wanted,
            salt: part("salt")?.text()?,
            sha256: Sha256::new(),
            start: Date::now(),
            wait: part("wait").and_then(|wait| wait.number()).unwrap_or(LEAST) * 1000.0,
            most: part("maxnumber")?.number()?,
            number: 0.0,
            is_done: false,
            challenge: challenge.0,
        })
    }

    /// Works for a slice, then says for how many milliseconds to leave the page alone; `None` once it may be sent. Where no number
    /// is right, the last one is sent: the server says so.
    fn go_on(&mut self) -> Option<f64> {
        let now = Date::now();
        if self.is_done {
            return Some(self.start + self.wait - now).filter(|early| *early > 0.0);
        }
        let end = self.number + NUMBERS;
        while self.number < end && Date::now() - now < SLICE {
            for _ in 0..50 {
                let text = [self.salt.as_str(), &(self.number as u32).to_string()].concat();
                self.is_done = self.number >= self.most || self.sha256.hash(text.as_bytes()) == self.wanted;
                if self.is_done {
                    return Some(0.0);
                }
                self.number += 1.0;
            }
        }
        Some(0.0)
    }

    fn is_too_slow(&self) -> bool {
        let spent = Date::now() - self.start;
        !self.is_done && spent > TRIAL && spent * self.most > PATIENCE * self.number
    }

    fn solution(&self) -> String {
        let names = ["algorithm", "challenge", "number", "salt", "signature"];
        let _ = Reflect::set(&self.challenge, &"number".into(), &self.number.into());
        json_of(&self.challenge, &names.into_iter().map(JsValue::from).collect())
            .and_then(|json| base64(&json))
            .unwrap_or_default()
    }
}
