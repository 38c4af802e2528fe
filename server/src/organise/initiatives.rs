//! `/organise/initiatives`: the initiatives that wait for whoever runs the installation.

use alentour_model::Initiative;
use axum::Form;
use axum::extract::State;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::now;
use super::page::OrganisePage;
use crate::check::preview;
use crate::hints::{Hint, hints};
use crate::http::Error;
use crate::own;
use crate::state::AppState;
use crate::store::{Deed, OwnChange, OwnInitiative, OwnStatus, OwnWhich};

/// Initiatives on one page, which is to stay small.
const SHOWN: usize = 10;
/// Characters that a reason may have.
const LONGEST_REASON: usize = 2000;

/// What a form sends.
#[derive(Deserialize)]
pub struct Asked {
    id: String,
    version: i64,
    action: String,
    #[serde(default)]
    reason: String,
}

/// `GET`.
pub async fn show(page: OrganisePage) -> Result<Response, Error> {
    render(&page, None).await
}

/// `POST`: publishes or declines what was looked at.
pub async fn act(
    page: OrganisePage,
    State(state): State<AppState>,
    Form(asked): Form<Asked>,
) -> Result<Response, Error> {
    let texts = page.texts;
    let reason = asked.reason.replace("\r\n", "\n");
    let reason = reason.trim();
    if reason.chars().count() > LONGEST_REASON || reason.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Error::Malformed("reason"));
    }
    let (to, deed, reason, said) = match asked.action.as_str() {
        "publish" => (OwnStatus::Published, Deed::Published, "", texts.published_now),
        "decline" => (OwnStatus::Declined, Deed::Declined, reason, texts.declined_now),
        _ => return Err(Error::Malformed("action")),
    };
    let entry = page.who()?.entry(&asked.id, deed, json!({}));
    let of = (asked.id.as_str(), asked.version);
    let said = match state.store.set_own_status(of, to, reason, &entry).await? {
        OwnChange::Now(_) => (true, said),
        OwnChange::Stale | OwnChange::Refused(_) => (false, texts.changed_meanwhile),
        OwnChange::Unknown => return Err(Error::NotFound),
    };
    state.feeds.own_changed();
    render(&page, Some(said)).await
}

/// The page; `said` is what has just been done, or why it was not.
async fn render(page: &OrganisePage, said: Option<(bool, &str)>) -> Result<Response, Error> {
    let texts = page.texts;
    let which = OwnWhich { status: Some(OwnStatus::Waiting), owner: None };
    let all = page.state().store.own_initiatives(which).await?;
    let content = html! {
        h1 { (texts.proposed) }
        @if let Some((done, words)) = said { p.said.wrong[!done] role="status" { (words) } }
        p.lead { (if all.is_empty() { texts.proposed_none } else { texts.proposed_lead }) }
        @for (at, one) in all.iter().take(SHOWN).enumerate() { (proposed(page, one, at)) }
        @if all.len() > SHOWN { p.hint { (texts.proposed_rest) } }
    };
    let style = preview::style(&page.state().bundle);
    let above = [(texts.actions, page.link(""))];
    Ok(page.render_styled(texts.proposed, &above, "", &style, &content))
}

/// One of them, as visitors will see it, and what whoever decides reads of it.
fn proposed(page: &OrganisePage, one: &OwnInitiative, at: usize) -> Markup {
    let (texts, proposal) = (page.texts, &one.proposal);
    let initiative = own::initiative_of(&one.content).ok().flatten();
    let name = initiative.as_ref().map_or(one.content.id.as_str(), |it| it.name.as_str());
    html! {
        section.card.proposed aria-labelledby={ "proposed-" (at) } {
            h2 id={ "proposed-" (at) } { bdi { (name) } }
            @if let Some(initiative) = &initiative {
                (preview::cards(std::slice::from_ref(initiative), page.language(), now()))
                (to_check(page, initiative))
                @if !initiative.description.is_empty() { p.written { bdi { (initiative.description) } } }
            }
            @if !proposal.email.is_empty() {
                dl {
                    dt { (texts.proposed_by) } dd { a href={ "mailto:" (proposal.email) } dir="ltr" { (proposal.email) } }
                    @if !proposal.words.is_empty() { dt { (texts.their_words) } dd.written { bdi { (proposal.words) } } }
                }
            }
            form method="post" {
                (page.csrf())
                input type="hidden" name="id" value=(one.content.id);
                input type="hidden" name="version" value=(one.version);
                label for={ "reason-" (at) } { (texts.reason) }
                textarea id={ "reason-" (at) } name="reason" rows="2" maxlength=(LONGEST_REASON) {}
                div.choices {
                    button name="action" value="publish" { (texts.publish) }
                    button.quiet name="action" value="decline" { (texts.decline) }
                }
            }
        }
    }
}

/// What there is to look at twice.
fn to_check(page: &OrganisePage, initiative: &Initiative) -> Markup {
    let texts = page.texts;
    let words = |hint| match hint {
        Hint::NoPlace => texts.hint_no_place,
        Hint::Past => texts.hint_past,
        Hint::Far => texts.hint_far,
        Hint::Shouting => texts.hint_shouting,
        Hint::Links => texts.hint_links,
        Hint::NoText => texts.hint_no_text,
        Hint::NoOrganiser => texts.hint_no_organiser,
    };
    let hints = hints(initiative, now());
    html! {
        @if !hints.is_empty() {
            p.warning-line { (texts.hints) }
            ul { @for hint in hints { li { (words(hint)) } } }
        }
    }
}
