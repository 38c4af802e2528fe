//! `/organise/made`: all initiatives that are made here, wherever they stand.

use std::collections::BTreeSet;

use axum::extract::Query;
use axum::response::Response;
use maud::{Markup, html};
use serde::Deserialize;

use super::encoded;
use super::page::{OrganisePage, page_number, pages};
use crate::http::Error;
use crate::own;
use crate::store::{Account, OwnInitiative, OwnStatus};

/// Initiatives on one page.
const SHOWN: usize = 50;

/// What an address asks for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Where they stand; empty: anywhere.
    status: String,
    /// What is looked for in their titles.
    words: String,
    /// Which page, from 1.
    page: usize,
}

/// `GET`.
pub async fn show(page: OrganisePage, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let (store, texts, at) = (&page.state().store, page.texts, page_number(asked.page));
    let (status, from) = (OwnStatus::parse(&asked.status), (at - 1).saturating_mul(SHOWN));
    let (all, count) = store.own_page(status, &asked.words, from, SHOWN).await?;
    let owners: BTreeSet<&str> =
        all.iter().map(|one| one.owner.as_str()).filter(|id| !id.is_empty()).collect();
    let owners = store.accounts_named(&owners).await?;
    let here = |at: usize| {
        let (status, words) = (encoded(&asked.status), encoded(&asked.words));
        format!("{}&status={status}&words={words}&page={at}", page.link("/made"))
    };
    let last = usize::try_from(count).unwrap_or(usize::MAX).div_ceil(SHOWN);
    let content = html! {
        h1 { (texts.made) }
        (search(&page, &asked, status))
        p role="status" { (page.language().count(texts.made_count, count, &[])) }
        ul.plain { @for one in &all { (row(&page, one, &owners)) } }
        (pages(&page, at, last, here))
    };
    Ok(page.render(texts.made, &[(texts.actions, page.link(""))], "", &content))
}

fn search(page: &OrganisePage, asked: &Asked, status: Option<OwnStatus>) -> Markup {
    let texts = page.texts;
    html! {
        form.search method="get" role="search" {
            input type="hidden" name="lang" value=(page.language().tag());
            p { label for="words" { (texts.made_title) } input id="words" name="words" type="search" maxlength="100" value=(asked.words) dir="auto"; }
            p {
                label for="status" { (texts.made_status) }
                select id="status" name="status" {
                    option value="" { (texts.made_any) }
                    @for one in OwnStatus::ALL {
                        option value=(one.as_str()) selected[status == Some(one)] { (page.status(one)) }
                    }
                }
            }
            button.quiet { (texts.show) }
        }
    }
}

/// One of them. Each owner is somebody whom whoever runs the installation may know.
fn row(page: &OrganisePage, one: &OwnInitiative, owners: &[Account]) -> Markup {
    let (texts, id) = (page.texts, one.content.id.as_str());
    let name = own::title_of(id, own::initiative_of(&one.content).ok().flatten().as_ref());
    let owner = owners.iter().find(|account| account.id == one.owner);
    let proposer = Some(one.proposal.email.as_str()).filter(|email| !email.is_empty());
    let owner = owner.map(|account| account.holder.shown()).or(proposer).unwrap_or(texts.made_by_nobody);
    html! {
        li.card {
            p { strong { a href=(page.of(id, "")) { bdi { (name) } } } }
            p.hint {
                (page.status(one.status)) " · " bdi { (owner) } " · " (texts.made_version) " " (one.version)
                " · " (page.page.moment(one.changed_at))
            }
            p { a href=(page.of(id, "/trail")) aria-label={ (texts.trail) " – " (name) } { (texts.trail) } }
        }
    }
}
