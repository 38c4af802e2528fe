//! The keys of a database: opened with the operator's secret, rotated, and used to wrap persons' keys again.

use async_trait::async_trait;
use tracing::warn;

use super::{Database, lock_person};
use crate::store::driver::{Driver, Transaction};
use crate::store::tables::Value;
use crate::store::{Digest, KeyRecord, KeyStore, Keys, PersonKey, SecretSource, StoreError};

/// Persons' keys wrapped again in one transaction: few enough not to keep the writer waiting.
const REWRAPPED: i64 = 200;

#[async_trait]
impl KeyStore for Database {
    async fn key_records(&self) -> Result<Vec<KeyRecord>, StoreError> {
        Ok(records(&*self.driver).await?)
    }

    async fn change_key_records(&self, write: &[KeyRecord], delete: &[&str]) -> Result<(), StoreError> {
        let mut transaction = self.driver.begin().await?;
        write_records(&mut *transaction, write).await?;
        for name in delete {
            transaction.execute("DELETE FROM meta WHERE name = $1", vec![(*name).into()]).await?;
        }
        transaction.commit().await?;
        self.driver.purge_log().await;
        Ok(())
    }

    async fn rewrap(&self, after: &Digest) -> Result<(u64, Option<Digest>), StoreError> {
        let mut transaction = self.driver.begin().await?;
        let rows = transaction
            .query(
                // As many bytes as `Keys::head` has.
                "SELECT email_h FROM persons WHERE email_h > $1 AND substr(wrapped, 1, 5) <> $2
                 ORDER BY email_h LIMIT $3",
                vec![after.into(), Value::Bytes(Some(self.keys.head().to_vec())), REWRAPPED.into()],
            )
            .await?;
        let persons = rows.iter().map(|row| row.digest("email_h")).collect::<Result<Vec<_>, _>>()?;
        let mut count = 0;
        for email_h in &persons {
            count += u64::from(rewrap_one(&mut *transaction, &self.keys, email_h).await?);
        }
        transaction.commit().await?;
        if count > 0 {
            self.driver.purge_log().await;
        }
        Ok((count, persons.last().copied()))
    }
}

/// `false` where the person has gone, or the key was wrapped with a secret that this server does not have.
async fn rewrap_one(
    transaction: &mut dyn Transaction,
    keys: &Keys,
    email_h: &Digest,
) -> Result<bool, StoreError> {
    if !lock_person(transaction, email_h).await? {
        return Ok(false);
    }
    let rows =
        transaction.query("SELECT wrapped FROM persons WHERE email_h = $1", vec![email_h.into()]).await?;
    let wrapped = rows.first().map(|row| row.bytes("wrapped")).transpose()?.flatten().unwrap_or_default();
    let Ok(wrapped) = PersonKey::rewrap(keys, email_h, &wrapped) else { return Ok(false) };
    let sql = "UPDATE persons SET wrapped = $1 WHERE email_h = $2";
    Ok(transaction.execute(sql, vec![Value::Bytes(Some(wrapped)), email_h.into()]).await? > 0)
}

/// Uses the secret with this database: refused where another one made what it holds. A new database gets the keys of
/// `records`, which that secret must open.
pub(super) async fn settle(
    driver: &dyn Driver,
    given: &SecretSource,
    adopted: &[KeyRecord],
) -> Result<Keys, StoreError> {
    let unusable = |why: &str| StoreError::Unusable(why.to_owned());
    let is_new = check(driver).await?.is_none();
    let secret = given.settle(is_new).map_err(StoreError::Unusable)?;
    if secret.is_short() {
        warn!(
            "the secret has less than 32 characters: it stays valid; `alentour secret rotate` makes one of 32 random bytes"
        );
    }
    let known = if is_new { adopted.to_vec() } else { records(driver).await? };
    let keys = Keys::open(secret, &known).map_err(|_| {
        unusable("its secret has been rotated: give the new one (ALENTOUR_SECRET or --secret-file)")
    })?;
    let print = keys.hmac().digest("check", b"");
    if is_new {
        let mut transaction = driver.begin().await?;
        let sql = "INSERT INTO meta (name, value) VALUES ('secret_check', $1) ON CONFLICT DO NOTHING";
        transaction.execute(sql, vec![(&print).into()]).await?;
        write_records(&mut *transaction, adopted).await?;
        transaction.commit().await?;
    }
    // Read again: a server that started at the same time may have been first.
    if check(driver).await?.as_deref() != Some(&print[..]) {
        return Err(unusable(
            "its sign-ups were stored with another secret: give that one (ALENTOUR_SECRET or --secret-file)",
        ));
    }
    Ok(keys)
}

async fn check(driver: &dyn Driver) -> Result<Option<Vec<u8>>, StoreError> {
    let rows = driver.read("SELECT value FROM meta WHERE name = 'secret_check'", Vec::new()).await?;
    Ok(rows.first().map(|row| row.bytes("value")).transpose()?.flatten())
}

pub(super) async fn records(driver: &dyn Driver) -> Result<Vec<KeyRecord>, sqlx::Error> {
    let sql =
        "SELECT name, value FROM meta WHERE name LIKE 'hmac_key:%' OR name LIKE 'wrapping:%' ORDER BY name";
    let rows = driver.read(sql, Vec::new()).await?;
    rows.iter().map(|row| Ok((row.string("name")?, row.bytes("value")?.unwrap_or_default()))).collect()
}

async fn write_records(transaction: &mut dyn Transaction, write: &[KeyRecord]) -> Result<(), sqlx::Error> {
    for (name, value) in write {
        let sql = "INSERT INTO meta (name, value) VALUES ($1, $2)
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        transaction.execute(sql, vec![name.as_str().into(), Value::Bytes(Some(value.clone()))]).await?;
    }
    Ok(())
}
