//! Proof of work, so that signing people up by the thousand is dear: a challenge that a browser solves by trying numbers,
//! and the check of its solution. The protocol is ALTCHA's, version 1 (<https://altcha.org/docs/v1/proof-of-work/>), in
//! these few lines because the crate of that name speaks version 2 only.
//!
//! Nothing is kept of a challenge until it is used: it carries its own times, and a signature.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::http::Error;
use crate::http::Visitor;
use crate::settings::Robots;
use crate::state::AppState;
use crate::store::{Digest, Proof, Secret};

/// Seconds that a challenge is good for: a form that was opened before lunch asks for another one.
const GOOD_FOR: i64 = 3600;
/// An easy challenge, for slow devices, is that many times less work, and is not accepted before so many seconds are over:
/// what a robot saves in work it pays in time, and in challenges (`Limits::challenge`).
const EASIER: u32 = 20;
const EASY_WAIT: i64 = 20;
/// The least work of an easy challenge, in hashes.
const EASY_LEAST: u32 = 1000;
/// The longest solution in base64: ours have about 400 characters.
const LONGEST: usize = 2048;

/// As browsers write it (`btoa`), and without the padding, which some leave out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a browser is asked: which number between 0 and `maxnumber`, written after the salt, has that SHA-256?
#[derive(Serialize)]
struct Challenge {
    algorithm: &'static str,
    challenge: String,
    salt: String,
    signature: String,
    maxnumber: u32,
    /// Seconds after which it may be sent at the earliest. Not ALTCHA's: its own client leaves it alone.
    wait: i64,
}

/// What a browser answers.
#[derive(Deserialize)]
struct Solution {
    algorithm: String,
    challenge: String,
    number: u64,
    salt: String,
    signature: String,
}

/// `GET /signups/challenge`, and `?slow=1` for devices that would take too long.
pub async fn challenge(
    State(state): State<AppState>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let robots = &state.settings.robots;
    let no_store = [(CACHE_CONTROL, "no-store")];
    if robots.work == 0 {
        return Ok((StatusCode::NO_CONTENT, no_store).into_response());
    }
    let is_easy = query.is_some_and(|query| query.split('&').any(|part| part == "slow=1"));
    state.limits.challenge(visitor, is_easy)?;
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|error| Error::Unavailable(error.to_string()))?;
    let now = jiff::Timestamp::now().as_second();
    let challenge = pose(&key(&state.store.keys().current()), robots, is_easy, now, random);
    Ok((no_store, Json(challenge)).into_response())
}

/// The proof that came with a sign-up; `None` where none is asked for.
pub fn check(secret: &Secret, robots: &Robots, sent: &str, now: i64) -> Result<Option<Proof>, Error> {
    match robots.work {
        0 => Ok(None),
        _ => verify_solution(&key(secret), robots, sent, now).map(Some).ok_or(Error::Proof),
    }
}

fn key(secret: &Secret) -> Digest {
    secret.digest("key", b"altcha")
}

fn pose(key: &Digest, robots: &Robots, is_easy: bool, now: i64, random: [u8; 16]) -> Challenge {
    let (maxnumber, wait) = match is_easy {
        true => ((robots.work / EASIER).max(EASY_LEAST.min(robots.work)), EASY_WAIT),
        false => (robots.work, i64::from(robots.fill_seconds)),
    };
    let [a, b, c, d, rest @ ..] = random;
    // Every number is as likely as any other, but for less than one in 80,000.
    let range = u64::from(maxnumber) + 1;
    let number = (u64::from(u32::from_be_bytes([a, b, c, d])) * range) >> 32;
    let slow = if is_easy { "&slow=1" } else { "" };
    // The `&` at its end keeps the salt from lending digits to the number, or borrowing some (CVE-2025-68113).
    let salt = format!("{}?expires={}&issued={now}{slow}&", hex::encode(rest), now + GOOD_FOR);
    let challenge = hex::encode(hash(&salt, number));
    let signature = signature(key, &challenge).map(|mac| hex::encode(mac.finalize().into_bytes()));
    Challenge {
        algorithm: "SHA-256",
        signature: signature.unwrap_or_default(),
        challenge,
        salt,
        maxnumber,
        wait,
    }
}

fn verify_solution(key: &Digest, robots: &Robots, sent: &str, now: i64) -> Option<Proof> {
    if sent.len() > LONGEST {
        return None;
    }
    let solution: Solution = serde_json::from_slice(&BASE64.decode(sent).ok()?).ok()?;
    let signed: Digest = hex::decode(&solution.signature).ok()?.try_into().ok()?;
    // Compares in constant time.
    signature(key, &solution.challenge)?.verify_slice(&signed).ok()?;
    let digest = hash(&solution.salt, solution.number);
    if solution.algorithm != "SHA-256" || hex::encode(digest) != solution.challenge {
        return None;
    }
    let times = solution.salt.split_once("?expires=")?.1.strip_suffix('&')?;
    let (times, is_easy) = times.strip_suffix("&slow=1").map_or((times, false), |times| (times, true));
    let (expires, issued) = times.split_once("&issued=")?;
    let (expires_at, issued): (i64, i64) = (expires.parse().ok()?, issued.parse().ok()?);
    let wait = i64::from(robots.fill_seconds).max(if is_easy { EASY_WAIT } else { 0 });
    (issued + wait <= now && now < expires_at).then_some(Proof { challenge: digest, expires_at })
}

fn hash(salt: &str, number: u64) -> Digest {
    Sha256::digest(format!("{salt}{number}")).into()
}

