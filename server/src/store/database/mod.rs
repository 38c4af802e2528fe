//! The store, on whatever database a [`Driver`] has opened.

mod batch;
mod confirm;
mod copies;
mod erase;
mod links;
mod outbox;
mod sign_ups;
mod upgrade;
mod values;

use async_trait::async_trait;

use super::driver::{Driver, Transaction};
use super::{Digest, Secret, SecretSource, Store, StoreError};

/// Whom a message or a hold is about once nobody may know.
const NOBODY: Digest = [0; 32];

/// The store.
pub struct Database {
    driver: Box<dyn Driver>,
    secret: Secret,
}

impl Database {
    /// Uses a database whose tables are there. `unusable` says whose trouble it is.
    pub(super) async fn open(
        driver: Box<dyn Driver>,
        secret: &SecretSource,
        unusable: impl Fn(String) -> StoreError,
    ) -> Result<Self, StoreError> {
        let secret = settle_secret(&*driver, secret).await.map_err(|error| match error {
            StoreError::Unusable(why) => unusable(why),
            other => other,
        })?;
        let database = Self { driver, secret };
        database.upgrade(jiff::Timestamp::now().as_second()).await?;
        Ok(database)
    }
}

#[async_trait]
impl Store for Database {
    fn secret(&self) -> &Secret {
        &self.secret
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.driver.read("SELECT count(*) FROM meta", Vec::new()).await?;
        Ok(())
    }

    async fn close(&self) {
        self.driver.close().await;
    }
}

/// Uses the secret with this database: refused where another one made what it holds.
async fn settle_secret(driver: &dyn Driver, given: &SecretSource) -> Result<Secret, StoreError> {
    let unusable = |why: String| StoreError::Unusable(why);
    let check = secret_check(driver).await?;
    let secret = given.settle(check.is_none()).map_err(unusable)?;
    let print = secret.digest("check", b"");
    if check.is_none() {
        let mut transaction = driver.begin().await?;
        let sql = "INSERT INTO meta (name, value) VALUES ('secret_check', $1) ON CONFLICT DO NOTHING";
        transaction.execute(sql, vec![(&print).into()]).await?;
        transaction.commit().await?;
    }
    // Read again: a server that started at the same time may have been first.
    if secret_check(driver).await?.as_deref() != Some(&print[..]) {
        return Err(unusable(
            "its sign-ups were stored with another secret: give that one (ALENTOUR_SECRET or --secret-file)"
                .into(),
        ));
    }
    Ok(secret)
}

async fn secret_check(driver: &dyn Driver) -> Result<Option<Vec<u8>>, StoreError> {
    let rows = driver.read("SELECT value FROM meta WHERE name = 'secret_check'", Vec::new()).await?;
    Ok(rows.first().map(|row| row.bytes("value")).transpose()?.flatten())
}

/// Makes others wait who are about to change something of the same person's. `false` where there is none.
async fn lock_person(transaction: &mut dyn Transaction, email_h: &Digest) -> Result<bool, sqlx::Error> {
    let sql = "UPDATE persons SET created_at = created_at WHERE email_h = $1";
    Ok(transaction.execute(sql, vec![email_h.into()]).await? > 0)
}
