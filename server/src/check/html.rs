//! The report as a page: figures, a table of findings, and the cards as visitors see them. No script.

use std::sync::LazyLock;

use alentour_model::{Cause, Finding, Initiative, Kind, Reach, Way};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::groups::Group;
use super::words;
use super::{Language, Report, columns, text};
use crate::feeds::Unread;
use crate::outbox::{texts, words as dates};

/// Findings that the table has at most.
const ROWS: usize = 500;
/// Cards that are shown at most.
const CARDS: usize = 60;
/// Titles that are named where something is missing.
const NAMED: usize = 20;
/// Items that are named of a finding.
const ITEMS: usize = 100;

const STYLE: &str = concat!(include_str!("../people/style.css"), include_str!("check.css"));

/// What the widget says, so that the cards say it in the same words.
const FRENCH: &str = include_str!("../../../src/messages/fr.txt");
const ENGLISH: &str = include_str!("../../../src/messages/en.txt");

/// What such a page may do: show itself in the one style that is in it. Without what only a header may say.
pub static CONTENT_SECURITY: LazyLock<String> = LazyLock::new(|| {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'self'")
});

/// A message of the widget's; empty where it has none of that name.
pub fn message(key: &str, language: Language) -> &'static str {
    let text = if language == Language::Fr { FRENCH } else { ENGLISH };
    let value =
        |line: &'static str| line.split_once(" = ").filter(|(name, _)| *name == key).map(|(_, text)| text);
    text.lines().find_map(value).unwrap_or_default()
}

/// French as it is printed: no line begins with a colon.
fn typeset(text: &str, language: Language) -> String {
    if language == Language::En {
        return text.to_owned();
    }
    let mut text = text.replace("« ", "«\u{a0}");
    for mark in ["»", ":", ";", "!", "?"] {
        text = text.replace(&format!(" {mark}"), &format!("\u{a0}{mark}"));
    }
    text
}

/// A self-contained page for whoever was given its address: no search engine lists it.
pub fn unlisted_page(title: &str, language: Language, content: Markup) -> String {
    let head = html! { meta name="robots" content="noindex"; title { (title) " – Alentour" } };
    whole(head, "Alentour", CONTENT_SECURITY.as_str(), language, content)
}

/// A page of a site of `name`, for search engines, too.
pub fn public_page(title: &str, name: &str, language: Language, content: Markup) -> String {
    let head = html! { title { (title) @if title != name { " – " (name) } } };
    whole(head, name, CONTENT_SECURITY.as_str(), language, content)
}

/// The page of a site that has the widget. `policy` is what it may do, beside showing itself.
pub fn with_widget(title: &str, policy: &str, language: Language, content: Markup) -> String {
    let policy = format!("{}; {policy}", CONTENT_SECURITY.as_str());
    whole(html! { title { (title) } }, "", &policy, language, content)
}

fn whole(head: Markup, name: &str, policy: &str, language: Language, content: Markup) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                (head)
                style { (PreEscaped(STYLE)) }
            }
            body { header { @if !name.is_empty() { p { (name) } } } main { (content) } footer {} }
        }
    };
    markup.into_string()
}

/// The report of a feed as a file.
pub fn document(source: &str, report: Result<&Report, &Unread>, language: Language, now: i64) -> String {
    let title = if language == Language::Fr { "Santé du flux" } else { "Health of the feed" };
    let table = report.map(|report| &report.gathered.reading.columns).ok().filter(|table| !table.is_empty());
    let content = html! {
        h1 { (title) }
        p.hint { (source) }
        (body(report, language, now))
        @if let Some(table) = table { (columns::list(table, language)) }
    };
    unlisted_page(title, language, content)
}

/// What the report says, as a part of a page.
pub fn body(report: Result<&Report, &Unread>, language: Language, now: i64) -> Markup {
    let set = |text: &str| typeset(text, language);
    let say =
        |french: &'static str, english: &'static str| if language == Language::Fr { french } else { english };
    let report = match report {
        Ok(report) => report,
        Err(why) => {
            return html! {
                section.card.warning {
                    h2 { (say("Ce flux ne peut pas être lu", "This feed cannot be read")) }
                    @for line in words::unread(why, language).lines() { p { (set(line)) } }
                }
            };
        }
    };
    let class = if report.is_fine() { "done" } else { "warning" };
    let headings = match language {
        Language::Fr => ["Constat", "Champ", "Fiches", "Que faire"],
        Language::En => ["What is wrong", "Field", "Items", "What to do"],
    };
    let groups = report.groups();
    let more = groups.len().saturating_sub(ROWS);
    html! {
        section.card.{ (class) } {
            h2 { (if report.is_fine() { say("Rien n’est écarté", "Nothing is left out") } else { say("À corriger", "To be mended") }) }
            p.lead { (set(&text::summary(report, language))) }
            @if let Some(stop) = &report.gathered.stop { p { (set(&words::stop(stop, language))) } }
        }
        @if !groups.is_empty() {
            section {
                h2 { (say("Constats, du plus grave au plus bénin", "Findings, the worst first")) }
                div.table tabindex="0" role="region" aria-label=(say("Constats", "Findings")) {
                    table {
                        thead { tr { @for heading in headings { th scope="col" { (heading) } } } }
                        tbody {
                            @for group in groups.iter().take(ROWS) {
                                tr.lost[group.problem.costs_the_item()] {
                                    td { (set(words::words(group.problem, language))) }
                                    td { code { (group.field) } }
                                    td { (items(report, group, language)) }
                                    td { (set(words::repair(group.problem, &group.field, language).unwrap_or("–"))) }
                                }
                            }
                        }
                    }
                }
                @if more > 0 { p { (say("et d’autres", "and more")) " (" (more) ")" } }
            }
        }
        @for (gap, who) in &report.gaps {
            @let (what, repair) = words::gap(*gap, language);
            section {
                h2 { (set(what)) " (" (who.len()) ")" }
                p { (set(repair)) }
                ul {
                    @for initiative in report.initiatives(who).take(NAMED) { li { bdi { (initiative.name) } } }
                    @if who.len() > NAMED { li { (left(who.len(), NAMED, language)) } }
                }
            }
        }
        section {
            h2 { (say("Ce que voient les visiteurs", "What visitors see")) }
            ul.cards {
                @for initiative in report.gathered.reading.feed.initiatives.iter().filter(|i| !i.is_over(now)).take(CARDS) {
                    (card(initiative, language, now))
                }
            }
        }
    }
}

