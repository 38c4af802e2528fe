//! The letter to all who take part in an initiative that leaves the list.

use alentour::app::encode;
use alentour_model::Initiative;
use alentour_texts::fill;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::now;
use super::page::OrganisePage;
use super::write::is_key;
use crate::also::also_open;
use crate::http::Error;
use crate::state::AppState;
use crate::store::{Acceptance, Audience, Deed, LONGEST_SUBJECT, LONGEST_TEXT, Writing, random_id};
use crate::wording::line;

/// What is written: a part of the forms that send it.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Letter {
    pub subject: String,
    pub text: String,
    /// Names it, so that a double press sends it once.
    pub key: String,
}

/// Whether there is somebody to write to, and a way.
pub fn tells(state: &AppState, count: u64) -> bool {
    state.settings.mail.is_some() && count > 0
}

/// How many of them would be written to.
pub async fn count_told(state: &AppState, id: &str, audience: &Audience) -> Result<u64, Error> {
    Ok(state.store.count_audience(id, audience, now()).await?)
}

/// A letter to be changed, of a subject and a text that may name the initiative (`{title}`): with two others that one may join.
pub async fn proposed(page: &OrganisePage, initiative: &Initiative, (subject, text): (&str, &str)) -> Letter {
    let (state, title) = (page.state(), line(&initiative.name));
    let mut text = fill(text, &[("title", &title)]);
    let base = state.settings.public_address();
    for (at, other) in also_open(state, initiative, page.language()).await.iter().enumerate() {
        let link = base.map(|base| format!(" {base}/i/{}", encode(&other.id))).unwrap_or_default();
        if at == 0 {
            text.push_str(&format!("\n\n{}", page.texts.instead));
        }
        text.push_str(&format!("\n– {}{link}", line(&other.name)));
    }
    let subject = fill(subject, &[("title", &title)]).chars().take(LONGEST_SUBJECT).collect();
    Letter { subject, text, key: random_id().unwrap_or_default() }
}

/// Its fields in a form, after how many it is sent to.
pub fn fields(page: &OrganisePage, count: u64, letter: &Letter) -> Markup {
    let texts = page.texts;
    html! {
        p { (page.language().count(texts.withdraw_people, count, &[])) }
        input type="hidden" name="key" value=(letter.key);
        p {
            label for="subject" { (texts.write_subject) }
            input id="subject" name="subject" required maxlength=(LONGEST_SUBJECT) value=(letter.subject);
        }
        p {
            label for="text" { (texts.write_text) }
            textarea id="text" name="text" rows="9" required maxlength=(LONGEST_TEXT) dir="auto" { (letter.text) }
        }
    }
}

/// What it says; `None` where it has no subject or text that can be sent.
pub fn writing(page: &OrganisePage, letter: &Letter) -> Result<Option<Writing>, Error> {
    let writing = Writing::parse(&page.who()?.account.holder, &letter.subject, &letter.text).ok();
    if writing.is_some() {
        is_key(&letter.key)?;
    }
    Ok(writing)
}

/// Sends it to all, once. Where it was not sent, why.
pub async fn send(page: &OrganisePage, id: &str, letter: &Letter) -> Result<Option<&'static str>, Error> {
    let (texts, who) = (page.texts, page.who()?);
    let Some(writing) = writing(page, letter)? else { return Ok(Some(texts.withdraw_unwritten)) };
    let entry = who.entry(id, Deed::Written, json!({}));
    let sent = page.state().store.accept_broadcast(&letter.key, &Audience::All, &writing, &entry).await?;
    Ok(match sent {
        Acceptance::Now | Acceptance::Before => None,
        Acceptance::Other => Some(texts.write_other),
        Acceptance::TooMany(_) => Some(texts.withdraw_full),
    })
}
