//! `GET /near`: the list as a page. A place is named in its address, never by a position: addresses are kept in histories and logs. A
//! name means what it means to the widget; where there is no gazetteer, none is known.

use alentour::app::encode;
use alentour::render::{ChosenPlace, Request, ServedForm};
use alentour_texts::{Language, fill};
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use maud::PreEscaped;

use super::layout::{LISTS, Page, draw};
use crate::document::Head;
use crate::http::{Error, Visitor, query};

/// The longest text of an address that is looked at, in bytes: names of places are shorter, and so is what people look for.
const LONGEST: usize = 200;
/// Different words that are looked for at most.
const WORDS: usize = 8;
/// The last page that there is: twelve cards a page, of more initiatives than one feed has.
const PAGES: usize = 10_000;

/// What an address asks for: that of a list, or of an initiative as a list leads to it.
#[derive(Debug, Default, PartialEq)]
pub struct Asked {
    place: String,
    radius: Option<String>,
    words: String,
    kinds: String,
    causes: String,
    when: String,
    page: usize,
}

impl Asked {
    /// Reads a query. One that is too long asks for nothing.
    pub fn read(query: &str) -> Self {
        let query = if query.len() <= query::LONGEST { query } else { "" };
        let fields: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        let all = |name: &str| {
            let values = fields.iter().filter(|(known, value)| known == name && value.len() <= LONGEST);
            let values = values
                .map(|(_, value)| value.trim())
                .filter(|value| !value.is_empty())
                .collect::<Vec<_>>()
                .join(",");
            if values.len() <= query::LIST { values } else { String::new() }
        };
        let one = |name: &str| {
            let found = fields.iter().find(|(known, value)| known == name && value.len() <= LONGEST);
            found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
        };
        let (first, last) = (one("first"), one("last"));
        let when = match one("when").as_str() {
            // Two days that are given are meant, whichever box they stand beside.
            "" | "range" if !(first.is_empty() && last.is_empty()) => format!("{first}/{last}"),
            when => when.to_owned(),
        };
        let page = one("page").parse().unwrap_or(1);
        Self {
            place: one("place"),
            radius: Some(one("radius")).filter(|radius| !radius.is_empty()),
            words: some_words(&one("words")),
            kinds: all("kinds"),
            causes: all("causes"),
            when,
            page: usize::clamp(page, 1, PAGES),
        }
    }

    /// The place that is meant. Reads files: not for the thread that answers requests. `None` for a position, which is refused, and for
    /// what nobody knows.
    pub fn around(&self, page: &Page) -> Option<ChosenPlace> {
        let is_named = !self.place.is_empty() && !is_position(&self.place);
        let found = is_named.then(|| page.state.bundle.place(&self.place)).flatten()?;
        Some(ChosenPlace { label: found.label(), point: found.point })
    }

    /// The query that the page of an initiative keeps in another language: place and radius.
    pub fn kept(&self, around: Option<&ChosenPlace>) -> String {
        around.map(|around| self.around_place(&around.label)).unwrap_or_default()
    }

    /// The same on the way to another page, which looks the place up.
    pub fn carried(&self) -> String {
        let is_named = !self.place.is_empty() && !is_position(&self.place);
        if is_named { self.around_place(&self.place) } else { String::new() }
    }

    fn around_place(&self, place: &str) -> String {
        let radius = self.radius.iter().map(|radius| format!("radius={}&", encode(radius)));
        radius.fold(format!("place={}&", encode(place)), |kept, radius| kept + &radius)
    }

    /// The same for the views, which get the place beside it.
    pub fn request(self) -> Request {
        Request {
            // What is refused is not repeated either.
            place: Some(self.place).filter(|place| !is_position(place)),
            radius: Some(self.radius.unwrap_or_default()),
            words: Some(self.words),
            kinds: Some(self.kinds),
            causes: Some(self.causes),
            when: Some(self.when),
        }
    }

    /// Whether it is more than a place: search engines need not list each choice.
    fn is_narrowed(&self) -> bool {
        let texts = [&self.words, &self.kinds, &self.causes, &self.when];
        self.radius.is_some() || self.page > 1 || texts.iter().any(|text| !text.is_empty())
    }
}

/// What is looked for: the first words of it, each of which is looked for in the whole feed; no position.
fn some_words(text: &str) -> String {
    if is_position(text) {
        return String::new();
    }
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        if words.len() < WORDS && !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(" ")
}

/// Whether there is a position in it, in whatever way it is written: two numbers of two decimals or more, as in "45,757 4,832" or
/// "(45.757° N, 4.832° E)".
fn is_position(text: &str) -> bool {
    let mut numbers = 0;
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        rest = &rest[start + digits(&rest[start..])..];
        let Some(decimals) = rest.strip_prefix(['.', ',', '，', '٫']) else { continue };
        if digits(decimals) >= 2 {
            numbers += 1;
            rest = &decimals[digits(decimals)..];
        }
    }
    numbers >= 2 || is_pair(text)
}

/// Whether it is two numbers and nothing else, one of them with decimals.
fn is_pair(text: &str) -> bool {
    let parts = text.split(|c: char| ",;/".contains(c) || c.is_whitespace());
    let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    parts.len() == 2 && text.contains('.') && parts.iter().all(|part| part.parse::<f64>().is_ok())
}

