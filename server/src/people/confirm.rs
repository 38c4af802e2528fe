//! `/confirm/{token}`: all that waits for an address's confirmation. The link stands for the address, not for one sign-up:
//! whoever typed it first does not decide what its person confirms.

use alentour::app::encode;
use alentour_model::Initiative;
use alentour_texts::fill;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::details::{Standing, consents, erased, facts, initiative, linked_title, typed};
use super::page::PeoplePage;
use super::{link, now, own};
use crate::also::{also_open, next_open};
use crate::exchange::Exchange;
use crate::http::Error;
use crate::observability::security;
use crate::sessions::note_first;
use crate::signups::{held_until, own_until, seat_limits};
use crate::state::AppState;
use crate::store::{
    AttendanceState, Confirmation, Decision, Digest, LinkUse, MailedLink, Purpose, SignUpRecord, Waiting,
    random_token,
};
use crate::way_back::WayBack;
use crate::wording::{self, Act};

/// What a button sends. Neither: the page of an older version, which had one button for the one sign-up it showed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ConfirmForm {
    /// The attempt that is confirmed.
    id: String,
    /// Whether a change leaves the dates that it does not ask for; empty: it gives them back.
    beside: String,
    /// The ids of all that the page has shown, with commas between them: none of these is the person's.
    none: String,
}

