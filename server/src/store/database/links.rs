//! Mailed links, and what they are used for.

use async_trait::async_trait;

use super::announce::announce;
use super::confirm::Others;
use super::{Database, lock_person};
use crate::store::driver::Transaction;
use crate::store::row::Row;
use crate::store::{
    Arrangement, AttendanceState, Confirmation, Digest, Erasure, LinkStore, LinkUse, MailedLink, MessageKind,
    Purpose, Rearrangement, SeatLimit, StoreError,
};

#[async_trait]
impl LinkStore for Database {
    async fn create_link(&self, hash: &Digest, link: &MailedLink) -> Result<(), StoreError> {
        let mut transaction = self.driver.begin().await?;
        // From the persons, so that no link is made for somebody who has been erased meanwhile.
        transaction
            .execute(
                "INSERT INTO tokens (email_h, hash, initiative, purpose, expires_at, signup)
                 SELECT email_h, $2, $3, $4, $5, $6 FROM persons WHERE email_h = $1 ON CONFLICT DO NOTHING",
                vec![
                    (&link.email_h).into(),
                    hash.into(),
                    link.initiative.as_str().into(),
                    link.purpose.as_str().into(),
                    link.expires_at.into(),
                    link.signup.as_str().into(),
                ],
            )
            .await?;
        Ok(transaction.commit().await?)
    }

    async fn link(&self, hash: &Digest, now: i64) -> Result<Option<MailedLink>, StoreError> {
        let sql = "SELECT * FROM tokens WHERE hash = $1 AND expires_at > $2";
        let rows = self.driver.read(sql, vec![hash.into(), now.into()]).await?;
        Ok(rows.first().map(|row| link(&**row)).transpose()?.flatten())
    }

    async fn confirm(
        &self,
        hash: &Digest,
        id: &str,
        sinks: &[String],
        limits: &[(String, SeatLimit)],
        now: i64,
    ) -> Result<Confirmation, StoreError> {
        self.confirm_attempt((hash, id), Others::GivenBack, sinks, limits, now).await
    }

    async fn confirm_beside(
        &self,
        hash: &Digest,
        id: &str,
        sinks: &[String],
        limits: &[(String, SeatLimit)],
        now: i64,
    ) -> Result<Confirmation, StoreError> {
        self.confirm_attempt((hash, id), Others::Stay, sinks, limits, now).await
    }

    async fn dismiss(&self, hash: &Digest, ids: &[&str], now: i64) -> Result<LinkUse, StoreError> {
        let Some(link) = self.link_for(hash, Purpose::Confirm, now).await? else {
            return Ok(LinkUse::Unknown);
        };
        match self.erase_attempts(&link.email_h, ids, now).await? {
            0 => Ok(LinkUse::Before),
            _ => Ok(LinkUse::Now),
        }
    }

    async fn withdraw(
        &self,
        hash: &Digest,
        id: &str,
        consent: &str,
        now: i64,
    ) -> Result<LinkUse, StoreError> {
        let Some(link) = self.link_for(hash, Purpose::Access, now).await? else {
            return Ok(LinkUse::Unknown);
        };
        let email_h = &link.email_h;
        let mut transaction = self.driver.begin().await?;
        let used = use_link(&mut *transaction, hash, now).await?;
        if used == LinkUse::Now && lock_person(&mut *transaction, email_h).await? {
            let withdrawn = transaction
                .execute(
                    "UPDATE consents SET withdrawn_at = $1
                     WHERE email_h = $2 AND id = $3 AND consent = $4 AND given AND withdrawn_at IS NULL",
                    vec![now.into(), email_h.into(), id.into(), consent.into()],
                )
                .await?;
            if withdrawn > 0 {
                let detail = serde_json::json!({ "consent": consent });
                announce(&mut *transaction, (email_h, id), MessageKind::Withdrawn, &detail, now).await?;
            }
        }
        transaction.commit().await?;
        Ok(used)
    }

    async fn give_back(&self, hash: &Digest, session: &str, now: i64) -> Result<LinkUse, StoreError> {
        match self.link_for(hash, Purpose::Own, now).await? {
            Some(link) => {
                let name = (&link.email_h, link.signup.as_str());
                self.settle(name, session, AttendanceState::Cancelled, now).await
            }
            None => Ok(LinkUse::Unknown),
        }
    }

