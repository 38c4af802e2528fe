//! What is known of words in the page's language: which forms belong to one word, which words mean the same, what kinds and causes are
//! called, and which words count for nothing.
//!
//! It comes in two files, because one is the same for all and the other follows the feed (`docs/ARCHITECTURE.md`). Without either,
//! words are found by their beginnings alone.

mod read;
#[cfg(feature = "server")]
pub mod source;
mod unit;

use crate::initiative::{Cause, Kind};
use crate::text::fold;
use crate::vocabulary::first_from;
pub(crate) use unit::{Alternative, Unit};

/// Words that a term has at most, those that are skipped aside. Longer ones are never recognised.
const LONGEST: usize = 5;

/// Letters of a word whose last `s` or `x` may be a plural's.
const INFLECTED: usize = 4;

/// Letters of a kind's or a cause's name that are enough to mean it, while somebody types.
const ENOUGH: usize = 3;

/// What is known of words. The default knows nothing.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    /// Words that count for nothing between others, folded.
    skipped: Vec<String>,
    /// Forms of words, folded: a line a word, a space between its forms.
    forms: String,
    /// Each form in the order of their bytes: where it begins and ends, and where its line does.
    index: Vec<[u32; 4]>,
    concepts: Vec<Concept>,
    /// Those of one concept after the other's.
    terms: Vec<Term>,
    /// Positions of terms, in the order of their keys.
    keys: Vec<u32>,
}

/// Terms that mean the same, or nearly so.
#[derive(Clone, Debug, Default)]
struct Concept {
    /// The first of its terms, the first that is narrower, and the first of the next concept's. The narrower are found by those that
    /// mean the same, but find only themselves.
    terms: [usize; 3],
    /// What it is called in the tables: `kind:petition`, `homework-help`.
    id: String,
    kind: Option<Kind>,
    cause: Option<Cause>,
    /// What the kind or the cause is called, folded.
    name: String,
}

/// A word or a phrase that means something.
#[derive(Clone, Debug)]
pub(crate) struct Term {
    /// As it is written.
    pub written: String,
    /// Its words, folded, without those that are skipped.
    pub words: String,
    /// What stands for these, whatever their forms.
    key: String,
    concept: usize,
}

impl Term {
    /// Whether it is one word in capitals, which is compared letter for letter: "PASS" is no form of "passer", nor "AME" of "âme".
    pub fn is_acronym(&self) -> bool {
        let is_capital = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        self.written.len() > 1 && self.written.bytes().all(is_capital)
    }
}

impl Lexicon {
    fn form(&self, [start, end, ..]: [u32; 4]) -> &str {
        self.forms.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Whether it knows nothing.
    pub fn is_empty(&self) -> bool {
        self.concepts.is_empty()
    }

    /// Whether a folded word counts for nothing between others.
    pub(crate) fn skips(&self, word: &str) -> bool {
        self.skipped.iter().any(|skipped| skipped == word)
    }

    /// Words that count for nothing between others.
    pub(crate) fn skipped(&self) -> &[String] {
        &self.skipped
    }

    /// All terms.
    pub(crate) fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// What the concept of a term is called, in whatever language.
    pub(crate) fn concept(&self, term: usize) -> &str {
        let concept = self.terms.get(term).and_then(|term| self.concepts.get(term.concept));
        concept.map_or("", |concept| concept.id.as_str())
    }

    /// The words of a folded text that count: all of them where none does.
    fn content(&self, folded: &str) -> String {
        let mut content = String::new();
        for word in folded.split(' ') {
            if !self.skips(word) {
                push(&mut content, word);
            }
        }
        if content.is_empty() { folded.to_owned() } else { content }
    }

    /// The forms of a word, itself among them where any are known. A plural that nothing says is as good as its singular.
    pub(crate) fn forms<'a>(&'a self, word: &'a str) -> Vec<&'a str> {
        let mut forms = self.lines_of(word);
        if forms.is_empty()
            && word.len() >= INFLECTED
            && let Some(singular) = word.strip_suffix(['s', 'x'])
        {
            forms = self.lines_of(singular);
            forms.push(singular);
        }
        forms
    }

    /// All words of the lines that a word is on.
    fn lines_of(&self, word: &str) -> Vec<&str> {
        let mut forms = Vec::new();
        let mut at = first_from(self.index.len(), word, &|at| self.form(self.index[at]));
        while let Some([start, end, line_start, line_end]) = self.index.get(at)
            && self.form([*start, *end, 0, 0]) == word
            && !word.is_empty()
        {
            for form in self.form([*line_start, *line_end, 0, 0]).split(' ') {
                forms.push(form);
            }
            at += 1;
        }
        forms
    }

    /// What stands for words, whatever their forms.
    fn key(&self, words: &str) -> String {
        let mut key = String::new();
        for word in words.split(' ') {
            push(&mut key, self.forms(word).into_iter().min().unwrap_or(word));
        }
        key
    }

    /// What has been typed, in units: the longest phrases that mean something, else words.
    pub(crate) fn units(&self, typed: &str) -> Vec<Unit> {
        let words = self.content(&fold(typed));
        let mut units = Vec::new();
        let mut rest = words.as_str();
        while !rest.is_empty() {
            // Where the next words end, from the longest phrase to one word.
            let mut ends = Vec::new();
            for (end, byte) in rest.bytes().chain([b' ']).enumerate() {
                if byte == b' ' && ends.len() < LONGEST {
                    ends.push(end);
                }
            }
            while let Some(end) = ends.pop() {
                if ends.is_empty() || self.first_key(&self.key(&rest[..end])).1 {
                    units.push(self.unit(&rest[..end]));
                    rest = rest.get(end + 1..).unwrap_or_default();
                    break;
                }
            }
        }
        units
    }

    /// Where a key is or would be among the keys, and whether it is there.
    fn first_key(&self, key: &str) -> (usize, bool) {
        let text = |at: usize| self.terms[self.keys[at] as usize].key.as_str();
        let at = first_from(self.keys.len(), key, &text);
        (at, at < self.keys.len() && text(at) == key)
    }

    /// All that a word or a phrase may be found by.
    pub(crate) fn unit(&self, words: &str) -> Unit {
        let mut found = Vec::new();
        let key = self.key(words);
        let mut at = self.first_key(&key).0;
        while let Some(term) = self.keys.get(at)
            && self.terms[*term as usize].key == key
        {
            found.push(*term as usize);
            at += 1;
        }
        for concept in &self.concepts {
            if words.len() >= ENOUGH && concept.name.starts_with(words) {
                found.push(concept.terms[0]);
            }
        }
        let is_whole = found.iter().any(|term| self.terms[*term].is_acronym());
        let mut alternatives = vec![Alternative::Typed { words: words.to_owned(), is_whole }];
        for term in found {
            let concept = &self.concepts[self.terms[term].concept];
            if term < concept.terms[1] {
                alternatives.extend(concept.kind.clone().map(Alternative::Kind));
                alternatives.extend(concept.cause.clone().map(Alternative::Cause));
                for other in concept.terms[0]..concept.terms[2] {
                    if other != term {
                        alternatives.push(Alternative::Term(other));
                    }
                }
            }
        }
        Unit { words: words.to_owned(), alternatives, is_corrected: false }
    }
}

/// Adds a word to others.
pub(crate) fn push(words: &mut String, word: &str) {
    if !words.is_empty() {
        words.push(' ');
    }
    words.push_str(word);
}
