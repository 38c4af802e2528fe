//! What visitors propose.

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use super::Database;
use super::accounts::{organises, set_role};
use super::own_initiatives::{about, announce_own};
use super::trail::note;
use super::values::insert_new;
use crate::store::driver::Transaction;
use crate::store::error::retried;
use crate::store::proposals::{ANSWERED_DAYS, BEGUN_KEPT, DRAFT_KEPT, MOST_DRAFTS, WAITING_KEPT};
use crate::store::row::Row;
use crate::store::sealed::Sealed;
use crate::store::secret::random_id;
use crate::store::tables::{PROPOSALS, Value};
use crate::store::{
    Account, Begun, Deed, Digest, Draft, Holder, IsShown, MessageKind, OwnContent, OwnStatus, Proposal,
    ProposalRecord, ProposalState, ProposalStore, Proposed, Role, StoreError, TrailEntry,
};

const DAY: i64 = 86_400;
/// Rows purged in one transaction.
const PURGED: usize = 200;
/// Ends the draft that went no further than its first step and is there for longest.
const OLDEST: &str = "DELETE FROM proposals WHERE id IN (
    SELECT id FROM proposals WHERE state = 'draft' AND version = 1 ORDER BY created_at, id LIMIT 1)";
/// Of a list with its parameter: whom it names.
const BY: &str = "SELECT p.*, o.id AS own FROM proposals p LEFT JOIN own_initiatives o ON o.id = p.id";

