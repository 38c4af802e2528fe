//! Points on the Earth and the distances between them.

use serde::{Deserialize, Serialize};

/// Mean radius of the Earth in kilometres (IUGG's R₁, Moritz 2000, "Geodetic Reference System 1980").
/// On a sphere of this radius a distance is at most 0.6 % off the ellipsoid's.
const EARTH_RADIUS: f64 = 6371.0088;

/// A position in WGS 84 degrees, always a possible one: latitude within ±90, longitude within ±180.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Degrees north of the equator.
    pub latitude: f64,
    /// Degrees east of Greenwich.
    pub longitude: f64,
}

impl Point {
    /// A point, or `None` for a position that does not exist (not a number, out of range).
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        (latitude.abs() <= 90.0 && longitude.abs() <= 180.0).then_some(Self { latitude, longitude })
    }

    /// Great-circle distance to another point.
    pub fn distance(self, other: Self) -> Kilometres {
        self.direction().distance(other.direction())
    }

    /// The point as a unit vector, from which many distances are cheap.
    pub fn direction(self) -> Direction {
        let (sin_latitude, cos_latitude) = sin_cos(self.latitude);
        let (sin_longitude, cos_longitude) = sin_cos(self.longitude);
        Direction([cos_latitude * cos_longitude, cos_latitude * sin_longitude, sin_latitude])
    }
}

/// A point of the Earth as a unit vector from its centre.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "server", derive(Serialize, Deserialize))]
pub struct Direction([f64; 3]);

impl Direction {
    /// Great-circle distance: `2 R asin(chord / 2)`. Unlike the arc cosine of the dot product
    /// it stays exact for neighbours; the clamp keeps antipodes, where rounding may exceed 1, finite.
    pub fn distance(self, other: Self) -> Kilometres {
        let [x, y, z] = [0, 1, 2].map(|axis| self.0[axis] - other.0[axis]);
        let half_chord = (x * x + y * y + z * z).sqrt() / 2.0;
        Kilometres(2.0 * EARTH_RADIUS * half_chord.min(1.0).asin())
    }
}

/// Sine and cosine of an angle of at most 180 degrees either way.
///
/// Taylor's series, after halving the angle thrice: its error is below 1e-15 there. The library's functions reduce
/// angles of any size, with tables that would be 2 % of what the widget downloads.
pub(crate) fn sin_cos(degrees: f64) -> (f64, f64) {
    let x = degrees.to_radians() / 8.0;
    let square = x * x;
    // sum of (-1)^k x^2k / (start + 2k)! by Horner's rule, from the term that is below 1e-17.
    let series = |start: f64| {
        (0..8).rev().fold(1.0, |sum, k| {
            let n = start + 2.0 * f64::from(k);
            1.0 - sum * square / ((n + 1.0) * (n + 2.0))
        })
    };
    let (mut sin, mut cos) = (x * series(1.0), series(0.0));
    for _ in 0..3 {
        (sin, cos) = (2.0 * sin * cos, cos * cos - sin * sin);
    }
    (sin, cos)
}

/// A length in kilometres, never negative and never "not a number".
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Kilometres(f64);

impl Kilometres {
    /// The longest distance on Earth: half its circumference, rounded up.
    pub const ANYWHERE: Self = Self(20_100.0);

    /// A length, or `None` for a number that is none.
    pub fn new(kilometres: f64) -> Option<Self> {
        (kilometres >= 0.0 && kilometres.is_finite()).then_some(Self(kilometres))
    }

    /// The number of kilometres.
    pub fn value(self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn point(latitude: f64, longitude: f64) -> Point {
        Point::new(latitude, longitude).unwrap()
    }

    fn points() -> impl Strategy<Value = Point> {
        (-90.0..=90.0, -180.0..=180.0).prop_map(|(latitude, longitude)| point(latitude, longitude))
    }

    #[test]
    fn known_distances_are_found() {
        // Geodesics of GeographicLib's `GeodSolve -i` on WGS 84: 391.5 km and 9,373 km.
        let (paris, lyon, saint_denis) =
            (point(48.8566, 2.3522), point(45.7640, 4.8357), point(-20.8789, 55.4481));
        assert!((paris.distance(lyon).value() - 391.5).abs() < 2.5);
        assert!((paris.distance(saint_denis).value() - 9373.0).abs() < 60.0);
    }

    #[test]
    fn neighbours_a_metre_apart_are_told_apart() {
        let here = point(45.0, 5.0);
        let metre = here.distance(point(45.000_009, 5.0)).value() * 1000.0;
        assert!((metre - 1.0).abs() < 0.01, "{metre}");
    }

    #[test]
    fn impossible_places_are_refused() {
        for (latitude, longitude) in [(90.1, 0.0), (0.0, -180.5), (f64::NAN, 0.0), (0.0, f64::INFINITY)] {
            assert_eq!(Point::new(latitude, longitude), None);
        }
        assert_eq!(Kilometres::new(-1.0), None);
        assert_eq!(Kilometres::new(f64::NAN), None);
    }

    proptest! {
        #[test]
        fn distance_is_a_metric(a in points(), b in points(), c in points()) {
            let (ab, bc, ac) = (a.distance(b).value(), b.distance(c).value(), a.distance(c).value());
            prop_assert!((0.0..=Kilometres::ANYWHERE.value()).contains(&ab));
            prop_assert!((ab - b.distance(a).value()).abs() < 1e-9);
            prop_assert!(ac <= ab + bc + 1e-6);
            prop_assert!(a.distance(a).value() < 1e-9);
        }

        #[test]
        fn sine_and_cosine_agree_with_the_library(degrees in -180.0..=180.0_f64) {
            let (sin, cos) = sin_cos(degrees);
            let (expected_sin, expected_cos) = degrees.to_radians().sin_cos();
            prop_assert!((sin - expected_sin).abs() < 4e-15 && (cos - expected_cos).abs() < 4e-15);
        }

        #[test]
        fn distance_agrees_with_the_haversine(a in points(), b in points()) {
            let (p, q) = (a.latitude.to_radians(), b.latitude.to_radians());
            let h = ((q - p) / 2.0).sin().powi(2)
                + p.cos() * q.cos() * ((b.longitude - a.longitude).to_radians() / 2.0).sin().powi(2);
            let haversine = 2.0 * EARTH_RADIUS * h.min(1.0).sqrt().asin();
            prop_assert!((a.distance(b).value() - haversine).abs() < 0.01);
        }
    }
}
