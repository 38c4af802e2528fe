//! The form in which somebody chooses what the tag says. It is sent by `GET`: what is chosen is in the address.

use alentour_model::{Cause, Kind};
use alentour_texts::{Language, fill};
use maud::{Markup, html};

use super::choices::{COUNTRIES, Choices, RADII, Room, Show};
use super::colour::{Colour, decimal};
use super::meant::{Meaning, Named};
use super::place_to_paste::PlaceToPaste;
use crate::completion;
use crate::people::page::PeoplePage;

/// The form.
pub fn ask(page: &PeoplePage, choices: &Choices, meaning: &Meaning) -> Markup {
    let texts = page.language.embedding();
    // Where something is missing, that is where one goes on.
    let to = if meaning.is_whole(choices) { "code" } else { "mend" };
    html! {
        form.card method="get" action={ (page.state.settings.base_path()) "/embed-it#" (to) } {
            input type="hidden" name="lang" value=(page.language.tag());
            h2 { (texts.what) }
            (picks("show", texts.show, &show(page), word(&Show::ALL, &choices.show)))
            (place(page, choices, meaning))
            div.field {
                label for="radius" { (page.language.widget("radius")) }
                select id="radius" name="radius" {
                    @for radius in RADII {
                        option value=(radius) selected[radius == choices.radius] { (distance(page, radius)) }
                    }
                }
            }
            (initiative(page, choices, meaning))
            details open[!(choices.kinds.is_empty() && choices.causes.is_empty() && choices.countries.is_empty())] {
                summary { (page.language.widget("kinds")) ", " (page.language.widget("causes")) ", " (texts.countries) }
                p.hint { (texts.chosen_none) }
                (boxes("kinds", page.language.widget("kinds"), &named(page.language, Kind::ALL.iter().map(Kind::as_str)), &choices.kinds))
                (boxes("causes", page.language.widget("causes"), &named(page.language, Cause::ALL.iter().map(Cause::as_str)), &choices.causes))
                (boxes("countries", texts.countries, &COUNTRIES.map(|code| (code, texts.country(code))), &choices.countries))
            }
            details open[choices.colour.is_some() || choices.room != Room::Screen || choices.is_pinned || !choices.page.is_empty() || choices.language != page.language] {
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

/// Boxes to be ticked.
fn boxes(name: &str, legend: &str, all: &[(&str, &str)], chosen: &[&str]) -> Markup {
    html! {
        fieldset {
            legend { (legend) }
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

fn place(page: &PeoplePage, choices: &Choices, meaning: &Meaning) -> Markup {
    let texts = page.language.embedding();
    let is_needed = choices.show == Show::List;
    let said = match &meaning.place {
        Named::Unknown => texts.place_unknown,
        Named::Position => texts.place_position,
        Named::Like(_) => texts.alike,
        Named::OneOf(_) => texts.which,
        _ => "",
    };
    let said = if is_needed { said } else { "" };
    // A position is not repeated either.
    let value = if matches!(meaning.place, Named::Position) { "" } else { &choices.place };
    html! {
        div.field {
            label for="place" { (texts.place) }
            p.hint id="place-hint" { (texts.place_hint) }
            input id="place" name="place" autocomplete="off" maxlength="100" dir="auto" value=(value) data-places=(completion::address(page))
                aria-describedby=(if said.is_empty() { "place-hint" } else { "place-hint mend" })
                aria-invalid=[(!said.is_empty()).then_some("true")];
            @if !said.is_empty() {
                div.error id="mend" role="alert" {
                    p { (said) }
                    (others(page, &meaning.place, |one| Choices { place: one, ..choices.clone() }))
                }
            }
        }
    }
}

fn initiative(page: &PeoplePage, choices: &Choices, meaning: &Meaning) -> Markup {
    let texts = page.language.embedding();
    let said = match (&meaning.initiative, choices.show) {
        (_, Show::List) | (Named::Is(_), _) => "",
        (Named::Unsaid, _) => texts.initiative_needed,
        (Named::OneOf(_), _) => texts.which,
        _ => texts.initiative_unknown,
    };
    html! {
        div.field {
            label for="initiative" { (texts.initiative) }
            p.hint id="initiative-hint" { (texts.initiative_hint) }
            input id="initiative" name="initiative" autocomplete="off" maxlength="300" value=(choices.initiative)
                aria-describedby=(if said.is_empty() { "initiative-hint" } else { "initiative-hint mend" })
                aria-invalid=[(!said.is_empty()).then_some("true")];
            @if !said.is_empty() {
                div.error id="mend" role="alert" {
                    p { (said) }
                    (others(page, &meaning.initiative, |one| Choices { initiative: one, ..choices.clone() }))
                }
            }
        }
    }
}

/// Links to what a name may mean: the same choices with one of these.
fn others<T>(page: &PeoplePage, named: &Named<T>, with: impl Fn(String) -> Choices) -> Markup {
    let (Named::Like(all) | Named::OneOf(all)) = named else { return html! {} };
    html! {
        ul.namesakes {
            @for (one, label) in all {
                li { a href={ (page.link(&format!("/embed-it?{}", with(one.clone()).written().trim_end_matches('&')))) "#code" } { bdi { (label) } } }
            }
        }
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
            @else {
                (fill(texts.colour_pale, &values))
                @if choices.show == Show::Button { " " (texts.colour_button) }
            }
        }
    }
}
