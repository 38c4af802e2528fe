//! What was answered, as forms send it: names and texts.

use std::collections::BTreeMap;

use alentour_model::text::{clean, cut};
use alentour_model::{Kind, Way};
use serde::{Deserialize, Serialize};

use super::Step;

/// Characters of a text of several paragraphs; an initiative has 32 KB in all.
pub const LONGEST_TEXT: usize = 8000;
/// Characters of a list of one thing a line.
pub const LONGEST_LIST: usize = 1500;
/// Characters of everything else. What a field itself allows is less, and is said where it is exceeded ([`super::check`]).
const LONGEST: usize = 1000;
/// Rows of dates, and of questions, that are kept at most: an initiative that came from elsewhere, or from a rule, may have more than a form
/// gives.
pub(super) const MOST_KEPT: usize = 110;
/// Fields that one form has at most: those of the largest step, with as many rows as are kept.
const MOST: usize = 20 + 8 * MOST_KEPT;

/// What was answered. What was not is an empty text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fields(BTreeMap<String, String>);

impl Fields {
    /// An answer; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// Answers that. Texts are cleaned as those of feeds are.
    pub fn set(&mut self, name: &str, value: &str) {
        let value = match name {
            "text" => text(value),
            "skills" | "needs" | "partners" => list(&value.replace(';', ",")),
            _ if name.starts_with("options-") => list(value),
            _ => line(value),
        };
        if value.is_empty() {
            self.0.remove(name);
        } else {
            self.0.insert(name.to_owned(), value);
        }
    }

    /// Takes over what the form of a step has sent; of a name that it has several times (boxes that are ticked) all of them. What it has not
    /// sent was not answered: a box that is not ticked is not sent.
    pub fn take(&mut self, step: Step, sent: &[(String, String)]) {
        let before = self.clone();
        self.0.retain(|name, _| !step.asks(name));
        for (name, value) in sent.iter().take(MOST).filter(|(name, _)| step.asks(name)) {
            let all = match self.get(name) {
                "" => value.clone(),
                before if matches!(name.as_str(), "causes" | "days") => [before, ",", value].concat(),
                _ => continue,
            };
            self.set(name, &all);
        }
        step.leave_out(self, &before);
    }

    /// The parts of an answer that is a list of words.
    pub fn words(&self, name: &str) -> impl Iterator<Item = &str> {
        self.get(name).split(',').filter(|word| !word.is_empty())
    }

    /// The lines of an answer that is a list.
    pub fn lines(&self, name: &str) -> impl Iterator<Item = &str> {
        self.get(name).lines()
    }

    /// How many people, where that is a number.
    pub fn people(&self) -> Option<u32> {
        self.get("people").parse().ok()
    }

    /// How many people each date takes, unless it says so itself; what a petition aims at is something else.
    pub(super) fn capacity(&self) -> Option<u32> {
        self.people().filter(|_| self.get("kind") != "petition")
    }

    /// Whether there are dates, or a rule that gives some.
    pub fn has_dates(&self) -> bool {
        matches!(self.get("when"), "dates" | "weekly")
    }

    /// How people take part: as was chosen, or as goes with the kind. `None`: not here.
    pub fn way(&self) -> Option<Way> {
        match self.get("way") {
            "none" => None,
            "" => Some(match Kind::parse(self.get("kind")) {
                Some(Kind::Volunteering) if self.has_dates() => Way::Shift,
                Some(Kind::Volunteering | Kind::Project) => Way::Offer,
                Some(Kind::Petition) => Way::Signature,
                Some(Kind::Group) => Way::Membership,
                Some(Kind::Campaign) => Way::Pledge,
                Some(Kind::Training) => Way::Enrolment,
                _ => Way::Rsvp,
            }),
            word => Way::parse(word),
        }
    }
}

/// One line.
fn line(text: &str) -> String {
    let mut line = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&mut line, LONGEST);
    line
}

/// A text of paragraphs: an empty line between two.
fn text(text: &str) -> String {
    let cleaned = clean(text);
    let mut all = String::with_capacity(cleaned.len());
    let mut is_after_empty = true;
    for line in cleaned.lines().map(str::trim) {
        if line.is_empty() && is_after_empty {
            continue;
        }
        all.push_str(line);
        all.push('\n');
        is_after_empty = line.is_empty();
    }
    all.truncate(all.trim_end().len());
    cut(&mut all, LONGEST_TEXT);
    all
}

/// A list of one thing a line.
fn list(text: &str) -> String {
    let mut all = text.lines().map(line).filter(|one| !one.is_empty()).collect::<Vec<_>>().join("\n");
    cut(&mut all, LONGEST_LIST);
    all
}

impl From<BTreeMap<String, String>> for Fields {
    fn from(fields: BTreeMap<String, String>) -> Self {
        Self(fields)
    }
}

impl From<Fields> for BTreeMap<String, String> {
    fn from(fields: Fields) -> Self {
        fields.0
    }
}
