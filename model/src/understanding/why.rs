//! Why an answer has an initiative, where its card does not say so.

use super::texts::{Field, field_of, texts};
use super::{Alternative, Unit, tier};
use crate::initiative::{Cause, Initiative};
use crate::query::Tier;
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

/// A text of an initiative.
struct Text {
    field: Field,
    written: String,
    folded: Vec<String>,
}

impl Why {
    /// Why units find an initiative: of several, what is found in the least obvious way.
    pub(crate) fn of(initiative: &Initiative, units: &[Unit], skipped: &[String]) -> Option<Self> {
        let mut all = Vec::new();
        texts(initiative, &mut |field, text| {
            let folded = fold(text).split(' ').map(str::to_owned).collect();
            all.push(Text { field, written: text.to_owned(), folded });
        });
        let reasons = units.iter().filter_map(|unit| unit.reason(initiative, &all, skipped));
        // The first of those that are as little obvious.
        reasons.rev().max_by_key(|(tier, _)| *tier).and_then(|(_, why)| why)
    }
}

impl Unit {
    /// How it finds an initiative, and by what, where a card does not show that.
    fn reason(
        &self,
        initiative: &Initiative,
        all: &[Text],
        skipped: &[String],
    ) -> Option<(Tier, Option<Why>)> {
        let found =
            self.alternatives.iter().filter_map(|alternative| alternative.reason(initiative, all, skipped));
        let (tier, why) = found.min_by_key(|(tier, _)| *tier)?;
        Some((if self.is_corrected { Tier::Corrected } else { tier }, why))
    }
}

impl Alternative {
    fn reason(
        &self,
        initiative: &Initiative,
        all: &[Text],
        skipped: &[String],
    ) -> Option<(Tier, Option<Why>)> {
        match self {
            Self::Typed(patterns) => {
                let places = patterns.iter().map(|pattern| {
                    let word =
                        |text: &Text| text.folded.iter().position(|word| pattern.means(word, text.field));
                    all.iter().find_map(|text| Some((text.field, text, word(text)?)))
                });
                // Of several words that which is least obvious.
                let places: Option<Vec<_>> = places.collect();
                let (field, text, word) = places?.into_iter().rev().max_by_key(|(field, ..)| *field)?;
                let written = || words(&text.written).nth(word).unwrap_or_default().to_owned();
                let why = match field {
                    // With a mistake in what was typed, a word of the card is worth saying, too.
                    Field::Named | Field::Shown => Why::Term(written()),
                    Field::Kept => Why::Term(text.written.clone()),
                    Field::Described => Why::Described(written()),
                };
                Some((tier(field, true), Some(why)))
            }
            Self::Phrase { words, written } => {
                let text = all.iter().find(|text| text.says(words, skipped))?;
                Some((tier(text.field, false), Some(Why::Term(written.clone()))))
            }
            Self::Acronym(written) => {
                let field = field_of(initiative, written)?;
                Some((tier(field, false), Some(Why::Term(written.clone()))))
            }
            Self::Kind(kind) => (initiative.kind.as_ref() == Some(kind)).then_some((Tier::Named, None)),
            Self::Cause(cause) => {
                let is_for = initiative.causes.contains(cause);
                is_for.then(|| (Tier::Meant, Some(Why::Cause(cause.clone()))))
            }
        }
    }
}

impl Text {
    /// Whether it has one word of each set after the other, what is skipped aside.
    fn says(&self, phrase: &[Vec<String>], skipped: &[String]) -> bool {
        (0..self.folded.len()).any(|first| {
            let mut wanted = phrase.iter().peekable();
            for (at, word) in self.folded[first..].iter().enumerate() {
                match wanted.peek() {
                    Some(set) if set.contains(word) => drop(wanted.next()),
                    Some(_) if at > 0 && skipped.contains(word) => {}
                    _ => break,
                }
            }
            wanted.peek().is_none()
        })
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
