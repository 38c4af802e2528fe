//! The rules of languages and of time zones as the browser has them: its `Intl`.

use alentour_model::Date;
use wasm_bindgen::prelude::*;

use super::Unit;
use crate::clock;

// js-sys has these too, but its constructors do not catch: a language that the browser refuses would be a panic.
#[wasm_bindgen]
extern "C" {
    type DisplayNames;
    #[wasm_bindgen(constructor, js_namespace = Intl, js_class = "DisplayNames", catch)]
    fn new(language: &str, options: &JsValue) -> Result<DisplayNames, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn of(this: &DisplayNames, code: &str) -> Result<String, JsValue>;
}

#[wasm_bindgen(module = "/src/locale/intl.mjs")]
extern "C" {
    /// CLDR's plural category of a number of things; empty where the browser refuses the language.
    fn plural(tag: &str, n: f64) -> String;
    /// A number to a tenth; with a unit of `Intl`'s, unless that is empty.
    #[wasm_bindgen(js_name = number)]
    fn number_of(tag: &str, n: f64, unit: &str) -> String;
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
    plural(tag, n as f64)
}

/// A number, to a tenth.
pub(super) fn number(tag: &str, number: f64) -> String {
    number_of(tag, number, "")
}

/// A number of whole metres, or of kilometres, to a tenth.
pub(super) fn unit(tag: &str, number: f64, unit: Unit) -> String {
    number_of(tag, number, if unit == Unit::Metre { "meter" } else { "kilometer" })
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
