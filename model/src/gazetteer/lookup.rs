//! Looking a place up in the gazetteers of some countries, from what fits exactly to what fits with a mistake.

use super::typed::Typed;
use super::{CLEARLY, COUNTRIES, Index, Locality, complete, is_clear, whole};
use crate::geo::Point;
use crate::text::fold;

/// Places that are offered at most.
const OFFERED: usize = 8;

/// Inhabitants of a town that is meant though more or something else was typed: "Lyon Part-Dieu" is Lyon, but "rue Pasteur" is not the village
/// of Rue, nor Bruxelles, where Belgium's places are not asked for, that of Brunelles.
const TOWN: u32 = 5_000;

/// How sure it is that the first of some places is the one that is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certainty {
    /// Nobody would doubt it.
    #[default]
    Clear,
    /// Others have its name: it is the most populous, or written just so.
    Likely,
    /// Others are as like what was typed, and none fits it; or it is the beginning of a postcode.
    Guess,
}

/// What somebody means by what they typed.
#[derive(Clone, Debug, Default)]
pub struct Meant {
    /// Places that it may be, the likeliest first, 8 at most.
    pub places: Vec<Locality>,
    /// How sure the first of them is.
    pub certainty: Certainty,
    /// Whether places in France alone were looked for.
    pub is_france: bool,
}

impl Meant {
    /// The place that is taken where nobody can be asked.
    pub fn taken(&self) -> Option<&Locality> {
        self.places.first().filter(|_| self.certainty != Certainty::Guess)
    }

    /// Whether there is one beyond doubt.
    pub fn is_clear(&self) -> bool {
        self.certainty == Certainty::Clear && !self.places.is_empty()
    }
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
    is_index: bool,
    /// How many shards were read, one a country, and then files of largest towns.
    read: usize,
    /// What they have.
    lines: String,
    meant: Meant,
}

impl Lookup {
    /// A search in some countries' gazetteers, in that order: their codes with anything between them (see [`COUNTRIES`]; none: France). `is_one_enough`: once
    /// one of them has all that was typed, the others' files are not wanted; else what they have is offered as well.
    pub fn new(countries: &str, typed: &str, is_one_enough: bool) -> Self {
        let folded = fold(countries);
        let find = |code| COUNTRIES.iter().copied().find(|country| *country == code);
        let mut known: Vec<&'static str> = folded.split(' ').filter_map(find).collect();
        if known.is_empty() {
            known.push("fr");
        }
        let mut lookup = Self {
            typed: typed.to_owned(),
            countries: known,
            is_one_enough,
            wanted: None,
            is_index: false,
            read: 0,
            lines: String::new(),
            meant: Meant::default(),
        };
        lookup.want("index.txt");
        lookup
    }

    /// The file that it needs, in the gazetteer's folder; `None` once it is done.
    pub fn wants(&self) -> Option<&str> {
        self.wanted.as_deref()
    }

    /// Reads the file that it wants.
    pub fn add(&mut self, file: &str) {
        self.wanted = None;
        let mut shard = file;
        if self.is_index {
            if let Some(shard) = Index::parse(file).shard_for(&self.typed) {
                return self.want(&shard);
            }
            shard = "";
        }
        self.lines.push_str(shard);
        self.read += 1;
        let countries = self.countries.len();
        if self.read <= countries {
            if self.meant.places.is_empty() {
                self.meant = exact(shard, &self.typed);
            }
            let is_enough = self.is_one_enough && !self.meant.places.is_empty();
            if self.read < countries && !is_enough {
                return self.want("index.txt");
            }
            if !is_enough {
                // A number that is no postcode may be another country's, or somebody is not at its end.
                if self.meant.places.is_empty() && fold(&self.typed).bytes().all(|byte| byte.is_ascii_digit())
                {
                    self.meant.certainty = Certainty::Guess;
                }
                self.meant.places = complete(&self.lines, &self.typed, OFFERED);
            }
            if !self.meant.places.is_empty() {
                return;
            }
        }
        let Some(typed) = Typed::parse(&self.typed) else { return };
        let typed = typed.forgiving();
        // A village that is filed here may be like it, and a city that is filed elsewhere as well.
        let is_done = typed.is_none();
        if let Some(typed) = typed {
            self.meant.places = typed.search(&self.lines, OFFERED);
            let is_clear = is_clear(namesakes(&typed, &self.meant.places)) && is_town(&self.meant.places);
            self.meant.certainty = if is_clear { Certainty::Clear } else { Certainty::Guess };
        }
        if self.meant.places.is_empty() {
            self.meant = town(&self.lines, &self.typed);
        }
        if !is_done && self.read < 2 * countries {
            self.want("largest.txt");
        }
    }

