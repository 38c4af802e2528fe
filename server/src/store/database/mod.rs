//! The store, on whatever database a [`Driver`] has opened.

mod account_list;
mod accounts;
mod added_feeds;
mod announce;
mod api_tokens;
mod attendances;
mod batch;
mod broadcasts;
mod confirm;
mod copies;
mod courses;
mod digests;
mod erase;
mod first_operator;
mod forget;
mod forget_proposals;
mod hidden;
mod keys;
mod links;
mod live;
mod made_settings;
mod measures;
mod moves;
mod names;
mod need_totals;
mod news;
mod outbox;
mod own;
mod own_initiatives;
mod participants;
mod placement;
mod placing;
mod presences;
mod proposals;
mod rearrange;
mod reminders;
mod reports;
mod request_seats;
mod requests;
mod roster;
mod seats;
mod second_factor;
mod sessions;
mod sign_in;
mod sign_ups;
mod signers;
mod snapshot;
mod standing;
mod team;
mod trail;
mod updates;
mod upgrade;
mod values;
mod venues;

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::driver::{Driver, Lock, Transaction};
use super::row::Row;
use super::{Digest, KeyRecord, Keys, Person, PersonKey, SecretSource, Store, StoreError};

/// Whom a message or a hold is about once nobody may know.
const NOBODY: Digest = [0; 32];

/// The store.
pub struct Database {
    driver: Box<dyn Driver>,
    keys: Keys,
    /// Whoever looks through the names of many.
    names: tokio::sync::Mutex<()>,
}

impl Database {
    /// Uses a database whose tables are there. Where it is new it gets the keys of `records`. `unusable` says whose trouble it is.
    pub(super) async fn open(
        driver: Box<dyn Driver>,
        secret: &SecretSource,
        records: &[KeyRecord],
        unusable: impl Fn(String) -> StoreError,
    ) -> Result<Self, StoreError> {
        let keys = keys::settle(&*driver, secret, records).await.map_err(|error| match error {
            StoreError::Unusable(why) => unusable(why),
            other => other,
        })?;
        let database = Self { driver, keys, names: tokio::sync::Mutex::default() };
        database.upgrade(jiff::Timestamp::now().as_second()).await?;
        Ok(database)
    }

    /// What a row has sealed for a person and an initiative (`sealed`), and the person's key that opens it (`wrapped`).
    fn opened(
        &self,
        row: &dyn Row,
        email_h: &Digest,
        initiative: &str,
    ) -> Result<(PersonKey, Person), StoreError> {
        let bytes = |column| row.bytes(column).map(Option::unwrap_or_default);
        let key = PersonKey::unwrap(&self.keys, email_h, &bytes("wrapped")?)?;
        let person = key.open(email_h, initiative, &bytes("sealed")?)?;
        Ok((key, person))
    }
}

#[async_trait]
impl Store for Database {
    fn keys(&self) -> &Keys {
        &self.keys
    }

    async fn ping(&self) -> Result<(), StoreError> {
        let records = keys::records(&*self.driver).await?;
        if self.keys.are_superseded(&records) {
            return Err(StoreError::Unusable(
                "the secret was rotated: start this server with the new one".into(),
            ));
        }
        Ok(())
    }

    async fn close(&self) {
        self.driver.close().await;
    }
}

/// Makes others wait who are about to change something of the same person's. `false` where there is none.
async fn lock_person(transaction: &mut dyn Transaction, email_h: &Digest) -> Result<bool, sqlx::Error> {
    Ok(lock_persons(transaction, &BTreeSet::from([*email_h]), Lock::Change).await? > 0)
}

/// The same of several, in one order, so that nobody waits in a circle. Returns how many there are.
async fn lock_persons(
    transaction: &mut dyn Transaction,
    persons: &BTreeSet<Digest>,
    lock: Lock,
) -> Result<usize, sqlx::Error> {
    let locking = transaction.locking(lock);
    let sql =
        format!("SELECT email_h FROM persons WHERE email_h IN (VALUES {{}}) ORDER BY email_h {locking}");
    let rows = persons.iter().map(|email_h| vec![email_h.into()]).collect();
    Ok(values::query(transaction, &sql, rows).await?.len())
}
