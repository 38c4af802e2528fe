//! What was found in a page.

use serde::{Deserialize, Serialize};

/// Characters of what a page says that are repeated.
const SAID: usize = 80;
/// Findings of a page, at most.
const MOST: usize = 30;

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

    /// How it is shown: what is there as it should be, what is wrong, what is said beside it.
    pub fn class(&self) -> &'static str {
        match self.key.as_str() {
            "tag" | "tags" | "element" | "elements" | "frame" | "card" | "plugin" => "good",
            "scripts" | "sign_in" | "insecure" | "version" | "word" => "note",
            _ => "bad",
        }
    }
}

/// What a page was found to have, and the places that it names, with their countries: those are looked up elsewhere.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Findings {
    /// What was found, in the order in which it is read.
    pub all: Vec<Finding>,
    /// The places.
    pub places: Vec<(String, String)>,
}

impl Findings {
    /// Adds one, unless there are enough or it is there.
    pub fn add(&mut self, finding: Finding) {
        if self.all.len() < MOST && !self.all.contains(&finding) {
            self.all.push(finding);
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
