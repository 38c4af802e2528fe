//! `/my-data`: sends a link to what is kept about an address, and says the same for every address.

use std::time::Instant;

use alentour_model::EmailAddress;
use alentour_texts::Pages;
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::{Value, json};

use super::now;
use super::page::{PeoplePage, without_secret, write_to};
use crate::http::beat::next_beat;
use crate::http::{Error, Visitor, is_own_form};
use crate::state::AppState;
use crate::store::{Digest, MessageKind};

/// What is typed on `/my-data`.
#[derive(Deserialize)]
pub struct MyDataForm {
    #[serde(default)]
    email: String,
}

/// `GET /my-data`: where a link is asked for.
pub async fn ask(page: PeoplePage) -> Response {
    form(&page, None)
}

fn form(page: &PeoplePage, wrong: Option<&str>) -> Response {
    let texts = page.texts;
    let response = match page.state.settings.mail {
        None => page.render(
            texts.my_data,
            Some(""),
            html! {
                h1 { (texts.my_data) }
                p.lead { (texts.no_mail) }
                (write_to(page, texts.no_mail_contact))
            },
        ),
        Some(_) => page.render(
            texts.my_data,
            Some(""),
            html! {
                h1 { (texts.my_data) }
                p.lead { (texts.my_data_lead) }
                form.card method="post" novalidate {
                    (email_field(texts, wrong))
                    button { (texts.send_link) }
                }
            },
        ),
    };
    without_secret(response)
}

/// The field for an address to which a link is mailed. `wrong` is what was typed that is none.
pub fn email_field(texts: &Pages, wrong: Option<&str>) -> Markup {
    address_field(texts, (texts.email, "email"), wrong)
}

/// The field for an address, with its label and what browsers may fill in (`autocomplete`).
pub fn address_field(texts: &Pages, (label, filled): (&str, &str), wrong: Option<&str>) -> Markup {
    html! {
        p {
            label for="email" { (label) }
            input id="email" name="email" type="email" autocomplete=(filled) inputmode="email" dir="ltr"
                required maxlength="254" value=[wrong] aria-invalid=[wrong.map(|_| "true")]
                aria-describedby=[wrong.map(|_| "wrong")] autofocus[wrong.is_some()];
        }
        @if wrong.is_some() { p.error id="wrong" { (texts.email_wrong) } }
    }
}

/// Promises a mail to an address, by all that names it, with that detail. The same is written to disk for every address, and this ends on the beat: neither a
/// stopwatch nor what the server does next tells whether it is known. Whether there is anything to send is found out when the mail is due.
///
/// # Errors
/// Where this visitor has asked for enough of them, or the database does not answer.
pub async fn promise(
    state: &AppState,
    visitor: Visitor,
    names: &[Digest],
    kind: MessageKind,
    detail: &Value,
) -> Result<(), Error> {
    state.limits.mail(visitor)?;
    let start = Instant::now();
    for email_h in names {
        state.store.enqueue_about(email_h, kind, detail, now()).await?;
    }
    state.writer.outbox_wake().notify_one();
    next_beat(start).await;
    Ok(())
}

/// `POST /my-data`: sends a link.
pub async fn send(
    page: PeoplePage,
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
    let names = state.store.secret().email_hashes(&email);
    promise(&state, visitor, &names, MessageKind::Access, &json!({})).await?;
    let texts = page.texts;
    Ok(page.message("done", texts.sent, texts.sent_lead, html! {}))
}
