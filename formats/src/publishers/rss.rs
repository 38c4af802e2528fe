//! RSS 2.0, 1.0 (RDF) and before, and Atom (RFC 4287): the news of a website. An entry is a link to a page; when and
//! where, if it says so, is in the extensions that agendas use: GeoRSS, `geo:lat`, `ev:startdate`, xCal.
//!
//! Read from the tree of `xml.rs`, as the crates that know RSS leave those extensions out, and lose a feed for one
//! mistake. An entry is named by its `guid` or `id`, else by its link, else after its title and its date.

use alentour_model::{Initiative, Organisation};
use serde_json::{Map, Value, json};

use crate::budget::Meter;
use crate::document::Document;
use crate::fields::id;
use crate::format::TextFormat;
use crate::items::{Item, LINE_SOURCE, List};
use crate::options::Options;
use crate::pagination::next::resolve;
use crate::publishers::news::{self, Extensions};
use crate::reading::Reading;
use crate::syntax::xml::Element;

pub(crate) const RSS: TextFormat = TextFormat {
    name: RSS_LIST.name,
    shape: "RSS: <rss><channel><item> or <rdf:RDF><item>, each with title, link and perhaps georss:point, ev:startdate",
    read: |document, options, meter| {
        let Document::Xml(root) = document else { return None };
        let channel = root.first("channel");
        let items: Vec<_> = match root.name.as_str() {
            "rss" => channel?.all("item").chain(root.all("item")).collect(),
            "rdf:RDF" | "RDF" | "channel" => {
                root.all("item").chain(channel.into_iter().flat_map(|c| c.all("item"))).collect()
            }
            _ => return None,
        };
        Some(read(&RSS_LIST, channel.unwrap_or(root), &items, options, meter))
    },
};

pub(crate) const ATOM: TextFormat = TextFormat {
    name: ATOM_LIST.name,
    shape: "Atom: <feed><entry>, each with id, title and link",
    read: |document, options, meter| {
        let Document::Xml(root) = document else { return None };
        let entries = root.all("entry").collect::<Vec<_>>();
        (root.name == "feed").then(|| read(&ATOM_LIST, root, &entries, options, meter))
    },
};

const RSS_LIST: List = List {
    name: "rss",
    language: "",
    id: &["guid", "link"],
    title: &["title"],
    withdrawn: |_| None,
    called_off: |_| None,
    fill,
};

const ATOM_LIST: List = List { name: "atom", id: &["id", "link"], ..RSS_LIST };

fn read(list: &List, channel: &Element, entries: &[&Element], options: &Options, meter: &Meter) -> Reading {
    let said = |name: &str| channel.first(name).map(content).unwrap_or_default();
    let home = link(channel).unwrap_or_default();
    let home = resolve(&options.base, &home).unwrap_or(home);
    let base = if options.base.is_empty() { &home } else { &options.base };
    // It becomes a part of each entry.
    let short = |text: &str| text.get(..text.floor_char_boundary(LINE_SOURCE)).map(str::to_owned);
    let source = json!({"name": short(&said("title")), "url": short(&home)});
    let mut reading = list.read(entries.iter().map(|entry| item(entry, base, &source)), meter);
    reading.feed.name = crate::syntax::html::to_line(&said("title"));
    let language = channel.attribute("xml:lang").map_or_else(|| said("language"), str::to_owned);
    let is_tag = (2..=12).contains(&language.len())
        && language.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    reading.feed.language = if is_tag { language } else { String::new() };
    reading
}

/// The text of an element, as HTML where it has elements in it.
fn content(element: &Element) -> String {
    match element.elements().next() {
        Some(_) => element.markup(),
        None => element.text(),
    }
}

