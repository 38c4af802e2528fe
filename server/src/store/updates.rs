//! The updates of petitions that were seen, and who is told.

use async_trait::async_trait;

use super::StoreError;

/// What an update is known by. A feed may name the same one anew at each export, and may mend its words: it is the same where either is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateName {
    /// Names its day and words; has no space.
    pub content: String,
    /// The feed's name for it.
    pub id: String,
}

impl UpdateName {
    /// Reads it as `Display` writes it.
    pub fn parse(text: &str) -> Option<Self> {
        let (content, id) = text.split_once(' ')?;
        Some(Self { content: content.into(), id: id.into() })
    }

    /// Whether both are names of one update.
    pub fn is_same(&self, other: &Self) -> bool {
        self.id == other.id || self.content == other.content
    }
}

impl std::fmt::Display for UpdateName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.content, self.id)
    }
}

/// Where it is kept which updates of petitions were seen.
#[async_trait]
pub trait UpdateStore: Send + Sync {
    /// The petitions whose signers have asked for updates.
    async fn followed(&self) -> Result<Vec<String>, StoreError>;

    /// Notes the updates that a petition has at that time (UTC seconds), the newest first, and of each whether it is worth a mail. What a
    /// petition has when it is looked at first is new to nobody. Of what is new since then the first is to be told, and only if it is
    /// worth it. Within a day after one that is told nothing further is noted, so that it is new still when that day is over. Says whether
    /// something is to be told.
    async fn note_updates(
        &self,
        initiative: &str,
        updates: &[(UpdateName, bool)],
        now: i64,
    ) -> Result<bool, StoreError>;

    /// Owes mails about what is to be told to the next few who have asked for it and had confirmed before it was seen. Says how many;
    /// `None` where nothing is left to be told. 0 is none of these: nobody was left of one update, or another server was faster.
    async fn owe_updates(&self, now: i64) -> Result<Option<u64>, StoreError>;

    /// Takes back, by the link of a mail, the consent that the mail was sent for.
    async fn stop_updates(&self, hash: &super::Digest, now: i64) -> Result<super::LinkUse, StoreError>;
}
