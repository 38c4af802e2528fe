//! What came of an action: its sign-ups by week, and who was there of those who were expected.

use alentour_model::{Initiative, Moment};
use maud::{Markup, html};

use super::now;
use super::offered::{DATES, more_dates};
use super::page::OrganisePage;
use crate::store::Tally;
use crate::wording;

const WEEK: i64 = 7 * 86_400;
/// Weeks that are drawn, the last ones: half a year is what a telephone's screen shows apart.
const SHOWN: usize = 26;
/// The height of the drawing in its own units.
const HIGH: u64 = 100;

/// Both, as far as there is something to say.
pub fn show(
    page: &OrganisePage,
    initiative: Option<&Initiative>,
    tally: &Tally,
    weeks: &[(i64, u64)],
) -> Markup {
    html! {
        (by_week(page, &filled(weeks)))
        (who_came(page, initiative, tally))
    }
}

/// The last weeks up to the last one in which somebody came, with those in which nobody did.
fn filled(weeks: &[(i64, u64)]) -> Vec<(i64, u64)> {
    let (Some((first, _)), Some((last, _))) = (weeks.first(), weeks.last()) else { return Vec::new() };
    let mut all = Vec::new();
    let mut week = (*first).max(last - (SHOWN as i64 - 1) * WEEK);
    while week <= *last {
        let many = weeks.iter().find(|(start, _)| *start == week).map_or(0, |(_, many)| *many);
        all.push((week, many));
        week += WEEK;
    }
    all
}

/// A drawing, and the same as a table: screen readers say nothing of the first.
fn by_week(page: &OrganisePage, weeks: &[(i64, u64)]) -> Markup {
    let texts = page.texts;
    let most = weeks.iter().map(|(_, many)| *many).max().unwrap_or_default().max(1);
    html! {
        @if !weeks.is_empty() {
            h2 { (texts.by_week) }
            @if weeks.len() > 1 {
                svg.weeks viewBox={ "0 0 " (weeks.len() * 10) " " (HIGH) } preserveAspectRatio="none" aria-hidden="true" {
                    @for (at, (_, many)) in weeks.iter().enumerate() {
                        @let high = many * HIGH / most;
                        rect x=(at * 10 + 1) y=(HIGH - high) width="8" height=(high) {}
                    }
                }
            }
            details open[weeks.len() <= 4] {
                summary { (texts.as_table) }
                table {
                    thead { tr { th scope="col" { (texts.week_of) } th scope="col" { (texts.participants) } } }
                    tbody {
                        @for (week, many) in weeks {
                            @let monday = Moment { instant: *week, offset: 0 }.date();
                            tr { th scope="row" { (wording::date(page.language(), monday)) } td data-label=(texts.participants) { (page.language().count(texts.signups, *many, &[])) } }
                        }
                    }
                }
            }
        }
    }
}

/// Of the dates that are over, as far as somebody has noted it.
fn who_came(page: &OrganisePage, initiative: Option<&Initiative>, tally: &Tally) -> Markup {
    let (texts, language) = (page.texts, page.language());
    let sessions = initiative.map(|it| it.sessions.as_slice()).unwrap_or_default();
    let over = sessions.iter().filter(|session| session.ends() <= now());
    let over = over.filter_map(|session| {
        let of = tally.sessions.iter().find(|of| of.session == session.id)?;
        (of.seated > 0 || of.came > 0).then_some((session, of))
    });
    // The latest.
    let mut over: Vec<_> = over.collect();
    let all = over.len();
    over.drain(..all.saturating_sub(DATES));
    html! {
        @if !over.is_empty() {
            h2 { (texts.who_came) }
            table.dates {
                thead { tr { th scope="col" { (texts.date) } th scope="col" { (texts.expected) } th scope="col" { (texts.there) } } }
                tbody {
                    @for (session, of) in over {
                        tr {
                            th scope="row" { bdi { (wording::session(language, session)) } }
                            td data-label=(texts.expected) { (of.seated) }
                            td data-label=(texts.there) { @if of.came == 0 { "–" } @else { (of.came) } }
                        }
                    }
                }
            }
            (more_dates(page, DATES, all))
            p.hint { (texts.as_noted) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_without_a_sign_up_are_weeks_and_only_the_last_half_year_is_drawn() {
        assert_eq!(filled(&[]), []);
        assert_eq!(filled(&[(WEEK, 3), (3 * WEEK, 1)]), [(WEEK, 3), (2 * WEEK, 0), (3 * WEEK, 1)]);
        let long = filled(&[(0, 9), (100 * WEEK, 1)]);
        assert_eq!((long.len(), long[0], long[25]), (26, (75 * WEEK, 0), (100 * WEEK, 1)));
    }
}
