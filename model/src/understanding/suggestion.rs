//! "Did you mean ...": where nothing has the words, others that do find something.

use super::{Unit, mistakes, why};
use crate::catalog::Catalog;
use crate::query::{Now, Query};
use crate::text::{fold, words};

/// Words that are tried at most: each is a search.
const TRIED: usize = 6;

impl Catalog {
    /// Where nothing of the whole catalogue has the words of a query: the words with one of them replaced, or left out, such that they
    /// find something for this query. What is nearest to a word is tried first, and of what is as near what most initiatives have.
    pub(crate) fn suggest(&self, query: &Query, now: Now, units: &[Unit]) -> Option<String> {
        let mut asked = Query { words: query.words.clone(), ..Query::default() };
        // Where other filters keep it away, its words are no mistake.
        if !self.answer(&asked, now).is_empty() {
            return None;
        }
        asked = query.clone();
        for (word, other) in self.like(units).into_iter().take(TRIED) {
            asked.words = replaced(&query.words, &word, &self.written(&other)?)?;
            if !self.answer(&asked, now).is_empty() {
                return Some(asked.words);
            }
        }
        let mut best = None;
        let mut most = 0;
        for unit in units {
            asked.words = without(&query.words, unit, self.lexicon.skipped());
            let found = if asked.words.is_empty() { 0 } else { self.answer(&asked, now).len() };
            if found > most {
                (best, most) = (Some(asked.words.clone()), found);
            }
        }
        best
    }

    /// Words of a query, and others that may have been meant instead.
    fn like(&self, units: &[Unit]) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for unit in units {
            let [word] = &*unit.words else { continue };
            let most = match word.chars().count() {
                0..3 => continue,
                3..5 => 1,
                _ => 2,
            };
            for (mistakes, other) in mistakes::like(word, &self.all_parts(), &self.lexicon, most) {
                if !other.starts_with(&**word) {
                    all.push((mistakes, usize::MAX - self.frequency(&other), word.clone(), other));
                }
            }
        }
        all.sort_unstable();
        all.into_iter().map(|(_, _, word, other)| (word, other)).collect()
    }

    /// A folded word as somebody wrote it.
    fn written(&self, word: &str) -> Option<String> {
        if let Some((_, term)) = self.lexicon.single_words().find(|(known, _)| *known == word) {
            return Some(term.to_owned());
        }
        self.all_parts().into_iter().find_map(|part| {
            let id = part.vocabulary().id(word)?;
            let (row, _) = part.vocabulary().rows(id).next()?;
            why::written(part.initiative(row)?, word)
        })
    }
}

/// A text with one of its words replaced, the rest as it was typed.
fn replaced(text: &str, word: &str, by: &str) -> Option<String> {
    let found = words(text).find(|found| fold(found) == word)?;
    let start = found.as_ptr() as usize - text.as_ptr() as usize;
    Some([text.get(..start)?, by, text.get(start + found.len()..)?].concat())
}

/// The words of a text without those of a unit, nor those that are skipped before the rest.
fn without(text: &str, unit: &Unit, skipped: &[String]) -> String {
    let mut left_out = unit.words.clone();
    let mut kept: Vec<&str> = Vec::new();
    for word in words(text) {
        let folded = fold(word);
        match left_out.iter().position(|other| *other == folded) {
            Some(at) => drop(left_out.remove(at)),
            None if kept.is_empty() && skipped.contains(&folded) => {}
            None => kept.push(word),
        }
    }
    kept.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_replaced_or_left_out_of_what_was_typed() {
        assert_eq!(replaced("Jardni à l’École", "jardni", "jardin").as_deref(), Some("jardin à l’École"));
        assert_eq!(replaced("jardin", "ecole", "école"), None);
        let unit = |words: &[&str]| Unit {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            alternatives: Vec::new(),
            is_corrected: false,
        };
        let skipped = ["de", "les"].map(str::to_owned);
        assert_eq!(without("Aider les sans-abri", &unit(&["aider"]), &skipped), "sans abri");
        assert_eq!(
            without("cours de Français étrangers", &unit(&["cours", "francais"]), &skipped),
            "étrangers"
        );
    }
}
