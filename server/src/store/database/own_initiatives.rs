//! Initiatives that are made here.

use alentour_model::text::fold;
use async_trait::async_trait;
use serde::Deserialize;
use serde_json::json;

use super::accounts::{organises, set_role};
use super::batch::enqueue;
use super::trail::note;
use super::values::insert;
use super::{Database, NOBODY};
use crate::store::decide::NewMessage;
use crate::store::driver::Transaction;
use crate::store::error::retried;
use crate::store::row::Row;
use crate::store::sealed::Sealed;
use crate::store::tables::{OWN_INITIATIVES, Value};
use crate::store::{
    Account, Deed, IsShown, Message, MessageKind, OwnChange, OwnContent, OwnInitiative, OwnInitiativeStore,
    OwnStatus, OwnWhich, Proposal, Role, StoreError, TrailEntry, WHO_ASKS,
};

pub(super) const ONE: &str = "SELECT * FROM own_initiatives WHERE id = $1";

#[async_trait]
impl OwnInitiativeStore for Database {
    async fn create_own(
        &self,
        content: &OwnContent,
        status: OwnStatus,
        owner: &str,
        proposal: &Proposal,
        entry: &TrailEntry,
    ) -> Result<(), StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            self.insert_own(&mut *transaction, content, status, owner, proposal, entry).await?;
            if !owner.is_empty() {
                // No role without its row: of what is not made here a role says that somebody is trusted.
                let role = about(entry, &content.id, Deed::Role, json!({}));
                set_role(&mut *transaction, owner, &content.id, Some(Role::Organiser), &role).await?;
            }
            self.stands(&mut *transaction, (&content.id, 1), (None, status), entry).await?;
            Ok(transaction.commit().await?)
        })
        .await
    }

    async fn change_own(
        &self,
        version: i64,
        content: &OwnContent,
        entry: &TrailEntry,
    ) -> Result<OwnChange, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let done = self.change(&mut *transaction, version, content, entry).await;
            transaction.commit().await?;
            done
        })
        .await
    }

    async fn set_own_status(
        &self,
        of: (&str, i64),
        to: OwnStatus,
        answer: &str,
        entry: &TrailEntry,
    ) -> Result<OwnChange, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let done = self.set_status(&mut *transaction, of, to, answer, entry).await;
            transaction.commit().await?;
            done
        })
        .await
    }

    async fn own_initiative(&self, id: &str) -> Result<Option<OwnInitiative>, StoreError> {
        let rows = self.driver.read(ONE, vec![id.into()]).await?;
        rows.first().map(|row| self.read_own(&**row)).transpose()
    }

    async fn own_initiatives(&self, which: OwnWhich<'_>) -> Result<Vec<OwnInitiative>, StoreError> {
        let sql = "SELECT * FROM own_initiatives WHERE ($1 = '' OR status = $1) AND ($2 = '' OR owner = $2)
                   ORDER BY changed_at, id";
        let status = which.status.map(OwnStatus::as_str).unwrap_or_default();
        let rows = self.driver.read(sql, vec![status.into(), which.owner.unwrap_or_default().into()]).await?;
        rows.iter().map(|row| self.read_own(&**row)).collect()
    }

    async fn own_page(
        &self,
        status: Option<OwnStatus>,
        words: &str,
        from: usize,
        most: usize,
    ) -> Result<(Vec<OwnInitiative>, u64), StoreError> {
        let status = status.map(OwnStatus::as_str).unwrap_or_default();
        let words = fold(words);
        // Titles are in the JSON, and are compared as searches compare words: whoever looks for one reads them all.
        let sql = "SELECT id, CASE WHEN $2 = '' THEN '' ELSE content END AS content FROM own_initiatives
                   WHERE ($1 = '' OR status = $1) ORDER BY changed_at DESC, id";
        let mut found = Vec::new();
        for row in self.driver.read(sql, vec![status.into(), words.as_str().into()]).await? {
            let is_meant = words.is_empty() || fold(&title(&row.string("content")?)).contains(&words);
            if is_meant {
                found.push(row.string("id")?);
            }
        }
        let mut shown = Vec::with_capacity(most);
        for id in found.iter().skip(from).take(most) {
            shown.extend(self.own_initiative(id).await?);
        }
        Ok((shown, found.len() as u64))
    }

    async fn may_publish(&self, account: &Account, is_shown: IsShown<'_>) -> Result<bool, StoreError> {
        if account.is_operator {
            return Ok(true);
        }
        let mut snapshot = self.driver.snapshot().await?;
        let may = organises(&mut *snapshot, &account.account_h, is_shown).await?;
        snapshot.commit().await?;
        Ok(may)
    }

    async fn published_versions(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let sql = "SELECT id, version FROM own_initiatives WHERE status = 'published' ORDER BY id";
        let rows = self.driver.read(sql, Vec::new()).await?;
        rows.iter().map(|row| Ok((row.string("id")?, row.number("version")?))).collect()
    }

    async fn published(&self) -> Result<Vec<(OwnContent, i64)>, StoreError> {
        let sql = "SELECT id, version, language, content FROM own_initiatives
                   WHERE status = 'published' ORDER BY id";
        let rows = self.driver.read(sql, Vec::new()).await?;
        rows.iter().map(|row| Ok((content(&**row)?, row.number("version")?))).collect()
    }
}

