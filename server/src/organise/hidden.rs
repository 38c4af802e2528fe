//! `/organise/hidden`: takes an initiative of a feed off the list, or shows it again. Its feed hears nothing of it.

use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::encoded;
use super::hiding::{self, Done, Typed};
use super::letter::Letter;
use super::page::{OrganisePage, page_number, pages};
use crate::addressed;
use crate::http::Error;
use crate::state::AppState;
use crate::store::{Deed, Hidden};

/// Initiatives on one page.
const SHOWN: usize = 50;
/// What an address asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The one that is to be hidden: its identifier, or the address of its page.
    initiative: String,
    /// Which page of the list, from 1.
    page: usize,
}

/// What a form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Press {
    pub initiative: String,
    pub action: String,
    pub reason: String,
    #[serde(flatten)]
    letter: Letter,
    /// The reports that it is the answer to, by their ids.
    seen: String,
}

/// `GET`: the list, or what hiding one does.
pub async fn show(page: OrganisePage, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let id = identifier(&asked.initiative);
    match id.is_empty() {
        true => list(&page, page_number(asked.page), None).await,
        false => hiding::ask(&page, &id, None, Typed::default()).await,
    }
}

/// `POST`: hides one, after those who take part were written to; or shows it again.
pub async fn act(
    page: OrganisePage,
    State(state): State<AppState>,
    Form(press): Form<Press>,
) -> Result<Response, Error> {
    let (texts, id) = (page.texts, press.initiative.as_str());
    match press.action.as_str() {
        "hide" => match hiding::hide(&page, id, &press.reason, Some(&press.letter)).await? {
            Done::Hidden => {
                hiding::close_reports(&page, id, &press.seen).await?;
                list(&page, 1, Some(texts.hidden_now)).await
            }
            Done::Look(wrong) => {
                let Press { initiative: id, reason, letter, seen, .. } = press;
                hiding::ask(&page, &id, wrong, Typed { reason, letter: Some(letter), seen }).await
            }
        },
        "show" => {
            let entry = page.who()?.entry(id, Deed::ShownAgain, json!({}));
            let was_hidden = state.store.show_again(id, &entry).await?;
            state.feeds.own_changed();
            list(&page, 1, Some(if was_hidden { texts.shown_again_now } else { texts.too_late })).await
        }
        _ => Err(Error::Malformed("action")),
    }
}

/// All that is hidden, and where another one is named.
async fn list(page: &OrganisePage, at: usize, said: Option<&str>) -> Result<Response, Error> {
    let texts = page.texts;
    let all = page.state().store.hidden().await?;
    let content = html! {
        h1 { (texts.hidden) }
        @if let Some(said) = said { p.said role="status" { (said) } }
        p.lead { (texts.hidden_lead) }
        @if all.is_empty() { p { (texts.hidden_none) } }
        @for (nth, one) in all.iter().enumerate().skip((at - 1) * SHOWN).take(SHOWN) { (card(page, one, nth)) }
        (pages(page, at, all.len().div_ceil(SHOWN), |at| format!("{}&page={at}", page.link("/hidden"))))
        section.card {
            h2 { (texts.hide) }
            form method="get" {
                input type="hidden" name="lang" value=(page.language().tag());
                p {
                    label for="initiative" { (texts.hide_which) }
                    input id="initiative" name="initiative" required dir="ltr" autocomplete="off" spellcheck="false";
                }
                button.quiet { (texts.hide_go_on) }
            }
        }
    };
    Ok(page.render(texts.hidden, &[(texts.actions, page.link(""))], "", &content))
}

/// One that is hidden.
fn card(page: &OrganisePage, one: &Hidden, nth: usize) -> Markup {
    let texts = page.texts;
    html! {
        section.card {
            p id={ "hidden-" (nth) } { strong { a href=(page.of(&one.initiative, "")) { bdi { (one.title) } } } }
            p.written { bdi { (one.reason) } }
            @for id in page.state().feeds.alike(&one.initiative) {
                @let title = page.title(&id);
                p { (texts.hidden_alike) " " a href={ (page.link("/hidden")) "&initiative=" (encoded(&id)) } { bdi { (title) } } }
            }
            p.hint { (page.page.moment(one.at)) " · " a href=(page.of(&one.initiative, "/trail")) aria-describedby={ "hidden-" (nth) } { (texts.trail) } }
            form method="post" action=(page.link("/hidden")) {
                (page.csrf())
                input type="hidden" name="initiative" value=(one.initiative);
                button.quiet.small name="action" value="show" aria-describedby={ "hidden-" (nth) } { (texts.show_again) }
            }
        }
    }
}

/// The identifier in what was typed: the address of a page of ours, or an identifier itself.
fn identifier(typed: &str) -> String {
    let typed = typed.trim();
    addressed::identifier(typed).unwrap_or_else(|| typed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::identifier;

    #[test]
    fn an_initiative_is_named_by_its_identifier_or_by_the_address_of_its_page() {
        for (typed, id) in [
            ("", ""),
            (" atelier ", "atelier"),
            ("https://agir.example.org/i/atelier?lang=fr", "atelier"),
            ("https://agir.example.org/alentour/i/un%20atelier/report#a", "un atelier"),
            ("https://feed.example/a/1", "https://feed.example/a/1"),
        ] {
            assert_eq!(identifier(typed), id, "{typed}");
        }
    }
}
