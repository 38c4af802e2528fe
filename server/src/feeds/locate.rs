//! Points for places that have none: those of their postcode or town.

use std::collections::HashMap;
use std::io::Read;
use std::sync::LazyLock;

use alentour_formats::Reading;
use alentour_model::gazetteer::{country, is_clear, keys};
use alentour_model::{Finding, Initiative, Place, Point, Problem};

/// The gazetteer's tables, packed by `build.rs`.
static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/gazetteer.tsv.gz"));

/// A town.
#[derive(Debug)]
struct Town {
    postcode: String,
    name: String,
    key: String,
    point: Point,
    population: u32,
}

#[derive(Debug, Default)]
struct Gazetteer {
    towns: Vec<Town>,
    /// Positions of the towns of a country and postcode.
    by_postcode: HashMap<(String, String), Vec<usize>>,
    /// Positions of the towns of a country and name, as [`keys`] have it.
    by_name: HashMap<(String, String), Vec<usize>>,
}

static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| {
    let mut text = String::new();
    match flate2::read::GzDecoder::new(PACKED).read_to_string(&mut text) {
        Ok(_) => Gazetteer::parse(&text),
        // Packed by ourselves, and tested.
        Err(_) => Gazetteer::default(),
    }
});

impl Gazetteer {
    fn parse(text: &str) -> Self {
        let mut gazetteer = Self::default();
        for line in text.lines() {
            let fields: Vec<_> = line.split('\t').collect();
            let &[country, postcode, _, name, latitude, longitude, population, ..] = fields.as_slice() else {
                continue;
            };
            let degrees = (latitude.parse().ok(), longitude.parse().ok());
            let (Some(latitude), Some(longitude)) = degrees else { continue };
            let Some(point) = Point::new(latitude, longitude) else { continue };
            let at = gazetteer.towns.len();
            let (key, rest) = keys(name);
            for name in std::iter::once(key.clone()).chain(rest) {
                gazetteer.by_name.entry((country.to_owned(), name)).or_default().push(at);
            }
            if !postcode.is_empty() {
                let entry = gazetteer.by_postcode.entry((country.to_owned(), postcode.to_owned()));
                entry.or_default().push(at);
            }
            gazetteer.towns.push(Town {
                postcode: postcode.into(),
                name: name.into(),
                key,
                point,
                population: population.parse().unwrap_or_default(),
            });
        }
        gazetteer
    }

    /// The town that an address names. Its postcode counts for more than its name, which may be a part of the town;
    /// but five digits without a country may be anybody's: where the feed is not French, the name must agree.
    fn find(&self, place: &Place, is_french: bool) -> Option<&Town> {
        let (name, bare) = keys(&place.address_locality);
        let postcode: String = place.postal_code.chars().filter(|c| !c.is_whitespace()).collect();
        let country = country(&place.address_country);
        // "Lyon" is what addresses in Lyon 7e say.
        let is_district = |rest: &str| !name.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
        let is_called = |town: &&Town| {
            town.key.strip_prefix(&name).is_some_and(is_district) || bare.as_ref() == Some(&town.key)
        };
        let within = self.by_postcode.get(&(country.to_owned(), postcode.clone()));
        if let Some(within) = within {
            let towns = || within.iter().filter_map(|at| self.towns.get(*at));
            let is_sure = is_french || !place.address_country.is_empty();
            let largest = || towns().max_by_key(|town| town.population).filter(|_| is_sure);
            return towns().find(is_called).or_else(largest);
        }
        if name.is_empty() {
            return None;
        }
        let names = std::iter::once(name.clone()).chain(bare.clone());
        let mut named: Vec<&Town> = names
            .filter_map(|name| self.by_name.get(&(country.to_owned(), name)))
            .flatten()
            .filter_map(|at| self.towns.get(*at))
            .collect();
        // A firm's postcode (CEDEX), or one that has gone, still tells the département.
        if country == "FR" && postcode.len() == 5 {
            let department = &postcode[..postcode.floor_char_boundary(2)];
            named.retain(|town| town.postcode.starts_with(department));
        }
        named.sort_by_key(|town| std::cmp::Reverse(town.population));
        let is_clear = is_clear(named.iter().map(|town| (town.point, town.population)));
        named.first().copied().filter(|_| is_clear)
    }
}

