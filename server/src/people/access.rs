//! `/my-data` sends a link to whoever has signed up; `/me/{token}` is what it opens: everything that is kept about a person.

use alentour_model::EmailAddress;
use alentour_texts::fill;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HOST, ORIGIN, REFERRER_POLICY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use super::confirm::{title, what};
use super::page::Page;
use super::{link, now};
use crate::http::{Error, Visitor};
use crate::settings::Settings;
use crate::signups::export;
use crate::state::AppState;
use crate::store::{Consent, MessageKind, Purpose, SignUpRecord};
use crate::wording;

/// What is typed on `/my-data`.
#[derive(Deserialize)]
pub struct MyDataForm {
    #[serde(default)]
    email: String,
}

/// `GET /my-data`: where a link is asked for.
pub async fn ask(page: Page) -> Response {
    form(&page, None)
}

fn form(page: &Page, wrong: Option<&str>) -> Response {
    let texts = page.texts;
    let mut response = match page.state.settings.mail {
        None => page.render(texts.my_data, Some(""), html! {
            h1 { (texts.my_data) }
            p.lead { (texts.no_mail) }
            (write_to(page, texts.no_mail_contact))
        }),
        Some(_) => page.render(texts.my_data, Some(""), html! {
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
    page: Page,
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
    Form(asked): Form<MyDataForm>,
) -> Result<Response, Error> {
    if !is_own_form(&headers, &state.settings) {
        return Err(Error::ForeignForm);
    }
    if state.settings.mail.is_none() {
        return Ok(form(&page, None));
    }
    let Some(email) = EmailAddress::parse(&asked.email) else {
        let mut again = form(&page, Some(&asked.email));
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
    let texts = page.texts;
    Ok(page.message("done", texts.sent, texts.sent_lead, html! {}))
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
pub async fn show(page: Page, Path(token): Path<String>) -> Result<Response, Error> {
    let all = match signed_up(&page, &token).await? {
        Ok(all) => all,
        Err(said) => return Ok(said),
    };
    let texts = page.texts;
    let here = |path: &str| page.link(&format!("/me/{token}{path}"));
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
                @for stored in &all { (sign_up(&page, stored, &here)) }
            }
        },
    ))
}

fn sign_up(page: &Page, stored: &SignUpRecord, here: &dyn Fn(&str) -> String) -> Markup {
    let texts = page.texts;
    let initiative = page.state.feeds.initiative(&stored.initiative).ok();
    let person = &stored.person;
    let state = match (stored.confirmed_at, &page.state.settings.mail) {
        (Some(at), _) => fill(texts.state_confirmed, &[("date", &page.day(at))]),
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
    let answers = person.answers.iter().map(|(id, answer)| {
        wording::answer(page.language, initiative.as_ref(), id, answer.as_str().unwrap_or_default())
    });
    html! {
        section.card {
            h2 { bdi { (title(page, initiative.as_ref())) } }
            dl {
                (what(page, initiative.as_ref(), stored))
                dt { (texts.received_on) } dd { (page.day(stored.received_at)) }
                dt { (texts.state) } dd { (state) }
                dt { (texts.kept_until) } dd { (page.day(stored.expires_at)) }
                @for (name, value) in fields {
                    @if let Some(value) = value { dt { (name) } dd { bdi { (value) } } }
                }
                @for (label, answer) in answers { dt { bdi { (label) } } dd { bdi { (answer) } } }
                @if person.under_15 { dt { (texts.minors) } dd { (texts.under_15) } }
            }
            @if !stored.consents.is_empty() {
                h3 { (texts.consents) }
                @for one in &stored.consents { (consent(page, stored, one, here)) }
            }
            form method="post" action=(here("/erase")) {
                input type="hidden" name="initiative" value=(stored.initiative);
                button.quiet.small { (texts.erase_one) }
            }
        }
    }
}

fn consent(page: &Page, stored: &SignUpRecord, one: &Consent, here: &dyn Fn(&str) -> String) -> Markup {
    let texts = page.texts;
    let state = match (one.given, one.withdrawn_at) {
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

/// A paragraph with the operator's address, where there is one.
pub fn write_to(page: &Page, text: &str) -> Markup {
    let contact = page.state.settings.controller.contact.as_str();
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
pub async fn download(page: Page, Path(token): Path<String>) -> Result<Response, Error> {
    let all = match signed_up(&page, &token).await? {
        Ok(all) => all,
        Err(said) => return Ok(said),
    };
    let all: Vec<Value> = all.iter().map(|stored| whole(&page, stored)).collect();
    // A list of texts and numbers can always be written.
    let text = serde_json::to_string_pretty(&json!({ "signups": all })).unwrap_or_default();
    let headers =
        [(CONTENT_TYPE, "application/json"), (CONTENT_DISPOSITION, "attachment; filename=\"data.json\"")];
    Ok((headers, text).into_response())
}

/// A sign-up as the organiser has it, with all that is beside it.
fn whole(page: &Page, stored: &SignUpRecord) -> Value {
    let mut object = export::object(stored);
    let time = |seconds: i64| jiff::Timestamp::from_second(seconds).unwrap_or_default().to_string();
    object["initiative"] = stored.initiative.clone().into();
    let initiative = page.state.feeds.initiative(&stored.initiative).ok();
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
pub async fn signed_up(page: &Page, token: &str) -> Result<Result<Vec<SignUpRecord>, Response>, Error> {
    Ok(match link(&page.state, token, Purpose::Access).await? {
        None => Err(gone(page)),
        Some((_, found)) if found.used_at.is_some() => Err(used(page)),
        Some((_, found)) => Ok(page.state.store.of_person(&found.email_h).await?),
    })
}

/// Says that there is no such link.
pub fn gone(page: &Page) -> Response {
    page.message("asked", page.texts.link_gone, page.texts.link_gone_access, page.new_link())
}

/// Says that a link has been used.
pub fn used(page: &Page) -> Response {
    page.message("asked", page.texts.link_used, page.texts.link_used_lead, page.new_link())
}
