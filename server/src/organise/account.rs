//! `/organise/account`: whose account it is, and where it is signed in.

use axum::Form;
use axum::http::StatusCode;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use maud::html;
use serde::Deserialize;

use super::page::OrganisePage;
use super::sign_in::header;
use super::{now, session};
use crate::http::Error;

/// What a button sends.
#[derive(Deserialize)]
pub struct Press {
    #[serde(default)]
    action: String,
}

/// `GET`.
pub async fn show(page: OrganisePage) -> Result<Response, Error> {
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
    };
    Ok(page.render(texts.account, &[], "", &content))
}

/// `POST`: signs out, here or everywhere.
pub async fn act(page: OrganisePage, Form(press): Form<Press>) -> Result<Response, Error> {
    let everywhere = match press.action.as_str() {
        "sign-out" => false,
        "everywhere" => true,
        _ => return Err(Error::Malformed("action")),
    };
    let who = page.who()?;
    page.state().store.sign_out(&who.cookie, everywhere).await?;
    let headers = [(LOCATION, header(&page.link(""))?), (SET_COOKIE, session::end())];
    Ok((StatusCode::SEE_OTHER, headers).into_response())
}
