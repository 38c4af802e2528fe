//! A language: its messages, and the browser's `Intl` for its dates, numbers and distances.

use std::cell::RefCell;

use alentour_model::{Date, Kilometres, LocalTime, Moment, Session, When, Zones};
use alentour_texts::{fill, plural};
use wasm_bindgen::prelude::*;

use crate::clock;
use crate::message::Message;

// js-sys has these too, but its constructors do not catch: a feed's unknown time zone would be a panic.
#[wasm_bindgen]
extern "C" {
    type DateTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, js_class = "DateTimeFormat", catch)]
    fn new(language: &str, options: &JsValue) -> Result<DateTimeFormat, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn format(this: &DateTimeFormat, milliseconds: f64) -> Result<String, JsValue>;
    #[wasm_bindgen(method, catch, js_name = formatRange)]
    fn format_range(this: &DateTimeFormat, first: f64, last: f64) -> Result<String, JsValue>;

    type NumberFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, js_class = "NumberFormat", catch)]
    fn new(language: &str, options: &JsValue) -> Result<NumberFormat, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn format(this: &NumberFormat, number: f64) -> Result<String, JsValue>;

    type PluralRules;
    #[wasm_bindgen(constructor, js_namespace = Intl, js_class = "PluralRules", catch)]
    fn new(language: &str) -> Result<PluralRules, JsValue>;
    #[wasm_bindgen(method)]
    fn select(this: &PluralRules, number: f64) -> String;

    type DisplayNames;
    #[wasm_bindgen(constructor, js_namespace = Intl, js_class = "DisplayNames", catch)]
    fn new(language: &str, options: &JsValue) -> Result<DisplayNames, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn of(this: &DisplayNames, code: &str) -> Result<String, JsValue>;
}

#[wasm_bindgen(module = "/src/locale.mjs")]
extern "C" {
    fn french(date: &str) -> String;
    fn named(message: &str, zone: &str) -> String;
    /// Seconds that a zone's clocks are ahead of UTC at an instant (UTC seconds); `NaN` where the browser knows no such zone.
    #[wasm_bindgen(js_name = offsetAt)]
    fn offset_at(zone: &str, instant: f64) -> f64;
}

thread_local! {
    /// Languages of the page's widgets, kept for good: a page has one or two.
    static LOCALES: RefCell<Vec<(Box<str>, Locale)>> = const { RefCell::new(Vec::new()) };
    /// Formatters by language and options: making one takes longer than using it a hundred times.
    static DATES: RefCell<Vec<(String, Option<DateTimeFormat>)>> = const { RefCell::new(Vec::new()) };
}

/// A language. Copied freely: its texts live as long as the page.
#[derive(Clone, Copy)]
pub struct Locale {
    /// The language (a BCP 47 tag).
    pub language: &'static str,
    texts: &'static [&'static str],
    pub clock: clock::Clock,
}

impl Locale {
    /// The language of that tag, with its messages one a line.
    pub fn new(language: &str, messages: &str, clock: clock::Clock) -> Self {
        LOCALES.with_borrow_mut(|locales| {
            if let Some((_, locale)) = locales.iter().find(|(known, _)| **known == *language) {
                return *locale;
            }
            let texts: &'static str = Box::leak(messages.into());
            let locale = Self {
                clock,
                language: Box::leak(language.into()),
                texts: Box::leak(texts.lines().collect::<Vec<_>>().into_boxed_slice()),
            };
            locales.push((language.into(), locale));
            locale
        })
    }

    /// What `Intl` is asked for: English as in Europe, whose dates and hours the server's mails have, too.
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
        let category = PluralRules::new(self.tag()).map(|rules| rules.select(n as f64)).unwrap_or_default();
        let number = self.number(n as f64);
        let mut all = vec![("n", number.as_str())];
        all.extend_from_slice(values);
        fill(plural(self.text(message), &category), &all)
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