impl Database {
    /// Keeps a new one, in version 1.
    pub(super) async fn insert_own(
        &self,
        transaction: &mut dyn Transaction,
        content: &OwnContent,
        status: OwnStatus,
        owner: &str,
        proposal: &Proposal,
        entry: &TrailEntry,
    ) -> Result<(), StoreError> {
        let row = vec![
            content.id.as_str().into(),
            1.into(),
            status.as_str().into(),
            owner.into(),
            content.language.as_str().into(),
            content.json.as_str().into(),
            Value::Bytes(Some(proposal.seal(&self.keys, content.id.as_str())?)),
            entry.at.into(),
            entry.at.into(),
        ];
        insert(transaction, &OWN_INITIATIVES, vec![row]).await?;
        let detail = json!({ "version": 1, "after": status.as_str() });
        note(transaction, &about(entry, &content.id, Deed::Proposed, detail)).await
    }

    async fn change(
        &self,
        transaction: &mut dyn Transaction,
        version: i64,
        content: &OwnContent,
        entry: &TrailEntry,
    ) -> Result<OwnChange, StoreError> {
        // The version in the statement, so that of two changes at once one is the first.
        let sql =
            "UPDATE own_initiatives SET version = version + 1, language = $3, content = $4, changed_at = $5
                   WHERE id = $1 AND version = $2";
        let values = vec![
            content.id.as_str().into(),
            version.into(),
            content.language.as_str().into(),
            content.json.as_str().into(),
            entry.at.into(),
        ];
        if transaction.execute(sql, values).await? == 0 {
            let rows = transaction.query(ONE, vec![content.id.as_str().into()]).await?;
            return Ok(if rows.is_empty() { OwnChange::Unknown } else { OwnChange::Stale });
        }
        let mut detail = entry.detail.clone();
        detail["version"] = (version + 1).into();
        note(transaction, &about(entry, &content.id, Deed::Changed, detail)).await?;
        let rows = transaction.query(ONE, vec![content.id.as_str().into()]).await?;
        let status = rows.first().map(|row| row.string("status")).transpose()?;
        if let Some(status) = status.as_deref().and_then(OwnStatus::parse) {
            announce_own(transaction, &content.id, (Some(status), status), version + 1, entry.at).await?;
        }
        Ok(OwnChange::Now(version + 1))
    }

