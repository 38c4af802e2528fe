//! Where an initiative happens.

use serde::Serialize;

use crate::geo::Point;

/// A place: an address, a point, or both (schema.org's `Place` and `PostalAddress` in one).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = crate::schema::require("")))]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The venue.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Number and street.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub street_address: String,
    /// Postcode, as text: it may begin with a zero.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub postal_code: String,
    /// Town.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address_locality: String,
    /// Region.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address_region: String,
    /// Country (ISO 3166-1 alpha-2).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address_country: String,
    /// Where it is: `latitude` and `longitude`, WGS 84 degrees.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schemars(with = "Option<PointSchema>"))]
    pub point: Option<Point>,
    /// The point is that of the town or postcode, not of the address.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "schema", schemars(extend("default" = false)))]
    pub approximate: bool,
}

impl Place {
    /// Whether it says nothing at all.
    pub fn is_empty(&self) -> bool {
        self.point.is_none()
            && [&self.name, &self.street_address, &self.postal_code, &self.address_locality]
                .iter()
                .all(|text| text.is_empty())
    }
}

#[cfg(feature = "schema")]
#[derive(schemars::JsonSchema)]
#[allow(dead_code, reason = "only its schema is used")]
struct PointSchema {
    /// Degrees north, WGS 84.
    #[schemars(range(min = -90.0, max = 90.0))]
    latitude: f64,
    /// Degrees east, WGS 84.
    #[schemars(range(min = -180.0, max = 180.0))]
    longitude: f64,
}