/// The MAC of a challenge. A key of 32 bytes is never refused.
fn signature(key: &Digest, challenge: &str) -> Option<Hmac<Sha256>> {
    Some(Hmac::new_from_slice(key).ok()?.chain_update(challenge))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Digest = [7; 32];
    const NOW: i64 = 1_763_890_123;

    fn robots() -> Robots {
        Robots { work: 2000, fill_seconds: 3, ..Robots::default() }
    }

    fn solve(challenge: &Challenge) -> serde_json::Value {
        let number = (0..=u64::from(challenge.maxnumber))
            .find(|number| hex::encode(hash(&challenge.salt, *number)) == challenge.challenge)
            .unwrap();
        serde_json::json!({
            "algorithm": "SHA-256", "challenge": challenge.challenge, "number": number, "salt": challenge.salt,
            "signature": challenge.signature, "took": 12,
        })
    }

    fn sent(solution: &serde_json::Value) -> String {
        BASE64.encode(solution.to_string())
    }

    fn solved(is_easy: bool) -> serde_json::Value {
        solve(&pose(&KEY, &robots(), is_easy, NOW, *b"sixteen of bytes"))
    }

    fn accepted(solution: &serde_json::Value, now: i64) -> bool {
        verify_solution(&KEY, &robots(), &sent(solution), now).is_some()
    }

    #[test]
    fn hashes_and_signatures_are_those_of_other_implementations() {
        // Made with Python's hashlib and hmac: sha256(salt + "123"), and hmac(key, hex of that).
        let digest = hex::encode(hash("abcdef?expires=1763893723&issued=1763890123&", 123));
        assert_eq!(digest, "90a58b96d6049ff6fda36b9d9617c5c02e57fb073bc3e4621dd36a0023644c22");
        let mac = signature(&KEY, &digest).unwrap().finalize().into_bytes();
        assert_eq!(hex::encode(mac), "c65df53e01dcd16f1ca12ae595eb3b51b68ac5fb6f6e5bb123e186a90e068519");
    }

    #[test]
    fn a_solution_is_accepted_once_the_form_can_have_been_filled_in_and_until_it_expires() {
        let solution = solved(false);
        for (after, expected) in
            [(-1, false), (2, false), (3, true), (3599, true), (3600, false), (99_999, false)]
        {
            assert_eq!(accepted(&solution, NOW + after), expected, "{after}");
        }
        let unpadded = sent(&solution).trim_end_matches('=').to_owned();
        let proof = verify_solution(&KEY, &robots(), &unpadded, NOW + 3).unwrap();
        assert_eq!(proof.expires_at, NOW + 3600);
        assert_eq!(hex::encode(proof.challenge), solution["challenge"].as_str().unwrap());
    }

    #[test]
    fn an_easy_challenge_is_less_work_and_more_patience() {
        let challenge = pose(&KEY, &Robots { work: 50_000, ..robots() }, true, NOW, [9; 16]);
        assert_eq!((challenge.maxnumber, challenge.wait), (2500, 20));
        assert_eq!(pose(&KEY, &robots(), true, NOW, [9; 16]).maxnumber, 1000);
        let solution = solve(&challenge);
        assert!(!accepted(&solution, NOW + 19) && accepted(&solution, NOW + 20));
    }

    #[test]
    fn what_was_changed_is_refused() {
        let good = solved(true);
        let (salt, number) = (good["salt"].as_str().unwrap(), good["number"].as_u64().unwrap());
        let changed = |field: &str, value: serde_json::Value| {
            let mut solution = good.clone();
            solution[field] = value;
            solution
        };
        assert!(accepted(&good, NOW + 60));
        for solution in [
            changed("number", (number + 1).into()),
            changed("number", number.to_string().into()),
            changed("salt", salt.replace("&slow=1", "").into()),
            changed("salt", salt.replace("issued=1", "issued=0").into()),
            changed("salt", salt.trim_end_matches('&').into()),
            changed("signature", "0".repeat(64).into()),
            changed("signature", "é".repeat(32).into()),
            changed("signature", "".into()),
            changed("algorithm", "SHA-1".into()),
            changed("challenge", hex::encode(hash(salt, number + 1)).into()),
            serde_json::json!([]),
            serde_json::Value::Null,
        ] {
            assert!(!accepted(&solution, NOW + 60), "{solution}");
        }
        assert!(verify_solution(&[8; 32], &robots(), &sent(&good), NOW + 60).is_none(), "another key");
        for text in ["", "é", "====", "e30=", &"A".repeat(9000)] {
            assert!(verify_solution(&KEY, &robots(), text, NOW + 60).is_none(), "{text}");
        }
    }

    #[test]
    fn digits_cannot_be_moved_between_salt_and_number() {
        // A challenge as it would be without the `&`: its last digits can be read as the number's first.
        let (salt, number) = (format!("ab?expires={}&issued={NOW}", NOW + 3600), 45);
        let challenge = hex::encode(hash(&salt, number));
        let signature = hex::encode(signature(&KEY, &challenge).unwrap().finalize().into_bytes());
        for (salt, number) in [(salt.clone(), number), (salt[..salt.len() - 1].to_owned(), 345)] {
            assert_eq!(hex::encode(hash(&salt, number)), challenge);
            let solution = serde_json::json!({
                "algorithm": "SHA-256", "challenge": challenge, "number": number, "salt": salt, "signature": signature,
            });
            assert!(!accepted(&solution, NOW + 60), "{salt} {number}");
        }
    }
}
