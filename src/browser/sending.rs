//! Sending a sign-up until the server has it: one key, however often it takes.

use std::cell::Cell;
use std::rc::Rc;

use alentour_model::signup::FieldIssue;
use alentour_model::submission::{NextStep, RefusalReason, SignUpAnswer, SignUpRefusal, SignUpStatus};
use alentour_model::{AlertRequest, AlertSubmission, FieldProblem, Initiative, Submission};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use wasm_bindgen::JsValue;

use super::focus::{find, focus_soon, show_soon};
use super::proof::Solution;
use super::{Page, address, fetch, live, pending, window};
use crate::app::draft::{Attempt, Draft, Status};
use crate::app::{App, Sender, encode};
use crate::dom::{El, Listener};
use crate::signup::alert::{Offered, alert};
use crate::signup::course::Told;

/// Exponential backoff: seconds before each further try. After the last one the visitor decides.
const BACKOFF: [u32; 5] = [1, 2, 4, 8, 16];

/// Seconds before another try while there is no line, and the most that a server's `Retry-After` is waited for.
const LONGEST_PAUSE: u32 = 60;

/// Milliseconds after which a sign-up that is being sent says that it is still at it.
const SLOW: u32 = 5_000;

/// How often a sign-up is sent again whose proof the server does not accept.
const PROOFS: u32 = 3;

/// What became of an earlier attempt: at the head of the form, or the thanks in its place.
const VERDICT: &str = ".status:not(:empty), #form-status";

/// Where an alert is asked for, and what is agreed to is said.
const ALERTS: &str = "/alerts";

/// The field of the form that nobody sees.
const HONEYPOT: &str = "#in-website";

thread_local! {
    /// How many sign-ups the page's widgets are sending: those are not lost yet.
    static SENDING: Cell<u32> = const { Cell::new(0) };
}

/// Sends the forms of a widget.
///
/// It comes with the form: `form.rs` calls it through a pointer.
#[inline(never)]
pub fn sender(page: Rc<Page>) -> Rc<dyn Sender> {
    Rc::new(page)
}

impl Sender for Rc<Page> {
    fn is_closed_off(&self) -> bool {
        window().origin() == "null"
    }

    fn begin(&self, app: App, draft: &Draft) {
        drop(self.proofs.of(draft).begin(app));
        live::follow(self, app);
    }

    fn send(&self, app: App, draft: &Draft, initiative: &Initiative) {
        submit(self.clone(), app, draft, initiative);
    }

    fn check(&self, app: App, draft: &Draft, initiative: &Initiative) {
        check(self.clone(), app, draft, initiative);
    }

    fn renew(&self, draft: &Draft) {
        self.proofs.of(draft).discard();
    }

    fn copy(&self, event: &web_sys::Event, said: &'static str) {
        let _ = super::copy::copy_text(event, said);
    }

    fn share(&self, event: &web_sys::Event, said: &'static str) {
        let _ = super::copy::share_text(event, said);
    }

    fn course(&self, app: App, id: &str, place: El) -> El {
        let address = app.address(&["/v1/course.json?id=", &encode(id)].concat());
        let Some(address) = address.filter(|_| self.is_own(app)) else { return place };
        let told = Told::default();
        let course = told.clone();
        spawn_local(async move {
            if let Some(answer) = fetch::get(&address, None).await.filter(|answer| answer.status == 200) {
                told.tell(&answer.body);
            }
        });
        course.drawn(app, place)
    }

    fn alert(&self, app: App) -> Vec<El> {
        if !self.is_own(app) || self.is_closed_off() {
            return Vec::new();
        }
        let offered = Offered::default();
        let told = offered.clone();
        spawn_local(async move {
            let Some(address) = app.address(&[ALERTS, "?lang=", app.locale.language].concat()) else {
                return;
            };
            if let Some(answer) = fetch::get(&address, None).await.filter(|answer| answer.status == 200) {
                told.tell(answer.body);
            }
        });
        alert(app, offered)
    }
}

/// What became of one try.
enum Outcome {
    /// How it goes on from here: [`Status::Received`] or [`Status::Unconfirmed`].
    Received(Status),
    Refused(Vec<FieldProblem>),
    /// The proof is not accepted: too late, too fast, or the honeypot is filled.
    ProofRefused,
    /// No answer, or "later", perhaps after that many seconds.
    Unanswered(Option<u32>),
}

