//! `/mine/{token}`: one sign-up's sessions, and what its person does about them. The link is in each mail about it and stands
//! for nothing else, so the page shows nothing that was typed: whoever a mail is forwarded to sees no more than the mail says.

use alentour::app::encode;
use alentour_model::Initiative;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};

use super::details::{Standing, facts, initiative, linked_title, request};
use super::page::PeoplePage;
use super::{link, now, rearrange};
use crate::http::{Error, Visitor};
use crate::observability::security;
use crate::signups::seat_limit;
use crate::state::AppState;
use crate::store::{
    Attendance, AttendanceState, Digest, KnownSession, LinkUse, MailedLink, Meeting, Purpose, Rearrangement,
    SignUpRecord, Venue, told,
};
use crate::wording::{self, Act};

/// What a button and its form send: `action` (`accept`, `give-back`, `change` or `erase`), and the `session` that the first two are about.
type Fields = Vec<(String, String)>;

/// `GET`: shows, and changes nothing.
pub async fn show(
    page: PeoplePage,
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    let Some((_, found)) = link(&state, &token, Purpose::Own).await? else { return Ok(gone(&page)) };
    let Some(record) = own_record(&page, &found).await? else { return Ok(gone(&page)) };
    let texts = page.texts;
    // With the seats of the moment: what is full says so.
    let live = match initiative(&page, &record) {
        Some(initiative) => Some(state.live.put_into(initiative).await),
        None => None,
    };
    let venues = state.store.venues(&record.initiative).await?;
    let known = state.store.sessions(&record.initiative).await?;
    let title = match wording::act(initiative(&page, &record).as_deref()) {
        Act::TakesPart => texts.own,
        Act::Signs => texts.own_signature,
        Act::Asks => texts.own_request,
    };
    Ok(page.render(
        title,
        Some(""),
        html! {
            h1 { (title) }
            p.lead { (texts.own_lead) }
            (sign_up(&page, &record, live.as_deref(), &venues, &known))
            p { a href=(page.link("/my-data")) { (texts.own_more) } }
        },
    ))
}

/// `POST`: accepts an offer, gives a seat or a place in the line back, changes what it is for, or erases a sign-up that is for no session.
pub async fn act(
    page: PeoplePage,
    State(state): State<AppState>,
    visitor: Visitor,
    Path(token): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Error> {
    let Some((hash, found)) = link(&state, &token, Purpose::Own).await? else { return Ok(gone(&page)) };
    let texts = page.texts;
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value);
    let (action, session) = (field("action"), field("session"));
    let (used, title, lead) = match action {
        "accept" => {
            let used = state.store.accept_offer(&hash, session, now()).await?;
            (used, texts.own_accepted, texts.own_accepted_lead)
        }
        "give-back" => {
            let used = state.store.give_back(&hash, session, now()).await?;
            (used, texts.own_given_back, texts.own_given_back_lead)
        }
        "change" => {
            // Each change is told to the organiser.
            state.limits.unproved_sign_up(visitor)?;
            return change(&page, &state, (&hash, &found), &fields).await;
        }
        "erase" => (state.store.erase_own(&hash, now()).await?, texts.erased_one, texts.erased_one_lead),
        _ => return Err(Error::Malformed("action")),
    };
    security::link_used("own", used == LinkUse::Now);
    // Somebody may have got the seat, and the organiser is told.
    state.writer.outbox_wake().notify_one();
    let back = html! {
        @if action == "accept" && used == LinkUse::Now { (new_calendar(&page, &found).await?) }
        (back(&page))
    };
    Ok(match used {
        LinkUse::Now if action == "erase" => page.message("done", title, lead, html! {}),
        LinkUse::Now => page.message("done", title, lead, back),
        LinkUse::Before => page.message("asked", texts.own_late, texts.own_late_lead, back),
        LinkUse::Unknown => gone(&page),
    })
}

