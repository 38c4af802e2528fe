//! The first page as it is sent: inert JSON, alone or at the end of the tag's script.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use alentour::dom::El;
use alentour::render::{ChosenPlace, Config, FirstPage, Live, Scene};
use alentour_model::{Catalog, LiveInitiative};
use alentour_texts::Language;
use serde::Serialize;

use super::asked::Asked;
use crate::bundle::Bundle;
use crate::document::inert;
use crate::http::brotli;
use crate::http::representation::{A_MINUTE, Representation};
use crate::position::coordinates;
use crate::scene::scene;

/// The version of the payload; the loader leaves others alone.
const VERSION: u32 = 1;
/// Seconds.
const A_DAY: i64 = 24 * 60 * 60;
/// Where the pages of initiatives are, as seen from the tag's script.
pub const PAGES: &str = "../i/";
/// The server's pages behind a first page, as seen from the script.
#[derive(Clone, Copy, Default)]
pub struct Behind<'a> {
    /// The address that the pages of initiatives begin with, where it has some.
    pub pages: Option<&'a str>,
    /// Address of the page where one proposes an initiative; empty where the server takes none.
    pub propose: &'a str,
    /// What the addresses begin with where one reports an initiative; empty where the server takes no reports.
    pub report: &'a str,
}

/// What the tag's script ends with, and what it is with a first page.
const NOTHING: &[u8] = b"(null);\n";

/// A place that the gazetteer does not know.
#[derive(Debug)]
pub struct UnknownPlace;

impl fmt::Display for UnknownPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the gazetteer knows no such place")
    }
}

impl std::error::Error for UnknownPlace {}

/// The place that a query is about: none, or one of the gazetteer, or a point of two decimals, which is a kilometre.
///
/// # Errors
/// Where the gazetteer does not know it.
pub fn place(bundle: &Bundle, asked: &Asked) -> Result<Option<ChosenPlace>, UnknownPlace> {
    let name = asked.place.as_str();
    if name.is_empty() {
        return Ok(None);
    }
    if let Some(place) = coordinates(name) {
        return Ok(Some(place));
    }
    let found = bundle
        .place(name, &asked.countries, "")
        .taken()
        .map(|found| ChosenPlace { label: found.label(), point: found.point });
    found.map(Some).ok_or(UnknownPlace)
}

/// Renders the first page of what a query finds around that place, at an instant (UTC seconds). CPU work: not for the thread that
/// answers requests. `behind`: without them only the application opens initiatives. `live`: what tells what has changed since the feed was read.
pub fn render(
    language: Language,
    catalog: Arc<Catalog>,
    asked: &Asked,
    around: Option<ChosenPlace>,
    at: i64,
    behind: Behind<'_>,
    live: Option<Live>,
) -> FirstPage {
    let Asked { place, countries, radius, kinds, causes, limit } = asked.clone();
    let (pages, propose) = (behind.pages.map(str::to_owned), behind.propose.to_owned());
    let config =
        Config { place, countries, radius, kinds, causes, limit, pages, propose, ..Config::default() };
    Scene { around, live, ..scene(language, at, catalog, config) }.page()
}

/// The payload, safe within a script and within HTML. `feed`: the address of the feed as seen from the script, for a published
/// site, which has no server's pages behind it.
///
/// # Errors
/// JSON's, for what cannot be written.
pub fn json(
    language: Language,
    asked: &Asked,
    page: &FirstPage,
    at: i64,
    feed: Option<&str>,
    behind: Behind<'_>,
) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Payload<'a> {
        version: u32,
        lang: &'a str,
        query: &'a Asked,
        #[serde(skip_serializing_if = "Option::is_none")]
        feed: Option<&'a str>,
        ends: BTreeMap<&'a str, i64>,
        near: [&'static str; 2],
        #[serde(skip_serializing_if = "str::is_empty")]
        propose: &'a str,
        #[serde(skip_serializing_if = "str::is_empty")]
        report: &'a str,
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        live: &'a [LiveInitiative],
        tree: &'a El,
    }
    let FirstPage { tree, ends, near, changed: live, .. } = page;
    // A server's answer is kept for minutes, a published file for as long as its site likes.
    let is_soon = |end: i64| feed.is_some() || end < at + A_DAY;
    let ends =
        ends.iter().filter(|(_, end)| is_soon(**end)).map(|(card, end)| (card.as_str(), *end)).collect();
    let payload = Payload {
        version: VERSION,
        lang: language.tag(),
        query: asked,
        feed,
        ends,
        near: *near,
        propose: behind.propose,
        report: behind.report,
        live,
        tree,
    };
    Ok(inert(&serde_json::to_string(&payload)?))
}

