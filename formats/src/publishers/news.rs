//! What news feeds have in common: RSS, Atom and JSON Feed. An entry is a page of a website; what it says beyond that of
//! a time and a place is in extensions.

use alentour_model::{Initiative, Kind, Place, Reach};
use serde_json::Value;

use crate::fields::address;
use crate::fields::cause::causes;
use crate::fields::kind::kind;
use crate::items::Item;
use crate::items::sessions::{SessionFields, apart};

/// Where an entry may say when and where; the first path that is there counts.
pub(crate) struct Extensions<'a> {
    pub start: &'a [&'a str],
    pub end: &'a [&'a str],
    pub location: &'a [&'a str],
    pub point: &'a [&'a str],
}

/// Texts, categories and extensions of an entry. `body` and `summary` are the paths of its texts; one text alone is
/// the body.
pub(crate) fn fill(item: &mut Item, initiative: &mut Initiative, body: &[&str], summary: &str, tags: &str) {
    let body = body.iter().copied().find(|path| item.get(path).is_some());
    match body {
        Some(body) => {
            initiative.description = item.text(body);
            initiative.summary = item.text(summary);
        }
        None => initiative.description = item.text(summary),
    }
    initiative.keywords = item.lines(tags);
    initiative.keywords.dedup();
    let words = || initiative.keywords.iter().map(String::as_str);
    initiative.causes = causes(words());
    initiative.kind = kind(words());
}

/// When and where. An entry with a time is a gathering, unless it says that it is something else.
pub(crate) fn extend(item: &mut Item, initiative: &mut Initiative, paths: &Extensions) {
    let find = |item: &Item, paths: &[&str]| {
        paths.iter().find(|path| item.get(path).is_some()).map(|path| (*path).to_owned())
    };
    if let Some(path) = find(item, paths.location) {
        let line = match item.get(&path) {
            Some(Value::Object(_)) => item.line(&format!("{path}.name")),
            _ => item.text(&path),
        };
        if address::is_online(&line) {
            initiative.reach = Reach::Online;
        } else {
            initiative.places =
                Some(address::read(&line)).filter(|place| !place.is_empty()).into_iter().collect();
        }
    }
    let country = initiative.places.first().map(|place| place.address_country.clone()).unwrap_or_default();
    if let Some(point) = item.point(paths.point, &country) {
        match initiative.places.first_mut() {
            Some(place) => place.point = Some(point),
            None => initiative.places.push(Place { point: Some(point), ..Place::default() }),
        }
    }
    let Some(start) = find(item, paths.start) else { return };
    let end = find(item, paths.end).unwrap_or_default();
    let clock = item.clock("", &initiative.places);
    let fields = SessionFields { start: &start, end: &end, ..SessionFields::default() };
    initiative.sessions = apart(item.session(fields, &clock).into_iter().collect());
    if initiative.kind.is_none() {
        initiative.kind = Some(Kind::Gathering);
    }
}
