//! The cookie by which a browser is known that is signed in.

use std::sync::Arc;

use alentour_model::EmailAddress;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use serde_json::{Value, json};

use super::now;
use crate::http::Error;
use crate::state::AppState;
use crate::store::{Account, Deed, Digest, FirstOperator, Role, SignIn, SignedIn, TrailEntry, random_token};

/// Its name. Browsers take one of such a name only from this very host, for all of it, over https (RFC 6265bis, section 4.1.3.2).
const NAME: &str = "__Host-alentour";
/// Seconds that a browser stays signed in.
const LASTS: i64 = 14 * 24 * 3600;
/// Seconds after which a cookie is replaced by another one, and for which it stays good then: for what was asked at the same time.
const RENEWED: i64 = 24 * 3600;
const GRACE: i64 = 60;

/// Who asks.
pub struct Who {
    /// Their account.
    pub account: Account,
    /// What they may do with the initiative that the page is about; `None` where it is about none.
    pub role: Option<Role>,
    /// What each form of theirs carries.
    pub csrf: String,
    /// The hash of their cookie.
    pub cookie: Digest,
    renews: bool,
}

impl Who {
    /// Whether they may do everything with the initiative that the page is about.
    pub fn organises(&self) -> bool {
        self.role == Some(Role::Organiser)
    }

    /// What they do, for the trail.
    pub fn entry(&self, initiative: &str, action: Deed, detail: Value) -> TrailEntry {
        TrailEntry {
            account: self.account.id.clone(),
            initiative: initiative.to_owned(),
            action,
            detail,
            at: now(),
        }
    }

    /// The same with a role.
    pub fn with(self, role: Option<Role>) -> Arc<Self> {
        Arc::new(Self { role, ..self })
    }
}

/// Who is signed in with the browser of these headers.
pub async fn who(state: &AppState, headers: &HeaderMap) -> Result<Option<Who>, Error> {
    let Some(token) = token(headers) else { return Ok(None) };
    let secret = state.store.secret();
    let cookie = secret.digest("organiser's cookie", token.as_bytes());
    let now = now();
    let Some(SignedIn { account, began_at, made_at, .. }) = state.store.signed_in(&cookie, now).await? else {
        return Ok(None);
    };
    // Not of the cookie, which is another one each day: forms in other tabs are still the browser's own.
    let session = [&account.account_h[..], &began_at.to_be_bytes()].concat();
    let csrf = crate::store::hex(&secret.digest("organiser's form", &session));
    Ok(Some(Who { account, role: None, csrf, cookie, renews: made_at + RENEWED <= now }))
}

/// The cookie that a browser sends: 64 hexadecimal digits. Of several none is ours for sure.
fn token(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut ours = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().strip_prefix(NAME)?.strip_prefix('='));
    let token =
        ours.next().filter(|token| token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit()))?;
    ours.next().is_none().then_some(token)
}

/// Signs a browser in by a mailed link, by its hash, and a code where the account asks for one; the cookie that says so, or why there is none.
/// Whatever cookie the browser had before is worth nothing for it: nobody can have put it there in advance.
pub async fn begin(
    state: &AppState,
    link: &Digest,
    code: &str,
) -> Result<Result<HeaderValue, SignIn>, Error> {
    let token = random_token().map_err(|error| Error::Unavailable(format!("no randomness: {error:?}")))?;
    let cookie = state.store.secret().digest("organiser's cookie", token.as_bytes());
    let now = now();
    Ok(match state.store.sign_in(link, &cookie, code, now, now + LASTS).await? {
        SignIn::Now => Ok(value(&token, LASTS)),
        why => Err(why),
    })
}

/// Makes the first operator by a link, by its hash, and signs the browser in as them. `None` where somebody was first.
pub async fn begin_first(
    state: &AppState,
    link: &Digest,
    (email, name): (&EmailAddress, &str),
    language: &str,
) -> Result<Option<HeaderValue>, Error> {
    let token = random_token().map_err(|error| Error::Unavailable(format!("no randomness: {error:?}")))?;
    let cookie = &state.store.secret().digest("organiser's cookie", token.as_bytes());
    let entry = TrailEntry::by_hand("", Deed::Account, json!({}), now());
    let operator = FirstOperator { email, name, language, cookie, until: entry.at + LASTS };
    let is_made = state.store.make_first_operator(link, operator, &entry).await?;
    Ok(is_made.then(|| value(&token, LASTS)))
}

/// Gives a browser another cookie, where the one it has is a day old.
pub async fn renew(state: &AppState, who: &Who, response: &mut Response) -> Result<(), Error> {
    // A page that has just signed out, or in, has said what it wants.
    if !who.renews || response.headers().contains_key(SET_COOKIE) {
        return Ok(());
    }
    let token = random_token().map_err(|error| Error::Unavailable(format!("no randomness: {error:?}")))?;
    let cookie = state.store.secret().digest("organiser's cookie", token.as_bytes());
    if state.store.renew_cookie(&who.cookie, &cookie, now(), GRACE).await? {
        response.headers_mut().insert(SET_COOKIE, value(&token, LASTS));
    }
    Ok(())
}

/// What takes the cookie from a browser.
pub fn end() -> HeaderValue {
    value("", 0)
}

fn value(token: &str, seconds: i64) -> HeaderValue {
    let text = format!("{NAME}={token}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={seconds}");
    // Digits and what stands above can always be said in a header.
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_ours_where_there_is_one_of_that_name_and_form() {
        let read = |lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(COOKIE, line.parse().unwrap());
            }
            token(&headers).map(str::to_owned)
        };
        let good = "a".repeat(64);
        assert_eq!(read(&[&format!("x=y; __Host-alentour={good}; z=")]), Some(good.clone()));
        assert_eq!(read(&["x=y", &format!("__Host-alentour={good}")]), Some(good.clone()));
        for bad in [
            format!("__Host-alentour={good}; __Host-alentour={good}"),
            format!("__Host-alentour2={good}"),
            format!("alentour={good}"),
            format!("__Host-alentour={}", "g".repeat(64)),
            "__Host-alentour=".to_owned(),
        ] {
            assert_eq!(read(&[&bad]), None, "{bad}");
        }
    }
}
