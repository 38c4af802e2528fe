//! What recurs, written out: within limits, as a rule may have no end, or never come to a date at all.

use chrono::{NaiveDateTime, TimeZone};
use rrule::{RRule, Tz, Unvalidated};

/// Dates of one rule, those that are past included: a daily one since 1970 has 20,000.
const DATES: usize = 30_000;

/// What the rules of one feed may take to write out: a rule that never comes to a date takes up to a second.
pub(crate) struct Budget {
    dates: usize,
    fruitless: usize,
}

impl Default for Budget {
    /// A few seconds in all.
    fn default() -> Self {
        Self { dates: 1_000_000, fruitless: 4 }
    }
}

/// Why a rule is not, or not wholly, written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unexpanded {
    /// It is no rule.
    NotARule,
    /// It, or those before it, take too long.
    TooMuch,
}

/// The wall clock's times of a rule (`FREQ=WEEKLY;BYDAY=TU`, RFC 5545, section 3.3.10, without `UNTIL`) from `start`
/// to `end`, and what is wrong with it. The start is one of them, whether the rule says so or not.
pub(crate) fn expand(
    rule: &str,
    start: NaiveDateTime,
    end: NaiveDateTime,
    budget: &mut Budget,
) -> (Vec<NaiveDateTime>, Option<Unexpanded>) {
    // Wall clocks are counted as if they were UTC: whoever has the zone makes instants of them.
    let utc = |local: NaiveDateTime| Tz::UTC.from_utc_datetime(&local);
    if budget.dates == 0 || budget.fruitless == 0 {
        return (vec![start], Some(Unexpanded::TooMuch));
    }
    let set = rule.parse::<RRule<Unvalidated>>().and_then(|rule| rule.build(utc(start)));
    let Ok(set) = set else { return (vec![start], Some(Unexpanded::NotARule)) };
    let Some(rule) = set.get_rrule().first().filter(|rule| rule.get_interval() > 0) else {
        return (vec![start], Some(Unexpanded::NotARule));
    };
    let most = rule.get_count().map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX));
    let mut dates = vec![start];
    let (mut found, mut problem) = (0, None);
    let limited = set.limit();
    let mut all = limited.into_iter();
    while found < most {
        if found == DATES || budget.dates == 0 {
            problem = Some(Unexpanded::TooMuch);
            break;
        }
        match all.next().map(|date| date.naive_utc()) {
            Some(date) if date > end => break,
            Some(date) => dates.push(date),
            // A rule without an end has one only where the search for its next date was given up.
            None => {
                problem = Some(Unexpanded::TooMuch);
                budget.fruitless -= 1;
                break;
            }
        }
        found += 1;
        budget.dates -= 1;
    }
    dates.dedup();
    (dates, problem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn at(year: i32, month: u32, day: u32) -> NaiveDateTime {
        NaiveDate::from_ymd_opt(year, month, day).unwrap().and_hms_opt(18, 0, 0).unwrap()
    }

    fn days(rule: &str) -> (Vec<String>, Option<Unexpanded>) {
        let (dates, problem) = expand(rule, at(2026, 11, 24), at(2027, 2, 1), &mut Budget::default());
        (dates.iter().map(|date| date.format("%m-%d").to_string()).collect(), problem)
    }

    #[test]
    fn rules_are_written_out_from_their_start() {
        assert_eq!(days("FREQ=WEEKLY;COUNT=3"), (vec!["11-24".into(), "12-01".into(), "12-08".into()], None));
        let first_saturdays = ["11-24", "12-05", "01-02"].map(String::from).to_vec();
        assert_eq!(days("FREQ=MONTHLY;BYDAY=1SA"), (first_saturdays, None), "the start is one of them");
        assert_eq!(
            days("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1").0,
            ["11-24", "11-30", "12-31", "01-29"]
        );
    }

    #[test]
    fn what_is_no_rule_leaves_the_start() {
        for rule in ["", "FREQ=SOMETIMES", "FREQ=DAILY;COUNT=x", "tous les mardis"] {
            assert_eq!(days(rule), (vec!["11-24".into()], Some(Unexpanded::NotARule)), "{rule}");
        }
    }

    #[test]
    fn rules_that_never_come_to_a_date_are_given_up_and_soon_not_even_tried() {
        let mut budget = Budget::default();
        for _ in 0..1000 {
            let never = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30";
            let (dates, problem) = expand(never, at(2026, 11, 24), at(2027, 11, 24), &mut budget);
            assert_eq!((dates.len(), problem), (1, Some(Unexpanded::TooMuch)));
        }
    }

    #[test]
    fn rules_of_every_second_cannot_fill_the_memory() {
        let (dates, problem) =
            expand("FREQ=SECONDLY", at(1970, 1, 1), at(2027, 1, 1), &mut Budget::default());
        assert_eq!((dates.len(), problem), (DATES, Some(Unexpanded::TooMuch)));
    }
}