    /// A number.
    pub fn number(self, number: f64) -> String {
        self.formatted(number, r#"{"maximumFractionDigits":1}"#)
    }

    fn formatted(self, number: f64, options: &str) -> String {
        let format = NumberFormat::new(self.tag(), &parsed(options)).and_then(|format| format.format(number));
        format.unwrap_or_else(|_| (number as i64).to_string())
    }

    /// A number of kilometres.
    pub fn kilometres(self, kilometres: f64) -> String {
        self.formatted(kilometres, r#"{"style":"unit","unit":"kilometer","maximumFractionDigits":1}"#)
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
            let metres = (exact * 10.0).round().max(1.0) * 100.0;
            self.formatted(metres, r#"{"style":"unit","unit":"meter"}"#)
        } else if exact < 3.0 {
            self.kilometres((exact * 10.0).round() / 10.0)
        } else {
            self.kilometres(exact.round())
        };
        self.say(Message::AtDistance, &[("distance", &distance)])
    }

    /// A day: "mardi 24 novembre", with the year where it is not this one.
    pub fn day(self, date: Date) -> String {
        let year = if date.parts().0 == clock::now().today.parts().0 { "" } else { r#","year":"numeric""# };
        let options =
            format!(r#"{{"weekday":"long","day":"numeric","month":"long","timeZone":"UTC"{year}}}"#);
        self.dated(&options, &|format| format.format(clock::noon(date))).unwrap_or_else(|| date.to_string())
    }

    /// A day in short: "24/11/2026".
    pub fn short_day(self, date: Date) -> String {
        let options = r#"{"dateStyle":"medium","timeZone":"UTC"}"#;
        self.dated(options, &|format| format.format(clock::noon(date))).unwrap_or_else(|| date.to_string())
    }

    /// A session: its day and hours on the clocks there; see [`Self::zone`].
    pub fn session(self, session: &Session) -> String {
        let (first, last) = session.days();
        let start = session.start;
        if start.all_day || first != last {
            let days = if first == last {
                self.day(first)
            } else {
                let options = r#"{"weekday":"short","day":"numeric","month":"long","timeZone":"UTC"}"#;
                self.dated(options, &|format| format.format_range(clock::noon(first), clock::noon(last)))
                    .unwrap_or_else(|| self.day(first))
            };
            return if start.all_day {
                days
            } else {
                [&days, self.comma(), &self.times(start.moment, start.moment)].concat()
            };
        }
        let hours = match session.end {
            Some(end) if end.moment.instant > start.moment.instant => self.times(start.moment, end.moment),
            _ => self.times(start.moment, start.moment),
        };
        [&self.day(first), self.comma(), &hours].concat()
    }

    fn times(self, first: Moment, last: Moment) -> String {
        // The wall clock of the feed is written as if it were UTC, so an unknown zone costs nothing.
        let wall = |moment: Moment| (moment.instant + i64::from(moment.offset)) as f64 * 1000.0;
        let options = r#"{"hour":"2-digit","minute":"2-digit","hourCycle":"h23","timeZone":"UTC"}"#;
        let times = self.dated(options, &|format| {
            if first.instant == last.instant {
                format.format(wall(first))
            } else if first.date() == last.date() {
                format.format_range(wall(first), wall(last))
            } else {
                // A range of two days would name both. This one ends in the night.
                Ok([&format.format(wall(first))?, " – ", &format.format(wall(last))?].concat())
            }
        });
        times.unwrap_or_default()
    }

    /// "heure de Paris": whose clocks a session's hours are on, where the visitor's own differ.
    pub fn zone(self, session: &Session) -> Option<String> {
        let When { moment, all_day } = session.start;
        let zone = session.time_zone.as_str();
        if all_day || zone.is_empty() || moment.offset == clock::offset_at(moment.instant) {
            return None;
        }
        Some(named(self.text(Message::Zone), zone))
    }

    /// A date that a feed gives: the day, and no time.
    pub fn when(self, when: When) -> String {
        self.day(when.date())
    }

    /// The name of a language.
    pub fn language_name(self, tag: &str) -> String {
        DisplayNames::new(self.tag(), &parsed(r#"{"type":"language"}"#))
            .and_then(|names| names.of(tag))
            .unwrap_or_else(|_| tag.to_owned())
    }

    /// Formats with a kept formatter; `None` where the browser refuses the options (an unknown time zone).
    fn dated(
        self,
        options: &str,
        format: &dyn Fn(&DateTimeFormat) -> Result<String, JsValue>,
    ) -> Option<String> {
        let key = format!("{} {options}", self.language);
        DATES
            .with_borrow_mut(|known| {
                let position = known.iter().position(|(name, _)| *name == key).unwrap_or_else(|| {
                    known.push((key, DateTimeFormat::new(self.tag(), &parsed(options)).ok()));
                    known.len() - 1
                });
                format(known[position].1.as_ref()?).ok()
            })
            .map(|text| if self.language == "fr" { french(&text) } else { text })
    }
}

fn parsed(json: &str) -> JsValue {
    js_sys::JSON::parse(json).unwrap_or(JsValue::UNDEFINED)
}

/// The browser's knowledge of time zones.
pub struct KnownZones;

impl Zones for KnownZones {
    fn offset(&self, zone: &str, local: LocalTime) -> Option<i32> {
        // Taken as UTC first, the offset found there leads to the instant that is meant, or within an hour of it.
        let at = |guess| {
            let seconds = offset_at(zone, local.at(guess).instant as f64);
            seconds.is_finite().then_some(seconds as i32)
        };
        at(at(0)?)
    }
}