    async fn set_status(
        &self,
        transaction: &mut dyn Transaction,
        (id, version): (&str, i64),
        to: OwnStatus,
        answer: &str,
        entry: &TrailEntry,
    ) -> Result<OwnChange, StoreError> {
        let rows = transaction.query(ONE, vec![id.into()]).await?;
        let Some(row) = rows.first() else { return Ok(OwnChange::Unknown) };
        let mut one = self.read_own(&**row)?;
        if one.version != version {
            return Ok(OwnChange::Stale);
        }
        if !one.status.may_become(to) {
            return Ok(OwnChange::Refused(one.status));
        }
        answer.clone_into(&mut one.proposal.answer);
        let sql =
            "UPDATE own_initiatives SET version = version + 1, status = $3, sealed = $4, changed_at = $5
                   WHERE id = $1 AND version = $2";
        let sealed = Value::Bytes(Some(one.proposal.seal(&self.keys, id)?));
        let values = vec![id.into(), version.into(), to.as_str().into(), sealed, entry.at.into()];
        if transaction.execute(sql, values).await? == 0 {
            return Ok(OwnChange::Stale);
        }
        let mut detail = TrailEntry::change(one.status.as_str(), to.as_str());
        detail["version"] = (version + 1).into();
        note(transaction, &about(entry, id, to.deed(), detail)).await?;
        self.stands(transaction, (id, version + 1), (Some(one.status), to), entry).await?;
        Ok(OwnChange::Now(version + 1))
    }

    pub(super) fn read_own(&self, row: &dyn Row) -> Result<OwnInitiative, StoreError> {
        let content = content(row)?;
        let sealed = row.bytes("sealed")?.unwrap_or_default();
        let status = row.string("status")?;
        Ok(OwnInitiative {
            proposal: Proposal::open(&self.keys, content.id.as_str(), &sealed)?,
            content,
            version: row.number("version")?,
            status: OwnStatus::parse(&status)
                .ok_or_else(|| StoreError::Database(format!("an initiative stands at {status:?}")))?,
            owner: row.string("owner")?,
            created_at: row.number("created_at")?,
            changed_at: row.number("changed_at")?,
        })
    }
}

/// What an initiative is called.
fn title(json: &str) -> String {
    #[derive(Deserialize)]
    struct Named {
        #[serde(default)]
        name: String,
    }
    serde_json::from_str(json).map(|named: Named| named.name).unwrap_or_default()
}

fn content(row: &dyn Row) -> Result<OwnContent, StoreError> {
    Ok(OwnContent { id: row.string("id")?, language: row.string("language")?, json: row.string("content")? })
}

/// Owes an event to those sinks that ask for it where an initiative has come somewhere that concerns others: the drafts of whoever makes it
/// do not.
pub(super) async fn announce_own(
    transaction: &mut dyn Transaction,
    id: &str,
    (before, after): (Option<OwnStatus>, OwnStatus),
    version: i64,
    at: i64,
) -> Result<(), StoreError> {
    let kind = match (before, after) {
        (Some(OwnStatus::Published), OwnStatus::Published) => MessageKind::OwnChanged,
        (before, after) if before == Some(after) => return Ok(()),
        (_, OwnStatus::Waiting) => MessageKind::OwnProposed,
        (_, OwnStatus::Published) => MessageKind::OwnPublished,
        (Some(OwnStatus::Published), OwnStatus::Withdrawn) => MessageKind::OwnWithdrawn,
        _ => return Ok(()),
    };
    let to = Message { kind, sink: WHO_ASKS.to_owned() };
    // Events about one initiative are handed out in the order of its versions, as those about one sign-up are in theirs.
    let message = NewMessage::new((&NOBODY, id), to, id, version, at)?;
    let detail = json!({ "before": before.map(OwnStatus::as_str), "after": after.as_str() }).to_string();
    Ok(enqueue(transaction, &[NewMessage { detail, ..message }]).await?)
}

pub(super) fn about(entry: &TrailEntry, id: &str, action: Deed, mut detail: serde_json::Value) -> TrailEntry {
    // Which program has done it for the account, or that it was a visitor.
    for name in ["token", "by"] {
        if let Some(said) = entry.detail.get(name) {
            detail[name] = said.clone();
        }
    }
    TrailEntry { initiative: id.to_owned(), action, detail, ..entry.clone() }
}
