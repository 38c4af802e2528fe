//! The leaves of an adaptive quadtree: initiatives that are near each other, few enough to be read at once.
//!
//! Cells halve the degrees of longitude and latitude, so that there is no pole that they leave out. Where many initiatives share one
//! point, as at an organiser's address, its cell is cut by their order.

use alentour_model::{Kilometres, Point};

/// Initiatives of a leaf at most. In a trial with a million points drawn by population these are 5,854 leaves, 143 initiatives in the
/// median one; 25 km around a town are 4 of them.
pub const MOST: usize = 500;
/// How often a cell is halved at most: at the equator the smallest is 2.4 m wide.
const LEVELS: u32 = 24;

/// The rectangle that holds all points of a leaf, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// The southernmost latitude.
    pub south: f64,
    /// The westernmost longitude.
    pub west: f64,
    /// The northernmost latitude.
    pub north: f64,
    /// The easternmost longitude.
    pub east: f64,
}

impl Bounds {
    fn of(point: Point) -> Self {
        let Point { latitude, longitude } = point;
        Self { south: latitude, west: longitude, north: latitude, east: longitude }
    }

    fn with(self, point: Point) -> Self {
        Self {
            south: self.south.min(point.latitude),
            west: self.west.min(point.longitude),
            north: self.north.max(point.latitude),
            east: self.east.max(point.longitude),
        }
    }

    /// The distance to the nearest point of the rectangle; 0 within it.
    ///
    /// On the meridian of an edge, `Δλ` away, the nearest point of the whole circle is at `atan2(tan φ, cos Δλ)`; where the edge ends
    /// before it, its end is.
    pub fn distance(self, from: Point) -> Kilometres {
        let Point { latitude, longitude } = from;
        let nearest = |meridian: f64| {
            let apart = (meridian - longitude).to_radians();
            let foot =
                latitude.to_radians().sin().atan2(latitude.to_radians().cos() * apart.cos()).to_degrees();
            // Beyond a quarter of the Earth the foot is on the other side of the pole: then one of the ends is nearest.
            let feet = [self.south, self.north, foot.clamp(self.south, self.north)];
            let distances =
                feet.iter().filter_map(|latitude| Some(from.distance(Point::new(*latitude, meridian)?)));
            distances
                .fold(Kilometres::ANYWHERE, |least, distance| if distance < least { distance } else { least })
        };
        if self.west <= longitude && longitude <= self.east {
            // Straight north or south.
            let foot = Point::new(latitude.clamp(self.south, self.north), longitude);
            return foot.map_or(Kilometres::ANYWHERE, |foot| from.distance(foot));
        }
        let (west, east) = (nearest(self.west), nearest(self.east));
        if west < east { west } else { east }
    }
}

/// A place of an initiative: the key of its cell, the initiative's position in the catalogue, and the point.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    key: u64,
    row: u32,
    point: Point,
}

impl Placed {
    /// That place of that initiative.
    pub fn new(row: u32, point: Point) -> Self {
        let side = f64::from(1_u32 << LEVELS);
        let cell = |degrees: f64, range: f64| ((degrees / range + 0.5) * side).clamp(0.0, side - 1.0) as u32;
        let (x, y) = (cell(point.longitude, 360.0), cell(point.latitude, 180.0));
        Self { key: spread(x) | spread(y) << 1, row, point }
    }
}

/// Puts a zero before each bit: two such numbers together name a cell, its larger halves first (Morton's order).
fn spread(number: u32) -> u64 {
    (0..LEVELS).fold(0, |spread, bit| spread | u64::from(number >> bit & 1) << (2 * bit))
}

/// The initiatives of a leaf, in the catalogue's order, and where they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// Their positions in the catalogue, each once.
    pub rows: Vec<u32>,
    /// The rectangle around those of their places that are here; none: they are tied to no place.
    pub bounds: Option<Bounds>,
}

/// Cuts places into leaves of at most [`MOST`] initiatives, neighbours side by side.
pub fn cut(mut places: Vec<Placed>) -> Vec<Leaf> {
    places.sort_unstable_by_key(|placed| (placed.key, placed.row));
    let mut leaves = Vec::new();
    divide(&places, LEVELS, &mut leaves);
    leaves
}

fn divide(places: &[Placed], level: u32, leaves: &mut Vec<Leaf>) {
    if places.len() <= MOST || level == 0 {
        for chunk in places.chunks(MOST) {
            leaves.extend(leaf(chunk));
        }
        return;
    }
    let quarter = |placed: &Placed| placed.key >> (2 * (level - 1)) & 3;
    for part in places.chunk_by(|one, other| quarter(one) == quarter(other)) {
        divide(part, level - 1, leaves);
    }
}

fn leaf(places: &[Placed]) -> Option<Leaf> {
    let (first, rest) = places.split_first()?;
    let bounds = rest.iter().fold(Bounds::of(first.point), |bounds, placed| bounds.with(placed.point));
    let mut rows: Vec<u32> = places.iter().map(|placed| placed.row).collect();
    rows.sort_unstable();
    rows.dedup();
    Some(Leaf { rows, bounds: Some(bounds) })
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn points() -> impl Strategy<Value = Point> {
        (-90.0..=90.0, -180.0..=180.0)
            .prop_map(|(latitude, longitude)| Point::new(latitude, longitude).unwrap())
    }

    proptest! {
        #[test]
        fn each_place_is_in_one_leaf_and_none_has_too_many(points in vec(points(), 0..1500), copies in 1..1200_u32) {
            let mut places: Vec<_> = (0..).zip(&points).map(|(row, point)| Placed::new(row, *point)).collect();
            // Many initiatives at one point.
            let first = points.first().copied().unwrap_or(Point::new(45.0, 5.0).unwrap());
            places.extend((2000..2000 + copies).map(|row| Placed::new(row, first)));
            let leaves = cut(places.clone());
            let mut rows: Vec<u32> = leaves.iter().flat_map(|leaf| leaf.rows.clone()).collect();
            rows.sort_unstable();
            let mut expected: Vec<u32> = places.iter().map(|placed| placed.row).collect();
            expected.sort_unstable();
            prop_assert_eq!(rows, expected);
            prop_assert!(leaves.iter().all(|leaf| !leaf.rows.is_empty() && leaf.rows.len() <= MOST));
            for placed in places {
                let leaf = leaves.iter().find(|leaf| leaf.rows.contains(&placed.row)).unwrap();
                prop_assert_eq!(leaf.bounds.unwrap().distance(placed.point).value(), 0.0);
            }
        }

        #[test]
        fn no_point_of_a_rectangle_is_nearer_than_its_distance(
            from in points(), corners in (points(), points()), within in vec((0.0..=1.0, 0.0..=1.0), 20),
        ) {
            let bounds = Bounds::of(corners.0).with(corners.1);
            let distance = bounds.distance(from).value();
            let mut nearest = f64::INFINITY;
            for (up, across) in within {
                let inside = Point::new(
                    bounds.south + up * (bounds.north - bounds.south),
                    bounds.west + across * (bounds.east - bounds.west),
                ).unwrap();
                nearest = nearest.min(from.distance(inside).value());
            }
            prop_assert!(distance <= nearest + 1e-6, "{distance} {nearest}");
        }
    }

    #[test]
    fn a_rectangle_beyond_the_antimeridian_is_near() {
        let fiji = Bounds { south: -18.0, west: 179.0, north: -17.0, east: 180.0 };
        let distance = fiji.distance(Point::new(-17.5, -179.9).unwrap()).value();
        assert!((9.0..12.0).contains(&distance), "{distance}");
    }
}
