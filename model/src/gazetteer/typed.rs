//! What somebody has typed, taken apart, and how well a place fits it.

use super::keys::{canonical, is_number, key, keys};
use super::locality::{Locality, parts};
use crate::mistakes::distance;
use crate::text::fold;

/// Digits of a complete postcode: four in Belgium, Switzerland and Luxembourg.
const POSTCODE: [usize; 2] = [4, 5];

/// Letters of a name in which a mistake is looked for: shorter ones are like too many others.
const LONG: usize = 5;

/// How well a place fits, the better the less.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// The whole name, or the whole postcode.
    Whole,
    Beginning,
    Not,
}

/// What somebody has typed, taken apart.
pub(super) struct Typed {
    /// The beginning of a postcode, or empty.
    pub digits: String,
    /// The beginning of a name as a key, without `digits`, or empty.
    pub words: String,
    /// The same with `digits`, where these may belong to the name.
    pub whole: String,
    /// Folded beginning of what stood in brackets, a postcode aside, or empty.
    area: String,
    /// The letters of `words`, where names with one mistake fit as well.
    forgiven: Vec<char>,
}

impl Typed {
    /// `None` if it is too short to look for: less than two letters or digits.
    pub fn parse(typed: &str) -> Option<Self> {
        let (before, brackets) = typed.split_once('(').unwrap_or((typed, ""));
        let (mut folded, mut area) = (fold(before), String::new());
        for word in fold(brackets).split(' ') {
            let of = if is_number(word) { &mut folded } else { &mut area };
            if !of.is_empty() {
                of.push(' ');
            }
            of.push_str(word);
        }
        let mut words = in_full(&folded, before.contains('/'));
        let is_postcode = |word: &&str| is_number(word) && POSTCODE.contains(&word.len());
        let digits = if words.iter().all(|word| is_number(word)) {
            words.drain(..).collect()
        } else if let Some(at) = words.iter().position(is_postcode) {
            words.remove(at).to_owned()
        } else {
            words.pop_if(|word| is_number(word) && word.len() > 1).unwrap_or_default().to_owned()
        };
        let words = key(words.into_iter());
        let whole =
            if digits.len() == 2 { [words.as_str(), canonical(&digits)].concat() } else { words.clone() };
        (digits.len() > 1 || words.chars().nth(1).is_some()).then_some(Self {
            digits,
            words,
            whole,
            area,
            forgiven: Vec::new(),
        })
    }

    /// Whether there is a postcode to its end.
    pub fn has_postcode(&self) -> bool {
        POSTCODE.contains(&self.digits.len())
    }

    /// Whether it is a name, and nothing that tells it from its namesakes.
    pub fn is_bare(&self) -> bool {
        self.digits.is_empty() && self.area.is_empty()
    }

    /// The same, which names with one typing mistake fit as well; `None` for what is too short or has digits in it.
    pub fn forgiving(mut self) -> Option<Self> {
        self.forgiven = self.words.chars().collect();
        let is_letters = !self.forgiven.iter().any(char::is_ascii_digit);
        (is_letters && self.forgiven.len() >= LONG).then_some(self)
    }

    /// The places that fit, at most `limit`: the better first, then by population.
    pub fn search(&self, shards: &str, limit: usize) -> Vec<Locality> {
        let mut found: Vec<(Rank, u32, &str)> = Vec::new();
        for line in shards.lines() {
            let mut fields = line.split('\t');
            let (distinction, name) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
            let rank = self.rank(distinction, name);
            if rank == Rank::Not {
                continue;
            }
            let Some(Locality { population, .. }) = Locality::parse(line) else { continue };
            // Each shard is by population already: most go to the end.
            let mut at = found.len();
            while at > 0
                && found.get(at - 1).is_some_and(|it| it.0 > rank || it.0 == rank && it.1 < population)
            {
                at -= 1;
            }
            // One of the largest towns is in two files.
            if at < limit && !found.iter().any(|it| it.2 == line) {
                found.insert(at, (rank, population, line));
            }
        }
        found.iter().filter_map(|it| Locality::parse(it.2)).take(limit).collect()
    }

    /// Whether all of it is the place's name, or its postcode.
    pub fn is_whole(&self, place: &Locality) -> bool {
        self.rank(&place.distinction(), &place.name) == Rank::Whole
    }

    /// Whether that is the place's name with its article: "Liège" is not Le Liège.
    pub fn is_literal(&self, place: &Locality) -> bool {
        [&self.words, &self.whole].contains(&&keys(&place.name).0)
    }

    /// How well a place fits.
    pub fn rank(&self, distinction: &str, name: &str) -> Rank {
        let (country, code) = parts(distinction);
        let by_postcode = code.starts_with(&self.digits);
        let area = if is_number(code) { country } else { distinction };
        if !self.area.is_empty() && !fold(area).starts_with(&self.area) {
            return Rank::Not;
        }
        if self.words.is_empty() {
            return rank(code, &self.digits);
        }
        if !by_postcode && self.digits.len() != 2 {
            return Rank::Not;
        }
        let words = if by_postcode { &self.words } else { &self.whole };
        let (name, rest) = keys(name);
        let fits = self.fits(words, &name);
        rest.map_or(fits, |rest| fits.min(self.fits(words, &rest)))
    }

    fn fits(&self, words: &str, name: &str) -> Rank {
        if self.forgiven.is_empty() {
            return rank(name, words);
        }
        let name: Vec<char> = name.chars().collect();
        let is_like = |name: &[char]| distance(&self.forgiven, name, 1) < 2;
        // A digit is no letter that was mistyped: "Lyonn" is not Lyon 7e.
        if name.last().is_some_and(char::is_ascii_digit) {
            return Rank::Not;
        }
        if is_like(&name) {
            return Rank::Whole;
        }
        let typed = self.forgiven.len();
        let mut ends = typed - 1..typed + 2;
        if ends.any(|end| name.get(..end).is_some_and(is_like)) { Rank::Beginning } else { Rank::Not }
    }
}

impl Locality {
    /// Whether that is its name, its article included: "Liège" is not Le Liège.
    pub fn is_called(&self, typed: &str) -> bool {
        Typed::parse(typed).is_some_and(|typed| typed.is_literal(self))
    }
}

/// How well a text fits what has been typed of it.
fn rank(text: &str, typed: &str) -> Rank {
    match text.strip_prefix(typed) {
        Some("") => Rank::Whole,
        Some(_) => Rank::Beginning,
        None => Rank::Not,
    }
}

/// Folded words, with "sur" and "sous" in full where they were shortened with a stroke: "Chalon s/ Saône", "Aulnay s/ Bois".
fn in_full(folded: &str, is_slashed: bool) -> Vec<&str> {
    let mut words: Vec<&str> = folded.split(' ').collect();
    let mut next = "";
    for word in words.iter_mut().rev() {
        if is_slashed && *word == "s" {
            *word = if next == "bois" { "sous" } else { "sur" };
        }
        next = *word;
    }
    words
}
