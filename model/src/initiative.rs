//! What is offered: an initiative, and what it says of itself.

use serde::Serialize;

use crate::letter::Letter;
use crate::link::Link;
use crate::organisation::Organisation;
use crate::participation::{Availability, Participation};
use crate::place::Place;
use crate::session::{Session, When};
use crate::tally::{Names, Tally};
use crate::term::terms;

terms! {
    /// The form of action.
    Kind {
        /// Tutoring, a food bank, home visits: a shift or an offer of time.
        Volunteering = "volunteering",
        /// Demonstration, public meeting, workshop, collection: an RSVP.
        Gathering = "gathering",
        /// A petition or an open letter: a signature.
        Petition = "petition",
        /// A local committee or collective that can be joined.
        Group = "group",
        /// A community project that looks for hands, skills, premises or money.
        Project = "project",
        /// An awareness or advocacy campaign.
        Campaign = "campaign",
        /// A training or a workshop that teaches.
        Training = "training",
    } other
}

terms! {
    /// What it is for.
    Cause {
        /// Poverty and food.
        Poverty = "poverty",
        /// Education.
        Education = "education",
        /// Health.
        Health = "health",
        /// Employment.
        Employment = "employment",
        /// Housing.
        Housing = "housing",
        /// Discrimination, disability, isolation.
        Inclusion = "inclusion",
        /// Environment.
        Environment = "environment",
        /// Culture and sport.
        Culture = "culture",
    } other
}

terms! {
    /// How far it reaches. National and online initiatives are shown in a section of their own.
    Reach {
        /// A neighbourhood, a town.
        #[default]
        Local = "local",
        /// A département, a region.
        Regional = "regional",
        /// The whole country.
        National = "national",
        /// Anywhere, through the network.
        Online = "online",
    }
}

impl Reach {
    /// Whether it is tied to no place, whatever places it names.
    pub fn is_everywhere(self) -> bool {
        matches!(self, Self::National | Self::Online)
    }
}

terms! {
    /// What makes it accessible (schema.org's `accessibilityFeature` and places' amenities).
    Accessibility {
        /// Step-free for wheelchairs.
        Wheelchair = "wheelchair",
        /// Sign language interpretation.
        SignLanguage = "signLanguage",
        /// Hearing loop.
        HearingLoop = "hearingLoop",
        /// Easy-to-read material.
        EasyToRead = "easyToRead",
        /// Assistance animals welcome.
        AssistanceAnimals = "assistanceAnimals",
        /// Accessible toilets.
        AccessibleToilets = "accessibleToilets",
        /// Near public transport.
        PublicTransport = "publicTransport",
    } other
}

/// One thing that people can take part in.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = crate::schema::require("id name")))]
#[serde(rename_all = "camelCase")]
pub struct Initiative {
    /// Names it within its feed; never empty.
    pub id: String,
    /// The form of action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Its title; never empty.
    pub name: String,
    /// One or two sentences.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// Plain text; an empty line separates paragraphs.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What it is for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Cause>,
    /// Further words that it can be found by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// How far it reaches.
    #[cfg_attr(feature = "schema", schemars(extend("default" = "local")))]
    pub reach: Reach,
    /// Its page on the organiser's website.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<Link>,
    /// Who organises it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organizer: Option<Organisation>,
    /// Who organises it with them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub partners: Vec<Organisation>,
    /// Where it happens: none, one or several places.
    #[serde(rename = "location", skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Place>,
    /// When it happens, where it happens at set times.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<Session>,
    /// Sessions that are called off: nobody is led to them, and whoever has signed up is told.
    #[serde(rename = "cancelledSessions", skip_serializing_if = "Vec::is_empty")]
    pub cancelled: Vec<Session>,
    /// From when it goes on, where it has no sessions.
    #[serde(rename = "startDate", skip_serializing_if = "Option::is_none")]
    pub start: Option<When>,
    /// Until when it goes on, where it has no sessions.
    #[serde(rename = "endDate", skip_serializing_if = "Option::is_none")]
    pub end: Option<When>,
    /// The IANA time zone of its days, where it is not the feed's.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub time_zone: String,
    /// How to take part through Alentour; without it there is only the link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participation: Option<Participation>,
    /// Pledges at the moment, once somebody has counted those given here.
    #[serde(skip)]
    pub pledges: Tally,
    /// What a petition aims at and has reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub petition: Option<Petition>,
    /// A letter that visitors can send to those who decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letter: Option<Letter>,
    /// Texts to share elsewhere, one each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub share_texts: Vec<String>,
    /// What one must know or have done before, as of a training.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub prerequisites: String,
    /// The organiser's page where one can give money.
    #[serde(rename = "donationUrl", skip_serializing_if = "Option::is_none")]
    pub donation: Option<Link>,
    /// What makes it accessible.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accessibility: Vec<Accessibility>,
    /// Accessibility in words (schema.org's name).
    #[serde(skip_serializing_if = "String::is_empty")]
    pub accessibility_summary: String,
    /// What it has achieved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub impact: Vec<Impact>,
    /// The languages spoken there (BCP 47 tags).
    #[serde(rename = "inLanguage", skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// Whether taking part may reveal opinions, beliefs or union membership (GDPR, article 9), where the feed decides
    /// it. A server then asks for an explicit consent; where it is not said, petitions, demonstrations and union
    /// action are taken to be.
    #[cfg(feature = "server")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensitive: Option<bool>,
}

