//! Whose program asks, and whether it may: asked before any handler, and said in [`ROUTES`](super::ROUTES).

use std::sync::Arc;

use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::now;
use crate::http::{Error, Visitor};
use crate::state::AppState;
use crate::store::{
    Account, ApiToken, CipherError, Deed, Digest, Role, Scope, Secret, TrailEntry, random_token,
};

/// Begins each token, so that what looks for secrets in the wrong place finds it.
pub const TOKEN_BEGINS: &str = "alentour_";

/// A new token: 256 bits that nobody can guess.
///
/// # Errors
/// Where the system has no randomness.
pub fn new_token() -> Result<String, CipherError> {
    Ok(TOKEN_BEGINS.to_owned() + &random_token()?)
}

/// By which a token is known.
pub fn digest(secret: &Secret, token: &str) -> Digest {
    secret.digest("api token", token.as_bytes())
}

/// Whose program asks.
pub struct Caller {
    /// The account that it acts for, as it is now.
    pub account: Account,
    /// Its token.
    pub token: ApiToken,
}

impl Caller {
    /// What it does, for the trail.
    pub fn entry(&self, initiative: &str, action: Deed) -> TrailEntry {
        TrailEntry {
            account: self.account.id.clone(),
            initiative: initiative.to_owned(),
            action,
            detail: json!({ "token": self.token.name }),
            at: now(),
        }
    }
}

/// Lets a request pass, with its [`Caller`]. What its account may do nothing with, or its token is not for, is not there.
pub async fn pass(
    State((state, scope)): State<(AppState, Scope)>,
    parameters: RawPathParams,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(visitor) = Visitor::from_request_parts(&mut parts, &state).await;
    let mut request = Request::from_parts(parts, body);
    let initiative = parameters.iter().find(|(name, _)| *name == "id").map(|(_, id)| id.to_owned());
    match admitted(&state, visitor, request.headers(), scope, initiative.as_deref()).await {
        Ok(caller) => {
            request.extensions_mut().insert(Arc::new(caller));
            next.run(request).await
        }
        Err(error) => error.into_response(),
    }
}

async fn admitted(
    state: &AppState,
    visitor: Visitor,
    headers: &HeaderMap,
    scope: Scope,
    initiative: Option<&str>,
) -> Result<Caller, Error> {
    state.limits.page(visitor)?;
    let Some(token) = bearer(headers) else { return Err(Error::NoToken) };
    let found = state.store.api_token(&digest(state.store.secret(), token), now()).await?;
    let Some((account, token)) = found else {
        // One that is unknown, over or revoked: all of them are as wrong, and cost as much as asking for a link to sign in.
        state.limits.token(visitor)?;
        return Err(Error::NoToken);
    };
    if !token.allows(scope, None) {
        return Err(Error::Forbidden("scope"));
    }
    if let Some(id) = initiative {
        let may = token.allows(scope, Some(id))
            && (account.is_operator
                || state.store.role(&account.account_h, id).await? == Some(Role::Organiser));
        if !may {
            return Err(Error::NotFound);
        }
    }
    Ok(Caller { account, token })
}

/// The token that a request carries; of several none is meant for sure.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(AUTHORIZATION).iter();
    let line = lines.next()?.to_str().ok()?;
    let (scheme, token) = line.split_once(' ')?;
    let is_one = lines.next().is_none() && scheme.eq_ignore_ascii_case("bearer");
    is_one.then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_the_one_of_the_scheme_bearer() {
        let read = |lines: &[&str]| {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(AUTHORIZATION, line.parse().unwrap());
            }
            bearer(&headers).map(str::to_owned)
        };
        assert_eq!(read(&["Bearer abc"]).as_deref(), Some("abc"));
        assert_eq!(read(&["bearer  abc "]).as_deref(), Some("abc"));
        for wrong in [&["Basic abc"][..], &["Bearer"], &[], &["Bearer a", "Bearer b"]] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
