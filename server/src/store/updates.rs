//! The news of petitions that were seen, and who is told.

use async_trait::async_trait;

use super::StoreError;

/// Where it is kept which news of petitions were seen.
#[async_trait]
pub trait UpdateStore: Send + Sync {
    /// The petitions whose signers have asked for news.
    async fn followed(&self) -> Result<Vec<String>, StoreError>;

    /// Notes the news that a petition has at that time (UTC seconds), the newest first, and of each whether it is worth a mail. What a
    /// petition has when it is looked at first is news to nobody. Of what is new since then the first is to be told, and only if it is
    /// worth it. Says whether something is.
    async fn note_updates(
        &self,
        initiative: &str,
        updates: &[(String, bool)],
        now: i64,
    ) -> Result<bool, StoreError>;

    /// Owes mails about what is to be told to the next few who have asked for it and had confirmed before it was seen. Says how many;
    /// `None` where nothing is left to be told.
    async fn owe_updates(&self, now: i64) -> Result<Option<u64>, StoreError>;

    /// Takes back, by the link of a mail, the consent that the mail was sent for.
    async fn stop_updates(&self, hash: &super::Digest, now: i64) -> Result<super::LinkUse, StoreError>;
}
