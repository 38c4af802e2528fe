//! Who may ask for which page: asked before any page is made, and said in [`ROUTES`](super::ROUTES).

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{RawPathParams, Request, State};
use axum::http::Method;
use axum::http::header::LOCATION;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::session::{self, Who};
use super::{LARGEST, Needs, way};
use crate::http::{Error, is_own_form};
use crate::state::AppState;
use crate::store::Role;

/// Lets a request pass, with [`Who`] asks, if they may. Whoever is not signed in is led to where one signs in; whoever may not learns no more
/// than that there is no such page.
pub async fn pass(
    State((state, needs)): State<(AppState, Needs)>,
    parameters: RawPathParams,
    mut request: Request,
    next: Next,
) -> Response {
    let acts = request.method() == Method::POST;
    if acts && !is_own_form(request.headers(), &state.settings) {
        return Error::ForeignForm.into_response();
    }
    let who = match session::who(&state, request.headers()).await {
        Ok(who) => who,
        Err(error) => return error.into_response(),
    };
    let Some(who) = who else {
        return match needs {
            Needs::Nothing => next.run(request).await,
            // What was typed is lost: the page that it was typed on is still there to go back to.
            _ => to_sign_in(&state, &request),
        };
    };
    // A link that signs in is good in any browser, whoever it is signed in as: its pages carry nothing of a browser's.
    if acts && needs != Needs::Nothing {
        request = match with_own_form(request, &who).await {
            Ok(request) => request,
            Err(error) => return error.into_response(),
        };
    }
    let initiative = parameters.iter().find(|(name, _)| *name == "id").map(|(_, id)| id.to_owned());
    let who = match admitted(&state, who, needs, initiative.as_deref()).await {
        Ok(Some(who)) => who,
        Ok(None) => return Error::NotFound.into_response(),
        Err(error) => return error.into_response(),
    };
    request.extensions_mut().insert(who.clone());
    let mut response = next.run(request).await;
    match session::renew(&state, &who, &mut response).await {
        Ok(()) => response,
        Err(error) => error.into_response(),
    }
}

/// Who asks, with their role, if they may.
async fn admitted(
    state: &AppState,
    who: Who,
    needs: Needs,
    initiative: Option<&str>,
) -> Result<Option<Arc<Who>>, Error> {
    let role = match initiative {
        Some(_) if who.account.is_operator => Some(Role::Organiser),
        Some(initiative) => state.store.role(&who.account.account_h, initiative).await?,
        None => None,
    };
    let may = match needs {
        Needs::Nothing | Needs::Account => true,
        Needs::Helper => role.is_some(),
        Needs::Organiser => role == Some(Role::Organiser),
        Needs::Operator => who.account.is_operator,
    };
    Ok(may.then(|| who.with(role)))
}

/// The request, if its form carries what only a page of that browser's has.
async fn with_own_form(request: Request, who: &Who) -> Result<Request, Error> {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, LARGEST).await.map_err(|_| Error::TooLarge)?;
    let given = url::form_urlencoded::parse(&bytes).find(|(name, _)| name == "csrf");
    if given.is_none_or(|(_, given)| given != who.csrf) {
        return Err(Error::ForeignForm);
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// Leads to where one signs in, and from there back to the page that was asked for.
fn to_sign_in(state: &AppState, request: &Request) -> Response {
    let start = state.settings.base_path();
    let query = request.uri().query().unwrap_or_default();
    let language = query.split('&').find(|part| part.starts_with("lang=")).unwrap_or_default();
    let way = way::asked(request.uri()).map(|to| way::query(&to)).unwrap_or_default();
    let address = format!("{start}/organise?{language}{way}");
    (axum::http::StatusCode::SEE_OTHER, [(LOCATION, address)]).into_response()
}
