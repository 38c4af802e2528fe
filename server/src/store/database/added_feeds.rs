//! Feeds that an operator adds in pages.

use async_trait::async_trait;

use super::Database;
use super::trail::note;
use super::values::insert;
use crate::store::error::retried;
use crate::store::row::Row;
use crate::store::sealed::Sealed;
use crate::store::secret::random_id;
use crate::store::tables::{ADDED_FEEDS, Value};
use crate::store::{AddedFeed, AddedFeedStore, Addition, FeedPlace, StoreError, TrailEntry};

const ALL: &str = "SELECT id, sealed, added_at FROM added_feeds ORDER BY added_at, id";

#[async_trait]
impl AddedFeedStore for Database {
    async fn added_feeds(&self) -> Result<Vec<AddedFeed>, StoreError> {
        let rows = self.driver.read(ALL, Vec::new()).await?;
        rows.iter().map(|row| self.read_feed(&**row)).collect()
    }

    async fn add_feed(
        &self,
        place: &FeedPlace,
        most: usize,
        entry: &TrailEntry,
    ) -> Result<Addition, StoreError> {
        let id = random_id()?;
        let sealed = place.seal(&self.keys, &id)?;
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            // Two operators who add the same at once have it twice, which costs a reading: its items are shown once.
            let rows = transaction.query(ALL, Vec::new()).await?;
            let all = rows.iter().map(|row| self.read_feed(&**row)).collect::<Result<Vec<_>, _>>()?;
            let addition = if all.iter().any(|one| one.place.address == place.address) {
                Addition::Before
            } else if all.len() >= most {
                Addition::TooMany
            } else {
                let sealed = Value::Bytes(Some(sealed.clone()));
                let row = vec![id.as_str().into(), sealed, entry.at.into()];
                insert(&mut *transaction, &ADDED_FEEDS, vec![row]).await?;
                note(&mut *transaction, &of(entry, &id)).await?;
                Addition::Now(id.clone())
            };
            transaction.commit().await?;
            Ok(addition)
        })
        .await
    }

    async fn remove_feed(&self, id: &str, entry: &TrailEntry) -> Result<bool, StoreError> {
        let mut transaction = self.driver.begin().await?;
        let sql = "DELETE FROM added_feeds WHERE id = $1";
        let removed = transaction.execute(sql, vec![id.into()]).await? > 0;
        if removed {
            note(&mut *transaction, &of(entry, id)).await?;
        }
        transaction.commit().await?;
        Ok(removed)
    }
}

/// An entry that says which feed it is about.
fn of(entry: &TrailEntry, id: &str) -> TrailEntry {
    let mut entry = entry.clone();
    entry.detail["feed"] = id.into();
    entry
}

impl Database {
    fn read_feed(&self, row: &dyn Row) -> Result<AddedFeed, StoreError> {
        let id = row.string("id")?;
        let place = FeedPlace::open(&self.keys, &id, &row.bytes("sealed")?.unwrap_or_default())?;
        Ok(AddedFeed { id, place, added_at: row.number("added_at")? })
    }
}
