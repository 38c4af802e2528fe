//! What those who organise note of who takes part: how many were there, and some words.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value as Json, json};

use super::participants::name;
use super::trail::note;
use super::values::{execute, query};
use super::{Database, lock_person, lock_persons};
use crate::store::driver::{Lock, Transaction};
use crate::store::tables::Value;
use crate::store::{PersonKey, StoreError, TrailEntry};

/// Sign-ups of a list, each with its initiative and session, and how many of each were noted to be there.
const NOTED: &str = "
    WITH v (initiative, session, id) AS (VALUES {})
    SELECT s.email_h, s.id, p.came FROM v
    JOIN signups s ON s.initiative = v.initiative AND s.id = v.id AND NOT s.pending
    JOIN attendances a ON a.email_h = s.email_h AND a.id = s.id AND a.session = v.session
         AND a.state IN ('active', 'offered')
    LEFT JOIN presences p ON p.email_h = s.email_h AND p.id = s.id AND p.session = v.session";

/// Notes how many of some sign-ups were there; says of how many that is another number than before. Their persons are locked in one order: two who
/// tick the same list from its two ends do not wait for each other.
pub(super) async fn set_presence(
    transaction: &mut dyn Transaction,
    (initiative, session): (&str, &str),
    came: &[(String, Option<u32>)],
    entry: &TrailEntry,
) -> Result<u64, StoreError> {
    let named =
        || came.iter().map(|(id, _)| vec![initiative.into(), session.into(), id.as_str().into()]).collect();
    let found = query(transaction, NOTED, named()).await?;
    let persons = found.iter().map(|row| row.digest("email_h")).collect::<Result<BTreeSet<_>, _>>()?;
    lock_persons(transaction, &persons, Lock::Change).await?;
    // Somebody may have left, or been noted by somebody else, until then.
    let mut before = HashMap::new();
    for row in query(transaction, NOTED, named()).await? {
        let name = name(&*row)?;
        if persons.contains(&name.0) {
            before.insert(name.1, (name.0, row.integer("came")?));
        }
    }
    let (mut set, mut taken_back, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    for (id, came) in came {
        // Of one that is named twice the first counts.
        let Some((email_h, before)) = before.remove(id) else { continue };
        let after = came.map(i64::from);
        if before == after {
            continue;
        }
        let name = vec![(&email_h).into(), id.as_str().into(), session.into()];
        match after {
            Some(came) => set.push([name, vec![came.into(), entry.at.into()]].concat()),
            None => taken_back.push(name),
        }
        let mut change = TrailEntry::change(before, after);
        change["signup"] = id.as_str().into();
        changes.push(change);
    }
    let sql = "INSERT INTO presences (email_h, id, session, came, at) VALUES {}
               ON CONFLICT (email_h, id, session) DO UPDATE SET came = excluded.came, at = excluded.at";
    execute(transaction, sql, set).await?;
    let sql = "DELETE FROM presences WHERE (email_h, id, session) IN (
                   WITH v (email_h, id, session) AS (VALUES {}) SELECT email_h, id, session FROM v)";
    execute(transaction, sql, taken_back).await?;
    let changed = changes.len() as u64;
    let mut entry = entry.clone();
    entry.detail = match <[Json; 1]>::try_from(changes) {
        Ok([change]) => change,
        Err(changes) if changes.is_empty() => return Ok(0),
        Err(changes) => json!({ "count": changed, "changes": changes }),
    };
    entry.detail["session"] = session.into();
    note(transaction, &entry).await?;
    Ok(changed)
}

impl Database {
    /// Notes some words of a sign-up, or takes them back. `false` where they are as before, or there is no such sign-up.
    pub(super) async fn set_note_once(
        &self,
        transaction: &mut dyn Transaction,
        initiative: &str,
        id: &str,
        text: &str,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError> {
        let sql =
            "SELECT s.email_h, p.wrapped, n.sealed FROM signups s JOIN persons p ON p.email_h = s.email_h
                   LEFT JOIN notes n ON n.email_h = s.email_h AND n.id = s.id
                   WHERE s.initiative = $1 AND s.id = $2 AND NOT s.pending";
        let rows = transaction.query(sql, vec![initiative.into(), id.into()]).await?;
        let Some(row) = rows.first() else { return Ok(false) };
        let email_h = row.digest("email_h")?;
        if !lock_person(transaction, &email_h).await? {
            return Ok(false);
        }
        let key = PersonKey::unwrap(&self.keys, &email_h, &row.bytes("wrapped")?.unwrap_or_default())?;
        let before = match row.bytes("sealed")? {
            Some(sealed) => key.open_note(&email_h, id, &sealed)?,
            None => String::new(),
        };
        if before == text {
            return Ok(false);
        }
        let name = || vec![(&email_h).into(), id.into()];
        if text.is_empty() {
            transaction.execute("DELETE FROM notes WHERE email_h = $1 AND id = $2", name()).await?;
        } else {
            let sealed = Value::Bytes(Some(key.seal_note(&email_h, id, text)?));
            let sql = "INSERT INTO notes (email_h, id, sealed, at) VALUES ($1, $2, $3, $4)
                       ON CONFLICT (email_h, id) DO UPDATE SET sealed = excluded.sealed, at = excluded.at";
            transaction.execute(sql, [name(), vec![sealed, entry.at.into()]].concat()).await?;
        }
        // What is noted is about somebody: the trail says only that there was something, and is.
        let mut entry = entry.clone();
        entry.detail = TrailEntry::change(!before.is_empty(), !text.is_empty());
        entry.detail["signup"] = id.into();
        note(transaction, &entry).await?;
        Ok(true)
    }
}
