//! Initiatives that are made here, and where each stands.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::sealed::Sealed;
use super::{Account, Deed, StoreError, TrailEntry};

/// Where an initiative that is made here stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnStatus {
    /// Whoever makes it has not finished.
    Draft,
    /// It waits for whoever runs the installation.
    Waiting,
    /// Whoever has proposed it was asked something about it.
    AskedBack,
    /// It was declined.
    Declined,
    /// Visitors see it.
    Published,
    /// Visitors see it no more.
    Withdrawn,
}

impl OwnStatus {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Draft, Self::Waiting, Self::AskedBack, Self::Declined, Self::Published, Self::Withdrawn];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Waiting => "waiting",
            Self::AskedBack => "asked_back",
            Self::Declined => "declined",
            Self::Published => "published",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads a word; `None` where it is none of them.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// Whether it may become that. What visitors have seen is no draft again, and is withdrawn, not declined: people may take part in it.
    pub fn may_become(self, to: Self) -> bool {
        use OwnStatus::{AskedBack, Declined, Draft, Published, Waiting, Withdrawn};
        match self {
            Draft | AskedBack => matches!(to, Waiting | Published | Withdrawn),
            Waiting => matches!(to, AskedBack | Declined | Published | Withdrawn),
            Declined => matches!(to, Waiting | Published | Withdrawn),
            Published => to == Withdrawn,
            Withdrawn => to == Published,
        }
    }

    /// What is done where it becomes this.
    pub(super) fn deed(self) -> Deed {
        match self {
            Self::Draft => Deed::Changed,
            Self::Waiting => Deed::Proposed,
            Self::AskedBack => Deed::AskedBack,
            Self::Declined => Deed::Declined,
            Self::Published => Deed::Published,
            Self::Withdrawn => Deed::Withdrawn,
        }
    }
}

/// What only those who decide about an initiative read. Not `Debug`: it is in no log.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The address of whoever has proposed it; empty where an organiser has made it.
    #[serde(default)]
    pub email: String,
    /// What they wrote to whoever decides.
    #[serde(default)]
    pub words: String,
    /// What they were answered last: why it was declined, or what was asked.
    #[serde(default)]
    pub answer: String,
    /// A hash of what a program asked for that made it by a key: the same key is good for the same once more. Empty: none has.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub request: String,
}

impl Sealed for Proposal {
    const KEY: &'static str = "own initiatives";
}

/// What visitors see of it: made by [`crate::own::read`] alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnContent {
    /// Its identifier, which is in the JSON, too.
    pub id: String,
    /// The language of its texts.
    pub language: String,
    /// An initiative of a canonical feed.
    pub json: String,
}

/// An initiative that is made here. Not `Debug`: it is in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct OwnInitiative {
    /// What visitors see, or will see.
    pub content: OwnContent,
    /// Counts what was done with it, from 1.
    pub version: i64,
    /// Where it stands.
    pub status: OwnStatus,
    /// The id of the account that it belongs to; empty: to none.
    pub owner: String,
    /// What is not public.
    pub proposal: Proposal,
    /// When it was made, UTC seconds.
    pub created_at: i64,
    /// When something was done with it last, UTC seconds.
    pub changed_at: i64,
}

/// Which of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct OwnWhich<'a> {
    /// Those that stand there.
    pub status: Option<OwnStatus>,
    /// Those of that account.
    pub owner: Option<&'a str>,
}

/// Says whether visitors see the initiative of that identifier: the database does not know what feeds announce.
pub type IsShown<'a> = &'a (dyn Fn(&str) -> bool + Send + Sync);

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnChange {
    /// It is done, and this is the version now.
    Now(i64),
    /// It is of another version than the one that was looked at. Nothing was done.
    Stale,
    /// As it stands it cannot become that. Nothing was done.
    Refused(OwnStatus),
    /// There is none of that identifier. Nothing was done.
    Unknown,
}

/// Where initiatives that are made here are kept. Each change is one transaction, with its entry in the trail; of `entry` counts who does it
/// and when.
#[async_trait]
pub trait OwnInitiativeStore: Send + Sync {
    /// Keeps a new one, in version 1. `owner`: the account that organises it from then on; empty: nobody.
    async fn create_own(
        &self,
        content: &OwnContent,
        status: OwnStatus,
        owner: &str,
        proposal: &Proposal,
        entry: &TrailEntry,
    ) -> Result<(), StoreError>;

    /// Lets that version of it say something else. It stands where it stood: what is published is so as it is now. `entry` says in its detail
    /// what is another than before.
    async fn change_own(
        &self,
        version: i64,
        content: &OwnContent,
        entry: &TrailEntry,
    ) -> Result<OwnChange, StoreError>;

    /// Lets that version of it stand elsewhere. `answer`: what whoever has proposed it is told; empty: nothing.
    async fn set_own_status(
        &self,
        of: (&str, i64),
        to: OwnStatus,
        answer: &str,
        entry: &TrailEntry,
    ) -> Result<OwnChange, StoreError>;

    /// The one of that identifier.
    async fn own_initiative(&self, id: &str) -> Result<Option<OwnInitiative>, StoreError>;

    /// Those of them, the one first with which nothing was done for longest.
    async fn own_initiatives(&self, which: OwnWhich<'_>) -> Result<Vec<OwnInitiative>, StoreError>;

    /// So many of them after so many others, the one first with which something was done last, and how many there are: those that stand there,
    /// with these words in their title.
    async fn own_page(
        &self,
        status: Option<OwnStatus>,
        words: &str,
        from: usize,
        most: usize,
    ) -> Result<(Vec<OwnInitiative>, u64), StoreError>;

    /// Whether what an account makes is published without anybody's decision: whoever runs the installation, or organises something that visitors see.
    async fn may_publish(&self, account: &Account, is_shown: IsShown<'_>) -> Result<bool, StoreError>;

    /// What is published: identifiers and versions, in their order.
    async fn published_versions(&self) -> Result<Vec<(String, i64)>, StoreError>;

    /// What visitors see of what is published, and in which versions, in the same order.
    async fn published(&self) -> Result<Vec<(OwnContent, i64)>, StoreError>;
}
