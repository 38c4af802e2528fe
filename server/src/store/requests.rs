//! Requests: sign-ups that their organiser accepts or declines, and what they offer of what is needed. What somebody offers changes no
//! count; what the organiser accepts of it does.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::{StoreError, TrailEntry};

/// What an organiser has decided about a sign-up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing yet.
    Asked,
    /// It is accepted, with as much of its offers as [`Offering::accepted`] says.
    Accepted,
    /// It is not.
    Declined,
}

impl Decision {
    /// The word for it in the database, in exports and in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
        }
    }

    /// Reads a word; `None` where it is none of them.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Asked, Self::Accepted, Self::Declined].into_iter().find(|decision| decision.as_str() == word)
    }
}

/// What a sign-up offers of a need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offering {
    /// The need's id within the initiative.
    pub need: String,
    /// How many are offered.
    pub quantity: u32,
    /// How many the feed said were needed when the form came; `None` where nobody counts.
    pub needed: Option<u32>,
    /// How many of those that are offered the organiser has accepted.
    pub accepted: u32,
}

/// What an organiser answers to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The id of the sign-up.
    pub id: String,
    /// Which version of it was looked at ([`SignUpRecord::sequence`](super::SignUpRecord::sequence)).
    pub version: i64,
    /// Whether it is accepted; else it is declined.
    pub is_accepted: bool,
    /// How many are accepted of each need, those that are not named being none; `None`: all that is offered.
    pub quantities: Option<BTreeMap<String, u32>>,
}

/// Why an answer cannot be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such request, or its person has not confirmed it.
    Unknown,
    /// It is another version by now than the one that was looked at.
    Changed,
    /// It is answered twice.
    Twice,
    /// More of a need is accepted than is offered: so many are.
    NotOffered(String, u32),
    /// More of a need is accepted than is still needed: so many are.
    Beyond(String, u32),
    /// It was declined and gave its seats back; of that session none is left for it.
    NoSeat(String),
}

/// What became of answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// They are given: so many of them are other ones than before.
    Now(u64),
    /// None is: these, by their positions, cannot be.
    Refused(Vec<(usize, Refusal)>),
}

/// Where organisers decide.
#[async_trait]
pub trait RequestStore: Send + Sync {
    /// The initiatives to which there are requests, by their identifiers.
    async fn requested(&self) -> Result<Vec<String>, StoreError>;

    /// Answers requests, all of them or none. Each person who has confirmed theirs is told by mail, and so are the sinks that have heard of
    /// it. Whoever is declined gives back all that they have of sessions, and who is accepted after that has it again, where there are seats.
    /// An answer may be another one later. What was answered is noted with each initiative.
    /// More than is needed, as the feed said when the latest form came, is accepted only `beyond` it.
    async fn answer_requests(
        &self,
        answers: &[Answer],
        beyond: bool,
        entry: &TrailEntry,
    ) -> Result<Answered, StoreError>;
}
