//! What recurs, written out: within limits, as a rule may have no end, never come to a date, or come to a hundred thousand a day.

use chrono::{NaiveDateTime, TimeZone};
use rrule::{Frequency, RRule, RRuleSet, Tz, Unvalidated};

use crate::budget::Meter;

/// Dates that a rule is written out to, at most.
pub(crate) const SESSIONS: usize = 100;
/// Days that it is written out for, from now on.
pub(crate) const DAYS: i64 = 366;
/// Dates of one rule, those that are past included: a daily one since 1970 has 20,000.
const DATES: usize = 30_000;
/// Days, hours and so on that the lists of a rule name together. A rule that names each day of a year has 366.
const ENTRIES: usize = 400;
/// Times within one year, month, week or day of a rule: rrule works them all out before it gives the first.
const TIMES: usize = 3000;
/// Periods without a date after which rrule gives up (its `MAX_ITER_LOOP`).
const PATIENCE: usize = 100_000;
/// Steps that a rule takes to be read.
const STEPS: usize = 300;

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
    meter: &Meter,
) -> (Vec<NaiveDateTime>, Option<Unexpanded>) {
    meter.step(STEPS);
    // What has the longest lists that a rule may have, with room.
    if meter.steps_left() == 0 || rule.len() > 8 * ENTRIES {
        return (vec![start], Some(Unexpanded::TooMuch));
    }
    // Wall clocks are counted as if they were UTC: whoever has the zone makes instants of them.
    let utc = |local: NaiveDateTime| Tz::UTC.from_utc_datetime(&local);
    let set = rule.parse::<RRule<Unvalidated>>().and_then(|rule| rule.build(utc(start)));
    let Ok(set) = set else { return (vec![start], Some(Unexpanded::NotARule)) };
    let Some(rule) = set.get_rrule().first().filter(|rule| rule.get_interval() > 0) else {
        return (vec![start], Some(Unexpanded::NotARule));
    };
    match Effort::of(rule) {
        // Each search for a date may come to nothing, and only then is it known.
        Some(effort) if effort.period * PATIENCE <= meter.steps_left() => {
            written_out(set, start, end, effort, meter)
        }
        _ => (vec![start], Some(Unexpanded::TooMuch)),
    }
}

fn written_out(
    set: RRuleSet,
    start: NaiveDateTime,
    end: NaiveDateTime,
    effort: Effort,
    meter: &Meter,
) -> (Vec<NaiveDateTime>, Option<Unexpanded>) {
    let most = set.get_rrule().first().and_then(RRule::get_count);
    let most = most.map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX));
    let mut dates = vec![start];
    let (mut found, mut problem, mut last) = (0, None, start);
    let limited = set.limit();
    let mut all = limited.into_iter();
    while found < most {
        if found == DATES || effort.period * PATIENCE > meter.steps_left() {
            problem = Some(Unexpanded::TooMuch);
            break;
        }
        let Some(date) = all.next().map(|date| date.naive_utc()) else {
            // A rule without an end has one only where the search for its next date was given up.
            meter.step(effort.period * PATIENCE);
            problem = Some(Unexpanded::TooMuch);
            break;
        };
        let seconds = usize::try_from((date - last).num_seconds()).unwrap_or_default();
        meter.step(2 + seconds / effort.seconds * effort.period);
        last = date;
        if date > end {
            break;
        }
        dates.push(date);
        found += 1;
    }
    dates.dedup();
    (dates, problem)
}

/// What the search for a date costs.
#[derive(Clone, Copy)]
struct Effort {
    /// Steps for a period: a year of a yearly rule, a day of a daily one.
    period: usize,
    /// Seconds from one period to the next.
    seconds: usize,
}

impl Effort {
    /// `None` where it is more than any rule needs.
    fn of(rule: &RRule) -> Option<Self> {
        let (hours, minutes, seconds) = (rule.get_by_hour(), rule.get_by_minute(), rule.get_by_second());
        let (minutes, seconds) = (minutes.len().max(1), seconds.len().max(1));
        let all = hours.len().max(1) * minutes * seconds;
        let (days, times, length) = match rule.get_freq() {
            Frequency::Yearly => (366, all, 365 * 86_400),
            Frequency::Monthly => (31, all, 28 * 86_400),
            Frequency::Weekly => (7, all, 7 * 86_400),
            Frequency::Daily => (1, all, 86_400),
            Frequency::Hourly => (1, minutes * seconds, 3600),
            Frequency::Minutely => (1, seconds, 60),
            Frequency::Secondly => (1, 1, 1),
        };
        let positions = rule.get_by_set_pos().len();
        let entries = [
            rule.get_by_month().len(),
            rule.get_by_month_day().len(),
            rule.get_by_year_day().len(),
            rule.get_by_week_no().len(),
            rule.get_by_weekday().len(),
            rule.get_by_hour().len(),
            rule.get_by_minute().len(),
            rule.get_by_second().len(),
            positions,
        ];
        let entries: usize = entries.iter().sum();
        if entries > ENTRIES || days * times > TIMES {
            return None;
        }
        // A day is held against each entry of a list, a time is put together.
        let period = 10 + days * (10 + entries) / 100 + days * times / 4 + positions * positions / 50;
        Some(Self { period, seconds: length * usize::from(rule.get_interval()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::Budget;
    use chrono::NaiveDate;

    fn at(year: i32, month: u32, day: u32) -> NaiveDateTime {
        NaiveDate::from_ymd_opt(year, month, day).unwrap().and_hms_opt(18, 0, 0).unwrap()
    }

    fn days(rule: &str) -> (Vec<String>, Option<Unexpanded>) {
        let meter = Meter::new(Budget::OPERATOR, 0);
        let (dates, problem) = expand(rule, at(2026, 11, 24), at(2027, 2, 1), &meter);
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
        let meter = Meter::new(Budget::OPERATOR, 0);
        for _ in 0..1000 {
            let never = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30";
            let (dates, problem) = expand(never, at(2026, 11, 24), at(2027, 11, 24), &meter);
            assert_eq!((dates.len(), problem), (1, Some(Unexpanded::TooMuch)));
        }
        let daily = expand("FREQ=DAILY;COUNT=3", at(2026, 11, 24), at(2027, 11, 24), &meter);
        assert_eq!(daily.0.len(), 3, "a rule that costs little is still written out");
    }

    #[test]
    fn rules_of_every_second_cannot_fill_the_memory() {
        let meter = Meter::new(Budget::OPERATOR, 0);
        let (dates, problem) = expand("FREQ=SECONDLY", at(1970, 1, 1), at(2027, 1, 1), &meter);
        assert_eq!((dates.len(), problem), (DATES, Some(Unexpanded::TooMuch)));
        // Thirty million times a year, all worked out before the first.
        let numbers = |most: u32| (0..most).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        let all = format!("BYHOUR={};BYMINUTE={};BYSECOND={}", numbers(24), numbers(60), numbers(60));
        for rule in
            [format!("FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;{all}"), format!("FREQ=DAILY;COUNT=1;{all}")]
        {
            assert_eq!(days(&rule), (vec!["11-24".into()], Some(Unexpanded::TooMuch)));
        }
    }
}
