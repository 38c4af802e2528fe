//! Days and times in words.

use crate::file;
use crate::fill;
use crate::plural::plural;

/// Days and times of one language.
pub struct Calendar {
    months: Vec<&'static str>,
    weekdays: Vec<&'static str>,
    first_day: &'static str,
    date: &'static str,
    time: &'static str,
    hour: &'static str,
    moment: &'static str,
    from_to: &'static str,
    until_time: &'static str,
    until: &'static str,
    days: &'static str,
    category: fn(u64) -> &'static str,
}

/// The keys of `calendar.txt`.
#[cfg(test)]
pub(crate) const KEYS: &[&str] = &[
    "months",
    "weekdays",
    "first_day",
    "date",
    "time",
    "hour",
    "moment",
    "from_to",
    "until_time",
    "until",
    "days",
];

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// The year.
    pub year: i32,
    /// From 1, January.
    pub month: u32,
    /// From 1.
    pub day: u32,
    /// From 0, Monday.
    pub weekday: u32,
}

/// A time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
}

impl Calendar {
    /// The name of a weekday: 0 is Monday.
    pub fn weekday(&self, at: usize) -> &'static str {
        self.weekdays.get(at).copied().unwrap_or_default()
    }

    pub(crate) fn read(file: &'static str, category: fn(u64) -> &'static str) -> Self {
        let text = |key| file::text(file, key);
        let list = |key| text(key).split(", ").collect();
        Self {
            months: list("months"),
            weekdays: list("weekdays"),
            first_day: text("first_day"),
            date: text("date"),
            time: text("time"),
            hour: text("hour"),
            moment: text("moment"),
            from_to: text("from_to"),
            until_time: text("until_time"),
            until: text("until"),
            days: text("days"),
            category,
        }
    }

    /// A day: "samedi 2 mai 2099". Empty names for a month or a weekday that do not exist.
    pub fn date(&self, day: Day) -> String {
        let number = if day.day == 1 { self.first_day.to_owned() } else { day.day.to_string() };
        let weekday = self.weekdays.get(day.weekday as usize).copied().unwrap_or_default();
        let month = self.months.get((day.month as usize).wrapping_sub(1)).copied().unwrap_or_default();
        let year = day.year.to_string();
        fill(self.date, &[("weekday", weekday), ("day", &number), ("month", month), ("year", &year)])
    }

    /// A time: "9 h 05", "12 h".
    pub fn time(&self, clock: Clock) -> String {
        let (h, hh, mm) =
            (clock.hour.to_string(), format!("{:02}", clock.hour), format!("{:02}", clock.minute));
        fill(if clock.minute == 0 { self.hour } else { self.time }, &[("h", &h), ("hh", &hh), ("mm", &mm)])
    }

    /// A day and a time.
    pub fn moment(&self, day: Day, clock: Clock) -> String {
        let text = plural(self.moment, (self.category)(clock.hour.into()));
        fill(text, &[("date", &self.date(day)), ("time", &self.time(clock))])
    }

    /// From a moment or day to another, both in words.
    pub fn from_to(&self, from: &str, to: &str) -> String {
        fill(self.from_to, &[("from", from), ("to", to)])
    }

    /// From a moment, in words, to a time of the same day.
    pub fn until_time(&self, from: &str, to: Clock) -> String {
        let text = plural(self.until_time, (self.category)(to.hour.into()));
        fill(text, &[("from", from), ("to", &self.time(to))])
    }

    /// Until a moment or day, in words.
    pub fn until(&self, to: &str) -> String {
        fill(self.until, &[("to", to)])
    }

    /// So many days.
    pub fn days(&self, n: u32) -> String {
        fill(plural(self.days, (self.category)(n.into())), &[("n", &n.to_string())])
    }
}

#[cfg(test)]
mod tests {
    use crate::Language;

    #[test]
    fn days_are_counted_as_each_language_does() {
        let all = |n| Language::ALL.map(|language| language.calendar().days(n));
        assert_eq!(all(1), ["1 jour", "1 day", "1 día", "يوم واحد"]);
        assert_eq!(all(7), ["7 jours", "7 days", "7 días", "7 أيام"]);
        assert_eq!(all(90), ["90 jours", "90 days", "90 días", "90 يومًا"]);
        assert_eq!(all(365)[3], "365 يومًا");
        assert_eq!(all(300)[3], "300 يوم");
        assert_eq!(all(0)[0], "0 jour");
    }

    #[test]
    fn every_month_and_weekday_has_a_name() {
        for language in Language::ALL {
            let calendar = language.calendar();
            assert_eq!((calendar.months.len(), calendar.weekdays.len()), (12, 7), "{}", language.tag());
            assert!(calendar.months.iter().chain(&calendar.weekdays).all(|name| !name.is_empty()));
        }
    }
}
