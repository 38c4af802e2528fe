//! Why an answer has an initiative, where its card does not say so.

use super::is_open;
use crate::initiative::{Cause, Initiative};
use crate::lexicon::{Alternative, Lexicon};
use crate::text::{fold, lower_case, words};
use crate::texts::{Field, first};

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
    pub(crate) fn of(initiative: &Initiative, lexicon: &Lexicon, alternative: &Alternative) -> Option<Self> {
        match alternative {
            Alternative::Typed { words, is_whole } => {
                // Of several words that which is least obvious; of as little obvious ones the first.
                let mut least = None;
                for word in words.split(' ') {
                    let (field, text) = said(initiative, lexicon, word, *is_whole)?;
                    if least.as_ref().is_none_or(|(known, _)| *known < field) {
                        least = Some((field, text));
                    }
                }
                let (field, text) = least?;
                Some(if field == Field::Described { Self::Described(text) } else { Self::Term(text) })
            }
            Alternative::Term(term) => Some(Self::Term(lexicon.terms().get(*term)?.written.clone())),
            Alternative::Cause(cause) => Some(Self::Cause(cause.clone())),
            Alternative::Kind(_) => None,
        }
    }
}

/// Where an initiative says a word that was typed, and what is worth saying of that: the whole of a keyword or of a name, else the word.
fn said(initiative: &Initiative, lexicon: &Lexicon, typed: &str, is_whole: bool) -> Option<(Field, String)> {
    let forms = if is_whole { Vec::new() } else { lexicon.forms(typed) };
    first(initiative, &mut |field, text| {
        let is_said = |word: &&str| {
            let folded = fold(word);
            let begins = is_open(typed, is_whole, field) && folded.starts_with(typed);
            begins || folded == typed || forms.contains(&&*folded)
        };
        let word = words(text).find(is_said)?;
        Some((field, if field == Field::Kept { text } else { word }.to_owned()))
    })
}

/// A folded word as an initiative writes it, in lower case.
pub(crate) fn written(initiative: &Initiative, word: &str) -> Option<String> {
    first(initiative, &mut |_, text| words(text).find(|written| fold(written) == word).map(lower_case))
}
