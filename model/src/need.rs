//! What an organiser needs, and what somebody offers of it.

use serde::{Deserialize, Serialize};

use crate::tally::Tally;
use crate::term::terms;

terms! {
    /// What kind of thing is needed.
    NeedType {
        /// Hours, days.
        Time = "time",
        /// What somebody knows how to do.
        Skill = "skill",
        /// Things.
        Material = "material",
        /// A room, a plot.
        Premises = "premises",
        /// Anything else.
        #[default]
        Other = "other",
    }
}

/// Something that an organiser needs, and that a form can offer.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = crate::schema::require("id name")))]
pub struct Need {
    /// Names it within its initiative.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What kind of thing it is.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "schema", schemars(extend("default" = "other")))]
    pub kind: NeedType,
    /// How many are needed; `None` where nobody counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<u32>,
    /// What is counted, in words: "tables".
    #[serde(skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// How many are still needed, counted after the feed was read.
    #[serde(skip)]
    pub live: Tally,
}

impl Need {
    /// How many are still needed; `None` where nobody counts.
    pub fn left(&self) -> Option<u32> {
        let quantity = self.quantity?;
        Some(self.live.get().unwrap_or(quantity))
    }

    /// Whether nothing more of it is needed.
    pub fn is_met(&self) -> bool {
        self.left() == Some(0)
    }

    /// Whether somebody can offer so many. Of what nobody counts there is one.
    pub fn takes(&self, quantity: u32) -> bool {
        (1..=self.left().unwrap_or(1)).contains(&quantity)
    }
}

/// What a form offers of a need.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Offer {
    /// Identifier of the need.
    pub need: String,
    /// How many; 1 of what nobody counts.
    pub quantity: u32,
}

impl Offer {
    /// The quantity that is offered of a need; `None` where it is not offered.
    pub fn of(offers: &[Self], need: &str) -> Option<u32> {
        offers.iter().find(|offer| offer.need == need).map(|offer| offer.quantity)
    }
}
