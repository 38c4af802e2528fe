//! The form in which somebody chooses what the tag says. It is sent by `GET`: what is chosen is in the address.

use alentour_model::{Cause, Kind};
use alentour_texts::{Language, fill};
use maud::{Markup, html};

use super::choices::{Choices, RADII, Room, Show, THEMES};
use super::colour::{Colour, decimal};
use super::meant::{Meaning, Named};
use super::place_to_paste::PlaceToPaste;
use super::question::{ANSWER, Question, said_of};
use crate::bundle::COUNTRIES;
use crate::completion;
use crate::people::page::PeoplePage;

/// The form, with what is left to be said.
pub fn ask(page: &PeoplePage, choices: &Choices, meaning: &Meaning, question: Option<&Question>) -> Markup {
    let texts = page.language.embedding();
    html! {
        form.card method="get" action={ (page.state.settings.base_path()) "/embed-it#" (ANSWER) } {
            input type="hidden" name="lang" value=(page.language.tag());
            h2 { (texts.what) }
            (picks("show", texts.show, &show(page), word(&Show::ALL, &choices.show)))
            (place(page, choices, meaning, question))
            div.field {
                label for="radius" { (page.language.widget("radius")) }
                select id="radius" name="radius" {
                    @for radius in RADII {
                        option value=(radius) selected[radius == choices.radius] { (distance(page, radius)) }
                    }
                }
            }
            (initiative(page, choices, question))
            details open[!(choices.kinds.is_empty() && choices.causes.is_empty() && choices.countries.is_empty())] {
                summary { (page.language.widget("kinds")) ", " (page.language.widget("causes")) ", " (texts.countries) }
                (boxes("kinds", page.language.widget("kinds"), texts.chosen_none, &named(page.language, Kind::ALL.iter().map(Kind::as_str)), &choices.kinds))
                (boxes("causes", page.language.widget("causes"), texts.chosen_none, &named(page.language, Cause::ALL.iter().map(Cause::as_str)), &choices.causes))
                (boxes("countries", texts.countries, texts.countries_none, &COUNTRIES.map(|code| (code, texts.country(code))), &choices.countries))
            }
            details open[choices.colour.is_some() || choices.room != Room::Screen || choices.theme != THEMES[0] || choices.is_pinned || !choices.page.is_empty() || choices.language != page.language] {
                summary { (texts.colour) ", " (texts.room) ", " (texts.language) }
                div.field {
                    label for="language" { (texts.language) }
                    select id="language" name="language" {
                        @for language in Language::ALL {
                            option value=(language.tag()) lang=(language.tag()) selected[language == choices.language] { (language.pages().name) }
                        }
                    }
                }
                div.field {
                    label for="colour" { (texts.colour) }
                    input id="colour" name="colour" type="color" value=(choices.colour.unwrap_or(Colour::own()))
                        aria-describedby="contrast";
                    (contrast(page, choices))
                }
                (picks("theme", texts.theme, &theme(page), choices.theme))
                (picks("room", texts.room, &room(page), word(&Room::ALL, &choices.room)))
                p.hint { (texts.room_hint) }
                div.field {
                    label for="page" { (texts.page) }
                    p.hint id="page-hint" { (texts.page_hint) }
                    input id="page" name="page" type="url" maxlength="300" placeholder="https://" aria-describedby="page-hint" value=(choices.page);
                }
                (pick("checkbox", "pin", "yes", texts.pin, choices.is_pinned))
                p.hint { (texts.pin_hint) }
            }
            h2 id="where" { (texts.where_to) }
            (places(page, choices))
            button { (texts.make) }
        }
    }
}

fn show(page: &PeoplePage) -> [(&'static str, &'static str); 3] {
    let texts = page.language.embedding();
    [("list", texts.show_list), ("one", texts.show_one), ("button", texts.show_button)]
}

fn room(page: &PeoplePage) -> [(&'static str, &'static str); 3] {
    let texts = page.language.embedding();
    [("screen", texts.room_screen), ("640", texts.room_some), ("none", texts.room_none)]
}

fn theme(page: &PeoplePage) -> [(&'static str, &'static str); 4] {
    let texts = page.language.embedding();
    let names = [texts.theme_page, texts.theme_light, texts.theme_dark, texts.theme_auto];
    std::array::from_fn(|at| (THEMES[at], names[at]))
}