/// The items of a group: how many, and the first with what they have there; the others where one asks for them.
fn items(report: &Report, group: &Group<'_>, language: Language) -> Markup {
    let set = |text: &str| typeset(text, language);
    let one = |finding: &Finding| {
        html! {
            bdi { (text::name(report, finding, language)) }
            @let value = text::value(finding, language);
            @if !value.is_empty() { (set(" : ")) bdi.value { (value) } }
        }
    };
    match group.findings.as_slice() {
        [only] => one(only),
        all => html! {
            details {
                summary { (all.len()) @if let Some(first) = all.first() { ", " (if language == Language::Fr { "dont " } else { "among them " }) (one(first)) } }
                ul {
                    @for finding in all.iter().skip(1).take(ITEMS) { li { (one(finding)) } }
                    @if all.len() > ITEMS + 1 { li { (left(all.len() - 1, ITEMS, language)) } }
                }
            }
        },
    }
}

/// How many are not named.
fn left(count: usize, named: usize, language: Language) -> String {
    let left = count.saturating_sub(named);
    if language == Language::Fr { format!("et {left} de plus") } else { format!("and {left} more") }
}

/// When it is next, in words.
pub fn when(initiative: &Initiative, language: Language, now: i64) -> Option<String> {
    let texts = texts::of(language.tag());
    match initiative.coming(now).first() {
        Some(session) => Some(dates::session(texts, session)),
        None => dates::times(texts, initiative, None),
    }
}

/// The kind's name.
pub fn kind(kind: &Kind, language: Language) -> String {
    let word = message(kind.as_str(), language);
    if word.is_empty() { kind.as_str().to_owned() } else { word.to_owned() }
}

/// The cause's name.
pub fn cause(cause: &Cause, language: Language) -> String {
    let word = message(cause.as_str(), language);
    if word.is_empty() { cause.as_str().to_owned() } else { word.to_owned() }
}

/// Where it is: the town, or that it is everywhere.
pub fn place(initiative: &Initiative, language: Language) -> String {
    match initiative.reach {
        Reach::Online => message("online", language).to_owned(),
        Reach::National => message("national", language).to_owned(),
        _ => {
            let Some(place) = initiative.places.first() else { return String::new() };
            let texts = [&place.address_locality, &place.name, &place.street_address, &place.postal_code];
            let town = texts.into_iter().find(|text| !text.is_empty()).cloned().unwrap_or_default();
            if place.approximate { format!("≈ {town}") } else { town }
        }
    }
}

/// What the button says.
pub fn action(initiative: &Initiative, language: Language) -> &'static str {
    let key = match initiative.participation.as_ref().map(|participation| participation.way) {
        Some(Way::Rsvp) => "rsvp",
        Some(Way::Shift) => "shift",
        Some(Way::Signature) => "signature",
        Some(Way::Membership) => "membership",
        Some(Way::Offer) => "offer",
        Some(Way::Pledge) => "pledge",
        Some(Way::Enrolment) => "enrolment",
        None => "read_more",
    };
    message(key, language)
}

fn card(initiative: &Initiative, language: Language, now: i64) -> Markup {
    let causes: Vec<_> = initiative.causes.iter().take(2).map(|one| cause(one, language)).collect();
    let place = place(initiative, language);
    html! {
        li {
            p.kind { @if let Some(one) = &initiative.kind { b { (kind(one, language)) } " " } (causes.join(", ")) }
            h3 { bdi { (initiative.name) } }
            @if let Some(when) = when(initiative, language, now) { p.when { (when) } }
            @if !place.is_empty() { p { bdi { (place) } } }
            @if let Some(who) = &initiative.organizer { p.who { bdi { (who.name) } } }
            span.act { (action(initiative, language)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cards_have_the_widget_s_words() {
        for key in ["rsvp", "read_more", "online", "national", "gathering", "housing"] {
            assert!(
                !message(key, Language::Fr).is_empty() && !message(key, Language::En).is_empty(),
                "{key}"
            );
        }
        assert_eq!(message("rsvp", Language::Fr), "Participer");
    }
}
