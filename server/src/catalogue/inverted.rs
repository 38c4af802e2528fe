//! Which initiatives have a word, for a search that names no place: gathered tile by tile, and written as
//! [`alentour_model::inverted`] has it.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use alentour_model::Session;
use alentour_model::Tier;
use alentour_model::initiative::Initiative;
use alentour_model::inverted::{Said, TIERS, VERSION, line};

use super::index::Row;

/// Initiatives of a word at most that are found by more than their descriptions, and with those that are not.
const SHOWN: usize = 1000;
const DESCRIBED: usize = 200;
/// Bytes of a shard's text, and the line that brings it there: some 5 KB in brotli.
const SHARD: usize = 12_000;
/// Words, and numbers of initiatives, that are kept in memory: what is beyond is not known of, and said so.
const WORDS: usize = 1_000_000;
const NUMBERS: usize = 30_000_000;
/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// The numbers of initiatives: what begins soonest first, then what goes on without dates.
pub struct Numbers {
    /// Days from 1970 to that of which it is told what is over, and what begins.
    pub day: i64,
    /// The position in the catalogue of each number's initiative.
    pub rows: Vec<u32>,
    /// The number of each position; `u32::MAX` for what has none.
    of: Vec<u32>,
}

/// When an initiative begins, seen from an instant (UTC seconds): the first of its sessions that are not over.
pub fn next(initiative: &Initiative, now: i64) -> Option<i64> {
    let coming = initiative.sessions.iter().filter(|session| session.ends() > now);
    coming.map(|session: &Session| session.start.moment.instant).min()
}

/// The beginning of the day of an instant, in UTC seconds: nodes that read one feed on one day number it alike.
pub fn day(now: i64) -> i64 {
    now.div_euclid(DAY) * DAY
}

impl Numbers {
    /// Numbers what is shown and not over at the beginning of a day, in UTC seconds.
    pub fn new(all: &[Row], day: i64) -> Self {
        let is_current = |row: &Row| row.is_shown && row.over.is_none_or(|over| over > day);
        let mut rows: Vec<u32> =
            (0..).zip(all).filter(|(_, row)| is_current(row)).map(|(at, _)| at).collect();
        rows.sort_by_key(|at| all.get(*at as usize).and_then(|row| row.next).unwrap_or(i64::MAX));
        let mut of = vec![u32::MAX; all.len()];
        for (number, at) in (0..).zip(&rows) {
            if let Some(own) = of.get_mut(*at as usize) {
                *own = number;
            }
        }
        Self { day: day.div_euclid(DAY), rows, of }
    }

    fn of(&self, position: u32) -> Option<u32> {
        self.of.get(position as usize).copied().filter(|number| *number != u32::MAX)
    }
}

/// The initiatives of a word, by how obvious it is that they have it, and whether there are more of each.
#[derive(Debug, Default)]
struct List([(Vec<u32>, bool); TIERS]);

impl List {
    /// Keeps those of each way that come first.
    fn cut(&mut self, most: usize) {
        for (list, is_cut) in &mut self.0 {
            list.sort_unstable();
            list.dedup();
            *is_cut |= list.len() > most;
            list.truncate(most);
            list.shrink_to_fit();
        }
    }

    fn len(&self) -> usize {
        self.0.iter().map(|(list, _)| list.len()).sum()
    }

    fn add(&mut self, other: &Self) {
        for ((list, is_cut), (others, is_other_cut)) in self.0.iter_mut().zip(&other.0) {
            list.extend(others);
            *is_cut |= is_other_cut;
        }
    }

    /// Its line: what is less obvious fills up what little is.
    fn line(mut self, forms: &str) -> String {
        self.cut(usize::MAX);
        let mut known = HashSet::new();
        for (tier, (list, is_cut)) in self.0.iter_mut().enumerate() {
            list.retain(|number| !known.contains(number));
            let most: usize = if tier == Tier::Described as usize { DESCRIBED } else { SHOWN };
            let room = most.saturating_sub(known.len());
            *is_cut |= list.len() > room;
            list.truncate(room);
            known.extend(list.iter().copied());
        }
        line(forms, self.0.each_ref().map(|(list, is_cut)| (list.as_slice(), *is_cut)))
    }
}

