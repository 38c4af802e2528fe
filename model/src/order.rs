//! In which order an answer names what it found, as one number for each hit: the smaller comes first.

use crate::answer::Answer;
use crate::query::Tier;

/// Upper ends of the bands of distance, in units of 100 m: 1, 2, 5, 10, 25, 50 and 100 km. Within a band what has a date comes before
/// what merely goes on, however near: who is 300 m nearer and open all year does not hide what is on tonight.
const BANDS: [u64; 7] = [10, 20, 50, 100, 250, 500, 1000];

/// Distances have 18 bits: half around the Earth is 201,000 units of 100 m.
const FARTHEST: u64 = (1 << 18) - 1;

/// Instants have 38 bits: minutes, counted from some 4,000 years before 1970.
const EPOCH: i64 = 1 << 31;
const LATEST: i64 = (1 << 38) - 1;

/// Where what is nearby ranks: what has a session on the days asked for, where some are; then what is about the words before what only
/// mentions them; then the band of distance, how its words were found, what has a date, the distance to 100 m, and the soonest.
pub(crate) fn nearby(answer: &Answer, tier: Tier, is_dated: bool) -> u64 {
    let distance = distance(answer);
    let band = BANDS.iter().filter(|end| distance > **end).count() as u64;
    key(answer, band, distance, tier, is_dated)
}

/// Where what is elsewhere ranks: the same, without distances.
pub(crate) fn elsewhere(answer: &Answer, tier: Tier, is_dated: bool) -> u64 {
    key(answer, 0, 0, tier, is_dated)
}

/// `is_dated`: whether days are asked for.
fn key(answer: &Answer, band: u64, distance: u64, tier: Tier, is_dated: bool) -> u64 {
    let goes_on = u64::from(answer.session.is_none());
    let soonest = answer.starts.map_or(LATEST as u64, soonest);
    let is_off = if is_dated { goes_on } else { 0 };
    // Of three tiers what is about the words, and of two what mentions them.
    let (is_mentioned, tier) =
        if tier < Tier::Described { (0, tier as u64) } else { (1, tier as u64 - Tier::Described as u64) };
    // 1 + 1 + 3 + 2 + 1 + 18 + 38 bits.
    let rank = ((is_off << 1 | is_mentioned) << 3 | band) << 2 | tier;
    ((rank << 1 | goes_on) << 18 | distance) << 38 | soonest
}

/// Where a session ranks among those that one may choose: what has a seat before what is full, then the nearest to 100 m, then the soonest.
/// Kilometres; without any, all are as near.
pub(crate) fn slot(is_full: bool, distance: Option<f64>, start: i64) -> u64 {
    let distance = distance.map_or(FARTHEST, |distance| (distance * 10.0).round() as u64).min(FARTHEST);
    (u64::from(is_full) << 18 | distance) << 38 | soonest(start)
}

/// Minutes from [`EPOCH`].
fn soonest(start: i64) -> u64 {
    (start / 60 + EPOCH).clamp(0, LATEST - 1) as u64
}

/// Units of 100 m: neighbours in one building are one distance, and rank by date. Distances are taken as the widget shows them: what is
/// only known about is "about" whole kilometres, and never less than one. One that has a seat only where there is no point is last.
fn distance(answer: &Answer) -> u64 {
    let distance = answer.distance.map_or(FARTHEST, |distance| match answer.is_approximate {
        true => distance.value().round().max(1.0) as u64 * 10,
        false => (distance.value() * 10.0).round() as u64,
    });
    distance.min(FARTHEST)
}
