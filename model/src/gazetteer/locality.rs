//! A place that people live in, as the gazetteer has it.

use super::COUNTRIES;
use super::keys::is_number;
use crate::geo::Point;
use crate::text::fold;

/// A place people live in: a French commune under one of its postcodes, an arrondissement of Paris,
/// Lyon or Marseille, a former commune, or a town abroad.
#[derive(Clone, Debug, PartialEq)]
pub struct Locality {
    /// The postcode, or empty where the sources have none.
    pub postcode: String,
    /// The country of a postcode; without one what tells the place apart: its country (`BE`, or `CH, SG` where a name
    /// occurs twice), or the commune that a former one is part of now.
    pub area: String,
    /// Whether the label of a place with a postcode names its country.
    pub is_abroad: bool,
    /// The name, accents and all.
    pub name: String,
    /// Where its inhabitants are, to about 100 m (but see `approximate`).
    pub point: Point,
    /// Inhabitants, rounded to two significant digits.
    pub population: u32,
    /// Whether `point` was estimated from neighbours: off by 5 km in half of the cases, by 10 in one of ten.
    pub approximate: bool,
}

impl Locality {
    /// One line of a shard, its fields separated by tabs: postcode (`69007`, `BE-1000`) or area, name, thousandths of degrees
    /// north, the same east, inhabitants, and `~` if approximate. `None` for anything else.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split('\t');
        let (distinction, name) = (fields.next()?, fields.next()?);
        let mut degrees = || Some(f64::from(fields.next()?.parse::<i32>().ok()?) / 1000.0);
        let point = Point::new(degrees()?, degrees()?)?;
        let population = fields.next()?.parse().ok()?;
        let (country, postcode) = parts(distinction);
        let (postcode, area) = if is_number(postcode) { (postcode, country) } else { ("", distinction) };
        let approximate = fields.next() == Some("~");
        Some(Self {
            postcode: postcode.into(),
            area: area.into(),
            is_abroad: area != FRANCE,
            name: name.into(),
            point,
            population,
            approximate,
        })
    }

    /// The name and what tells it apart from its namesakes: `Saint-Denis (93200)`, `Bruxelles (BE-1000)`.
    /// Typed back, the label finds the same place.
    pub fn label(&self) -> String {
        [&self.name, " (", &self.distinction(), ")"].concat()
    }

    /// The country whose gazetteer has it, as its code (ISO 3166-1): what is overseas is France's.
    pub fn country(&self) -> &str {
        let code = self.area.split(',').next().unwrap_or_default();
        // A former commune's area is the name of the one that it is part of now.
        if COUNTRIES.iter().any(|known| known.to_uppercase() == code) { code } else { FRANCE }
    }

    /// Labels it for people of a country (a folder of [`COUNTRIES`]), who need not be told theirs; at first it is for those of France.
    pub fn seen_from(&mut self, home: &str) {
        self.is_abroad = fold(&self.area) != home;
    }

    pub(super) fn distinction(&self) -> String {
        if self.postcode.is_empty() {
            self.area.clone()
        } else if self.is_abroad {
            [&self.area, "-", &self.postcode].concat()
        } else {
            self.postcode.clone()
        }
    }
}

/// The country of postcodes without one.
const FRANCE: &str = "FR";

/// The country of a postcode, and the postcode; of what is none, anything and no number.
pub(super) fn parts(distinction: &str) -> (&str, &str) {
    distinction.split_once('-').filter(|(_, code)| is_number(code)).unwrap_or((FRANCE, distinction))
}
