//! What is known of words in the page's language: which forms belong to one word, which words mean the same, what kinds and causes are
//! called, and which words count for nothing.
//!
//! It comes in two files, because one is the same for all and the other follows the feed (`docs/ARCHITECTURE.md`). Without either,
//! words are found by their beginnings alone.

#[cfg(feature = "server")]
pub mod source;

use crate::initiative::{Cause, Kind};
use crate::text::fold;
use crate::understanding::{Alternative, Pattern, Unit};

/// Words that a term has at most, those that are skipped aside. Longer ones are never recognised.
const LONGEST: usize = 5;

/// Letters of a word whose last `s` or `x` may be a plural's.
const INFLECTED: usize = 4;

/// Letters of a kind's or a cause's name that are enough to mean it, while somebody types.
const ENOUGH: usize = 3;

/// What is known of words. The default knows nothing.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    /// Words that count for nothing between others, folded and sorted.
    skipped: Vec<String>,
    /// Forms of words, folded: a line a word, a space between its forms.
    forms: String,
    /// Each form in the order of their bytes: where it begins and ends, and the line that it is on.
    index: Vec<[u32; 4]>,
    concepts: Vec<Concept>,
    /// The term that each key stands for, in the order of the keys.
    keys: Vec<(String, Key)>,
}

/// Terms that mean the same, or nearly so.
#[derive(Clone, Debug, Default)]
struct Concept {
    terms: Vec<Term>,
    /// The first of them, as many as these, mean the same. The others are narrower: they are found by them, but find only themselves.
    same: usize,
    kind: Option<Kind>,
    cause: Option<Cause>,
    /// What the kind or the cause is called, folded.
    name: String,
}

/// A word or a phrase that means something.
#[derive(Clone, Debug)]
struct Term {
    /// As it is written.
    written: String,
    /// Its words, folded, without those that are skipped.
    words: Vec<String>,
}

/// A concept, and the position of one of its terms.
type Key = (usize, usize);

impl Term {
    /// Whether it is one word in capitals, which is compared letter for letter: "PASS" is no form of "passer", nor "AME" of "âme".
    fn is_acronym(&self) -> bool {
        let is_capital = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        self.written.len() > 1 && self.written.bytes().all(is_capital)
    }
}

impl Lexicon {
    /// Reads what a site's build has made of `data/synonyms` (`words`: a line of words that count for nothing, with spaces between them,
    /// then a line a concept, with tabs: `kind:petition`, `cause:health` or nothing, its terms that mean the same, nothing, and narrower
    /// ones; the first term of a kind or a cause is its name), and what a server has made of the words of its feed (`forms`: a line a
    /// word, a space between its forms, all folded).
    pub fn read(words: &str, forms: &str) -> Self {
        let mut lexicon = Self::default();
        lexicon.read_forms(forms);
        for (number, line) in words.split('\n').enumerate() {
            if number == 0 {
                lexicon.skipped.extend(line.split(' ').map(str::to_owned));
                lexicon.skipped.sort_unstable();
            } else {
                lexicon.add(line);
            }
        }
        lexicon.keys.sort_unstable();
        lexicon
    }

    fn read_forms(&mut self, forms: &str) {
        self.forms = forms.to_owned();
        let mut line_start = 0;
        for line in forms.split('\n') {
            let mut start = line_start;
            for form in line.split(' ') {
                let end = start + form.len();
                self.index.push([start, end, line_start, line_start + line.len()].map(|place| place as u32));
                start = end + 1;
            }
            line_start += line.len() + 1;
        }
        let text = |[start, end, ..]: &[u32; 4]| &forms[*start as usize..*end as usize];
        self.index.sort_unstable_by(|a, b| text(a).cmp(text(b)));
    }

    fn add(&mut self, line: &str) {
        let mut concept = Concept::default();
        let mut is_same = true;
        for (column, text) in line.split('\t').enumerate() {
            match text.split_once(':') {
                Some(("kind", kind)) if column == 0 => concept.kind = Kind::parse(kind),
                Some(("cause", cause)) if column == 0 => concept.cause = Cause::parse(cause),
                _ if column == 0 => {}
                _ if text.is_empty() => is_same = false,
                _ => {
                    let written = text.to_owned();
                    let words = self.content(&fold(text));
                    self.keys.push((self.key(&words), (self.concepts.len(), concept.terms.len())));
                    concept.terms.push(Term { written, words });
                    concept.same += usize::from(is_same);
                }
            }
        }
        if let Some(term) = concept.terms.first()
            && (concept.kind.is_some() || concept.cause.is_some())
        {
            concept.name = fold(&term.written);
        }
        self.concepts.push(concept);
    }

