//! How to take part in an initiative.

use serde::Serialize;

use crate::need::Need;
use crate::question::Question;
use crate::session::When;
use crate::term::terms;

terms! {
    /// The way to take part; it names the button and the form.
    Way {
        /// Come, alone or with others.
        #[default]
        Rsvp = "rsvp",
        /// Take a shift.
        Shift = "shift",
        /// Sign.
        Signature = "signature",
        /// Ask to join.
        Membership = "membership",
        /// Offer time, skills or material.
        Offer = "offer",
        /// Pledge to spread or to act.
        Pledge = "pledge",
        /// Enrol.
        Enrolment = "enrolment",
    }
}

impl Way {
    /// Whether one sign-up may be for several sessions: shifts, and a series of lessons.
    pub fn takes_several(self) -> bool {
        matches!(self, Self::Shift | Self::Enrolment)
    }

    /// Whether the organiser accepts or declines who signs up.
    pub fn is_decided(self) -> bool {
        matches!(self, Self::Membership | Self::Offer)
    }
}

terms! {
    /// What Alentour itself does with a consent, beside keeping its receipt.
    Use {
        /// Who signs a petition may be named on it.
        Signers = "signers",
        /// Updates of a petition are mailed to who signs it: the one that tells nobody anything.
        #[default]
        Updates = "updates",
    }
}

terms! {
    /// Whether the form asks for something.
    Asked {
        /// Not asked.
        #[default]
        No = "no",
        /// Asked, may stay empty.
        Optional = "optional",
        /// Asked, must be given.
        Required = "required",
    }
}

impl Asked {
    /// Whether the form has the field at all.
    pub fn is_asked(&self) -> bool {
        *self != Self::No
    }
}

terms! {
    /// Who is told where exactly it is.
    Venue {
        /// Everybody: the feed says it.
        #[default]
        Public = "public",
        /// Whoever takes part: their mails say it, and the feed does not.
        Participants = "participants",
    }
}

impl Venue {
    /// Whether everybody is told.
    pub fn is_public(&self) -> bool {
        *self == Self::Public
    }
}

/// Whether one can take part through the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// Sign-ups are taken.
    Open,
    /// No coming session has a seat left.
    Full,
    /// It is over, sign-ups have closed, or there is no form.
    Closed,
}

/// How to take part, and what the form asks.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = crate::schema::require("way")))]
#[serde(rename_all = "camelCase")]
pub struct Participation {
    /// The way to take part.
    pub way: Way,
    /// People one sign-up may stand for; 1 unless said otherwise.
    #[cfg_attr(feature = "schema", schemars(extend("default" = 1)))]
    pub party_size: u32,
    /// Whether its sessions are one series, which can be taken as a whole.
    #[serde(skip_serializing_if = "is_false")]
    #[cfg_attr(feature = "schema", schemars(extend("default" = false)))]
    pub series: bool,
    /// Until when sign-ups are taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closes: Option<When>,
    /// Whether a telephone number is asked.
    #[cfg_attr(feature = "schema", schemars(extend("default" = "no")))]
    pub telephone: Asked,
    /// Whether a postcode is asked.
    #[cfg_attr(feature = "schema", schemars(extend("default" = "no")))]
    pub postal_code: Asked,
    /// Whether a message is asked.
    #[cfg_attr(feature = "schema", schemars(extend("default" = "no")))]
    pub message: Asked,
    /// Whether the names of those who come along are asked: of all but the one who writes.
    #[serde(skip_serializing_if = "is_not_asked")]
    #[cfg_attr(feature = "schema", schemars(extend("default" = "no")))]
    pub guests: Asked,
    /// Who is told where exactly it is.
    #[serde(skip_serializing_if = "Venue::is_public")]
    #[cfg_attr(feature = "schema", schemars(extend("default" = "public")))]
    pub venue: Venue,
    /// Youngest age, in years, that the organiser takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minimum_age: Option<u32>,
    /// The organiser's questions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
    /// What is needed, where the organiser decides about what is offered.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Need>,
    /// What consent is asked for, a box each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<ConsentRequest>,
}

impl Participation {
    /// The consent that it asks for of that use.
    pub fn consent_for(&self, used_for: Use) -> Option<&ConsentRequest> {
        self.consents.iter().find(|consent| consent.used_for == Some(used_for))
    }

    /// The need of that identifier.
    pub fn need(&self, id: &str) -> Option<&Need> {
        self.needs.iter().find(|need| need.id == id)
    }

    /// That way of taking part, for one person, asking for nothing beyond name and e-mail.
    pub fn new(way: Way) -> Self {
        Self {
            way,
            party_size: 1,
            series: false,
            closes: None,
            telephone: Asked::No,
            postal_code: Asked::No,
            message: Asked::No,
            guests: Asked::No,
            venue: Venue::Public,
            minimum_age: None,
            questions: Vec::new(),
            needs: Vec::new(),
            consents: Vec::new(),
        }
    }

    /// Whether the organiser takes people so young that a parent must agree.
    pub fn takes_under_15(&self) -> bool {
        self.minimum_age.is_none_or(|age| age < 15)
    }
}

fn is_not_asked(asked: &Asked) -> bool {
    !asked.is_asked()
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// A consent that the form asks for, with a box that starts unticked.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = crate::schema::require("id text")))]
pub struct ConsentRequest {
    /// Names it within the form.
    pub id: String,
    /// Which wording this is; a changed text is another version.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// The exact text that is agreed to.
    pub text: String,
    /// What the data is used for.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub purpose: String,
    /// Whether taking part is impossible without it.
    #[cfg_attr(feature = "schema", schemars(extend("default" = false)))]
    pub required: bool,
    /// What Alentour does where it is given. Such a consent is never required, and a form has one of each use at most.
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    pub used_for: Option<Use>,
}

impl ConsentRequest {
    /// The wording as a form without a script sends it along: its version, a line end, its text.
    pub fn shown(&self) -> String {
        [&self.version, "\n", &self.text].concat()
    }
}