    /// What is meant, as it is labelled for people of that country, one of [`COUNTRIES`]; empty: of the first one.
    pub fn meant(mut self, home: &str) -> Meant {
        let home = if home.is_empty() { self.countries.first().copied().unwrap_or_default() } else { home };
        for place in &mut self.meant.places {
            place.seen_from(home);
        }
        self.meant.is_france = self.countries.iter().all(|country| *country == "fr");
        self.meant
    }

    fn want(&mut self, file: &str) {
        self.is_index = file == "index.txt";
        let country = self.countries.get(self.read % self.countries.len());
        self.wanted = country.map(|folder| [folder, "/", file].concat());
    }
}

/// The places of some shards that have all of it as their name or postcode; of a name without its article, too.
pub fn exact(shard: &str, typed: &str) -> Meant {
    let mut places = whole(shard, typed);
    let mut certainty = Certainty::Clear;
    let begun = fold(typed) + " ";
    if let Some(typed) = Typed::parse(typed)
        && typed.is_bare()
        && let Some(most) = places.first().map(|place| place.population)
    {
        let count = namesakes(&typed, &places).count();
        // "Aix" is a village, and Aix-en-Provence is what most people call so.
        let is_larger = |place: &Locality| {
            place.population / CLEARLY >= most.max(1) && fold(&place.name).starts_with(&begun)
        };
        let larger: Vec<_> =
            places.iter().skip(count).filter(|place| is_larger(place)).take(3).cloned().collect();
        if !larger.is_empty() || !is_clear(namesakes(&typed, &places)) {
            certainty = Certainty::Likely;
            places.truncate(count.min(OFFERED - larger.len()));
            places.splice(1..1, larger);
        }
    }
    places.truncate(OFFERED);
    Meant { places, certainty, is_france: false }
}

/// The town that it begins with, in whole words ("Lyon Part-Dieu"); or, which is a guess, the one that it ends with, where that is larger ("Croix-Rousse Lyon"
/// is not Croix).
fn town(shards: &str, typed: &str) -> Meant {
    let folded = fold(typed);
    let spaces = || folded.match_indices(' ').map(|(at, _)| at);
    let named = |text: &str| Some(exact(shards, text)).filter(|meant| is_town(&meant.places));
    let first = spaces().rev().find_map(|at| named(&folded[..at]));
    let last = spaces().find_map(|at| named(&folded[at + 1..]));
    let people = |meant: &Meant| meant.places.first().map_or(0, |place| place.population);
    match (first, last) {
        (Some(mut first), Some(last)) if people(&last) > people(&first) => {
            first.places.splice(..0, last.places);
            Meant { certainty: Certainty::Guess, ..first }
        }
        (Some(first), _) => first,
        (None, Some(last)) => Meant { certainty: Certainty::Guess, ..last },
        (None, None) => Meant::default(),
    }
}

fn is_town(places: &[Locality]) -> bool {
    places.first().is_some_and(|place| place.population >= TOWN)
}

/// Where those of the places are that have all of it as their name, and their inhabitants.
fn namesakes(typed: &Typed, places: &[Locality]) -> impl Iterator<Item = (Point, u32)> {
    places.iter().take_while(|place| typed.is_whole(place)).map(|place| (place.point, place.population))
}
