//! Rectangles of degrees, and how far they are.

use crate::geo::{Kilometres, Point};

/// A rectangle in degrees, its edges part of it.
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
    /// The whole Earth.
    pub const EARTH: Self = Self { south: -90.0, west: -180.0, north: 90.0, east: 180.0 };

    /// A quarter of it, 0 to 3: south-west, south-east, north-west, north-east.
    pub fn quarter(self, at: u32) -> Self {
        let (latitude, longitude) = self.middle();
        let (south, north) = if at < 2 { (self.south, latitude) } else { (latitude, self.north) };
        let (west, east) = if at.is_multiple_of(2) { (self.west, longitude) } else { (longitude, self.east) };
        Self { south, west, north, east }
    }

    /// The point in the middle of its degrees.
    pub fn centre(self) -> Option<Point> {
        let (latitude, longitude) = self.middle();
        Point::new(latitude, longitude)
    }

    fn middle(self) -> (f64, f64) {
        ((self.south + self.north) / 2.0, (self.west + self.east) / 2.0)
    }

    /// A length that the distance is not below, reckoned from the degrees of latitude between alone: a fraction of its cost.
    pub fn at_least(self, from: Point) -> Kilometres {
        let apart = (self.south - from.latitude).max(from.latitude - self.north).max(0.0);
        // A little less than a degree of a sphere of the Earth's mean radius.
        Kilometres::new(apart * 111.19).unwrap_or(Kilometres::ANYWHERE)
    }

    /// The distance to the nearest point of the rectangle; 0 within it.
    ///
    /// On the meridian of an edge, `Δλ` away, the nearest point of the whole circle is the foot of the perpendicular, at
    /// `sin φ' = sin φ / √(sin² φ + cos² φ cos² Δλ)`, on this side of the pole as long as `Δλ` is at most a quarter of a turn; where the edge
    /// ends before it, its end is.
    pub fn distance(self, from: Point) -> Kilometres {
        let Point { latitude, longitude } = from;
        if self.west <= longitude && longitude <= self.east {
            // Straight north or south.
            let foot = Point::new(latitude.clamp(self.south, self.north), longitude);
            return foot.map_or(Kilometres::ANYWHERE, |foot| from.distance(foot));
        }
        let origin = from.direction();
        let (sine, cosine) = crate::geo::sin_cos(latitude);
        let nearest = |meridian: f64| {
            let apart = match (meridian - longitude).abs() {
                apart if apart > 180.0 => 360.0 - apart,
                apart => apart,
            };
            let across = cosine * crate::geo::sin_cos(apart).1;
            // Beyond a quarter of a turn the foot is on the other side of the pole: then one of the ends is nearest.
            let foot = match (sine * sine + across * across).sqrt() {
                length if apart < 90.0 && length > 0.0 => {
                    (sine / length).clamp(-1.0, 1.0).asin().to_degrees()
                }
                _ => self.south,
            };
            let feet = [self.south, self.north, foot.clamp(self.south, self.north)];
            let distances = feet
                .into_iter()
                .filter_map(|latitude| Some(origin.distance(Point::new(latitude, meridian)?.direction())));
            distances
                .fold(Kilometres::ANYWHERE, |least, distance| if distance < least { distance } else { least })
        };
        let (west, east) = (nearest(self.west), nearest(self.east));
        if west < east { west } else { east }
    }
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
        fn no_point_of_a_rectangle_is_nearer_than_its_distance(
            from in points(), corners in (points(), points()), within in vec((0.0..=1.0, 0.0..=1.0), 20),
        ) {
            let (one, other) = corners;
            let bounds = Bounds {
                south: one.latitude.min(other.latitude),
                west: one.longitude.min(other.longitude),
                north: one.latitude.max(other.latitude),
                east: one.longitude.max(other.longitude),
            };
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
            prop_assert!(bounds.at_least(from).value() <= distance + 1e-6, "{distance}");
        }

        #[test]
        fn the_nearest_point_of_an_edge_is_met(from in points(), south in -90.0..=89.0_f64, meridian in -180.0..=180.0_f64) {
            let edge = Bounds { south, west: meridian, north: south + 1.0, east: meridian };
            let steps = (0..=1000).filter_map(|step| Point::new(south + f64::from(step) / 1000.0, meridian));
            let nearest = steps.map(|point| from.distance(point).value()).fold(f64::INFINITY, f64::min);
            prop_assert!((edge.distance(from).value() - nearest).abs() < 0.06, "{nearest}");
        }
    }

    #[test]
    fn a_rectangle_beyond_the_antimeridian_is_near() {
        let fiji = Bounds { south: -18.0, west: 179.0, north: -17.0, east: 180.0 };
        let distance = fiji.distance(Point::new(-17.5, -179.9).unwrap()).value();
        assert!((9.0..12.0).contains(&distance), "{distance}");
    }

    #[test]
    fn quarters_make_up_the_whole() {
        let [south_west, _, _, north_east] = [0, 1, 2, 3].map(|at| Bounds::EARTH.quarter(at));
        assert_eq!(south_west, Bounds { south: -90.0, west: -180.0, north: 0.0, east: 0.0 });
        assert_eq!(north_east, Bounds { south: 0.0, west: 0.0, north: 90.0, east: 180.0 });
        assert_eq!(Bounds::EARTH.quarter(1).east, 180.0);
        assert_eq!(Bounds::EARTH.quarter(2).north, 90.0);
    }
}
