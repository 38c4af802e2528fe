//! Words understood: what a query's words may be found by, and which initiatives have it.

mod mistakes;
mod suggestion;
pub mod texts;
mod why;

use crate::catalog::Part;
use crate::initiative::{Cause, Kind};
use crate::lexicon::Lexicon;
use crate::query::Tier;
use crate::text::fold;
use texts::Field;
pub use why::Why;

/// Letters of a word in which a mistake is looked for.
const LONG: usize = 5;

/// Letters at the end of a word that nothing begins with which may be an ending of another form of it, so that "déménager" finds
/// "déménagement"; and letters that are left then.
const ENDING: usize = 3;
const STEM: usize = 6;

/// A word of a query, or a phrase that means something, with all that it may be found by.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    /// As they were typed, folded, without those that are skipped.
    pub words: Vec<String>,
    /// One of these is enough.
    pub alternatives: Vec<Alternative>,
    /// Whether nothing has what was typed, and these are words like it.
    pub is_corrected: bool,
}

/// Something that a unit is found by.
#[derive(Clone, Debug)]
pub(crate) enum Alternative {
    /// The words as they were typed, wherever they stand.
    Typed(Vec<Pattern>),
    /// Something that means the same: one word of each set after the other.
    Phrase {
        /// The words, each with its other forms.
        words: Vec<Vec<String>>,
        /// As it is written.
        written: String,
    },
    /// Something that means the same and is written in capitals: only that, whatever folds to the same.
    Acronym(String),
    /// A kind that the words mean.
    Kind(Kind),
    /// A cause that the words mean.
    Cause(Cause),
}

/// A word that was typed, perhaps not to its end.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    /// Words that begin so are meant. A single letter means words of that letter, and what cards show that begins with it: whatever
    /// begins with it anywhere would be nearly everything.
    pub beginning: String,
    /// Other forms of that word.
    pub forms: Vec<String>,
    /// Whether only that word itself is meant: an acronym.
    pub is_whole: bool,
}

impl Pattern {
    /// Whether words that begin so are meant, in that field.
    fn is_open(&self, field: Field) -> bool {
        let is_letter = self.beginning.chars().nth(1).is_none();
        !(self.is_whole || is_letter && field > Field::Shown)
    }

    /// Whether a word in that field is meant.
    fn means(&self, word: &str, field: Field) -> bool {
        word == self.beginning
            || (self.is_open(field) && word.starts_with(&self.beginning))
            || self.forms.iter().any(|form| form == word)
    }
}

/// How an initiative is found: the tier, and below it what it is found by. The smaller is the more obvious.
pub(crate) type Found = u32;

/// Bits of [`Found`] for the unit and for its alternative.
const UNIT: u32 = 10;
const ALTERNATIVE: u32 = 16;

/// Not found.
pub(crate) const NOT: Found = Found::MAX;

/// In the most obvious way, by the first of whatever is looked for.
pub(crate) const NAMED: Found = ((1 << UNIT) - 1) << ALTERNATIVE;

/// The tier of what is found.
pub(crate) fn tier(found: Found) -> Option<Tier> {
    Tier::ALL.get((found >> (UNIT + ALTERNATIVE)) as usize).copied()
}

/// The positions of unit and alternative.
pub(crate) fn by(found: Found) -> (usize, usize) {
    let unit = (1 << UNIT) - 1 - (found >> ALTERNATIVE & ((1 << UNIT) - 1));
    (unit as usize, (found & ((1 << ALTERNATIVE) - 1)) as usize)
}

/// How the units find each initiative of each part: by all of them or not at all, and of several in the least obvious way; the first of
/// those that are as little obvious says by what. Replaces what is found nowhere by what is like it.
pub(crate) fn find(parts: &[&Part], units: &mut [Unit], lexicon: &Lexicon) -> Vec<Vec<Found>> {
    let mut all: Vec<Vec<Found>> = parts.iter().map(|part| vec![NAMED; part.len()]).collect();
    for (at, unit) in units.iter_mut().enumerate() {
        let mut found = unit.found(parts, lexicon);
        if found.iter().flatten().all(|found| *found == NOT) {
            unit.correct(parts, lexicon);
            found = unit.found(parts, lexicon);
        }
        // Of as little obvious ones the first is the greater.
        let place = ((1 << UNIT) - 1 - at.min((1 << UNIT) - 1) as u32) << ALTERNATIVE;
        for (all, found) in all.iter_mut().flatten().zip(found.iter().flatten()) {
            *all = (*all).max(if *found == NOT { NOT } else { *found | place });
        }
    }
    all
}