#[async_trait]
impl ProposalStore for Database {
    async fn begin_proposal(
        &self,
        id: &str,
        link: &Digest,
        language: &str,
        draft: &Draft,
        now: i64,
    ) -> Result<Begun, StoreError> {
        let row = vec![
            id.into(),
            Value::Bytes(None),
            ProposalState::Draft.as_str().into(),
            1.into(),
            language.into(),
            Value::Bytes(Some(draft.seal(&self.keys, id)?)),
            now.into(),
            now.into(),
            (now + BEGUN_KEPT).into(),
        ];
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let sql = "SELECT count(*) AS many FROM (
                           SELECT 1 FROM proposals WHERE state IN ('draft', 'sent') LIMIT $1) AS drafts";
            let rows = transaction.query(sql, vec![MOST_DRAFTS.into()]).await?;
            let many = rows.first().map(|row| row.number("many")).transpose()?.unwrap_or_default();
            let is_there = !transaction
                .query("SELECT id FROM proposals WHERE id = $1", vec![id.into()])
                .await?
                .is_empty();
            // Room is made of those that went no further than their first step: a flood of them keeps out nobody who goes on.
            let has_room =
                is_there || many < MOST_DRAFTS || transaction.execute(OLDEST, Vec::new()).await? > 0;
            if !is_there && has_room {
                insert_new(&mut *transaction, &PROPOSALS, vec![row.clone()]).await?;
                link_to(&mut *transaction, link, (id, None), false).await?;
            }
            transaction.commit().await?;
            Ok(if has_room { Begun::Now } else { Begun::Enough })
        })
        .await
    }

    async fn create_proposal_link(
        &self,
        hash: &Digest,
        (id, email_h): (&str, &Digest),
        is_own: bool,
    ) -> Result<(), StoreError> {
        let mut transaction = self.driver.begin().await?;
        link_to(&mut *transaction, hash, (id, Some(email_h)), is_own).await?;
        Ok(transaction.commit().await?)
    }

    async fn proposal_by_link(
        &self,
        hash: &Digest,
        now: i64,
    ) -> Result<Option<(ProposalRecord, bool)>, StoreError> {
        let sql = "SELECT p.id, l.is_own FROM proposal_links l JOIN proposals p ON p.id = l.proposal
                   WHERE l.hash = $1 AND p.expires_at > $2";
        let rows = self.driver.read(sql, vec![hash.into(), now.into()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let is_own = row.flag("is_own")?;
        Ok(self.proposal(&row.string("id")?).await?.map(|found| (found, is_own)))
    }

    async fn proposal(&self, id: &str) -> Result<Option<ProposalRecord>, StoreError> {
        let rows = self.driver.read(&format!("{BY} WHERE p.id = $1"), vec![id.into()]).await?;
        match rows.first() {
            Some(row) => Ok(Some(self.with_own(&**row).await?)),
            None => Ok(None),
        }
    }

    async fn proposals_of(&self, email_h: &Digest) -> Result<Vec<ProposalRecord>, StoreError> {
        let sql = format!("{BY} WHERE p.email_h = $1 ORDER BY p.created_at, p.id");
        let mut all = Vec::new();
        for row in self.driver.read(&sql, vec![email_h.into()]).await? {
            all.push(self.with_own(&*row).await?);
        }
        Ok(all)
    }

    async fn save_proposal(
        &self,
        id: &str,
        version: i64,
        draft: &Draft,
        now: i64,
    ) -> Result<bool, StoreError> {
        // Of what is kept, the fields are those of an answer; how long that is kept is the answer's.
        let sql = "UPDATE proposals SET version = version + 1, sealed = $3, changed_at = $4,
                       expires_at = CASE WHEN state = 'draft' THEN $5 ELSE expires_at END
                   WHERE id = $1 AND version = $2 AND state <> 'sent'";
        let sealed = Value::Bytes(Some(draft.seal(&self.keys, id)?));
        let values =
            || vec![id.into(), version.into(), sealed.clone(), now.into(), (now + DRAFT_KEPT).into()];
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let saved = transaction.execute(sql, values()).await? > 0;
            transaction.commit().await?;
            Ok(saved)
        })
        .await
    }

    async fn resume_proposal(
        &self,
        of: (&str, i64),
        email_h: &Digest,
        draft: &Draft,
        now: i64,
    ) -> Result<bool, StoreError> {
        self.to_address(of, (email_h, draft), ProposalState::Draft, MessageKind::ProposalResume, now).await
    }

    async fn send_proposal(
        &self,
        of: (&str, i64),
        email_h: &Digest,
        draft: &Draft,
        now: i64,
    ) -> Result<bool, StoreError> {
        self.to_address(of, (email_h, draft), ProposalState::Sent, MessageKind::ProposalConfirm, now).await
    }

    async fn take_back_proposal(&self, id: &str, now: i64) -> Result<bool, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let sql = "UPDATE proposals SET state = 'draft', version = version + 1, changed_at = $2, expires_at = $3
                       WHERE id = $1 AND state = 'sent'";
            let values = vec![id.into(), now.into(), (now + DRAFT_KEPT).into()];
            let taken = transaction.execute(sql, values).await? > 0;
            if taken {
                forget_own_links(&mut *transaction, id).await?;
            }
            transaction.commit().await?;
            Ok(taken)
        })
        .await
    }

    async fn confirm_proposal(
        &self,
        version: i64,
        content: &OwnContent,
        is_shown: IsShown<'_>,
        entry: &TrailEntry,
    ) -> Result<Proposed, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let done = self.confirm_one(&mut *transaction, (version, content), is_shown, entry).await;
            transaction.commit().await?;
            done
        })
        .await
    }

    async fn answer_proposal(
        &self,
        version: i64,
        content: &OwnContent,
        words: &str,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let done = self.answer_one(&mut *transaction, version, content, words, entry).await;
            transaction.commit().await?;
            done
        })
        .await
    }

    async fn withdraw_proposal(&self, id: &str) -> Result<bool, StoreError> {
        let gone = retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let sql = "SELECT id FROM own_initiatives WHERE id = $1 AND status = 'published'";
            let is_public = !transaction.query(sql, vec![id.into()]).await?.is_empty();
            if !is_public {
                self.forget_proposal(&mut *transaction, id).await?;
            }
            transaction.commit().await?;
            Ok(!is_public)
        })
        .await?;
        self.driver.purge_log().await;
        Ok(gone)
    }

    async fn purge_proposals(&self, now: i64) -> Result<u64, StoreError> {
        let sql =
            format!("SELECT id FROM proposals WHERE expires_at <= $1 ORDER BY expires_at LIMIT {PURGED}");
        let mut purged = 0;
        loop {
            let gone = retried(|| async {
                let mut transaction = self.driver.begin().await?;
                let rows = transaction.query(&sql, vec![now.into()]).await?;
                for row in &rows {
                    self.forget_proposal(&mut *transaction, &row.string("id")?).await?;
                }
                transaction.commit().await?;
                Ok(rows.len())
            })
            .await?;
            purged += gone as u64;
            if gone < PURGED {
                break;
            }
        }
        if purged > 0 {
            self.driver.purge_log().await;
        }
        Ok(purged)
    }
}

