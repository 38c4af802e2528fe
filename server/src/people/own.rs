//! `/mine/{token}`: one sign-up's sessions, and what its person does about them. The link is in each mail about it and stands
//! for nothing else, so the page shows nothing that was typed: whoever a mail is forwarded to sees no more than the mail says.

use alentour_model::Initiative;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::details::{Standing, facts, initiative, title};
use super::page::PeoplePage;
use super::{link, now};
use crate::http::Error;
use crate::observability::security;
use crate::state::AppState;
use crate::store::{Attendance, AttendanceState, LinkUse, Purpose, SignUpRecord};
use crate::wording;

/// What a button sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct OwnForm {
    /// The session it is about; empty where it is about all of the sign-up.
    session: String,
    /// `accept`, `give-back`, or `erase`: nothing is meant where it is missing.
    action: String,
}

/// `GET`: shows, and changes nothing.
pub async fn show(
    page: PeoplePage,
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    let Some((_, found)) = link(&state, &token, Purpose::Own).await? else { return Ok(gone(&page)) };
    let all = state.store.of_person(&found.email_h).await?;
    let Some(record) = all.into_iter().find(|one| one.id == found.signup) else { return Ok(gone(&page)) };
    let texts = page.texts;
    Ok(page.render(
        texts.own,
        Some(""),
        html! {
            h1 { (texts.own) }
            p.lead { (texts.own_lead) }
            (sign_up(&page, &record))
            p { a href=(page.link("/my-data")) { (texts.own_more) } }
        },
    ))
}

/// `POST`: accepts an offer, gives a seat or a place in the line back, or erases a sign-up that is for no session.
pub async fn act(
    page: PeoplePage,
    State(state): State<AppState>,
    Path(token): Path<String>,
    Form(form): Form<OwnForm>,
) -> Result<Response, Error> {
    let Some((hash, _)) = link(&state, &token, Purpose::Own).await? else { return Ok(gone(&page)) };
    let texts = page.texts;
    let (used, title, lead) = match form.action.as_str() {
        "accept" => {
            let used = state.store.accept_offer(&hash, &form.session, now()).await?;
            (used, texts.own_accepted, texts.own_accepted_lead)
        }
        "give-back" => {
            let used = state.store.give_back(&hash, &form.session, now()).await?;
            (used, texts.own_given_back, texts.own_given_back_lead)
        }
        "erase" => (state.store.erase_own(&hash, now()).await?, texts.erased_one, texts.erased_one_lead),
        _ => return Err(Error::Malformed("action")),
    };
    security::link_used("own", used == LinkUse::Now);
    // Somebody may have got the seat, and the organiser is told.
    state.writer.outbox_wake().notify_one();
    let back = html! { p { a.button.quiet href={ "?lang=" (page.language.tag()) } { (texts.own_back) } } };
    Ok(match used {
        LinkUse::Now if form.action == "erase" => page.message("done", title, lead, html! {}),
        LinkUse::Now => page.message("done", title, lead, back),
        LinkUse::Before => page.message("asked", texts.own_late, texts.own_late_lead, back),
        LinkUse::Unknown => gone(&page),
    })
}

fn sign_up(page: &PeoplePage, record: &SignUpRecord) -> Markup {
    let initiative = initiative(page, record);
    let initiative = initiative.as_deref();
    html! {
        section.card {
            h2 { bdi { (title(page, initiative, record)) } }
            @if let Some(words) = Standing::of(page, record).words(page) { p { strong { (words) } } }
            @if record.attendances.is_empty() {
                dl { (facts(page, initiative, record)) }
                form method="post" {
                    button.quiet name="action" value="erase" { (page.texts.erase_one) }
                }
            } @else {
                @for (at, one) in record.attendances.iter().enumerate() { (attendance(page, initiative, record, one, at)) }
            }
        }
    }
}

/// One session, and what can be done about it until it is over. Its words name its buttons too.
fn attendance(
    page: &PeoplePage,
    initiative: Option<&Initiative>,
    record: &SignUpRecord,
    one: &Attendance,
    at: usize,
) -> Markup {
    let (texts, heading) = (page.texts, format!("session-{at}"));
    let alone = std::slice::from_ref(one);
    let is_open = initiative.is_none_or(|it| Standing::within(it, alone) != Standing::Over);
    let actions: &[(&str, &str)] = match one.state {
        AttendanceState::Active => &[("give-back", texts.own_give_back)],
        AttendanceState::Waiting => &[("give-back", texts.own_leave)],
        AttendanceState::Offered => &[("accept", texts.own_accept), ("give-back", texts.own_give_back)],
        AttendanceState::Asked | AttendanceState::Cancelled => &[],
    };
    let alone = SignUpRecord { attendances: alone.to_vec(), ..record.clone() };
    let appointments = initiative.map(|it| wording::appointments(page.language, it, &alone));
    let times = appointments.map(|it| it.times).unwrap_or_default();
    html! {
        div.consent {
            p id=(heading) {
                @if times.is_empty() { (texts.session_gone) } @else { bdi { (times.join(", ")) } }
            }
            @if is_open && !actions.is_empty() {
                form.choices method="post" {
                    input type="hidden" name="session" value=(one.session);
                    @for (place, (action, words)) in actions.iter().enumerate() {
                        @let name = format!("{heading}-{place}");
                        button.quiet[*action != "accept"] id=(name) name="action" value=(action)
                            aria-labelledby={ (name) " " (heading) } { (words) }
                    }
                }
            }
        }
    }
}

fn gone(page: &PeoplePage) -> Response {
    let texts = page.texts;
    page.message("asked", texts.link_gone, texts.link_gone_access, page.new_link())
}
