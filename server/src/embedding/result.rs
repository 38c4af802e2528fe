//! What is pasted, how, and what it looks like.

use alentour_texts::fill;
use maud::{Markup, html};

use super::choices::Show;
use super::drawing::drawing;
use super::place_to_paste::Way;
use super::snippet::Snippet;
use crate::people::page::PeoplePage;

/// What stands between steps in the texts.
const STEP: char = '¶';

/// The snippet, the steps, and what to do where it vanishes.
pub fn code(page: &PeoplePage, snippet: &Snippet<'_>) -> Markup {
    let (texts, choices) = (snippet.texts, snippet.choices);
    let place = choices.paste.as_str();
    let base = page.state.settings.base_path();
    let steps = fill(texts.steps(place), &[("server", snippet.server)]);
    let drawn: Vec<&str> = texts.draw(place).split(STEP).collect();
    let gone = texts.gone(place);
    html! {
        section.card id="code" {
            h2 { (texts.code) }
            p { strong { (texts.name(place)) } }
            @if let Some(plugin) = choices.paste.plugin() {
                p { a href={ (base) "/" (plugin) } download { (texts.download) } }
            }
            @for (at, part) in snippet.parts().into_iter().enumerate() { (pasted(snippet, at, part.label, &part.code)) }
            @if is_button_lost(snippet) { p.hint { (texts.button_lost) } }
            @if choices.colour.is_some() && matches!(choices.paste.way(), Way::Shortcode | Way::Braces | Way::Link) {
                p.hint { (texts.colour_lost) }
            }
            h3 { (texts.steps_title) }
            ol.steps { @for step in steps.split(STEP) { li { (step) } } }
            @if drawn.len() == 3 { figure { figcaption.hint { (texts.drawing) } (drawing(&drawn, texts.drawn(place))) } }
            h3 { (texts.gone_title) }
            @if !gone.is_empty() { p { (gone) } }
            p { (texts.gone_check) }
            p { a.button.quiet href=(check_address(page, snippet)) { (texts.check) } }
        }
        script src={ (base) "/embed-it/copy.js" } defer {}
    }
}

fn pasted(snippet: &Snippet<'_>, at: usize, label: &str, code: &str) -> Markup {
    let texts = snippet.texts;
    let id = format!("paste-{at}");
    // Each line as it comes, and what a line of that width is broken into.
    let rows = code.lines().map(|line| line.len() / 56 + 1).sum::<usize>();
    html! {
        div.field {
            label for=(id) id={ (id) "-label" } { (label) }
            textarea.code id=(id) readonly rows=(rows.min(18)) spellcheck="false" dir="ltr"
                data-copy=(texts.copy) data-copied=(texts.copied) { (code) }
        }
    }
}

/// Whether a button was wanted where only the initiative itself can be.
fn is_button_lost(snippet: &Snippet<'_>) -> bool {
    let way = snippet.choices.paste.way();
    snippet.choices.show == Show::Button
        && matches!(way, Way::Frame | Way::Shortcode | Way::Braces | Way::CommonScript)
}

fn check_address(page: &PeoplePage, snippet: &Snippet<'_>) -> String {
    match snippet.choices.page.as_str() {
        "" => page.link("/embed-it/check"),
        address => page.link(&format!("/embed-it/check?page={}", alentour::app::encode(address))),
    }
}

/// The live widget, wide and as on a telephone, each in a frame: so each has a window of its own, as on the partner's page.
pub fn seen(page: &PeoplePage, snippet: &Snippet<'_>) -> Markup {
    let texts = snippet.texts;
    // Nobody may have it in a frame, and so may we not.
    if page.state.settings.frames.origins.ancestors().as_deref() == Some("'none'") {
        return html! {};
    }
    let query = snippet.framed(Some(("theme", "auto".to_owned())));
    let address = format!("{}/frame?{query}", page.state.settings.base_path());
    let what = snippet.words();
    let title = |text| fill(text, &[("what", &what)]);
    html! {
        section {
            h2 { (texts.seen) }
            p.hint { (texts.seen_lead) }
            a.skip href="#past" { (texts.seen_skip) }
            div.seen {
                section.wide { h3 { (texts.seen_wide) } iframe src=(address) title=(title(texts.seen_wide_of)) loading="lazy" {} }
                section.phone { h3 { (texts.seen_phone) } iframe src=(address) title=(title(texts.seen_phone_of)) loading="lazy" {} }
            }
            p id="past" tabindex="-1" { a href="#content" { (texts.seen_back) } }
        }
    }
}
