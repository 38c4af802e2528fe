//! "Did you mean ...": where nothing is found, a word that does find something.

use super::{Unit, mistakes, why};
use crate::catalog::{Catalog, Part};
use crate::lexicon::Lexicon;
use crate::query::{Now, Query};
use crate::text::{fold, words};

/// Words that are tried at most: each is a search.
const TRIED: usize = 6;

impl Catalog {
    /// The words of a query that finds nothing, with one of them replaced such that it finds something. What was found nowhere is
    /// replaced first, by what is nearest to it, and of what is as near by what most initiatives have.
    pub(crate) fn suggest(
        &self,
        query: &Query,
        now: Now,
        lexicon: &Lexicon,
        units: &[Unit],
    ) -> Option<String> {
        let parts = self.all_parts();
        let mut tried = Vec::new();
        for unit in units {
            let [word] = &*unit.words else { continue };
            let most = match word.chars().count() {
                0..3 => continue,
                3..5 => 1,
                _ => 2,
            };
            for (mistakes, other) in mistakes::like(word, &parts, lexicon, most) {
                if !other.starts_with(&**word) {
                    let known = parts.iter().map(|part| frequency(part, &other)).sum::<usize>();
                    tried.push((mistakes, usize::MAX - known, word, other));
                }
            }
        }
        tried.sort_unstable();
        tried.into_iter().take(TRIED).find_map(|(_, _, word, other)| {
            let words = replaced(&query.words, word, &self.written(&other, lexicon)?)?;
            let query = Query { words, ..query.clone() };
            let answer = self.answer(&query, now, lexicon, lexicon.units(&query.words));
            (!answer.is_empty()).then_some(query.words)
        })
    }

    /// A folded word as somebody wrote it.
    fn written(&self, word: &str, lexicon: &Lexicon) -> Option<String> {
        let of_terms =
            lexicon.single_words().find(|(known, _)| *known == word).map(|(_, term)| term.to_owned());
        of_terms.or_else(|| {
            self.all_parts().into_iter().find_map(|part| {
                let id = part.vocabulary().id(word)?;
                let initiative = part.initiative(part.vocabulary().rows(id).next()?)?;
                why::written(initiative, word)
            })
        })
    }
}

/// How many initiatives of a part have a word.
fn frequency(part: &Part, word: &str) -> usize {
    part.vocabulary().id(word).map_or(0, |id| part.vocabulary().rows(id).count())
}

/// A text with one of its words replaced, the rest as it was typed.
fn replaced(text: &str, word: &str, by: &str) -> Option<String> {
    let found = words(text).find(|found| fold(found) == word)?;
    let start = found.as_ptr() as usize - text.as_ptr() as usize;
    Some([text.get(..start)?, by, text.get(start + found.len()..)?].concat())
}