/// Words that are being gathered.
#[derive(Default)]
pub struct Words {
    all: HashMap<Box<str>, List>,
    /// How many numbers there are, and may be.
    numbers: usize,
    /// How many of those that come first are kept of each; halved where there are too many.
    most: Option<usize>,
    is_cut: bool,
}

impl Words {
    /// Adds what the initiatives of a tile say.
    pub fn add(&mut self, said: &Said, numbers: &Numbers) {
        said.each(&mut |word, rows| {
            if !self.all.contains_key(word) {
                if self.all.len() == WORDS {
                    self.is_cut = true;
                    return;
                }
                self.all.insert(word.into(), List::default());
            }
            let Some(list) = self.all.get_mut(word) else { return };
            let before = list.len();
            for (position, tier) in rows {
                if let (Some(number), Some((own, _))) = (numbers.of(position), list.0.get_mut(tier as usize))
                {
                    own.push(number);
                }
            }
            let most = self.most.unwrap_or(SHOWN);
            if list.0.iter().any(|(own, _)| own.len() > 2 * most) {
                list.cut(most);
            }
            self.numbers = (self.numbers + list.len()).saturating_sub(before);
        });
        self.bound();
    }

    fn bound(&mut self) {
        while self.numbers > NUMBERS {
            let most = self.most.map_or(SHOWN, |most| (most / 2).max(1));
            self.most = Some(most);
            self.all.values_mut().for_each(|list| list.cut(most));
            self.numbers = self.all.values().map(List::len).sum();
            if most == 1 {
                break;
            }
        }
    }

    /// The index, and the shards. `forms`: a line a word, as [`crate::words::forms`] has it.
    pub fn finish(mut self, forms: &str, numbers: &Numbers) -> (String, Vec<String>) {
        let mut lines: Vec<(String, String)> = Vec::new();
        let mut grouped = Vec::new();
        for group in forms.lines() {
            let mut list = List::default();
            for form in group.split(' ') {
                if let Entry::Occupied(own) = self.all.entry(form.into()) {
                    list.add(own.get());
                    grouped.push(form);
                }
            }
            if list.len() > 0 {
                lines.push((group.to_owned(), list.line(group)));
            }
        }
        grouped.iter().for_each(|form| drop(self.all.remove(*form)));
        let all = std::mem::take(&mut self.all).into_iter().filter(|(_, list)| list.len() > 0);
        lines.extend(all.map(|(word, list)| (word.to_string(), list.line(&word))));
        lines.sort_unstable();
        let (firsts, shards) = sharded(lines);
        let more = if self.is_cut { "+" } else { "" };
        let head = format!("{VERSION} {} {}{more}\n", numbers.day, numbers.rows.len());
        (head + &firsts.join("\n"), shards)
    }
}

/// Cuts lines, each behind its forms, into shards: what the first word of each but the first does not come before, and their texts. A line whose
/// forms begin with different letters is in the shard of each.
fn sharded(lines: Vec<(String, String)>) -> (Vec<String>, Vec<String>) {
    let (mut firsts, mut shards) = (Vec::new(), vec![String::new()]);
    let mut last = "";
    for (forms, line) in &lines {
        let word = forms.split(' ').next().unwrap_or_default();
        if shards.last().is_some_and(|shard| shard.len() > SHARD) && word > last {
            firsts.push(least(last, word).to_owned());
            shards.push(String::new());
        }
        last = word;
        if let Some(shard) = shards.last_mut() {
            add(shard, line);
        }
    }
    let shard_of = |word: &str| firsts.partition_point(|first| first.as_str() <= word);
    for (forms, line) in &lines {
        let mut own: Vec<usize> = forms.split(' ').map(shard_of).collect();
        let first = own[0];
        own.sort_unstable();
        own.dedup();
        for other in own.into_iter().filter(|other| *other != first) {
            if let Some(shard) = shards.get_mut(other) {
                add(shard, line);
            }
        }
    }
    (firsts, shards)
}

fn add(shard: &mut String, line: &str) {
    if !shard.is_empty() {
        shard.push('\n');
    }
    shard.push_str(line);
}

/// The shortest beginning of a word that another one comes before.
fn least<'a>(before: &str, word: &'a str) -> &'a str {
    let ends = word.char_indices().map(|(at, c)| at + c.len_utf8());
    ends.map(|end| &word[..end]).find(|beginning| *beginning > before).unwrap_or(word)
}
