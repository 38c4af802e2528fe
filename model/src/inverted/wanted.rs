//! What a search reads of an inverted index, and what it finds there.

use super::{Index, MORE, PACK, of_cause, of_kind, of_term};
use crate::catalog::Key;
use crate::lexicon::{Alternative, Lexicon};
use crate::mistakes::distance;
use crate::query::{Query, Tier};
use crate::understanding::LONG;

/// Shards that one search reads at most: some 5 KB each.
const SHARDS: usize = 6;
/// Shards of one word at most: many words begin with two letters.
const BEGINNING: usize = 2;

/// A word, or what has a name of its own.
struct Word {
    text: String,
    /// Whether what begins so is meant, too.
    is_open: bool,
}

/// What a search reads of the cards at most: packs, and of these such whose descriptions it needs. Some 1 KB each, and 3 KB.
const PACKS: usize = 16;
const DESCRIBED: usize = 10;

/// One of some alternatives, with all words of it.
type Unit = Vec<Vec<Word>>;

/// What is looked for.
pub struct Wanted {
    words: Vec<Unit>,
    /// Kinds and causes: one of each.
    filters: Vec<Unit>,
}

/// What an index knows of a search.
#[derive(Debug, Default, PartialEq)]
pub struct Found {
    /// The packs with the first of what is found, and whether the descriptions of a pack are needed to find it.
    pub packs: Vec<(u32, bool)>,
    /// Whether nothing else has the words.
    pub is_all: bool,
}

impl Wanted {
    /// What a query looks for by words, kinds and causes.
    pub fn new(query: &Query, lexicon: &Lexicon) -> Self {
        let mut words = Vec::new();
        for unit in lexicon.units(&query.words) {
            let mut ways: Unit = Vec::new();
            for way in &unit.alternatives {
                let way = alternative(way, lexicon);
                // All terms of a concept are one.
                let is_known = |known: &Vec<Word>| known.len() == way.len() && known[0].text == way[0].text;
                if !ways.iter().any(is_known) {
                    ways.push(way);
                }
            }
            words.push(ways);
        }
        let kinds: Unit = query.kinds.iter().map(|kind| alone(of_kind(kind))).collect();
        let causes: Unit = query.causes.iter().map(|cause| alone(of_cause(cause))).collect();
        Self { words, filters: [kinds, causes].into_iter().filter(|unit| !unit.is_empty()).collect() }
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.filters.is_empty()
    }

    /// The shards to read: first those of what was typed.
    pub fn shards(&self, index: &Index) -> Vec<usize> {
        let mut all = Vec::new();
        for is_typed in [true, false] {
            for unit in self.words.iter().chain(&self.filters) {
                let (typed, meant) = unit.split_at(unit.len().min(1));
                for word in if is_typed { typed } else { meant }.iter().flatten() {
                    for shard in index.of_word(&word.text, word.is_open).take(BEGINNING) {
                        if all.len() < SHARDS && !all.contains(&shard) {
                            all.push(shard);
                        }
                    }
                }
            }
        }
        all
    }

    /// What is found in shards that have been read, each with its number.
    pub fn find(&self, index: &Index, shards: &[(usize, String)]) -> Found {
        let mut is_all = index.has_all && !self.words.is_empty();
        let mut all = None;
        for unit in &self.words {
            let (found, is_complete) = look(unit, index, shards);
            // What nothing has leaves nothing, whatever else is looked for.
            if found.is_empty() && is_complete {
                return Found { packs: Vec::new(), is_all: true };
            }
            is_all &= is_complete;
            all = Some(both(all, found));
        }
        if !self.filters.is_empty() {
            let found = Found::of(all.clone().unwrap_or_default(), is_all, index);
            if found.is_all {
                return found;
            }
            // Too many to be counted: only what fits is wanted.
            for unit in &self.filters {
                all = Some(both(all, look(unit, index, shards).0));
            }
            is_all = false;
        }
        Found::of(all.unwrap_or_default(), is_all, index)
    }
}

