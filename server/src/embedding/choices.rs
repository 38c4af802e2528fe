//! What somebody chose on the page that makes the tag, as its address says it.

use alentour::app::encode;
use alentour_model::{Cause, Kind};
use alentour_texts::Language;

use super::colour::Colour;
use super::place_to_paste::PlaceToPaste;
use crate::bundle::COUNTRIES;
use crate::http::query;

/// Bytes of a text that is looked at: a place, a title, an address of an initiative.
const LONGEST: usize = 300;
/// Kilometres that are proposed; beside them "any".
pub const RADII: [&str; 6] = ["5", "10", "25", "50", "100", "any"];
/// The distance that a tag has which names none.
pub const RADIUS: &str = "25";

/// Light or dark: as the page is, then as tags say it.
pub const THEMES: [&str; 4] = ["page", "light", "dark", "auto"];

/// What is put on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// The list.
    List,
    /// One initiative with its form.
    One,
    /// A button that opens one.
    Button,
}

impl Show {
    /// All of them, with their words in addresses.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::List, "list"), (Self::One, "one"), (Self::Button, "button")];
}

/// How much room is kept on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// That of the screen.
    Screen,
    /// 640 px.
    Some,
    /// None.
    None,
}

impl Room {
    /// All of them, with their words in addresses.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Screen, "screen"), (Self::Some, "640"), (Self::None, "none")];

    /// As `min-height` says it.
    pub fn height(self) -> Option<&'static str> {
        match self {
            Self::Screen => Some("100vh"),
            Self::Some => Some("640px"),
            Self::None => None,
        }
    }
}

/// What was chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Choices {
    /// What is put there.
    pub show: Show,
    /// The initiative as it was named: its title, or an address.
    pub initiative: String,
    /// The place as it was named.
    pub place: String,
    /// Whose places are meant; none: those of France.
    pub countries: Vec<&'static str>,
    /// Kilometres or "any".
    pub radius: &'static str,
    /// Only these; none: all.
    pub kinds: Vec<&'static str>,
    /// Only these; none: all.
    pub causes: Vec<&'static str>,
    /// The language of the list.
    pub language: Language,
    /// The accent; `None`: the widget's own.
    pub colour: Option<Colour>,
    /// One of [`THEMES`].
    pub theme: &'static str,
    /// How much room is kept.
    pub room: Room,
    /// The partner's page; empty where it was not said.
    pub page: String,
    /// Whether one version is named, by its hash.
    pub is_pinned: bool,
    /// Where it is pasted.
    pub paste: PlaceToPaste,
}

impl Choices {
    /// Reads the query of an address; `language` is that of the page itself. What is not understood is as if it had not been said.
    pub fn read(query: &str, language: Language) -> Self {
        let query = if query.len() <= 2 * query::LONGEST { query } else { "" };
        let fields: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
            .map(|(name, value)| (name.into(), value.trim().to_owned()))
            .filter(|(_, value): &(String, String)| {
                !value.is_empty() && value.len() <= LONGEST && !value.contains(char::is_control)
            })
            .collect();
        let all = |name: &'static str| {
            fields.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
        };
        let one = |name| all(name).next().unwrap_or_default();
        let several = |name, known: &[&'static str]| {
            let said: Vec<&str> = all(name).flat_map(|value| value.split([',', ' '])).collect();
            known.iter().copied().filter(|word| said.contains(word)).collect::<Vec<_>>()
        };
        let kinds: Vec<_> = Kind::ALL.iter().map(Kind::as_str).collect();
        let causes: Vec<_> = Cause::ALL.iter().map(Cause::as_str).collect();
        let mut countries = several("countries", &COUNTRIES);
        if countries == ["FR"] {
            countries.clear();
        }
        Self {
            show: picked(&Show::ALL, one("show")),
            initiative: one("initiative").to_owned(),
            place: one("place").to_owned(),
            countries,
            radius: RADII.into_iter().find(|radius| *radius == one("radius")).unwrap_or(RADIUS),
            kinds: several("kinds", &kinds),
            causes: several("causes", &causes),
            language: Language::parse(one("language")).unwrap_or(language),
            colour: Colour::parse(one("colour")).filter(|colour| !colour.is_own()),
            theme: THEMES.into_iter().find(|theme| *theme == one("theme")).unwrap_or(THEMES[0]),
            room: picked(&Room::ALL, one("room")),
            page: Some(one("page"))
                .filter(|page| page.starts_with("https://") || page.starts_with("http://"))
                .unwrap_or_default()
                .to_owned(),
            is_pinned: one("pin") == "yes",
            paste: PlaceToPaste::parse(one("where")).unwrap_or(PlaceToPaste::Html),
        }
    }

    /// The same as a query, each pair with a `&` behind it.
    pub fn written(&self) -> String {
        let word = |all: &[(Show, &'static str)]| {
            all.iter().find(|(one, _)| *one == self.show).map(|(_, word)| *word)
        };
        let room = Room::ALL.iter().find(|(room, _)| *room == self.room).map(|(_, word)| *word);
        let (countries, kinds, causes) =
            (self.countries.join(","), self.kinds.join(","), self.causes.join(","));
        let colour = self.colour.map(|colour| colour.to_string()).unwrap_or_default();
        let said = [
            ("show", word(&Show::ALL).unwrap_or_default()),
            ("initiative", &self.initiative),
            ("place", &self.place),
            ("countries", &countries),
            ("radius", self.radius),
            ("kinds", &kinds),
            ("causes", &causes),
            ("language", self.language.tag()),
            ("colour", &colour),
            ("theme", if self.theme == THEMES[0] { "" } else { self.theme }),
            ("room", room.unwrap_or_default()),
            ("page", &self.page),
            ("pin", if self.is_pinned { "yes" } else { "" }),
            ("where", self.paste.as_str()),
        ];
        let said = said.iter().filter(|(_, value)| !value.is_empty());
        said.map(|(name, value)| format!("{name}={}&", encode(value))).collect()
    }
}

/// What a word stands for; the first where it is none.
fn picked<T: Copy>(all: &[(T, &'static str); 3], word: &str) -> T {
    all.iter().find(|(_, known)| *known == word).unwrap_or(&all[0]).0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_reads_the_same_from_the_address_that_is_written() {
        let query = "show=one&initiative=Logement+digne&place=Lyon+7e+%2869007%29&countries=BE&countries=FR&radius=10&kinds=petition&kinds=group\
                     &causes=housing&language=ar&colour=%230A7A4B&theme=dark&room=none&pin=yes&page=https%3A%2F%2Fexample.org%2Fagir&where=wix";
        let choices = Choices::read(query, Language::French);
        assert_eq!((choices.show, choices.room, choices.paste), (Show::One, Room::None, PlaceToPaste::Wix));
        assert_eq!((choices.countries.len(), choices.language, choices.theme), (2, Language::Arabic, "dark"));
        assert_eq!(choices.colour.map(|colour| colour.to_string()).as_deref(), Some("#0a7a4b"));
        assert_eq!(Choices::read(&choices.written(), Language::French), choices);
    }

    #[test]
    fn what_is_not_understood_counts_for_nothing() {
        let nothing = Choices::read("", Language::Spanish);
        let odd = "show=x&radius=7&kinds=evil%22&colour=red&room=9&page=javascript:1&where=x&language=tlh&place=a%00b";
        assert_eq!(Choices::read(odd, Language::Spanish), nothing);
        assert_eq!(nothing.language, Language::Spanish);
        assert_eq!(Choices::read(&format!("place={}", "a".repeat(301)), Language::Spanish), nothing);
    }
}
