//! Who organises an initiative.

use serde::Serialize;

use crate::link::Link;
use crate::term::terms;

terms! {
    /// The part of society an organisation belongs to.
    Sector {
        /// A declared association (in France, law of 1901).
        #[default]
        Association = "association",
        /// A non-governmental organisation.
        Ngo = "ngo",
        /// A town hall, a school, an administration.
        Public = "public",
        /// A company.
        Private = "private",
        /// People together, without legal form.
        Collective = "collective",
    }
}

/// An organiser or a partner.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = crate::schema::require("name")))]
#[serde(rename_all = "camelCase")]
pub struct Organisation {
    /// Its name; never empty.
    pub name: String,
    /// Its website.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<Link>,
    /// The part of society it belongs to, where the feed says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sector: Option<Sector>,
}
