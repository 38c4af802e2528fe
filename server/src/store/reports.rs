//! What visitors report of initiatives.

use alentour_model::EmailAddress;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::sealed::Sealed;
use super::{Digest, StoreError, TrailEntry};

/// Why an initiative is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportReason {
    /// What it says is wrong, or out of date.
    Wrong,
    /// It is hateful, or discriminates.
    Hateful,
    /// It puts people in danger, or is against the law.
    Dangerous,
    /// It is an advertisement, or a swindle.
    Advertising,
    /// It says of somebody what is not to be public.
    Personal,
    /// Something else.
    Other,
}

impl ReportReason {
    /// All of them, in the order in which they are proposed.
    pub const ALL: [Self; 6] =
        [Self::Wrong, Self::Hateful, Self::Dangerous, Self::Advertising, Self::Personal, Self::Other];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wrong => "wrong",
            Self::Hateful => "hateful",
            Self::Dangerous => "dangerous",
            Self::Advertising => "advertising",
            Self::Personal => "personal",
            Self::Other => "other",
        }
    }

    /// Reads a word; `None` where it is none of them.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }
}

/// What only those read who look at reports. Not `Debug`: it is in no log.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportWords {
    /// What they wrote; may be empty.
    #[serde(default)]
    pub words: String,
    /// Where they can be answered; may be empty.
    #[serde(default)]
    pub email: String,
}

impl Sealed for ReportWords {
    const KEY: &'static str = "reports";
}

/// A report. Not `Debug`: it is in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Report {
    /// Names it: of two with the same name the first counts.
    pub id: String,
    /// The initiative's identifier.
    pub initiative: String,
    /// Why.
    pub reason: ReportReason,
    /// What they say.
    pub said: ReportWords,
    /// UTC seconds.
    pub at: i64,
}

/// An initiative that was reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// Its identifier.
    pub initiative: String,
    /// How often.
    pub count: u64,
}

/// Reports of one initiative that are kept at most: whoever sends thousands fills no disk. Beyond, the oldest of the commonest reason goes, so
/// that each reason keeps room, and what is new is always kept.
pub const MOST_OF_ONE: i64 = 200;
/// Seconds that a report is kept, if nobody looks at it.
pub const REPORTS_KEPT: i64 = 180 * 86_400;

/// Where reports are kept.
#[async_trait]
pub trait ReportStore: Send + Sync {
    /// Keeps one, unless it is there already. With `mails` those who run the installation are owed a mail, one in 24
    /// hours at most.
    async fn report(
        &self,
        from: Option<&EmailAddress>,
        report: &Report,
        mails: bool,
    ) -> Result<(), StoreError>;

    /// The initiatives that were reported, the one that was so last first.
    async fn reported(&self) -> Result<Vec<Reported>, StoreError>;

    /// What was reported of an initiative: the newest of each reason first, then the second of each, so that no reason hides another.
    async fn reports(&self, initiative: &str) -> Result<Vec<Report>, StoreError>;

    /// What somebody has reported.
    async fn reports_of(&self, email_h: &Digest) -> Result<Vec<Report>, StoreError>;

    /// Forgets those reports of an initiative, which somebody has looked at. Says how many there were.
    async fn dismiss_reports(
        &self,
        initiative: &str,
        seen: &[&str],
        entry: &TrailEntry,
    ) -> Result<u64, StoreError>;
}
