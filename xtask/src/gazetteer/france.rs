//! The communes of France: names, postcodes and populations from Etalab's list, points from GeoNames.
//!
//! The two are joined by INSEE code. By name alone 352 communes would land more than 10 km away; a name is
//! believed only within the same département and near the postcode's other communes.

use std::collections::{BTreeMap, HashMap};

use alentour_model::Point;
use alentour_model::gazetteer::keys;
use anyhow::Context;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::geonames::Populated;
use super::neighbours::{Intercommunality, Neighbours, Points, report_error};
use super::{Row, data, package, read_text, table};

/// What people write for the whole city, and no commune or arrondissement has.
const CITIES: [(&str, &str); 3] = [("75056", "75000"), ("69123", "69000"), ("13055", "13000")];

/// A place of the same name is believed to be the commune up to this distance from the estimate: that is
/// wrong by more than 20 km for less than 1 % of the communes.
const BELIEVED: f64 = 20.0;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    pub code: String,
    nom: String,
    r#type: String,
    #[serde(default)]
    departement: String,
    /// Of a former commune: the one it is part of.
    chef_lieu: Option<String>,
    #[serde(default)]
    anciens_codes: Vec<String>,
    #[serde(default)]
    pub codes_postaux: Vec<String>,
    pub population: Option<u32>,
}

/// Rows of France, one for each postcode of each commune.
pub fn build(places: &[Populated]) -> anyhow::Result<Vec<Row>> {
    let listed: Vec<Listed> = json("communes.json")?;
    let (communes, others): (Vec<_>, Vec<_>) =
        listed.into_iter().partition(|one| one.r#type == "commune-actuelle");
    let communes: Vec<Listed> = communes
        .into_iter()
        .filter(|one| !one.codes_postaux.is_empty() && one.population.is_some())
        .collect();
    let (arrondissements, former): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|one| one.r#type == "arrondissement-municipal");

    let by_commune = by_commune(places, &communes, &former);
    let mut known: Points = communes
        .iter()
        .filter_map(|one| Some((one.code.clone(), seat(one, by_commune.get(one.code.as_str())?)?.point)))
        .collect();
    let joined = known.len();
    let mut by_hand = Points::new();
    for row in table(&data().join("points.tsv"))? {
        let [code, name, latitude, longitude, approximate] =
            <[String; 5]>::try_from(row).ok().context("points.tsv: five columns")?;
        let point = Point::new(latitude.parse()?, longitude.parse()?).context(name)?;
        if approximate.is_empty() { &mut known } else { &mut by_hand }.insert(code, point);
    }
    let intercommunalities: Vec<Intercommunality> = json("epci.json")?;
    let neighbours = Neighbours::new(&communes, &intercommunalities);
    let named = join_by_name(places, &communes, &neighbours, &known);
    let by_name = named.len();
    known.extend(named);
    println!("fr: {} communes, {joined} located by INSEE code, {by_name} by name", communes.len());
    report_error(&communes, &neighbours, &known);

    let mut rows = Vec::new();
    let mut nowhere = Vec::new();
    for one in &communes {
        let point = known.get(&one.code).map(|point| (*point, false)).or_else(|| {
            let estimate = by_hand.get(&one.code).copied().or_else(|| neighbours.estimate(one, &known));
            estimate.map(|point| (point, true))
        });
        let Some((point, approximate)) = point else {
            nowhere.push(format!("{} {}", one.code, one.nom));
            continue;
        };
        let whole = CITIES
            .iter()
            .find(|(code, _)| *code == one.code)
            .map(|(_, postcode)| vec![(*postcode).to_owned()]);
        for postcode in whole.as_ref().unwrap_or(&one.codes_postaux) {
            rows.push(row(one, postcode, &one.nom, point, one.population, approximate));
        }
    }
    anyhow::ensure!(
        nowhere.is_empty(),
        "no neighbour is located for these: put them into points.tsv: {}",
        nowhere.join(", ")
    );
    rows.extend(arrondissement_rows(places, &arrondissements, &known)?);
    rows.extend(former_rows(&by_commune, &communes, &former, &rows));
    let approximate = rows.iter().filter(|row| row.approximate).count();
    println!("fr: {} rows, {approximate} of them approximate", rows.len());
    Ok(rows)
}

fn json<T: DeserializeOwned>(name: &str) -> anyhow::Result<Vec<T>> {
    let path = package("@etalab/decoupage-administratif/data").join(name);
    serde_json::from_str(&read_text(&path)?).with_context(|| path.display().to_string())
}

fn row(
    one: &Listed,
    postcode: &str,
    name: &str,
    point: Point,
    population: Option<u32>,
    approximate: bool,
) -> Row {
    Row {
        postcode: postcode.into(),
        area: String::new(),
        name: without_brackets(name),
        point,
        population: population.unwrap_or_default(),
        approximate,
        code: one.code.clone(),
    }
}

/// A name as it can stand in a label, whose end is in brackets. The list tells two communes apart by their
/// canton, which their postcodes do as well, and the town of Château-Chinon from the country around it.
fn without_brackets(name: &str) -> String {
    match name.split_once(" (") {
        Some((name, "Campagne)")) => format!("{name}-Campagne"),
        Some((name, _)) => name.into(),
        None => name.into(),
    }
}

/// GeoNames' towns by the commune that they are in today.
fn by_commune<'a>(
    places: &'a [Populated],
    communes: &[Listed],
    former: &[Listed],
) -> HashMap<String, Vec<&'a Populated>> {
    let mut today: HashMap<&str, &str> = HashMap::new();
    for one in communes {
        today.extend(one.anciens_codes.iter().map(|old| (old.as_str(), one.code.as_str())));
    }
    today.extend(former.iter().filter_map(|one| Some((one.code.as_str(), one.chef_lieu.as_deref()?))));
    today.extend(communes.iter().map(|one| (one.code.as_str(), one.code.as_str())));
    let mut found: HashMap<String, Vec<&Populated>> = HashMap::new();
    for place in places.iter().filter(|place| is_french(place) && place.is_town()) {
        let code = match place.country.as_str() {
            "BL" => Some(&"97701"),
            "MF" => Some(&"97801"),
            // The INSEE code is the fourth unit in France, the first or second overseas.
            _ => place.units.iter().rev().find_map(|unit| today.get(unit.as_str())),
        };
        if let Some(code) = code {
            found.entry((*code).to_owned()).or_default().push(place);
        }
    }
    found
}

