//! The rules of languages and of time zones where there is no browser: CLDR's, as ICU4X has them. What it has not, or not stable, is
//! here: how days are written from one to another and how lengths are (`patterns.rs`), and what languages are called
//! (`names.rs`). A language that is none of ours is written like English.

mod names;
mod patterns;
mod words;

use std::cell::OnceCell;
use std::sync::LazyLock;

use alentour_model::Date;
use alentour_texts::{Language, fill, plural};
use icu_calendar::{Date as IcuDate, Gregorian};
use icu_datetime::FixedCalendarDateTimeFormatter as Formatter;
use icu_datetime::fieldsets::{E, M};
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};

use super::Unit;
pub(super) use crate::clock::zone_offset;
use patterns::{PATTERNS, Patterns};
use words::french;
pub(super) use words::zone_name;

/// Which of [`PATTERNS`] a language has that is none of ours.
const ENGLISH: usize = 1;

/// What writes one language. Making it takes longer than using it a hundred times.
struct Rules {
    plurals: PluralRules,
    numbers: DecimalFormatter,
    weekday: Formatter<Gregorian, E>,
    month: Formatter<Gregorian, M>,
    patterns: &'static Patterns,
}

thread_local! {
    /// In the order of [`PATTERNS`]. A thread has its own, because what ICU4X makes stays in its thread.
    static RULES: [OnceCell<Option<Rules>>; PATTERNS.len()] = const { [const { OnceCell::new() }; PATTERNS.len()] };
}

/// What a language's rules say; `None` where their data was not compiled in.
fn with<T>(tag: &str, write: impl FnOnce(&Rules) -> Option<T>) -> Option<T> {
    let index = column(tag);
    RULES.with(|rules| write(rules[index].get_or_init(|| Rules::new(&PATTERNS[index])).as_ref()?))
}

/// Where a language is in [`PATTERNS`] and among the names.
fn column(tag: &str) -> usize {
    PATTERNS.iter().position(|patterns| patterns.tag == tag).unwrap_or(ENGLISH)
}

impl Rules {
    fn new(patterns: &'static Patterns) -> Option<Self> {
        let locale: Locale = patterns.tag.parse().ok()?;
        Some(Self {
            plurals: PluralRules::try_new_cardinal((&locale).into()).ok()?,
            numbers: DecimalFormatter::try_new((&locale).into(), Default::default()).ok()?,
            weekday: Formatter::try_new((&locale).into(), E::short()).ok()?,
            month: Formatter::try_new((&locale).into(), M::medium()).ok()?,
            patterns,
        })
    }

    /// A day in one of the patterns.
    fn day(&self, pattern: &str, date: Date) -> Option<String> {
        let (year, _, day) = date.parts();
        let date = gregorian(date)?;
        let (weekday, month) = (self.weekday.format(&date).to_string(), self.month.format(&date).to_string());
        let values = [
            ("weekday", &*weekday),
            ("day", &day.to_string()),
            ("month", &month),
            ("year", &year.to_string()),
        ];
        Some(fill(pattern, &values))
    }
}

/// CLDR's plural category of a number of things.
pub(super) fn plural_category(tag: &str, n: usize) -> String {
    with(tag, |rules| Some(category_name(rules.plurals.category_for(n)))).unwrap_or_default().to_owned()
}

fn category_name(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

/// A number, to a tenth.
pub(super) fn number(tag: &str, number: f64) -> String {
    with(tag, |rules| Some(rules.numbers.format(&tenths(number)).to_string()))
        .unwrap_or_else(|| (number as i64).to_string())
}

/// The number to a tenth, halves away from zero, and no tenth where it would be a zero.
fn tenths(number: f64) -> Decimal {
    let mut decimal = Decimal::from((number * 10.0).round() as i64);
    decimal.multiply_pow10(-1);
    decimal.absolute.trim_end();
    decimal
}

/// A number of whole metres, or of kilometres, to a tenth.
pub(super) fn unit(tag: &str, value: f64, unit: Unit) -> String {
    let written = number(tag, value);
    with(tag, |rules| {
        let pattern = match unit {
            Unit::Metre => rules.patterns.metres,
            Unit::Kilometre => rules.patterns.kilometres,
        };
        let category = category_name(rules.plurals.category_for(&tenths(value)));
        Some(fill(plural(pattern, category), &[("n", &written)]))
    })
    .unwrap_or(written)
}

/// A day, or the days from one to another: "sam. 30 janv. 2027".
pub(super) fn days(tag: &str, first: Date, last: Date, with_weekday: bool, with_year: bool) -> String {
    let written = with(tag, |rules| {
        let Patterns { this_year, other_year, year, .. } = rules.patterns;
        if !with_weekday {
            // All our languages write it alike.
            return rules.day(if with_year { "{day} {month} {year}" } else { "{day} {month}" }, last);
        }
        let ((first_year, first_month, _), (last_year, last_month, _)) = (first.parts(), last.parts());
        let range = if with_year { other_year } else { this_year };
        if first == last {
            return rules.day(if with_year { year } else { this_year.last }, last);
        }
        let (before, after) = if first_year != last_year {
            (*year, *year)
        } else if first_month != last_month {
            (range.first, range.last)
        } else {
            (range.first_of_month, range.last)
        };
        Some(rules.day(before, first)? + " – " + &rules.day(after, last)?)
    });
    let written = written.unwrap_or_else(|| first.to_string());
    if tag == "fr" { french(&written) } else { written }
}

/// A page that is made elsewhere does not know what day it is for who reads it.
pub(super) fn near(_: &str, _: &str, _: &str, text: String) -> String {
    text
}

/// The name of a language; its tag where it has none.
pub(super) fn language_name(tag: &str, code: &str) -> String {
    names::language(column(tag), code).unwrap_or_else(|| code.to_owned())
}

fn gregorian(date: Date) -> Option<IcuDate<Gregorian>> {
    let (year, month, day) = date.parts();
    IcuDate::try_new_gregorian(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?).ok()
}

/// The widget's messages of a language, in the order of `Message`.
pub(super) fn messages(language: Language) -> &'static [&'static str] {
    static MESSAGES: LazyLock<[(Language, Vec<&str>); Language::ALL.len()]> = LazyLock::new(|| {
        Language::ALL.map(|language| (language, language.widget_messages().map(|(_, text)| text).collect()))
    });
    MESSAGES.iter().find(|(known, _)| *known == language).map_or(&[], |(_, messages)| messages)
}
