//! Events for a program of the organiser's: `POST`, JSON, signed.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use ureq::Agent;

use super::backoff::DeliveryError;
use super::http;
use crate::store::hex;

/// Posts an event.
///
/// # Errors
/// Where the receiver does not answer 2xx.
pub async fn send(
    agent: &Agent,
    url: &str,
    secret: &str,
    id: &str,
    event: &Value,
    now: i64,
) -> Result<(), DeliveryError> {
    let body = event.to_string();
    let signature =
        signature(secret, now, &body).ok_or_else(|| DeliveryError::Final("its secret is no key".into()))?;
    let headers = [("alentour-signature", signature), ("alentour-event-id", id.to_owned())];
    http::post(agent, url, &headers, body.into_bytes(), 0).await?;
    Ok(())
}

/// `t=<UTC seconds>,v1=<HMAC-SHA256 of "t.body" in hexadecimal>`. The time is part of what is signed, so that an old request
/// cannot be sent again as a new one.
fn signature(secret: &str, now: i64, body: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(format!("{now}.{body}").as_bytes());
    Some(format!("t={now},v1={}", hex(&mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_signature_is_the_one_that_the_documentation_verifies() {
        // Python: hmac.new(b"0123456789abcdef", b'1700000000.{"id":"a"}', "sha256").hexdigest()
        let expected = "t=1700000000,v1=7eefd6dab3572ab7b831fd0f3b0189166fd2d48edffb19b3bed33209454c06ad";
        let signature = super::signature("0123456789abcdef", 1_700_000_000, r#"{"id":"a"}"#);
        assert_eq!(signature.as_deref(), Some(expected));
    }
}