/// `GET`: everything that waits, newest first, a button each. Nothing is preselected, and nothing changes.
pub async fn show(
    page: PeoplePage,
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Response, Error> {
    let Some((_, found)) = link(&state, &token, Purpose::Confirm).await? else { return Ok(gone(&page)) };
    list(&page, &found.email_h).await
}

/// `POST`: confirms one, or erases all that waits.
pub async fn confirm(
    page: PeoplePage,
    State(state): State<AppState>,
    Path(token): Path<String>,
    Form(form): Form<ConfirmForm>,
) -> Result<Response, Error> {
    let Some((hash, found)) = link(&state, &token, Purpose::Confirm).await? else { return Ok(gone(&page)) };
    if !form.none.is_empty() {
        return dismiss(&page, &hash, &found.email_h, &form.none).await;
    }
    if form.id.is_empty() {
        return list(&page, &found.email_h).await;
    }
    let waiting = state.store.waiting(&found.email_h, now()).await?;
    // `None` where it has been confirmed or replaced since the page was opened: the store says which.
    let chosen = waiting.iter().find(|one| one.attempt.id == form.id);
    // The page was opened before that: it says so now, and has no button for it.
    if chosen.is_some_and(|one| Standing::of(&page, &one.attempt).is_ended()) {
        return list(&page, &found.email_h).await;
    }
    let name = chosen.map_or("", |one| &one.attempt.initiative);
    let sinks: Vec<_> = state.settings.sinks_of(name).map(|sink| sink.name.clone()).collect();
    let limits = chosen.map(|one| seat_limits(initiative(&page, &one.attempt).as_deref(), &one.attempt));
    let limits = limits.unwrap_or_default();
    let confirmation = match form.beside.as_str() {
        "" => state.store.confirm(&hash, &form.id, &sinks, &limits, now()).await?,
        _ => state.store.confirm_beside(&hash, &form.id, &sinks, &limits, now()).await?,
    };
    security::link_used("confirm", confirmation == Confirmation::Now);
    let texts = page.texts;
    let still = state.store.waiting(&found.email_h, now()).await?;
    let more = left(&page, still.iter().filter(|one| one.attempt.id != form.id).count());
    Ok(match (confirmation, chosen) {
        (Confirmation::Now, Some(one)) => {
            state.writer.outbox_wake().notify_one();
            // As it is kept now: a seat may have gone meanwhile.
            let id = one.changes.as_ref().map_or(&one.attempt.id, |changes| &changes.id);
            let all = state.store.of_person(&found.email_h).await?;
            let kept = all.iter().find(|kept| kept.id == *id).unwrap_or(&one.attempt);
            let has = |state| kept.attendances.iter().any(|one| one.state == state);
            let waits = has(AttendanceState::Waiting);
            let is_seated = kept.attendances.iter().any(|one| one.state.is_seated());
            let (class, title, lead) = match (Standing::of(&page, kept), &one.changes) {
                _ if kept.alert().is_some() => ("done", texts.alert_confirmed, texts.alert_confirmed_lead),
                (Standing::Announced, _) if waits && !is_seated => {
                    ("asked", texts.waitlisted, texts.waitlisted_lead)
                }
                (Standing::Announced, _) if waits => ("done", texts.confirmed, texts.partly_waitlisted_lead),
                (Standing::Announced, _) if matches!(kept.decision, Some((Decision::Asked, _))) => {
                    ("done", texts.confirmed, texts.asked_lead)
                }
                (Standing::Announced, None)
                    if wording::act(initiative(&page, kept).as_deref()) == Act::Signs =>
                {
                    ("done", texts.confirmed, texts.signed_lead)
                }
                (Standing::Announced, Some(_)) => ("done", texts.changed, texts.changed_lead),
                (Standing::Announced, None) => ("done", texts.confirmed, texts.confirmed_lead),
                _ => ("done", texts.recorded, texts.recorded_lead),
            };
            let others = others(&page, kept).await;
            if let Some(initiative) = initiative(&page, kept) {
                note_first(&state, &initiative, now()).await?;
            }
            let own = own_page(&page, kept).await?;
            page.message(class, title, lead, html! { (summary(&page, kept)) (own) (more) (others) })
        }
        (Confirmation::Full, Some(one)) => {
            let lead = fill(texts.full_lead, &[("date", &page.day(one.attempt.expires_at))]);
            page.message("warning", texts.full, &lead, html! { (summary(&page, &one.attempt)) (more) })
        }
        (Confirmation::Enough, Some(one)) if one.attempt.alert().is_some() => {
            page.message("warning", texts.household_full, texts.alert_enough_lead, more)
        }
        (Confirmation::Enough, _) => {
            page.message("warning", texts.household_full, texts.household_full_lead, more)
        }
        (Confirmation::Now | Confirmation::Before, _) => {
            page.message("done", texts.confirmed_before, texts.confirmed_before_lead, more)
        }
        (Confirmation::Gone | Confirmation::Full, _) => {
            page.message("asked", texts.attempt_gone, texts.attempt_gone_lead, more)
        }
        (Confirmation::UnknownLink, _) => gone(&page),
    })
}

/// The links to the file for calendars and to their own page, of what has just been confirmed.
async fn own_page(page: &PeoplePage, kept: &SignUpRecord) -> Result<Markup, Error> {
    if kept.alert().is_some() {
        return Ok(html! {});
    }
    let store = &page.state.store;
    let initiative = initiative(page, kept);
    let initiative = initiative.as_deref();
    let token = random_token().map_err(|error| Error::Unavailable(format!("no randomness: {error:?}")))?;
    let until = own_until(kept, initiative, now());
    let stands_for =
        MailedLink { signup: kept.id.clone(), ..MailedLink::new(kept.email_h, Purpose::Own, until) };
    store.create_link(&store.secret().token_hash(&token), &stands_for).await?;
    Ok(html! {
        @if let Some(initiative) = initiative { (own::calendar(page, initiative, kept)) }
        p { a href=(page.link(&format!("/mine/{token}"))) { (wording::own_button(page.language, initiative)) } }
    })
}

/// "None of these is mine."
async fn dismiss(page: &PeoplePage, hash: &Digest, email_h: &Digest, shown: &str) -> Result<Response, Error> {
    let shown: Vec<_> = shown.split(',').collect();
    let used = page.state.store.dismiss(hash, &shown, now()).await?;
    security::link_used("confirm", used == LinkUse::Now);
    // What came since the page was opened has not been seen, so it still waits.
    let waiting = page.state.store.waiting(email_h, now()).await?.len();
    let (texts, more) = (page.texts, left(page, waiting));
    Ok(match used {
        LinkUse::Before if waiting == 0 => {
            page.message("asked", texts.nothing_waits, texts.nothing_waits_lead, more)
        }
        LinkUse::Now => page.message("done", texts.dismissed, texts.dismissed_lead, more),
        LinkUse::Before => page.message("asked", texts.attempt_gone, texts.attempt_gone_lead, more),
        LinkUse::Unknown => gone(page),
    })
}

/// The page of a link that is good.
async fn list(page: &PeoplePage, email_h: &Digest) -> Result<Response, Error> {
    let store = &page.state.store;
    let waiting = store.waiting(email_h, now()).await?;
    if waiting.is_empty() {
        let confirmed = store.of_person(email_h).await?;
        let confirmed: Vec<_> = confirmed.iter().filter(|one| one.confirmed_at.is_some()).collect();
        return Ok(nothing_waits(page, &confirmed));
    }
    let texts = page.texts;
    let shown: Vec<_> = waiting.iter().map(|one| one.attempt.id.as_str()).collect();
    let days = page.language.calendar().days(page.state.settings.retention.unconfirmed_days);
    let are_alerts = waiting.iter().all(|one| one.attempt.alert().is_some());
    let acts: Vec<_> =
        waiting.iter().map(|one| wording::act(initiative(page, &one.attempt).as_deref())).collect();
    let title = match acts.first() {
        _ if are_alerts => texts.alert_confirm,
        Some(Act::Signs) if acts.iter().all(|act| *act == Act::Signs) => texts.confirm_title_signature,
        Some(Act::Asks) if acts.iter().all(|act| *act == Act::Asks) => texts.confirm_title_request,
        _ => texts.confirm,
    };
    Ok(page.render(
        title,
        Some(""),
        html! {
            h1 { (title) }
            p.lead { (texts.confirm_lead) }
            @for (at, one) in waiting.iter().enumerate() { (attempt(page, one, at)) }
            section {
                h2 { (texts.dismiss_lead) }
                form method="post" {
                    input type="hidden" name="none" value=(shown.join(","));
                    button.quiet { (texts.dismiss_button) }
                }
            }
            p.hint { (fill(texts.confirm_not_you, &[("days", &days)])) }
        },
    ))
}

/// One that waits, with its button. The title names the button too: one page may have several.
fn attempt(page: &PeoplePage, waiting: &Waiting, at: usize) -> Markup {
    let (texts, record) = (page.texts, &waiting.attempt);
    let initiative = initiative(page, record);
    let (heading, button) = (format!("title-{at}"), format!("confirm-{at}"));
    let standing = Standing::of(page, record);
    let dates = html! {
        dt { (texts.received_on) } dd { (page.moment(record.received_at)) }
        dt { (texts.waits_until) } dd { (page.day(record.expires_at)) }
    };
    let gone =
        waiting.changes.as_ref().map(|now| erased(page, initiative.as_deref(), &now.person, &record.person));
    let gone = gone.unwrap_or_default();
    let held = initiative.as_deref().and_then(|it| {
        let until = held_until(&page.state.settings.seats, it, record)?;
        Some(wording::held(page.language, it, record, (until, now())))
    });
    let exchange = waiting.changes.as_ref().zip(initiative.as_deref());
    let exchange = exchange.and_then(|(has, it)| Exchange::of(page.language, it, (has, record), now()));
    html! {
        section.card.asked aria-labelledby=(heading) {
            h2 id=(heading) { (linked_title(page, initiative.as_deref(), record)) }
            (warning(page, standing))
            @if let Some(now) = &waiting.changes {
                p { (texts.change_lead) }
                h3 { (texts.change_now) }
                (contents(page, now, Some(record), &html! {}))
                h3 { (texts.change_then) }
            } @else {
                h3 { (texts.typed) }
            }
            (contents(page, record, waiting.changes.as_ref(), &html! { (gone) (dates) }))
            @if !standing.is_ended() {
                @if let Some(held) = held { p { (held) } }
                @match &exchange {
                    Some(exchange) => (choices(page, exchange, record, &heading, at)),
                    None => form method="post" {
                        input type="hidden" name="id" value=(record.id);
                        button id=(button) aria-labelledby={ (button) " " (heading) } {
                            (button_text(page, waiting, initiative.as_deref()))
                        }
                    },
                }
            }
            (page.way_back(record))
        }
    }
}

/// Where a change gives dates back: the buttons that keep them and that do not, each with what becomes of which date.
fn choices(
    page: &PeoplePage,
    exchange: &Exchange,
    record: &SignUpRecord,
    heading: &str,
    at: usize,
) -> Markup {
    let texts = page.texts;
    let (beside, instead) = (format!("beside-{at}"), format!("confirm-{at}"));
    let comma = format!("{} ", page.language.mails().comma);
    let dates = |label: &str, times: &[String]| {
        html! { @if !times.is_empty() { dt { (label) } @for time in times { dd { bdi { (time) } } } } }
    };
    let kept = [&exchange.stay[..], &exchange.given_back[..]].concat();
    html! {
        @if exchange.may_add {
            form method="post" {
                dl { (dates(texts.change_keeps, &kept)) (dates(texts.change_adds, &exchange.added)) }
                input type="hidden" name="id" value=(record.id);
                input type="hidden" name="beside" value="yes";
                button id=(beside) aria-labelledby={ (beside) " " (heading) } {
                    (fill(texts.change_beside, &[("dates", &exchange.added.join(&comma))]))
                }
            }
        }
        form method="post" {
            dl {
                (dates(texts.change_gives_back, &exchange.given_back))
                (dates(texts.change_keeps, &exchange.stay))
                (dates(texts.change_adds, &exchange.added))
            }
            input type="hidden" name="id" value=(record.id);
            button.quiet[exchange.may_add] id=(instead) aria-labelledby={ (instead) " " (heading) } {
                (fill(texts.change_instead, &[("dates", &exchange.given_back.join(&comma))]))
            }
        }
    }
}

/// What the button does.
fn button_text(page: &PeoplePage, waiting: &Waiting, initiative: Option<&Initiative>) -> &'static str {
    match (&waiting.changes, wording::act(initiative)) {
        (Some(_), _) => page.texts.change_button,
        (None, Act::Signs) => page.texts.confirm_signature,
        (None, Act::TakesPart | Act::Asks) => page.texts.confirm_button,
    }
}

