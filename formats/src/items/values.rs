//! What a field of an item says, where that has a form of its own: numbers, links, days, places.

use alentour_model::{Link, Organisation, Place, Point, Problem};
use serde_json::Value;

use super::item::{Item, LINE_SOURCE};
use crate::fields::{coordinates, country, date, postcode};

impl Item<'_> {
    /// Whether a field says yes, in any of the ways that feeds do.
    pub fn flag(&self, path: &str) -> bool {
        match self.get(path) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::Number(number)) => number.as_f64() == Some(1.0),
            Some(Value::String(text)) => {
                ["yes", "oui", "true", "1"].iter().any(|yes| text.trim().eq_ignore_ascii_case(yes))
            }
            _ => false,
        }
    }

    /// A whole number, not negative.
    pub fn count(&mut self, path: &str) -> Option<u32> {
        let count = coordinates::number(self.get(path)?).filter(|n| (0.0..=f64::from(u32::MAX)).contains(n));
        if count.is_none() {
            self.find(path, Problem::NotANumber);
        }
        count.map(|n| n as u32)
    }

    /// The first of these fields that holds a link.
    pub fn link(&mut self, paths: &[&str]) -> Option<Link> {
        for path in paths {
            let Some(text) = self.plain(path, LINE_SOURCE) else { continue };
            match Link::parse(&text) {
                Some(link) => return Some(link),
                None => match with_spaces(&text) {
                    Some(link) => {
                        self.find(path, Problem::Repaired);
                        return Some(link);
                    }
                    None => self.find(path, Problem::NotALink),
                },
            }
        }
        None
    }

    /// A day; see [`date::day`].
    pub fn day(&mut self, path: &str) -> Option<alentour_model::When> {
        match date::day(self.get(path)?) {
            date::Read::When(when) => return Some(when),
            date::Read::Placeholder => self.find(path, Problem::Repaired),
            date::Read::NotADate => self.find(path, Problem::NotADate),
        }
        None
    }

    /// The point at the first of these paths that has one; see [`coordinates::point`].
    pub fn point(&mut self, paths: &[&str], country: &str) -> Option<Point> {
        for path in paths {
            match self.get(path).and_then(|value| coordinates::point(value, country)) {
                Some(Ok((point, swapped))) => {
                    if swapped {
                        self.find(path, Problem::Repaired);
                    }
                    return Some(point);
                }
                Some(Err(())) => self.find(path, Problem::NotAPoint),
                None => {}
            }
        }
        None
    }

    /// The point whose latitude and longitude are two fields.
    pub fn point_of(&mut self, latitude: &str, longitude: &str, country: &str) -> Option<Point> {
        match coordinates::point_of(self.get(latitude), self.get(longitude), country)? {
            Ok((point, swapped)) => {
                if swapped {
                    self.find(latitude, Problem::Repaired);
                }
                Some(point)
            }
            Err(()) => {
                self.find(latitude, Problem::NotAPoint);
                None
            }
        }
    }

    /// Who is named at one path, with the first link of these.
    pub fn organisation(&mut self, name: &str, urls: &[&str]) -> Option<Organisation> {
        let name = self.line(name);
        (!name.is_empty()).then(|| Organisation { name, url: self.link(urls), sector: None })
    }

    /// A postcode; see [`postcode::postcode`].
    pub fn postcode(&mut self, path: &str, country: &str) -> String {
        let given = self.line(path);
        let (postcode, repaired) = postcode::postcode(&given, country);
        if repaired {
            self.find(path, Problem::Repaired);
        }
        postcode
    }

    /// A country's code; empty where none is said or it is not known.
    pub fn country(&mut self, path: &str) -> String {
        let given = self.line(path);
        let code = country::country(&given);
        if code.is_empty() && !given.is_empty() {
            self.find(path, Problem::UnknownWord);
        }
        code
    }

    /// The places that the objects of a list are, without those that say nothing.
    pub fn places(&mut self, path: &str, read: fn(&mut Item) -> Place) -> Vec<Place> {
        let mut places = Vec::new();
        for place in self.objects(path, |inner| Some(read(inner))) {
            if !place.is_empty() && !places.contains(&place) {
                places.push(place);
            }
        }
        places
    }
}

/// A link with spaces in it, as people write it: `mailto:a@example.org?subject=Je viens`.
fn with_spaces(text: &str) -> Option<Link> {
    let has_scheme = ["https:", "http:", "mailto:"].iter().any(|scheme| text.starts_with(scheme));
    (has_scheme && text.contains(' ')).then(|| Link::parse(&text.replace(' ', "%20")))?
}
