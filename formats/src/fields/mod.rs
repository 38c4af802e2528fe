//! What fields say, whatever they are called: dates, places, countries, forms of action. Nothing here knows where a field stands.

pub(crate) mod address;
pub(crate) mod cause;
pub(crate) mod coordinates;
pub(crate) mod country;
pub(crate) mod date;
pub(crate) mod id;
pub(crate) mod kind;
mod phrases;
pub(crate) mod postcode;
#[cfg(feature = "calendar")]
pub(crate) mod recurrence;
pub(crate) mod zones;
