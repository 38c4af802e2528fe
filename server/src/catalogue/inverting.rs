//! Which initiatives have a word, for a search that names no place: gathered tile by tile, and written as
//! [`alentour_model::inverted`] has it.

use std::collections::{HashMap, HashSet};

use alentour_model::inverted::{Said, TIERS, VERSION, line};
use alentour_model::{Initiative, Session, Tier};

/// Numbers of a word at most: of what is found by more than its description; and of all, where descriptions fill up what else there is.
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
    /// The folder of what is numbered so: days from 1970 to that of which it is told what is over, and what begins.
    pub folder: i64,
    /// The position in the catalogue of each number's initiative.
    pub positions: Vec<u32>,
    /// The number of each position; `u32::MAX` for what has none.
    of: Vec<u32>,
}

/// When an initiative begins, seen from an instant (UTC seconds): the first of its sessions that are not over; `i64::MAX` where it goes on
/// without. `None` for what is over.
pub fn begins(initiative: &Initiative, now: i64) -> Option<i64> {
    let coming = initiative.sessions.iter().filter(|session| session.ends() > now);
    let begins = coming.map(|session: &Session| session.start.moment.instant).min();
    (!initiative.is_over(now)).then(|| begins.unwrap_or(i64::MAX))
}

/// The beginning of the day of an instant, in UTC seconds: nodes that read one feed on one day number it alike.
pub fn beginning_of_day(now: i64) -> i64 {
    now.div_euclid(DAY) * DAY
}

impl Numbers {
    /// Numbers initiatives by when each begins, seen from a day (its beginning, in UTC seconds); `None` for what has no number.
    pub fn new(begins: &[Option<i64>], day: i64) -> Self {
        let mut all: Vec<(i64, u32)> =
            (0..).zip(begins).filter_map(|(at, begins)| Some(((*begins)?, at))).collect();
        all.sort_unstable();
        let positions: Vec<u32> = all.into_iter().map(|(_, at)| at).collect();
        let mut of = vec![u32::MAX; begins.len()];
        for (number, at) in (0..).zip(&positions) {
            if let Some(own) = of.get_mut(*at as usize) {
                *own = number;
            }
        }
        Self { folder: day.div_euclid(DAY), positions, of }
    }

    fn of(&self, position: u32) -> Option<u32> {
        self.of.get(position as usize).copied().filter(|number| *number != u32::MAX)
    }
}

/// The initiatives of a word, by how obvious it is that they have it, and whether there are more of each.
#[derive(Debug, Default)]
struct Postings([(Vec<u32>, bool); TIERS]);

impl Postings {
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

    /// Its line: at most [`SHOWN`] that are found by more than their descriptions, and descriptions up to [`DESCRIBED`] in all.
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
    all: HashMap<Box<str>, Postings>,
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
                self.all.insert(word.into(), Postings::default());
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
            self.numbers = self.all.values().map(Postings::len).sum();
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
            let mut list = Postings::default();
            for form in group.split(' ') {
                if let Some(own) = self.all.get(form) {
                    list.add(own);
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
        let head = format!("{VERSION} {} {}{more}\n", numbers.folder, numbers.positions.len());
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
