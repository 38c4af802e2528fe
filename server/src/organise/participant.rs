//! `/organise/i/{id}/people/{signup}`: somebody who takes part, what they wrote, and what is done for them.

use std::collections::BTreeMap;

use alentour_model::{Initiative, Session};
use alentour_texts::fill;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use serde_json::json;

use super::offered::{DATES, more_dates, offered_dates};
use super::page::OrganisePage;
use super::standing::standing;
use super::{encoded, named, now, typed};
use crate::http::Error;
use crate::observability::security;
use crate::people::details;
use crate::sessions::as_announced;
use crate::signups::seat_limit;
use crate::state::AppState;
use crate::store::{
    Answer, Answered, Attendance, AttendanceState, Decision, Deed, Kept, KnownSession, Participant,
    Placement, Refusal, SeatLimit, SignUpName, SignUpRecord,
};
use crate::wording;

/// Of somebody's dates so many are shown: each has its forms, and the page stays below 60 kB.
const THEIRS: usize = 30;
/// Dates that one of somebody's dates can be moved to at least, where there are so many.
const NEAREST: usize = 4;
/// Characters that a note may have.
const LONGEST_NOTE: usize = 2000;

/// What a button and its form send.
type Fields = Vec<(String, String)>;

/// `GET`.
pub async fn show(
    page: OrganisePage,
    State(state): State<AppState>,
    Path((id, signup)): Path<(String, String)>,
) -> Result<Response, Error> {
    let one = state.store.participant(&id, &signup).await?.ok_or(Error::NotFound)?;
    security::exported(&id, 1);
    Ok(render(&page, &id, &one, None))
}

/// The page; `said` is what has just been done, or why it was not.
fn render(page: &OrganisePage, id: &str, one: &Participant, said: Option<(bool, String)>) -> Response {
    let found = page.state().feeds.even_hidden(id).ok();
    let found = found.as_deref();
    let (texts, record) = (page.texts, &one.record);
    let name = format!("{} {}", record.person.given_name, record.person.family_name);
    let title = page.title(id);
    let content = html! {
        h1 { bdi { (name) } }
        @if let Some((done, words)) = &said { p.said.wrong[!done] role="status" { (words) } }
        section.card {
            dl {
                (contact(page, record))
                (details::answers(&page.page, found, record))
                @if record.party > 1 { dt { (texts.people_here) } dd { (record.party) } }
                dt { (page.page.texts.received_on) } dd { (page.page.moment(record.received_at)) }
            }
            @if !record.consents.is_empty() { h2 { (texts.agreed) } (details::consents(&page.page, record)) }
        }
        @if record.decision.is_some() { (decision(page, found, one)) }
        @if !record.attendances.is_empty() {
            section.card {
                h2 { (texts.their_dates) }
                @for (at, attendance) in of_interest(found, record).into_iter().take(THEIRS).enumerate() { (date(page, found, one, attendance, at)) }
                (more_dates(page, THEIRS, record.attendances.len()))
            }
        }
        section.card {
            h2 { label for="note" { (texts.note) } }
            form method="post" {
                (page.csrf())
                p.hint id="note-hint" { (texts.note_hint) }
                textarea id="note" name="note" rows="4" maxlength=(LONGEST_NOTE) aria-describedby="note-hint" { (one.note) }
                button.quiet name="action" value="note" { (texts.save) }
            }
        }
    };
    let above = [
        (texts.actions, page.link("")),
        (title.as_str(), page.of(id, "")),
        (texts.participants, page.of(id, "/people")),
    ];
    page.render(&format!("{name} – {title}"), &above, "", &content)
}

/// How somebody is reached, and what they wrote in words of their own: terms and descriptions of a list.
fn contact(page: &OrganisePage, record: &SignUpRecord) -> Markup {
    let (texts, words, person) = (page.texts, page.page.texts, &record.person);
    let others = [(words.postcode, &person.postal_code), (words.message, &person.message)];
    html! {
        dt { (texts.address) } dd { a href={ "mailto:" (person.email) } dir="ltr" { (person.email) } }
        @if let Some(number) = person.telephone.as_deref().filter(|number| !number.is_empty()) {
            @let dialled: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
            dt { (words.telephone) } dd { a href={ "tel:" (dialled) } dir="ltr" { (number) } }
        }
        @for (name, value) in others {
            @if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) { dt { (name) } dd { bdi { (value) } } }
        }
    }
}

