//! `/v1/api/...`: what programs do for an account, by a token of it: list, make and change initiatives that are made here, and read
//! sign-ups. A token is sent as `Authorization: Bearer`; cookies count for nothing, and no other site's page may ask.
//!
//! [`ROUTES`] says of each which scope it needs; [`gate`] sees to that, and to what the account may do today, before any handler.

mod gate;
mod initiatives;
mod sign_ups;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, Method};
use axum::middleware;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post, put};

pub use gate::{TOKEN_BEGINS, digest, new_token};

use crate::own;
use crate::state::AppState;
use crate::store::Scope;

/// The largest body in bytes: an initiative, and what is beside it.
const LARGEST: usize = own::LARGEST + (4 << 10);

/// An address and a method.
pub struct Route {
    /// The address; `{id}` is an initiative.
    pub path: &'static str,
    /// The method.
    pub method: Method,
    /// What its token must be good for.
    pub scope: Scope,
    handlers: fn() -> MethodRouter<AppState>,
}

/// All of them.
pub const ROUTES: &[Route] = &[
    Route {
        path: "/v1/api/initiatives",
        method: Method::GET,
        scope: Scope::InitiativesRead,
        handlers: || get(initiatives::list),
    },
    Route {
        path: "/v1/api/initiatives",
        method: Method::POST,
        scope: Scope::InitiativesWrite,
        handlers: || post(initiatives::create),
    },
    Route {
        path: "/v1/api/initiatives/{id}",
        method: Method::GET,
        scope: Scope::InitiativesRead,
        handlers: || get(initiatives::show),
    },
    Route {
        path: "/v1/api/initiatives/{id}",
        method: Method::PUT,
        scope: Scope::InitiativesWrite,
        handlers: || put(initiatives::change),
    },
    Route {
        path: "/v1/api/initiatives/{id}/status",
        method: Method::POST,
        scope: Scope::InitiativesWrite,
        handlers: || post(initiatives::set_status),
    },
    Route {
        path: "/v1/api/initiatives/{id}/signups",
        method: Method::GET,
        scope: Scope::SignUpsRead,
        handlers: || get(sign_ups::list),
    },
];

/// All of them, each behind its gate.
pub fn router(state: AppState) -> Router<AppState> {
    let mut router = Router::new();
    for Route { path, scope, handlers, .. } in ROUTES {
        let gate = middleware::from_fn_with_state((state.clone(), *scope), gate::pass);
        router = router.route(path, handlers().route_layer(gate));
    }
    router.layer(DefaultBodyLimit::max(LARGEST)).layer(middleware::map_response(unkept))
}

/// No answer is kept by anything on its way.
async fn unkept(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}
