//! What an inverted index is made of. For servers alone.

use std::fmt::Write as _;

use super::{MORE, TIERS, of_cause, of_kind, of_term};
use crate::lexicon::{Alternative, Lexicon};
use crate::part::Part;
use crate::query::Tier;

/// Takes a word, and the initiatives that have it.
pub type Tell<'a> = dyn FnMut(&str, &mut dyn Iterator<Item = (u32, Tier)>) + 'a;

/// What the initiatives of a part say, by what an index calls it.
pub struct Said {
    part: Part,
    /// Beside the part's own words: row, and how obvious it is.
    meant: Vec<(String, Vec<(usize, Tier)>)>,
}

impl Said {
    /// Reads what the initiatives of a part say.
    pub fn new(part: Part, lexicon: &Lexicon) -> Self {
        let mut meant: Vec<(String, Vec<(usize, Tier)>)> = Vec::new();
        let mut add = |name: &dyn Fn() -> String, way: &Alternative| {
            let mut rows = Vec::new();
            way.find(&part, lexicon, &mut |row, tier| rows.push((row, tier)));
            if rows.is_empty() {
                return;
            }
            let name = name();
            match meant.last_mut().filter(|(last, _)| *last == name) {
                Some((_, all)) => all.append(&mut rows),
                None => meant.push((name, rows)),
            }
        };
        for term in 0..lexicon.terms().len() {
            add(&|| of_term(lexicon, term), &Alternative::Term(term));
        }
        for kind in &part.columns.kinds {
            add(&|| of_kind(kind), &Alternative::Kind(kind.clone()));
        }
        for cause in &part.columns.causes {
            add(&|| of_cause(cause), &Alternative::Cause(cause.clone()));
        }
        Self { part, meant }
    }

    /// Tells each word, and whatever has a name of its own: with the positions in the feed of the initiatives that have it, and how obvious it is
    /// that each has it. An initiative may be told more than once.
    pub fn each(&self, tell: &mut Tell<'_>) {
        let ordinal = |row: usize| self.part.ordinals.get(row).copied().unwrap_or(u32::MAX);
        let vocabulary = self.part.vocabulary();
        for (id, word) in (0..).zip(vocabulary.words()) {
            let rows = vocabulary.rows(id);
            tell(word, &mut rows.map(|(row, field)| (ordinal(row), Tier::ALL[field as usize])));
        }
        for (name, rows) in &self.meant {
            tell(name, &mut rows.iter().map(|(row, tier)| (ordinal(*row), *tier)));
        }
    }
}

/// Writes a line of a shard. `lists`: numbers in their order, each once, and whether there are more.
pub fn line(forms: &str, lists: [(&[u32], bool); TIERS]) -> String {
    let mut line = forms.to_owned();
    for (numbers, is_cut) in lists {
        line.push('\t');
        let mut last = 0;
        for (at, number) in numbers.iter().enumerate() {
            let separator = if at > 0 { " " } else { "" };
            let _ = write!(line, "{separator}{}", number - last);
            last = *number;
        }
        if is_cut {
            line.push(MORE);
        }
    }
    line
}
