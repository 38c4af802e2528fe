//! Initiatives of feeds that are not shown here.

use async_trait::async_trait;

use super::Database;
use super::broadcasts::end_hiding;
use super::trail::note;
use super::values::insert_new;
use crate::store::error::retried;
use crate::store::tables::HIDDEN;
use crate::store::{Audience, Deed, Hidden, HiddenStore, Hiding, StoreError, TrailEntry, Writing};

#[async_trait]
impl HiddenStore for Database {
    async fn hidden(&self) -> Result<Vec<Hidden>, StoreError> {
        let sql = "SELECT * FROM hidden ORDER BY at DESC, initiative";
        let rows = self.driver.read(sql, Vec::new()).await?;
        let hidden = rows.iter().map(|row| {
            Ok(Hidden {
                initiative: row.string("initiative")?,
                title: row.string("title")?,
                reason: row.string("reason")?,
                at: row.number("at")?,
            })
        });
        hidden.collect()
    }

    async fn hide(
        &self,
        initiative: &str,
        title: &str,
        reason: &str,
        letter: Option<(&str, &Writing)>,
        entry: &TrailEntry,
    ) -> Result<Hiding, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let row = vec![initiative.into(), title.into(), reason.into(), entry.at.into()];
            let is_new = insert_new(&mut *transaction, &HIDDEN, vec![row]).await? > 0;
            if is_new {
                let mut entry = entry.clone();
                entry.detail["reason"] = reason.into();
                note(&mut *transaction, &entry).await?;
            }
            let written = TrailEntry { action: Deed::Written, ..entry.clone() };
            let letter = match letter {
                Some((id, writing)) => {
                    Some(self.accept(&mut *transaction, id, &Audience::Hiding, writing, &written).await?)
                }
                None => None,
            };
            transaction.commit().await?;
            Ok(Hiding { is_new, letter })
        })
        .await
    }

    async fn show_again(&self, initiative: &str, entry: &TrailEntry) -> Result<bool, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let sql = "DELETE FROM hidden WHERE initiative = $1";
            let was_hidden = transaction.execute(sql, vec![initiative.into()]).await? > 0;
            if was_hidden {
                end_hiding(&mut *transaction, initiative).await?;
                note(&mut *transaction, entry).await?;
            }
            transaction.commit().await?;
            Ok(was_hidden)
        })
        .await
    }
}
