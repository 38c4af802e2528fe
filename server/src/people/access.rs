//! `/me/{token}`: everything that is kept about a person, told apart: what counts, and what waits for a confirmation.

use alentour_texts::fill;
use axum::extract::Path;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde_json::{Value, json};

use super::details::{facts, initiative, linked_title, typed};
use super::link;
use super::own::erase_words;
use super::page::{PeoplePage, write_to};
use super::report::reason_words;
use crate::http::Error;
use crate::own;
use crate::signups::export;
use crate::store::{Consent, OwnStatus, Participant, ProposalRecord, Purpose, Report, SignUpRecord};

/// `GET /me/{token}`.
pub async fn show(page: PeoplePage, Path(token): Path<String>) -> Result<Response, Error> {
    let all = match signed_up(&page, &token).await? {
        Ok(all) => all,
        Err(said) => return Ok(said),
    };
    let texts = page.texts;
    let here = |path: &str| page.link(&format!("/me/{token}{path}"));
    let (waiting, counting): (Vec<_>, Vec<_>) = all.iter().partition(|one| one.pending);
    let proposed = proposed(&page, &all).await?;
    let reports = reports(&page, &all).await?;
    let (alerts, counting): (Vec<_>, Vec<_>) = counting.into_iter().partition(|one| one.alert().is_some());
    Ok(page.render(
        texts.kept,
        Some(""),
        html! {
            h1 { (texts.kept) }
            @if all.is_empty() {
                p.lead { (texts.kept_nothing) }
            } @else {
                p.lead { (texts.kept_lead) }
                (write_to(&page, texts.kept_correct))
                p.choices {
                    a.button.quiet href=(here("/data.json")) { (texts.download) }
                    a href=(here("/erase")) { (texts.erase_all) }
                }
            }
            @if !counting.is_empty() {
                h2 { (texts.kept_confirmed) }
                @for one in counting { (sign_up(&page, one, &here)) }
            }
            @if !alerts.is_empty() {
                h2 { (texts.alerts) }
                @for one in alerts { (sign_up(&page, one, &here)) }
            }
            @if !proposed.is_empty() {
                h2 { (page.language.proposing().data) }
                p { (page.language.proposing().data_lead) }
                @for one in &proposed { (proposal(&page, one)) }
            }
            @if !waiting.is_empty() {
                h2 { (texts.kept_waiting) }
                p { (texts.kept_waiting_lead) }
                @for one in waiting { (sign_up(&page, one, &here)) }
            }
            @if !reports.is_empty() {
                h2 { (page.language.organising().reports) }
                @for one in &reports { (reported(&page, one)) }
            }
        },
    ))
}

/// What somebody has reported with their address.
async fn reports(page: &PeoplePage, all: &[SignUpRecord]) -> Result<Vec<Report>, Error> {
    match all.first() {
        Some(one) => Ok(page.state.store.reports_of(&one.email_h).await?),
        None => Ok(Vec::new()),
    }
}

fn reported(page: &PeoplePage, one: &Report) -> Markup {
    let initiative = page.state.feeds.initiative(&one.initiative).ok();
    let title = initiative.as_ref().map_or(one.initiative.as_str(), |it| it.name.as_str());
    html! {
        section.card {
            h3 { bdi { (title) } }
            p { (reason_words(page.language.organising(), one.reason)) }
            @if !one.said.words.is_empty() { p { bdi { (one.said.words) } } }
            p.hint { (page.moment(one.at)) }
        }
    }
}

