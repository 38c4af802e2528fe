//! Sending a sign-up until the server has it: one key, however often it takes.

use std::cell::Cell;

use alentour_model::json::Json;
use alentour_model::signup::FieldIssue;
use alentour_model::{FieldProblem, Initiative};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::draft::{Draft, Status};
use super::kept;
use crate::app::App;
use crate::clock;
use crate::dom::{El, Listener, get};
use crate::fetch;
use crate::json::Parsed;

/// Seconds before each further try. After the last one the visitor decides.
const PAUSES: [u32; 5] = [1, 2, 4, 8, 16];

/// Milliseconds after which a sign-up that is being sent says that it is still at it.
const SLOW: u32 = 5_000;

/// How often a sign-up that the server doubts is sent again.
const PROOFS: u32 = 3;

/// The field that people do not meet; programs fill it in.
pub const TRAP: &str = "#in-website";

/// What became of an earlier attempt: at the head of the form, or the thanks in its place.
const VERDICT: &str = ".status:not(:empty), #form-status";

thread_local! {
    /// How many sign-ups the page's widgets are sending: what they keep is not lost yet.
    static SENDING: Cell<u32> = const { Cell::new(0) };
}

/// What became of one try.
enum Outcome {
    /// How it goes on from here: [`Status::Received`] or [`Status::Unconfirmed`].
    Received(Status),
    Refused(Vec<FieldProblem>),
    /// The server does not believe that a person sends it: too late, too fast, or the trap is filled.
    Doubted,
    /// No answer, or "later", perhaps after that many seconds.
    Unknown(Option<u32>),
}

/// Checks the form, and sends it.
pub fn submit(app: App, draft: &Draft, initiative: &Initiative) {
    // A second press while the first is under way is the same press.
    let status = draft.progress.read_untracked().status;
    if status.is_busy() || status.is_done() {
        return;
    }
    let mut signup = draft.signup.borrow_mut();
    // The box is not seen any more, and may still be ticked.
    signup.guardian_agrees &= signup.under15;
    let problems = signup.validate(initiative, clock::now().instant);
    if !problems.is_empty() {
        refuse(app, draft, problems);
        return;
    }
    let Ok(body) = serde_json::to_string(&*signup) else { return };
    // Whoever goes on typing is thanked for what was sent.
    draft.sent_from.replace(signup.email.trim().to_owned());
    // The key is made before the first try, and kept for the same body: whatever was lost on the way, it signs up once.
    let attempt = draft.attempt.take().filter(|(_, sent)| *sent == body).unwrap_or_else(|| (new_key(), body));
    draft.attempt.replace(Some(attempt.clone()));
    // Said at once: the first try may be busy with the proof for a while.
    draft.set_problems(Vec::new(), if is_offline() { Status::Trying } else { Status::Sending });
    let slow = draft.clone();
    spawn_local(async move {
        fetch::sleep(SLOW).await;
        if slow.progress.try_read_untracked().is_some_and(|progress| progress.status == Status::Sending) {
            slow.set_status(Status::Slow);
        }
    });
    app.focus("#form-status".into(), false);
    let event = event(initiative);
    let id = initiative.id.clone();
    let draft = draft.clone();
    spawn_local(async move {
        let (key, body) = attempt;
        kept::keep(&id, &key);
        // Whoever leaves now takes along what was never sent: the browser asks. It lasts as long as nobody has answered.
        let window: El = js_sys::global().unchecked_into();
        let _asking = Listener::new(window, "beforeunload", Box::new(|event| event.prevent_default()));
        let mut pauses = PAUSES.into_iter();
        let mut proofs = PROOFS;
        SENDING.set(SENDING.get() + 1);
        let answer = loop {
            match send(app, &draft, &key, &body).await {
                Outcome::Doubted if proofs > 0 => {
                    proofs -= 1;
                    // A password manager may have filled it in for a person.
                    if let Some(trap) = app.find(TRAP) {
                        let _ = trap.unchecked_into::<El>().prop("value", "");
                    }
                }
                Outcome::Unknown(wait) => {
                    // Nothing is given up while the browser itself says that there is no line.
                    let Some(pause) = pauses.next().or_else(|| is_offline().then_some(60)) else {
                        break Outcome::Unknown(wait);
                    };
                    if !draft.set_status(Status::Trying) {
                        break Outcome::Unknown(wait);
                    }
                    // Up to half as much again, so that those who were cut off together do not return together.
                    let pause = f64::from(wait.unwrap_or(pause).clamp(pause, 60))
                        * (1.0 + js_sys::Math::random() / 2.0);
                    if fetch::pause((pause * 1000.0) as u32, wait.is_none()).await {
                        pauses = PAUSES.into_iter();
                    }
                }
                answer => break answer,
            }
        };
        SENDING.set(SENDING.get() - 1);
        match answer {
            Outcome::Received(status) => {
                if receive(app, &draft, status, &id, &event) {
                    app.focus("#form-status".into(), true);
                }
            }
            Outcome::Refused(problems) => {
                kept::keep(&id, "");
                // Solved while it is being mended.
                drop(draft.proof(app));
                refuse(app, &draft, problems);
            }
            _ => {
                draft.set_status(Status::NotSent);
            }
        }
    });
}

