//! What an operator settles in pages.

use async_trait::async_trait;

use super::Database;
use super::trail::note;
use crate::store::made_settings::{MadeParts, MadeSettingsStore, Part};
use crate::store::sealed::Sealed;
use crate::store::tables::Value as Parameter;
use crate::store::{StoreError, TrailEntry};

#[async_trait]
impl MadeSettingsStore for Database {
    async fn made_settings(&self) -> Result<MadeParts, StoreError> {
        let mut parts = MadeParts::new();
        for row in self.driver.read("SELECT part, sealed FROM made_settings", Vec::new()).await? {
            let part = row.string("part")?;
            let Part(value) = Part::open(&self.keys, &part, &row.bytes("sealed")?.unwrap_or_default())?;
            parts.insert(part, value);
        }
        Ok(parts)
    }

    async fn settle_part(
        &self,
        part: &str,
        value: Option<&serde_json::Value>,
        entry: &TrailEntry,
    ) -> Result<(), StoreError> {
        let mut transaction = self.driver.begin().await?;
        match value {
            Some(value) => {
                let sealed = Parameter::Bytes(Some(Part(value.clone()).seal(&self.keys, part)?));
                let sql = "INSERT INTO made_settings (part, sealed, changed_at) VALUES ($1, $2, $3)
                           ON CONFLICT (part) DO UPDATE SET sealed = excluded.sealed, changed_at = excluded.changed_at";
                transaction.execute(sql, vec![part.into(), sealed, entry.at.into()]).await?;
            }
            None => {
                transaction.execute("DELETE FROM made_settings WHERE part = $1", vec![part.into()]).await?;
            }
        }
        let mut entry = entry.clone();
        entry.detail["part"] = part.into();
        note(&mut *transaction, &entry).await?;
        Ok(transaction.commit().await?)
    }
}
