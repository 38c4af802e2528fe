//! A language: its messages, and its words for dates, numbers and distances. What a language's rules are is asked of the back end:
//! of the browser's `Intl` (`intl.rs`), or of ICU4X (`icu/`) where there is no browser. Both have the same functions, and give the
//! same text; `tests/locale.test.mjs` compares them.

#[cfg(not(target_arch = "wasm32"))]
mod icu;
#[cfg(target_arch = "wasm32")]
mod intl;
#[cfg(test)]
mod tests;

#[cfg(not(target_arch = "wasm32"))]
use icu as rules;
#[cfg(target_arch = "wasm32")]
use intl as rules;

use std::cell::RefCell;

use alentour_model::{Date, Kilometres, LocalTime, Moment, Session, When, Zones};
use alentour_texts::{fill, plural};

use crate::clock::Clock;
use crate::message::Message;

thread_local! {
    /// Languages of the page's widgets, kept for good: a page has one or two.
    static LOCALES: RefCell<Vec<(Box<str>, Texts)>> = const { RefCell::new(Vec::new()) };
}

/// A language's tag and messages.
type Texts = (&'static str, &'static [&'static str]);

/// What distances are measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A metre.
    Metre,
    /// A kilometre.
    Kilometre,
}

/// A language, and the clock of who reads it. Copied freely: its texts live as long as the page.
#[derive(Clone, Copy)]
pub struct Locale {
    /// The language (a BCP 47 tag).
    pub language: &'static str,
    /// The visitor's clock.
    pub clock: Clock,
    texts: &'static [&'static str],
}

impl Locale {
    /// The language of that tag, with its messages one a line. Both are kept for good, once for each tag: where there is no browser,
    /// see `native`.
    pub fn new(language: &str, messages: &str, clock: Clock) -> Self {
        let (language, texts) = LOCALES.with_borrow_mut(|locales| {
            if let Some((_, texts)) = locales.iter().find(|(known, _)| **known == *language) {
                return *texts;
            }
            let messages: &'static str = Box::leak(messages.into());
            let texts: Texts = (
                Box::leak(language.into()),
                Box::leak(messages.lines().collect::<Vec<_>>().into_boxed_slice()),
            );
            locales.push((language.into(), texts));
            texts
        });
        Self { language, clock, texts }
    }

