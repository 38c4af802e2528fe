//! An initiative's page, a server's or a file: all that it says of itself, in the widget's own words.

use alentour::render::{Filled, Request, Scene};
use alentour_model::Initiative;
use maud::{PreEscaped, html};

use super::linked_data;
use crate::document::{Head, Site};
use crate::wording;

/// The page of an initiative, which is the one that is open in the scene; `asked` is what the list looks for that leads here, `filled`
/// its form as it was sent. `canonical` is the one address that the page is known by, whole; empty where nobody knows it.
pub fn page(
    site: &Site,
    scene: &Scene,
    initiative: &Initiative,
    (asked, filled): (Request, Option<Filled>),
    canonical: &str,
) -> String {
    let is_somebodys = filled.is_some();
    let detail = scene.detail(asked, filled).map(|detail| detail.html()).unwrap_or_default();
    let now = scene.clock.now().instant;
    let is_over = initiative.is_over(now);
    let texts = site.language.pages();
    let ended = if wording::is_called_off(initiative, now) { texts.called_off } else { texts.over };
    let text = if initiative.summary.is_empty() { &initiative.description } else { &initiative.summary };
    let head = Head {
        title: &initiative.name,
        description: &linked_data::described(text),
        canonical,
        is_unlisted: is_over || is_somebodys,
        more: linked_data::script(initiative, Some(canonical).filter(|address| !address.is_empty()), now),
    };
    let content = html! {
        section.app {
            @if is_over { p.notice.over { (ended) } }
            (PreEscaped(detail))
        }
    };
    site.page(&head, &content)
}
