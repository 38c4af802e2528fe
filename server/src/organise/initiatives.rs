//! `/organise/initiatives`: the initiatives that wait for whoever runs the installation.

use alentour::app::encode;
use alentour_model::Initiative;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::page::OrganisePage;
use super::queue::in_turns;
use super::{now, typed};
use crate::check::preview;
use crate::hints::{Hint, hints};
use crate::http::Error;
use crate::likeness::{Like, likeness};
use crate::own;
use crate::state::AppState;
use crate::steps::asked;
use crate::store::{Deed, OwnChange, OwnInitiative, OwnStatus, OwnWhich};

/// Initiatives on one page, which is to stay small.
const SHOWN: usize = 5;
/// Characters of a text on a page of several: the whole text is on the page of the one.
const BEGINNING: usize = 600;
/// Published ones that are shown beside each, because they are like it.
const LIKES: usize = 3;
/// Characters that a reason may have.
const LONGEST_REASON: usize = 2000;

/// What an address asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The one that is read whole; none: all, in short.
    one: String,
    /// How many are left out before the first that is shown.
    from: usize,
}

/// What a form sends.
#[derive(Deserialize)]
pub struct Sent {
    id: String,
    version: i64,
    action: String,
    #[serde(default)]
    reason: String,
}

/// `GET`.
pub async fn show(page: OrganisePage, Query(asked): Query<Asked>) -> Result<Response, Error> {
    render(&page, &asked, None).await
}

/// `POST`: publishes or declines what was looked at, or asks whoever has proposed it something.
pub async fn act(
    page: OrganisePage,
    State(state): State<AppState>,
    Form(sent): Form<Sent>,
) -> Result<Response, Error> {
    let texts = page.texts;
    let reason = typed(&sent.reason);
    let reason = reason.trim();
    if reason.chars().count() > LONGEST_REASON {
        return Err(Error::Malformed("reason"));
    }
    let (to, deed, reason, said) = match sent.action.as_str() {
        "publish" => (OwnStatus::Published, Deed::Published, "", texts.published_now),
        "decline" if reason.is_empty() => {
            return render(&page, &Asked::default(), Some((false, texts.reason_missing))).await;
        }
        "decline" => (OwnStatus::Declined, Deed::Declined, reason, texts.declined_now),
        "ask" if reason.is_empty() => {
            return render(&page, &Asked::default(), Some((false, texts.question_missing))).await;
        }
        "ask" => (OwnStatus::AskedBack, Deed::AskedBack, reason, texts.asked_back_now),
        _ => return Err(Error::Malformed("action")),
    };
    let entry = page.who()?.entry(&sent.id, deed, json!({}));
    let of = (sent.id.as_str(), sent.version);
    let said = match state.store.set_own_status(of, to, reason, &entry).await? {
        OwnChange::Now(_) => (true, said),
        OwnChange::Stale | OwnChange::Refused(_) => (false, texts.changed_meanwhile),
        OwnChange::Unknown => return Err(Error::NotFound),
    };
    state.feeds.own_changed();
    // Whoever has proposed it is told.
    state.writer.outbox_wake().notify_one();
    render(&page, &Asked::default(), Some(said)).await
}