/// The tag's script, to have first pages put into it.
#[derive(Debug)]
pub struct Loader {
    script: Vec<u8>,
    /// All before the place of the first page, in brotli.
    beginning: Option<Vec<u8>>,
}

impl Loader {
    /// Compresses the script, which takes some 60 ms; `None` for one that has no place for a first page.
    pub fn new(script: Vec<u8>) -> Option<Self> {
        let beginning = brotli::beginning(script.strip_suffix(NOTHING)?);
        Some(Self { script, beginning })
    }

    /// Whether it is this script.
    pub fn is_of(&self, script: &[u8]) -> bool {
        self.script == script
    }

    /// The script with a first page.
    pub fn with(&self, json: &str) -> Representation {
        let start = self.script.strip_suffix(NOTHING).unwrap_or(&self.script);
        let rest = format!("({json});\n");
        let compressed = self.beginning.as_ref().and_then(|start| brotli::join(start, rest.as_bytes()));
        let script = [start, rest.as_bytes()].concat();
        Representation::with_brotli(script, compressed, "text/javascript; charset=utf-8", A_MINUTE)
    }
}

/// What the first page alone is.
pub const JSON: &str = "application/json";

/// How well the first page alone is compressed, of 11: each is made while somebody waits for it. 0.3 ms for 17 KB, which become 2.06; at 10,
/// as within the script, it would be 7 ms, and 1.92.
const QUICK: i32 = 7;

/// The first page alone.
pub fn alone(json: &str) -> Representation {
    Representation::with_brotli(json.into(), brotli::at(QUICK, json.as_bytes()).ok(), JSON, A_MINUTE)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::Value;

    use super::*;
    use crate::bundle::TAG;
    use crate::feeds::demo;

    /// What is on the way to the first list: the tag with the demo's first page in it, in brotli. Measured of one day and hour, so that
    /// the bytes are exact.
    #[test]
    fn the_first_list_stays_within_its_budget() {
        let bundle = Bundle::embedded();
        assert!(bundle.is_built(), "run cargo xtask build");
        let reading = alentour_formats::read(demo::feed("2026-11-29".parse().unwrap()).as_bytes()).unwrap();
        let (language, asked) = Asked::parse("place=69007&radius=25&lang=fr").unwrap();
        let around = place(&bundle, &asked).unwrap();
        let at = 1_795_939_200; // that day, 8:00 UTC
        let catalog = Arc::new(Catalog::new(reading.feed.initiatives));
        let behind = Behind { pages: Some(PAGES), ..Behind::default() };
        let page = render(language, catalog, &asked, around, at, behind, None);
        let loader = Loader::new(bundle.bytes(TAG).unwrap().into_owned()).unwrap();
        let made = loader.with(&json(language, &asked, &page, at, None, behind).unwrap());
        let budget = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../budget.json")).unwrap();
        let budget = serde_json::from_str::<Value>(&budget).unwrap()["first list"].as_u64().unwrap();
        let bytes = made.brotli.unwrap().len() as u64;
        assert!(bytes <= budget, "\"first list\": {bytes} bytes, {budget} in budget.json");
        assert!(bytes + 100 > budget, "\"first list\": {bytes} bytes, lower the {budget} in budget.json");
    }
}
