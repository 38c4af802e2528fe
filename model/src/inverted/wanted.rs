//! What a search reads of an inverted index, and what it finds there.

use super::{Index, MORE, PACK, of_cause, of_kind, of_term};
use crate::lexicon::{Alternative, Lexicon};
use crate::mistakes::distance;
use crate::query::{Query, Tier};
use crate::sort::{Key, sort};
use crate::understanding::{ENDING, LONG, STEM};

/// Shards that one search reads at most: some 5 KB each.
const SHARDS: usize = 6;
/// Shards of one word at most: many words begin with two letters.
const BEGINNING: usize = 2;

/// A word, or what has a name of its own.
struct Word {
    /// What is looked for by it, counted from 0; and in which of its ways, of which one is enough.
    unit: usize,
    way: usize,
    text: String,
    /// Whether what begins so is meant, too.
    is_open: bool,
}

/// What a search reads of the cards at most: packs, and of these such whose descriptions it needs. Some 1 KB each, and 3 KB.
const PACKS: usize = 16;
const DESCRIBED: usize = 10;

/// What is looked for: several units, each by some words in one of several ways.
pub struct Wanted {
    words: Vec<Word>,
    units: usize,
    /// The first unit that is a filter.
    filters: usize,
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
        let mut wanted = Self { words: Vec::new(), units: 0, filters: 0 };
        for unit in lexicon.units(&query.words) {
            for (way, alternative) in unit.alternatives.iter().enumerate() {
                match alternative {
                    Alternative::Typed { words, is_whole } => {
                        words.split(' ').for_each(|word| wanted.add(way, word.to_owned(), !is_whole));
                    }
                    Alternative::Term(term) => wanted.add(way, of_term(lexicon, *term), false),
                    Alternative::Kind(kind) => wanted.add(way, of_kind(kind), false),
                    Alternative::Cause(cause) => wanted.add(way, of_cause(cause), false),
                }
            }
            wanted.units += 1;
        }
        wanted.filters = wanted.units;
        query.kinds.iter().enumerate().for_each(|(way, kind)| wanted.add(way, of_kind(kind), false));
        wanted.units += usize::from(!query.kinds.is_empty());
        query.causes.iter().enumerate().for_each(|(way, cause)| wanted.add(way, of_cause(cause), false));
        wanted.units += usize::from(!query.causes.is_empty());
        wanted
    }

    fn add(&mut self, way: usize, text: String, is_open: bool) {
        let unit = self.units;
        // All terms of a concept are one.
        if !self.words.last().is_some_and(|last| last.unit == unit && last.way < way && last.text == text) {
            self.words.push(Word { unit, way, text, is_open });
        }
    }

    /// Whether nothing is looked for.
    pub fn is_empty(&self) -> bool {
        self.units == 0
    }

    /// The shards to read: first those of what was typed.
    pub fn shards(&self, index: &Index) -> Vec<u32> {
        let mut all = Vec::new();
        for is_typed in [true, false] {
            for word in self.words.iter().filter(|word| (word.way == 0) == is_typed) {
                for shard in index.of_word(&word.text, word.is_open).take(BEGINNING) {
                    if all.len() < SHARDS && !all.contains(&shard) {
                        all.push(shard);
                    }
                }
            }
        }
        all
    }

    /// What is found in shards that have been read, each with its number.
    pub fn find(&self, index: &Index, shards: &[(u32, String)]) -> Found {
        let mut is_all = index.has_all && self.filters > 0;
        let mut all: Option<Vec<Key>> = None;
        for unit in 0..self.units {
            if unit == self.filters
                && let Some(all) = &all
            {
                let found = Found::of(all.clone(), is_all, index);
                if found.is_all {
                    return found;
                }
            }
            let (found, is_complete) = self.look(unit, index, shards);
            // What nothing has leaves nothing, whatever else is looked for.
            if found.is_empty() && is_complete && unit < self.filters {
                return Found { packs: Vec::new(), is_all: true };
            }
            // What fits is wanted where all that has the words is too much: filters count what they would give beside it.
            is_all &= is_complete && unit < self.filters;
            // Nor does what nothing is known of choose anything.
            if found.is_empty() && !is_complete {
                continue;
            }
            all = Some(intersection(all.as_deref(), found));
        }
        Found::of(all.unwrap_or_default(), is_all, index)
    }

    /// What a unit finds, in some order, and whether there is nothing else. Where nothing has it, what is like its one word: then others may have
    /// something like it, too.
    fn look(&self, unit: usize, index: &Index, shards: &[(u32, String)]) -> (Vec<Key>, bool) {
        let mut is_all = index.has_all;
        let (mut found, mut own, mut way) = (Vec::new(), None, 0);
        let mut words = self.words.iter().filter(|word| word.unit == unit);
        for word in words.clone() {
            if word.way != way {
                found.append(&mut own.take().unwrap_or_default());
                way = word.way;
            }
            let has = |form: &str| form == word.text || word.is_open && form.starts_with(&word.text);
            own = Some(intersection(own.as_deref(), list(word, index, shards, &mut is_all, &has)));
        }
        found.append(&mut own.unwrap_or_default());
        if found.is_empty()
            && let Some(typed) = words.next().filter(|typed| typed.is_open)
            && words.next().is_none_or(|other| other.way > 0)
            && typed.text.chars().count() >= LONG
        {
            found = like(typed, index, shards);
            is_all = false;
        }
        (found, is_all)
    }
}