/// Accepting or declining what they ask for, or offer.
fn decision(page: &OrganisePage, initiative: Option<&Initiative>, one: &Participant) -> Markup {
    let (texts, record) = (page.texts, &one.record);
    let decision = record.decision.map(|(decision, _)| decision);
    html! {
        section.card.asked[decision == Some(Decision::Asked)] {
            h2 { (texts.request) }
            @if let Some(words) = standing(page, record, "").first() { p { (words) } }
            form method="post" {
                (page.csrf())
                input type="hidden" name="version" value=(record.sequence);
                @for (at, offer) in record.offers.iter().enumerate() {
                    p {
                        label for={ "offer-" (at) } { (wording::offered(page.language(), initiative, offer)) " – " (texts.how_many_accepted) }
                        input id={ "offer-" (at) } name={ "need-" (offer.need) } type="number" inputmode="numeric" min="0" max=(offer.quantity)
                            value=(if decision == Some(Decision::Accepted) { offer.accepted } else { offer.quantity });
                    }
                }
                p.hint { (texts.answer_hint) }
                div.choices {
                    @if decision != Some(Decision::Accepted) || !record.offers.is_empty() { button name="action" value="accept" { (texts.accept) } }
                    @if decision != Some(Decision::Declined) { button.quiet name="action" value="decline" { (texts.decline) } }
                }
            }
        }
    }
}

/// Somebody's dates: where they are too many for a page, those to come come first.
fn of_interest<'a>(initiative: Option<&Initiative>, record: &'a SignUpRecord) -> Vec<&'a Attendance> {
    let mut all: Vec<_> = record.attendances.iter().collect();
    if all.len() > THEIRS {
        let now = now();
        let is_over = |one: &Attendance| {
            initiative.and_then(|it| it.session(&one.session)).is_none_or(|session| session.ends() <= now)
        };
        all.sort_by_key(|one| is_over(one));
    }
    all
}

/// One of their dates, and what can be done about it until it is over.
fn date(
    page: &OrganisePage,
    initiative: Option<&Initiative>,
    one: &Participant,
    attendance: &Attendance,
    at: usize,
) -> Markup {
    let (texts, language) = (page.texts, page.language());
    let session = page.session(&one.record.initiative, &attendance.session);
    let words = page.date(&one.record.initiative, &attendance.session);
    let is_open = is_open(initiative, &attendance.session);
    let gone = gone(page, &one.record.initiative, &attendance.session);
    let is_declined = matches!(one.record.decision, Some((Decision::Declined, _)));
    let is_seated =
        |id: &str| one.record.attendances.iter().any(|one| one.session == id && one.state.is_seated());
    let mut others = offered_dates(initiative, now(), usize::MAX);
    others.retain(|other| other.id != attendance.session && !is_seated(&other.id));
    // All choices of the page are as many as those of another: of many dates each has the nearest to it.
    let most = (DATES * 2 / one.record.attendances.len().max(1)).clamp(NEAREST, DATES);
    if let Some(session) = &session {
        let start = |date: &Session| date.start.moment.instant;
        others.sort_by_key(|date| (start(date) - start(session)).abs());
        others.truncate(most);
        others.sort_by_key(|date| start(date));
    }
    let waits = matches!(attendance.state, AttendanceState::Waiting | AttendanceState::Cancelled);
    let has = attendance.state.is_seated() || attendance.state == AttendanceState::Waiting;
    html! {
        div.consent {
            p id={ "date-" (at) } {
                strong { bdi { (words) } }
                @if let Some(words) = standing(page, &one.record, &attendance.session).last() { " · " (words) }
                @if let Some(came) = one.came_to(&attendance.session) { " · " (language.count(texts.came, u64::from(came), &[])) }
            }
            @if gone.is_some() && has {
                p.attention { (texts.gone_here) }
                p { a.button.quiet.small href={ (page.of(&one.record.initiative, "/call-off")) "&session=" (encoded(&attendance.session)) } { (texts.gone_call_off) } }
            }
            @if (is_open || gone.is_some()) && !is_declined {
                @if is_open { form method="post" {
                    (page.csrf())
                    input type="hidden" name="session" value=(attendance.session);
                    @if waits {
                        label.pick { input type="checkbox" name="beyond" value="yes"; span { (texts.beyond) } }
                    }
                    div.choices {
                        @if waits { button.quiet.small name="action" value="seat" aria-describedby={ "date-" (at) } { (texts.give_seat) } }
                        @if has { button.quiet.small name="action" value="give-back" aria-describedby={ "date-" (at) } { (texts.give_back) } }
                    }
                } }
                @if has && !others.is_empty() {
                    form.inline method="post" {
                        (page.csrf())
                        input type="hidden" name="session" value=(attendance.session);
                        label for={ "to-" (at) } { (texts.move_to) }
                        select id={ "to-" (at) } name="to" {
                            @for other in others { option value=(other.id) { (wording::session(language, other)) } }
                        }
                        button.quiet.small name="action" value="move" aria-describedby={ "date-" (at) } { (texts.move_button) }
                    }
                }
            }
        }
    }
}

