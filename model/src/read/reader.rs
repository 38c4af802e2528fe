//! Reading the fields of one object, whatever they hold.

use super::{ENTRIES, LINE, TEXT};
use crate::feed::{Finding, Notes, Problem};
use crate::geo::Point;
use crate::json::Json;
use crate::link::Link;
use crate::session::When;
use crate::text::{cleaned, cut};
use crate::time::{Date, LocalTime, Moment, Zones};

/// Reads the fields of one JSON object, and notes what is wrong with them.
pub(super) struct Reader<'a, J, N> {
    pub(super) map: J,
    pub(super) zones: &'a dyn Zones,
    pub(super) zone: &'a str,
    pub(super) item: Option<usize>,
    pub(super) id: &'a str,
    /// Where the object is in its item: empty, or ending in a dot.
    pub(super) path: &'a str,
    pub(super) notes: &'a mut N,
}

impl<J: Json, N: Notes> Reader<'_, J, N> {
    pub(super) fn find(&mut self, field: &str, problem: Problem) {
        self.notes.note(|| Finding {
            item: self.item,
            id: self.id.to_owned(),
            field: format!("{}{field}", self.path).trim_end_matches('.').to_owned(),
            problem,
            value: self.map.field(field).map(|value| value.shown()).unwrap_or_default(),
        });
    }

    pub(super) fn incomplete<T>(&mut self, field: &str) -> Option<T> {
        self.find(field, Problem::Incomplete);
        None
    }

    /// The value of a field that is there and says something.
    pub(super) fn given(&self, field: &str) -> Option<J> {
        self.map.field(field).filter(|value| !value.is_blank())
    }

    /// The values of a field; one that is no list counts as a list of one.
    pub(super) fn all_given(&mut self, field: &str) -> Vec<J> {
        let Some(value) = self.given(field) else { return Vec::new() };
        let mut values = value.list().unwrap_or_else(|| vec![value]);
        if values.len() > ENTRIES {
            values.truncate(ENTRIES);
            self.find(field, Problem::TooMany);
        }
        values
    }

    pub(super) fn limited(&mut self, field: &str, most: usize) -> String {
        let Some(value) = self.given(field) else { return String::new() };
        let Some(mut text) = plain_text(&value) else {
            // The languages of a feed may be a list, as those of an initiative are.
            if !(field == "inLanguage" && value.list().is_some()) {
                self.find(field, Problem::NotText);
            }
            return String::new();
        };
        if cut(&mut text, most) {
            self.find(field, Problem::TooLong);
        }
        text
    }

    /// One line of text; empty where there is none.
    pub(super) fn line(&mut self, field: &str) -> String {
        let line = self.limited(field, LINE);
        if line.as_bytes().contains(&b'\n') { line.replace('\n', " ") } else { line }
    }

    /// Text of several paragraphs; empty where there is none.
    pub(super) fn text(&mut self, field: &str) -> String {
        self.limited(field, TEXT)
    }

    /// A list of lines; a single line counts as a list of one.
    pub(super) fn lines(&mut self, field: &str) -> Vec<String> {
        self.short_lines(field, ENTRIES, LINE)
    }

    /// The same with so many entries at most, each of so many characters.
    pub(super) fn short_lines(&mut self, field: &str, most: usize, longest: usize) -> Vec<String> {
        let mut lines = Vec::new();
        let (mut unfit, mut long, mut many) = (false, false, false);
        for value in self.all_given(field) {
            match plain_text(&value) {
                Some(line) if line.is_empty() => {}
                Some(_) if lines.len() == most => many = true,
                Some(mut line) => {
                    long |= cut(&mut line, longest);
                    lines.push(line);
                }
                None => unfit = true,
            }
        }
        let found = [(unfit, Problem::NotText), (long, Problem::TooLong), (many, Problem::TooMany)];
        for (is_so, problem) in found {
            if is_so {
                self.find(field, problem);
            }
        }
        lines
    }

    pub(super) fn word<T>(&mut self, field: &str, parse: fn(&str) -> Option<T>) -> Option<T> {
        let word = self.line(field);
        let parsed = parse(&word);
        if parsed.is_none() && !word.is_empty() {
            self.find(field, Problem::UnknownWord);
        }
        parsed
    }

    pub(super) fn flag(&mut self, field: &str) -> bool {
        let flag = self.given(field).map(|value| value.flag());
        if flag == Some(None) {
            self.find(field, Problem::UnknownWord);
        }
        flag.flatten().unwrap_or_default()
    }

    /// A flag that is not `false` where it is not given or cannot be read.
    #[cfg(feature = "server")]
    pub(super) fn decision(&mut self, field: &str) -> Option<bool> {
        let flag = self.given(field)?.flag();
        if flag.is_none() {
            self.find(field, Problem::UnknownWord);
        }
        flag
    }

    pub(super) fn count(&mut self, field: &str) -> Option<u32> {
        let value = self.given(field)?;
        let count = value.number().filter(|n| (0.0..=f64::from(u32::MAX)).contains(n));
        if count.is_none() {
            self.find(field, Problem::NotANumber);
        }
        count.map(|n| n as u32)
    }

    /// The position of one of the initiative's places.
    pub(super) fn place(&mut self, places: usize) -> Option<usize> {
        let position = self.count("location")? as usize;
        if position >= places {
            self.find("location", Problem::NotANumber);
        }
        (position < places).then_some(position)
    }

    pub(super) fn link(&mut self, field: &str) -> Option<Link> {
        let text = plain_text(&self.given(field)?);
        let link = text.as_deref().and_then(Link::parse);
        if link.is_none() {
            self.find(field, Problem::NotALink);
        }
        link
    }

    pub(super) fn point(&mut self) -> Option<Point> {
        let (latitude, longitude) = (self.given("latitude"), self.given("longitude"));
        if latitude.is_none() && longitude.is_none() {
            return None;
        }
        let degrees = |value: Option<J>| value?.number();
        let point = degrees(latitude).zip(degrees(longitude)).and_then(|(latitude, longitude)| {
            // 0, 0 is the sea off Ghana, and what an empty form field becomes.
            Point::new(latitude, longitude).filter(|_| latitude != 0.0 || longitude != 0.0)
        });
        if point.is_none() {
            self.find("latitude", Problem::NotAPoint);
        }
        point
    }

    pub(super) fn when(&mut self, field: &str) -> Option<When> {
        let text = plain_text(&self.given(field)?).unwrap_or_default();
        let when = read_when(&text, self.zone, self.zones);
        if when.is_none() {
            self.find(field, Problem::NotADate);
        } else if LocalTime::split(&text).is_some_and(|(_, offset)| offset.is_none()) {
            self.find(field, Problem::NoTimeZone);
        }
        when
    }

    /// The objects of a list, each read by `read`; a single object counts as a list of one.
    pub(super) fn objects<T>(
        &mut self,
        field: &str,
        read: impl Fn(&mut Reader<J, N>) -> Option<T>,
    ) -> Vec<T> {
        let mut all = Vec::new();
        self.each_object(field, &mut |object| all.extend(read(object)));
        all
    }

    /// Apart from [`Self::objects`], so that a telephone downloads it once and not once a type.
    pub(super) fn each_object(&mut self, field: &str, read: &mut dyn FnMut(&mut Reader<J, N>)) {
        for (position, map) in self.all_given(field).into_iter().enumerate() {
            let path = if N::KEPT { format!("{}{field}.{position}.", self.path) } else { String::new() };
            let is_object = map.is_object();
            let mut inner = Reader {
                map,
                zones: self.zones,
                zone: self.zone,
                item: self.item,
                id: self.id,
                path: &path,
                notes: &mut *self.notes,
            };
            if is_object {
                read(&mut inner);
            } else {
                inner.find("", Problem::Incomplete);
            }
        }
    }
}

/// Text, cleaned; numbers are written out. `None` for anything else.
pub(super) fn plain_text(value: &impl Json) -> Option<String> {
    value.text().map(cleaned)
}

/// Reads a date or time as a feed gives it; see [`Zones`] for one that names no offset.
pub fn read_when(text: &str, zone: &str, zones: &dyn Zones) -> Option<When> {
    let offset = |local| zones.offset(zone, local).unwrap_or(0);
    if let Some(date) = Date::parse(text) {
        let midnight = LocalTime { date, second: 0 };
        return Some(When { moment: midnight.at(offset(midnight)), all_day: true });
    }
    let (local, named) = LocalTime::split(text)?;
    let mut moment = local.at(named.unwrap_or_else(|| offset(local)));
    if named == Some(0) {
        // UTC is how programs write, seldom what a clock shows: the instant holds, on the clocks of the place.
        // Taking it for local time first finds the offset, except in the hours around a change of clocks.
        let there = |offset| LocalTime::of(Moment { offset, ..moment });
        moment.offset = offset(there(offset(local)));
    }
    Some(When { moment, all_day: false })
}
