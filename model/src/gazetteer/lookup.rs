//! Looking a place up in the gazetteers of some countries, from what fits exactly to what fits with a mistake.

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
        let mut known: Vec<&'static str> = Vec::new();
        for code in fold(countries).split(' ') {
            if let Some(country) = COUNTRIES.iter().find(|country| **country == code)
                && !known.contains(country)
            {
                known.push(country);
            }
        }
        if known.is_empty() {
            known.push("fr");
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
        let whole = self.whole(&self.typed);
        if self.shards.len() < self.countries.len() && !(self.is_one_enough && whole.is_some()) {
            return self.want(self.shards.len(), "index.txt");
        }
        let near: String = self.shards.iter().map(String::as_str).collect();
        let places = complete(&near, &self.typed, OFFERED);
        if !places.is_empty() {
            self.meant = match whole {
                Some(whole) if self.is_one_enough => whole,
                Some(whole) => Meant { places, ..whole },
                None => Meant { taken: places.first().cloned(), places, is_clear: true },
            };
            return;
        }
        let forgiving = Typed::parse(&self.typed).and_then(Typed::forgiving);
        let mistaken = forgiving.as_ref().and_then(|it| mistaken(it, &(near + &self.largest)));
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

    /// What is meant, as it is labelled for people of that country, one of [`COUNTRIES`]; empty: of the first one.
    pub fn meant(self, home: &str) -> Meant {
        let home = if home.is_empty() { self.countries.first().copied().unwrap_or_default() } else { home };
        let Meant { mut places, mut taken, is_clear } = self.meant;
        for place in &mut places {
            place.seen_from(home);
        }
        if let Some(taken) = &mut taken {
            taken.seen_from(home);
        }
        Meant { places, taken, is_clear }
    }

    fn want(&mut self, country: usize, file: &str) {
        self.wanted = self.countries.get(country).map(|folder| [folder, "/", file].concat());
    }

    /// The place that has all of it as its name or postcode, and its namesakes, of the first country that has one.
    fn whole(&self, typed: &str) -> Option<Meant> {
        for shard in &self.shards {
            let Some(taken) = resolve(shard, typed) else { continue };
            let typed = Typed::parse(typed)?;
            let mut places = typed.search(shard, OFFERED, Rank::Whole);
            places.insert(0, taken.clone());
            let is_clear = !typed.is_bare() || is_sure(&places);
            places.remove(0);
            return Some(Meant { places, taken: Some(taken), is_clear });
        }
        None
    }

    /// The town that it begins with, in whole words.
    fn town(&self) -> Option<Meant> {
        let folded = fold(&self.typed);
        let mut typed = folded.as_str();
        loop {
            typed = typed.rsplit_once(' ')?.0;
            if let Some(meant) = self.whole(typed)
                && meant.taken.as_ref().is_some_and(|town| town.population >= WITH_QUARTERS)
            {
                return Some(meant);
            }
        }
    }
}

/// Names that are typed with one mistake.
fn mistaken(typed: &Typed, shards: &str) -> Option<Meant> {
    let places = typed.search(shards, OFFERED, Rank::Beginning);
    let taken = places.first()?;
    let is_clear = is_sure(&typed.search(shards, OFFERED, Rank::Whole));
    Some(Meant { taken: is_clear.then(|| taken.clone()), places, is_clear })
}

fn is_sure(namesakes: &[Locality]) -> bool {
    is_clear(namesakes.iter().map(|place| (place.point, place.population)))
}
