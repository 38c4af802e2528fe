//! Signing in: by a link that is mailed to the account's address, once.

use alentour_model::EmailAddress;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::page::OrganisePage;
use super::way::{self, Way};
use super::{encoded, now, session};
use crate::http::{Error, Visitor};
use crate::observability::security;
use crate::people::my_data::{email_field, promise};
use crate::people::page::write_to;
use crate::state::AppState;
use crate::store::{Digest, MessageKind, SignIn};

/// What is typed where a link is asked for.
#[derive(Deserialize)]
pub struct Address {
    #[serde(default)]
    email: String,
    #[serde(default)]
    to: String,
}

/// What is typed where a link is pressed.
#[derive(Deserialize)]
pub struct Press {
    #[serde(default)]
    code: String,
}

/// Where a link is asked for. `to` is the page that was asked for; `wrong` what was typed that is no address.
pub fn form(page: &OrganisePage, to: &str, wrong: Option<&str>) -> Response {
    let (texts, words) = (page.texts, page.page.texts);
    if page.state().settings.mail.is_none() {
        let content = html! {
            h1 { (texts.organise) }
            p.lead { (texts.no_mail) }
            (write_to(&page.page, words.no_mail_contact))
        };
        return page.render(texts.organise, &[], "", &content);
    }
    let content = html! {
        h1 { (texts.organise) }
        p.lead { (texts.sign_in_lead) }
        form.card method="post" action=(page.link("")) novalidate {
            (email_field(words, wrong))
            @if let Some(to) = way::back(to) { input type="hidden" name="to" value=(to); }
            button { (texts.send_link) }
        }
        p.hint { (texts.sign_in_who) }
    };
    page.render(texts.organise, &[], &kept(to), &content)
}

/// `POST /organise`: mails a link, and says the same for every address.
pub async fn send(
    page: OrganisePage,
    State(state): State<AppState>,
    visitor: Visitor,
    Form(asked): Form<Address>,
) -> Result<Response, Error> {
    if state.settings.mail.is_none() {
        return Ok(form(&page, &asked.to, None));
    }
    let Some(email) = EmailAddress::parse(&asked.email) else {
        let mut again = form(&page, &asked.to, Some(&asked.email));
        *again.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(again);
    };
    let account_h = state.store.secret().email_h(&email);
    let detail = way::back(&asked.to).map_or_else(|| json!({}), |to| json!({ "to": to }));
    promise(&state, visitor, &[account_h], MessageKind::SignIn, &detail).await?;
    let texts = page.texts;
    Ok(page.message("asked", texts.sent, texts.sent_lead, &html! {}))
}

/// `GET /organise/in/{token}`: shows the button. Mail scanners open every link; none presses it.
pub async fn show(
    page: OrganisePage,
    Path(token): Path<String>,
    Query(way): Query<Way>,
) -> Result<Response, Error> {
    let Some(hash) = hash(page.state(), &token) else { return Ok(gone(&page)) };
    entrance(&page, &hash, &way, false).await
}

/// Where a link is pressed, with a code where its account asks for one; `wrong`: the code that came was.
async fn entrance(page: &OrganisePage, hash: &Digest, way: &Way, wrong: bool) -> Result<Response, Error> {
    let texts = page.texts;
    let account = page.state().store.sign_in_link(hash, now()).await?;
    let Some(account) = account else { return Ok(gone(page)) };
    let content = html! {
        section.card.asked {
            h1 { (texts.sign_in) }
            p.lead { (texts.enter_lead) }
            dl { dt { (page.page.texts.email) } dd dir="ltr" { (account.holder.email) } }
            form method="post" novalidate {
                @if account.holder.second_factor().is_some() { (code_field(page, wrong)) }
                button { (texts.sign_in) }
            }
            p.hint { (texts.enter_alone) }
        }
    };
    let mut response = page.render(texts.sign_in, &[], &kept(&way.to), &content);
    if wrong {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// A field for a code of the second factor.
pub fn code_field(page: &OrganisePage, wrong: bool) -> Markup {
    let texts = page.texts;
    html! {
        p {
            label for="code" { (texts.code) }
            // As it is typed: a code to fall back on has letters, too.
            input id="code" name="code" autocomplete="one-time-code" dir="ltr" required maxlength="20" autocapitalize="none"
                spellcheck="false" aria-invalid=[wrong.then_some("true")] aria-describedby={ "code-hint" @if wrong { " wrong" } }
                autofocus[wrong];
        }
        p.hint id="code-hint" { (texts.code_hint) }
        @if wrong { p.error id="wrong" { (texts.code_wrong) } }
    }
}

/// The page that was asked for, as a part of a query that others follow.
fn kept(to: &str) -> String {
    way::back(to).map(|to| format!("to={}&", encoded(to))).unwrap_or_default()
}

/// `POST /organise/in/{token}`: uses the link, signs the browser in, and leads to the page that was asked for.
pub async fn enter(
    page: OrganisePage,
    Path(token): Path<String>,
    Query(way): Query<Way>,
    Form(press): Form<Press>,
) -> Result<Response, Error> {
    let state = page.state();
    let Some(hash) = hash(state, &token) else { return Ok(gone(&page)) };
    let begun = session::begin(state, &hash, &press.code).await?;
    security::link_used("sign-in", begun.is_ok());
    let cookie = match begun {
        Ok(cookie) => cookie,
        // Without a code somebody has pressed a button that asked for none: it was turned on meanwhile.
        Err(SignIn::WrongCode) => return entrance(&page, &hash, &way, !press.code.is_empty()).await,
        Err(_) => return Ok(gone(&page)),
    };
    // A browser that was signed in as somebody else is so no more.
    if let Some(who) = &page.who {
        state.store.sign_out(&who.cookie, false).await?;
    }
    let headers =
        [(LOCATION, header(&page.link(way::back(&way.to).unwrap_or_default()))?), (SET_COOKIE, cookie)];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

/// An address as a header has it.
pub fn header(address: &str) -> Result<HeaderValue, Error> {
    HeaderValue::from_str(address).map_err(|_| Error::NotFound)
}

/// Only what a link can be: 64 hexadecimal digits.
pub fn hash(state: &AppState, token: &str) -> Option<Digest> {
    let is_one = token.len() == 64 && token.bytes().all(|b| b.is_ascii_hexdigit());
    is_one.then(|| state.store.secret().token_hash(token))
}

fn gone(page: &OrganisePage) -> Response {
    let texts = page.texts;
    let again = html! { p { a.button.quiet href=(page.link("")) { (texts.new_link) } } };
    page.message("asked", texts.link_gone, texts.link_gone_lead, &again)
}
