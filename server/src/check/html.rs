//! The report as a page: figures, a table of findings, and the cards as visitors see them. No script.

use alentour_model::Finding;
use alentour_texts::{Language, fill};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::groups::{self, Group};
use super::report::Report;
use super::{columns, preview, text, words};
use crate::bundle::Bundle;
use crate::document::{document, unlisted};
use crate::feeds::Unread;

/// How much a report says at most: a page that nobody can read is of no use, and costs the server's memory as long as its reader takes.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Findings that the table has.
    rows: usize,
    /// Titles that are named where something is missing.
    named: usize,
    /// Items that are named of a finding, and of all findings together.
    items: usize,
    all_items: usize,
    /// Cards.
    cards: usize,
}

impl Extent {
    /// For whoever keeps the feed.
    pub const WHOLE: Self = Self { rows: 500, named: 20, items: 100, all_items: 2000, cards: 60 };
    /// For a look at it, on a page that is to stay small.
    pub const GLANCE: Self = Self { rows: 20, named: 5, items: 5, all_items: 40, cards: 8 };
}

const STYLE: &str = concat!(include_str!("../people/style.css"), include_str!("check.css"));

/// What a report looks like, after the style of the pages for people.
pub fn report_css() -> &'static str {
    include_str!("check.css")
}

/// A self-contained page for whoever was given its address: no search engine lists it.
pub struct ReportPage {
    /// The document.
    pub html: String,
    /// What it may do: show itself in the one style that is in it. Without what only a header may say.
    pub policy: String,
}

/// A page; `cards` is the style sheet of the cards in it.
pub fn page(title: &str, language: Language, content: Markup, cards: &str) -> ReportPage {
    // Of rules that weigh the same those of the report come last.
    let style = [cards, STYLE].concat();
    let hash = BASE64_STANDARD.encode(Sha256::digest(&style));
    let policy =
        format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'self'");
    let head = html! {
        meta http-equiv="Content-Security-Policy" content=(policy);
        (unlisted())
        title { (title) " – Alentour" }
        style { (PreEscaped(style)) }
    };
    let body = html! { body { header { p { "Alentour" } } main { (content) } footer {} } };
    ReportPage { html: document(language, &head, &body), policy }
}

/// The report of a feed as a file.
pub fn file(
    source: &str,
    report: Result<&Report, &Unread>,
    language: Language,
    now: i64,
    bundle: &Bundle,
) -> String {
    let title = language.doctor().report_title;
    let table = report.map(|report| &report.gathered.reading.columns).ok().filter(|table| !table.is_empty());
    let content = html! {
        h1 { (title) }
        p.hint { (source) }
        (body(report, language, now, Extent::WHOLE))
        @if let Some(table) = table { (columns::list(table, language)) }
    };
    page(title, language, content, &preview::style(bundle)).html
}

/// What the report says, as a part of a page.
pub fn body(report: Result<&Report, &Unread>, language: Language, now: i64, extent: Extent) -> Markup {
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
        (findings(report, language, extent))
        @for (gap, who) in &report.gaps {
            @let (what, repair) = words::gap(*gap, language);
            section {
                h2 { (what) " (" (who.len()) ")" }
                p { (repair) }
                ul {
                    @for initiative in report.initiatives(who).take(extent.named) { li { bdi { (initiative.name) } } }
                    @if who.len() > extent.named { li { (left(who.len(), extent.named, language)) } }
                }
            }
        }
        section {
            h2 { (texts.seen_title) }
            (preview::some_cards(&report.gathered.reading.feed.initiatives, language, now, extent.cards))
        }
    }
}

/// The table of findings, the worst first.
fn findings(report: &Report, language: Language, extent: Extent) -> Markup {
    let (texts, groups) = (language.doctor(), groups::groups(report));
    let headings = [texts.heading_problem, texts.heading_field, texts.heading_items, texts.heading_repair];
    let more = groups.len().saturating_sub(extent.rows);
    let named = (extent.all_items / groups.len().clamp(1, extent.rows)).min(extent.items);
    html! {
        @if !groups.is_empty() {
            section {
                h2 { (texts.findings_title) }
                div.table tabindex="0" role="region" aria-label=(texts.findings) {
                    table {
                        thead { tr { @for heading in headings { th scope="col" { (heading) } } } }
                        tbody {
                            @for group in groups.iter().take(extent.rows) {
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
