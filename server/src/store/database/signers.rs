//! Who agrees to be named, and what was decided of them.

use std::collections::BTreeMap;

use alentour_model::Signer;
use alentour_model::text::clean;
use async_trait::async_trait;

use super::values::{execute, query};
use super::{Database, lock_persons};
use crate::store::driver::{Lock, Transaction};
use crate::store::error::retried;
use crate::store::row::Row;
use crate::store::signers::{Candidate, SignerState, SignerStore, Undecidable};
use crate::store::tables::SIGNERS;
use crate::store::{Digest, StoreError};

/// A sign-up whose person agrees to be named. What waits for its person is nobody's yet, nor is what a server that sends no mail has taken:
/// somebody else may have typed it.
const AGREES: &str = "NOT s.pending AND s.confirmed_at IS NOT NULL AND EXISTS (
    SELECT 1 FROM consents c WHERE c.email_h = s.email_h AND c.id = s.id AND c.used_for = 'signers' AND c.given
    AND c.withdrawn_at IS NULL)";

/// Those of `v`, by their ids.
const MEANT: &str = "
    WITH v (id) AS (VALUES {})
    SELECT DISTINCT s.email_h, s.id, s.initiative, s.sequence FROM v
    JOIN consents c ON c.used_for = 'signers' AND c.id = v.id AND c.given AND c.withdrawn_at IS NULL
    JOIN signups s ON s.email_h = c.email_h AND s.id = c.id AND NOT s.pending AND s.confirmed_at IS NOT NULL";

#[async_trait]
impl SignerStore for Database {
    async fn signers(&self, initiatives: &[String]) -> Result<Vec<(String, Vec<Signer>)>, StoreError> {
        let sql = format!(
            "SELECT s.email_h, s.initiative, s.sealed, p.wrapped FROM signers g
             JOIN signups s ON s.email_h = g.email_h AND s.id = g.id JOIN persons p ON p.email_h = s.email_h
             WHERE g.initiative = $1 AND g.state = 'approved' AND {AGREES}
             ORDER BY g.at DESC, g.id DESC LIMIT 10"
        );
        let mut all = Vec::new();
        for initiative in initiatives {
            let rows = self.driver.read(&sql, vec![initiative.as_str().into()]).await?;
            let mut signers = Vec::with_capacity(rows.len());
            for row in &rows {
                signers.extend(self.signer(&**row)?);
            }
            if !signers.is_empty() {
                all.push((initiative.clone(), signers));
            }
        }
        Ok(all)
    }

    async fn candidates(&self, initiative: Option<&str>) -> Result<Vec<Candidate>, StoreError> {
        let one = if initiative.is_some() { "AND s.initiative = $1" } else { "" };
        let sql = format!(
            "SELECT DISTINCT s.id, s.email_h, s.initiative, s.sealed, s.sequence, s.received_at, p.wrapped, g.state
             FROM consents u JOIN signups s ON s.email_h = u.email_h AND s.id = u.id
             JOIN persons p ON p.email_h = s.email_h
             LEFT JOIN signers g ON g.email_h = s.email_h AND g.id = s.id
             WHERE u.used_for = 'signers' AND {AGREES} {one} ORDER BY s.initiative, s.received_at, s.id"
        );
        let rows = self.driver.read(&sql, initiative.map(Into::into).into_iter().collect()).await?;
        let mut all = Vec::with_capacity(rows.len());
        for row in &rows {
            let Some(signer) = self.signer(&**row)? else { continue };
            let state = row.text("state")?;
            all.push(Candidate {
                id: row.string("id")?,
                version: row.number("sequence")?,
                initiative: row.string("initiative")?,
                signer,
                state: state.as_deref().and_then(SignerState::parse),
            });
        }
        Ok(all)
    }

    async fn moderate(
        &self,
        decided: &[(String, i64, SignerState)],
        now: i64,
    ) -> Result<Vec<Undecidable>, StoreError> {
        let decided: BTreeMap<&str, (i64, SignerState)> =
            decided.iter().map(|(id, version, state)| (id.as_str(), (*version, *state))).collect();
        let decided = &decided;
        retried(move || async move {
            let mut transaction = self.driver.begin().await?;
            // What their persons change meanwhile waits, or is seen below.
            let persons = meant(&mut *transaction, decided).await?.into_values().map(|one| one.email_h);
            lock_persons(&mut *transaction, &persons.collect(), Lock::Change).await?;
            let meant = meant(&mut *transaction, decided).await?;
            let undecidable = decided.iter().filter_map(|(id, (version, _))| match meant.get(*id) {
                None => Some(Undecidable::Unknown((*id).to_owned())),
                Some(one) if one.version != *version => Some(Undecidable::Changed((*id).to_owned())),
                Some(_) => None,
            });
            let undecidable: Vec<_> = undecidable.collect();
            if undecidable.is_empty() {
                let rows = meant.iter().filter_map(|(id, one)| {
                    let (_, state) = decided.get(id.as_str())?;
                    Some(vec![
                        (&one.email_h).into(),
                        id.as_str().into(),
                        one.initiative.as_str().into(),
                        state.as_str().into(),
                        now.into(),
                    ])
                });
                // Who is approved again is not the latest once more.
                let sql = format!(
                    "INSERT INTO signers ({}) VALUES {{}} ON CONFLICT (email_h, id) DO UPDATE SET
                     at = CASE WHEN signers.state = excluded.state THEN signers.at ELSE excluded.at END,
                     state = excluded.state",
                    SIGNERS.column_names()
                );
                execute(&mut *transaction, &sql, rows.collect()).await?;
            }
            transaction.commit().await?;
            Ok(undecidable)
        })
        .await
    }
}

/// A sign-up that something was decided of.
struct Meant {
    email_h: Digest,
    initiative: String,
    version: i64,
}

/// Those that something was decided of, by their ids.
async fn meant(
    transaction: &mut dyn Transaction,
    decided: &BTreeMap<&str, (i64, SignerState)>,
) -> Result<BTreeMap<String, Meant>, sqlx::Error> {
    let rows = query(transaction, MEANT, decided.keys().map(|id| vec![(*id).into()]).collect()).await?;
    let meant = |row: &dyn Row| {
        let (email_h, initiative) = (row.digest("email_h")?, row.string("initiative")?);
        Ok((row.string("id")?, Meant { email_h, initiative, version: row.number("sequence")? }))
    };
    rows.iter().map(|row| meant(&**row)).collect()
}

impl Database {
    /// What is said of somebody; nothing of who is under 15: what somebody else has agreed to for them is not for all to see.
    fn signer(&self, row: &dyn Row) -> Result<Option<Signer>, StoreError> {
        let (email_h, initiative) = (row.digest("email_h")?, row.string("initiative")?);
        let (_, person) = self.opened(row, &email_h, &initiative)?;
        let (name, town) = (clean(&person.given_name), clean(&person.town.unwrap_or_default()));
        let is_said = !person.under_15 && !name.is_empty() && !town.is_empty();
        Ok(is_said.then_some(Signer { name, town }))
    }
}
