//! What is pasted, how, and what it looks like.

use alentour_texts::fill;
use maud::{Markup, html};

use super::choices::Show;
use super::drawing::drawing;
use super::place_to_paste::Way;
use super::question::ANSWER;
use super::snippet::Snippet;
use crate::people::page::PeoplePage;

/// What stands between steps in the texts.
const STEP: char = '¶';

/// The snippet, the steps, and what to do where it vanishes.
pub fn code(page: &PeoplePage, snippet: &Snippet<'_>) -> Markup {
    let (texts, choices) = (snippet.texts, snippet.choices);
    let place = choices.paste.as_str();
    let base = page.state.settings.base_path();
    // What is said there is of the frame.
    let gone = if snippet.is_refused() { "" } else { texts.gone(place) };
    html! {
        section.card id=(ANSWER) {
            h2 { (texts.code) }
            p { strong { (texts.name(place)) } }
            @if snippet.is_refused() { p.error { (texts.frames_none) } }
            @if let Some(plugin) = choices.paste.plugin() {
                p { a href={ (base) "/" (plugin) } download { (texts.download) } }
            }
            @for (at, part) in snippet.parts().into_iter().enumerate() { (pasted(snippet, at, part.label, &part.code)) }
            @for lost in snippet.lost() { p.hint { (lost) } }
            @if !snippet.is_refused() {
                @if let Some(origins) = framing(page, snippet) { p.hint { (fill(texts.frames_some, &[("origins", &origins)])) } }
                (steps(snippet))
            }
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

/// What to do there, step by step, with a drawing where there is one.
fn steps(snippet: &Snippet<'_>) -> Markup {
    let (texts, place) = (snippet.texts, snippet.choices.paste.as_str());
    let steps = fill(texts.steps(place), &[("server", snippet.server)]);
    let drawn: Vec<&str> = texts.draw(place).split(STEP).collect();
    html! {
        h3 { (texts.steps_title) }
        ol.steps { @for step in steps.split(STEP) { li { (step) } } }
        @if drawn.len() == 3 { figure { figcaption.hint { (texts.drawing) } (drawing(&drawn, texts.drawn(place))) } }
    }
}

/// Whose pages alone may have the frame; `None` where there is none, or anybody's may.
fn framing(page: &PeoplePage, snippet: &Snippet<'_>) -> Option<String> {
    page.state.settings.frames.origins.ancestors().filter(|_| snippet.way() == Way::Frame)
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
    if !snippet.may_frame {
        return html! {};
    }
    let address = format!("{}/frame?{}", page.state.settings.base_path(), snippet.seen());
    let lead = match snippet.choices.show {
        Show::List => texts.seen_lead,
        Show::One => texts.seen_one,
        Show::Button => texts.seen_button,
    };
    let what = snippet.words();
    let title = |text| fill(text, &[("what", &what)]);
    html! {
        section {
            h2 { (texts.seen) }
            p.hint { (lead) }
            a.skip href="#past" { (texts.seen_skip) }
            div.seen {
                section.wide { h3 { (texts.seen_wide) } iframe src=(address) title=(title(texts.seen_wide_of)) loading="lazy" {} }
                section.phone { h3 { (texts.seen_phone) } iframe src=(address) title=(title(texts.seen_phone_of)) loading="lazy" {} }
            }
            p id="past" tabindex="-1" { a href="#content" { (texts.seen_back) } }
        }
    }
}
