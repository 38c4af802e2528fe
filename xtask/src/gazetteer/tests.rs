//! What is committed, as visitors meet it: through the shards and the widget's own look-up.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::OnceLock;

use alentour_model::gazetteer::{Index, Locality, complete, keys, resolve};

use super::*;

/// The shards of a country, fetched as the widget does.
struct Country {
    index: Index,
    files: BTreeMap<String, String>,
}

impl Country {
    fn new(country: &str) -> Self {
        let files = shards::shards(filed(country).unwrap());
        Self { index: Index::parse(&files["index.txt"]), files }
    }

    fn shard(&self, typed: &str) -> &str {
        self.index.shard_for(typed).map_or("", |path| self.files[&path].as_str())
    }

    fn complete(&self, typed: &str, limit: usize) -> Vec<Locality> {
        complete(self.shard(typed), typed, limit)
    }

    fn labels(&self, typed: &str) -> Vec<String> {
        self.complete(typed, 8).iter().map(Locality::label).collect()
    }

    fn resolve(&self, typed: &str) -> Option<Locality> {
        resolve(self.shard(typed), typed)
    }

    #[track_caller]
    fn assert_near(&self, typed: &str, latitude: f64, longitude: f64, kilometres: f64) {
        let found = self.resolve(typed).unwrap_or_else(|| panic!("{typed} is not found"));
        let off = found.point.distance(Point::new(latitude, longitude).unwrap()).value();
        assert!(off < kilometres, "{typed}: {} is {off:.1} km off", found.label());
    }
}

fn france() -> &'static Country {
    static FRANCE: OnceLock<Country> = OnceLock::new();
    FRANCE.get_or_init(|| Country::new("fr"))
}

#[test]
fn known_places_are_where_they_are() {
    let france = france();
    france.assert_near("69001", 45.770, 4.829, 1.0);
    france.assert_near("69009", 45.782, 4.808, 1.5);
    france.assert_near("93200", 48.930, 2.359, 1.0);
    france.assert_near("20000", 41.935, 8.701, 4.0);
    // The official centre of Saint-Denis is up in the mountains.
    france.assert_near("97400", -20.933, 55.447, 6.0);
    france.assert_near("Paris", 48.857, 2.352, 1.0);
    france.assert_near("Lyon", 45.758, 4.835, 2.0);
    france.assert_near("Marseille", 43.297, 5.381, 1.0);
    france.assert_near("75020", 48.864, 2.401, 1.0);
    france.assert_near("Tassin-la-Demi-Lune", 45.764, 4.755, 3.0);
}

#[test]
fn overseas_is_part_of_it() {
    for (typed, latitude, longitude) in [
        ("97110", 16.24, -61.53),
        ("97200", 14.61, -61.07),
        ("97300", 4.93, -52.33),
        ("97600", -12.78, 45.23),
        ("97500", 46.78, -56.18),
        ("Saint-Barthélemy", 17.90, -62.83),
        ("97150", 18.07, -63.08),
        ("Papeete", -17.53, -149.57),
        ("Nouméa", -22.27, 166.44),
        ("98600", -13.28, -176.18),
    ] {
        france().assert_near(typed, latitude, longitude, 12.0);
    }
}

#[test]
fn every_commune_is_found_by_its_postcode_and_by_its_name() {
    let lines: HashMap<&str, HashSet<&str>> =
        france().files.iter().map(|(path, text)| (path.as_str(), text.lines().collect())).collect();
    // Each line is matched by itself, so that this does not take a minute.
    let offers = |typed: &str, name: &str| {
        let shard = france().index.shard_for(typed).unwrap_or_else(|| panic!("{typed} has no shard"));
        let mut named = lines[shard.as_str()].iter().filter(|line| line.split('\t').nth(1) == Some(name));
        named.any(|line| !complete(line, typed, 1).is_empty())
    };
    for row in read("fr").unwrap() {
        assert!(row.postcode.is_empty() || offers(&row.postcode, &row.name), "{} {}", row.postcode, row.name);
        // One letter is too short to look for.
        assert!(row.name == "Y" || offers(&row.name, &row.name), "{}", row.name);
    }
}

#[test]
fn every_label_means_one_place() {
    for country in COUNTRIES {
        let gazetteer = Country::new(country);
        let mut seen: HashMap<String, Locality> = HashMap::new();
        let shards = gazetteer.files.iter().filter(|(path, _)| *path != "index.txt");
        for locality in shards.flat_map(|(_, text)| complete_all(text)) {
            let label = locality.label();
            let before = seen.entry(label.clone()).or_insert_with(|| locality.clone());
            assert_eq!(*before, locality, "{label} is two places");
        }
        let seen: BTreeMap<_, _> = seen.into_iter().filter(|(_, locality)| locality.name != "Y").collect();
        // One in eleven: all of them take a minute.
        for (label, locality) in seen.iter().step_by(11) {
            assert_eq!(gazetteer.resolve(label).as_ref(), Some(locality), "{label}");
        }
    }
}

/// Every line of a shard, read as the widget reads it.
fn complete_all(shard: &str) -> Vec<Locality> {
    let lines: Vec<&str> = shard.lines().collect();
    let localities: Vec<Locality> = lines
        .iter()
        .filter_map(|line| {
            let mut fields = line.split('\t');
            let (distinction, name) = (fields.next()?, fields.next()?);
            let typed = if name == "Y" { distinction.to_owned() } else { format!("{name} ({distinction})") };
            complete(line, &typed, 1).pop()
        })
        .collect();
    assert_eq!(localities.len(), lines.len(), "a line is not read: {}", lines[0]);
    localities
}

