//! Words understood: what a query's words may be found by, and which initiatives have it.

mod mistakes;
mod suggestion;
pub mod texts;
mod why;

use crate::bits::Bits;
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
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Unit {
    /// As they were typed, folded, without those that are skipped.
    pub words: Vec<String>,
    /// One of these is enough.
    pub alternatives: Vec<Alternative>,
    /// Whether nothing has what was typed, and these are words like it.
    pub is_corrected: bool,
}

/// Something that a unit is found by.
#[derive(Clone, Debug, PartialEq)]
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
#[derive(Clone, Debug, PartialEq)]
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
        let begins =
            if self.is_open(field) { word.starts_with(&self.beginning) } else { word == self.beginning };
        begins || self.forms.iter().any(|form| form == word)
    }
}

/// How something was found that stands in a field; `is_typed`: the very words.
fn tier(field: Field, is_typed: bool) -> Tier {
    match field {
        Field::Named if is_typed => Tier::Named,
        Field::Shown if is_typed => Tier::Shown,
        Field::Described => Tier::Described,
        _ => Tier::Meant,
    }
}

/// Sets by tier: what is found that way or in a more obvious one.
type Tiers = [Bits; Tier::COUNT];

/// What the units allow of each part, by tier: of what is in several of them, the first counts. Nothing where there are no units.
/// And the units, those that nothing has replaced by what is like them.
pub(crate) fn find(parts: &[&Part], units: Vec<Unit>, lexicon: &Lexicon) -> (Vec<Tiers>, Vec<Unit>) {
    if units.is_empty() {
        return (Vec::new(), units);
    }
    let mut all: Vec<Tiers> = parts.iter().map(|part| Tier::ALL.map(|_| Bits::all(part.len()))).collect();
    let skipped: Vec<Vec<u32>> = parts.iter().map(|part| numbers(part, lexicon.skipped())).collect();
    let matched = |unit: &Unit| -> Vec<Tiers> {
        parts.iter().zip(&skipped).map(|(part, skipped)| unit.find(part, skipped)).collect()
    };
    let is_nothing = |found: &[Tiers]| found.iter().all(|tiers| tiers[Tier::COUNT - 1].is_empty());
    let mut understood = Vec::new();
    for unit in units {
        let (mut unit, mut found) = (unit.clone(), matched(&unit));
        if is_nothing(&found)
            && let Some(corrected) = unit.corrected(parts, lexicon)
        {
            (found, unit) = (matched(&corrected), corrected);
        }
        for (all, found) in all.iter_mut().zip(&found) {
            all.iter_mut().zip(found).for_each(|(all, found)| all.keep(found));
        }
        understood.push(unit);
    }
    (all, understood)
}

/// The numbers of words in a part, in their order.
fn numbers(part: &Part, words: &[String]) -> Vec<u32> {
    words.iter().filter_map(|word| part.vocabulary().id(word)).collect()
}

impl Unit {
    /// What of a part it is found by, by tier.
    fn find(&self, part: &Part, skipped: &[u32]) -> Tiers {
        let none = || Bits::none(part.len());
        let mut tiers = Tier::ALL.map(|_| none());
        for alternative in &self.alternatives {
            alternative.find(part, skipped, &mut tiers);
        }
        // Found that way or in a more obvious one.
        for tier in 1..Tier::COUNT {
            let (before, rest) = tiers.split_at_mut(tier);
            rest[0].join(&before[tier - 1]);
        }
        if self.is_corrected {
            tiers[..Tier::COUNT - 1].fill_with(none);
        }
        tiers
    }