    /// One of our languages, with the widget's messages.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn native(language: alentour_texts::Language, clock: Clock) -> Self {
        Self { language: language.tag(), clock, texts: icu::messages(language) }
    }

    /// The language whose rules are asked for: English as in Europe, whose dates and hours the server's mails have, too.
    fn tag(self) -> &'static str {
        if self.language == "en" { "en-GB" } else { self.language }
    }

    /// A message as it stands.
    pub fn text(self, message: Message) -> &'static str {
        self.texts.get(message as usize).copied().unwrap_or_default()
    }

    /// A message with its blanks filled in.
    pub fn say(self, message: Message, values: &[(&str, &str)]) -> String {
        fill(self.text(message), values)
    }

    /// A label, a colon, and what is labelled.
    pub fn labelled(self, label: &str, text: &str) -> String {
        self.say(Message::Labelled, &[("label", label), ("text", text)])
    }

    /// A message about a number of things; `{n}` is the number.
    pub fn count(self, message: Message, n: usize, values: &[(&str, &str)]) -> String {
        let number = self.number(n as f64);
        let mut all = vec![("n", number.as_str())];
        all.extend_from_slice(values);
        fill(plural(self.text(message), &self.plural_category(n)), &all)
    }

    /// CLDR's plural category of a number of things: "one", "other", ...
    pub fn plural_category(self, n: usize) -> String {
        rules::plural_category(self.tag(), n)
    }

    /// The comma between the words of a list, with its space.
    pub fn comma(self) -> &'static str {
        if matches!(self.language, "ar" | "fa" | "ur") { "، " } else { ", " }
    }

    /// The items of a list, with commas between them.
    pub fn list(self, items: &[String]) -> String {
        let mut list = String::new();
        for item in items {
            if !list.is_empty() {
                list.push_str(self.comma());
            }
            list.push_str(item);
        }
        list
    }

    /// A number, to a tenth.
    pub fn number(self, number: f64) -> String {
        rules::number(self.tag(), number)
    }

    /// A number of kilometres, to a tenth.
    pub fn kilometres(self, kilometres: f64) -> String {
        rules::unit(self.tag(), kilometres, Unit::Kilometre)
    }

    /// A number of whole metres.
    pub fn metres(self, metres: f64) -> String {
        rules::unit(self.tag(), metres, Unit::Metre)
    }

    /// A distance as people say it: to 100 m under a kilometre, to 100 m up to three, then to the kilometre.
    /// An approximate one is "about" whole kilometres, never less than one.
    pub fn distance(self, distance: Kilometres, approximate: bool) -> String {
        let exact = distance.value();
        if approximate {
            return self
                .say(Message::AboutDistance, &[("distance", &self.kilometres(exact.round().max(1.0)))]);
        }
        let distance = if exact < 0.95 {
            self.metres((exact * 10.0).round().max(1.0) * 100.0)
        } else if exact < 3.0 {
            self.kilometres((exact * 10.0).round() / 10.0)
        } else {
            self.kilometres(exact.round())
        };
        self.say(Message::AtDistance, &[("distance", &distance)])
    }

    /// A day: "mardi 24 novembre", with the year where it is not this one.
    pub fn day(self, date: Date) -> String {
        let with_year = date.parts().0 != self.clock.now().today.parts().0;
        self.dated(rules::day(self.tag(), date, with_year))
    }

    /// A day in short: "24 nov. 2026".
    pub fn short_day(self, date: Date) -> String {
        self.dated(rules::medium_day(self.tag(), date))
    }

    /// The days from one to another: "dim. 30 janvier – mer. 2 février", with the years where they are two.
    pub fn days(self, first: Date, last: Date) -> String {
        self.dated(rules::days(self.tag(), first, last))
    }

    /// A session: its day and hours on the clocks there; see [`Self::zone`].
    pub fn session(self, session: &Session) -> String {
        let (first, last) = session.days();
        let start = session.start;
        let days = if first == last { self.day(first) } else { self.days(first, last) };
        if start.all_day {
            return days;
        }
        let end = match session.end {
            Some(end) if first == last && end.moment.instant > start.moment.instant => end.moment,
            _ => start.moment,
        };
        [&days, self.comma(), &self.hours(start.moment, end)].concat()
    }

    /// The hours from one moment to another, each on its own wall clock: "09:00 – 12:30"; one hour where they are the same moment.
    pub fn hours(self, first: Moment, last: Moment) -> String {
        // The wall clock of the feed is written as if it were UTC, so an unknown zone costs nothing.
        let wall = |moment: Moment| moment.instant + i64::from(moment.offset);
        let time = |moment| rules::time(self.tag(), wall(moment));
        if first.instant == last.instant {
            time(first)
        } else if first.date() == last.date() {
            rules::times(self.tag(), wall(first), wall(last))
        } else {
            // A range of two days would name both. This one ends in the night.
            [&time(first), " – ", &time(last)].concat()
        }
    }

    /// "heure de Paris": whose clocks a session's hours are on, where the visitor's own differ.
    pub fn zone(self, session: &Session) -> Option<String> {
        let When { moment, all_day } = session.start;
        let zone = session.time_zone.as_str();
        if all_day || zone.is_empty() || moment.offset == self.clock.offset_at(moment.instant) {
            return None;
        }
        Some(rules::zone_name(self.language, self.text(Message::Zone), zone))
    }

    /// A date that a feed gives: the day, and no time.
    pub fn when(self, when: When) -> String {
        self.day(when.date())
    }

    /// The name of a language; its tag where it has none.
    pub fn language_name(self, tag: &str) -> String {
        rules::language_name(self.tag(), tag)
    }

    fn dated(self, date: String) -> String {
        if self.language == "fr" { rules::french(&date) } else { date }
    }
}

/// The time zones that the browser knows, or the tz database where there is none.
pub struct KnownZones;

impl Zones for KnownZones {
    fn offset(&self, zone: &str, local: LocalTime) -> Option<i32> {
        // Taken as UTC first, the offset found there leads to the instant that is meant, or within an hour of it.
        let at = |guess| rules::zone_offset(zone, local.at(guess).instant);
        at(at(0)?)
    }
}