/// Changes which dates it is for, and for how many people.
async fn change(
    page: &PeoplePage,
    state: &AppState,
    (hash, found): (&Digest, &MailedLink),
    fields: &Fields,
) -> Result<Response, Error> {
    let texts = page.texts;
    let Some(record) = own_record(page, found).await? else { return Ok(gone(page)) };
    let Some(initiative) = initiative(page, &record) else {
        return Ok(page.message("asked", texts.own_late, texts.own_change_gone, back(page)));
    };
    let wanted = match rearrange::wanted(page, &initiative, &record, fields) {
        Ok(wanted) => wanted,
        Err((title, lead)) => return Ok(page.message("asked", title, lead, back(page))),
    };
    let limits: Vec<_> = (wanted.among.iter())
        .map(|session| (session.clone(), seat_limit(Some(&initiative), session)))
        .collect();
    let rearranged = state.store.rearrange(hash, &wanted, &limits, now()).await?;
    security::link_used("own", rearranged == Rearrangement::Now);
    state.writer.outbox_wake().notify_one();
    state.live.doubt(&initiative.id);
    Ok(match rearranged {
        Rearrangement::Now => {
            let Some(now) = own_record(page, found).await? else { return Ok(gone(page)) };
            let rest = html! {
                (kept(page, &initiative, &now).unwrap_or_default()) (calendar(page, &initiative, &now)) (back(page))
            };
            match rearrange::only_waits(&record, &now) {
                true => page.message("asked", texts.waitlisted, texts.own_waits_lead, rest),
                false => page.message("done", texts.own_changed, texts.own_changed_lead, rest),
            }
        }
        Rearrangement::Before => page.message("asked", texts.own_change, texts.own_change_same, back(page)),
        Rearrangement::Full => {
            // An offer may have run out meanwhile.
            let now = own_record(page, found).await?;
            let kept = now.and_then(|now| kept(page, &initiative, &now));
            let lead = if kept.is_some() { texts.own_change_full_lead } else { texts.own_change_full_none };
            let rest = html! { (kept.unwrap_or_default()) (back(page)) };
            page.message("asked", texts.own_change_full, lead, rest)
        }
        Rearrangement::Unknown => gone(page),
    })
}

/// The sign-up that a link is for, as it is now.
async fn own_record(page: &PeoplePage, found: &MailedLink) -> Result<Option<SignUpRecord>, Error> {
    let all = page.state.store.of_person(&found.email_h).await?;
    Ok(all.into_iter().find(|one| one.id == found.signup))
}

/// When and where what a sign-up has is; `None` where it has nothing of its sessions any more.
fn kept(page: &PeoplePage, initiative: &Initiative, record: &SignUpRecord) -> Option<Markup> {
    let mut kept = record.clone();
    kept.attendances.retain(|one| one.state != AttendanceState::Cancelled);
    let has_nothing = kept.attendances.is_empty() && !record.attendances.is_empty();
    (!has_nothing).then(|| html! { dl { (facts(page, Some(initiative), &kept)) } })
}

fn back(page: &PeoplePage) -> Markup {
    html! { p { a.button.quiet href={ "?lang=" (page.language.tag()) } { (page.texts.own_back) } } }
}

fn sign_up(
    page: &PeoplePage,
    record: &SignUpRecord,
    live: Option<&Initiative>,
    venues: &[Venue],
    known: &[KnownSession],
) -> Markup {
    let initiative = initiative(page, record);
    let initiative = initiative.as_deref();
    let standing = Standing::of(page, record).with_known(&record.attendances, known);
    html! {
        section.card {
            h2 { (linked_title(page, initiative, record)) }
            @if let Some(words) = standing.words(page) { p { strong { (words) } } }
            @if record.attendances.is_empty() {
                dl { (facts(page, initiative, record)) (meeting(page, venues, record)) }
                form method="post" {
                    button.quiet name="action" value="erase" { (erase_words(page, initiative)) }
                }
            } @else {
                @if record.party > 1 { dl { dt { (page.texts.people) } dd { (record.party) } } }
                @if record.decision.is_some() { dl { (request(page, initiative, record)) } }
                @for (at, one) in record.attendances.iter().enumerate() {
                    (attendance(page, initiative, (record, venues, known), one, at))
                    @if let Some(again) = live.and_then(|live| rearrange::again(page, live, record, one, &heading(at))) { (again) }
                }
            }
            @if let Some(form) = live.and_then(|live| rearrange::form(page, live, record)) { (form) }
            @if let Some(it) = initiative { (calendar(page, it, record)) }
            (page.way_back(record))
        }
    }
}

/// What the button says that cancels a sign-up and erases it.
pub(super) fn erase_words(page: &PeoplePage, initiative: Option<&Initiative>) -> &'static str {
    match wording::act(initiative) {
        Act::TakesPart => page.texts.erase_one,
        Act::Signs => page.texts.erase_signature,
        Act::Asks => page.texts.erase_request,
    }
}

/// Names a session on the page.
fn heading(at: usize) -> String {
    format!("session-{at}")
}

