//! `/organise/settings/controller`: who answers for the data.

use alentour_model::EmailAddress;
use axum::Form;
use axum::http::StatusCode;
use axum::response::Response;
use maud::html;
use serde::Deserialize;
use serde_json::json;

use super::fields::{Field, Wrong, field};
use super::settings::{given, next, onward, settle, step};
use super::{amiss, fact, texts};
use crate::http::Error;
use crate::organise::page::OrganisePage;
use crate::settings::{Controller, Part};

/// Characters of each.
const LONGEST: usize = 300;

/// What the form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    action: String,
    name: String,
    address: String,
    contact: String,
    officer: String,
}

/// `GET`.
pub async fn show(page: OrganisePage) -> Result<Response, Error> {
    let said = &page.state().settings.controller;
    let typed = Typed {
        action: String::new(),
        name: said.name.clone(),
        address: said.address.clone(),
        contact: said.contact.clone(),
        officer: said.data_protection_officer.clone(),
    };
    Ok(render(&page, &typed, &Wrong::new()))
}

/// `POST`.
pub async fn act(page: OrganisePage, Form(typed): Form<Typed>) -> Result<Response, Error> {
    if typed.action != "save" {
        return Err(Error::Malformed("action"));
    }
    let texts = texts(&page);
    let mut wrong = Wrong::new();
    if typed.name.trim().is_empty() {
        wrong.push(("name", texts.controller_name_wrong.to_owned()));
    }
    let is_address = |text: &str| EmailAddress::parse(text.trim()).is_some();
    if !is_address(&typed.contact) {
        wrong.push(("contact", page.page.texts.email_wrong.to_owned()));
    }
    if !typed.officer.trim().is_empty() && !is_address(&typed.officer) {
        wrong.push(("officer", page.page.texts.email_wrong.to_owned()));
    }
    if !wrong.is_empty() {
        let mut response = render(&page, &typed, &wrong);
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    let kept = |text: &str| text.trim().chars().filter(|c| !c.is_control()).take(LONGEST).collect::<String>();
    let value = json!({
        "name": kept(&typed.name), "address": kept(&typed.address), "contact": kept(&typed.contact),
        "data-protection-officer": kept(&typed.officer),
    });
    settle(&page, Part::Controller, Some(value), &next(&page, "/controller")).await
}

fn render(page: &OrganisePage, typed: &Typed, wrong: &Wrong) -> Response {
    let texts = texts(page);
    let current = &page.state().settings;
    let one = |name, label, hint, value, kind| {
        let autocomplete = if name == "name" { "organization" } else { "off" };
        field(Field { name, label, hint, value, kind, autocomplete }, wrong)
    };
    let content = html! {
        h1 { (texts.controller) }
        @if let Some((first, words)) = wrong.first() { (amiss(page, first, words)) }
        p.lead { (texts.controller_why) }
        @if current.is_given(Part::Controller) {
            (given(page))
            (as_said(page, &current.controller))
        } @else {
            form.card method="post" novalidate {
                (page.csrf())
                (one("name", texts.controller_name, "", &typed.name, "text"))
                (one("address", texts.controller_address, texts.controller_address_hint, &typed.address, "text"))
                (one("contact", texts.controller_contact, texts.controller_contact_hint, &typed.contact, "email"))
                (one("officer", texts.controller_officer, texts.controller_officer_hint, &typed.officer, "email"))
                button name="action" value="save" { (texts.save) }
            }
        }
        p { a href=(page.page.link("/privacy")) { (texts.controller_notice) } }
        (onward(page, "/controller"))
    };
    step(page, texts.controller, &content)
}

fn as_said(page: &OrganisePage, said: &Controller) -> maud::Markup {
    let texts = texts(page);
    html! {
        dl.card {
            (fact(texts.controller_name, said.name.as_str()))
            (fact(texts.controller_address, said.address.as_str()))
            (fact(texts.controller_contact, said.contact.as_str()))
            (fact(texts.controller_officer, said.data_protection_officer.as_str()))
        }
    }
}