fn sign_up(page: &PeoplePage, record: &SignUpRecord, here: &dyn Fn(&str) -> String) -> Markup {
    let texts = page.texts;
    let initiative = initiative(page, record);
    let state = match (record.confirmed_at, record.pending) {
        (_, true) => texts.state_unconfirmed.to_owned(),
        (Some(at), _) => fill(texts.state_confirmed, &[("date", &page.day(at))]),
        (None, _) => texts.state_received.to_owned(),
    };
    html! {
        section.card {
            h3 { (linked_title(page, initiative.as_deref(), record)) }
            dl {
                (facts(page, initiative.as_deref(), record))
                dt { (texts.received_on) } dd { (page.moment(record.received_at)) }
                dt { (texts.state) } dd { (state) }
                dt { (texts.kept_until) } dd { (page.day(record.expires_at)) }
                (typed(page, initiative.as_deref(), record))
            }
            (page.way_back(record))
            @if !record.consents.is_empty() {
                h4 { (texts.consents) }
                @for one in &record.consents { (consent(page, record, one, here)) }
            }
            form method="post" action=(here("/erase")) {
                input type="hidden" name="signup" value=(record.id);
                button.quiet.small {
                    (if record.alert().is_some() { texts.alert_stop } else { erase_words(page, initiative.as_deref()) })
                }
            }
        }
    }
}

/// What the person of these sign-ups has proposed.
async fn proposed(page: &PeoplePage, all: &[SignUpRecord]) -> Result<Vec<ProposalRecord>, Error> {
    match all.first() {
        Some(one) => Ok(page.state.store.proposals_of(&one.email_h).await?),
        None => Ok(Vec::new()),
    }
}

/// One of them. It is followed, and withdrawn, by the link in its mails; all of them are erased with everything else.
fn proposal(page: &PeoplePage, one: &ProposalRecord) -> Markup {
    let (texts, own) = (page.language.proposing(), one.own.as_ref());
    let title = own.and_then(|own| own::initiative_of(&own.content).ok().flatten()).map(|it| it.name);
    let title = title.unwrap_or_else(|| one.draft.fields.get("name").cloned().unwrap_or_default());
    let state = match own.map(|own| own.status) {
        None => page.texts.state_unconfirmed,
        Some(OwnStatus::Published) => texts.state_published,
        Some(OwnStatus::AskedBack) => texts.state_asked,
        Some(OwnStatus::Declined) => texts.state_declined,
        Some(OwnStatus::Withdrawn) => texts.state_withdrawn,
        Some(OwnStatus::Draft | OwnStatus::Waiting) => texts.state_waiting,
    };
    html! {
        section.card {
            h3 { @if title.is_empty() { (texts.own) } @else { bdi { (title) } } }
            dl {
                dt { (page.texts.received_on) } dd { (page.moment(one.created_at)) }
                dt { (page.texts.state) } dd { (state) }
                dt { (page.texts.email) } dd dir="ltr" { (one.draft.email) }
                @if !one.draft.words.is_empty() { dt { (texts.words) } dd { bdi { (one.draft.words) } } }
                dt { (page.texts.kept_until) } dd { (page.day(one.expires_at)) }
            }
        }
    }
}

fn consent(page: &PeoplePage, record: &SignUpRecord, one: &Consent, here: &dyn Fn(&str) -> String) -> Markup {
    let texts = page.texts;
    let state = match (one.given, one.withdrawn_at) {
        _ if record.pending => (if one.given { texts.ticked } else { texts.unticked }).to_owned(),
        (false, _) => texts.consent_not_given.to_owned(),
        (true, None) => fill(texts.consent_given, &[("date", &page.day(one.at))]),
        (true, Some(at)) => fill(texts.consent_withdrawn, &[("date", &page.day(at))]),
    };
    html! {
        div.consent {
            p { bdi { (one.text) } }
            p.hint {
                (state)
                @if !one.version.is_empty() {
                    " · " (fill(texts.version, &[("version", &one.version)]))
                }
            }
            // What waits was not agreed to by anybody yet; an alert is nothing without its consent, and has one button.
            @if one.holds() && !record.pending && record.alert().is_none() {
                form method="post" action=(here("/withdraw")) {
                    input type="hidden" name="signup" value=(record.id);
                    input type="hidden" name="consent" value=(one.id);
                    button.quiet.small { (texts.withdraw) }
                }
            }
        }
    }
}