/// Checks the form, and sends it.
fn submit(page: Rc<Page>, app: App, draft: &Draft, initiative: &Initiative) {
    // A second press while the first is under way is the same press.
    let status = draft.progress.read_untracked().status;
    if status.is_busy() || status.is_done() {
        return;
    }
    let sign_up = draft.to_send(initiative);
    let problems = draft.problems(&sign_up, initiative, app.locale.clock.now().instant);
    if !problems.is_empty() {
        refuse(&page, draft, problems);
        return;
    }
    // The key is made before the first try, and stays with the same form: whatever was lost on the way, it signs up once.
    let attempt = draft.attempt.take().filter(|attempt| attempt.sign_up == sign_up);
    let attempt = attempt.unwrap_or_else(|| Attempt { key: pending::new_key(), sign_up });
    draft.attempt.replace(Some(attempt.clone()));
    // Said at once: the first try may be busy with the proof for a while.
    draft.set_problems(Vec::new(), if is_offline() { Status::Retrying } else { Status::Sending });
    let slow = draft.clone();
    spawn_local(async move {
        fetch::sleep(SLOW).await;
        if slow.progress.try_read_untracked().is_some_and(|progress| progress.status == Status::Sending) {
            slow.set_status(Status::Slow);
        }
    });
    focus_soon(&page.root, "#form-status".into(), false);
    let event = event(initiative);
    let id = initiative.id.clone();
    let draft = draft.clone();
    spawn_local(async move {
        let Attempt { key, sign_up } = attempt;
        let mut submission = Submission { sign_up, page: address::of_page(), ..Submission::default() };
        // An alert is asked for again from anywhere: nothing opens by itself for it.
        if !id.is_empty() {
            pending::store(&id, &key);
        }
        // Whoever leaves now takes along what was never sent: the browser asks. It lasts as long as nobody has answered.
        let _asking =
            Listener::new(window().into(), "beforeunload", Box::new(|event| event.prevent_default()));
        let mut backoff = BACKOFF.into_iter();
        let mut proofs = PROOFS;
        SENDING.set(SENDING.get() + 1);
        let answer = loop {
            match send(&page, app, &draft, &key, &mut submission).await {
                Outcome::ProofRefused if proofs > 0 => {
                    proofs -= 1;
                    // A password manager may have filled the honeypot in for a person.
                    if let Some(honeypot) = find(&page.root, HONEYPOT) {
                        let _ = js_sys::Reflect::set(&honeypot, &"value".into(), &"".into());
                    }
                }
                Outcome::Unanswered(wait) => {
                    // Nothing is given up while the browser itself says that there is no line.
                    let Some(pause) = backoff.next().or_else(|| is_offline().then_some(LONGEST_PAUSE)) else {
                        break Outcome::Unanswered(wait);
                    };
                    if !draft.set_status(Status::Retrying) {
                        break Outcome::Unanswered(wait);
                    }
                    // Jitter, up to half as much again, so that those who were cut off together do not return together.
                    let pause = f64::from(wait.unwrap_or(pause).clamp(pause, LONGEST_PAUSE))
                        * (1.0 + js_sys::Math::random() / 2.0);
                    if fetch::pause((pause * 1000.0) as u32, wait.is_none()).await {
                        backoff = BACKOFF.into_iter();
                    }
                }
                answer => break answer,
            }
        };
        SENDING.set(SENDING.get() - 1);
        match answer {
            Outcome::Received(status) => {
                if receive(&page, &draft, status, &id, &event) {
                    focus_soon(&page.root, "#form-status".into(), true);
                }
            }
            Outcome::Refused(problems) => {
                pending::forget(&id);
                // Solved, and counted anew, while it is being mended.
                page.begin(app, &draft);
                refuse(&page, &draft, problems);
            }
            _ => {
                draft.set_status(Status::NotSent);
            }
        }
    });
}