/// The page; `said` is what has just been done, or why it was not.
async fn render(page: &OrganisePage, asked: &Asked, said: Option<(bool, &str)>) -> Result<Response, Error> {
    let texts = page.texts;
    let which = OwnWhich { status: Some(OwnStatus::Waiting), owner: None };
    let all = in_turns(page.state().store.own_initiatives(which).await?);
    let mut shown = Vec::new();
    let whole = all.iter().find(|one| one.content.id == asked.one);
    let listed = all.iter().skip(asked.from).take(SHOWN);
    for one in whole.into_iter().chain(listed.filter(|_| whole.is_none())) {
        let initiative = own::initiative_of(&one.content).ok().flatten();
        let likes = match &initiative {
            Some(initiative) => likeness(page.state(), initiative, LIKES).await,
            None => Vec::new(),
        };
        shown.push((one, initiative, likes));
    }
    let next = asked.from.saturating_add(SHOWN);
    let content = html! {
        h1 { (texts.proposed) }
        @if let Some((done, words)) = said { p.said.wrong[!done] role="status" { (words) } }
        p.lead { (if all.is_empty() { texts.proposed_none } else { texts.proposed_lead }) }
        @for (at, (one, initiative, likes)) in shown.iter().enumerate() {
            (proposed(page, (one, initiative.as_ref(), likes), at, whole.is_some()))
        }
        p { a href=(page.link("/made")) { (texts.made) } }
        @if whole.is_none() && all.len() > next {
            p { a.button.quiet href={ (page.link("/initiatives")) "&from=" (next) } { (texts.more) } }
        }
    };
    let style = preview::style(&page.state().bundle);
    let mut above = vec![(texts.actions, page.link(""))];
    if whole.is_some() || asked.from > 0 {
        above.push((texts.proposed, page.link("/initiatives")));
    }
    Ok(page.render_styled(texts.proposed, &above, "", &style, &content))
}

/// One of them, as visitors will see it, and what whoever decides reads of it.
fn proposed(
    page: &OrganisePage,
    (one, initiative, likes): (&OwnInitiative, Option<&Initiative>, &[Like]),
    at: usize,
    is_whole: bool,
) -> Markup {
    let (texts, proposal) = (page.texts, &one.proposal);
    let most = if is_whole { usize::MAX } else { BEGINNING };
    let whole = format!("{}&one={}", page.link("/initiatives"), encode(&one.content.id));
    let name = initiative.map_or(one.content.id.as_str(), |it| it.name.as_str());
    html! {
        section.card.proposed aria-labelledby={ "proposed-" (at) } {
            h2 id={ "proposed-" (at) } { bdi { (name) } }
            @if let Some(initiative) = initiative {
                (preview::cards(std::slice::from_ref(initiative), page.language(), now()))
                (to_check(page, initiative))
                @if !initiative.description.is_empty() { (text(&initiative.description, most)) }
                @if initiative.description.chars().nth(most).is_some() {
                    p { a href=(whole) aria-describedby={ "proposed-" (at) } { (texts.proposed_whole) } }
                }
                (asked(page.language(), initiative))
            }
            @if !proposal.email.is_empty() {
                dl {
                    dt { (texts.proposed_by) } dd { a href={ "mailto:" (proposal.email) } dir="ltr" { (proposal.email) } }
                    @if !proposal.words.is_empty() { dt { (texts.their_words) } dd.written { bdi { (proposal.words) } } }
                }
            }
            @if !likes.is_empty() {
                dl {
                    dt { (texts.similar) }
                    @for like in likes {
                        dd { a href=(page.page.link(&format!("/i/{}", encode(&like.initiative.id)))) { bdi { (like.initiative.name) } } }
                    }
                }
            }
            form method="post" action=(page.link("/initiatives")) {
                (page.csrf())
                input type="hidden" name="id" value=(one.content.id);
                input type="hidden" name="version" value=(one.version);
                label for={ "reason-" (at) } { (texts.reason) }
                p.hint id={ "reason-hint-" (at) } { (texts.reason_hint) }
                textarea id={ "reason-" (at) } name="reason" rows="2" maxlength=(LONGEST_REASON) aria-describedby={ "reason-hint-" (at) } {}
                div.choices {
                    button name="action" value="publish" { (texts.publish) }
                    @if !proposal.email.is_empty() { button.quiet name="action" value="ask" { (texts.ask_back) } }
                    button.quiet name="action" value="decline" { (texts.decline) }
                }
            }
        }
    }
}

/// So many characters of a text.
fn text(text: &str, most: usize) -> Markup {
    let end = text.char_indices().nth(most).map(|(end, _)| end);
    let beginning = end.and_then(|end| text.get(..end));
    html! { p.written { bdi { (beginning.unwrap_or(text)) @if beginning.is_some() { "…" } } } }
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