impl Initiative {
    /// An initiative of which only the identifier and the title are known.
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            kind: None,
            name: name.into(),
            summary: String::new(),
            description: String::new(),
            causes: Vec::new(),
            keywords: Vec::new(),
            reach: Reach::Local,
            url: None,
            organizer: None,
            partners: Vec::new(),
            places: Vec::new(),
            sessions: Vec::new(),
            cancelled: Vec::new(),
            start: None,
            end: None,
            time_zone: String::new(),
            participation: None,
            pledges: Tally::default(),
            petition: None,
            letter: None,
            share_texts: Vec::new(),
            prerequisites: String::new(),
            donation: None,
            accessibility: Vec::new(),
            accessibility_summary: String::new(),
            impact: Vec::new(),
            languages: Vec::new(),
            #[cfg(feature = "server")]
            sensitive: None,
        }
    }

    /// Whether all that would have been held is called off.
    pub fn is_called_off(&self) -> bool {
        self.sessions.is_empty() && self.end.is_none() && !self.cancelled.is_empty()
    }

    /// When it is over (UTC seconds): each of its sessions has ended or, where it has none, its last day has; `None`: never. Long ago where
    /// it is called off.
    pub fn over(&self) -> Option<i64> {
        match self.sessions.iter().map(Session::ends).max() {
            None if self.is_called_off() => Some(0),
            None => self.end.map(When::ends),
            last => last,
        }
    }

    /// Whether it is over at that instant (UTC seconds).
    pub fn is_over(&self, now: i64) -> bool {
        self.over().is_some_and(|over| over <= now)
    }

    /// The sessions that have not ended at that instant (UTC seconds), soonest first.
    pub fn coming(&self, now: i64) -> Vec<&Session> {
        self.coming_positions(now).into_iter().map(|position| &self.sessions[position]).collect()
    }

    /// Where these sessions stand in the list.
    pub(crate) fn coming_positions(&self, now: i64) -> Vec<usize> {
        let mut coming: Vec<usize> =
            (0..self.sessions.len()).filter(|position| self.sessions[*position].ends() > now).collect();
        coming.sort_by_key(|position| self.sessions[*position].start.moment.instant);
        coming
    }

    /// Whether one can take part through the form at that instant (UTC seconds), as far as the feed says.
    pub fn availability(&self, now: i64) -> Availability {
        let closes = self.participation.as_ref().map(|participation| participation.closes);
        let coming = self.coming(now);
        if self.is_over(now) || closes.is_none_or(|closes| closes.is_some_and(|closes| closes.ends() <= now))
        {
            Availability::Closed
        } else if !coming.is_empty() && coming.iter().all(|session| session.is_full()) {
            Availability::Full
        } else {
            Availability::Open
        }
    }

    /// Whether one sign-up may be for several of its sessions.
    pub fn takes_several(&self) -> bool {
        self.participation.as_ref().is_some_and(|participation| participation.way.takes_several())
    }

    /// The letter that can be written, at that instant (UTC seconds).
    pub fn letter_at(&self, now: i64) -> Option<&Letter> {
        self.letter.as_ref().filter(|_| !self.is_over(now))
    }

    /// The texts to share at that instant (UTC seconds): those of the letter, then its own.
    pub fn spread_at(&self, now: i64) -> impl Iterator<Item = &String> {
        let is_on = !self.is_over(now);
        let of_letter = self.letter.iter().flat_map(|letter| &letter.share);
        of_letter.chain(&self.share_texts).filter(move |_| is_on)
    }

    /// The session of that name.
    pub fn session(&self, id: &str) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }
}

/// What a petition aims at and has reached.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = crate::schema::require("")))]
#[serde(rename_all = "camelCase")]
pub struct Petition {
    /// Signatures aimed at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<u32>,
    /// Signatures so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signatures: Option<u32>,
    /// Signatures at the moment, once somebody has counted those given here, too.
    #[serde(skip)]
    pub live: Tally,
    /// Some of those who have signed here and agree to be named.
    #[serde(skip)]
    pub signers: Names,
    /// The day on which they were counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<When>,
    /// Whether those of the server's sign-ups are among them that were confirmed up to that day.
    #[serde(skip_serializing_if = "is_false")]
    #[cfg_attr(feature = "schema", schemars(extend("default" = false)))]
    pub includes_sign_ups: bool,
    /// Who it is addressed to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addressed_to: Vec<String>,
    /// What came of it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub outcome: String,
    /// What has happened meanwhile, the newest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub updates: Vec<Update>,
}

/// An update of a petition: what is new of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = crate::schema::require("date text")))]
pub struct Update {
    /// Names it within the petition; its day unless said otherwise.
    pub id: String,
    /// When it was announced.
    pub date: When,
    /// What is new. Plain text; an empty line separates paragraphs.
    pub text: String,
    /// Where to read on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<Link>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// One thing an initiative has achieved.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = crate::schema::require("name value")))]
#[serde(rename_all = "camelCase")]
pub struct Impact {
    /// What is counted.
    pub name: String,
    /// How much.
    pub value: f64,
    /// In what unit.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub unit: String,
    /// As of which day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<When>,
    /// Who says so, or what they have published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Organisation>,
}
