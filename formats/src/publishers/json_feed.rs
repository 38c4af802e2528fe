//! JSON Feed 1.1, the news of a website. <https://www.jsonfeed.org/version/1.1/>
//!
//! When and where, if an item says so, is in an extension: an object whose name begins with `_`.

use alentour_model::Initiative;
use serde_json::Value;

use crate::format::Format;
use crate::items::{Item, List};
use crate::pagination::next::{Pages, resolve};
use crate::publishers::news::{self, Extensions};

pub(crate) const FORMAT: Format = Format {
    name: LIST.name,
    shape: "JSON Feed: {\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": [{\"id\": …, \"url\": …, \"title\": …}]}",
    recognises: |document| {
        let version = document.get("version").and_then(Value::as_str).unwrap_or_default();
        version.contains("jsonfeed.org/version") && document.get("items").is_some_and(Value::is_array)
    },
    read: |document, _, meter| {
        let mut reading = LIST.read(document.get("items")?.as_array()?, meter);
        let said = |field: &str| document.get(field).and_then(Value::as_str).unwrap_or_default();
        reading.feed.name = crate::syntax::html::to_line(said("title"));
        let language = said("language");
        let is_tag = (2..=12).contains(&language.len())
            && language.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        reading.feed.language = if is_tag { language.to_owned() } else { String::new() };
        Some(reading)
    },
    apart: true,
    pages: Pages { next: |document, base| resolve(base, document.get("next_url")?.as_str()?), ..Pages::ONE },
};

const LIST: List = List {
    name: "json-feed",
    language: "",
    id: &["id", "url"],
    title: &["title"],
    withdrawn: |_| None,
    called_off: |_| None,
    fill,
};

fn fill(item: &mut Item, initiative: &mut Initiative) {
    news::fill(item, initiative, &["content_html", "content_text"], "summary", "tags");
    initiative.url = item.link(&["url", "external_url"]);
    initiative.languages = item.lines("language").into_iter().filter(|tag| tag.len() <= 12).collect();
    let extensions: Vec<String> = match item.get("") {
        Some(Value::Object(map)) => map
            .iter()
            .filter(|(name, value)| name.starts_with('_') && value.is_object())
            .map(|(name, _)| name.clone())
            .collect(),
        _ => Vec::new(),
    };
    // A dot in a name is a path's: such a one is not found, and nothing lost.
    let paths = |fields: &[&str]| -> Vec<String> {
        extensions.iter().flat_map(|name| fields.iter().map(move |field| format!("{name}.{field}"))).collect()
    };
    let start = paths(&["startDate", "start_date", "start", "dtstart", "date"]);
    let end = paths(&["endDate", "end_date", "end", "dtend"]);
    let location = paths(&["location", "venue", "place", "address"]);
    let mut point = paths(&["geo", "coordinates", "point", "location"]);
    // The extension itself, where it has a latitude.
    point.extend(extensions.iter().filter(|name| item.get(&format!("{name}.lat")).is_some()).cloned());
    point.extend(extensions.iter().filter(|name| item.get(&format!("{name}.latitude")).is_some()).cloned());
    point.retain(|path| !item.get(path).is_some_and(Value::is_string));
    let slices =
        [&start, &end, &location, &point].map(|paths| paths.iter().map(String::as_str).collect::<Vec<_>>());
    let [start, end, location, point] = &slices;
    news::extend(item, initiative, &Extensions { start, end, location, point });
}
