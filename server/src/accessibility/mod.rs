//! The accessibility statement: what the law of France has a site say (law 2005-102, article 47; decree 2019-768): how far its pages can be used by everybody, what
//! cannot, and whom to tell. Whoever publishes the pages declares; what is known of its pages is [the grid](grid).

mod grid;

use alentour_model::Date;
use alentour_texts::{Accessibility, Language, fill};
use maud::{Markup, html};

use self::grid::{ALL, Conformity, Grid, Standing};
use crate::document::linked;
use crate::settings::Controller;
use crate::wording;

/// Where people in France turn to when nobody answers.
const APPEAL: [&str; 2] =
    ["https://formulaire.defenseurdesdroits.fr/", "https://www.defenseurdesdroits.fr/saisir/delegues"];

/// Criterion 8.7: texts in another language than their page. A server's pages are in each language, those of a site in one.
const OTHER_LANGUAGES: &str = "8.7";

/// Whose pages it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pages<'a> {
    /// A server's.
    Served,
    /// Those of a published site, with the address of the server that takes its sign-ups.
    Published(Option<&'a str>),
}

/// The statement, with its heading. `controller`: who declares it, as far as they have said.
pub fn statement(language: Language, controller: &Controller, pages: Pages<'_>) -> Markup {
    let (texts, grid) = (language.accessibility(), &*ALL);
    html! {
        h1 { (texts.title) }
        section {
            @if controller.name.is_empty() { p.lead { (texts.lead_unnamed) } }
            @else { p.lead { bdi { (fill(texts.lead, &[("name", &wording::line(&controller.name))])) } } }
            (scope(language, pages))
        }
        section.card { h2 { (texts.state) } p { (fill(texts.state_lead, &[("state", standing(texts, grid))])) } }
        section { h2 { (texts.results) } p { (rate(texts, grid)) } }
        section { h2 { (texts.unmet_title) } (unmet(texts, grid, pages)) p { (texts.content) } }
        section.card.asked {
            h2 { (texts.report) }
            @if controller.contact.is_empty() { p { (texts.report_none) } }
            @else { p { (linked(texts.report_contact, &controller.contact)) } }
            @if !controller.address.is_empty() { p { bdi { (controller.address) } } }
        }
        section {
            h2 { (texts.appeal) }
            p { (texts.appeal_lead) }
            ul.ways {
                li { a href=(APPEAL[0]) { (texts.appeal_write) } }
                li { a href=(APPEAL[1]) { (texts.appeal_delegate) } }
                li { (texts.appeal_post) }
            }
        }
        section {
            h2 { (texts.how) }
            p { (fill(texts.how_when, &[("day", &day(language, grid))])) }
            p { (texts.how_means) }
            p { strong { (texts.how_person) } }
            p { (texts.how_sample) }
        }
        section {
            details {
                summary { (texts.grid) }
                (table(texts, grid))
            }
            p.hint { (texts.source) }
        }
    }
}

/// Which pages it is about, and whose statement is about others.
fn scope(language: Language, pages: Pages<'_>) -> Markup {
    let texts = language.accessibility();
    html! {
        p { (if pages == Pages::Served { texts.scope } else { texts.scope_site }) }
        @if let Pages::Published(Some(server)) = pages {
            p { a href={ (server) "/accessibility?lang=" (language.tag()) } { (texts.scope_forms) } }
        }
    }
}

fn standing(texts: &Accessibility, grid: &Grid) -> &'static str {
    match grid.standing() {
        Standing::Full => texts.full,
        Standing::Partial => texts.partial,
        Standing::None => texts.none,
    }
}

fn rate(texts: &Accessibility, grid: &Grid) -> String {
    let number = |many: usize| many.to_string();
    let (met, others) = (grid.count(Conformity::Met), grid.count(Conformity::NotApplicable));
    fill(
        texts.rate,
        &[
            ("rate", &number(grid.rate())),
            ("met", &number(met)),
            ("judged", &number(grid.judged())),
            ("others", &number(others)),
        ],
    )
}

fn day(language: Language, grid: &Grid) -> String {
    Date::parse(grid.day).map_or_else(|| grid.day.to_owned(), |day| wording::date(language, day))
}

fn unmet(texts: &Accessibility, grid: &Grid, pages: Pages<'_>) -> Markup {
    let all = grid.criteria.iter().filter(|it| it.state == Conformity::Unmet);
    let all: Vec<_> = all.map(|it| (it.number, texts.unmet(it.number).unwrap_or(it.title))).collect();
    html! {
        @if all.is_empty() { p { (texts.unmet_none) } }
        @else {
            ul {
                @for (number, words) in all {
                    li {
                        (words) " "
                        @if number == OTHER_LANGUAGES && pages == Pages::Served { (texts.unmet_languages) " " }
                        span.hint { "(" (fill(texts.unmet_criterion, &[("number", number)])) ")" }
                    }
                }
            }
        }
    }
}

/// The grid is for who audits, and in the language of the reference.
fn table(texts: &Accessibility, grid: &Grid) -> Markup {
    html! {
        p.hint { (texts.grid_lead) }
        table.grid {
            caption { (texts.grid) }
            thead { tr { @for name in [texts.grid_criterion, texts.grid_state, texts.grid_title, texts.grid_word] { th scope="col" { (name) } } } }
            tbody lang="fr" dir="ltr" {
                @for it in &grid.criteria {
                    tr { th scope="row" { (it.number) } td { (it.state.mark()) } td { (it.title) } td { (it.word) } }
                }
            }
        }
    }
}