    /// Whether it knows nothing.
    pub fn is_empty(&self) -> bool {
        self.concepts.is_empty()
    }

    /// Words that count for nothing between others.
    pub fn skipped(&self) -> &[String] {
        &self.skipped
    }

    /// The words of a folded text that count: all of them where none does.
    fn content(&self, folded: &str) -> Vec<String> {
        let words: Vec<String> =
            folded.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        let counts = |word: &&String| self.skipped.binary_search(word).is_err();
        if words.iter().any(|word| counts(&word)) {
            words.iter().filter(counts).cloned().collect()
        } else {
            words
        }
    }

    /// The forms of a word, itself among them where any are known. A plural that nothing says is as good as its singular.
    fn forms<'a>(&'a self, word: &'a str) -> Vec<&'a str> {
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
        let text = |start: u32, end: u32| self.forms.get(start as usize..end as usize).unwrap_or_default();
        let first = self.index.partition_point(|[start, end, ..]| text(*start, *end) < word);
        let lines = self.index[first..].iter().take_while(|[start, end, ..]| text(*start, *end) == word);
        let lines = lines.flat_map(|[_, _, start, end]| text(*start, *end).split(' '));
        lines.filter(|form| !form.is_empty()).collect()
    }

    /// What stands for words, whatever their forms.
    fn key(&self, words: &[String]) -> String {
        let first = |word: &String| self.forms(word).into_iter().min().unwrap_or(word).to_owned();
        words.iter().map(first).collect::<Vec<_>>().join(" ")
    }

    /// Terms of one word, as they are written, with that word folded.
    pub(crate) fn single_words(&self) -> impl Iterator<Item = (&str, &str)> {
        let terms = self.concepts.iter().flat_map(|concept| &concept.terms);
        terms.filter_map(|term| match &*term.words {
            [word] => Some((word.as_str(), term.written.as_str())),
            _ => None,
        })
    }

    /// What has been typed, in units: the longest phrases that mean something, else words.
    pub(crate) fn units(&self, typed: &str) -> Vec<Unit> {
        let words = self.content(&fold(typed));
        let mut units = Vec::new();
        let mut rest = &words[..];
        while !rest.is_empty() {
            let known = (2..=LONGEST.min(rest.len())).rev().find(|len| self.knows(&rest[..*len]));
            let (unit, others) = rest.split_at(known.unwrap_or(1));
            units.push(self.unit(unit));
            rest = others;
        }
        units
    }

    fn knows(&self, words: &[String]) -> bool {
        self.terms(&self.key(words)).next().is_some()
    }

    fn terms(&self, key: &str) -> impl Iterator<Item = Key> {
        let first = self.keys.partition_point(|(known, _)| &**known < key);
        self.keys[first..].iter().take_while(move |(known, _)| known == key).map(|(_, term)| *term)
    }

    /// All that a word or a phrase may be found by.
    pub(crate) fn unit(&self, words: &[String]) -> Unit {
        let typed = words.join(" ");
        let is_meant = |concept: &Concept| typed.len() >= ENOUGH && concept.name.starts_with(&typed);
        let mut found: Vec<Key> = self.terms(&self.key(words)).collect();
        for (at, concept) in self.concepts.iter().enumerate() {
            if is_meant(concept) {
                found.push((at, 0));
            }
        }
        let is_acronym = |key: &Key| self.concepts[key.0].terms[key.1].is_acronym();
        let is_whole = found.iter().any(is_acronym);
        let pattern = |word: &String| Pattern {
            beginning: word.clone(),
            forms: if is_whole { Vec::new() } else { self.others(word) },
            is_whole,
        };
        let mut alternatives = vec![Alternative::Typed(words.iter().map(pattern).collect())];
        for (at, term) in found {
            let concept = &self.concepts[at];
            if term >= concept.same {
                continue;
            }
            alternatives.extend(concept.kind.clone().map(Alternative::Kind));
            alternatives.extend(concept.cause.clone().map(Alternative::Cause));
            let others = (0..).zip(&concept.terms).filter(|(other, _)| *other != term);
            alternatives.extend(others.map(|(_, other)| self.alternative(other)));
        }
        Unit { words: words.to_vec(), alternatives, is_corrected: false }
    }

    fn alternative(&self, term: &Term) -> Alternative {
        if term.is_acronym() {
            return Alternative::Acronym(term.written.clone());
        }
        let forms = |word: &String| [vec![word.clone()], self.others(word)].concat();
        Alternative::Phrase { words: term.words.iter().map(forms).collect(), written: term.written.clone() }
    }

    /// The other forms of a word.
    fn others(&self, word: &str) -> Vec<String> {
        self.forms(word).into_iter().filter(|form| *form != word).map(str::to_owned).collect()
    }
}
