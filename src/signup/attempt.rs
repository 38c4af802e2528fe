//! Sending a sign-up until the server has it: one key, however often it takes.

use alentour_model::signup::FieldIssue;
use alentour_model::{FieldProblem, Initiative};
use gloo_net::http::Request;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use serde_json::json;

use super::draft::{Draft, Status};
use crate::app::App;
use crate::clock;
use crate::fetch;

/// Seconds before each further try. After the last one the visitor decides.
const PAUSES: [u32; 5] = [1, 2, 4, 8, 16];

/// What the server says is wrong.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Refusal {
    error: String,
    fields: Vec<FieldProblem>,
}

/// What became of one try.
enum Outcome {
    Received,
    Refused(Vec<FieldProblem>),
    /// No answer, or "later", perhaps after that many seconds.
    Unknown(Option<u32>),
}

/// Checks the form, and sends it.
pub fn submit(app: App, draft: Draft, initiative: &Initiative) {
    // A second press while the first is under way is the same press.
    if matches!(draft.status.get_untracked(), Status::Sending | Status::Trying | Status::Received) {
        return;
    }
    let problems = draft.signup.with_untracked(|signup| signup.validate(initiative, clock::now().instant));
    if !problems.is_empty() {
        refuse(app, draft, problems);
        return;
    }
    draft.problems.set(Vec::new());
    let Ok(body) = draft.signup.with_untracked(serde_json::to_string) else { return };
    // The key is made before the first try, and kept for the same body: whatever was lost on the way, it signs up once.
    let attempt =
        draft.attempt.get_value().filter(|(_, sent)| *sent == body).unwrap_or_else(|| (new_key(), body));
    draft.attempt.set_value(Some(attempt.clone()));
    draft.status.set(Status::Sending);
    app.focus("#form-status".into(), false);
    let (id, way) =
        (initiative.id.clone(), initiative.participation.as_ref().map(|participation| participation.way));
    spawn_local(async move {
        let (key, body) = attempt;
        let mut pauses = PAUSES.into_iter();
        loop {
            match send(app, &key, &body).await {
                Outcome::Received => {
                    if draft.status.try_set(Status::Received).is_none() {
                        app.emit(
                            "signup",
                            &json!({ "id": id, "way": way.map(|way| way.as_str().to_owned()) }),
                        );
                        app.focus("#form-status".into(), true);
                    }
                    return;
                }
                Outcome::Refused(problems) => {
                    if draft.status.try_set(Status::Editing).is_none() {
                        refuse(app, draft, problems);
                    }
                    return;
                }
                Outcome::Unknown(wait) => {
                    let Some(pause) = pauses.next() else { break };
                    if draft.status.try_set(Status::Trying).is_some() {
                        return;
                    }
                    // Up to half as much again, so that those who were cut off together do not return together.
                    let pause = f64::from(wait.unwrap_or(pause).clamp(pause, 60))
                        * (1.0 + js_sys::Math::random() / 2.0);
                    fetch::sleep((pause * 1000.0) as u32).await;
                }
            }
        }
        let _ = draft.status.try_set(Status::NotSent);
    });
}

fn refuse(app: App, draft: Draft, problems: Vec<FieldProblem>) {
    draft.problems.set(problems);
    app.focus("#to-mend".into(), true);
}

async fn send(app: App, key: &str, body: &str) -> Outcome {
    let address = app.host(|host| {
        let api = host.config().api();
        let base = if api.is_empty() { host.base() } else { api };
        web_sys::Url::new_with_base("/signups", &base).map(|url| url.href())
    });
    let Some(Ok(address)) = address else { return Outcome::Unknown(None) };
    let request =
        Request::post(&address).header("content-type", "application/json").header("idempotency-key", key);
    let Some(answer) = fetch::send(request, Some(body.to_owned())).await else {
        return Outcome::Unknown(None);
    };
    let refusal: Refusal = serde_json::from_str(&answer.text).unwrap_or_default();
    match (answer.status, refusal.error.as_str()) {
        (200..=299, _) => Outcome::Received,
        (409, "full") => Outcome::Refused(vec![problem("session", FieldIssue::Full)]),
        (404 | 409, _) => Outcome::Refused(vec![problem("initiative", FieldIssue::Closed)]),
        (422, _) if !refusal.fields.is_empty() => Outcome::Refused(refusal.fields),
        (408 | 425 | 429 | 500..=599, _) => Outcome::Unknown(answer.retry_after),
        // A refusal without a field: asking again would not help.
        _ => Outcome::Refused(vec![problem("initiative", FieldIssue::Invalid)]),
    }
}

fn problem(field: &str, problem: FieldIssue) -> FieldProblem {
    FieldProblem { field: field.to_owned(), problem }
}

/// 128 random bits in hexadecimal. `randomUUID` would want https, which a page on a local network has not.
fn new_key() -> String {
    let mut bytes = [0_u8; 16];
    if let Some(crypto) = web_sys::window().and_then(|window| window.crypto().ok()) {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
