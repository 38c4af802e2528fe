//! `/organise/first/{token}`: whoever reads the terminal of an installation without an operator becomes its first one.

use alentour_model::EmailAddress;
use axum::Form;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use maud::html;
use serde::Deserialize;

use super::page::OrganisePage;
use super::sign_in::{hash, header};
use super::{now, session};
use crate::http::Error;
use crate::observability::security;
use crate::store::Holder;

/// Who is typed.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    email: String,
    name: String,
}

/// `GET`: asks who it is.
pub async fn show(page: OrganisePage, Path(token): Path<String>) -> Result<Response, Error> {
    let Some(hash) = hash(page.state(), &token) else { return Ok(gone(&page)) };
    if !page.state().store.is_first_link(&hash, now()).await? {
        return Ok(gone(&page));
    }
    Ok(form(&page, &Typed::default(), false))
}

/// `POST`: makes the operator, and signs the browser in. Of two at once one is the first.
pub async fn enter(
    page: OrganisePage,
    Path(token): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    let state = page.state();
    let Some(hash) = hash(state, &token) else { return Ok(gone(&page)) };
    if !state.store.is_first_link(&hash, now()).await? {
        return Ok(gone(&page));
    }
    let Some(email) = EmailAddress::parse(typed.email.trim()) else {
        let mut again = form(&page, &typed, true);
        *again.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(again);
    };
    let name: String =
        typed.name.trim().chars().filter(|c| !c.is_control()).take(Holder::LONGEST_NAME).collect();
    let begun = session::begin_first(state, &hash, (&email, &name), page.language().tag()).await?;
    security::link_used("first-operator", begun.is_some());
    let Some(cookie) = begun else { return Ok(gone(&page)) };
    let headers = [(LOCATION, header(&page.link("/settings"))?), (SET_COOKIE, cookie)];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

fn form(page: &OrganisePage, typed: &Typed, wrong: bool) -> Response {
    let (texts, words) = (page.language().operating(), page.page.texts);
    let content = html! {
        section.card.asked {
            h1 { (texts.first) }
            @if wrong { p.said.wrong role="alert" { (texts.amiss) " " a href="#email" { (words.email_wrong) } } }
            p.lead { (texts.first_lead) }
            form method="post" novalidate {
                p {
                    label for="email" { (words.email) }
                    input id="email" name="email" type="email" autocomplete="email" dir="ltr" required maxlength="254" value=(typed.email)
                        aria-invalid=[wrong.then_some("true")] aria-describedby={ "email-hint" @if wrong { " wrong" } };
                }
                p.hint id="email-hint" { (texts.first_email_hint) }
                @if wrong { p.error id="wrong" { (words.email_wrong) } }
                p {
                    label for="name" { (texts.first_name) }
                    input id="name" name="name" autocomplete="name" maxlength=(Holder::LONGEST_NAME) value=(typed.name);
                }
                button { (texts.first_button) }
            }
            p.hint { (page.texts.enter_alone) }
        }
    };
    page.render(texts.first, &[], "", &content)
}

fn gone(page: &OrganisePage) -> Response {
    let texts = page.language().operating();
    page.message(
        "asked",
        page.texts.link_gone,
        texts.first_gone,
        &html! { p { a.button.quiet href=(page.link("")) { (page.texts.sign_in) } } },
    )
}
