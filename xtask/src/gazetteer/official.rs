//! The communes as `https://geo.api.gouv.fr` gives them, which an operator may download for exact centres.

use std::collections::{HashMap, HashSet};

use alentour_model::Point;
use anyhow::{Context, ensure};
use serde::Deserialize;

use super::Row;

/// A commune of the official list.
#[derive(Debug, PartialEq)]
pub struct Commune {
    /// INSEE code.
    pub code: String,
    /// Name.
    pub name: String,
    /// All its postcodes.
    pub postcodes: Vec<String>,
    /// Its centre.
    pub point: Point,
    /// Inhabitants, if the list says.
    pub population: Option<u32>,
}

/// Reads a download with the fields `code,nom,codesPostaux,centre,population`. Communes without a centre
/// or a postcode (uninhabited islands) are left out.
///
/// # Errors
/// Where it is no such list, and where a centre is not on Earth.
pub fn read_official(json: &str) -> anyhow::Result<Vec<Commune>> {
    const FIELDS: &str =
        "this is not a list of communes with the fields code,nom,codesPostaux,centre,population";
    let listed: Vec<Listed> = serde_json::from_str(json).context(FIELDS)?;
    ensure!(listed.iter().any(|commune| commune.centre.is_some()), FIELDS);
    let communes =
        listed.into_iter().filter_map(|Listed { code, nom, codes_postaux, centre, population }| {
            let [longitude, latitude] = centre?.coordinates;
            let point = Point::new(latitude, longitude)
                .with_context(|| format!("{code} {nom}: centre {latitude}, {longitude}"));
            (!codes_postaux.is_empty()).then(|| {
                point.map(|point| Commune { code, name: nom, postcodes: codes_postaux, point, population })
            })
        });
    communes.collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    code: String,
    nom: String,
    #[serde(default)]
    codes_postaux: Vec<String>,
    centre: Option<Centre>,
    population: Option<u32>,
}

#[derive(Deserialize)]
struct Centre {
    coordinates: [f64; 2],
}

/// Puts official centres where points were estimated, updates populations, and adds what is missing. Points
/// that were known stay: they are where the inhabitants are, while an official centre is the middle of
/// the area, in the mountains for half of La Réunion. Returns how many rows were replaced and added.
pub fn merge(rows: &mut Vec<Row>, communes: Vec<Commune>) -> (usize, usize) {
    let present: HashSet<(String, String)> =
        rows.iter().map(|row| (row.code.clone(), row.postcode.clone())).collect();
    let places: HashMap<String, (Point, bool)> =
        rows.iter().map(|row| (row.code.clone(), (row.point, row.approximate))).collect();
    let by_code: HashMap<&str, &Commune> =
        communes.iter().map(|commune| (commune.code.as_str(), commune)).collect();
    let mut replaced = 0;
    for row in rows.iter_mut() {
        let Some(commune) = by_code.get(row.code.as_str()) else { continue };
        row.population = commune.population.unwrap_or(row.population);
        if row.approximate {
            (row.point, row.approximate) = (commune.point, false);
            replaced += 1;
        }
    }
    let before = rows.len();
    for commune in &communes {
        // Paris, Lyon and Marseille are listed whole, with the postcodes of their arrondissements.
        if ["75056", "69123", "13055"].contains(&commune.code.as_str()) {
            continue;
        }
        let known = places.get(&commune.code).filter(|(_, approximate)| !approximate);
        let point = known.map_or(commune.point, |(point, _)| *point);
        for postcode in &commune.postcodes {
            if !present.contains(&(commune.code.clone(), postcode.clone())) {
                rows.push(Row {
                    postcode: postcode.clone(),
                    area: String::new(),
                    name: commune.name.clone(),
                    point,
                    population: commune.population.unwrap_or_default(),
                    approximate: false,
                    code: commune.code.clone(),
                });
            }
        }
    }
    (replaced, rows.len() - before)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"[
        {"code":"01001","nom":"L'Abergement-Clémenciat","codesPostaux":["01400"],"population":860,
         "centre":{"type":"Point","coordinates":[4.9306,46.1517]}},
        {"code":"69123","nom":"Lyon","codesPostaux":["69001"],"population":520774,
         "centre":{"type":"Point","coordinates":[4.8351,45.758]}},
        {"code":"69244","nom":"Tassin-la-Demi-Lune","codesPostaux":["69160","69161"],
         "centre":{"type":"Point","coordinates":[4.7555,45.7648]}},
        {"code":"98411","nom":"Îles Saint-Paul et Nouvelle-Amsterdam"}]"#;

    fn row(code: &str, postcode: &str, approximate: bool) -> Row {
        let point = Point::new(45.0, 4.0).unwrap();
        Row {
            postcode: postcode.into(),
            area: "".into(),
            name: "N".into(),
            point,
            population: 7,
            approximate,
            code: code.into(),
        }
    }

    #[test]
    fn official_centres_replace_estimates_only() {
        let mut rows =
            vec![row("01001", "01400", true), row("69244", "69160", false), row("01002", "01640", true)];
        assert_eq!(merge(&mut rows, read_official(LIST).unwrap()), (1, 1));
        assert_eq!((rows[0].point, rows[0].approximate), (Point::new(46.1517, 4.9306).unwrap(), false));
        assert_eq!(rows[0].population, 860);
        assert_eq!(rows[1], row("69244", "69160", false));
        assert_eq!(rows[2], row("01002", "01640", true));
        assert_eq!((rows[3].postcode.as_str(), rows[3].point), ("69161", rows[1].point));
    }

    #[test]
    fn another_file_is_refused_with_what_is_expected() {
        for json in ["", "{}", "[]", r#"[{"code":"01001","nom":"A"}]"#, r#"[{"nom":"A"}]"#] {
            assert!(read_official(json).unwrap_err().to_string().contains("codesPostaux"), "{json}");
        }
        let nowhere = r#"[{"code":"1","nom":"A","codesPostaux":["1"],"centre":{"coordinates":[4,145]}}]"#;
        assert!(read_official(nowhere).unwrap_err().to_string().contains("145"));
    }
}
