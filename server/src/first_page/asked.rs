//! What a tag asks for in its query: `?place=69007&radius=25&lang=fr`.

use alentour_model::gazetteer::COUNTRIES;
use alentour_texts::Language;
use serde::Serialize;

use crate::http::query::{LIST, LONGEST};

/// Bytes of a place: the longest label of the gazetteer has some 60.
const PLACE: usize = 100;
/// Bytes of a list of countries: there are nine.
const CODES: usize = 40;
/// Bytes of a number or a language.
const WORD: usize = 20;
/// Cards on a page, at most: a page of all of a country's is the feed once more.
const CARDS: usize = 100;

/// What a tag asks for, as its attributes would say it: trimmed, and empty where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Asked {
    /// Postcode, town, or `latitude,longitude`.
    pub place: String,
    /// The countries whose places are meant, as the tag says them; none: France.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub countries: String,
    /// Kilometres, or `any`.
    pub radius: String,
    /// Kinds, separated by commas.
    pub kinds: String,
    /// Causes, separated by commas.
    pub causes: String,
    /// Cards on a page.
    pub limit: String,
}

impl Asked {
    /// Reads a query, percent-encoded. Parameters that nobody knows count for nothing.
    ///
    /// `None` where no first page can be made: without a language that the widget has; for another feed or another server, whose
    /// list is not ours; for what is too long, said twice or no text.
    pub fn parse(query: &str) -> Option<(Language, Self)> {
        if query.len() > LONGEST {
            return None;
        }
        let (mut asked, mut lang) = (Self::default(), String::new());
        let mut said = Vec::new();
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name)?, decoded(value)?);
            let (slot, most) = match name.as_str() {
                "place" => (&mut asked.place, PLACE),
                "countries" => (&mut asked.countries, CODES),
                "radius" => (&mut asked.radius, WORD),
                "kinds" => (&mut asked.kinds, LIST),
                "causes" => (&mut asked.causes, LIST),
                "limit" => (&mut asked.limit, WORD),
                "lang" => (&mut lang, WORD),
                "feed" | "api" => return None,
                _ => continue,
            };
            if said.contains(&name) {
                return None;
            }
            *slot = bounded(&value, most)?;
            said.push(name);
        }
        // As the loader has it (`countries` in `embed/asked.js`).
        let is_neighbour = |region: &&str| {
            let folder = region.to_ascii_lowercase();
            folder != "fr" && COUNTRIES.contains(&folder.as_str())
        };
        let region = lang.split('-').skip(1).find(is_neighbour);
        if let (Some(region), true) = (region, asked.countries.is_empty()) {
            asked.countries = [region, " FR"].concat();
        }
        if asked.place.is_empty() {
            asked.countries.clear();
        }
        Some((Language::parse(&lang)?, asked)).filter(|(_, asked)| asked.is_small())
    }

    /// What a tag asks for that names a place, and nothing else. `None` for what is no name of one.
    pub fn around(place: &str) -> Option<Self> {
        Some(Self { place: bounded(place, PLACE)?, ..Self::default() })
    }

    /// Whether a page of it is no larger than a page of ours may be. A limit that is no number is none.
    fn is_small(&self) -> bool {
        self.limit.parse::<usize>().map_or(true, |limit| limit <= CARDS)
    }
}

/// A value as attributes are read, trimmed; `None` for what is too long or no line.
fn bounded(value: &str, most: usize) -> Option<String> {
    // What JavaScript's `trim` takes away and Rust's does not is U+FEFF.
    let value = value.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    (value.len() <= most && !value.contains(char::is_control)).then(|| value.to_owned())
}

/// A name or value of a query as text. `None` for an escape that is none, and for bytes that are no text.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut left = text.bytes();
    while let Some(byte) = left.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || char::from(left.next()?).to_digit(16);
                u8::try_from(digit()? << 4 | digit()?).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asked(query: &str) -> Option<Asked> {
        Asked::parse(query).map(|(_, asked)| asked)
    }

    #[test]
    fn a_query_is_read_as_attributes_are() {
        let (language, asked) =
            Asked::parse("place=+Saint-%C3%89tienne%20&radius=any&v=3&utm_source&lang=FR-ca").unwrap();
        assert_eq!((language, asked.place.as_str()), (Language::French, "Saint-Étienne"));
        assert_eq!((asked.radius.as_str(), asked.kinds.as_str()), ("any", ""));
    }

    #[test]
    fn what_no_page_can_be_made_for_is_refused() {
        assert!(asked("lang=fr").is_some() && asked("lang=fr&limit=100").is_some());
        for query in [
            "",
            "place=69007",
            "lang=tlh",
            "lang=fr&lang=fr",
            "lang=fr&place=1&place=2",
            "lang=fr&feed=",
            "lang=fr&%61pi=x",
            "lang=fr&place=%",
            "lang=fr&place=%4",
            "lang=fr&place=%zz",
            "lang=fr&place=%+1",
            "lang=fr&place=%ff",
            "lang=fr&x=%ff",
            "lang=fr&place=a%00b",
            "lang=fr&place=a%0Ab",
            "lang=fr&limit=101",
            "lang=fr&limit=%2B101",
        ] {
            assert_eq!(asked(query), None, "{query}");
        }
        assert_eq!(asked(&format!("lang=fr&place={}", "a".repeat(101))), None);
        assert_eq!(asked(&format!("lang=fr&kinds={}", "a".repeat(301))), None);
        assert_eq!(asked(&format!("lang=fr&x={}", "a".repeat(2048))), None);
    }

    proptest! {
        #[test]
        fn what_was_read_is_bounded_and_reads_the_same_again(query in "[a-z0-9%&=+éC ]{0,80}|lang=fr&place=\\PC{0,60}&kinds=\\PC{0,60}") {
            let Some((_, asked)) = Asked::parse(&query) else { return Ok(()) };
            let write = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let again = format!("lang=fr&place={}&radius={}&kinds={}&causes={}&limit={}", write(&asked.place),
                write(&asked.radius), write(&asked.kinds), write(&asked.causes), write(&asked.limit));
            prop_assert_eq!(Asked::parse(&again).map(|(_, asked)| asked), Some(asked));
        }
    }
}
