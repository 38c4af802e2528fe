//! Hiding an initiative of a feed: what it does, and the form with the letter to those who take part.

use alentour_model::Initiative;
use alentour_texts::fill;
use axum::response::Response;
use maud::{Markup, html};
use serde_json::json;

use super::letter::{self, Letter};
use super::now;
use super::page::OrganisePage;
use crate::http::Error;
use crate::own;
use crate::people::page::to_be_mended;
use crate::store::{Acceptance, Audience, Deed};
use crate::wording::line;

/// Characters that a reason may have.
const LONGEST_REASON: usize = 500;

/// Reports that are closed by one press: as many as are shown of one initiative.
pub const REPORTS: usize = 20;

/// What was typed, where it has to be looked at again.
#[derive(Default)]
pub struct Typed {
    pub reason: String,
    pub letter: Option<Letter>,
    /// The reports that it is the answer to, by their ids.
    pub seen: String,
}

/// What became of a press.
pub enum Done {
    /// It is hidden.
    Hidden,
    /// It has to be looked at first, and why.
    Look(Option<&'static str>),
}

/// Closes those reports of it, by their ids: at the others nobody has looked, whenever they came.
pub async fn close_reports(page: &OrganisePage, id: &str, seen: &str) -> Result<(), Error> {
    let seen: Vec<&str> = seen.split(' ').filter(|id| !id.is_empty()).take(REPORTS).collect();
    if !seen.is_empty() {
        let entry = page.who()?.entry(id, Deed::ReportsDismissed, json!({}));
        page.state().store.dismiss_reports(id, &seen, &entry).await?;
    }
    Ok(())
}

/// Hides one. Where people take part it needs a letter to them.
///
/// # Errors
/// Where there is no such initiative in a feed.
pub async fn hide(
    page: &OrganisePage,
    id: &str,
    reason: &str,
    letter: Option<&Letter>,
) -> Result<Done, Error> {
    let (state, texts, reason) = (page.state(), page.texts, line(reason.trim()));
    if state.store.own_initiative(id).await?.is_some() {
        return Ok(Done::Look(None));
    }
    // A second press finishes what the first did not come to.
    let initiative = state.feeds.even_hidden(id)?;
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Ok(Done::Look(Some(texts.hide_unreasoned)));
    }
    let letter = match letter {
        _ if !letter::tells(state, letter::count_told(state, id, &Audience::Hiding).await?) => None,
        None => return Ok(Done::Look(None)),
        Some(letter) => match letter::writing(page, letter)? {
            Some(writing) => Some((letter.key.as_str(), writing)),
            None => return Ok(Done::Look(Some(texts.withdraw_unwritten))),
        },
    };
    let letter = letter.as_ref().map(|(key, writing)| (*key, writing));
    let entry = page.who()?.entry(id, Deed::Hidden, json!({}));
    let done = state.store.hide(id, &line(&initiative.name), &reason, letter, &entry).await?;
    state.feeds.own_changed();
    state.writer.outbox_wake().notify_one();
    Ok(match done.letter {
        Some(Acceptance::TooMany(_)) => Done::Look(Some(texts.hidden_untold)),
        Some(Acceptance::Other) => Done::Look(Some(texts.write_other)),
        Some(Acceptance::Now | Acceptance::Before) | None => Done::Hidden,
    })
}

/// What hiding one does. `wrong`: why that, or its letter, was not done; `typed`: what was typed then.
pub async fn ask(
    page: &OrganisePage,
    id: &str,
    wrong: Option<&str>,
    typed: Typed,
) -> Result<Response, Error> {
    let (state, texts) = (page.state(), page.texts);
    let above = [(texts.actions, page.link("")), (texts.hidden, page.link("/hidden"))];
    let said = |words: &str, more: Markup| {
        let content = html! { section.card.asked { h1 { (texts.hide) } p.lead { (words) } (more) } };
        Ok(page.render(texts.hide, &above, "", &content))
    };
    if state.store.own_initiative(id).await?.is_some() {
        return said(
            texts.hide_own,
            html! { p { a.button.quiet href=(page.of(id, "/withdraw")) { (texts.withdraw) } } },
        );
    }
    let found = if wrong.is_some() { state.feeds.even_hidden(id) } else { state.feeds.initiative(id) };
    let Ok(initiative) = found else {
        return said(
            texts.hide_unknown,
            html! { p { a.button.quiet href=(page.link("/hidden")) { (texts.hidden) } } },
        );
    };
    let content = html! {
        h1 { (texts.hide) }
        p.lead { bdi { (line(&initiative.name)) } }
        @if let Some(wrong) = wrong { p.said.wrong role="status" { (wrong) } }
        section.card.asked { (form(page, &initiative, typed).await?) }
    };
    let response = page.render(texts.hide, &above, "", &content);
    Ok(to_be_mended(response, wrong.is_some()))
}

/// The form that hides one, with the letter to those who take part.
async fn form(page: &OrganisePage, initiative: &Initiative, typed: Typed) -> Result<Markup, Error> {
    let (state, texts, id) = (page.state(), page.texts, initiative.id.as_str());
    let (tally, count) =
        (state.store.tally(id, now()).await?, letter::count_told(state, id, &Audience::Hiding).await?);
    let has_people_to_come = own::has_people_in(initiative, &tally, now());
    let Typed { reason, letter, seen } = typed;
    let letter = match letter {
        _ if !letter::tells(state, count) => None,
        Some(typed) => Some(typed),
        None => {
            let said = [Some(texts.hide_text.to_owned()), whom_to_ask(page, initiative)];
            let said = said.into_iter().flatten().collect::<Vec<_>>().join(" ");
            Some(letter::proposed(page, initiative, (texts.hide_subject, &said)).await)
        }
    };
    Ok(html! {
        p { (texts.hide_lead) }
        @if has_people_to_come {
            p { (texts.hide_dates) }
            p { a.button.quiet href=(page.of(id, "/call-off")) { (texts.call_off) } }
        }
        form method="post" action=(page.link("/hidden")) {
            (page.csrf())
            input type="hidden" name="initiative" value=(id);
            @if !seen.is_empty() { input type="hidden" name="seen" value=(seen); }
            p {
                label for="reason" { (texts.reason_of_hiding) }
                input id="reason" name="reason" required maxlength=(LONGEST_REASON) value=(reason) dir="auto" aria-describedby="reason-hint";
            }
            p.hint id="reason-hint" { (texts.hide_reason_hint) }
            @if let Some(letter) = &letter { (letter::fields(page, count, letter)) }
            div.choices {
                button name="action" value="hide" { (if letter.is_some() { texts.hide_and_tell } else { texts.hide }) }
                a.button.quiet href=(page.link("/hidden")) { (texts.edit_not) }
            }
        }
    })
}

/// Whom those who take part may ask, where the feed names its organiser: with the contact that it shows to everybody.
fn whom_to_ask(page: &OrganisePage, initiative: &Initiative) -> Option<String> {
    let organiser = initiative.organizer.as_ref()?;
    let contact = organiser.url.as_ref().or(initiative.url.as_ref()).map(|link| {
        let is_page = link.as_str().to_ascii_lowercase().starts_with("http");
        if is_page { link.as_str() } else { link.host() }
    });
    let contact = contact.map(|contact| format!(" ({contact})")).unwrap_or_default();
    Some(fill(page.texts.hide_ask, &[("organiser", &(line(&organiser.name) + &contact))]))
}
