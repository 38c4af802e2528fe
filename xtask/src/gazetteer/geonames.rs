//! GeoNames' `cities500.txt`: places of 500 inhabitants and more, and seats of administrations.

use std::path::Path;

use alentour_model::Point;
use anyhow::Context;

/// A line of the file, as far as it is of use (columns: <https://download.geonames.org/export/dump/readme.txt>).
pub struct Populated {
    pub id: String,
    pub name: String,
    /// Names in other languages and former ones, without saying which.
    pub also: Vec<String>,
    pub point: Point,
    /// `PPLA` is a seat of an administration, `PPLX` a quarter, and so on.
    pub feature: String,
    /// ISO 3166-1 alpha-2, upper case; overseas territories have their own.
    pub country: String,
    /// Codes of the administrative units it is in, the largest first.
    pub units: [String; 4],
    pub population: u32,
}

impl Populated {
    /// A town or village of its own: neither a quarter nor one that is abandoned, historical or destroyed.
    pub fn is_town(&self) -> bool {
        !["PPLX", "PPLH", "PPLQ", "PPLW", "PPLCH"].contains(&self.feature.as_str())
    }

    fn parse(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.split('\t').collect();
        let owned = |column: usize| fields.get(column).map(|field| (*field).to_owned());
        Some(Self {
            id: owned(0)?,
            name: owned(1)?,
            also: fields.get(3)?.split(',').map(str::to_owned).collect(),
            point: Point::new(fields.get(4)?.parse().ok()?, fields.get(5)?.parse().ok()?)?,
            feature: owned(7)?,
            country: owned(8)?,
            units: [owned(10)?, owned(11)?, owned(12)?, owned(13)?],
            population: fields.get(14)?.parse().ok()?,
        })
    }
}

pub fn read(path: &Path) -> anyhow::Result<Vec<Populated>> {
    let text = super::read_text(path)?;
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.is_empty());
    lines
        .map(|(line, number)| Populated::parse(line).with_context(|| format!("{}:{number}", path.display())))
        .collect()
}
