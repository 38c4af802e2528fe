//! Towns of the countries around France, by name only.

use std::collections::{BTreeMap, BTreeSet};

use alentour_model::gazetteer::keys;

use super::geonames::Populated;
use super::{Row, data, table};

/// Rows of a country: its towns, each under the names that `exonyms.tsv` gives it as well.
pub fn build(country: &str, places: &[Populated]) -> anyhow::Result<Vec<Row>> {
    let code = country.to_uppercase();
    // Large countries begin at 2,000 inhabitants, which keeps each below 200 KB.
    let least = if ["be", "ch", "lu", "mc"].contains(&country) { 500 } else { 2_000 };
    let towns = places.iter().filter(|place| {
        // Monaco is all quarters, and people know them. A number in a name is a quarter's ("Zona 179").
        let town = (place.is_town() || code == "MC") && !place.name.contains(|c: char| c.is_ascii_digit());
        place.country == code && town && place.population >= least
    });
    // By key: "Brugg" and "Brügg" are the same to whoever types them.
    let mut namesakes: BTreeMap<String, Vec<(String, &Populated)>> = BTreeMap::new();
    let exonyms = exonyms(&code)?;
    for town in towns {
        for (key, name) in names(town, &exonyms) {
            namesakes.entry(key).or_default().push((name, town));
        }
    }
    let mut rows = Vec::new();
    for mut towns in namesakes.into_values() {
        towns.sort_by(|(_, a), (_, b)| b.population.cmp(&a.population).then_with(|| a.id.cmp(&b.id)));
        let alone = towns.len() == 1;
        let mut areas = BTreeSet::new();
        for (name, town) in towns {
            let area = if alone { code.clone() } else { region(town) };
            // A second one in the same region could not be told from the first.
            if areas.insert(area.clone()) {
                rows.push(Row {
                    postcode: String::new(),
                    area,
                    name,
                    point: town.point,
                    population: town.population,
                    approximate: false,
                    code: town.id.clone(),
                });
            }
        }
    }
    Ok(rows)
}

/// `exonyms.tsv`: country, name in GeoNames, name to be found by as well.
fn exonyms(country: &str) -> anyhow::Result<Vec<[String; 2]>> {
    let rows = table(&data().join("exonyms.tsv"))?.into_iter();
    Ok(rows
        .filter_map(|row| <[String; 3]>::try_from(row).ok())
        .filter(|row| row[0] == country)
        .map(|[_, a, b]| [a, b])
        .collect())
}

/// The names of a town, by key. GeoNames joins those of bilingual towns by a stroke ("Biel/Bienne").
fn names(town: &Populated, exonyms: &[[String; 2]]) -> BTreeMap<String, String> {
    let own = town.name.split('/').map(|name| {
        // Brackets are what a label ends with: "Halle (Saale)" becomes "Halle, Saale".
        name.trim().replace(" (", ", ").replace(')', "")
    });
    let others = exonyms.iter().filter(|[name, also]| *name == town.name && town.also.contains(also));
    let mut names = BTreeMap::new();
    for name in own.chain(others.map(|[_, also]| also.clone())) {
        names.entry(keys(&name).0).or_insert(name);
    }
    names
}

/// The region as people of the country abbreviate it, where GeoNames' code is that.
fn region(town: &Populated) -> String {
    let [first, second, ..] = &town.units;
    let region = match town.country.as_str() {
        "CH" | "GB" => first.as_str(),
        "BE" | "ES" | "IT" => second.as_str(),
        "DE" => land(first),
        _ => "",
    };
    if region.is_empty() { town.country.clone() } else { [&town.country, ", ", region].concat() }
}

/// The usual abbreviation of a German Land from its FIPS code.
fn land(code: &str) -> &str {
    const LANDS: [&str; 16] =
        ["BW", "BY", "HB", "HH", "HE", "NI", "NW", "RP", "SL", "SH", "BB", "MV", "SN", "ST", "TH", "BE"];
    code.parse::<usize>().ok().and_then(|code| LANDS.get(code.checked_sub(1)?).copied()).unwrap_or_default()
}
