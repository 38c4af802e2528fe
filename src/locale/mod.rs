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
        self.counted(message, n, false, values)
    }

    /// The same for those that are known of, and whether there are more: then `{n}` is "more than" the number.
    pub fn counted(self, message: Message, n: usize, is_more: bool, values: &[(&str, &str)]) -> String {
        let mut number = self.number(n as f64);
        if is_more {
            number = self.say(Message::MoreThan, &[("n", &number)]);
        }
        let mut all = vec![("n", number.as_str())];
        all.extend_from_slice(values);
        // What is there is at least one more.
        let category = self.plural_category(n + usize::from(is_more));
        fill(plural(self.text(message), &category), &all)
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

    /// A day without its weekday: "24 nov.", with the year where it is not this one.
    pub fn date(self, date: Date) -> String {
        self.dated(date, date, false)
    }

    /// A day, or the days from one to another: "dim. 30 janv. – mer. 2 févr.", with the year where one is not in this one.
    pub fn days(self, first: Date, last: Date) -> String {
        self.dated(first, last, true)
    }

    fn dated(self, first: Date, last: Date, with_weekday: bool) -> String {
        let year = |date: Date| date.parts().0;
        let this_year = year(self.clock.now().today);
        let with_year = self.clock.is_for_later() || year(first) != this_year || year(last) != this_year;
        rules::days(self.tag(), first, last, with_weekday, with_year)
    }

    /// A day in a word, where it is near: "aujourd’hui". `datetime` is its date, or a moment of it with the offset of the clocks there
    /// (RFC 3339), `text` what is said of any other. Only a browser knows the visitor's day: elsewhere it is `text`.
    pub fn near(self, datetime: &str, text: String) -> String {
        rules::near(self.text(Message::Today), self.text(Message::Tomorrow), datetime, text)
    }

    /// The days of a session; with hours where it has several: "lun. 30 nov., 9 h – mer. 2 déc., 17 h".
    pub fn session_days(self, session: &Session) -> String {
        let (first, last) = session.days();
        let on = |moment: Moment| {
            let day = moment.date();
            [&self.days(day, day), self.comma(), &self.time(moment)].concat()
        };
        match hours_of_days(session) {
            // The day that it ends on by the clock, which may be one more than its last: it may end in that night.
            Some((start, end)) => [&on(start), "\u{a0}– ", &on(end)].concat(),
            None => self.days(first, last),
        }
    }

    /// A session: its days and hours on the clocks there; see [`Self::zone`].
    pub fn session(self, session: &Session) -> String {
        let days = self.session_days(session);
        match self.hours(session) {
            Some(hours) => [&days, self.comma(), &hours].concat(),
            None => days,
        }
    }

    /// The hours of a session on the clocks there: "9 h – 12 h 30", or "jusqu’à 12 h 30" where it has begun. `None` for whole days, and
    /// where they stand with its days.
    pub fn hours(self, session: &Session) -> Option<String> {
        let When { moment: start, all_day: false } = session.start else { return None };
        let is_end = |end: &When| !end.all_day && end.moment.instant > start.instant;
        let end = session.end.filter(is_end).map(|end| end.moment);
        let now = self.clock.now().instant;
        if hours_of_days(session).is_some() {
            return None;
        }
        Some(match end {
            Some(end) if start.instant <= now && now < end.instant && !self.clock.is_for_later() => {
                self.count(Message::UntilTime, hour(end), &[("time", &self.time(end))])
            }
            Some(end) => [&self.time(start), "\u{a0}–\u{a0}", &self.time(end)].concat(),
            None => self.time(start),
        })
    }

    /// "18 h 30": a moment on its own wall clock, so an unknown zone costs nothing.
    fn time(self, moment: Moment) -> String {
        let (hour, minute) = (hour(moment), (LocalTime::of(moment).second / 60 % 60) as usize);
        let padded = |n: usize| [if n < 10 { "0" } else { "" }, &n.to_string()].concat();
        let message = if minute == 0 { Message::Hour } else { Message::Time };
        self.say(message, &[("h", &hour.to_string()), ("hh", &padded(hour)), ("mm", &padded(minute))])
    }

    /// "heure de Paris": whose clocks a session's hours are on, where the visitor's own differ.
    pub fn zone(self, session: &Session) -> Option<String> {
        self.zone_at(session.start, &session.time_zone)
    }

    /// The same of one that begins then, and is told in that time zone.
    pub fn zone_at(self, start: When, zone: &str) -> Option<String> {
        let When { moment, all_day } = start;
        if all_day || zone.is_empty() || moment.offset == self.clock.offset_at(moment.instant) {
            return None;
        }
        Some(rules::zone_name(self.language, self.text(Message::Zone), zone))
    }

    /// The name of a language; its tag where it has none.
    pub fn language_name(self, tag: &str) -> String {
        rules::language_name(self.tag(), tag)
    }
}

/// From when to when a session goes on that has hours and is on several days.
fn hours_of_days(session: &Session) -> Option<(Moment, Moment)> {
    let (first, last) = session.days();
    match (session.start, session.end?) {
        (When { moment: start, all_day: false }, When { moment: end, all_day: false }) if first != last => {
            Some((start, end))
        }
        _ => None,
    }
}

/// The hour on the wall clock of a moment.
fn hour(moment: Moment) -> usize {
    (LocalTime::of(moment).second / 3600) as usize
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
