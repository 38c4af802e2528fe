//! The rules of languages and of time zones as the browser has them: its `Intl`.

use std::cell::RefCell;

use alentour_model::Date;
use wasm_bindgen::prelude::*;

use super::Unit;
use crate::clock;

// js-sys has these too, but its constructors do not catch: a language that the browser refuses would be a panic.
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

#[wasm_bindgen(module = "/src/locale/intl.mjs")]
extern "C" {
    /// "dimanche 1er novembre": a date in French, whose first of a month is an ordinal.
    pub(super) fn french(date: &str) -> String;
    /// The message with the city that a zone is named after.
    #[wasm_bindgen(js_name = zoneName)]
    pub(super) fn zone_name(language: &str, message: &str, zone: &str) -> String;
    /// Seconds that a zone's clocks are ahead of UTC at an instant (UTC seconds); `NaN` where the browser knows no such zone.
    #[wasm_bindgen(js_name = offsetAt)]
    fn offset_at(zone: &str, instant: f64) -> f64;
}

thread_local! {
    /// Formatters by language and options: making one takes longer than using it a hundred times.
    static DATES: RefCell<Vec<(String, Option<DateTimeFormat>)>> = const { RefCell::new(Vec::new()) };
}

const TIME: &str = r#"{"hour":"2-digit","minute":"2-digit","hourCycle":"h23","timeZone":"UTC"}"#;

/// CLDR's plural category of a number of things; empty where the browser refuses the language.
pub(super) fn plural_category(tag: &str, n: usize) -> String {
    PluralRules::new(tag).map(|rules| rules.select(n as f64)).unwrap_or_default()
}

/// A number, to a tenth.
pub(super) fn number(tag: &str, number: f64) -> String {
    formatted(tag, number, r#"{"maximumFractionDigits":1}"#)
}

/// A number of whole metres, or of kilometres, to a tenth.
pub(super) fn unit(tag: &str, number: f64, unit: Unit) -> String {
    let options = if unit == Unit::Metre {
        r#"{"style":"unit","unit":"meter"}"#
    } else {
        r#"{"style":"unit","unit":"kilometer","maximumFractionDigits":1}"#
    };
    formatted(tag, number, options)
}

fn formatted(tag: &str, number: f64, options: &str) -> String {
    let format = NumberFormat::new(tag, &parsed(options)).and_then(|format| format.format(number));
    format.unwrap_or_else(|_| (number as i64).to_string())
}

/// A day with its weekday: "mardi 24 novembre".
pub(super) fn day(tag: &str, date: Date, with_year: bool) -> String {
    let options = if with_year {
        r#"{"weekday":"long","day":"numeric","month":"long","timeZone":"UTC","year":"numeric"}"#
    } else {
        r#"{"weekday":"long","day":"numeric","month":"long","timeZone":"UTC"}"#
    };
    dated(tag, options, &|format| format.format(clock::noon(date))).unwrap_or_else(|| date.to_string())
}

/// A day in short.
pub(super) fn medium_day(tag: &str, date: Date) -> String {
    let options = r#"{"dateStyle":"medium","timeZone":"UTC"}"#;
    dated(tag, options, &|format| format.format(clock::noon(date))).unwrap_or_else(|| date.to_string())
}

/// The days from one to another, with their weekdays.
pub(super) fn days(tag: &str, first: Date, last: Date) -> String {
    let options = r#"{"weekday":"short","day":"numeric","month":"long","timeZone":"UTC"}"#;
    dated(tag, options, &|format| format.format_range(clock::noon(first), clock::noon(last)))
        .unwrap_or_else(|| first.to_string())
}

/// A time of day on a wall clock, whose seconds are counted as if it were UTC's.
pub(super) fn time(tag: &str, wall: i64) -> String {
    dated(tag, TIME, &|format| format.format(milliseconds(wall))).unwrap_or_default()
}

/// From one time to another of the same day.
pub(super) fn times(tag: &str, first: i64, last: i64) -> String {
    dated(tag, TIME, &|format| format.format_range(milliseconds(first), milliseconds(last)))
        .unwrap_or_default()
}

/// The name of a language; its tag where the browser has none.
pub(super) fn language_name(tag: &str, code: &str) -> String {
    DisplayNames::new(tag, &parsed(r#"{"type":"language"}"#))
        .and_then(|names| names.of(code))
        .unwrap_or_else(|_| code.to_owned())
}

/// Seconds that a zone's clocks are ahead of UTC at an instant (UTC seconds); `None` for an unknown zone.
pub(super) fn zone_offset(zone: &str, instant: i64) -> Option<i32> {
    let seconds = offset_at(zone, instant as f64);
    seconds.is_finite().then_some(seconds as i32)
}

/// Formats with a kept formatter; `None` where the browser refuses the language.
fn dated(
    tag: &str,
    options: &str,
    format: &dyn Fn(&DateTimeFormat) -> Result<String, JsValue>,
) -> Option<String> {
    let key = format!("{tag} {options}");
    DATES.with_borrow_mut(|known| {
        let position = known.iter().position(|(name, _)| *name == key).unwrap_or_else(|| {
            known.push((key, DateTimeFormat::new(tag, &parsed(options)).ok()));
            known.len() - 1
        });
        format(known[position].1.as_ref()?).ok()
    })
}

fn parsed(json: &str) -> JsValue {
    js_sys::JSON::parse(json).unwrap_or(JsValue::UNDEFINED)
}

fn milliseconds(seconds: i64) -> f64 {
    seconds as f64 * 1000.0
}