/// `POST`: does something, and shows the page as it is then.
pub async fn act(
    page: OrganisePage,
    State(state): State<AppState>,
    Path((id, signup)): Path<(String, String)>,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let one = state.store.participant(&id, &signup).await?.ok_or(Error::NotFound)?;
    let said = done(&page, &id, &one, &fields).await?;
    state.writer.outbox_wake().notify_one();
    state.live.doubt(&id);
    match state.store.participant(&id, &signup).await? {
        Some(one) => Ok(render(&page, &id, &one, Some(said))),
        None => Err(Error::NotFound),
    }
}

/// Does what a form asks for; whether it was done, and that in words.
async fn done(
    page: &OrganisePage,
    id: &str,
    one: &Participant,
    fields: &Fields,
) -> Result<(bool, String), Error> {
    let (state, texts, who) = (page.state(), page.texts, page.who()?);
    let field =
        |name: &str| fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let of = SignUpName { initiative: id, id: &one.record.id };
    let session = field("session");
    let found = state.feeds.even_hidden(id).ok();
    let gone = gone(page, id, session);
    let limit = |named: &str| match gone {
        // Nobody gets a seat of it that becomes free.
        Some(gone) if named == session => SeatLimit::Seats { seats: 0, starts_at: gone.starts_at },
        _ => seat_limit(found.as_deref(), named),
    };
    let kept = || gone.map_or_else(|| said_of(found.as_deref(), session), |gone| gone.kept.clone());
    let entry = |deed| who.entry(id, deed, json!({}));
    let places = matches!(field("action"), "give-back" | "seat" | "move");
    let may_move = gone.is_some() && field("action") == "move";
    if places && !may_move && !is_open(found.as_deref(), session) {
        return Ok((false, texts.too_late.to_owned()));
    }
    let placed = match field("action") {
        "note" => {
            let note = typed(field("note"));
            let note = note.trim();
            if note.chars().count() > LONGEST_NOTE {
                return Err(Error::Malformed("note"));
            }
            state.store.set_note(id, &one.record.id, note, &entry(Deed::Note)).await?;
            return Ok((true, texts.saved.to_owned()));
        }
        "accept" | "decline" => return answered(page, id, one, fields).await,
        "give-back" => state.store.give_back_for(of, session, &kept(), &entry(Deed::GivenBack)).await?,
        "seat" => {
            let beyond = field("beyond") == "yes";
            state.store.seat(of, (session, limit(session)), beyond, &entry(Deed::Seated)).await?
        }
        "move" => {
            let to = field("to");
            // What is over, or has left the feed, is no date to come to.
            let is_open =
                found.as_deref().is_some_and(|it| it.coming(now()).iter().any(|session| session.id == to));
            if !is_open {
                return Ok((false, texts.too_late.to_owned()));
            }
            let (from, to) = ((session, limit(session)), (to, limit(to)));
            state.store.move_to(of, from, to, &kept(), &entry(Deed::Moved)).await?
        }
        _ => return Err(Error::Malformed("action")),
    };
    Ok(match placed {
        Placement::Now if one.record.confirmed_at.is_some() => (true, texts.done_told.to_owned()),
        Placement::Now => (true, texts.done.to_owned()),
        Placement::Before => (false, texts.too_late.to_owned()),
        Placement::Full => (false, texts.no_seat.to_owned()),
        Placement::Unknown => return Err(Error::NotFound),
    })
}