/// `GET /near?place=69007&radius=25&kinds=...&causes=...&words=...&when=week&page=2`.
pub async fn near(page: Page, visitor: Visitor, RawQuery(query): RawQuery) -> Result<Response, Error> {
    page.state.limits.page(visitor)?;
    let asked = Asked::read(&query.unwrap_or_default());
    let current = page.state.feeds.current();
    let current = current.ok_or_else(|| Error::Unavailable("no feed could be read yet".into()))?;
    draw(&LISTS, move || {
        let refused = is_position(&asked.place);
        let around = asked.around(&page);
        let note = match (&around, asked.place.as_str()) {
            (Some(_), _) | (None, "") => String::new(),
            _ if refused => page.texts.list_coordinates.to_owned(),
            (None, place) => fill(page.language.widget("place_unknown"), &[("text", place)]),
        };
        let label = around.as_ref().map(|place| place.label.clone());
        let (is_narrowed, is_unknown, wanted) = (asked.is_narrowed(), !note.is_empty(), asked.page);
        let request = asked.request();
        let list = |number| {
            let mut scene = page.scene(current.catalog().clone(), ServedForm::default(), number);
            scene.around.clone_from(&around);
            scene.list(request.clone(), &note)
        };
        let mut listed = list(wanted);
        // The list has grown shorter since somebody kept the address: what is left of it, rather than nothing.
        let number = wanted.min(listed.pages);
        if number < wanted {
            listed = list(number);
        }
        let (title, canonical, query) = named(page.language, label.as_deref(), number);
        let head = Head {
            title: &title,
            canonical: &page.address(&canonical),
            is_unlisted: is_narrowed || is_unknown,
            ..Head::default()
        };
        let mut response = page.render(&head, &query, &PreEscaped(listed.tree.html()));
        if refused {
            *response.status_mut() = StatusCode::BAD_REQUEST;
        }
        response
    })
    .await
}

/// The title, the canonical address, and the query that the page keeps in another language; of that page of the list, from 1.
fn named(language: Language, label: Option<&str>, number: usize) -> (String, String, String) {
    let title = language.widget("search").to_owned();
    let (title, place) = match label {
        None => (title, String::new()),
        Some(label) => (
            fill(language.widget("labelled"), &[("label", label), ("text", &title)]),
            format!("place={}&", encode(label)),
        ),
    };
    let number = if number > 1 { format!("page={number}&") } else { String::new() };
    let canonical = format!("/near?{place}{number}");
    (title, canonical.trim_end_matches(['?', '&']).to_owned(), place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_of_one_name_are_a_list_and_two_days_a_range() {
        let asked = Asked::read(
            "place=+69007+&kinds=group&kinds=petition,project&when=&first=2026-12-01&last=&page=3",
        );
        assert_eq!((asked.place.as_str(), asked.kinds.as_str()), ("69007", "group,petition,project"));
        assert_eq!((asked.when.as_str(), asked.page, asked.radius.is_none()), ("2026-12-01/", 3, true));
        assert_eq!(Asked::read("when=week&first=2026-12-01").when, "week");
        for page in ["0", "-1", "x", ""] {
            assert_eq!(Asked::read(&format!("page={page}")).page, 1);
        }
        assert_eq!(Asked::read(&format!("words={}", "a".repeat(201))).words, "");
        let many = format!("kinds={}", "ab,".repeat(60));
        assert!(!Asked::read(&many).kinds.is_empty());
        assert_eq!(
            Asked::read(&format!("{many}&{many}")).kinds,
            "",
            "each word is looked for in the whole feed"
        );
        let words = Asked::read("words=un+deux+un+3+4+5+6+7+8+9+10").words;
        assert_eq!(words, "un deux 3 4 5 6 7 8");
        assert_eq!(Asked::read("words=45.757+4.832").words, "");
    }

    #[test]
    fn each_page_of_a_list_is_known_by_an_address_of_its_own() {
        let canonical = |label, number| named(Language::French, label, number).1;
        assert_eq!((canonical(None, 1).as_str(), canonical(None, 3).as_str()), ("/near", "/near?page=3"));
        assert_eq!(canonical(Some("Lyon 7e"), 1), "/near?place=Lyon%207e");
        assert_eq!(canonical(Some("Lyon 7e"), 2), "/near?place=Lyon%207e&page=2");
    }

    #[test]
    fn two_numbers_are_a_position() {
        for position in [
            "45,7578 4,8320",
            "45.75N,4.83E",
            "(45.757, 4.832)",
            "geo:45.757,4.832?z=12",
            "45.75° 4.83°",
            "45.757，4.832",
            "45.75,4.85",
            "45.75 4.85",
            "-45.75; 4",
            "45.75, -4.85",
        ] {
            assert!(is_position(position), "{position}");
        }
        for place in [
            "4557578137 1",
            "12,50 €",
            "69007, 75001",
            "69007",
            "Lyon 7",
            "69007 Lyon",
            "",
            "Lyon 7e (69007)",
        ] {
            assert!(!is_position(place), "{place}");
        }
    }
}