/// Gives each place that has an address and no point that of its town, marked as approximate, with a finding.
pub fn complete(reading: &mut Reading) {
    let language = reading.feed.language.clone();
    locate(&mut reading.feed.initiatives, &language, |finding| reading.findings.push(finding));
}

/// The same for some initiatives of a feed in that language; a finding each.
pub fn locate(initiatives: &mut [Initiative], language: &str, mut found: impl FnMut(Finding)) {
    let is_french = language.starts_with("fr");
    for initiative in initiatives {
        for (position, place) in initiative.places.iter_mut().enumerate() {
            if place.point.is_some() || (place.postal_code.is_empty() && place.address_locality.is_empty()) {
                continue;
            }
            let Some(town) = GAZETTEER.find(place, is_french) else { continue };
            place.point = Some(town.point);
            place.approximate = true;
            let value = format!("{} {}", town.postcode, town.name).trim().to_owned();
            found(Finding {
                item: None,
                id: initiative.id.clone(),
                field: format!("location.{position}.latitude"),
                problem: Problem::Guessed,
                value,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(postcode: &str, town: &str, country: &str) -> Option<(String, i32)> {
        let place = Place {
            postal_code: postcode.into(),
            address_locality: town.into(),
            address_country: country.into(),
            ..Place::default()
        };
        GAZETTEER.find(&place, false).map(|town| (town.name.clone(), town.point.latitude as i32))
    }

    fn name(postcode: &str, town: &str, country: &str) -> String {
        found(postcode, town, country).map(|(name, _)| name).unwrap_or_default()
    }

    #[test]
    fn a_postcode_and_a_town_name_one_place_however_they_are_written() {
        assert_eq!(name("69007", "LYON", "FR"), "Lyon 7e");
        assert_eq!(name("69 100", "", "FR"), "Villeurbanne");
        assert_eq!(name("01000", "St Denis les Bourg", "FR"), "Saint-Denis-lès-Bourg");
        assert_eq!(name("97400", "Saint-Denis", "RE"), "Saint-Denis");
        assert_eq!(found("97400", "Saint-Denis", "RE").unwrap().1, -20);
    }

    #[test]
    fn a_firm_s_postcode_is_known_by_its_town_and_departement() {
        assert_eq!(name("69361", "Lyon Cedex 07", "FR"), "Lyon 7e");
        assert_eq!(name("93205", "Saint-Denis Cedex", "FR"), "Saint-Denis");
        assert_eq!(found("93205", "Saint-Denis Cedex", "FR").unwrap().1, 48);
    }

    #[test]
    fn a_town_alone_is_found_where_only_one_can_be_meant() {
        assert_eq!(name("", "Villeurbanne", ""), "Villeurbanne");
        assert_eq!(name("", "Bruxelles", "BE"), "Bruxelles");
        // The north of Paris, or Réunion?
        assert_eq!(found("", "Saint-Denis", ""), None);
        assert_eq!(found("", "Bruxelles", "US"), None);
        assert_eq!(found("", "Nulle-Part-sur-Rien", ""), None);
        assert_eq!(found("é0000", "", ""), None);
        assert_eq!(found("20001", "", "US"), None);
        // Montigny-le-Bretonneux, or Arizona? The name does not agree.
        assert_eq!(found("78180", "", ""), None);
        assert_eq!(found("69100", "Springfield", ""), None);
        assert_eq!(name("69100", "Springfield", "FR"), "Villeurbanne");
    }

    #[test]
    fn points_from_the_gazetteer_are_marked_and_said_and_others_left_alone() {
        let feed = br#"{"initiatives": [
            {"id": "a", "name": "A", "location": {"postalCode": "69007", "addressLocality": "Lyon"}},
            {"id": "b", "name": "B", "location": {"addressLocality": "Lyon", "latitude": 45.7, "longitude": 4.8}}]}"#;
        let mut reading = alentour_formats::read(feed).unwrap();
        complete(&mut reading);
        let places: Vec<_> = reading.feed.initiatives.iter().map(|i| i.places[0].clone()).collect();
        assert!(places[0].approximate && places[0].point.is_some());
        assert!(!places[1].approximate);
        let said: Vec<_> = reading.findings.iter().map(|f| (f.id.as_str(), f.value.as_str())).collect();
        assert_eq!(said, [("a", "69007 Lyon 7e")]);
        // Reading what came of it finds nothing more to do.
        complete(&mut reading);
        assert_eq!(reading.findings.len(), 1);
    }
}