fn is_french(place: &Populated) -> bool {
    const FRENCH: [&str; 12] = ["FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "PF", "NC", "WF"];
    FRENCH.contains(&place.country.as_str())
}

/// The place that stands for a commune: of the same name, or else the most populous in it.
fn seat<'a>(commune: &Listed, places: &[&'a Populated]) -> Option<&'a Populated> {
    let name = keys(&commune.nom).0;
    places
        .iter()
        .copied()
        .max_by_key(|place| (keys(&place.name).0 == name, place.population, place.id.clone()))
}

/// Points of communes that GeoNames has under another commune's code (Tassin-la-Demi-Lune under Lyon's).
fn join_by_name(
    places: &[Populated],
    communes: &[Listed],
    neighbours: &Neighbours,
    known: &Points,
) -> Points {
    let mut named: HashMap<(&str, String), Vec<&Populated>> = HashMap::new();
    for place in places.iter().filter(|place| is_french(place) && place.is_town()) {
        // Polynesia has no départements in GeoNames.
        let department = if place.country == "PF" { "987" } else { place.units[1].as_str() };
        named.entry((department, keys(&place.name).0)).or_default().push(place);
    }
    let missing = communes.iter().filter(|one| !known.contains_key(&one.code));
    let found = missing.filter_map(|one| {
        let [place] = named.get(&(one.departement.as_str(), keys(&one.nom).0))?[..] else { return None };
        let estimate = neighbours.estimate(one, known);
        let near = estimate
            .map_or(place.country == "PF", |estimate| estimate.distance(place.point).value() < BELIEVED);
        near.then(|| (one.code.clone(), place.point))
    });
    found.collect()
}

fn arrondissement_rows(
    places: &[Populated],
    arrondissements: &[Listed],
    known: &Points,
) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for one in arrondissements {
        // "Lyon 7e Arrondissement" is "Lyon 07" in GeoNames, and the same key.
        let name = one.nom.trim_end_matches(" Arrondissement");
        let place = places.iter().find(|place| place.country == "FR" && keys(&place.name).0 == keys(name).0);
        let point = known.get(&one.code).copied().or(place.map(|place| place.point));
        let point =
            point.with_context(|| format!("{} is in neither source: put it into points.tsv", one.nom))?;
        rows.extend(
            one.codes_postaux.iter().map(|postcode| row(one, postcode, name, point, one.population, false)),
        );
    }
    Ok(rows)
}

/// Rows of communes that have merged into others, whose names are still in use. Which of the new one's
/// postcodes is theirs the sources do not say: where there are several, the new commune tells them apart.
fn former_rows(
    by_commune: &HashMap<String, Vec<&Populated>>,
    communes: &[Listed],
    former: &[Listed],
    rows: &[Row],
) -> Vec<Row> {
    let today: HashMap<&str, &Listed> = communes.iter().map(|one| (one.code.as_str(), one)).collect();
    let points: HashMap<&str, Point> = rows.iter().map(|row| (row.code.as_str(), row.point)).collect();
    let mut found = BTreeMap::new();
    for one in former {
        let Some(commune) = one.chef_lieu.as_deref().and_then(|code| today.get(code)) else { continue };
        let (name, Some(seat)) = (keys(&one.nom), points.get(commune.code.as_str())) else { continue };
        if name == keys(&commune.nom) {
            continue;
        }
        let places = by_commune.get(&commune.code).map(Vec::as_slice).unwrap_or_default();
        let place = places.iter().find(|place| keys(&place.name) == name);
        let (postcode, area) = match &commune.codes_postaux[..] {
            [one] => (one.as_str(), ""),
            _ => ("", commune.nom.as_str()),
        };
        let point = place.map_or(*seat, |place| place.point);
        let mut row =
            row(one, postcode, &one.nom, point, place.map(|place| place.population), place.is_none());
        row.area = area.into();
        // A former commune may have left its code to the new one.
        row.code.push('d');
        found.insert((name.0, commune.code.clone()), row);
    }
    found.into_values().collect()
}