/// Asks what became of an attempt that a page before this one has left without an answer.
pub fn check(app: App, draft: &Draft, initiative: &Initiative) {
    let Some(key) = kept::key(&initiative.id) else { return };
    if draft.progress.read_untracked().status != Status::Editing {
        return;
    }
    draft.set_status(Status::Checking);
    let (draft, id, event) = (draft.clone(), initiative.id.clone(), event(initiative));
    spawn_local(async move {
        let mut is_missing = false;
        loop {
            let answer = match app.address("/signups/status") {
                Some(address) => fetch::ask(&address, &key, None).await,
                None => None,
            };
            // Sent again meanwhile, or the widget is gone.
            let status = draft.progress.try_read_untracked().map(|progress| progress.status);
            if !matches!(status, Some(Status::Checking | Status::Unsure)) {
                return;
            }
            let answer = answer.and_then(|answer| Parsed::parse(&answer.text));
            let said = answer.as_ref().and_then(|answer| answer.field("status")?.text()).unwrap_or_default();
            let pause = match (said.as_str(), &answer) {
                ("received", Some(answer)) => {
                    receive(app, &draft, received(answer), &id, &event);
                    app.show(VERDICT);
                    return;
                }
                ("unknown", _) if is_missing && SENDING.get() == 0 => {
                    kept::keep(&id, "");
                    draft.set_status(Status::Lost);
                    app.show(VERDICT);
                    return;
                }
                // It may still be on its way: who leaves a page does not stop what was sent.
                ("unknown", _) => {
                    is_missing = true;
                    2
                }
                _ => {
                    draft.set_status(Status::Unsure);
                    30
                }
            };
            fetch::pause(pause * 1000, !is_missing).await;
        }
    });
}

/// What the page hears of a sign-up.
fn event(initiative: &Initiative) -> [(&'static str, JsValue); 2] {
    let way = initiative.participation.as_ref().map(|participation| participation.way);
    [("id", initiative.id.as_str().into()), ("way", way.as_ref().map(|way| way.as_str()).into())]
}

/// Shows the thanks, and tells the page; `false` once the widget is gone: then a later one thanks.
fn receive(app: App, draft: &Draft, status: Status, id: &str, event: &[(&str, JsValue)]) -> bool {
    let is_shown = draft.set_status(status);
    if is_shown {
        kept::keep(id, "");
        app.emit("signup", event);
    }
    is_shown
}

/// How it goes on after an answer.
fn received(answer: &Parsed) -> Status {
    let next = answer.field("next").and_then(|next| next.text());
    if next.as_deref() == Some("confirm") { Status::Unconfirmed } else { Status::Received }
}

fn is_offline() -> bool {
    web_sys::window().is_some_and(|window| !window.navigator().on_line())
}

fn refuse(app: App, draft: &Draft, problems: Vec<FieldProblem>) {
    draft.set_problems(problems, Status::Editing);
    app.focus("#to-mend".into(), true);
}

async fn send(app: App, draft: &Draft, key: &str, body: &str) -> Outcome {
    let proof = JsFuture::from(draft.proof(app)).await.unwrap_or_default();
    if let Some(seconds) = proof.as_f64() {
        return Outcome::Unknown(Some(seconds as u32));
    }
    // Where the challenge did not come the sign-up may: the server says if it wants a proof.
    let proof = proof.as_string().unwrap_or_default();
    let is_trapped =
        app.find(TRAP).and_then(|trap| get(&trap, "value")).is_some_and(|value| value.is_truthy());
    let Some(address) = app.address("/signups") else { return Outcome::Unknown(None) };
    let body = with_proof(body, is_trapped, &proof);
    let Some(answer) = fetch::ask(&address, key, Some(&body)).await else {
        return Outcome::Unknown(None);
    };
    if answer.is_later() {
        return Outcome::Unknown(answer.retry_after);
    }
    // Good for one answer.
    draft.proof.take();
    let refusal = Parsed::parse(&answer.text);
    let part = |name: &str| refusal.as_ref().and_then(|refusal| refusal.field(name));
    let fields = part("fields").and_then(|fields| fields.list()).unwrap_or_default();
    let fields: Vec<_> = fields.iter().filter_map(wrong_field).collect();
    let error = part("error").and_then(|error| error.text()).unwrap_or_default();
    match (answer.status, error.as_str()) {
        (200..=299, _) => Outcome::Received(refusal.as_ref().map_or(Status::Received, received)),
        (409, "full") => Outcome::Refused(vec![problem("session", FieldIssue::Full)]),
        (404 | 409, _) => Outcome::Refused(vec![problem("initiative", FieldIssue::Closed)]),
        (422, "proof") => Outcome::Doubted,
        (422, _) if !fields.is_empty() => Outcome::Refused(fields),
        // A refusal without a field: asking again would not help.
        _ => Outcome::Refused(vec![problem("initiative", FieldIssue::Invalid)]),
    }
}

/// The body, with the proof if one is asked for, and whether the trap is filled: with what is nobody's business.
fn with_proof(body: &str, is_trapped: bool, proof: &str) -> String {
    let website = if is_trapped { ",\"website\":\"filled" } else { ",\"website\":\"" };
    let altcha = if proof.is_empty() { "" } else { "\",\"altcha\":\"" };
    [body.strip_suffix('}').unwrap_or(body), website, altcha, proof, "\"}"].concat()
}

/// What the server says is wrong with a field.
fn wrong_field(value: &Parsed) -> Option<FieldProblem> {
    let issue = match value.field("problem")?.text()?.as_str() {
        "required" => FieldIssue::Required,
        "tooLong" => FieldIssue::TooLong,
        "closed" => FieldIssue::Closed,
        "full" => FieldIssue::Full,
        "changed" => FieldIssue::Changed,
        _ => FieldIssue::Invalid,
    };
    Some(problem(&value.field("field")?.text()?, issue))
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