impl Unit {
    /// How it finds each initiative of each part.
    fn found(&self, parts: &[&Part], lexicon: &Lexicon) -> Vec<Vec<Found>> {
        let mut all = Vec::new();
        for part in parts {
            let mut tiers = vec![NOT; part.len()];
            let skipped = numbers(part, lexicon.skipped());
            for (at, alternative) in (0..).zip(&self.alternatives) {
                alternative.find(part, &skipped, &mut |row, tier| {
                    let tier = if self.is_corrected { Tier::Corrected } else { tier };
                    tiers[row] = tiers[row].min((tier as u32) << (UNIT + ALTERNATIVE) | at);
                });
            }
            all.push(tiers);
        }
        all
    }

    /// Where its one word has a mistake, or an ending that nothing has: takes what is like it.
    fn correct(&mut self, parts: &[&Part], lexicon: &Lexicon) {
        let [word] = &*self.words else { return };
        if word.chars().count() < LONG {
            return;
        }
        self.alternatives.clear();
        self.is_corrected = true;
        for (_, word) in mistakes::like(word, parts, lexicon, 1) {
            self.alternatives.extend(lexicon.unit(&[word]).alternatives);
        }
        let mut beginning = word.clone();
        for _ in 0..ENDING {
            beginning.pop();
            let is_known = |part: &&Part| part.vocabulary().beginning(&beginning).next().is_some();
            if beginning.chars().count() < STEM || !self.alternatives.is_empty() {
                break;
            }
            if parts.iter().any(is_known) {
                let pattern = Pattern { beginning: beginning.clone(), forms: Vec::new(), is_whole: false };
                self.alternatives.push(Alternative::Typed(vec![pattern]));
            }
        }
    }
}

/// The numbers of words in a part, in the order of the words.
fn numbers(part: &Part, words: &[String]) -> Vec<u32> {
    words.iter().filter_map(|word| part.vocabulary().id(word)).collect()
}

/// How obvious it is what means the same as something that stands in that field.
fn meant(field: Field) -> Tier {
    if field == Field::Described { Tier::Described } else { Tier::Meant }
}

impl Alternative {
    /// Tells each initiative of a part that it finds, and how; some more than once.
    fn find(&self, part: &Part, skipped: &[u32], tell: &mut dyn FnMut(usize, Tier)) {
        let vocabulary = part.vocabulary();
        match self {
            Self::Typed(patterns) => {
                // Of several words that which is least obvious counts.
                let mut all = vec![0; part.len()];
                for pattern in patterns {
                    let mut found = vec![u8::MAX; part.len()];
                    let mut add = |id, is_open: bool| {
                        for (row, field) in vocabulary.rows(id) {
                            if is_open || pattern.is_open(field) {
                                found[row] = found[row].min(field as u8);
                            }
                        }
                    };
                    if pattern.is_open(Field::Named) {
                        vocabulary.beginning(&pattern.beginning).for_each(|id| add(id, false));
                    }
                    for word in pattern.forms.iter().chain([&pattern.beginning]) {
                        vocabulary.id(word).into_iter().for_each(|id| add(id, true));
                    }
                    all.iter_mut().zip(found).for_each(|(all, found)| *all = found.max(*all));
                }
                for (row, field) in all.into_iter().enumerate() {
                    if let Some(tier) = Tier::ALL.get(field as usize) {
                        tell(row, *tier);
                    }
                }
            }
            Self::Phrase { words, .. } => {
                let words: Vec<_> = words.iter().map(|forms| numbers(part, forms)).collect();
                // How many of the words an initiative has so far.
                let mut had = vec![0; part.len()];
                for (before, forms) in words.iter().enumerate() {
                    for (row, field) in forms.iter().flat_map(|id| vocabulary.rows(*id)) {
                        if words.len() == 1 {
                            tell(row, meant(field));
                        } else if had[row] == before {
                            had[row] += 1;
                        }
                    }
                }
                for row in (0..had.len()).filter(|row| words.len() > 1 && had[*row] == words.len()) {
                    if let Some(field) = vocabulary.says(row, &words, skipped) {
                        tell(row, meant(field));
                    }
                }
            }
            Self::Acronym(written) => {
                for (row, _) in vocabulary.id(&fold(written)).into_iter().flat_map(|id| vocabulary.rows(id)) {
                    let initiative = part.initiative(row);
                    if let Some(field) =
                        initiative.and_then(|initiative| texts::field_of(initiative, written))
                    {
                        tell(row, meant(field));
                    }
                }
            }
            Self::Kind(kind) => {
                let wanted = part.columns.kinds.iter().position(|known| known == kind);
                let is_of = |row: &usize| wanted.is_some() && part.columns.kind(*row) == wanted;
                (0..part.len()).filter(is_of).for_each(|row| tell(row, Tier::Named));
            }
            Self::Cause(cause) => {
                let Some(wanted) = part.columns.causes.iter().position(|known| known == cause) else {
                    return;
                };
                let is_for = |row: &usize| part.columns.causes(*row).contains(&wanted);
                (0..part.len()).filter(is_for).for_each(|row| tell(row, Tier::Meant));
            }
        }
    }
}
