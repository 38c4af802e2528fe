//! Places that the bundle's gazetteer knows, found as the widget finds them (`src/browser/gazetteer.rs`), from the same files: what
//! the server names, the widget names alike.

use alentour_model::gazetteer::{self, Index, Locality, Lookup, Meant, complete, resolve};
use alentour_model::text::fold;

use super::Bundle;

/// What the name of the gazetteer's folder begins with; a hash follows.
const FOLDER: &str = "v1/a/gazetteer-";

/// The country of names that say none.
pub(super) const FRANCE: &str = "fr";

/// Countries whose places are known, as tags say them: France, then its neighbours.
pub const COUNTRIES: [&str; 9] = ["FR", "BE", "CH", "LU", "MC", "DE", "ES", "IT", "GB"];

/// Places that are proposed at most while somebody types.
pub(super) const PROPOSED: usize = 8;

/// A file that each gazetteer has.
const INDEX: &str = "/fr/index.txt";

/// Those countries, and the one that a label of ours names wherever it stands: "Bruxelles (BE-1000)".
pub(super) fn with_label(countries: &str, name: &str) -> String {
    let (_, label) = name.rsplit_once('(').unwrap_or_default();
    let said = label.split(['-', ')']).next().unwrap_or_default();
    [countries, " ", said].concat()
}

/// The folders of those countries, in that order, each once, however often a stranger names it: the files of each are read.
fn folders(countries: &str) -> Vec<&'static str> {
    let mut folders = Vec::new();
    for said in fold(countries).split(' ') {
        let known = gazetteer::COUNTRIES.into_iter().find(|folder| *folder == said);
        folders.extend(known.filter(|folder| !folders.contains(folder)));
    }
    folders
}

impl Bundle {
    /// What a postcode, a name or a label means in some countries, as [`Lookup`] reads them, labelled for people of the country `home` (empty: of the first). Nothing
    /// without a gazetteer. Reads files: not for the thread that answers requests.
    pub fn place(&self, name: &str, countries: &str, home: &str) -> Meant {
        let Some(folder) = self.gazetteer() else { return Meant::default() };
        let mut lookup = Lookup::new(&folders(countries).join(" "), name, true);
        while let Some(file) = lookup.wants() {
            let Some(text) = self.text(&folder, file) else { break };
            lookup.add(&text);
        }
        lookup.meant(home)
    }

    /// The same for a name that somebody has typed, or one of our labels, in those countries (none: France).
    pub fn named(&self, name: &str, countries: &str) -> Meant {
        let countries = if countries.is_empty() { FRANCE } else { countries };
        self.place(name, &with_label(countries, name), FRANCE)
    }

    /// Places that may become of what somebody is typing, in those countries, the likeliest first, 8 at most: the one that has all of it as its name or postcode,
    /// then what begins like it, the first country's before the others'. Where nothing does, what may be meant in spite of a mistake. Labelled for people in France.
    pub fn begun(&self, typed: &str, countries: &str) -> Vec<Locality> {
        let shards = self.shards(typed, countries);
        let mut places = Vec::from_iter(resolve(&shards.concat(), typed));
        for place in shards.iter().flat_map(|shard| complete(shard, typed, PROPOSED)) {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        if places.is_empty() {
            places = self.place(typed, countries, FRANCE).places;
        }
        places.truncate(PROPOSED);
        for place in &mut places {
            place.seen_from(FRANCE);
        }
        places
    }

    /// What the gazetteers of those countries have for what somebody types, a shard each, in their order.
    pub(super) fn shards(&self, typed: &str, countries: &str) -> Vec<String> {
        let Some(folder) = self.gazetteer() else { return Vec::new() };
        let shard = |country: &str| {
            let text = |file: &str| self.text(&folder, &[country, "/", file].concat());
            text(&Index::parse(&text("index.txt")?).shard_for(typed)?)
        };
        folders(countries).into_iter().filter_map(shard).collect()
    }

    /// Whether there are places to be found.
    pub fn has_gazetteer(&self) -> bool {
        self.gazetteer().is_some()
    }

    /// A file of the gazetteer.
    fn text(&self, folder: &str, file: &str) -> Option<String> {
        let bytes = self.bytes(&[folder, "/", file].concat()).ok()?;
        String::from_utf8(bytes.into_owned()).ok()
    }

    /// The gazetteer's folder, without a slash at its end.
    fn gazetteer(&self) -> Option<String> {
        match self {
            Self::Embedded(files) => {
                let folder = |name: &&'static str| name.strip_suffix(INDEX).map(str::to_owned);
                files.keys().filter(|name| name.starts_with(FOLDER)).find_map(folder)
            }
            Self::Directory(root) => {
                let entries = std::fs::read_dir(root.join("v1/a")).ok()?;
                let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
                let folders =
                    names.map(|name| ["v1/a/", &name].concat()).filter(|name| name.starts_with(FOLDER));
                // A release that was replaced may leave an empty one behind.
                folders.into_iter().find(|folder| root.join([folder, INDEX].concat()).is_file())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_country_is_read_once_in_the_order_in_which_they_are_named() {
        assert_eq!(folders("BE, fr be; FR XX FR"), ["be", "fr"]);
        assert_eq!(folders(&COUNTRIES.join(" ").repeat(200)).len(), 9);
        assert!(folders("").is_empty() && COUNTRIES.iter().all(|country| folders(country).len() == 1));
    }
}
