//! "Did you mean ...": where nothing has the words, others that do find something.

use super::Catalog;
use crate::lexicon::{Unit, push};
use crate::query::{Now, Query};
use crate::text::{fold, words};
use crate::understanding::{mistakes, why};

/// Words that are tried at most: each is a search.
const TRIED: usize = 6;

impl Catalog {
    /// Where nothing of the whole catalogue has the words of a query: the words with one of them replaced, or left out, such that they
    /// find something for this query. What is nearest to a word is tried first, and of what is as near what most initiatives have.
    pub(super) fn suggest(&self, query: &Query, now: Now, units: &[Unit]) -> Option<String> {
        let mut asked = Query { words: query.words.clone(), ..Query::default() };
        // Where other filters keep it away, its words are no mistake.
        if !self.answer(&asked, now).is_empty() {
            return None;
        }
        asked = query.clone();
        for (_, pair) in self.like(units).into_iter().take(TRIED) {
            let (other, word) = pair.split_once(' ')?;
            asked.words = replaced(&query.words, word, &self.written(other)?)?;
            if !self.answer(&asked, now).is_empty() {
                return Some(asked.words);
            }
        }
        let mut best = None;
        let mut most = 0;
        for unit in units {
            asked.words = self.without(&query.words, unit);
            let found = if asked.words.is_empty() { 0 } else { self.answer(&asked, now).len() };
            if found > most {
                (best, most) = (Some(asked.words.clone()), found);
            }
        }
        best
    }

    /// Words that may have been meant, each with the word of a query that stood for it; in the order in which they are tried.
    fn like(&self, units: &[Unit]) -> Vec<(u64, String)> {
        let mut all = Vec::new();
        for Unit { words: word, .. } in units {
            let most = match word.chars().count() {
                _ if word.contains(' ') => continue,
                0..3 => continue,
                3..5 => 1,
                _ => 2,
            };
            for (mistakes, other) in mistakes::like(word, &self.all_parts(), &self.lexicon, most) {
                if !other.starts_with(&**word) {
                    let rank = ((mistakes + 1) << 32) - self.frequency(&other) as u64;
                    all.push((rank, [&other, " ", word].concat()));
                }
            }
        }
        all.sort_unstable();
        all
    }

    /// A folded word as somebody wrote it.
    fn written(&self, word: &str) -> Option<String> {
        if let Some(term) = self.lexicon.terms().iter().find(|term| term.words == word) {
            return Some(term.written.clone());
        }
        for part in self.all_parts() {
            let row = part.vocabulary().id(word).and_then(|id| part.vocabulary().rows(id).next());
            if let Some((row, _)) = row {
                return why::written(part.initiative(row)?, word);
            }
        }
        None
    }

    /// The words of a text without those of a unit, nor those that are skipped before the rest.
    fn without(&self, text: &str, unit: &Unit) -> String {
        let mut left_out: Vec<&str> = unit.words.split(' ').collect();
        let mut kept = String::new();
        for word in words(text) {
            let folded = fold(word);
            match left_out.iter().position(|other| *other == folded) {
                Some(at) => drop(left_out.remove(at)),
                None if kept.is_empty() && self.lexicon.skips(&folded) => {}
                None => push(&mut kept, word),
            }
        }
        kept
    }
}

/// A text with one of its words replaced, the rest as it was typed.
fn replaced(text: &str, word: &str, by: &str) -> Option<String> {
    let found = words(text).find(|found| fold(found) == word)?;
    let start = found.as_ptr() as usize - text.as_ptr() as usize;
    Some([text.get(..start)?, by, text.get(start + found.len()..)?].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_replaced_in_what_was_typed() {
        assert_eq!(replaced("Jardni à l’École", "jardni", "jardin").as_deref(), Some("jardin à l’École"));
        assert_eq!(replaced("jardin", "ecole", "école"), None);
    }
}
