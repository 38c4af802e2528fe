//! Reads other people's feeds in the browser: the formats of `alentour-formats`, for a page that names such a feed and no
//! server to read it. `reader.mjs` fetches what this asks for.

mod places;

use alentour_formats::{Budget, End, Options, Pagination, read_with};
use wasm_bindgen::prelude::*;

use places::Places;

/// How far a telephone follows a feed: what is near is wanted, not a country's archive.
const BUDGET: Budget = Budget { pages: 40, items: 5000, sessions: 50_000, ..Budget::STRANGER };

/// A feed while its pages are read, and then while its places are looked up.
#[wasm_bindgen]
pub struct Reader {
    pagination: Pagination,
    options: Options,
    said: String,
    places: Option<Places>,
}

#[wasm_bindgen]
impl Reader {
    /// A reader of the feed at that address, at an instant in UTC seconds.
    #[wasm_bindgen(constructor)]
    pub fn new(address: String, now: f64) -> Self {
        let options = Options::at(now as i64);
        Self { pagination: Pagination::new(address, BUDGET), options, said: String::new(), places: None }
    }

    /// The address of the page to [`add`](Self::add) next; `undefined` after the last.
    pub fn next(&self) -> Option<String> {
        self.pagination.next().map(str::to_owned)
    }

    /// Adds a page. The text says why it cannot be read, if so; the pages before it stay.
    pub fn add(&mut self, bytes: &[u8]) -> Option<String> {
        self.options.base = self.next()?;
        self.options.budget = self.pagination.budget();
        match read_with(bytes, &self.options) {
            Ok(reading) => {
                self.pagination.add(reading);
                None
            }
            Err(error) => Some(error.to_string()),
        }
    }

    /// Ends the pagination, complete or not. `false` where no page could be read.
    pub fn close(&mut self) -> bool {
        let pagination = std::mem::replace(&mut self.pagination, Pagination::new("", BUDGET));
        let Some(joined) = pagination.finish() else { return false };
        self.said = said(&joined.reading, &joined.end);
        self.places = Some(Places::new(joined.reading.feed));
        true
    }

    /// The next file of the gazetteer that places without a point need, below its directory; `undefined` when there
    /// is no more. What is in it goes to [`place`](Self::place).
    pub fn wants(&mut self) -> Option<String> {
        self.places.as_mut()?.wants()
    }

    /// A file of the gazetteer; empty where it cannot be had.
    pub fn place(&mut self, file: &str) {
        if let Some(places) = &mut self.places {
            places.add(file);
        }
    }

    /// The feed as the widget reads it (docs/feed.md); `undefined` before [`close`](Self::close).
    pub fn feed(&self) -> Option<String> {
        serde_json::to_string(self.places.as_ref()?.feed()).ok()
    }

    /// What a webmaster should know of it, for the console. Empty where all is well.
    pub fn said(&self) -> String {
        self.said.clone()
    }
}

/// What was left out, and why the pagination ended too early.
fn said(reading: &alentour_formats::Reading, end: &End) -> String {
    let mut said = Vec::new();
    if reading.left_out() > 0 {
        let (left_out, items) = (reading.left_out(), reading.items);
        said.push(format!("{left_out} of {items} items were left out: `alentour check` says why"));
    }
    match end {
        End::Complete => {}
        End::TooManyItems | End::TooManyPages => said.push(format!(
            "only its first {} items were read: put a server in between, or ask for fewer",
            reading.items
        )),
        End::Cycle { .. } => said.push("its pages go round in a circle".into()),
        End::Spent(resource) => said.push(format!("only its beginning was read: {resource}")),
        _ => said.push("not all of its pages could be had".into()),
    }
    said.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader() -> Reader {
        Reader::new("https://example.org/feed".into(), 1_795_000_000.0)
    }

    #[test]
    fn pages_are_joined_and_come_out_canonical() {
        let mut reader = reader();
        let page = r#"{"count": 2, "next": "/feed?page=2", "data": [{"id": 1, "title": "Maraude", "event_type": "COMMUNITY",
            "timeslots": [], "browser_url": "https://example.org/1"}]}"#;
        assert_eq!(reader.add(page.as_bytes()), None);
        assert_eq!(reader.next().as_deref(), Some("https://example.org/feed?page=2"));
        let last = page.replace("/feed?page=2", "").replace("\"id\": 1", "\"id\": 2");
        assert_eq!(reader.add(last.as_bytes()), None);
        assert_eq!(reader.next(), None);
        assert!(reader.close());
        assert_eq!(reader.wants(), None);
        let feed = alentour_formats::read(reader.feed().unwrap().as_bytes()).unwrap();
        assert_eq!((feed.format, feed.feed.initiatives.len()), ("alentour", 2));
        assert_eq!(reader.said(), "");
    }

    #[test]
    fn a_page_that_is_none_costs_only_itself_and_is_said() {
        let mut reader = reader();
        let page = r#"{"next": "/2", "initiatives": [{"id": "1", "name": "Maraude"}, {"id": "2"}]}"#;
        reader.add(page.as_bytes());
        let mut alone = self::reader();
        assert!(alone.add(b"<html><title>Error 500</title>").unwrap().contains("Error 500"));
        assert!(!alone.close());
        assert_eq!(alone.feed(), None);
        assert!(reader.close());
        assert!(reader.said().starts_with("1 of 2 items were left out"), "{}", reader.said());
    }
}
