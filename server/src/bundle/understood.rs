//! Which place somebody means who can be asked: nothing that is merely like what they typed is taken without a question.

use alentour_model::gazetteer::{Locality, Meant, complete, exact, is_called, is_clear};
use alentour_model::text::fold;

use super::Bundle;
use super::places::{FRANCE, PROPOSED, with_label};

/// Islands and lands overseas that people name as a place, folded, and what their postcodes begin with.
const OVERSEAS: [(&str, &str); 6] = [
    ("guadeloupe", "971"),
    ("martinique", "972"),
    ("guyane", "973"),
    ("reunion", "974"),
    ("saint pierre et miquelon", "975"),
    ("mayotte", "976"),
];

/// What was understood.
#[derive(Clone, Debug)]
pub enum Understood {
    /// No place has that name, or one like it.
    Unknown,
    /// None has it: these are like it, the likeliest first.
    Like(Vec<Locality>),
    /// One of these, which have it.
    OneOf(Vec<Locality>),
    /// That one.
    Is(Box<Locality>),
}

impl Bundle {
    /// What somebody means by a name, a postcode or a label, in those countries, the one that is theirs first. A name that
    /// a place anywhere has is that place, however like it others are at home; several of that name are asked about, unless it is the one at home and none abroad is much larger,
    /// or there is none at home and one abroad is by far the largest. Labelled for people in France. Reads files: not for the thread that answers requests.
    pub fn understood(&self, typed: &str, countries: &str) -> Understood {
        if let Some(postcodes) = overseas(typed) {
            return Understood::Like(self.largest(postcodes));
        }
        let countries = with_label(countries, typed);
        let mut named: Vec<Meant> =
            self.shards(typed, &countries).iter().map(|shard| exact(shard, typed)).collect();
        named.retain(|meant| !meant.places.is_empty());
        for place in named.iter_mut().flat_map(|meant| &mut meant.places) {
            place.seen_from(FRANCE);
        }
        // Liège is not Le Liège, but Le Havre, which is larger than Havré, may well be called Havre.
        let called =
            named.iter().filter_map(|meant| meant.places.first().filter(|place| is_called(place, typed)));
        let most = called.map(|place| place.population).max();
        named.retain(|meant| {
            let is_larger = |place: &Locality| most.is_none_or(|most| place.population > most);
            meant.places.first().is_some_and(|place| is_called(place, typed) || is_larger(place))
        });
        if named.is_empty() {
            return self.alike(typed, &countries);
        }
        let home = countries.split(' ').next().unwrap_or_default();
        match by_far(&named, home, typed) {
            Some(place) => Understood::Is(Box::new(place.clone())),
            None => Understood::OneOf(namesakes(named)),
        }
    }

    /// The largest towns of a land overseas, each by the first of its postcodes.
    fn largest(&self, postcodes: &str) -> Vec<Locality> {
        let mut towns: Vec<Locality> = Vec::new();
        for place in complete(&self.shards(postcodes, FRANCE).concat(), postcodes, usize::MAX) {
            if towns.len() < PROPOSED && !towns.iter().any(|town| town.name == place.name) {
                towns.push(place);
            }
        }
        towns
    }

    /// Where no place has that name: the town that it begins with ("Lyon Part-Dieu"), or what is like it.
    fn alike(&self, typed: &str, countries: &str) -> Understood {
        let meant = self.place(typed, countries, FRANCE);
        let begins = |place: &&Locality| fold(typed).starts_with(&(fold(&place.name) + " "));
        match meant.places.first().filter(|_| meant.is_clear()).filter(begins) {
            Some(town) => Understood::Is(Box::new(town.clone())),
            None if meant.places.is_empty() => Understood::Unknown,
            None => Understood::Like(meant.places),
        }
    }
}

/// What the postcodes of a land overseas begin with, where that is what is named.
fn overseas(typed: &str) -> Option<&'static str> {
    let folded = fold(typed);
    let name = folded.strip_prefix("la ").unwrap_or(&folded);
    OVERSEAS.iter().find(|(known, _)| *known == name).map(|(_, postcodes)| *postcodes)
}

/// The one of what each country has, if nobody would doubt it: at home, where none abroad is much larger, or else the one abroad that is much larger than the others.
fn by_far<'a>(named: &'a [Meant], home: &str, typed: &str) -> Option<&'a Locality> {
    let is_home = |place: &Locality| place.country().eq_ignore_ascii_case(home);
    let is_postcode = typed.contains(|c: char| c.is_ascii_digit());
    let mut firsts: Vec<_> =
        named.iter().filter_map(|meant| Some((meant.places.first()?, meant.is_clear()))).collect();
    let at_home = firsts.iter().copied().find(|(place, _)| is_home(place));
    firsts.sort_by_key(|(place, _)| std::cmp::Reverse(place.population));
    let is_alone = is_clear(firsts.iter().map(|(place, _)| (place.point, place.population)));
    let largest = firsts.first().copied().filter(|_| is_alone);
    let is_called_otherwise = |place: &Locality| {
        !is_called(place, typed) && firsts.iter().any(|(other, _)| is_called(other, typed))
    };
    let (place, is_clear) = match (at_home, largest) {
        (Some(at_home), Some((largest, _))) if is_postcode || is_home(largest) => at_home,
        (Some(at_home), None) if !is_called_otherwise(at_home.0) => at_home,
        (Some(_), _) => return None,
        (None, largest) => largest?,
    };
    is_clear.then_some(place)
}

/// Those of all countries, so that each one's are among them.
fn namesakes(named: Vec<Meant>) -> Vec<Locality> {
    let mut room = PROPOSED.saturating_sub(named.len());
    let mut all = Vec::new();
    for meant in named {
        let count = if meant.is_clear() { 1 } else { meant.places.len().min(room + 1) };
        room -= count - 1;
        all.extend(meant.places.into_iter().take(count));
    }
    all
}
