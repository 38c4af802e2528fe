//! What was written to many, and how far it is: on the page where one writes.

use alentour_texts::fill;
use axum::response::Response;
use maud::{Markup, html};

use super::page::OrganisePage;
use super::whom::whom;
use crate::http::Error;
use crate::store::Broadcast;

/// What was written before that a page lists: three a day make more than anybody looks through.
const SHOWN: u32 = 20;

/// What was written to those of an initiative, latest first.
pub async fn list(page: &OrganisePage, id: &str) -> Result<Markup, Error> {
    let all = page.state().store.broadcasts(id, SHOWN).await?;
    let texts = page.texts;
    Ok(html! {
        @if !all.is_empty() {
            h2 { (texts.write_before) }
            ol.trail {
                @for one in &all {
                    li {
                        p { a href={ (page.of(id, "/write")) "&sent=" (one.id) } { bdi { (one.writing.subject) } } }
                        p.hint { (page.page.moment(one.created_at)) " · " bdi { (one.writing.name) } " · " bdi { (whom(page, id, &one.audience)) } }
                        (progress(page, one))
                    }
                }
            }
        }
    })
}

/// How far it is.
fn progress(page: &OrganisePage, one: &Broadcast) -> Markup {
    let (texts, language) = (page.texts, page.language());
    html! {
        p {
            (language.count(texts.write_sent, one.sent, &[("owed", &one.owed.to_string())]))
            @if one.waiting > 0 { " · " (language.count(texts.write_waiting, one.waiting, &[])) }
            @if one.dead > 0 { " · " (language.count(texts.write_dead, one.dead, &[])) }
        }
        @if one.is_open { p.hint { (texts.write_preparing) } }
    }
}

/// One of those that are listed, with its text.
pub async fn one(page: &OrganisePage, id: &str, broadcast: &str) -> Result<Response, Error> {
    let texts = page.texts;
    let all = page.state().store.broadcasts(id, SHOWN).await?;
    let one = all.into_iter().find(|one| one.id == broadcast).ok_or(Error::NotFound)?;
    let is_on_its_way = one.is_open || one.waiting > 0;
    let heading = if is_on_its_way { texts.write_accepted } else { texts.write_finished };
    let address = page.of(id, "/write");
    let content = html! {
        h1 { (heading) }
        @if is_on_its_way { p.lead { (texts.write_accepted_lead) } }
        section.card {
            div role="status" { (progress(page, &one)) }
            @if is_on_its_way { p { a.button.quiet href={ (address) "&sent=" (one.id) } { (texts.write_reload) } } }
        }
        section.card {
            h2 { bdi { (one.writing.subject) } }
            p.hint { (page.page.moment(one.created_at)) " · " bdi { (one.writing.name) } " · " bdi { (whom(page, id, &one.audience)) } }
            div.letter dir="auto" { (one.writing.text) }
            p.hint { (fill(texts.written_reply, &[("address", &one.writing.reply_to)])) }
        }
    };
    let title = page.title(id);
    let above =
        [(texts.actions, page.link("")), (title.as_str(), page.of(id, "")), (texts.write, address.clone())];
    Ok(page.render(&format!("{heading} – {title}"), &above, &format!("sent={}&", one.id), &content))
}
