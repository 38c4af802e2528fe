//! Belgium's postcodes: of which municipality each is (Statbel), and where that is (GeoNames).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use alentour_model::gazetteer::keys;

use super::geonames::Populated;
use super::{Row, data, table};

/// The table of its postcodes beside that of its names: `server` finds the towns of feeds in the latter.
pub const TABLE: &str = "be-postcodes";

/// A municipality of `statbel.tsv`.
struct Municipality {
    name: String,
    dutch: String,
    postcodes: Vec<String>,
}

/// A row for each postcode, under the French name of its municipality.
///
/// # Errors
/// Where `statbel.tsv` cannot be read.
pub fn postcodes(places: &[Populated]) -> anyhow::Result<Vec<Row>> {
    let mut municipalities: BTreeMap<String, Municipality> = BTreeMap::new();
    for row in table(&data().join("statbel.tsv"))? {
        let Ok([postcode, code, name, dutch]) = <[String; 4]>::try_from(row) else { continue };
        let postcodes = Vec::new();
        municipalities
            .entry(code)
            .or_insert(Municipality { name, dutch, postcodes })
            .postcodes
            .push(postcode);
    }
    let towns: Vec<&Populated> =
        places.iter().filter(|place| place.country == "BE" && place.is_town()).collect();
    let mut rows: BTreeMap<String, (usize, Row)> = BTreeMap::new();
    for (code, municipality) in municipalities {
        let Some((town, is_namesake)) = town(&code, &municipality, &towns) else { continue };
        let main = municipality.postcodes.iter().min_by_key(|postcode| round(postcode));
        for postcode in &municipality.postcodes {
            let row = Row {
                postcode: postcode.clone(),
                area: "BE".into(),
                name: municipality.name.clone(),
                point: town.point,
                population: town.population,
                approximate: !is_namesake || Some(postcode) != main,
                code: town.id.clone(),
            };
            // A postcode of two municipalities is that of the one with fewer: 1050 is Ixelles rather than Bruxelles.
            let count = municipality.postcodes.len();
            match rows.get(postcode) {
                Some((fewer, _)) if *fewer <= count => {}
                _ => drop(rows.insert(postcode.clone(), (count, row))),
            }
        }
    }
    Ok(rows.into_values().map(|(_, row)| row).collect())
}

/// The town that a municipality is named after, and whether there is one; else the largest in it. Municipalities that were joined or moved since have
/// another code in GeoNames: these are found by their name alone.
fn town<'a>(
    code: &str,
    municipality: &Municipality,
    towns: &[&'a Populated],
) -> Option<(&'a Populated, bool)> {
    let names = [&municipality.name, &municipality.dutch].map(|name| keys(name).0);
    let own = |town: &Populated| town.name.split('/').any(|name| names.contains(&keys(name).0));
    let known = |town: &Populated| own(town) || town.also.iter().any(|name| names.contains(&keys(name).0));
    let within = |town: &Populated| town.units.last().is_some_and(|unit| unit == code);
    let best = |fits: &dyn Fn(&Populated) -> bool| {
        let towns = towns.iter().copied().filter(|town| fits(town));
        towns.max_by_key(|town| (town.population, Reverse(&town.id)))
    };
    let named = best(&|town| within(town) && own(town)).or_else(|| best(&|town| within(town) && known(town)));
    let named = named.or_else(|| {
        let is_gone = !towns.iter().any(|town| within(town));
        best(&own).filter(|_| is_gone)
    });
    named.map(|town| (town, true)).or_else(|| Some((best(&within)?, false)))
}

fn round(postcode: &str) -> (Reverse<usize>, String) {
    (Reverse(postcode.len() - postcode.trim_end_matches('0').len()), postcode.to_owned())
}
