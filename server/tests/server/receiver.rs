//! A web server that notes what it is sent and answers as the tests tell it to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// A request that it has got.
#[derive(Clone, Debug)]
pub struct Got {
    pub method: Method,
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// An answer: after so long, this status, this header, this body.
#[derive(Clone, Debug)]
pub struct Say {
    pub after: Duration,
    pub status: u16,
    pub header: Option<(&'static str, String)>,
    pub body: String,
}

impl Say {
    pub fn status(status: u16) -> Self {
        Self { after: Duration::ZERO, status, header: None, body: String::new() }
    }

    pub fn json(body: Value) -> Self {
        Self { body: body.to_string(), ..Self::status(200) }
    }
}

#[derive(Clone, Default)]
struct Shared {
    got: Arc<Mutex<Vec<Got>>>,
    says: Arc<Mutex<VecDeque<Say>>>,
}

/// A web server. It answers 200 unless told otherwise.
pub struct Receiver {
    pub address: String,
    shared: Shared,
}

impl Receiver {
    pub async fn start() -> Self {
        let shared = Shared::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let service = Router::new().fallback(answer).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, service).await });
        Self { address, shared }
    }

    /// How to answer the next requests, one after the other.
    pub fn then(&self, says: impl IntoIterator<Item = Say>) {
        self.shared.says.lock().unwrap().extend(says);
    }

    /// No longer how to answer the next requests: 200 again.
    pub fn forget(&self) {
        self.shared.says.lock().unwrap().clear();
    }

    pub fn got(&self) -> Vec<Got> {
        self.shared.got.lock().unwrap().clone()
    }
}

async fn answer(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body = String::from_utf8(body.to_vec()).unwrap();
    shared.got.lock().unwrap().push(Got { method, path: uri.to_string(), headers, body });
    let say = shared.says.lock().unwrap().pop_front().unwrap_or(Say::status(200));
    tokio::time::sleep(say.after).await;
    let mut response = (StatusCode::from_u16(say.status).unwrap(), say.body).into_response();
    if let Some((name, value)) = say.header {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    response
}