/// That what it is for is over, called off, or no longer announced.
fn warning(page: &PeoplePage, standing: Standing) -> Markup {
    html! { @if let Some(words) = standing.words(page) { p { strong { (words) } } } }
}

/// Slot, people, all that was typed, and each consent with whether it was ticked. Of a change, `other` is its other half.
fn contents(page: &PeoplePage, record: &SignUpRecord, other: Option<&SignUpRecord>, more: &Markup) -> Markup {
    let initiative = initiative(page, record);
    // One person goes without saying, except beside another number.
    let is_one_now = record.party == 1 && other.is_some_and(|other| other.party != 1);
    html! {
        dl {
            (facts(page, initiative.as_deref(), record))
            @if is_one_now { dt { (page.texts.people) } dd { (record.party) } }
            (typed(page, initiative.as_deref(), record))
            (more)
        }
        (consents(page, record))
    }
}

/// What it is for. Nothing that was typed: the page before has shown it.
fn summary(page: &PeoplePage, record: &SignUpRecord) -> Markup {
    let initiative = initiative(page, record);
    html! {
        section.card.asked {
            h2 { (linked_title(page, initiative.as_deref(), record)) }
            (warning(page, Standing::of(page, record)))
            dl { (facts(page, initiative.as_deref(), record)) }
            (page.way_back(record))
        }
    }
}

