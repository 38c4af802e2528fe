//! Words understood: what a query's words may be found by, and which initiatives have it.

pub(crate) mod mistakes;
pub(crate) mod why;

use crate::lexicon::{Alternative, Lexicon, Unit};
use crate::part::Part;
use crate::query::Tier;
use crate::texts::{Field, field_of};
pub use why::Why;

/// Letters of a word in which a mistake is looked for.
pub(crate) const LONG: usize = 5;

/// Letters at the end of a word that nothing begins with which may be an ending of another form of it, so that "déménager" finds
/// "déménagement"; and letters that are left then.
pub(crate) const ENDING: usize = 3;
pub(crate) const STEM: usize = 6;

/// Whether a word that was typed, perhaps not to its end, means words that begin so in that field. A single letter means words of that
/// letter, and what cards show that begins with it: whatever begins with it anywhere would be nearly everything.
fn is_open(word: &str, is_whole: bool, field: Field) -> bool {
    let is_letter = word.chars().nth(1).is_none();
    !(is_whole || is_letter && field > Field::Shown)
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
            for (at, alternative) in (0..).zip(&self.alternatives) {
                alternative.find(part, lexicon, &mut |row, tier| {
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
        if self.words.contains(' ') || self.words.chars().count() < LONG {
            return;
        }
        self.alternatives.clear();
        self.is_corrected = true;
        for (_, word) in mistakes::like(&self.words, parts, lexicon, 1) {
            self.alternatives.append(&mut lexicon.unit(&word).alternatives);
        }
        let mut beginning = self.words.clone();
        for _ in 0..ENDING {
            beginning.pop();
            let is_known = |part: &&Part| part.vocabulary().beginning(&beginning).next().is_some();
            if beginning.chars().count() < STEM || !self.alternatives.is_empty() {
                break;
            }
            if parts.iter().any(is_known) {
                self.alternatives.push(Alternative::Typed { words: beginning.clone(), is_whole: false });
            }
        }
    }
}

/// The numbers that a word and its other forms have in a part.
fn numbers(part: &Part, lexicon: &Lexicon, word: &str, is_whole: bool) -> Vec<u32> {
    let mut numbers = Vec::new();
    let forms = if is_whole { Vec::new() } else { lexicon.forms(word) };
    for form in forms.into_iter().chain([word]) {
        numbers.extend(part.vocabulary().id(form));
    }
    numbers
}

/// How obvious it is what means the same as something that stands in that field.
fn meant(field: Field) -> Tier {
    if field == Field::Described { Tier::Described } else { Tier::Meant }
}

impl Alternative {
    /// Tells each initiative of a part that it finds, and how; some more than once.
    pub(crate) fn find(&self, part: &Part, lexicon: &Lexicon, tell: &mut dyn FnMut(usize, Tier)) {
        let vocabulary = part.vocabulary();
        match self {
            Self::Typed { words, is_whole } => {
                // Of several words that which is least obvious counts.
                let mut all = vec![0; part.len()];
                for word in words.split(' ') {
                    let mut found = vec![u8::MAX; part.len()];
                    let mut add = |id, is_certain: bool| {
                        for (row, field) in vocabulary.rows(id) {
                            if is_certain || is_open(word, *is_whole, field) {
                                found[row] = found[row].min(field as u8);
                            }
                        }
                    };
                    if is_open(word, *is_whole, Field::Named) {
                        vocabulary.beginning(word).for_each(|id| add(id, false));
                    }
                    for id in numbers(part, lexicon, word, *is_whole) {
                        add(id, true);
                    }
                    for (all, found) in all.iter_mut().zip(found) {
                        *all = found.max(*all);
                    }
                }
                for (row, field) in all.into_iter().enumerate() {
                    if let Some(tier) = Tier::ALL.get(field as usize) {
                        tell(row, *tier);
                    }
                }
            }
            Self::Term(term) => {
                let Some(term) = lexicon.terms().get(*term) else { return };
                let is_acronym = term.is_acronym();
                let mut phrase = Vec::new();
                // How many of the words an initiative has so far.
                let mut had = vec![0; part.len()];
                for (before, word) in term.words.split(' ').enumerate() {
                    let numbers = numbers(part, lexicon, word, is_acronym);
                    if numbers.is_empty() {
                        return;
                    }
                    for id in &numbers {
                        for (row, _) in vocabulary.rows(*id) {
                            if had[row] == before {
                                had[row] += 1;
                            }
                        }
                    }
                    phrase.push(numbers);
                }
                let mut skipped = Vec::new();
                for word in lexicon.skipped() {
                    skipped.extend(vocabulary.id(word));
                }
                for (row, had) in had.into_iter().enumerate() {
                    if had < phrase.len() {
                        continue;
                    }
                    let field = if is_acronym {
                        part.initiative(row).and_then(|initiative| field_of(initiative, &term.written))
                    } else {
                        vocabulary.says(row, &phrase, &skipped)
                    };
                    if let Some(field) = field {
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
                let is_for = |row: &usize| part.columns.causes(*row).contains(&(wanted as u32));
                (0..part.len()).filter(is_for).for_each(|row| tell(row, Tier::Meant));
            }
        }
    }
}
