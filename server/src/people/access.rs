//! `/my-data` sends a link to whoever has signed up; `/me/{token}` is what it opens: everything that is kept about a person.

use alentour_model::EmailAddress;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HOST, ORIGIN, REFERRER_POLICY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use super::confirm::{title, what};
use super::page::Sheet;
use super::{link, now};
use crate::http::Error;
use crate::http::Visitor;
use crate::outbox::words::fill;
use crate::settings::Settings;
use crate::signups::export;
use crate::state::AppState;
use crate::store::{Consent, MessageKind, Purpose, SignUpRecord};

/// What is typed on `/my-data`.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    email: String,
}

/// `GET /my-data`: where a link is asked for.
pub async fn ask(sheet: Sheet) -> Response {
    form(&sheet, None)
}

fn form(sheet: &Sheet, wrong: Option<&str>) -> Response {
    let texts = sheet.texts;
    let mut response = match sheet.state.settings.mail {
        None => sheet.page(texts.my_data, Some(""), html! {
            h1 { (texts.my_data) }
            p.lead { (texts.no_mail) }
            (write_to(sheet, texts.no_mail_contact))
        }),
        Some(_) => sheet.page(texts.my_data, Some(""), html! {
            h1 { (texts.my_data) }
            p.lead { (texts.my_data_lead) }
            form.card method="post" novalidate {
                p {
                    label for="email" { (texts.email) }
                    input id="email" name="email" type="email" autocomplete="email" inputmode="email" dir="ltr"
                        required maxlength="254" value=[wrong] aria-invalid=[wrong.map(|_| "true")]
                        aria-describedby=[wrong.map(|_| "wrong")] autofocus[wrong.is_some()];
                }
                @if wrong.is_some() { p.error id="wrong" { (texts.email_wrong) } }
                button { (texts.send_link) }
            }
        }),
    };
    // No secret is in this address, and without a referrer browsers hide from us that the form is our own.
    response.headers_mut().insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

/// `POST /my-data`: the same page, as quickly, whoever is asked for.
pub async fn send(
    sheet: Sheet,
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(asked): Form<Asked>,
) -> Result<Response, Error> {
    if !is_own_form(&headers, &state.settings) {
        return Err(Error::ForeignForm);
    }
    if state.settings.mail.is_none() {
        return Ok(form(&sheet, None));
    }
    let Some(email) = EmailAddress::parse(&asked.email) else {
        let mut again = form(&sheet, Some(&asked.email));
        *again.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(again);
    };
    state.limits.mail(visitor)?;
    let email_h = state.store.secret().email_h(&email);
    // A known address is written to disk and an unknown one is not: nobody waits for either.
    tokio::spawn(async move {
        match state.store.enqueue(&email_h, MessageKind::Access, now()).await {
            Ok(()) => state.writer.outbox_wake().notify_one(),
            Err(error) => tracing::error!(%error, "a link was asked for and is not owed"),
        }
    });
    let texts = sheet.texts;
    Ok(sheet.message("done", texts.sent, texts.sent_lead, html! {}))
}

/// Whether a form was sent from a page of this server's. Browsers say so; where one says too little, it is not.
fn is_own_form(headers: &HeaderMap, settings: &Settings) -> bool {
    let said = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    match (said("sec-fetch-site"), said(ORIGIN.as_str())) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => {
            let host = |url: &str| Some(url.split_once("://")?.1.split('/').next()?.to_ascii_lowercase());
            let own = settings.public_url.as_deref().and_then(host);
            let called = said(HOST.as_str()).map(str::to_ascii_lowercase);
            let from = host(origin);
            from.is_some() && (from == own || from == called)
        }
        (None, None) => false,
    }
}

/// `GET /me/{token}`.
pub async fn show(sheet: Sheet, Path(token): Path<String>) -> Result<Response, Error> {
    let all = match signed_up(&sheet, &token).await? {
        Ok(all) => all,
        Err(said) => return Ok(said),
    };
    let texts = sheet.texts;
    let here = |path: &str| sheet.link(&format!("/me/{token}{path}"));
    Ok(sheet.page(
        texts.kept,
        Some(""),
        html! {
            h1 { (texts.kept) }
            @if all.is_empty() {
                p.lead { (texts.kept_nothing) }
            } @else {
                p.lead { (texts.kept_lead) }
                (write_to(&sheet, texts.kept_correct))
                p.choices {
                    a.button.quiet href=(here("/data.json")) { (texts.download) }
                    a href=(here("/erase")) { (texts.erase_all) }
                }
                @for stored in &all { (sign_up(&sheet, stored, &here)) }
            }
        },
    ))
}

