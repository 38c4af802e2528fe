//! `/organise/account`: whose account it is, where it is signed in, whether it is told what is new, and its second factor.

use axum::Form;
use axum::http::StatusCode;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;
use serde_json::json;

use super::page::OrganisePage;
use super::session::Who;
use super::sign_in::{code_field, header};
use super::{now, session};
use crate::http::Error;
use crate::initiatives::qr::drawing;
use crate::store::{Deed, SecondFactor};

/// What a button and its form send.
#[derive(Deserialize)]
pub struct Press {
    #[serde(default)]
    action: String,
    #[serde(default)]
    code: String,
    /// Whether to be told what is new: `daily`, or `never`.
    #[serde(default)]
    digest: String,
}

/// `GET`.
pub async fn show(page: OrganisePage) -> Result<Response, Error> {
    render(&page, None, false).await
}

/// The page. `begun`: a second factor that waits for its first code; `wrong`: the code that came was.
async fn render(page: &OrganisePage, begun: Option<&SecondFactor>, wrong: bool) -> Result<Response, Error> {
    let (texts, who) = (page.texts, page.who()?);
    let browsers = page.state().store.browsers(&who.account.account_h, now()).await?;
    let content = html! {
        h1 { (texts.account) }
        section.card {
            dl {
                @if !who.account.holder.name.is_empty() {
                    dt { (texts.account_name) } dd { bdi { (who.account.holder.name) } }
                }
                dt { (page.page.texts.email) } dd dir="ltr" { (who.account.holder.email) }
                @if who.account.is_operator { dt { (texts.role) } dd { (texts.operator) } }
            }
            p.hint { (page.language().count(texts.browsers, browsers, &[])) }
            form.choices method="post" {
                (page.csrf())
                button name="action" value="sign-out" { (texts.sign_out) }
                button.quiet name="action" value="everywhere" { (texts.sign_out_everywhere) }
            }
        }
        @if page.state().settings.mail.is_some() { (told(page, who)) }
        section.card {
            h2 { (texts.second) }
            (second(page, who, begun, wrong))
        }
        p { a href=(page.link("/tokens")) { (texts.tokens) } }
    };
    let mut response = page.render(texts.account, &[], "", &content);
    if wrong {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// Whether one is told by mail what is new.
fn told(page: &OrganisePage, who: &Who) -> Markup {
    let (texts, is_told) = (page.texts, who.account.is_told);
    html! {
        section.card {
            form method="post" {
                (page.csrf())
                fieldset {
                    legend { (texts.digest) }
                    p.hint { (texts.digest_hint) }
                    @for (value, words, checked) in [("daily", texts.digest_daily, is_told), ("never", texts.digest_never, !is_told)] {
                        label.pick { input type="radio" name="digest" value=(value) checked[checked]; span { (words) } }
                    }
                }
                button.quiet name="action" value="digest" { (texts.save) }
            }
        }
    }
}

/// The second factor: what it is, and how it is turned on or off.
fn second(page: &OrganisePage, who: &Who, begun: Option<&SecondFactor>, wrong: bool) -> Markup {
    let texts = page.texts;
    let holder = &who.account.holder;
    if let Some(on) = holder.second_factor() {
        return html! {
            p { (texts.second_on) }
            p.hint { (page.language().count(texts.recovery_left, on.left() as u64, &[])) }
            form method="post" novalidate {
                (page.csrf())
                (code_field(page, wrong))
                button.quiet name="action" value="second-off" { (texts.second_off_button) }
            }
        };
    }
    let Some(begun) = begun else {
        return html! {
            p { (texts.second_lead) }
            form method="post" { (page.csrf()) button.quiet name="action" value="second" { (texts.second_button) } }
        };
    };
    let address = begun.address(&holder.email, &page.state().settings.controller.name);
    // Where a name is too long for a code, what is typed will do.
    let drawn = address.as_deref().and_then(|address| drawing(address).ok());
    html! {
        p { (texts.second_scan) }
        @if let Some(drawn) = drawn { div.qr role="img" aria-label=(texts.second_code) { (PreEscaped(drawn)) } }
        dl { dt { (texts.second_typed) } dd dir="ltr" { code { (begun.shared()) } } }
        form method="post" novalidate {
            (page.csrf())
            (code_field(page, wrong))
            button name="action" value="second-on" { (texts.second_on_button) }
        }
    }
}

/// `POST`: signs out, here or everywhere; settles whether one is told what is new; begins with a second factor, turns it on or off.
pub async fn act(page: OrganisePage, Form(press): Form<Press>) -> Result<Response, Error> {
    let (who, store) = (page.who()?, &page.state().store);
    let account = &who.account;
    let entry = |deed| who.entry("", deed, json!({}));
    let everywhere = match press.action.as_str() {
        "sign-out" => false,
        "everywhere" => true,
        "second" => {
            let begun = store.begin_second_factor(&account.account_h).await?;
            return render(&page, begun.as_ref(), false).await;
        }
        "second-on" => {
            let entry = entry(Deed::SecondFactor);
            return match store.turn_on_second_factor(&account.account_h, &press.code, &entry).await? {
                Some(codes) => Ok(recovery(&page, &codes)),
                None => {
                    render(&page, account.holder.second.as_ref().filter(|second| !second.is_on), true).await
                }
            };
        }
        "digest" => {
            let is_told = match press.digest.as_str() {
                "daily" => true,
                "never" => false,
                _ => return Err(Error::Malformed("digest")),
            };
            store.set_told(&account.account_h, is_told, &entry(Deed::Told)).await?;
            return Ok((StatusCode::SEE_OTHER, [(LOCATION, header(&page.link("/account"))?)]).into_response());
        }
        "second-off" => {
            let entry = entry(Deed::SecondFactorEnded);
            if !store.end_second_factor(&account.id, Some(&press.code), &entry).await? {
                return render(&page, None, true).await;
            }
            return Ok((StatusCode::SEE_OTHER, [(LOCATION, header(&page.link("/account"))?)]).into_response());
        }
        _ => return Err(Error::Malformed("action")),
    };
    store.sign_out(&who.cookie, everywhere).await?;
    let headers = [(LOCATION, header(&page.link(""))?), (SET_COOKIE, session::end())];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}

/// The codes to fall back on, this once.
fn recovery(page: &OrganisePage, codes: &[String]) -> Response {
    let texts = page.texts;
    let rest = html! {
        ul.codes dir="ltr" { @for code in codes { li { code { (code) } } } }
        p { a.button href=(page.link("/account")) { (texts.recovery_kept) } }
    };
    page.message("done", texts.recovery, texts.recovery_lead, &rest)
}
