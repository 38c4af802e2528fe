//! What the words of a query were understood as.

use crate::initiative::{Cause, Kind};

/// A word of a query, or a phrase that means something, with all that it may be found by.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    /// As they were typed, folded, without those that are skipped; spaces between them.
    pub words: String,
    /// One of these is enough.
    pub alternatives: Vec<Alternative>,
    /// Whether nothing has what was typed, and these are words like it.
    pub is_corrected: bool,
}

/// Something that a unit is found by.
#[derive(Clone, Debug)]
pub(crate) enum Alternative {
    /// The words as they were typed, wherever they stand.
    Typed {
        /// With spaces between them.
        words: String,
        /// Whether only that word itself is meant: an acronym.
        is_whole: bool,
    },
    /// Something that means the same: the term at that position of the lexicon's.
    Term(usize),
    /// A kind that the words mean.
    Kind(Kind),
    /// A cause that the words mean.
    Cause(Cause),
}

/// Units, which are the same where their words are: all else of them follows from these, and from the catalogue.
#[derive(Clone, Debug, Default)]
pub(crate) struct Understood(pub Vec<Unit>);

impl PartialEq for Understood {
    fn eq(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().zip(&other.0).all(|(one, other)| one.words == other.words)
    }
}