/// Asks what became of an attempt that a page before this one has left without an answer.
fn check(page: Rc<Page>, app: App, draft: &Draft, initiative: &Initiative) {
    let Some(key) = pending::key(&initiative.id) else { return };
    if draft.progress.read_untracked().status != Status::Editing {
        return;
    }
    draft.set_status(Status::Checking);
    let (draft, id, event) = (draft.clone(), initiative.id.clone(), event(initiative));
    spawn_local(async move {
        let mut is_missing = false;
        loop {
            let answer = match app.address("/signups/status") {
                Some(address) => fetch::get(&address, Some(&key)).await,
                None => None,
            };
            // Sent again meanwhile, or the widget is gone.
            let status = draft.progress.try_read_untracked().map(|progress| progress.status);
            if !matches!(status, Some(Status::Checking | Status::Unsure)) {
                return;
            }
            let answer = answer.and_then(|response| SignUpAnswer::read(&response.json()?));
            let pause = match answer.as_ref().map(|answer| &answer.status) {
                Some(SignUpStatus::Received) => {
                    receive(&page, &draft, received(answer.as_ref()), &id, &event);
                    show_soon(&page.root, VERDICT);
                    return;
                }
                Some(SignUpStatus::Unknown) if is_missing && SENDING.get() == 0 => {
                    pending::forget(&id);
                    draft.set_status(Status::Lost);
                    show_soon(&page.root, VERDICT);
                    return;
                }
                // It may still be on its way: who leaves a page does not stop what was sent.
                Some(SignUpStatus::Unknown) => {
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
fn receive(page: &Page, draft: &Draft, status: Status, id: &str, event: &[(&str, JsValue)]) -> bool {
    let is_shown = draft.set_status(status);
    // An alert is no sign-up.
    if is_shown && !id.is_empty() {
        pending::forget(id);
        page.emit("signup", event);
    }
    is_shown
}

/// How it goes on after an answer.
fn received(answer: Option<&SignUpAnswer>) -> Status {
    let next = answer.and_then(|answer| answer.next.as_ref());
    if next == Some(&NextStep::Confirm) { Status::Unconfirmed } else { Status::Received }
}

fn is_offline() -> bool {
    !window().navigator().on_line()
}

fn refuse(page: &Page, draft: &Draft, problems: Vec<FieldProblem>) {
    draft.set_problems(problems, Status::Editing);
    focus_soon(&page.root, "#to-mend".into(), true);
}

async fn send(page: &Page, app: App, draft: &Draft, key: &str, submission: &mut Submission) -> Outcome {
    submission.altcha = match page.proofs.of(draft).solution(app).await {
        Solution::Solved(solution) => solution,
        Solution::Unavailable(Some(seconds)) => return Outcome::Unanswered(Some(seconds)),
        // Where the challenge did not come the sign-up may: the server says if it wants a proof.
        Solution::Unavailable(None) | Solution::NotAsked => String::new(),
    };
    let value = |input: JsValue| js_sys::Reflect::get(&input, &"value".into()).ok();
    let honeypot = find(&page.root, HONEYPOT).and_then(|input| value(input.into()));
    // That it is filled, and not with what: that is nobody's business.
    let website = if honeypot.is_some_and(|value| value.is_truthy()) { "filled" } else { "" };
    website.clone_into(&mut submission.website);
    let response = if draft.is_alert() {
        let Submission { sign_up, altcha, page, website } = submission.clone();
        let alert = AlertSubmission { alert: AlertRequest::of(&sign_up), altcha, page, website };
        post(app, ALERTS, key, &alert).await
    } else {
        post(app, "/signups", key, submission).await
    };
    let Some(response) = response else { return Outcome::Unanswered(None) };
    if response.is_temporary() {
        return Outcome::Unanswered(response.retry_after);
    }
    page.proofs.of(draft).discard();
    if (200..300).contains(&response.status) {
        let answer = response.json().and_then(|json| SignUpAnswer::read(&json));
        let answer = answer.filter(|answer| answer.status == SignUpStatus::Received);
        // Somebody else's page, where the address is wrong, says nothing about the sign-up.
        return match answer {
            Some(answer) => Outcome::Received(received(Some(&answer))),
            None => Outcome::Unanswered(None),
        };
    }
    let refusal = response.json().and_then(|json| SignUpRefusal::read(&json));
    let (mut error, mut fields) = (None, None);
    if let Some(refusal) = refusal {
        draft.wait_for(refusal.sessions);
        (error, fields) = (Some(refusal.error), Some(refusal.fields));
    }
    match (response.status, error, fields) {
        (409, Some(RefusalReason::Full), _) => Outcome::Refused(vec![problem("session", FieldIssue::Full)]),
        (404 | 409, ..) => Outcome::Refused(vec![problem("initiative", FieldIssue::Closed)]),
        (422, Some(RefusalReason::Proof), _) => Outcome::ProofRefused,
        (422, _, Some(fields)) if !fields.is_empty() => Outcome::Refused(fields),
        // A refusal without a field: asking again would not help.
        _ => Outcome::Refused(vec![problem("initiative", FieldIssue::Invalid)]),
    }
}

async fn post(app: App, path: &str, key: &str, body: &impl Serialize) -> Option<fetch::Response> {
    fetch::post(&app.address(path)?, key, body).await
}

fn problem(field: &str, problem: FieldIssue) -> FieldProblem {
    FieldProblem { field: field.to_owned(), problem }
}
