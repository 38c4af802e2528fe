//! The five steps in which an initiative is made: what each asks, what is wrong with an answer, and how answers and the canonical JSON of an
//! initiative become each other. They know no page: whoever proposes an initiative and whoever changes one that is published walk the same steps.
//!
//! What the steps have no field for (the bounds of a question's number, a consent that does something here, a letter, a third place) stays as
//! it is: [`write`] changes only what was answered otherwise than [`read`] had found it.

mod ask;
mod check;
mod consents;
mod description;
mod difference;
mod fields;
mod json;
mod questions;
mod read;
mod repeated;
mod rows;
mod town;
mod weekly;
mod write;

#[cfg(test)]
mod tests;

use consents::ConsentRow;
use questions::MOST_QUESTIONS;
use repeated::is_of;
use rows::MOST_ROWS;

pub use ask::{Asking, ask, summary};
pub use check::{Problem, check};
pub use difference::{Difference, differences, noted, told};
pub use fields::Fields;
pub use questions::{QuestionRow, asked};
pub use read::read;
pub use rows::Row;
pub use town::Town;
pub use write::write;

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Which causes, for whom, what will be different.
    Aim,
    /// Its form, how many people, which skills, and what they are asked.
    People,
    /// When and where.
    When,
    /// With whom, and what is needed.
    Partners,
    /// Title, summary, text.
    Telling,
}

impl Step {
    /// All of them, in their order.
    pub const ALL: [Self; 5] = [Self::Aim, Self::People, Self::When, Self::Partners, Self::Telling];

    /// The word for it in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aim => "aim",
            Self::People => "people",
            Self::When => "when",
            Self::Partners => "partners",
            Self::Telling => "telling",
        }
    }

    /// Reads a word; `None` where it is no step's.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == word)
    }

    /// Which it is, from 1.
    pub fn number(self) -> usize {
        Self::ALL.iter().position(|step| *step == self).unwrap_or_default() + 1
    }

    /// The one after it.
    pub fn next(self) -> Option<Self> {
        Self::ALL.get(self.number()).copied()
    }

    /// The one before it.
    pub fn before(self) -> Option<Self> {
        Self::ALL.get(self.number().checked_sub(2)?).copied()
    }

    /// The fields that it asks, but for the rows of dates, questions and consents.
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Aim => &["causes", "whom", "change"],
            Self::People => &["kind", "people", "skills"],
            Self::When => {
                &["when", "days", "from", "begins", "ends", "until", "where", "town", "venue", "street"]
            }
            Self::Partners => &["organizer", "partners", "needs", "way"],
            Self::Telling => &["name", "summary", "text", "language", "url"],
        }
    }

    /// Whether it asks that field.
    pub fn asks(self, name: &str) -> bool {
        let is_of_row = match self {
            Self::People => is_of::<QuestionRow>(name) || is_of::<ConsentRow>(name),
            Self::When => is_of::<Row>(name),
            _ => false,
        };
        is_of_row || self.fields().contains(&name)
    }

    /// How many rows it has once one is added to those that are filled in.
    pub fn one_row_more(self, fields: &Fields) -> usize {
        match self {
            Self::People => (fields.questions().len() + 1).min(MOST_QUESTIONS),
            _ => (fields.rows().len() + 1).min(MOST_ROWS),
        }
    }

    /// Leaves out its rows that were emptied. `before` is what was answered before.
    fn leave_out(self, fields: &mut Fields, before: &Fields) {
        match self {
            Self::People => {
                fields.leave_out::<QuestionRow>(before);
                fields.leave_out::<ConsentRow>(before);
            }
            Self::When => fields.leave_out::<Row>(before),
            _ => {}
        }
    }
}
