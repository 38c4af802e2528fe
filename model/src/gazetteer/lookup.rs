//! Looking a place up in the gazetteers of some countries, from what fits exactly to what fits with a mistake.

use super::locality::FRANCE;
use super::typed::{Rank, Typed};
use super::{COUNTRIES, Index, Locality, complete, is_clear, resolve};
use crate::text::fold;

/// Places that are offered at most.
const OFFERED: usize = 8;

/// Inhabitants of a town whose quarters people look for: "Lyon Part-Dieu" is Lyon, but "rue Pasteur" is not the village of Rue.
const WITH_QUARTERS: u32 = 5_000;

/// What somebody means by what they typed.
#[derive(Clone, Debug, Default)]
pub struct Meant {
    /// Places that it may be, the likeliest first, 8 at most.
    pub places: Vec<Locality>,
    /// The one that is taken where nobody can be asked. `None` where there is no place, or none but by guessing.
    pub taken: Option<Locality>,
    /// Whether that is the one beyond doubt.
    pub is_clear: bool,
}

/// A search for a place: says which file it wants next, and in the end what is meant.
///
/// What fits exactly counts for more than what fits with one mistake, and that for more than the town whose name is followed by words that
/// no place has ("Lyon Part-Dieu"). Of countries, the first that has all that was typed.
///
/// ```
/// # use alentour_model::gazetteer::Lookup;
/// let mut lookup = Lookup::new("", "Lyno Part-Dieu", true);
/// assert_eq!(lookup.wants(), Some("fr/index.txt"));
/// ```
pub struct Lookup {
    typed: String,
    countries: Vec<&'static str>,
    is_one_enough: bool,
    wanted: Option<String>,
    /// What each country's shard has, empty where nothing begins so.
    shards: Vec<String>,
    /// The largest towns of so many of them.
    largest: String,
    read: usize,
    meant: Meant,
}

impl Lookup {
    /// A search in some countries' gazetteers, in that order: their codes with anything between them (see [`COUNTRIES`]; none: France). `is_one_enough`: once
    /// one of them has all that was typed, the others' files are not wanted; else what they have is offered as well.
    pub fn new(countries: &str, typed: &str, is_one_enough: bool) -> Self {
        let mut known: Vec<&str> = Vec::new();
        for code in countries.split(|c: char| !c.is_ascii_alphabetic()) {
            let of = COUNTRIES.into_iter().find(|country| country.eq_ignore_ascii_case(code));
            known.extend(of.filter(|country| !known.contains(country)));
        }
        if known.is_empty() {
            known.push(FRANCE);
        }
        let mut lookup = Self {
            typed: typed.to_owned(),
            countries: known,
            is_one_enough,
            wanted: None,
            shards: Vec::new(),
            largest: String::new(),
            read: 0,
            meant: Meant::default(),
        };
        lookup.want(0, "index.txt");
        lookup
    }

    /// The file that it needs, in the gazetteer's folder; `None` once it is done.
    pub fn wants(&self) -> Option<&str> {
        self.wanted.as_deref()
    }

    /// Reads the file that it wants.
    pub fn add(&mut self, file: &str) {
        let at = self.shards.len();
        let wanted = self.wanted.take().unwrap_or_default();
        if wanted.ends_with("/index.txt") {
            match Index::parse(file).shard_for(&self.typed) {
                Some(shard) => return self.want(at, &shard),
                None => self.shards.push(String::new()),
            }
        } else if at < self.countries.len() {
            self.shards.push(file.to_owned());
        } else {
            self.largest.push_str(file);
            self.read += 1;
        }
        let is_found = || self.shards.iter().any(|shard| resolve(shard, &self.typed).is_some());
        if self.shards.len() < self.countries.len() && !(self.is_one_enough && is_found()) {
            return self.want(self.shards.len(), "index.txt");
        }
        let near = self.shards.concat();
        if let Some(meant) = self.exact(&near) {
            self.meant = meant;
            return;
        }
        let forgiving = Typed::parse(&self.typed).and_then(Typed::forgiving);
        let mistaken = forgiving.as_ref().and_then(|it| mistaken(it, &[&near, &self.largest[..]].concat()));
        // A village that is filed here may be like it, and a city that is filed elsewhere as well.
        let is_guess = mistaken.is_some();
        self.meant = mistaken.or_else(|| self.town()).unwrap_or_default();
        if self.read < self.countries.len()
            && forgiving.is_some()
            && (is_guess || self.meant.places.is_empty())
        {
            self.want(self.read, "largest.txt");
        }
    }

    /// What is meant, as it is labelled for people of that country; empty: of the first one.
    pub fn meant(mut self, home: &str) -> Meant {
        let home = if home.is_empty() { self.countries.first().copied().unwrap_or(FRANCE) } else { home };
        for place in self.meant.places.iter_mut().chain(&mut self.meant.taken) {
            place.seen_from(home);
        }
        self.meant
    }

    fn want(&mut self, country: usize, file: &str) {
        let folder = self.countries.get(country).map(|code| code.to_lowercase());
        self.wanted = folder.map(|folder| [&folder, "/", file].concat());
    }

    fn exact(&self, near: &str) -> Option<Meant> {
        let places = complete(near, &self.typed, OFFERED);
        let first = places.first()?;
        let whole = self.shards.iter().find_map(|shard| Some((shard, resolve(shard, &self.typed)?)));
        let Some((shard, taken)) = whole else {
            return Some(Meant { taken: Some(first.clone()), places, is_clear: true });
        };
        let typed = Typed::parse(&self.typed)?;
        let namesakes = typed.search(shard, usize::MAX, Rank::Whole);
        let is_clear = !typed.is_bare() || is_sure(std::iter::once(&taken).chain(&namesakes));
        Some(Meant { places, taken: Some(taken), is_clear })
    }

    /// The town that it begins with, in whole words.
    fn town(&self) -> Option<Meant> {
        let folded = fold(&self.typed);
        let mut typed = folded.as_str();
        while let Some((fewer, _)) = typed.rsplit_once(' ') {
            typed = fewer;
            let Some(parsed) = Typed::parse(typed) else { continue };
            for shard in &self.shards {
                let mut places = parsed.search(shard, OFFERED, Rank::Whole);
                places.retain(|place| place.population >= WITH_QUARTERS);
                if let Some(taken) = places.first() {
                    return Some(Meant {
                        taken: Some(taken.clone()),
                        is_clear: is_sure(places.iter()),
                        places,
                    });
                }
            }
        }
        None
    }
}

/// Names that are typed with one mistake.
fn mistaken(typed: &Typed, shards: &str) -> Option<Meant> {
    let places = typed.search(shards, OFFERED, Rank::Beginning);
    let taken = places.first()?;
    let is_clear = is_sure(typed.search(shards, OFFERED, Rank::Whole).iter());
    Some(Meant { taken: is_clear.then(|| taken.clone()), places, is_clear })
}

fn is_sure<'a>(namesakes: impl Iterator<Item = &'a Locality>) -> bool {
    is_clear(namesakes.map(|place| (place.point, place.population)))
}
