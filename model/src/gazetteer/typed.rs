//! What somebody has typed, taken apart, and how well a place fits it.

use super::keys::{canonical, is_number, key, keys};
use super::locality::{FRANCE, Locality, parts};
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
        let mut area = fold(brackets);
        let mut folded = fold(before);
        let code = area.rsplit(' ').next().unwrap_or_default();
        if is_number(code) {
            folded = [&folded, " ", code].concat();
            area.truncate((area.len() - code.len()).saturating_sub(1));
        }
        let words = in_full(&folded, before.contains(['\'', '’']));
        let mut words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        let is_postcode = |word: &&str| is_number(word) && POSTCODE.contains(&word.len());
        let digits = if words.iter().all(|word| is_number(word)) {
            words.drain(..).collect()
        } else if let Some(at) = words.iter().position(is_postcode) {
            words.remove(at).to_owned()
        } else {
            // "12e arrondissement de Paris" is no name, but "Paris 12e arrondissement".
            if words.first().is_some_and(|word| is_number(canonical(word))) {
                words.rotate_left(1);
            }
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

    /// The lines that fit so well or better, at most `limit`: the better first, then by population.
    pub fn search(&self, shards: &str, limit: usize, least: Rank) -> Vec<Locality> {
        let mut found: Vec<(Rank, Locality)> = Vec::new();
        for line in shards.lines() {
            let mut fields = line.split('\t');
            let (distinction, name) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
            let Some(rank) = self.rank(distinction, name).filter(|rank| *rank <= least) else { continue };
            let Some(locality) = Locality::parse(line) else { continue };
            // Each shard is by population already: most go to the end.
            let is_before = |(other, it): &(Rank, Locality)| {
                *other < rank || *other == rank && it.population >= locality.population
            };
            let at = found.iter().rposition(is_before).map_or(0, |at| at + 1);
            // One of the largest towns is in two files.
            if at < limit && !found.iter().any(|(_, other)| *other == locality) {
                found.truncate(limit - 1);
                found.insert(at, (rank, locality));
            }
        }
        found.into_iter().map(|(_, locality)| locality).collect()
    }

    /// How well a place fits, `None` for not at all.
    pub fn rank(&self, distinction: &str, name: &str) -> Option<Rank> {
        let (country, code) = parts(distinction);
        let by_postcode = code.starts_with(&self.digits);
        if !self.area.is_empty() {
            let area = if !is_number(code) {
                distinction
            } else if country.is_empty() {
                FRANCE
            } else {
                country
            };
            if !fold(area).starts_with(&self.area) {
                return None;
            }
        }
        if self.words.is_empty() {
            return by_postcode.then_some(if code == self.digits { Rank::Whole } else { Rank::Beginning });
        }
        if !by_postcode && self.digits.len() != 2 {
            return None;
        }
        let words = if by_postcode { &self.words } else { &self.whole };
        let (name, rest) = keys(name);
        let fits = |name: String| self.fits(words, &name);
        [Some(name), rest].into_iter().flatten().filter_map(fits).min()
    }

    fn fits(&self, words: &str, name: &str) -> Option<Rank> {
        if self.forgiven.is_empty() {
            return (name.starts_with(words)).then_some(if name == words {
                Rank::Whole
            } else {
                Rank::Beginning
            });
        }
        let name: Vec<char> = name.chars().collect();
        // A digit is no letter that was mistyped: "Lyonn" is not Lyon 7e.
        if name.last().is_some_and(char::is_ascii_digit) {
            return None;
        }
        let is_like = |name: &[char]| distance(&self.forgiven, name, 1) < 2;
        let typed = self.forgiven.len();
        if is_like(&name) {
            Some(Rank::Whole)
        } else {
            let mut beginnings = (typed - 1..typed + 2).filter_map(|end| name.get(..end));
            beginnings.any(is_like).then_some(Rank::Beginning)
        }
    }
}

/// Folded words, of which those that are only short in their place are in full: "Chalon s/ Saône", "Paris 12 ème". `is_elided`: there was an apostrophe,
/// and an "s" may be what stood behind it.
fn in_full(folded: &str, is_elided: bool) -> Vec<&str> {
    let mut words: Vec<&str> = folded.split(' ').collect();
    for at in 1..words.len() {
        words[at] = match (words[at], words.get(at + 1)) {
            ("s", Some(&"bois")) if !is_elided => "sous",
            ("s", Some(_)) if !is_elided => "sur",
            ("e" | "er" | "eme" | "arr", _) if is_number(words[at - 1]) => "",
            (word, _) => word,
        };
    }
    words
}
