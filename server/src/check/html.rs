//! The report as a page: figures, a table of findings, and the cards as visitors see them. No script.

use std::sync::LazyLock;

use alentour_model::{Cause, Finding, Initiative, Kind, Reach, Way};
use alentour_texts::{Language, fill};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::groups::{self, Group};
use super::report::Report;
use super::words;
use super::{columns, text};
use crate::feeds::Unread;
use crate::wording;

/// Findings that the table has at most.
const ROWS: usize = 500;
/// Cards that are shown at most.
const CARDS: usize = 60;
/// Titles that are named where something is missing.
const NAMED: usize = 20;
/// Items that are named of a finding at most, and of all findings together: a page that nobody can read is of no use, and
/// costs the server's memory as long as its reader takes.
const ITEMS: usize = 100;
const ALL_ITEMS: usize = 2000;

const STYLE: &str = concat!(include_str!("../people/style.css"), include_str!("check.css"));

/// What such a page may do: show itself in the one style that is in it. Without what only a header may say.
pub static CONTENT_SECURITY: LazyLock<String> = LazyLock::new(|| {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'self'")
});

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
    let title = language.doctor().report_title;
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
    let texts = language.doctor();
    let report = match report {
        Ok(report) => report,
        Err(why) => {
            return html! {
                section.card.warning {
                    h2 { (texts.unreadable_title) }
                    @for line in words::unread(why, language).lines() { p { (line) } }
                }
            };
        }
    };
    let class = if report.is_fine() { "done" } else { "warning" };
    html! {
        section.card.{ (class) } {
            h2 { (if report.is_fine() { texts.nothing_left_out } else { texts.to_mend }) }
            p.lead { (text::summary(report, language)) }
            @if let Some(stop) = &report.gathered.stop { p { (words::stop(stop, language)) } }
        }
        (findings(report, language))
        @for (gap, who) in &report.gaps {
            @let (what, repair) = words::gap(*gap, language);
            section {
                h2 { (what) " (" (who.len()) ")" }
                p { (repair) }
                ul {
                    @for initiative in report.initiatives(who).take(NAMED) { li { bdi { (initiative.name) } } }
                    @if who.len() > NAMED { li { (left(who.len(), NAMED, language)) } }
                }
            }
        }
        section {
            h2 { (texts.seen_title) }
            ul.cards {
                @for initiative in report.gathered.reading.feed.initiatives.iter().filter(|i| !i.is_over(now)).take(CARDS) {
                    (card(initiative, language, now))
                }
            }
        }
    }
}

/// The table of findings, the worst first.
fn findings(report: &Report, language: Language) -> Markup {
    let (texts, groups) = (language.doctor(), groups::groups(report));
    let headings = [texts.heading_problem, texts.heading_field, texts.heading_items, texts.heading_repair];
    let more = groups.len().saturating_sub(ROWS);
    let named = (ALL_ITEMS / groups.len().clamp(1, ROWS)).min(ITEMS);
    html! {
        @if !groups.is_empty() {
            section {
                h2 { (texts.findings_title) }
                div.table tabindex="0" role="region" aria-label=(texts.findings) {
                    table {
                        thead { tr { @for heading in headings { th scope="col" { (heading) } } } }
                        tbody {
                            @for group in groups.iter().take(ROWS) {
                                tr.lost[group.problem.costs_the_item()] {
                                    td { (words::words(group.problem, language)) }
                                    td { code { (group.field) } }
                                    td { (items(report, group, named, language)) }
                                    td { (words::repair(group.problem, &group.field, language).unwrap_or("–")) }
                                }
                            }
                        }
                    }
                }
                @if more > 0 { p { (fill(texts.more_findings, &[("n", &more.to_string())])) } }
            }
        }
    }
}

/// The items of a group: how many, and the first with what they have there; the others where one asks for them.
fn items(report: &Report, group: &Group<'_>, named: usize, language: Language) -> Markup {
    let texts = language.doctor();
    let one = |finding: &Finding| {
        let value = text::value(finding, language);
        // What follows the name in "{label}: {text}", its colon in the language's typography.
        let colon = fill(texts.labelled, &[("label", ""), ("text", "")]);
        html! {
            bdi { (text::name(report, finding, language)) }
            @if !value.is_empty() { (colon) bdi.value { (value) } }
        }
    };
    match group.findings.as_slice() {
        [only] => one(only),
        all => html! {
            details {
                summary { (all.len()) @if let Some(first) = all.first() { ", " (texts.among_them) " " (one(first)) } }
                ul {
                    @for finding in all.iter().skip(1).take(named) { li { (one(finding)) } }
                    @if all.len() > named + 1 { li { (left(all.len() - 1, named, language)) } }
                }
            }
        },
    }
}

/// How many are not named.
fn left(count: usize, named: usize, language: Language) -> String {
    fill(language.doctor().left, &[("n", &count.saturating_sub(named).to_string())])
}

/// When it is next, in words.
pub fn when(initiative: &Initiative, language: Language, now: i64) -> Option<String> {
    match initiative.coming(now).first() {
        Some(session) => Some(wording::session(language, session)),
        None => wording::times(language, initiative, None),
    }
}

/// The kind's name.
pub fn kind(kind: &Kind, language: Language) -> String {
    let word = language.widget(kind.as_str());
    if word.is_empty() { kind.as_str().to_owned() } else { word.to_owned() }
}

/// The cause's name.
pub fn cause(cause: &Cause, language: Language) -> String {
    let word = language.widget(cause.as_str());
    if word.is_empty() { cause.as_str().to_owned() } else { word.to_owned() }
}

/// Where it is: the town, or that it is everywhere.
pub fn place(initiative: &Initiative, language: Language) -> String {
    match initiative.reach {
        Reach::Online => language.widget("online").to_owned(),
        Reach::National => language.widget("national").to_owned(),
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
    language.widget(key)
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
