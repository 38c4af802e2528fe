//! Why an answer has an initiative, where its card does not say so.

use super::texts::{Field, texts};
use super::{Alternative, Pattern, Unit};
use crate::initiative::{Cause, Initiative};
use crate::text::{fold, lower_case, words};

/// What an initiative was found by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Something that it says of itself, or that means what was looked for: as it is written.
    Term(String),
    /// This word of its description.
    Described(String),
    /// A cause that it is for.
    Cause(Cause),
}

impl Why {
    /// Why a unit finds an initiative by one of its alternatives; `None` where a card shows that: a kind.
    pub(crate) fn of(initiative: &Initiative, unit: &Unit, alternative: usize) -> Option<Self> {
        match unit.alternatives.get(alternative)? {
            Alternative::Typed(patterns) => {
                // Of several words that which is least obvious; of as little obvious ones the first.
                let found = patterns.iter().rev().filter_map(|pattern| pattern.text(initiative));
                found.max_by_key(|(field, _)| *field).map(|(field, text)| match field {
                    Field::Described => Self::Described(text),
                    _ => Self::Term(text),
                })
            }
            Alternative::Phrase { written, .. } | Alternative::Acronym(written) => {
                Some(Self::Term(written.clone()))
            }
            Alternative::Cause(cause) => Some(Self::Cause(cause.clone())),
            Alternative::Kind(_) => None,
        }
    }
}

impl Pattern {
    /// Where an initiative says it, and what is worth saying of that: the whole of a keyword or of a name, else the word.
    fn text(&self, initiative: &Initiative) -> Option<(Field, String)> {
        let mut found = None;
        texts(initiative, &mut |field, text| {
            if found.is_none()
                && let Some(word) = words(text).find(|word| self.means(&fold(word), field))
            {
                found = Some((field, if field == Field::Kept { text } else { word }.to_owned()));
            }
        });
        found
    }
}

/// A folded word as an initiative writes it, in lower case.
pub(super) fn written(initiative: &Initiative, word: &str) -> Option<String> {
    let mut found = None;
    texts(initiative, &mut |_, text| {
        if found.is_none() {
            found = words(text).find(|written| fold(written) == word).map(lower_case);
        }
    });
    found
}