/// What else is open near what was confirmed: each leads to its page, from which one finds back to the partner's.
async fn others(page: &PeoplePage, record: &SignUpRecord) -> Markup {
    let others = match initiative(page, record) {
        Some(initiative) => also_open(&page.state, &initiative, page.language).await,
        None => Vec::new(),
    };
    let from = WayBack::of(&page.state.settings, record).and(record.person.page.as_deref());
    let from = from.map(|from| format!("&from={}", encode(from))).unwrap_or_default();
    html! {
        @if !others.is_empty() {
            h2 { (page.language.widget("also_open")) }
            ul {
                @for other in &others {
                    @let next = next_open(other, now()).map(|session| session.id.clone());
                    @let time = wording::times(page.language, other, next.as_deref());
                    @let facts = [time, wording::place(page.language, other, next.as_deref())];
                    li {
                        a href={ (page.link(&format!("/i/{}", encode(&other.id)))) (from) } { bdi { (wording::line(&other.name)) } }
                        @for fact in facts.into_iter().flatten() { br; bdi.hint { (fact) } }
                    }
                }
            }
        }
    }
}

/// How many still wait, and the way back to them: the link of this very page.
fn left(page: &PeoplePage, count: usize) -> Markup {
    let texts = page.texts;
    html! {
        @if count > 0 {
            p { (page.language.count(texts.more_waiting, count as u64, &[])) }
            p { a.button.quiet href={ "?lang=" (page.language.tag()) } { (texts.show_waiting) } }
        }
    }
}

fn nothing_waits(page: &PeoplePage, confirmed: &[&SignUpRecord]) -> Response {
    let texts = page.texts;
    if confirmed.is_empty() {
        return page.message("asked", texts.nothing_waits, texts.nothing_waits_lead, page.new_link());
    }
    let all = html! { @for one in confirmed { (summary(page, one)) } };
    page.message("done", texts.confirmed_before, texts.confirmed_before_lead, all)
}

fn gone(page: &PeoplePage) -> Response {
    let texts = page.texts;
    page.message("asked", texts.link_gone, texts.link_gone_confirm, page.new_link())
}
