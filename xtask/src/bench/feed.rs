//! A feed as large as a country's: real points where there are any, and invented actions at them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use alentour_model::{Cause, Date, Kind};
use anyhow::{Context, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::workspace::{SAMPLES, root, samples, target};

/// Within the folder of samples. Real addresses, which are read where they are and never become part of the checkout.
const POINTS: &str = "api-engagement/pompiers-addresses.csv";

/// As many as the real points.
pub const COUNT: usize = 5903;
/// As many as a widget holds at most.
pub const CARDS: usize = 10_000;

/// The feed to measure with.
pub struct BenchFeed {
    pub path: PathBuf,
    /// What it is made of, in a sentence.
    pub said: String,
}

/// A place where something happens.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spot {
    name: String,
    #[serde(default)]
    street: String,
    postal_code: String,
    city: String,
    #[serde(rename = "lat", alias = "latitude")]
    latitude: f64,
    #[serde(rename = "lon", alias = "longitude")]
    longitude: f64,
}

/// Writes a feed of so many initiatives to `target/bench/`.
///
/// # Errors
/// When points that were named cannot be read. Where none are, or too few, the gazetteer's towns serve.
pub fn write(points: Option<&Path>, count: usize) -> anyhow::Result<BenchFeed> {
    let (mut spots, mut origin) = match (points, samples()?) {
        (Some(points), _) => (real(points)?, format!("points of {}", points.display())),
        (None, Some(samples)) => (real(&samples.join(POINTS))?, "real addresses of fire stations".into()),
        (None, None) => {
            (Vec::new(), format!("towns of the gazetteer (skipped: the real points; {SAMPLES} is not set)"))
        }
    };
    if let Some(missing) = count.checked_sub(spots.len()) {
        if !spots.is_empty() && missing > 0 {
            origin.push_str(&format!(" and, {missing} of them, at towns of the gazetteer"));
        }
        spots.extend(towns(missing)?);
    }
    let today = today()?;
    let initiatives: Vec<Value> =
        spots.iter().enumerate().map(|(number, spot)| initiative(number, spot, today)).collect();
    let feed = json!({ "alentour": "1", "name": "Mesure", "inLanguage": "fr", "initiatives": initiatives })
        .to_string();
    let path = target().join(format!("bench/feed-{count}.json"));
    fs::create_dir_all(target().join("bench")).context("target/bench cannot be made")?;
    fs::write(&path, &feed).with_context(|| format!("{} cannot be written", path.display()))?;
    let said = format!(
        "The large feed: {} invented actions at {origin}, {:.1} MB of JSON.",
        spots.len(),
        feed.len() as f64 / 1e6
    );
    Ok(BenchFeed { path, said })
}

/// The day it is, in UTC.
pub fn today() -> anyhow::Result<Date> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970")?;
    Ok(Date::from_days(i32::try_from(now.as_secs() / 86_400)?))
}

fn real(path: &Path) -> anyhow::Result<Vec<Spot>> {
    let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
    read(csv::Reader::from_reader(file)).with_context(|| format!("{} cannot be read", path.display()))
}

fn read(mut points: csv::Reader<impl std::io::Read>) -> anyhow::Result<Vec<Spot>> {
    let mut spots: Vec<Spot> = points.deserialize().collect::<Result<_, _>>()?;
    // Some have no name, which is what the organiser of each is called.
    spots.retain(|spot| !spot.name.trim().is_empty());
    ensure!(!spots.is_empty(), "there are no points");
    Ok(spots)
}

/// So many towns from all over France.
fn towns(count: usize) -> anyhow::Result<Vec<Spot>> {
    let path = root().join("data/gazetteer/fr.tsv");
    let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let lines: Vec<&str> = text.lines().skip(1).collect();
    // Evenly over the list, which goes by postcode, so that no region is left out.
    let towns = (0..count).filter_map(|number| town(lines.get(number * lines.len() / count)?)).collect();
    Ok(towns)
}

fn town(line: &str) -> Option<Spot> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [postcode, _, name, latitude, longitude, ..] = fields.as_slice() else { return None };
    Some(Spot {
        name: format!("Centre d’entraide de {name}"),
        street: "1 place de la Mairie".into(),
        postal_code: (*postcode).into(),
        city: (*name).into(),
        latitude: latitude.parse().ok()?,
        longitude: longitude.parse().ok()?,
    })
}

