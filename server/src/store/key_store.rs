//! What a store knows of its keys beside the secret: their records, and persons' keys that an earlier secret has wrapped.

use async_trait::async_trait;

use super::{Digest, KeyRecord, StoreError};

/// Where the records of keys are.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// All of them.
    async fn key_records(&self) -> Result<Vec<KeyRecord>, StoreError>;

    /// Writes some and deletes others (by name), in one transaction.
    async fn change_key_records(&self, write: &[KeyRecord], delete: &[&str]) -> Result<(), StoreError>;

    /// Wraps again some persons' keys that another secret has wrapped, of the persons behind `after`. Returns how many, and
    /// the last person looked at; `None` where there is none behind.
    async fn rewrap(&self, after: &Digest) -> Result<(u64, Option<Digest>), StoreError>;
}

/// Wraps all persons' keys with the current secret that an earlier one has wrapped. Returns how many.
///
/// # Errors
/// Where the database cannot be read or written. What was done stays done.
pub async fn rewrap_all(store: &dyn KeyStore) -> Result<u64, StoreError> {
    let (mut all, mut after) = (0, Some(Digest::default()));
    while let Some(person) = after {
        let (count, last) = store.rewrap(&person).await?;
        (all, after) = (all + count, last);
    }
    Ok(all)
}
