//! The words of a part: which of its initiatives have each, and in which order an initiative says them.

use crate::initiative::Initiative;
use crate::text::fold;
use crate::texts::{Field, texts};

/// Marks of a text that begins, among the words of an initiative: this and the field.
const TEXT: u32 = u32::MAX - 3;

/// Bits of a posting that say which initiative; those above are the field.
const ROW: u32 = (1 << 30) - 1;

/// The words of a part, folded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary {
    /// Each word once, in the order of their bytes.
    words: Words,
    /// Where the postings of each word end.
    ends: Vec<u32>,
    /// Which initiatives have a word, and the most obvious field that has it.
    postings: Vec<u32>,
    /// What each initiative says, word after word; a mark before each text.
    said: Vec<u32>,
    /// Where the words of each initiative end.
    said_ends: Vec<usize>,
}

/// Words, one after the other.
#[derive(Clone, Debug, Default)]
struct Words {
    text: String,
    ends: Vec<u32>,
}

impl Words {
    fn get(&self, id: usize) -> &str {
        let begin = id.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        self.ends.get(id).and_then(|end| self.text.get(begin as usize..*end as usize)).unwrap_or_default()
    }

    fn add(&mut self, word: &str) {
        self.text.push_str(word);
        self.ends.push(self.text.len() as u32);
    }

    fn len(&self) -> usize {
        self.ends.len()
    }
}

impl Vocabulary {
    /// Reads all texts that words are looked for in.
    pub fn new(initiatives: &[Initiative]) -> Self {
        let mut table = Table::new();
        let (mut said, mut said_ends) = (Vec::new(), Vec::new());
        for initiative in initiatives {
            texts(initiative, &mut |field, text| {
                said.push(TEXT + field as u32);
                said.extend(fold(text).split(' ').filter(|word| !word.is_empty()).map(|word| table.id(word)));
            });
            said_ends.push(said.len());
        }
        // Numbers in the order of the words.
        let found = table.words;
        let order = in_order(found.len(), &|id| found.get(id));
        let mut words = Words::default();
        let mut rank = vec![0; found.len()];
        for (place, id) in (0..).zip(order) {
            words.add(found.get(id as usize));
            rank[id as usize] = place;
        }
        for id in said.iter_mut().filter(|id| **id < TEXT) {
            *id = rank[*id as usize];
        }
        let mut all = Self { ends: vec![0; words.len()], words, postings: Vec::new(), said, said_ends };
        all.post();
        all
    }

    /// Notes which initiatives have each word: counts first, then fills in.
    fn post(&mut self) {
        let mut counts = vec![0; self.words.len()];
        self.each_first(|id, _| counts[id] += 1);
        let mut end = 0;
        for (own, count) in self.ends.iter_mut().zip(counts) {
            *own = end;
            end += count;
        }
        let (mut postings, mut ends) = (vec![0; end as usize], std::mem::take(&mut self.ends));
        self.each_first(|id, posting| {
            postings[ends[id] as usize] = posting;
            ends[id] += 1;
        });
        (self.postings, self.ends) = (postings, ends);
    }

    /// Each word of each initiative once, where it is first said: texts begin with the most obvious ones.
    fn each_first(&self, mut visit: impl FnMut(usize, u32)) {
        let mut last = vec![u32::MAX; self.words.len()];
        for row in 0..self.said_ends.len() {
            let mut field = 0;
            for id in self.said(row) {
                if *id >= TEXT {
                    field = *id - TEXT;
                } else if last[*id as usize] != row as u32 {
                    last[*id as usize] = row as u32;
                    visit(*id as usize, field << 30 | row as u32 & ROW);
                }
            }
        }
    }

    fn said(&self, row: usize) -> &[u32] {
        let begin =
            row.checked_sub(1).and_then(|before| self.said_ends.get(before)).copied().unwrap_or_default();
        self.said_ends.get(row).and_then(|end| self.said.get(begin..*end)).unwrap_or_default()
    }