/// An action at a place. The same for the same number, so that two runs of one day measure the same bytes.
fn initiative(number: usize, spot: &Spot, today: Date) -> Value {
    const NAMES: [&str; 6] =
        ["Collecte", "Atelier", "Jardin partagé", "Visites à domicile", "Permanence", "Chantier"];
    const TEXT: [&str; 5] = [
        "Deux heures par semaine suffisent, et personne n’est seul : une équipe vous accueille et vous montre.",
        "On trie, on répare, on partage un repas, et chacun repart avec ce dont il a besoin.",
        "Aucune expérience n’est demandée ; une formation d’une demi-journée précède la première fois.",
        "Les horaires se choisissent entre voisins, le soir ou le samedi, et se changent sans façon.",
        "Une place est gardée pour qui vient avec un enfant, et l’entrée est de plain-pied.",
    ];
    let pick = |list: &[&'static str], step: usize| list[(number * step + number / 7) % list.len()];
    let kinds: Vec<&str> = Kind::ALL.iter().map(Kind::as_str).collect();
    let causes: Vec<&str> = Cause::ALL.iter().map(Cause::as_str).collect();
    let (cause, other) = (causes[number % causes.len()], causes[(number * 3 + 1) % causes.len()]);
    let name = format!("{} : {}", pick(&NAMES, 5), spot.name);
    let day = today.plus(1 + (number * 13 % 90) as i32);
    let description = [0, 2, 4].map(|step| TEXT[(number + step) % TEXT.len()]).join("\n\n");
    let session = |day: Date| {
        json!({ "id": day.to_string(), "startDate": format!("{day}T18:00:00+01:00"), "endDate": format!("{day}T20:00:00+01:00"),
                "timeZone": "Europe/Paris", "maximumAttendeeCapacity": 8, "remainingAttendeeCapacity": number % 9 })
    };
    json!({
        "id": format!("point-{number}"),
        "kind": kinds[number % kinds.len()],
        "name": name,
        "summary": pick(&TEXT, 3),
        "description": description,
        "causes": [cause, other],
        "url": format!("https://example.org/point-{number}"),
        "organizer": { "name": spot.name, "url": "https://example.org", "sector": "association" },
        "location": [{
            "name": spot.name, "streetAddress": spot.street, "postalCode": spot.postal_code,
            "addressLocality": spot.city, "addressCountry": "FR", "latitude": spot.latitude, "longitude": spot.longitude,
        }],
        "sessions": [session(day), session(day.plus(7))],
        "participation": { "way": "shift", "partySize": 2, "telephone": "optional", "consents": [{
            "id": "contact", "version": "1", "text": "J’accepte que l’on m’écrive au sujet de cette action.",
            "purpose": "contact", "required": true,
        }] },
    })
}

#[cfg(test)]
mod tests {
    use alentour_model::time::NoZones;

    use super::*;

    #[test]
    fn each_point_becomes_an_initiative_that_nothing_is_wrong_with() {
        let csv = "dept,name,street,postalCode,city,lat,lon\n01,\"Centre \"\"A\"\"\",\"1, rue\",01500,B,45.98,5.35\n";
        let spots = read(csv::Reader::from_reader(csv.as_bytes())).unwrap();
        let initiatives: Vec<Value> =
            (0..40).map(|number| initiative(number, &spots[0], Date::from_days(20_000))).collect();
        let feed = json!({ "alentour": "1", "initiatives": initiatives }).to_string();
        let (feed, findings) = alentour_model::read::read(&feed, &NoZones).unwrap();
        assert_eq!(findings, []);
        assert_eq!(feed.initiatives.len(), 40);
        assert_eq!(feed.initiatives[0].places[0].postal_code, "01500");
    }

    #[test]
    fn without_the_real_points_as_many_towns_serve() {
        let towns = towns(COUNT).unwrap();
        assert_eq!(towns.len(), COUNT);
        assert!(towns.iter().any(|town| town.postal_code.starts_with("974")));
    }
}
