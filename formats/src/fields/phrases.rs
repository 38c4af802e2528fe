//! Tables from phrases to what they mean, looked up in other people's words.

use std::collections::HashMap;

use alentour_model::text::{fold, has_words};

/// Phrases, each with what it means, in the order of their table.
pub(crate) struct Phrases<T> {
    lines: Vec<(String, T)>,
    /// Positions of those whose first word begins so. Most words of most texts begin no phrase at all.
    by_start: HashMap<[u8; 2], Vec<usize>>,
}

impl<T> Phrases<T> {
    /// Reads a table: a phrase and a word that `parse` understands on each line, a tab between; `#` begins a comment.
    pub fn parse(table: &str, parse: impl Fn(&str) -> Option<T>) -> Self {
        let lines: Vec<(String, T)> = table
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| line.split_once('\t'))
            .filter_map(|(phrase, meaning)| Some((fold(phrase), parse(meaning)?)))
            .collect();
        let mut by_start: HashMap<[u8; 2], Vec<usize>> = HashMap::new();
        for (at, (phrase, _)) in lines.iter().enumerate() {
            if let Some(start) = start(phrase) {
                by_start.entry(start).or_default().push(at);
            }
        }
        Self { lines, by_start }
    }

    /// All of them.
    #[cfg(test)]
    pub fn lines(&self) -> &[(String, T)] {
        &self.lines
    }

    /// What the phrases mean that are among these words, in the order of the table; a phrase is where each of its words
    /// begins one of theirs.
    pub fn find<'a>(&self, words: impl IntoIterator<Item = &'a str>) -> Vec<&T> {
        let mut found: Vec<usize> = Vec::new();
        let mut before = "";
        for text in words {
            // A domain is often the only activity, too.
            if std::mem::replace(&mut before, text) == text {
                continue;
            }
            let text = fold(text);
            for start in text.split(' ').filter_map(start) {
                let candidates = self.by_start.get(&start).into_iter().flatten();
                found.extend(
                    candidates.filter(|at| {
                        self.lines.get(**at).is_some_and(|(phrase, _)| has_words(&text, phrase))
                    }),
                );
            }
        }
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|at| self.lines.get(at)).map(|(_, meaning)| meaning).collect()
    }
}

/// The first two bytes; a text of one is nothing that a phrase begins with.
fn start(word: &str) -> Option<[u8; 2]> {
    word.as_bytes().first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_found_where_each_of_its_words_begins_one() {
        let table = Phrases::parse("# phrases\nlogement\t1\naide aux devoirs\t2\naide\t3\n", |n| {
            n.parse::<u8>().ok()
        });
        assert_eq!(table.find(["Les devoirs : aide, aux petits"]), [&2, &3]);
        assert_eq!(table.find(["Relogement"]), Vec::<&u8>::new());
        assert_eq!(table.find(["Logements", "l’aide"]), [&1, &3]);
    }
}