impl Found {
    /// Those initiatives: the number of each, and how it was found.
    fn of(mut all: Vec<Key>, mut is_all: bool, index: &Index) -> Self {
        all.iter_mut().for_each(|key| *key = (u64::from(key.1), key.0 as u32, 0));
        sort(&mut all);
        let mut packs: Vec<(u32, bool)> = Vec::new();
        let mut described = 0;
        for (tier, number, _) in all {
            if number >= index.count {
                continue;
            }
            let (pack, is_described) = (number / PACK, tier == Tier::Described as u64);
            let known = packs.iter().position(|(known, _)| *known == pack);
            if known.is_some_and(|known| packs[known].1 || !is_described) {
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

/// The initiatives that have such a form of a word: the number of each, and how obvious it is that it has it. `is_all` becomes false where there
/// may be others.
fn list(
    word: &Word,
    index: &Index,
    shards: &[(u32, String)],
    is_all: &mut bool,
    has: &dyn Fn(&str) -> bool,
) -> Vec<Key> {
    let mut all = Vec::new();
    // Nearly everything begins with a letter.
    if word.is_open && word.text.chars().nth(1).is_none() {
        *is_all = false;
        return all;
    }
    for at in index.of_word(&word.text, word.is_open) {
        match shards.iter().find(|(number, _)| *number == at) {
            Some((_, text)) => text.split('\n').for_each(|line| take(line, has, &mut all, is_all)),
            None => *is_all = false,
        }
    }
    all
}

/// What has a word that differs from a long one by one mistake, or else by its ending, as far as these shards know: as
/// `Unit::correct` has it of what has been read.
fn like(word: &Word, index: &Index, shards: &[(u32, String)]) -> Vec<Key> {
    let letters: Vec<char> = word.text.chars().collect();
    let is_like = |form: &str| distance(&letters, &form.chars().collect::<Vec<_>>(), 1) <= 1;
    let mut found = list(word, index, shards, &mut false, &is_like);
    for left in (STEM..letters.len()).rev().take(ENDING) {
        if found.is_empty() {
            let beginning = String::from_iter(&letters[..left]);
            found = list(word, index, shards, &mut false, &|form| form.starts_with(&beginning));
        }
    }
    found
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

/// Those that are in both, in the less obvious of both ways, each once and in their order; all where there is nothing before.
fn intersection(before: Option<&[Key]>, mut own: Vec<Key>) -> Vec<Key> {
    sort(&mut own);
    let (mut all, mut last, mut at): (Vec<Key>, _, _) = (Vec::new(), u64::MAX, 0);
    for (number, tier, _) in own {
        if number == last {
            continue;
        }
        last = number;
        let Some(before) = before else {
            all.push((number, tier, 0));
            continue;
        };
        while before.get(at).is_some_and(|(other, ..)| *other < number) {
            at += 1;
        }
        if let Some((other, other_tier, _)) = before.get(at)
            && *other == number
        {
            all.push((number, tier.max(*other_tier), 0));
        }
    }
    all
}
