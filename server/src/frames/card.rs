//! `GET /embed` and `GET /i/{id}/embed`: what oEmbed shows of a list or an initiative. Cards whose links lead on, without a form: they are shown in
//! sandboxes, and anywhere.

use std::sync::Arc;

use alentour::app::encode;
use alentour::render::ServedForm;
use alentour_model::{Catalog, Initiative};
use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, PreEscaped, html};

use super::{FramePage, script, style_sheet};
use crate::http::{Error, Visitor};
use crate::initiatives::near::{self, Extent};
use crate::initiatives::page::Page;

/// Cards of a list. WordPress gives a frame no more than 1,000 pixels.
const CARDS: usize = 4;

/// It is on strangers' pages, most of which are light whatever the visitor likes; and as high as what is in it. What is everywhere shows where nothing is near.
pub const STYLE: &str = ":root{color-scheme:light}body.root{min-height:0;overflow-wrap:anywhere}main{padding:8px}\
     main>.app{min-height:0;padding:0;border:0}h1{margin:0 0 8px;font-size:1.15em}.pages{display:none}\
     .results>:has(>.cards)+div .elsewhere{display:none}.only{max-width:30rem}.only .cards{grid-template-columns:minmax(0,1fr)}";

/// Nothing is sent from it, and nothing is fetched.
const POLICY: &str = "script-src 'self'; form-action 'none'";

/// `GET /embed?place=69007&radius=25&...`: what is found, as [`near`] reads it.
pub async fn several(page: Page, visitor: Visitor) -> Result<Response, Error> {
    near::answered(page, visitor, Extent::Found(CARDS), |page, listed| {
        let all = page.link_with("/near", &listed.query);
        let title = page.language.widget("search");
        let named = listed.label.as_deref().map_or_else(
            || title.to_owned(),
            |label| {
                alentour_texts::fill(page.language.widget("labelled"), &[("label", label), ("text", title)])
            },
        );
        let content = html! {
            h1 { a href=(all) { (named) } }
            (PreEscaped(listed.html))
            p { a.more href=(all) { (page.texts.list_all) } }
        };
        shown(page, &named, content)
    })
    .await
}

/// `GET /i/{id}/embed`.
pub async fn one(page: Page, visitor: Visitor, Path(id): Path<String>) -> Result<Response, Error> {
    page.state.limits.page(visitor)?;
    let initiative = page.state.feeds.initiative(&id)?;
    let initiative = page.state.live.put_into(initiative).await;
    let turns = page.state.turns.clone();
    turns.initiatives.work(move || drawn(&page, &initiative)).await
}

fn drawn(page: &Page, initiative: &Initiative) -> Response {
    let catalog = Arc::new(Catalog::new(vec![initiative.clone()]));
    let scene = page.scene(catalog, ServedForm::default(), 1, String::new());
    let is_over = initiative.is_over(scene.clock.now().instant);
    let own = page.link(&format!("/i/{}", encode(&initiative.id)));
    let content = html! {
        h1.unseen { (page.site("").name) }
        section.app.only {
            h2.unseen { (page.language.widget("search")) }
            @if is_over {
                p.notice.over { (page.texts.over) }
                h3 { a href=(own) { (initiative.name) } }
            } @else {
                (PreEscaped(scene.cards().html()))
            }
        }
    };
    shown(page, &initiative.name, content)
}

fn shown(page: &Page, title: &str, content: Markup) -> Response {
    let head = html! { (style_sheet(page)) (script(page, "card")) };
    FramePage { title, head, style: STYLE, policy: POLICY, content }.respond(page)
}
