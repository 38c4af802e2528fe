//! `/organise/outbox`: the messages that wait, the receivers that are away, and what was given up.

use alentour_texts::fill;
use axum::Form;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::{above, ago, fact, texts};
use crate::http::Error;
use crate::organise::now;
use crate::organise::page::OrganisePage;
use crate::settings::Channel;
use crate::store::{Deed, OutboxMessage, Pile};

/// Messages that are listed one by one.
const SHOWN: u32 = 50;

/// What a button sends.
#[derive(Deserialize)]
pub struct Press {
    #[serde(default)]
    action: String,
    /// The message; empty: all of them.
    #[serde(default)]
    id: String,
}

/// `GET`.
pub async fn show(page: OrganisePage) -> Result<Response, Error> {
    render(&page, None).await
}

/// `POST`: makes messages due again, or removes one.
pub async fn act(page: OrganisePage, Form(press): Form<Press>) -> Result<Response, Error> {
    let (texts, state, who) = (texts(&page), page.state(), page.who()?);
    let entry = |deed| who.entry("", deed, json!({}));
    let done = match (press.action.as_str(), press.id.as_str()) {
        ("retry", id) => {
            let id = Some(id).filter(|id| !id.is_empty());
            let retried = state.store.retry(id, &entry(Deed::Retried)).await?;
            state.writer.outbox_wake().notify_one();
            retried
        }
        ("drop", id) if !id.is_empty() => u64::from(state.store.drop_dead(id, &entry(Deed::Dropped)).await?),
        _ => return Err(Error::Malformed("action")),
    };
    let words = if press.action == "retry" { texts.outbox_retried } else { texts.outbox_dropped };
    let said = match done {
        0 => texts.outbox_gone.to_owned(),
        done => page.language().count(words, done, &[]),
    };
    render(&page, Some(&said)).await
}

async fn render(page: &OrganisePage, said: Option<&str>) -> Result<Response, Error> {
    let (texts, state, language) = (texts(page), page.state(), page.language());
    let piles = state.store.piles().await?;
    let dead = state.store.outbox(true, SHOWN).await?;
    let (waiting, given_up) = piles.iter().fold((0, 0), |(w, d), pile| (w + pile.waiting, d + pile.dead));
    let away = state.circuit_breaker.open(now());
    let content = html! {
        h1 { (texts.outbox) }
        @if let Some(said) = said { p.said role="status" { (said) } }
        p.lead { (language.count(texts.outbox_waiting, waiting, &[])) }
        @for (sink, until) in &away {
            p.warning-line { (fill(texts.outbox_away, &[("receiver", &receiver(page, sink)), ("when", &page.page.moment(*until))])) }
        }
        @if waiting > 0 { (table(page, &piles)) }
        section {
            h2 { (texts.outbox_dead_title) }
            p { (if given_up == 0 { texts.outbox_dead_none.to_owned() } else { language.count(texts.outbox_dead, given_up, &[]) }) }
            @if given_up > 0 {
                p.hint { (texts.outbox_dead_lead) }
                form method="post" { (page.csrf()) button name="action" value="retry" { (texts.outbox_retry_all) } }
            }
            @for (at, message) in dead.iter().enumerate() { (given_up_one(page, message, at)) }
            @if given_up > u64::from(SHOWN) { p.hint { (texts.outbox_rest) } }
        }
    };
    Ok(page.render(texts.outbox, &above(page), "", &content))
}

/// What waits, by kind and receiver.
fn table(page: &OrganisePage, piles: &[Pile]) -> Markup {
    let texts = texts(page);
    html! {
        table {
            thead { tr { th scope="col" { (texts.outbox_kind) } th scope="col" { (texts.outbox_to) } th scope="col" { (texts.outbox_many) } th scope="col" { (texts.outbox_since) } } }
            tbody {
                @for pile in piles.iter().filter(|pile| pile.waiting > 0) {
                    tr {
                        th scope="row" { (texts.kind(pile.kind.as_str())) }
                        td data-label=(texts.outbox_to) { bdi { (receiver(page, &pile.sink)) } }
                        td data-label=(texts.outbox_many) { (pile.waiting) }
                        td data-label=(texts.outbox_since) { (pile.oldest.map_or_else(String::new, |at| ago(page, at))) }
                    }
                }
            }
        }
    }
}

/// A message that was given up: nothing of what it says, and nobody's name.
fn given_up_one(page: &OrganisePage, message: &OutboxMessage, at: usize) -> Markup {
    let texts = texts(page);
    let kind = texts.kind(message.kind.as_str());
    html! {
        section.card aria-labelledby={ "message-" (at) } {
            h3 id={ "message-" (at) } { (kind) }
            dl {
                (fact(texts.outbox_to, receiver(page, &message.sink)))
                (fact(texts.outbox_answer, html! { code lang="en" dir="ltr" { (message.error.as_deref().unwrap_or("–")) } }))
                (fact(texts.outbox_tries, message.attempts.to_string()))
                (fact(texts.outbox_given_up, message.dead_at.map_or_else(String::new, |at| page.page.moment(at))))
                (fact(texts.outbox_since, ago(page, message.created_at)))
            }
            form method="post" {
                (page.csrf())
                input type="hidden" name="id" value=(message.id);
                button.quiet.small name="action" value="retry" aria-describedby={ "message-" (at) } { (texts.outbox_retry) }
                details {
                    summary { (texts.outbox_drop) }
                    p { (if message.kind.is_mail() { texts.outbox_drop_mail } else { texts.outbox_drop_event }) }
                    button.quiet.small name="action" value="drop" aria-describedby={ "message-" (at) } { (texts.outbox_drop_button) }
                }
            }
        }
    }
}

/// Where messages go: a sink's name and its host, or people's mail.
fn receiver(page: &OrganisePage, sink: &str) -> String {
    if sink.is_empty() {
        return texts(page).outbox_mail.to_owned();
    }
    let known = page.state().settings.sinks.iter().find(|one| one.name == sink);
    let host = known.and_then(|one| match &one.channel {
        Channel::Webhook { url, .. } | Channel::Osdi { url, .. } | Channel::Mobilizon { url, .. } => {
            url::Url::parse(url).ok()?.host_str().map(str::to_owned)
        }
        Channel::Mail { to } => to.rsplit_once('@').map(|(_, host)| host.to_owned()),
    });
    host.map_or_else(|| sink.to_owned(), |host| format!("{sink} ({host})"))
}