    /// What it means where its one word has a mistake, or an ending that nothing has; `None` where nothing is like it.
    fn corrected(&self, parts: &[&Part], lexicon: &Lexicon) -> Option<Self> {
        let [word] = &*self.words else { return None };
        let stem = word.char_indices().nth(STEM).map_or(word.len(), |(end, _)| end);
        if word.chars().count() < LONG {
            return None;
        }
        let like = mistakes::like(word, parts, lexicon, 1);
        let mut alternatives: Vec<_> =
            like.into_iter().flat_map(|(_, word)| lexicon.unit(&[word]).alternatives).collect();
        if alternatives.is_empty() {
            let ends = word.char_indices().rev().map(|(end, _)| end).take(ENDING).filter(|end| *end >= stem);
            let beginnings = ends.filter_map(|end| word.get(..end));
            let is_known =
                |word: &&str| parts.iter().any(|part| part.vocabulary().beginning(word).next().is_some());
            let known = beginnings.into_iter().find(is_known)?;
            let pattern = Pattern { beginning: known.to_owned(), forms: Vec::new(), is_whole: false };
            alternatives.push(Alternative::Typed(vec![pattern]));
        }
        Some(Self { words: self.words.clone(), alternatives, is_corrected: true })
    }
}

impl Alternative {
    /// Adds what of a part is found by it.
    fn find(&self, part: &Part, skipped: &[u32], tiers: &mut Tiers) {
        let vocabulary = part.vocabulary();
        let fields = || Field::ALL.map(|_| Bits::none(part.len()));
        match self {
            Self::Typed(patterns) => {
                let mut all = Field::ALL.map(|_| Bits::all(part.len()));
                for pattern in patterns {
                    let mut found = fields();
                    if pattern.is_open(Field::Named) {
                        vocabulary
                            .beginning(&pattern.beginning)
                            .for_each(|id| vocabulary.add(id, &mut found));
                    }
                    if !pattern.is_open(Field::Kept) {
                        found[Field::Kept as usize..].fill_with(|| Bits::none(part.len()));
                    }
                    let itself = std::slice::from_ref(&pattern.beginning);
                    for word in pattern.forms.iter().chain(itself) {
                        vocabulary.id(word).into_iter().for_each(|id| vocabulary.add(id, &mut found));
                    }
                    // Of several words that which is least obvious counts.
                    let mut so_far = Bits::none(part.len());
                    for (all, found) in all.iter_mut().zip(&found) {
                        so_far.join(found);
                        all.keep(&so_far);
                    }
                }
                for (field, found) in Field::ALL.into_iter().zip(&all) {
                    tiers[tier(field, true) as usize].join(found);
                }
            }
            Self::Phrase { words, .. } => {
                let words: Vec<_> = words.iter().map(|forms| numbers(part, forms)).collect();
                if words.is_empty() || words.iter().any(Vec::is_empty) {
                    return;
                }
                let mut found = fields();
                if let [forms] = &*words {
                    forms.iter().for_each(|id| vocabulary.add(*id, &mut found));
                } else {
                    // Those with all words, then those that have them in their order.
                    let mut with_all = Bits::all(part.len());
                    for forms in &words {
                        let mut with_one = Bits::none(part.len());
                        forms.iter().flat_map(|id| vocabulary.rows(*id)).for_each(|row| with_one.add(row));
                        with_all.keep(&with_one);
                    }
                    for row in with_all.iter().take_while(|row| *row < part.len()) {
                        if let Some(field) = vocabulary.says(row, &words, skipped) {
                            found[field as usize].add(row);
                        }
                    }
                }
                for (field, found) in Field::ALL.into_iter().zip(&found) {
                    tiers[tier(field, false) as usize].join(found);
                }
            }
            Self::Acronym(written) => {
                let Some(id) = vocabulary.id(&fold(written)) else { return };
                for row in vocabulary.rows(id) {
                    let initiative = part.initiative(row);
                    if let Some(field) =
                        initiative.and_then(|initiative| texts::field_of(initiative, written))
                    {
                        tiers[tier(field, false) as usize].add(row);
                    }
                }
            }
            Self::Kind(kind) => {
                let kind = part.columns.kinds.iter().position(|known| known == kind);
                let rows = (0..part.len()).filter(|row| part.columns.kind(*row) == kind && kind.is_some());
                rows.for_each(|row| tiers[Tier::Named as usize].add(row));
            }
            Self::Cause(cause) => {
                let Some(cause) = part.columns.causes.iter().position(|known| known == cause) else { return };
                let rows = (0..part.len()).filter(|row| part.columns.causes(*row).contains(&cause));
                rows.for_each(|row| tiers[Tier::Meant as usize].add(row));
            }
        }
    }
}