impl Found {
    /// Those initiatives: the number of each, and how it was found.
    fn of(mut all: Vec<Key>, mut is_all: bool, index: &Index) -> Self {
        all.iter_mut().for_each(|key| *key = (u64::from(key.1), key.0 as u32, 0));
        all.sort_unstable();
        let mut packs: Vec<(u32, bool)> = Vec::new();
        let mut described = 0;
        for (tier, number, _) in all {
            if number >= index.count {
                continue;
            }
            let (pack, is_described) = (number / PACK, tier == Tier::Described as u64);
            let known = packs.iter().position(|(known, _)| *known == pack);
            if known.is_some_and(|known| packs[known].1 >= is_described) {
                continue;
            }
            if is_described && described == DESCRIBED || known.is_none() && packs.len() == PACKS {
                is_all = false;
                continue;
            }
            described += usize::from(is_described);
            match known {
                Some(known) => packs[known].1 = true,
                None => packs.push((pack, is_described)),
            }
        }
        Self { packs, is_all }
    }
}

fn alone(text: String) -> Vec<Word> {
    vec![Word { text, is_open: false }]
}

/// What a unit finds, and whether there is nothing else.
fn look(unit: &Unit, index: &Index, shards: &[(usize, String)]) -> (Vec<Key>, bool) {
    let mut is_all = index.has_all;
    let mut found = Vec::new();
    for words in unit {
        let mut own = None;
        for word in words {
            own = Some(both(own, list(word, index, shards, &mut is_all)));
        }
        found.append(&mut own.unwrap_or_default());
    }
    (both(None, found), is_all)
}

fn alternative(way: &Alternative, lexicon: &Lexicon) -> Vec<Word> {
    match way {
        Alternative::Typed { words, is_whole } => {
            let word = |text: &str| Word { text: text.to_owned(), is_open: !is_whole };
            words.split(' ').map(word).collect()
        }
        Alternative::Term(term) => alone(of_term(lexicon, *term)),
        Alternative::Kind(kind) => alone(of_kind(kind)),
        Alternative::Cause(cause) => alone(of_cause(cause)),
    }
}

/// The initiatives that have a word: the number of each, and how obvious it is that it has it. Where nothing has a long word, those that
/// have one which differs by one mistake. `is_all` becomes false where there may be others.
fn list(word: &Word, index: &Index, shards: &[(usize, String)], is_all: &mut bool) -> Vec<Key> {
    let letters: Vec<char> = word.text.chars().collect();
    let mut lines = Vec::new();
    // Nearly everything begins with a letter.
    if word.is_open && letters.len() < 2 {
        *is_all = false;
        return Vec::new();
    }
    for at in index.of_word(&word.text, word.is_open) {
        match shards.iter().find(|(number, _)| *number == at) {
            Some((_, text)) => lines.extend(text.split('\n')),
            None => *is_all = false,
        }
    }
    let mut all = Vec::new();
    let has = |form: &str| form == word.text || word.is_open && form.starts_with(&word.text);
    for line in &lines {
        take(line, &has, &mut all, is_all);
    }
    if all.is_empty() && word.is_open && letters.len() >= LONG {
        let is_like = |form: &str| distance(&letters, &form.chars().collect::<Vec<_>>(), 1) <= 1;
        for line in &lines {
            take(line, &is_like, &mut all, is_all);
        }
    }
    all
}

/// Takes the numbers of a line that has such a form.
fn take(line: &str, has: &dyn Fn(&str) -> bool, all: &mut Vec<Key>, is_all: &mut bool) {
    let mut columns = line.split('\t');
    if !columns.next().unwrap_or_default().split(' ').any(has) {
        return;
    }
    for (tier, numbers) in (0..).zip(columns) {
        *is_all &= !numbers.ends_with(MORE);
        let mut number = 0_u64;
        for step in numbers.trim_end_matches(MORE).split(' ').filter_map(|step| step.parse::<u32>().ok()) {
            number += u64::from(step);
            all.push((number, tier, 0));
        }
    }
}

/// Those that are in both, in the less obvious of both ways, each once and in their order.
fn both(before: Option<Vec<Key>>, mut own: Vec<Key>) -> Vec<Key> {
    own.sort_unstable();
    own.dedup_by_key(|(number, ..)| *number);
    let Some(mut all) = before else { return own };
    all.retain_mut(|key| {
        let found = own.binary_search_by_key(&key.0, |(number, ..)| *number);
        found.is_ok_and(|at| {
            key.1 = key.1.max(own[at].1);
            true
        })
    });
    all
}