    async fn accept_offer(&self, hash: &Digest, session: &str, now: i64) -> Result<LinkUse, StoreError> {
        match self.link_for(hash, Purpose::Own, now).await? {
            Some(link) => {
                let name = (&link.email_h, link.signup.as_str());
                self.settle(name, session, AttendanceState::Active, now).await
            }
            None => Ok(LinkUse::Unknown),
        }
    }

    async fn rearrange(
        &self,
        hash: &Digest,
        wanted: &Arrangement,
        limits: &[(String, SeatLimit)],
        now: i64,
    ) -> Result<Rearrangement, StoreError> {
        match self.link_for(hash, Purpose::Own, now).await? {
            Some(link) => {
                self.rearrange_own((&link.email_h, link.signup.as_str()), wanted, limits, now).await
            }
            None => Ok(Rearrangement::Unknown),
        }
    }

    async fn erase_own(&self, hash: &Digest, now: i64) -> Result<LinkUse, StoreError> {
        let Some(link) = self.link_for(hash, Purpose::Own, now).await? else { return Ok(LinkUse::Unknown) };
        let sql = "SELECT session FROM attendances WHERE email_h = $1 AND id = $2 LIMIT 1";
        let sessions =
            self.driver.read(sql, vec![(&link.email_h).into(), link.signup.as_str().into()]).await?;
        if !sessions.is_empty() {
            return Ok(LinkUse::Before);
        }
        let gone = self.erase_some(&Erasure::One(link.email_h, link.signup), now).await?;
        Ok(if gone > 0 { LinkUse::Now } else { LinkUse::Before })
    }

    async fn erase_by_link(&self, hash: &Digest, id: Option<&str>, now: i64) -> Result<LinkUse, StoreError> {
        let Some(link) = self.link_for(hash, Purpose::Access, now).await? else {
            return Ok(LinkUse::Unknown);
        };
        let what = match id {
            None => Erasure::Person(link.email_h),
            Some(id) => Erasure::One(link.email_h, id.to_owned()),
        };
        let mut transaction = self.driver.begin().await?;
        let used = use_link(&mut *transaction, hash, now).await?;
        if used == LinkUse::Now {
            self.erase_within(&mut *transaction, &what, now).await?;
        }
        transaction.commit().await?;
        self.driver.purge_log().await;
        Ok(used)
    }
}

impl Database {
    pub(super) async fn link_for(
        &self,
        hash: &Digest,
        purpose: Purpose,
        now: i64,
    ) -> Result<Option<MailedLink>, StoreError> {
        Ok(self.link(hash, now).await?.filter(|link| link.purpose == purpose))
    }
}

/// Marks a link as used. One statement decides, so that of two uses at once one is the first.
async fn use_link(
    transaction: &mut dyn Transaction,
    hash: &Digest,
    now: i64,
) -> Result<LinkUse, sqlx::Error> {
    let sql = "UPDATE tokens SET used_at = $1 WHERE hash = $2 AND expires_at > $1 AND used_at IS NULL";
    match transaction.execute(sql, vec![now.into(), hash.into()]).await? {
        0 => Ok(LinkUse::Before),
        _ => Ok(LinkUse::Now),
    }
}

/// `None` where its purpose is one that this version does not know: a newer one may have mailed it, and it opens nothing else.
fn link(row: &dyn Row) -> Result<Option<MailedLink>, sqlx::Error> {
    let purpose = match row.string("purpose")?.as_str() {
        "access" => Purpose::Access,
        "confirm" => Purpose::Confirm,
        "own" => Purpose::Own,
        "unsubscribe" => Purpose::Unsubscribe,
        "updates" => Purpose::Updates,
        "alerts" => Purpose::Alerts,
        _ => return Ok(None),
    };
    Ok(Some(MailedLink {
        email_h: row.digest("email_h")?,
        initiative: row.string("initiative")?,
        signup: row.string("signup")?,
        purpose,
        expires_at: row.number("expires_at")?,
        used_at: row.integer("used_at")?,
    }))
}