fn sign_up(sheet: &Sheet, stored: &SignUpRecord, here: &dyn Fn(&str) -> String) -> Markup {
    let texts = sheet.texts;
    let initiative = sheet.state.feeds.initiative(&stored.initiative).ok();
    let person = &stored.person;
    let state = match (stored.confirmed_at, &sheet.state.settings.mail) {
        (Some(at), _) => fill(texts.state_confirmed, &[("date", &said(sheet, at))]),
        (None, Some(_)) => texts.state_unconfirmed.to_owned(),
        (None, None) => texts.state_received.to_owned(),
    };
    let fields = [
        (texts.given_name, Some(&person.given_name)),
        (texts.family_name, Some(&person.family_name)),
        (texts.email, Some(&person.email)),
        (texts.telephone, person.telephone.as_ref()),
        (texts.postcode, person.postal_code.as_ref()),
        (texts.message, person.message.as_ref()),
    ];
    let question = |id: &str| {
        let asked = initiative.as_ref().and_then(|it| it.participation.as_ref());
        let asked = asked.and_then(|asked| asked.questions.iter().find(|question| question.id == id));
        asked.map_or_else(|| id.to_owned(), |question| question.label.clone())
    };
    html! {
        section.card {
            h2 { bdi { (title(sheet, initiative.as_ref())) } }
            dl {
                (what(sheet, initiative.as_ref(), stored))
                dt { (texts.received_on) } dd { (sheet.day(stored.received_at)) }
                dt { (texts.state) } dd { (state) }
                dt { (texts.kept_until) } dd { (sheet.day(stored.expires_at)) }
                @for (name, value) in fields {
                    @if let Some(value) = value { dt { (name) } dd { bdi { (value) } } }
                }
                @for (id, answer) in &person.answers {
                    dt { bdi { (question(id)) } } dd { bdi { (answer.as_str().unwrap_or_default()) } }
                }
                @if person.under_15 { dt { (texts.minors) } dd { (texts.under_15) } }
            }
            @if !stored.consents.is_empty() {
                h3 { (texts.consents) }
                @for one in &stored.consents { (consent(sheet, stored, one, here)) }
            }
            form method="post" action=(here("/erase")) {
                input type="hidden" name="initiative" value=(stored.initiative);
                button.quiet.small { (texts.erase_one) }
            }
        }
    }
}

fn consent(sheet: &Sheet, stored: &SignUpRecord, one: &Consent, here: &dyn Fn(&str) -> String) -> Markup {
    let texts = sheet.texts;
    let state = match (one.given, one.withdrawn_at) {
        (false, _) => texts.consent_not_given.to_owned(),
        (true, None) => fill(texts.consent_given, &[("date", &said(sheet, one.at))]),
        (true, Some(at)) => fill(texts.consent_withdrawn, &[("date", &said(sheet, at))]),
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
            @if one.holds() {
                form method="post" action=(here("/withdraw")) {
                    input type="hidden" name="initiative" value=(stored.initiative);
                    input type="hidden" name="consent" value=(one.id);
                    button.quiet.small { (texts.withdraw) }
                }
            }
        }
    }
}

/// A day within a sentence: French says « le ».
fn said(sheet: &Sheet, at: i64) -> String {
    let day = sheet.day(at);
    match sheet.language {
        super::Language::French => format!("le {day}"),
        super::Language::English => format!("on {day}"),
        _ => day,
    }
}

/// A paragraph with the operator's address, where there is one.
pub fn write_to(sheet: &Sheet, text: &str) -> Markup {
    let contact = sheet.state.settings.controller.contact.as_str();
    html! { @if !contact.is_empty() { p { (linked(text, contact)) } } }
}

/// A sentence whose `{contact}` is an e-mail address, to be written to.
pub fn linked(text: &str, contact: &str) -> Markup {
    let (before, after) = text.split_once("{contact}").unwrap_or((text, ""));
    html! {
        (before)
        @if EmailAddress::parse(contact).is_some() { a href={ "mailto:" (contact) } dir="ltr" { (contact) } }
        @else { bdi { (contact) } }
        (after)
    }
}

/// `GET /me/{token}/data.json`: the same to take along (GDPR, article 20).
pub async fn download(sheet: Sheet, Path(token): Path<String>) -> Result<Response, Error> {
    let all = match signed_up(&sheet, &token).await? {
        Ok(all) => all,
        Err(said) => return Ok(said),
    };
    let all: Vec<Value> = all.iter().map(|stored| whole(&sheet, stored)).collect();
    // A list of texts and numbers can always be written.
    let text = serde_json::to_string_pretty(&json!({ "signups": all })).unwrap_or_default();
    let headers =
        [(CONTENT_TYPE, "application/json"), (CONTENT_DISPOSITION, "attachment; filename=\"data.json\"")];
    Ok((headers, text).into_response())
}

/// A sign-up as the organiser has it, with all that is beside it.
fn whole(sheet: &Sheet, stored: &SignUpRecord) -> Value {
    let mut object = export::object(stored);
    let time = |seconds: i64| jiff::Timestamp::from_second(seconds).unwrap_or_default().to_string();
    object["initiative"] = stored.initiative.clone().into();
    let initiative = sheet.state.feeds.initiative(&stored.initiative).ok();
    object["title"] = initiative.map(|initiative| initiative.name).into();
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

/// All that the person of a link has signed up for, or the page that says why it cannot be had. Nothing is used up.
pub async fn signed_up(sheet: &Sheet, token: &str) -> Result<Result<Vec<SignUpRecord>, Response>, Error> {
    Ok(match link(&sheet.state, token, Purpose::Access).await? {
        None => Err(gone(sheet)),
        Some((_, found)) if found.used_at.is_some() => Err(used(sheet)),
        Some((_, found)) => Ok(sheet.state.store.of_person(&found.email_h).await?),
    })
}

/// Says that there is no such link.
pub fn gone(sheet: &Sheet) -> Response {
    sheet.message("asked", sheet.texts.link_gone, sheet.texts.link_gone_access, sheet.new_link())
}

/// Says that a link has been used.
pub fn used(sheet: &Sheet) -> Response {
    sheet.message("asked", sheet.texts.link_used, sheet.texts.link_used_lead, sheet.new_link())
}