fn word<T: PartialEq>(all: &[(T, &'static str); 3], chosen: &T) -> &'static str {
    all.iter().find(|(one, _)| one == chosen).map(|(_, word)| *word).unwrap_or_default()
}

fn named(language: Language, words: impl Iterator<Item = &'static str>) -> Vec<(&'static str, &'static str)> {
    words.map(|word| (word, language.widget(word))).collect()
}

fn distance(page: &PeoplePage, radius: &str) -> String {
    match radius {
        "any" => page.language.widget("radius_any").to_owned(),
        radius => fill(page.texts.kilometres, &[("radius", radius)]),
    }
}

/// Radio buttons.
fn picks(name: &str, legend: &str, all: &[(&str, &str)], chosen: &str) -> Markup {
    html! {
        fieldset {
            legend { (legend) }
            @for (word, label) in all { (pick("radio", name, word, label, *word == chosen)) }
        }
    }
}

/// Boxes to be ticked; `none` says what holds where none is.
fn boxes(name: &str, legend: &str, none: &str, all: &[(&str, &str)], chosen: &[&str]) -> Markup {
    let hint = format!("{name}-hint");
    html! {
        fieldset aria-describedby=(hint) {
            legend { (legend) }
            p.hint id=(hint) { (none) }
            div.columns {
                @for (word, label) in all { (pick("checkbox", name, word, label, chosen.contains(word))) }
            }
        }
    }
}

fn pick(kind: &str, name: &str, word: &str, label: &str, is_chosen: bool) -> Markup {
    let id = format!("{name}-{word}");
    html! {
        div.pick {
            input type=(kind) id=(id) name=(name) value=(word) checked[is_chosen];
            label for=(id) { (label) }
        }
    }
}

fn places(page: &PeoplePage, choices: &Choices) -> Markup {
    let texts = page.language.embedding();
    html! {
        fieldset aria-labelledby="where" {
            div.columns {
                @for place in PlaceToPaste::ALL.iter().copied() {
                    (pick("radio", "where", place.as_str(), texts.name(place.as_str()), place == choices.paste))
                }
            }
        }
    }
}

fn place(page: &PeoplePage, choices: &Choices, meaning: &Meaning, question: Option<&Question>) -> Markup {
    let texts = page.language.embedding();
    let said = said_of(question, "place");
    // A position is not repeated.
    let value = if matches!(meaning.place, Named::Position) { "" } else { &choices.place };
    html! {
        div.field {
            label for="place" { (texts.place) }
            p.hint id="place-hint" { (texts.place_hint) }
            input id="place" name="place" autocomplete="off" maxlength="100" dir="auto" value=(value) data-places=(completion::address(page))
                aria-describedby=(described("place-hint", said)) aria-invalid=[(!said.is_empty()).then_some("true")];
            (beside(said))
        }
    }
}

fn initiative(page: &PeoplePage, choices: &Choices, question: Option<&Question>) -> Markup {
    let texts = page.language.embedding();
    let said = said_of(question, "initiative");
    html! {
        div.field {
            label for="initiative" { (texts.initiative) }
            p.hint id="initiative-hint" { (texts.initiative_hint) }
            input id="initiative" name="initiative" autocomplete="off" maxlength="300" value=(choices.initiative)
                aria-describedby=(described("initiative-hint", said)) aria-invalid=[(!said.is_empty()).then_some("true")];
            (beside(said))
        }
    }
}

/// What describes a field: its hint, and what is wrong with it.
fn described(hint: &str, said: &str) -> String {
    if said.is_empty() { hint.to_owned() } else { format!("{hint} mend") }
}

/// What is wrong with a field, beside it; the way on is at the top of the page.
fn beside(said: &str) -> Markup {
    html! {
        @if !said.is_empty() { p.error id="mend" { a href={ "#" (ANSWER) } { (said) } } }
    }
}

/// How well the colour is read, in words.
fn contrast(page: &PeoplePage, choices: &Choices) -> Markup {
    let texts = page.language.embedding();
    let colour = choices.colour.unwrap_or(Colour::own());
    let (white, paper) = colour.contrasts();
    let (white, paper) = (decimal(page.language, white), decimal(page.language, paper));
    let values = [("white", white.as_str()), ("paper", paper.as_str())];
    html! {
        p.hint id="contrast" role="status" {
            @if colour.is_readable() { (fill(texts.colour_fine, &values)) }
            @else { (fill(texts.colour_pale, &values)) }
        }
    }
}
