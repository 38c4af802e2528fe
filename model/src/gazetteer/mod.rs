//! Finding a place by the postcode or the name somebody types.
//!
//! The gazetteer of a country is a directory of small static files, its *shards* (`cargo xtask build`
//! writes them), filed by the beginning of postcodes (`p/`) and of names (`n/`). A shard holds what begins
//! like it and is in no deeper shard, and the most populous of what is, so that two letters are answered
//! at once; `largest.txt` has the largest towns, whatever they begin with. Each line is a [`Locality`], by population.
//! [`Index`] says which shard to fetch for what has been typed; [`complete`] and [`resolve`] read it, and
//! [`Lookup`] goes through the files of several countries, mistakes and all. Nothing here does I/O.
//!
//! ```
//! # use alentour_model::gazetteer::{Index, complete};
//! let index = Index::parse("69\nly vi");
//! assert_eq!(index.shard_for("Lyon 7").as_deref(), Some("n/ly.txt"));
//! let shard = "69000\tLyon\t45748\t4847\t520000\n69007\tLyon 7e\t45745\t4842\t83000\n";
//! assert_eq!(complete(shard, "lyon 7", 8)[0].label(), "Lyon 7e (69007)");
//! ```

mod keys;
mod locality;
mod lookup;
mod typed;

use crate::geo::Point;
pub use keys::keys;
pub use locality::Locality;
pub use lookup::{Certainty, Lookup, Meant, exact};
use typed::Typed;

/// The countries that have a gazetteer, by their folders, which are their codes in small letters (ISO 3166-1): France, then those around it.
pub const COUNTRIES: [&str; 9] = ["fr", "be", "ch", "de", "es", "gb", "it", "lu", "mc"];

/// The shards of a country: what `index.txt` lists.
#[derive(Clone, Debug)]
pub struct Index {
    postcodes: String,
    names: String,
}

impl Index {
    /// Reads `index.txt`: the prefixes that have a shard, separated by spaces; those of postcodes on the first
    /// line (empty where there are none), those of names on the second.
    pub fn parse(text: &str) -> Self {
        let mut lines = text.lines().map(str::to_owned);
        Self { postcodes: lines.next().unwrap_or_default(), names: lines.next().unwrap_or_default() }
    }

    /// The shard to fetch for what has been typed, relative to the country's directory. `None` as long as
    /// too little has been typed (two letters or digits are enough), and for what no place begins with.
    pub fn shard_for(&self, typed: &str) -> Option<String> {
        let typed = Typed::parse(typed)?;
        // Two digits after a name may be an arrondissement ("Paris 12"), three are a postcode.
        let (directory, prefixes, text) = if typed.words.is_empty() || typed.digits.len() > 2 {
            ("p/", &self.postcodes, &typed.digits)
        } else {
            ("n/", &self.names, &typed.whole)
        };
        let prefixes = prefixes.split(' ').filter(|prefix| !prefix.is_empty() && text.starts_with(prefix));
        Some([directory, prefixes.max_by_key(|prefix| prefix.len())?, ".txt"].concat())
    }
}

/// The localities of some shards that begin like what has been typed, at most `limit`: those whose name or
/// postcode is exactly that first, then by population.
///
/// Case, accents, punctuation and spaces do not count, nor does an article in front; `st` and `ste` are
/// `saint` and `sainte`. Postcode and name may come together, in either order. A complete postcode counts for more than
/// the name: if nothing matches both, its communes are offered.
pub fn complete(shards: &str, typed: &str, limit: usize) -> Vec<Locality> {
    let Some(mut typed) = Typed::parse(typed) else { return Vec::new() };
    let mut found = typed.search(shards, limit);
    if found.is_empty() && typed.has_postcode() {
        typed.words.clear();
        found = typed.search(shards, limit);
        // Four digits may be the beginning of five.
        while found.pop_if(|place| place.postcode != typed.digits).is_some() {}
    }
    found
}

/// The one place that is meant by a whole postcode, a whole name or a [label](Locality::label), as in
/// `data-place="69007"`. Of namesakes, and of the communes that share a postcode, the most populous.
/// `None` for a mere beginning of a name.
pub fn resolve(shard: &str, typed: &str) -> Option<Locality> {
    whole(shard, typed).into_iter().next()
}

/// The place that [`resolve`] gives, and behind it what else fits, as [`complete`] has it; nothing where it is none.
fn whole(shard: &str, typed: &str) -> Vec<Locality> {
    let mut found = complete(shard, typed, usize::MAX);
    let Some(typed) = Typed::parse(typed) else { return found };
    // "Roche" is Roche rather than the larger La Roche.
    if let Some(at) = found.iter().position(|place| typed.is_literal(place)) {
        let literal = found.remove(at);
        found.insert(0, literal);
    }
    let is_whole =
        |best: &Locality| !best.postcode.is_empty() && typed.digits == best.postcode || typed.is_whole(best);
    if !found.first().is_some_and(is_whole) {
        found.clear();
    }
    found
}

/// Whether that is a place's name, its article included: "Liège" is not Le Liège.
pub fn is_called(place: &Locality, typed: &str) -> bool {
    Typed::parse(typed).is_some_and(|typed| typed.is_literal(place))
}

/// Of namesakes the largest is meant if it has so many times the inhabitants of the next; else nobody knows.
const CLEARLY: u32 = 10;

/// Kilometres within which two entries are one town: it has several names and postcodes.
const ONE_TOWN: f64 = 10.0;

/// Whether the largest of namesakes is the one that is meant where only a name is said. Each is a point and its inhabitants,
/// the largest first.
pub fn is_clear(mut namesakes: impl Iterator<Item = (Point, u32)>) -> bool {
    let Some((point, population)) = namesakes.next() else { return false };
    let other = namesakes.find(|(other, _)| other.distance(point).value() > ONE_TOWN);
    other.is_none_or(|(_, other)| population / CLEARLY >= other.max(1))
}

/// The country whose gazetteer has the places of a country: France's has those overseas, and is asked where none is said.
pub fn country(code: &str) -> &str {
    match code {
        "" | "GP" | "MQ" | "GF" | "RE" | "YT" | "PM" | "BL" | "MF" => "FR",
        other => other,
    }
}

#[cfg(test)]
mod lookup_tests;
#[cfg(test)]
mod tests;