/// Whether anything can still be done about a date: one that is over, is called off, or has left the feed is as it is.
fn is_open(initiative: Option<&Initiative>, session: &str) -> bool {
    initiative.and_then(|it| it.session(session)).is_some_and(|session| session.ends() > now())
}

/// A date to come that has left the feed: whoever has something of it can be moved. One that is called off is nobody's.
fn gone<'a>(page: &'a OrganisePage, initiative: &str, session: &str) -> Option<&'a KnownSession> {
    let known = page.noted(initiative).iter().find(|one| one.session == session)?;
    let is_announced =
        page.initiative(initiative).is_some_and(|it| wording::session_of(&it, session).is_some());
    (known.gone_since.is_some() && known.starts_at > now() && !is_announced).then_some(known)
}

/// What a session says now, for the mail about it.
fn said_of(initiative: Option<&Initiative>, session: &str) -> Kept {
    let known = initiative.map(as_announced).unwrap_or_default();
    known.into_iter().find(|one| one.session == session).map(|one| one.kept).unwrap_or_default()
}

async fn answered(
    page: &OrganisePage,
    id: &str,
    one: &Participant,
    fields: &Fields,
) -> Result<(bool, String), Error> {
    let (state, texts, who) = (page.state(), page.texts, page.who()?);
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let is_accepted = field("action") == Some("accept");
    // What was looked at is what is answered.
    let version =
        field("version").and_then(|version| version.parse().ok()).ok_or(Error::Malformed("version"))?;
    let mut quantities = BTreeMap::new();
    for offer in one.record.offers.iter().filter(|_| is_accepted) {
        let given = field(&format!("need-{}", offer.need)).unwrap_or_default().trim();
        quantities.insert(offer.need.clone(), given.parse().map_err(|_| Error::Malformed("need"))?);
    }
    let answer = Answer {
        id: one.record.id.clone(),
        version,
        is_accepted,
        quantities: (is_accepted && !quantities.is_empty()).then_some(quantities),
    };
    let entry = who.entry(id, Deed::Answered, json!({}));
    Ok(match state.store.answer_requests(&[answer], false, &entry).await? {
        Answered::Now(0) => (true, texts.same_answer.to_owned()),
        Answered::Now(_) => (true, texts.done_told.to_owned()),
        Answered::Refused(refused) => {
            (false, refused.first().map(|(_, why)| refusal(page, one, why)).unwrap_or_default())
        }
    })
}

fn refusal(page: &OrganisePage, one: &Participant, why: &Refusal) -> String {
    let texts = page.texts;
    match why {
        Refusal::Beyond(need, left) => {
            let found = page.state().feeds.even_hidden(&one.record.initiative).ok();
            let offer = one.record.offers.iter().find(|offer| offer.need == *need);
            let need = offer.map_or_else(
                || need.clone(),
                |offer| wording::offered(page.language(), found.as_deref(), offer),
            );
            fill(texts.beyond_need, &[("need", &need), ("left", &left.to_string())])
        }
        Refusal::NoSeat(_) => texts.no_seat.to_owned(),
        Refusal::Unknown | Refusal::Changed | Refusal::Twice | Refusal::NotOffered(..) => {
            texts.changed_meanwhile.to_owned()
        }
    }
}

/// The address of somebody's page.
pub fn address(page: &OrganisePage, initiative: &str, signup: &str) -> String {
    page.of(initiative, &format!("/people/{}", named(signup)))
}