/// `GET /me/{token}/data.json`: the same to take along (GDPR, article 20).
pub async fn download(page: PeoplePage, Path(token): Path<String>) -> Result<Response, Error> {
    let all = match signed_up(&page, &token).await? {
        Ok(all) => all,
        Err(said) => return Ok(said),
    };
    let noted = match all.first() {
        Some(one) => page.state.store.noted_of(&one.email_h).await?,
        None => Vec::new(),
    };
    let proposed = proposed(&page, &all).await?.iter().map(whole_proposal).collect::<Vec<_>>();
    let reports = reports(&page, &all).await?.into_iter();
    let reports: Vec<_> = reports
        .map(|one| {
            let at = jiff::Timestamp::from_second(one.at).unwrap_or_default().to_string();
            json!({ "initiative": one.initiative, "reason": one.reason.as_str(), "words": one.said.words, "at": at })
        })
        .collect();
    let all: Vec<Value> = all.iter().map(|stored| whole(&page, stored, &noted)).collect();
    let mut kept = json!({ "signups": all, "reports": reports });
    if !proposed.is_empty() {
        kept["proposals"] = proposed.into();
    }
    // A list of texts and numbers can always be written.
    let text = serde_json::to_string_pretty(&kept).unwrap_or_default();
    let headers =
        [(CONTENT_TYPE, "application/json"), (CONTENT_DISPOSITION, "attachment; filename=\"data.json\"")];
    Ok((headers, text).into_response())
}

/// A sign-up as the organiser has it, with all that is beside it.
fn whole(page: &PeoplePage, stored: &SignUpRecord, noted: &[Participant]) -> Value {
    let mut object = export::object(stored);
    let time = |seconds: i64| jiff::Timestamp::from_second(seconds).unwrap_or_default().to_string();
    object["initiative"] = stored.initiative.clone().into();
    let initiative = initiative(page, stored);
    object["title"] = initiative.map(|initiative| initiative.name.clone()).into();
    object["page"] = stored.person.page.clone().into();
    object["alert"] = json!(stored.alert());
    object["pending"] = stored.pending.into();
    let noted = noted.iter().find(|one| one.record.id == stored.id);
    object["note"] = noted.map(|one| &one.note).filter(|note| !note.is_empty()).cloned().into();
    let came = noted.map(|one| one.came.as_slice()).unwrap_or_default().iter();
    object["came"] = came.map(|(session, came)| json!({ "session": session, "people": came })).collect();
    object["keptUntil"] = time(stored.expires_at).into();
    object["consents"] = stored
        .consents
        .iter()
        .map(|consent| {
            json!({
                "id": consent.id, "version": consent.version, "text": consent.text, "purpose": consent.purpose,
                "given": consent.given, "at": time(consent.at), "withdrawnAt": consent.withdrawn_at.map(time),
            })
        })
        .collect();
    object
}

/// A proposal with all that was answered.
fn whole_proposal(one: &ProposalRecord) -> Value {
    let time = |seconds: i64| jiff::Timestamp::from_second(seconds).unwrap_or_default().to_string();
    let own = one.own.as_ref();
    json!({
        "id": one.id, "state": own.map_or(one.state.as_str(), |own| own.status.as_str()), "email": one.draft.email,
        "words": one.draft.words, "language": one.language, "createdAt": time(one.created_at),
        "keptUntil": time(one.expires_at),
        "consent": one.draft.consent.as_ref().map(|(at, text)| json!({ "at": time(*at), "text": text })),
        "fields": one.draft.fields, "answer": own.map(|own| &own.proposal.answer),
        "initiative": own.and_then(|own| serde_json::from_str::<Value>(&own.content.json).ok()),
    })
}

/// All that the person of a link has signed up for, or the page that says why it cannot be had. Nothing is used up.
pub async fn signed_up(page: &PeoplePage, token: &str) -> Result<Result<Vec<SignUpRecord>, Response>, Error> {
    Ok(match link(&page.state, token, Purpose::Access).await? {
        None => Err(gone(page)),
        Some((_, found)) if found.used_at.is_some() => Err(used(page)),
        Some((_, found)) => Ok(page.state.store.of_person(&found.email_h).await?),
    })
}

/// Says that there is no such link.
pub fn gone(page: &PeoplePage) -> Response {
    page.message("asked", page.texts.link_gone, page.texts.link_gone_access, page.new_link())
}

/// Says that a link has been used.
pub fn used(page: &PeoplePage) -> Response {
    page.message("asked", page.texts.link_used, page.texts.link_used_lead, page.new_link())
}