/// The address of the page: that of RSS is the element's text, those of Atom have relations.
fn link(entry: &Element) -> Option<String> {
    let is_page = |link: &&Element| matches!(link.attribute("rel"), None | Some("alternate"));
    let links = || entry.all("link").chain(entry.all("atom:link"));
    let href = |link: &Element| link.attribute("href").map(str::to_owned).filter(|href| !href.is_empty());
    let texts = links().map(Element::text).find(|text| !text.is_empty());
    texts.or_else(|| links().filter(is_page).find_map(href)).or_else(|| {
        // What software writes that has put the page into the `id` alone.
        let guid = entry.first("guid").or_else(|| entry.first("id"))?;
        let is_link = guid.attribute("isPermaLink") != Some("false") && guid.text().starts_with("http");
        is_link.then(|| guid.text())
    })
}

/// The entry as an object of its fields; categories are a list, points have names.
fn item(entry: &Element, base: &str, source: &Value) -> Value {
    if entry.unfinished {
        return Value::Null;
    }
    let mut map = Map::new();
    for element in entry.elements() {
        match element.name.as_str() {
            "link" | "atom:link" | "category" | "dc:subject" => {}
            "georss:where" => {
                let point = element.first("gml:Point").and_then(|point| point.first("gml:pos"));
                point.map(|point| map.insert("georss:where".into(), pair(&point.text())));
            }
            "georss:point" => drop(map.insert("georss:point".into(), pair(&element.text()))),
            name => drop(map.entry(name).or_insert_with(|| content(element).into())),
        }
    }
    let point = entry.first("geo:Point").unwrap_or(entry);
    if let (Some(latitude), Some(longitude)) =
        (point.first("geo:lat"), point.first("geo:long").or_else(|| point.first("geo:lon")))
    {
        map.insert("geo:lat".into(), json!({"lat": latitude.text(), "lon": longitude.text()}));
    }
    let categories = entry.all("category").chain(entry.all("dc:subject")).map(|category| {
        let label = category.attribute("label").or_else(|| category.attribute("term"));
        label.map_or_else(|| category.text(), str::to_owned)
    });
    map.insert("category".into(), categories.filter(|word| !word.is_empty()).collect());
    if let Some(link) = link(entry) {
        map.insert("link".into(), resolve(base, &link).unwrap_or(link).into());
    }
    map.insert("$source".into(), source.clone());
    let says = |name: &str| map.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    if !says("guid") && !says("id") && !says("link") && says("title") {
        let said = |name: &str| map.get(name).and_then(Value::as_str).unwrap_or_default();
        let date = ["pubDate", "dc:date", "published", "ev:startdate"].map(said).concat();
        let name = id::of(&[said("title"), &date]);
        map.insert("guid".into(), name.as_str().into());
        map.insert("id".into(), name.into());
    }
    Value::Object(map)
}

/// GeoRSS has latitude and longitude with a space between (OGC 17-002r1, section 8.1).
fn pair(text: &str) -> Value {
    let mut parts = text.split([' ', ',']).filter(|part| !part.is_empty());
    match (parts.next(), parts.next()) {
        (Some(latitude), Some(longitude)) => json!({"lat": latitude, "lon": longitude}),
        _ => text.into(),
    }
}

fn fill(item: &mut Item, initiative: &mut Initiative) {
    let summary = if item.get("summary").is_some() { "summary" } else { "description" };
    news::fill(item, initiative, &["content:encoded", "content"], summary, "category");
    initiative.url = item.link(&["link"]);
    let extensions = Extensions {
        start: &["ev:startdate", "xcal:dtstart", "startdate", "dtstart"],
        end: &["ev:enddate", "xcal:dtend", "enddate", "dtend"],
        location: &["ev:location", "xcal:location", "georss:featurename", "location"],
        point: &["georss:point", "georss:where", "geo:lat"],
    };
    news::extend(item, initiative, &extensions);
    let organizer = item.line("ev:organizer");
    initiative.organizer = match organizer.is_empty() {
        true => item.organisation("$source.name", &["$source.url"]),
        false => Some(Organisation { name: organizer, url: None, sector: None }),
    };
}