#[test]
fn what_visitors_type_offers_what_they_mean() {
    let france = france();
    assert_eq!(france.labels("villeur")[0], "Villeurbanne (69100)");
    let saint_denis = france.labels("saint denis");
    assert!(saint_denis.contains(&"Saint-Denis (93200)".into()), "{saint_denis:?}");
    assert!(saint_denis.contains(&"Saint-Denis (97400)".into()), "{saint_denis:?}");
    assert_eq!(france.labels("6900")[0], "Lyon (69000)");
    assert!(france.labels("69007").contains(&"Lyon 7e (69007)".into()));
    assert_eq!(france.labels("orleans")[0], "Orléans (45000)");
    assert_eq!(france.labels("havre")[0], "Le Havre (76600)");
    assert_eq!(france.labels("75116"), ["Paris 16e (75116)"]);
    assert_eq!(france.labels("annecy le v"), ["Annecy-le-Vieux (Annecy)"]);
    assert_eq!(france.complete("51300", 99).iter().filter(|found| found.postcode == "51300").count(), 46);
}

#[test]
fn two_letters_are_answered_by_the_largest() {
    for (typed, first) in [
        ("pa", "Paris (75000)"),
        ("ly", "Lyon (69000)"),
        ("sa", "Saint-Étienne (42000)"),
        ("la", "La Rochelle (17000)"),
        ("ch", "Champigny-sur-Marne (94500)"),
        ("st", "Saint-Étienne (42000)"),
        ("97", "Saint-Denis (97400)"),
        ("59", "Lille (59000)"),
    ] {
        let labels = france().labels(typed);
        assert!(labels.len() == 8 && labels.iter().any(|label| label == first), "{typed}: {labels:?}");
    }
}

#[test]
fn towns_abroad_answer_to_the_names_visitors_know() {
    for (country, typed, latitude, longitude) in [
        ("be", "Bruxelles", 50.85, 4.35),
        ("be", "Anvers (BE)", 51.22, 4.40),
        ("ch", "Genève", 46.20, 6.15),
        ("ch", "Bienne", 47.13, 7.25),
        ("lu", "Luxembourg", 49.61, 6.13),
        ("mc", "Monaco", 43.74, 7.42),
        ("de", "Cologne", 50.93, 6.95),
        ("de", "Halle, Saale", 51.48, 11.97),
        ("es", "Saint-Sébastien", 43.31, -1.97),
        ("es", "Barcelona", 41.39, 2.16),
        ("it", "Torino", 45.07, 7.69),
        ("it", "Vintimille", 43.79, 7.61),
        ("gb", "Londres", 51.51, -0.13),
    ] {
        Country::new(country).assert_near(typed, latitude, longitude, 4.0);
    }
}

#[test]
fn what_is_committed_is_sound() {
    for country in COUNTRIES {
        let rows = filed(country).unwrap();
        let mut seen = HashSet::new();
        for row in &rows {
            let Row { postcode, area, name, .. } = row;
            let is_number = postcode.bytes().all(|byte| byte.is_ascii_digit());
            match (country, postcode.len()) {
                ("fr", 5) => assert!(is_number && area.is_empty(), "{name}: a postcode or an area, not both"),
                ("be", 4) => assert!(is_number && area == "BE", "{name}"),
                _ => assert!(postcode.is_empty() && !area.is_empty(), "{name}"),
            }
            assert!(!name.contains(['(', ')', '\t']), "{name}: labels end with brackets");
            assert!(
                keys(name).0.bytes().all(|byte| byte.is_ascii_alphanumeric()),
                "{name}: cannot be a file's name"
            );
            assert!(
                seen.insert((postcode.clone(), area.clone(), name.clone())),
                "{name} ({postcode}{area}) twice"
            );
        }
        write_is_reading_back(&rows);
    }
}

fn write_is_reading_back(rows: &[Row]) {
    for row in rows {
        assert_eq!(Row::parse(row.line().trim_end_matches('\n')).as_ref(), Some(row));
    }
}

#[test]
fn no_shard_weighs_more_than_ten_kilobytes() {
    for country in COUNTRIES {
        for (path, text) in Country::new(country).files {
            // Brotli at its quickest is a third larger than what is shipped.
            let mut small = Vec::new();
            let quick = brotli::enc::BrotliEncoderParams { quality: 5, ..Default::default() };
            brotli::BrotliCompress(&mut text.as_bytes(), &mut small, &quick).unwrap();
            assert!(small.len() < 10_000, "{country}/{path}: {} bytes", small.len());
        }
    }
}

#[test]
fn what_was_set_by_hand_is_near_its_neighbours() {
    let rows = read("fr").unwrap();
    let points = table(&data().join("points.tsv")).unwrap();
    for point in points.iter().filter(|point| point[4].is_empty() && !point[1].starts_with("Île")) {
        let own =
            rows.iter().find(|row| row.code == point[0]).unwrap_or_else(|| panic!("{point:?} is no commune"));
        let near = rows.iter().filter(|row| row.code != own.code && !row.approximate);
        let nearest = near.map(|row| row.point.distance(own.point).value()).fold(f64::INFINITY, f64::min);
        assert!(nearest < 25.0, "{point:?} is {nearest:.0} km from any other commune");
        assert_eq!(own.name, point[1]);
    }
}
