//! The dates to come that a page lists, or has to choose from.

use alentour_model::{Initiative, Session};
use maud::{Markup, html};

use super::page::OrganisePage;

/// Dates that a page lists, or has to choose from: it stays below 60 kB, and nobody looks through more. The later ones come up as time goes by.
pub const DATES: usize = 60;

/// The dates of an initiative that end after that time (UTC seconds), the next ones first; so many of them.
pub fn offered_dates(initiative: Option<&Initiative>, after: i64, most: usize) -> Vec<&Session> {
    let mut dates = initiative.map(|it| it.coming(after)).unwrap_or_default();
    dates.truncate(most);
    dates
}

/// Says how many there are beside those that are listed.
pub fn more_dates(page: &OrganisePage, listed: usize, all: usize) -> Markup {
    let more = all.saturating_sub(listed) as u64;
    html! { @if more > 0 { p.hint { (page.language().count(page.texts.more_dates, more, &[])) } } }
}