/// One session, and what can be done about it until it is over. Its words name its buttons too.
fn attendance(
    page: &PeoplePage,
    initiative: Option<&Initiative>,
    (record, venues, known): (&SignUpRecord, &[Venue], &[KnownSession]),
    one: &Attendance,
    at: usize,
) -> Markup {
    let (texts, heading) = (page.texts, heading(at));
    let alone = std::slice::from_ref(one);
    let standing = |it| Standing::within(it, alone).with_known(alone, known);
    let is_open = initiative.is_none_or(|it| !standing(it).is_ended());
    let actions: &[(&str, &str)] = match one.state {
        AttendanceState::Active => &[("give-back", texts.own_give_back)],
        AttendanceState::Waiting => &[("give-back", texts.own_leave)],
        AttendanceState::Offered => &[("accept", texts.own_accept), ("give-back", texts.own_give_back)],
        AttendanceState::Asked | AttendanceState::Cancelled => &[],
    };
    let alone = SignUpRecord { attendances: alone.to_vec(), ..record.clone() };
    let appointments = initiative.map(|it| wording::appointments(page.language, it, &alone));
    let (times, place) = appointments.map(|it| (it.times, it.place)).unwrap_or_default();
    // Of what has left the feed it is known what it said.
    let before = known.iter().find(|known| times.is_empty() && known.session == one.session);
    let before = before.and_then(|known| dropped(page, known, one));
    html! {
        div.consent {
            p id=(heading) {
                @if !times.is_empty() { bdi { (times.join(", ")) } }
                @if let Some(before) = &before { bdi { (before) } }
                // Of what was given back, or called off, that says it.
                @if times.is_empty() && (before.is_none() || one.state != AttendanceState::Cancelled) {
                    @if before.is_some() { br; }
                    (texts.session_gone)
                }
            }
            @if is_open {
                dl {
                    @if let Some(place) = place.filter(|_| !times.is_empty()) {
                        dt { (page.language.mails().place) } dd { bdi { (place) } }
                    }
                    (meeting(page, venues, &alone))
                }
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

/// When and where a session was to be that has left the feed, and that it is not any more.
fn dropped(page: &PeoplePage, known: &KnownSession, one: &Attendance) -> Option<String> {
    let time = wording::session(page.language, &known.kept.session("")?);
    let place = known.kept.place.clone().filter(|place| !place.is_empty());
    let texts = page.language.mails();
    // Who gave it back did so while it was still announced.
    let is_off = known.gone_since.is_some_and(|since| one.since >= since);
    let is_cancelled = one.state == AttendanceState::Cancelled;
    let standing = is_cancelled.then(|| if is_off { texts.cancelled } else { texts.given_back }.to_owned());
    Some([Some(time), place, standing].into_iter().flatten().collect::<Vec<_>>().join(" · "))
}

/// Where one meets, for whoever has a seat: terms and descriptions of a list.
fn meeting(page: &PeoplePage, venues: &[Venue], record: &SignUpRecord) -> Markup {
    let texts = page.language.mails();
    html! {
        @for (venue, _) in told(venues, record) {
            @let Meeting { text, link } = &venue.meeting;
            @if !text.is_empty() { dt { (texts.venue) } dd { bdi { (text) } } }
            @if !link.is_empty() { dt { (texts.venue_link) } dd { a href=(link) rel="noreferrer" { (link) } } }
        }
    }
}

/// The link to the file of what they have now.
async fn new_calendar(page: &PeoplePage, found: &MailedLink) -> Result<Markup, Error> {
    let record = own_record(page, found).await?;
    let link = record.and_then(|record| Some(calendar(page, &*initiative(page, &record)?, &record)));
    Ok(link.unwrap_or_default())
}

/// The link to the file for calendars of the sessions to come that it has seats of; nothing where there are none.
pub(super) fn calendar(page: &PeoplePage, initiative: &Initiative, record: &SignUpRecord) -> Markup {
    let seated = record.attendances.iter().filter(|one| one.state == AttendanceState::Active);
    let coming = initiative.coming(now());
    let seated = seated.filter(|one| coming.iter().any(|session| session.id == one.session));
    let sessions: Vec<_> = seated.map(|one| format!("session={}", encode(&one.session))).collect();
    let path = format!("/i/{}/calendar.ics?{}", encode(&initiative.id), sessions.join("&"));
    let is_there = !sessions.is_empty() && page.state.feeds.is_shown(&initiative.id);
    html! { @if is_there { p { a href=(page.link(&path)) { (page.texts.own_calendar) } } } }
}

fn gone(page: &PeoplePage) -> Response {
    let texts = page.texts;
    page.message("asked", texts.link_gone, texts.link_gone_access, page.new_link())
}
