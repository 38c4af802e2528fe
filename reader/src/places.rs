//! Points for places that have none: those of their postcode or town, from the gazetteer's files.

use std::collections::VecDeque;

use alentour_model::gazetteer::{Index, Locality, complete, country, is_clear, resolve};
use alentour_model::{Feed, Place};

/// Files that are fetched for one feed at most. A region's associations are in a dozen.
const FILES: usize = 60;

/// The country whose gazetteer is asked: where the others' places are not filed by postcode, their names alone say too little.
const COUNTRY: &str = "fr/";

/// A feed whose places are being completed.
pub struct Places {
    feed: Feed,
    /// Initiatives and places without a point, each with what is looked for.
    sought: Vec<(usize, usize, String)>,
    stage: Stage,
}

enum Stage {
    /// The list of files comes first.
    Start,
    /// It has been asked for.
    Index,
    /// These files, with what is looked for in them; the first has been asked for or comes next.
    Files(VecDeque<(String, Vec<usize>)>),
}

impl Places {
    /// A feed, before anything has been looked up.
    pub fn new(feed: Feed) -> Self {
        let mut sought = Vec::new();
        for (at, initiative) in feed.initiatives.iter().enumerate() {
            for (number, place) in initiative.places.iter().enumerate() {
                sought.extend(query(place).map(|query| (at, number, query)));
            }
        }
        Self { feed, sought, stage: Stage::Start }
    }

    /// The next file to [`add`](Self::add).
    pub fn wants(&mut self) -> Option<String> {
        match &self.stage {
            Stage::Start if self.sought.is_empty() => None,
            Stage::Start => {
                self.stage = Stage::Index;
                Some([COUNTRY, "index.txt"].concat())
            }
            Stage::Index => None,
            Stage::Files(files) => files.front().map(|(file, _)| [COUNTRY, file].concat()),
        }
    }

    /// The file that was asked for last.
    pub fn add(&mut self, content: &str) {
        match &mut self.stage {
            Stage::Start => {}
            Stage::Index => self.stage = Stage::Files(self.files(content)),
            Stage::Files(files) => {
                for number in files.pop_front().map(|(_, sought)| sought).unwrap_or_default() {
                    self.complete(number, content);
                }
            }
        }
    }

    fn files(&self, index: &str) -> VecDeque<(String, Vec<usize>)> {
        let index = Index::parse(index);
        let mut files: VecDeque<(String, Vec<usize>)> = VecDeque::new();
        for (number, (_, _, query)) in self.sought.iter().enumerate() {
            let Some(file) = index.shard_for(query) else { continue };
            if let Some((_, sought)) = files.iter_mut().find(|(known, _)| *known == file) {
                sought.push(number);
            } else if files.len() < FILES {
                files.push_back((file, vec![number]));
            }
        }
        files
    }

    fn complete(&mut self, number: usize, shard: &str) {
        let Some((at, place, query)) = self.sought.get(number) else { return };
        let place = self.feed.initiatives.get_mut(*at).and_then(|found| found.places.get_mut(*place));
        if let (Some(place), Some(town)) = (place, find(shard, query)) {
            place.point = Some(town.point);
            place.approximate = true;
        }
    }

    /// The feed, with the points that have been found so far.
    pub fn feed(&self) -> &Feed {
        &self.feed
    }
}

/// What to look for to find a place without a point: a postcode and a town, or one of them. `None` for a place that has a point,
/// says neither, or is abroad.
fn query(place: &Place) -> Option<String> {
    let is_french = country(&place.address_country) == "FR";
    let postcode: String = place.postal_code.chars().filter(|c| !c.is_whitespace()).collect();
    // Five digits may be anybody's: without a country, the town must be there to agree with.
    let is_sure = !place.address_country.is_empty() || !place.address_locality.is_empty();
    let query = format!("{postcode} {}", place.address_locality);
    (place.point.is_none() && is_french && is_sure && query.trim().len() > 1).then(|| query.trim().to_owned())
}

/// The one town that is meant. With a postcode that is its town, or the largest of its towns; of namesakes the one that is much
/// larger than the others.
fn find(shard: &str, query: &str) -> Option<Locality> {
    let town = resolve(shard, query)?;
    if query.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(town);
    }
    let namesakes = complete(shard, query, usize::MAX).into_iter().filter(|other| other.name == town.name);
    let size = |town: &Locality| (town.point, town.population);
    is_clear(std::iter::once(size(&town)).chain(namesakes.map(|other| size(&other)))).then_some(town)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHARD: &str = "69000\tLyon\t45748\t4847\t520000\n69007\tLyon 7e\t45745\t4842\t83000\n69100\tVilleurbanne\t45766\t4880\t160000\n\
        93200\tSaint-Denis\t48935\t2354\t150000\n97400\tSaint-Denis\t-20882\t55450\t160000\n";

    fn completed(place: &str) -> Option<String> {
        let feed = format!(r#"{{"initiatives": [{{"id": "a", "name": "A", "location": {place}}}]}}"#);
        let mut places = Places::new(alentour_formats::read(feed.as_bytes()).unwrap().feed);
        while let Some(file) = places.wants() {
            places.add(if file == "fr/index.txt" { "69 93 97\nly pa sa vi" } else { SHARD });
        }
        let place = places.feed().initiatives[0].places[0].clone();
        assert!(place.point.is_none() || place.approximate);
        place.point.map(|point| format!("{:.2}", point.latitude))
    }

    #[test]
    fn a_postcode_or_a_town_that_only_one_place_has_gives_its_point() {
        for (place, latitude) in [
            (r#"{"postalCode": "69007", "addressLocality": "Lyon"}"#, Some("45.74")),
            (r#"{"postalCode": "69 100", "addressCountry": "FR"}"#, Some("45.77")),
            (r#"{"addressLocality": "Villeurbanne"}"#, Some("45.77")),
            // The north of Paris, or Réunion?
            (r#"{"addressLocality": "Saint-Denis"}"#, None),
            (r#"{"postalCode": "97400", "addressLocality": "Saint-Denis"}"#, Some("-20.88")),
            (r#"{"postalCode": "69100"}"#, None),
            (r#"{"postalCode": "69007", "addressLocality": "Lyon", "addressCountry": "US"}"#, None),
            (r#"{"addressLocality": "Nulle-Part-sur-Rien"}"#, None),
        ] {
            assert_eq!(completed(place).as_deref(), latitude, "{place}");
        }
    }

    #[test]
    fn each_file_is_asked_for_once_and_only_where_a_place_needs_one() {
        let item = |id: u32, town: &str| {
            format!(r#"{{"id": "{id}", "name": "A", "location": {{"addressLocality": "{town}"}}}}"#)
        };
        let all: Vec<_> =
            (0..50).map(|id| item(id, if id % 2 == 0 { "Lyon" } else { "Villeurbanne" })).collect();
        let feed = format!(r#"{{"initiatives": [{}]}}"#, all.join(","));
        let mut places = Places::new(alentour_formats::read(feed.as_bytes()).unwrap().feed);
        let mut asked = Vec::new();
        while let Some(file) = places.wants() {
            places.add(if file == "fr/index.txt" { "69\nly vi" } else { SHARD });
            asked.push(file);
        }
        assert_eq!(asked, ["fr/index.txt", "fr/n/ly.txt", "fr/n/vi.txt"]);
        let feed = alentour_formats::read(br#"{"initiatives": [{"id": "1", "name": "A"}]}"#).unwrap().feed;
        assert_eq!(Places::new(feed).wants(), None);
    }
}
