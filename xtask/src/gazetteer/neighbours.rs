//! Where a commune is that no source locates: among those it shares a postcode or an intercommunality with.

use std::collections::HashMap;

use alentour_model::Point;
use serde::Deserialize;

use super::france::Listed;

/// Known points by INSEE code.
pub type Points = HashMap<String, Point>;

/// Etalab's `epci.json`, as far as it is of use.
#[derive(Deserialize)]
pub struct Intercommunality {
    pub code: String,
    pub membres: Vec<Member>,
}

#[derive(Deserialize)]
pub struct Member {
    pub code: String,
}

/// Who shares a postcode, and who an intercommunality.
pub struct Neighbours {
    by_postcode: HashMap<String, Vec<String>>,
    intercommunality: HashMap<String, String>,
    members: HashMap<String, Vec<String>>,
}

impl Neighbours {
    pub fn new(communes: &[Listed], intercommunalities: &[Intercommunality]) -> Self {
        let mut by_postcode: HashMap<String, Vec<String>> = HashMap::new();
        for one in communes {
            for postcode in &one.codes_postaux {
                by_postcode.entry(postcode.clone()).or_default().push(one.code.clone());
            }
        }
        let mut intercommunality = HashMap::new();
        let mut members = HashMap::new();
        for group in intercommunalities {
            let codes: Vec<String> = group.membres.iter().map(|member| member.code.clone()).collect();
            intercommunality.extend(codes.iter().map(|code| (code.clone(), group.code.clone())));
            members.insert(group.code.clone(), codes);
        }
        Self { by_postcode, intercommunality, members }
    }

    /// The middle of the other located communes of the same postcode, of the same intercommunality first.
    pub fn estimate(&self, commune: &Listed, known: &Points) -> Option<Point> {
        let group = self.intercommunality.get(&commune.code);
        let point = |code: &String| if *code == commune.code { None } else { known.get(code).copied() };
        let near =
            commune.codes_postaux.iter().filter_map(|postcode| self.by_postcode.get(postcode)).flatten();
        let nearest =
            near.clone().filter(|code| group.is_some() && self.intercommunality.get(*code) == group);
        let members = group.and_then(|group| self.members.get(group)).into_iter().flatten();
        middle(nearest.filter_map(point))
            .or_else(|| middle(near.filter_map(point)))
            .or_else(|| middle(members.filter_map(point)))
    }
}

fn middle(points: impl Iterator<Item = Point>) -> Option<Point> {
    let (mut latitude, mut longitude, mut count) = (0.0, 0.0, 0.0);
    for point in points {
        latitude += point.latitude;
        longitude += point.longitude;
        count += 1.0;
    }
    if count > 0.0 { Point::new(latitude / count, longitude / count) } else { None }
}

/// How wrong estimates are, measured on the communes whose point is known. Those to be estimated
/// are small, so small ones are measured.
pub fn report_error(communes: &[Listed], neighbours: &Neighbours, known: &Points) {
    let small = communes.iter().filter(|one| one.population.is_some_and(|population| population < 1000));
    let mut errors: Vec<f64> = small
        .filter_map(|one| Some(known.get(&one.code)?.distance(neighbours.estimate(one, known)?).value()))
        .collect();
    errors.sort_by(f64::total_cmp);
    let at = |share: usize| errors.get(errors.len() * share / 100).copied().unwrap_or_default();
    println!(
        "fr: an estimate is off by {:.1} km in the middle, 90 % {:.1}, 99 % {:.1}",
        at(50),
        at(90),
        at(99)
    );
}
