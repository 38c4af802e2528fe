//! What a query's words may be found by.

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
