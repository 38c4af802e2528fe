//! The rules of languages and of time zones as the browser has them: its `Intl`.

use alentour_model::Date;
use wasm_bindgen::prelude::*;

use super::Unit;
use crate::clock;

// js-sys has these too, but its constructors do not catch: a language that the browser refuses would be a panic.
#[wasm_bindgen]
extern "C" {
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
    /// The days from one to another, each at noon UTC in milliseconds; see `days` below.
    #[wasm_bindgen(js_name = days)]
    fn days_between(tag: &str, first: f64, last: f64, with_weekday: bool, with_year: bool) -> String;
    /// The message with the city that a zone is named after.
    #[wasm_bindgen(js_name = zoneName)]
    pub(super) fn zone_name(language: &str, message: &str, zone: &str) -> String;
    /// Seconds that a zone's clocks are ahead of UTC at an instant (UTC seconds); `NaN` where the browser knows no such zone.
    #[wasm_bindgen(js_name = offsetAt)]
    fn offset_at(zone: &str, instant: f64) -> f64;
}

#[wasm_bindgen(module = "/src/locale/near.mjs")]
extern "C" {
    /// A day in a word, where it is near.
    pub(super) fn near(today: &str, tomorrow: &str, datetime: &str, text: String) -> String;
}

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

/// A day, or the days from one to another: "sam. 30 janv. 2027". A date without a language where the browser refuses it.
pub(super) fn days(tag: &str, first: Date, last: Date, with_weekday: bool, with_year: bool) -> String {
    days_between(tag, clock::noon(first), clock::noon(last), with_weekday, with_year)
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

fn parsed(json: &str) -> JsValue {
    js_sys::JSON::parse(json).unwrap_or(JsValue::UNDEFINED)
}
