//! What visitors propose, until it is an initiative that is made here, and how whoever proposes it follows it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::sealed::Sealed;
use super::{Digest, IsShown, OwnContent, OwnInitiative, StoreError, TrailEntry};

/// Seconds after its last change that a draft, or what is not confirmed, is forgotten: time to ask one's association, and not so long that
/// addresses pile up which nobody has confirmed.
pub const DRAFT_KEPT: i64 = 14 * 86_400;
/// Seconds that a draft is kept which went no further than its first step.
pub const BEGUN_KEPT: i64 = 86_400;
/// Seconds that a proposal waits for an answer: whoever runs the installation may have left.
pub const WAITING_KEPT: i64 = 180 * 86_400;
/// Days that it is kept who has proposed what is answered: as long as sign-ups are, unless the operator says otherwise.
pub const ANSWERED_DAYS: i64 = 90;
/// Drafts that are kept at most, what is not confirmed among them: a flood of them takes some hundred megabytes, and no more.
pub const MOST_DRAFTS: i64 = 10_000;

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProposalState {
    /// It is being made.
    Draft,
    /// It waits for its address to confirm it.
    Sent,
    /// It is an initiative that is made here, which says where it stands.
    Kept,
}

impl ProposalState {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sent => "sent",
            Self::Kept => "kept",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        [Self::Draft, Self::Sent, Self::Kept].into_iter().find(|state| state.as_str() == word)
    }
}

/// What was answered. Not `Debug`: it is in no log.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The fields of the steps; of an initiative that is kept: those that are to change it, once they are sent.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// Whose it is, as typed; empty until that was asked.
    #[serde(default)]
    pub email: String,
    /// What they write to whoever decides.
    #[serde(default)]
    pub words: String,
    /// The step at which they went away to continue later; empty: none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub step: String,
    /// When it was agreed to that this is kept, UTC seconds, and the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub consent: Option<(i64, String)>,
}

impl Sealed for Draft {
    const KEY: &'static str = "proposals";
}

/// What visitors propose. Not `Debug`: it is in no log.
#[derive(Clone)]
pub struct ProposalRecord {
    /// That of the initiative.
    pub id: String,
    /// Names its address; `None` until one was typed.
    pub email_h: Option<Digest>,
    /// Where it stands.
    pub state: ProposalState,
    /// Counts its changes.
    pub version: i64,
    /// The language of its pages and mails.
    pub language: String,
    /// What was answered.
    pub draft: Draft,
    /// When it was begun, UTC seconds.
    pub created_at: i64,
    /// When it is forgotten, UTC seconds.
    pub expires_at: i64,
    /// The initiative that it is, once it is one.
    pub own: Option<OwnInitiative>,
}

/// What became of a draft that is begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is there.
    Now,
    /// There are [`MOST_DRAFTS`]. Nothing was done.
    Enough,
}

/// What became of a confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proposed {
    /// It waits for whoever runs the installation.
    Waiting,
    /// Visitors see it: its address is that of somebody who organises here.
    Published,
    /// It was confirmed before. Nothing was done.
    Before,
    /// It is another one than was looked at. Nothing was done.
    Stale,
}

/// Where proposals are kept. Each change is one transaction.
#[async_trait]
pub trait ProposalStore: Send + Sync {
    /// Begins one, with the hash of the address that opens it. The same one again is the one that is there.
    async fn begin_proposal(
        &self,
        id: &str,
        link: &Digest,
        language: &str,
        draft: &Draft,
        now: i64,
    ) -> Result<Begun, StoreError>;

    /// Makes another address open it, by its hash, as long as it is that person's: it is mailed to nobody else. `is_own`: its page, where it is
    /// followed.
    async fn create_proposal_link(
        &self,
        hash: &Digest,
        of: (&str, &Digest),
        is_own: bool,
    ) -> Result<(), StoreError>;

    /// What an address opens, by its hash, and whether as its page. `None` for what is forgotten at `now`, too.
    async fn proposal_by_link(
        &self,
        hash: &Digest,
        now: i64,
    ) -> Result<Option<(ProposalRecord, bool)>, StoreError>;

    /// The one of that identifier.
    async fn proposal(&self, id: &str) -> Result<Option<ProposalRecord>, StoreError>;

    /// Those of an address.
    async fn proposals_of(&self, email_h: &Digest) -> Result<Vec<ProposalRecord>, StoreError>;

    /// Keeps what was answered in that version of it. `false` where it is another version, or one that is not to be changed: nothing was done.
    async fn save_proposal(
        &self,
        id: &str,
        version: i64,
        draft: &Draft,
        now: i64,
    ) -> Result<bool, StoreError>;

    /// The same of a draft, and mails its address the link that continues it.
    async fn resume_proposal(
        &self,
        of: (&str, i64),
        email_h: &Digest,
        draft: &Draft,
        now: i64,
    ) -> Result<bool, StoreError>;

    /// Sends that version of a draft: its address is asked to confirm it. `false` where it is another version, or was sent before.
    async fn send_proposal(
        &self,
        of: (&str, i64),
        email_h: &Digest,
        draft: &Draft,
        now: i64,
    ) -> Result<bool, StoreError>;

    /// Makes a draft again of what was sent and is not confirmed yet. What was mailed confirms it no more. `false` where it is not so.
    async fn take_back_proposal(&self, id: &str, now: i64) -> Result<bool, StoreError>;

    /// Keeps that version of what was sent as an initiative: of somebody who organises here, or runs the installation, visitors see it; of
    /// anybody else it waits, and whoever runs the installation is told, once a day. Of `entry` counts when.
    async fn confirm_proposal(
        &self,
        version: i64,
        content: &OwnContent,
        is_shown: IsShown<'_>,
        entry: &TrailEntry,
    ) -> Result<Proposed, StoreError>;

    /// Answers what was asked back: the initiative says something else, in place of that version of it, and waits again.
    async fn answer_proposal(
        &self,
        version: i64,
        content: &OwnContent,
        words: &str,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError>;

    /// Erases one, with the initiative that it is unless visitors see that. `false` where they do: nothing was done.
    async fn withdraw_proposal(&self, id: &str) -> Result<bool, StoreError>;

    /// Erases what is to be forgotten at that time (UTC seconds); of what visitors see only who has proposed it. Says how many.
    async fn purge_proposals(&self, now: i64) -> Result<u64, StoreError>;
}
