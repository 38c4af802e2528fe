//! What was found in a page.

use serde::{Deserialize, Serialize};

/// Characters of what a page says that are repeated.
const SAID: usize = 80;
/// Bytes of what is to be copied, which may have an address of the page's in it.
const LONGEST: usize = 600;
/// Findings of a page, at most.
const MOST: usize = 30;
/// Places, and initiatives, that are looked up.
const LOOKED_UP: usize = 10;

/// What is there as it should be.
const GOOD: [&str; 8] = ["tag", "tags", "element", "elements", "frame", "card", "plugin", "link"];
/// What is said beside it, or may be right: it is not to be seen from here.
const NOTES: [&str; 17] = [
    "scripts",
    "sign_in",
    "refused",
    "insecure",
    "version",
    "word",
    "held",
    "frame_held",
    "frame_elsewhere",
    "inert",
    "named",
    "links_scripts",
    "container",
    "element_scripts",
    "own",
    "only_alone",
    "place_taken",
];

/// One finding: its words are in `texts/`, `finding.KEY` and `todo.KEY`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Which.
    pub key: String,
    /// What stands in the page.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
    /// What could stand there.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub instead: String,
    /// How often.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub count: String,
    /// What is to be copied.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub line: String,
}

impl Finding {
    /// One that its key says all of.
    pub fn of(key: &str) -> Self {
        Self { key: key.to_owned(), ..Self::default() }
    }

    /// One of what stands in the page.
    pub fn with(key: &str, value: &str) -> Self {
        Self { value: cut(value), ..Self::of(key) }
    }

    /// The same with what could stand there.
    pub fn instead(self, instead: impl Into<String>) -> Self {
        Self { instead: instead.into(), ..self }
    }

    /// The same with what is to be copied: whole, or not at all.
    pub fn line(self, line: impl Into<String>) -> Self {
        Self { line: Some(line.into()).filter(|line| line.len() <= LONGEST).unwrap_or_default(), ..self }
    }

    /// How it is shown: what is there as it should be, what is wrong, what is said beside it.
    pub fn class(&self) -> &'static str {
        match self.key.as_str() {
            key if GOOD.contains(&key) => "good",
            key if NOTES.contains(&key) => "note",
            _ => "bad",
        }
    }
}

/// What a page was found to have, and what it names: that is looked up elsewhere.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Findings {
    /// What was found, in the order in which it is read.
    pub all: Vec<Finding>,
    /// Places, with the countries that they are looked for in.
    pub places: Vec<(String, String)>,
    /// Initiatives that are to be open, by what stands there.
    pub opened: Vec<String>,
}

impl Findings {
    /// Adds one, unless there are enough or it is there.
    pub fn add(&mut self, finding: Finding) {
        if self.all.len() < MOST && !self.all.contains(&finding) {
            self.all.push(finding);
        }
    }

    /// Adds a place that is to be looked up.
    pub fn place(&mut self, place: &str, countries: &str) {
        let place = (cut(place), cut(countries));
        if self.places.len() < LOOKED_UP && !self.places.contains(&place) {
            self.places.push(place);
        }
    }

    /// Adds an initiative that is to be looked up. What is too long to be repeated is none.
    pub fn open(&mut self, said: &str) {
        if self.opened.len() < LOOKED_UP && !self.opened.iter().any(|it| it == said) && said.len() <= 300 {
            self.opened.push(said.to_owned());
        }
    }

    /// Adds how many there are of something, if any.
    pub fn count(&mut self, one: &str, several: &str, count: usize) {
        match count {
            0 => {}
            1 => self.add(Finding::of(one)),
            count => self.add(Finding { count: count.to_string(), ..Finding::of(several) }),
        }
    }
}

/// So much of what a page says as is repeated, on one line.
pub fn cut(text: &str) -> String {
    let mut line: String = text.chars().filter(|c| !c.is_control()).take(SAID).collect();
    if line.len() < text.len() {
        line.push('…');
    }
    line
}