    /// All words, in the order of their bytes.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        (0..self.words.len()).map(|id| self.words.get(id))
    }

    /// The first word that is not before this one.
    fn first_from(&self, word: &str) -> usize {
        first_from(self.words.len(), word, &|id| self.words.get(id))
    }

    /// A word's number.
    pub fn id(&self, word: &str) -> Option<u32> {
        let id = self.first_from(word);
        (self.words.get(id) == word && id < self.words.len()).then_some(id as u32)
    }

    /// The words that begin so.
    pub fn beginning(&self, prefix: &str) -> impl Iterator<Item = u32> {
        let first = self.first_from(prefix);
        (first..self.words.len())
            .take_while(move |id| self.words.get(*id).starts_with(prefix))
            .map(|id| id as u32)
    }

    /// Which initiatives have a word: row and field.
    fn postings(&self, id: u32) -> &[u32] {
        let id = id as usize;
        let begin = id.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or_default();
        self.ends.get(id).and_then(|end| self.postings.get(begin as usize..*end as usize)).unwrap_or_default()
    }

    /// The initiatives that have a word, in their order, and the most obvious field of each that has it.
    pub fn rows(&self, id: u32) -> impl Iterator<Item = (usize, Field)> {
        let field = |posting: u32| Field::ALL[(posting >> 30) as usize % Field::COUNT];
        self.postings(id).iter().map(move |posting| ((posting & ROW) as usize, field(*posting)))
    }

    /// The most obvious field in which an initiative says a phrase: one word of each set after the other, in one text. What is skipped
    /// does not count between them.
    pub fn says(&self, row: usize, phrase: &[Vec<u32>], skipped: &[u32]) -> Option<Field> {
        let said = self.said(row);
        let mut field = Field::Named;
        for (at, id) in said.iter().enumerate() {
            if *id >= TEXT {
                field = Field::ALL[(*id - TEXT) as usize % Field::COUNT];
            } else if phrase[0].contains(id) {
                let mut rest = phrase[1..].iter();
                let mut wanted = rest.next();
                for next in &said[at + 1..] {
                    match wanted {
                        Some(set) if set.contains(next) => wanted = rest.next(),
                        Some(_) if *next < TEXT && skipped.contains(next) => {}
                        _ => break,
                    }
                }
                if wanted.is_none() {
                    return Some(field);
                }
            }
        }
        None
    }
}

/// Positions in the order of the bytes of their texts. One sort for all such lists, which is downloaded once.
pub(crate) fn in_order<'a>(len: usize, text: &dyn Fn(usize) -> &'a str) -> Vec<u32> {
    let mut order = Vec::new();
    order.extend(0..len as u32);
    order.sort_unstable_by(|a, b| text(*a as usize).cmp(text(*b as usize)).then(a.cmp(b)));
    order
}

/// The first position, of texts in their order, of one that is not before another.
pub(crate) fn first_from<'a>(len: usize, wanted: &str, text: &dyn Fn(usize) -> &'a str) -> usize {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = (low + high) / 2;
        if text(middle) < wanted { low = middle + 1 } else { high = middle }
    }
    low
}

/// Words as they are met, each with a number: a table of our own, because std's would be 1.5 KB more to download.
struct Table {
    words: Words,
    /// Numbers and one, by the hash of the word; 0 is free. A power of two of them, at most half of which are taken.
    slots: Vec<u32>,
    /// Where the hash begins: an address, which nobody who writes a feed knows, lest its words all have one hash.
    seed: u32,
}

impl Table {
    fn new() -> Self {
        let slots = vec![0; 1 << 12];
        let seed = (slots.as_ptr() as usize >> 4) as u32;
        Self { words: Words::default(), slots, seed }
    }

    /// The number of a word, new or not.
    fn id(&mut self, word: &str) -> u32 {
        if self.words.len() * 2 > self.slots.len() {
            self.slots = vec![0; self.slots.len() * 2];
            for id in 0..self.words.len() {
                let slot = self.slot(self.words.get(id));
                self.slots[slot] = id as u32 + 1;
            }
        }
        let slot = self.slot(word);
        if self.slots[slot] == 0 {
            self.words.add(word);
            self.slots[slot] = self.words.len() as u32;
        }
        self.slots[slot] - 1
    }

    /// Where a word is, or would be.
    fn slot(&self, word: &str) -> usize {
        // FNV-1a (Fowler, Noll, Vo): few instructions, and words are short.
        let hash =
            word.bytes().fold(self.seed, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let mut slot = (hash ^ hash >> 15) as usize;
        loop {
            slot &= self.slots.len() - 1;
            match self.slots[slot] {
                0 => return slot,
                id if self.words.get(id as usize - 1) == word => return slot,
                _ => slot += 1,
            }
        }
    }
}
