//! One call of somebody's server, and what its answer means for a message.

use std::time::Duration;

use ureq::{Agent, http};

use super::backoff::DeliveryError;

/// The longest answer that is read, where one is: a GraphQL participation is half a kilobyte.
pub const LONGEST: u64 = 64 << 10;

/// What a server answered.
pub struct Answer {
    /// Its body, as far as it was asked for.
    pub body: Vec<u8>,
}

/// Posts a body. `read` bytes of the answer are read at most; 0 looks at its status only.
///
/// # Errors
/// Where nobody answers, or the answer is not one of success.
pub async fn post(
    agent: &Agent,
    url: &str,
    headers: &[(&'static str, String)],
    body: Vec<u8>,
    read: u64,
) -> Result<Answer, DeliveryError> {
    let mut request = agent.post(url).content_type("application/json");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    // The agent's limit on time ends the call, so that no thread is lost for good.
    let call = tokio::task::spawn_blocking(move || {
        let mut response = request.send(&body[..]).map_err(unanswered)?;
        check_status(response.status(), retry_after(response.headers()))?;
        let body = match read {
            0 => Vec::new(),
            most => response.body_mut().with_config().limit(most).read_to_vec().map_err(unanswered)?,
        };
        Ok(Answer { body })
    });
    call.await.map_err(|_| DeliveryError::passing("the call was broken off"))?
}

/// What an answer's status means.
fn check_status(status: http::StatusCode, retry_after: Option<i64>) -> Result<(), DeliveryError> {
    let why = format!("it answered {}", status.as_u16());
    match status.as_u16() {
        200..=299 => Ok(()),
        300..=399 => Err(DeliveryError::Refused(format!("{why}: redirects are not followed"))),
        408 | 425 | 429 | 500.. => Err(DeliveryError::Passing(why, retry_after)),
        // RFC 9110, section 15.5.11: likely to be permanent, and said on purpose.
        410 => Err(DeliveryError::Final(why)),
        _ => Err(DeliveryError::Refused(why)),
    }
}

fn retry_after(headers: &http::HeaderMap) -> Option<i64> {
    headers.get(http::header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

/// Why there was no answer. Not in the library's words: they may repeat the address, which may hold a key.
fn unanswered(error: ureq::Error) -> DeliveryError {
    match error {
        ureq::Error::Timeout(_) => DeliveryError::Unreachable("it did not answer in time".into()),
        ureq::Error::HostNotFound => DeliveryError::Unreachable("its host is not known".into()),
        ureq::Error::ConnectionFailed => DeliveryError::Unreachable("it takes no connections".into()),
        // Ours: the host has only private addresses.
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            DeliveryError::Refused(error.to_string())
        }
        ureq::Error::Io(error) => {
            DeliveryError::Unreachable(format!("the connection failed: {}", error.kind()))
        }
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => {
            DeliveryError::Unreachable("its certificate is not to be trusted".into())
        }
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
            DeliveryError::Final("its address cannot be called".into())
        }
        ureq::Error::BodyExceedsLimit(_) => DeliveryError::passing("its answer is too long"),
        _ => DeliveryError::passing("its answer is not HTTP"),
    }
}

/// Whether sign-ups may go to an address: https, unless private networks are allowed.
///
/// # Errors
/// In words.
pub fn check(url: &str, allow_private: bool) -> Result<(), String> {
    let parsed = url.parse::<http::Uri>().ok().filter(|url| url.host().is_some());
    match parsed.as_ref().and_then(http::Uri::scheme_str) {
        Some("https") => Ok(()),
        Some("http") if allow_private => Ok(()),
        Some("http") => Err("its address must be https: it is about people".into()),
        _ => Err("its url is no https address".into()),
    }
}

/// How long a call may take in all.
pub const PATIENCE: Duration = Duration::from_secs(20);