/// `email_h`: whom it is mailed to.
async fn link_to(
    transaction: &mut dyn Transaction,
    hash: &Digest,
    (id, email_h): (&str, Option<&Digest>),
    is_own: bool,
) -> Result<(), sqlx::Error> {
    // From the proposals, so that no address opens what was erased meanwhile, or has been given to somebody else.
    let sql = "INSERT INTO proposal_links (hash, proposal, is_own)
               SELECT $1, id, $3 FROM proposals WHERE id = $2 AND ($4 OR email_h = $5) ON CONFLICT DO NOTHING";
    let whose = [email_h.is_none().into(), Value::Bytes(email_h.map(|email_h| email_h.to_vec()))];
    transaction.execute(sql, [&[hash.into(), id.into(), is_own.into()][..], &whose].concat()).await?;
    Ok(())
}

/// What was mailed of a proposal confirms and follows it no more: it may be somebody else's from now on.
async fn forget_own_links(transaction: &mut dyn Transaction, id: &str) -> Result<(), sqlx::Error> {
    transaction.execute("DELETE FROM proposal_links WHERE proposal = $1 AND is_own", vec![id.into()]).await?;
    Ok(())
}

/// Owes a mail about a proposal.
async fn owe(
    transaction: &mut dyn Transaction,
    email_h: &Digest,
    (kind, id, detail): (MessageKind, &str, &Json),
    now: i64,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO outbox (email_h, id, initiative, kind, sink, signup, sequence, detail, created_at, next_at)
               VALUES ($1, $2, $3, $4, '', '', 0, $5, $6, $6)";
    let (message, detail) = (random_id()?, detail.to_string());
    let values = vec![
        email_h.into(),
        message.as_str().into(),
        id.into(),
        kind.as_str().into(),
        detail.as_str().into(),
        now.into(),
    ];
    transaction.execute(sql, values).await?;
    Ok(())
}

impl Database {
    /// A row, with the initiative that it is.
    async fn with_own(&self, row: &dyn Row) -> Result<ProposalRecord, StoreError> {
        let mut found = self.read_proposal(row)?;
        if row.text("own")?.is_some() {
            found.own = crate::store::OwnInitiativeStore::own_initiative(self, &found.id).await?;
        }
        Ok(found)
    }

    fn read_proposal(&self, row: &dyn Row) -> Result<ProposalRecord, StoreError> {
        let (id, state) = (row.string("id")?, row.string("state")?);
        let email_h = row.bytes("email_h")?.and_then(|bytes| Digest::try_from(bytes.as_slice()).ok());
        Ok(ProposalRecord {
            draft: Draft::open(&self.keys, &id, &row.bytes("sealed")?.unwrap_or_default())?,
            email_h,
            state: ProposalState::parse(&state)
                .ok_or_else(|| StoreError::Database(format!("a proposal stands at {state:?}")))?,
            version: row.number("version")?,
            language: row.string("language")?,
            created_at: row.number("created_at")?,
            expires_at: row.number("expires_at")?,
            own: None,
            id,
        })
    }

    /// Keeps a draft with its address, lets it stand there, and owes that address a mail: the same for each.
    async fn to_address(
        &self,
        (id, version): (&str, i64),
        (email_h, draft): (&Digest, &Draft),
        to: ProposalState,
        kind: MessageKind,
        now: i64,
    ) -> Result<bool, StoreError> {
        let sealed = Value::Bytes(Some(draft.seal(&self.keys, id)?));
        let values = || {
            vec![
                id.into(),
                version.into(),
                sealed.clone(),
                email_h.into(),
                to.as_str().into(),
                now.into(),
                (now + DRAFT_KEPT).into(),
            ]
        };
        let sql = "UPDATE proposals SET version = version + 1, sealed = $3, email_h = $4, state = $5, changed_at = $6, expires_at = $7
                   WHERE id = $1 AND version = $2 AND state = 'draft'";
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let done = transaction.execute(sql, values()).await? > 0;
            if done {
                forget_own_links(&mut *transaction, id).await?;
                owe(&mut *transaction, email_h, (kind, id, &json!({})), now).await?;
            }
            transaction.commit().await?;
            Ok(done)
        })
        .await
    }

    async fn confirm_one(
        &self,
        transaction: &mut dyn Transaction,
        (version, content): (i64, &OwnContent),
        is_shown: IsShown<'_>,
        entry: &TrailEntry,
    ) -> Result<Proposed, StoreError> {
        let id = content.id.as_str();
        // The version in the statement, so that of two confirmations at once one is the first.
        let sql =
            "UPDATE proposals SET state = 'kept', version = version + 1, changed_at = $3, expires_at = $4
                   WHERE id = $1 AND version = $2 AND state = 'sent' RETURNING *";
        let until = entry.at + WAITING_KEPT;
        let rows =
            transaction.query(sql, vec![id.into(), version.into(), entry.at.into(), until.into()]).await?;
        let Some(row) = rows.first() else {
            let rows =
                transaction.query("SELECT state FROM proposals WHERE id = $1", vec![id.into()]).await?;
            let is_kept =
                rows.first().is_some_and(|row| row.string("state").is_ok_and(|state| state == "kept"));
            return Ok(if is_kept { Proposed::Before } else { Proposed::Stale });
        };
        let found = self.read_proposal(&**row)?;
        let email_h = found.email_h.unwrap_or_default();
        let account = match self.locked(transaction, &email_h).await? {
            Some(account) if account.is_operator || organises(transaction, &email_h, is_shown).await? => {
                Some(account)
            }
            _ => None,
        };
        let status = if account.is_some() { OwnStatus::Published } else { OwnStatus::Waiting };
        let proposal = Proposal {
            email: found.draft.email.clone(),
            words: found.draft.words.clone(),
            ..Proposal::default()
        };
        let owner = account.as_ref().map_or("", |account| account.id.as_str());
        let entry = TrailEntry { account: owner.to_owned(), ..entry.clone() };
        self.insert_own(transaction, content, status, owner, &proposal, &entry).await?;
        self.stands(transaction, (id, 1), (None, status), &entry).await?;
        // What is kept is the initiative.
        let draft = Draft { fields: Default::default(), ..found.draft };
        let sealed = Value::Bytes(Some(draft.seal(&self.keys, id)?));
        transaction
            .execute("UPDATE proposals SET sealed = $2 WHERE id = $1", vec![id.into(), sealed])
            .await?;
        Ok(if account.is_some() { Proposed::Published } else { Proposed::Waiting })
    }

    async fn answer_one(
        &self,
        transaction: &mut dyn Transaction,
        version: i64,
        content: &OwnContent,
        words: &str,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError> {
        let id = content.id.as_str();
        let rows = transaction.query(super::own_initiatives::ONE, vec![id.into()]).await?;
        let Some(row) = rows.first() else { return Ok(false) };
        let mut one = self.read_own(&**row)?;
        words.clone_into(&mut one.proposal.words);
        let sealed = Value::Bytes(Some(one.proposal.seal(&self.keys, id)?));
        let sql = "UPDATE own_initiatives SET version = version + 1, status = 'waiting', language = $3, content = $4, sealed = $5, changed_at = $6
                   WHERE id = $1 AND version = $2 AND status = 'asked_back'";
        let values = vec![
            id.into(),
            version.into(),
            content.language.as_str().into(),
            content.json.as_str().into(),
            sealed,
            entry.at.into(),
        ];
        if transaction.execute(sql, values).await? == 0 {
            return Ok(false);
        }
        let mut detail = TrailEntry::change(OwnStatus::AskedBack.as_str(), OwnStatus::Waiting.as_str());
        detail["version"] = (version + 1).into();
        note(transaction, &about(entry, id, Deed::Changed, detail)).await?;
        let change = (Some(OwnStatus::AskedBack), OwnStatus::Waiting);
        self.stands(transaction, (id, version + 1), change, entry).await?;
        Ok(true)
    }

    /// What follows where an initiative that is made here stands somewhere else now, in the transaction that lets it: whoever decides is told
    /// that something waits, whoever has proposed it what became of it, and what is published gets its organiser. Whoever else is to hear of it
    /// is told here, too.
    pub(super) async fn stands(
        &self,
        transaction: &mut dyn Transaction,
        (id, version): (&str, i64),
        (before, to): (Option<OwnStatus>, OwnStatus),
        entry: &TrailEntry,
    ) -> Result<(), StoreError> {
        let now = entry.at;
        announce_own(transaction, id, (before, to), version, now).await?;
        if to == OwnStatus::Waiting {
            self.tell_operators(transaction, now).await?;
        }
        let sql = "SELECT * FROM proposals WHERE id = $1 AND state = 'kept'";
        let rows = transaction.query(sql, vec![id.into()]).await?;
        let Some(row) = rows.first() else { return Ok(()) };
        let found = self.read_proposal(&**row)?;
        let Some(email_h) = found.email_h else { return Ok(()) };
        let is_answered = matches!(to, OwnStatus::Declined | OwnStatus::Published | OwnStatus::Withdrawn);
        let until = now + if is_answered { ANSWERED_DAYS * DAY } else { WAITING_KEPT };
        let sql = "UPDATE proposals SET expires_at = $2, changed_at = $3 WHERE id = $1";
        transaction.execute(sql, vec![id.into(), until.into(), now.into()]).await?;
        if to == OwnStatus::Published {
            self.make_organiser(transaction, &found, &email_h, entry).await?;
        }
        if matches!(to, OwnStatus::AskedBack | OwnStatus::Declined | OwnStatus::Published) {
            let detail = json!({ "status": to.as_str(), "version": version });
            owe(transaction, &email_h, (MessageKind::ProposalAnswered, id, &detail), now).await?;
        }
        Ok(())
    }

    /// Owes whoever runs the installation the news that something waits: once a day.
    async fn tell_operators(&self, transaction: &mut dyn Transaction, now: i64) -> Result<(), StoreError> {
        let sql = "SELECT account_h FROM accounts a WHERE is_operator AND NOT EXISTS (
                       SELECT 1 FROM outbox o WHERE o.email_h = a.account_h AND o.kind = $1 AND o.created_at > $2)
                   ORDER BY created_at, id";
        let kind = MessageKind::ProposalsWait;
        let rows = transaction.query(sql, vec![kind.as_str().into(), (now - DAY).into()]).await?;
        for row in &rows {
            owe(transaction, &row.digest("account_h")?, (kind, "", &json!({})), now).await?;
        }
        Ok(())
    }

    /// Lets whoever has proposed an initiative organise it: by the account of their address, which is made where there is none.
    async fn make_organiser(
        &self,
        transaction: &mut dyn Transaction,
        found: &ProposalRecord,
        email_h: &Digest,
        entry: &TrailEntry,
    ) -> Result<(), StoreError> {
        let account = match self.locked(transaction, email_h).await? {
            Some(account) => {
                // Whoever has confirmed a proposal is there for more than an invitation.
                let sql = "UPDATE accounts SET by_invitation = $2 WHERE account_h = $1";
                transaction.execute(sql, vec![email_h.into(), false.into()]).await?;
                account
            }
            None => {
                let account = Account {
                    account_h: *email_h,
                    id: random_id()?,
                    holder: Holder { email: found.draft.email.clone(), ..Holder::default() },
                    language: found.language.clone(),
                    is_operator: false,
                    is_told: true,
                    created_at: entry.at,
                };
                self.insert_account(transaction, &account, false).await?;
                // Somebody may have made one meanwhile, with another identifier.
                self.locked(transaction, email_h).await?.unwrap_or(account)
            }
        };
        let role = TrailEntry {
            action: Deed::Role,
            detail: match entry.detail.get("by") {
                Some(by) => json!({ "by": by }),
                None => json!({}),
            },
            initiative: found.id.clone(),
            ..entry.clone()
        };
        set_role(transaction, &account.id, &found.id, Some(Role::Organiser), &role).await?;
        let sql = "UPDATE own_initiatives SET owner = $2 WHERE id = $1";
        transaction.execute(sql, vec![found.id.as_str().into(), account.id.as_str().into()]).await?;
        Ok(())
    }

    /// Erases a proposal, with its mails, and with the initiative that it is unless visitors see it or have seen it: then only who has proposed it.
    pub(super) async fn forget_proposal(
        &self,
        transaction: &mut dyn Transaction,
        id: &str,
    ) -> Result<(), StoreError> {
        let sql = "DELETE FROM proposals WHERE id = $1 RETURNING email_h";
        let rows = transaction.query(sql, vec![id.into()]).await?;
        if let Some(email_h) = rows.first().map(|row| row.bytes("email_h")).transpose()?.flatten() {
            let sql = "DELETE FROM outbox WHERE email_h = $1 AND initiative = $2
                       AND kind IN ('proposal-confirm', 'proposal-resume', 'proposal-answered')";
            transaction.execute(sql, vec![Value::Bytes(Some(email_h)), id.into()]).await?;
        }
        let sql =
            "DELETE FROM own_initiatives WHERE id = $1 AND status IN ('waiting', 'asked_back', 'declined')";
        transaction.execute(sql, vec![id.into()]).await?;
        let sealed = Value::Bytes(Some(Proposal::default().seal(&self.keys, id)?));
        transaction
            .execute("UPDATE own_initiatives SET sealed = $2 WHERE id = $1", vec![id.into(), sealed])
            .await?;
        Ok(())
    }

    /// Erases all that an address has proposed; what visitors see stays, and belongs to nobody. The account that came with it goes where it is
    /// for nothing else.
    pub(super) async fn forget_proposals_of(
        &self,
        transaction: &mut dyn Transaction,
        email_h: &Digest,
    ) -> Result<u64, StoreError> {
        let rows =
            transaction.query("SELECT id FROM proposals WHERE email_h = $1", vec![email_h.into()]).await?;
        for row in &rows {
            let id = row.string("id")?;
            self.forget_proposal(transaction, &id).await?;
            transaction
                .execute("UPDATE own_initiatives SET owner = '' WHERE id = $1", vec![id.as_str().into()])
                .await?;
            let sql = "DELETE FROM roles WHERE account_h = $1 AND initiative = $2";
            transaction.execute(sql, vec![email_h.into(), id.as_str().into()]).await?;
        }
        if !rows.is_empty() {
            let sql = "DELETE FROM accounts WHERE account_h = $1 AND NOT is_operator
                       AND NOT EXISTS (SELECT 1 FROM roles r WHERE r.account_h = accounts.account_h)";
            transaction.execute(sql, vec![email_h.into()]).await?;
        }
        Ok(rows.len() as u64)
    }
}
