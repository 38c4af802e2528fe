//! What both kinds of database do in the same words: included by each with its own types (`Db`, `Pool`, `Connection`), so
//! that a statement stands once and is compiled and tested twice. `$1` is a parameter to PostgreSQL and to SQLite alike.

use std::time::Duration;

use async_trait::async_trait;
use futures_util::TryStreamExt;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Connection as _, Row as _, SqlSafeStr as _};
use tokio::sync::mpsc;

use super::{BEGIN, BEGIN_SNAPSHOT, Connection, Db, FOR_UPDATE, MIGRATIONS, Pool, SKIP_LOCKED, batch};
use crate::store::decide::{NewMessage, Plan, decide};
use crate::store::secret::{Secret, hex};
use crate::store::tables::{Type, Value};
use crate::store::{
    Backlog, Confirmation, Consent, CopyStore, Counts, Cursor, Delivery, Digest, Erasure, LinkStore, LinkUse,
    MailedLink, Message, MessageKind, NewSignUp, OutboxMessage, OutboxStore, Outcome, PersonKey, Purpose,
    Rows, SecretSource, SignUpRecord, SignUpStore, Store, StoreError, TABLES, Table, Waiting,
};

type Row = <Db as sqlx::Database>::Row;

/// Sign-ups that an export asks for at once.
const PAGE: i64 = 1000;
/// Sign-ups erased in one transaction: enough to be quick, few enough not to keep the writer waiting.
const ERASED: i64 = 200;
/// Rows handed over at once when everything is copied.
const ROWS: usize = 500;
/// How often a batch is tried anew when another node has written the same person's sign-up meanwhile.
const TRIES: usize = 3;
/// Seconds that must pass before the same message goes to the same person again.
const RESEND_GAP: i64 = 600;
/// How long a transaction may take before its connection is given up: long enough for a synchronous standby to come back,
/// short enough to notice that a machine has vanished without a word. What was written may then be stored or not.
const PATIENCE: Duration = Duration::from_secs(60);
/// Whom a message is about once nobody may know.
const NOBODY: Digest = [0; 32];

/// The database.
pub struct Database {
    pub(super) writer: Pool,
    pub(super) reader: Pool,
    pub(super) secret: Secret,
}

impl Database {
    async fn keep_together(&self, arrivals: &[NewSignUp]) -> Result<Vec<Outcome>, Fault> {
        if arrivals.is_empty() {
            return Ok(Vec::new());
        }
        let mut connection = self.writer.acquire().await?;
        let work = keep_within(&mut connection, &self.secret, arrivals);
        let Ok(kept) = tokio::time::timeout(PATIENCE, work).await else {
            // Given up half-way: nobody can say what the other end will still send.
            drop(connection.detach());
            return Err(Fault::Database(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())));
        };
        if kept.is_err() {
            // After a fault of the disk SQLite has rolled back by itself, which sqlx does not expect: it would refuse to
            // begin anything on this connection, for ever (sqlx-sqlite 0.9.0, `Command::Rollback`). A connection to a
            // PostgreSQL that was replaced is no better.
            let _ = connection.close().await;
        }
        kept
    }

    fn read(&self, row: &Row) -> Result<SignUpRecord, StoreError> {
        let (email_h, initiative): (Digest, String) = (digest(row, "email_h")?, row.try_get("initiative")?);
        let key = PersonKey::unwrap(&self.secret, &email_h, row.try_get("wrapped")?)?;
        Ok(SignUpRecord {
            id: self.secret.signup_id(&email_h, &initiative),
            person: key.open(&email_h, &initiative, row.try_get("sealed")?)?,
            email_h,
            initiative,
            received_at: row.try_get("received_at")?,
            confirmed_at: row.try_get("confirmed_at")?,
            pending: row.try_get::<Option<i64>, _>("confirmed_at")?.is_none(),
            attempt: 1,
            expires_at: row.try_get("expires_at")?,
            session: row.try_get("session")?,
            party: row.try_get::<i64, _>("party")?.try_into().unwrap_or(u32::MAX),
            language: row.try_get("language")?,
            consents: Vec::new(),
        })
    }

    /// Gives each sign-up its consents. Both lists are in the same order of person and initiative, or are short.
    fn with_consents(&self, rows: &[Row], consents: &[Row]) -> Result<Vec<SignUpRecord>, StoreError> {
        let mut all = rows.iter().map(|row| self.read(row)).collect::<Result<Vec<_>, _>>()?;
        let places: std::collections::HashMap<(Digest, String), usize> =
            all.iter().enumerate().map(|(i, one)| ((one.email_h, one.initiative.clone()), i)).collect();
        for row in consents {
            let name = (digest(row, "email_h")?, row.try_get("initiative")?);
            if let Some(one) = places.get(&name).and_then(|place| all.get_mut(*place)) {
                one.consents.push(consent(row)?);
            }
        }
        Ok(all)
    }

    /// The initiative of the sign-up with that id.
    async fn initiative_of(
        &self,
        connection: &mut Connection,
        email_h: &Digest,
        id: &str,
    ) -> Result<Option<String>, sqlx::Error> {
        let all: Vec<String> = sqlx::query_scalar("SELECT initiative FROM signups WHERE email_h = $1")
            .bind(&email_h[..])
            .fetch_all(connection)
            .await?;
        Ok(all.into_iter().find(|initiative| self.secret.signup_id(email_h, initiative) == id))
    }

    async fn erase_within(
        &self,
        connection: &mut Connection,
        what: &Erasure,
        now: i64,
    ) -> Result<u64, sqlx::Error> {
        let one = match what {
            Erasure::One(email_h, id) => match self.initiative_of(connection, email_h, id).await? {
                Some(initiative) => initiative,
                None => return Ok(0),
            },
            _ => String::new(),
        };
        let (email_h, initiative, expired) = match what {
            Erasure::One(email_h, _) => (Some(email_h), Some(one.as_str()), None),
            Erasure::Person(email_h) => (Some(email_h), None, None),
            Erasure::Expired(at) => (None, None, Some(*at)),
        };
        let rows = sqlx::query(AssertSqlSafe(format!(
            "SELECT email_h, initiative, session, party FROM signups
             WHERE ($1 IS NULL OR email_h = $1) AND ($2 IS NULL OR initiative = $2) AND ($3 IS NULL OR expires_at <= $3)
             ORDER BY expires_at, email_h LIMIT $4 {FOR_UPDATE}"
        )))
        .bind(email_h.map(|email_h| &email_h[..]))
        .bind(initiative)
        .bind(expired)
        .bind(ERASED)
        .fetch_all(&mut *connection)
        .await?;
        for row in &rows {
            let (email_h, initiative) = (digest(row, "email_h")?, row.try_get::<&str, _>("initiative")?);
            sqlx::query(
                "UPDATE seats SET taken = CASE WHEN taken > $1 THEN taken - $1 ELSE 0 END
                 WHERE initiative = $2 AND session = $3",
            )
            .bind(row.try_get::<i64, _>("party")?)
            .bind(initiative)
            .bind(row.try_get::<Option<&str>, _>("session")?.unwrap_or_default())
            .execute(&mut *connection)
            .await?;
            let heard = heard(connection, &email_h, initiative).await?;
            sqlx::query("DELETE FROM outbox WHERE email_h = $1 AND initiative = $2")
                .bind(&email_h[..])
                .bind(initiative)
                .execute(&mut *connection)
                .await?;
            for sink in heard {
                let debt = Message { kind: MessageKind::Erased, sink };
                let mut debt = NewMessage::new(&self.secret, &email_h, initiative, &debt, now);
                debt.email_h = NOBODY;
                debt.detail =
                    serde_json::json!({ "id": self.secret.signup_id(&email_h, initiative) }).to_string();
                owe_one(connection, &debt).await?;
            }
            sqlx::query("DELETE FROM signups WHERE email_h = $1 AND initiative = $2")
                .bind(&email_h[..])
                .bind(initiative)
                .execute(&mut *connection)
                .await?;
            forget(connection, &email_h).await?;
        }
        if let (Erasure::Person(email_h), true) = (what, rows.is_empty()) {
            forget(connection, email_h).await?;
        }
        Ok(rows.len() as u64)
    }
}

#[async_trait]
impl SignUpStore for Database {
    async fn keep(&self, arrivals: &[NewSignUp]) -> Vec<Result<Outcome, StoreError>> {
        let mut last = None;
        for _ in 0..TRIES {
            match self.keep_together(arrivals).await {
                Ok(outcomes) => return outcomes.into_iter().map(Ok).collect(),
                Err(fault) if fault.is_refusal() => last = Some(fault),
                Err(fault) => {
                    let why = StoreError::from(fault).to_string();
                    return arrivals.iter().map(|_| Err(StoreError::Database(why.clone()))).collect();
                }
            }
        }
        // One that the tables refuse must not cost the others: each for itself.
        let mut outcomes = Vec::with_capacity(arrivals.len());
        for arrival in arrivals {
            let outcome = match arrivals.len() {
                1 => Err(last.take().unwrap_or(Fault::Changed)),
                _ => self.keep_together(std::slice::from_ref(arrival)).await,
            };
            outcomes.push(match outcome {
                Ok(kept) => kept.first().copied().ok_or_else(|| StoreError::Database("no outcome".into())),
                Err(fault) => Err(fault.into()),
            });
        }
        outcomes
    }

    async fn answered(&self, key: &str) -> Result<Option<Digest>, StoreError> {
        let row = sqlx::query("SELECT request_h FROM answered WHERE idem = $1")
            .bind(key)
            .fetch_optional(&self.reader)
            .await?;
        Ok(row.map(|row| digest(&row, "request_h")).transpose()?)
    }

    async fn count(&self, initiative: Option<&str>) -> Result<Counts, StoreError> {
        let row = sqlx::query(
            "SELECT count(*), count(confirmed_at) FROM signups WHERE CAST($1 AS TEXT) IS NULL OR initiative = $1",
        )
        .bind(initiative)
        .fetch_one(&self.reader)
        .await?;
        Ok(Counts { signups: number(&row, 0)?, confirmed: number(&row, 1)? })
    }

    async fn page(
        &self,
        initiative: &str,
        after: Option<Cursor>,
    ) -> Result<(Vec<SignUpRecord>, Option<Cursor>), StoreError> {
        let (at, email_h, _) = after.unwrap_or((i64::MIN, NOBODY, String::new()));
        let rows = sqlx::query(
            "SELECT s.*, p.wrapped FROM signups s JOIN persons p ON p.email_h = s.email_h
             WHERE s.initiative = $1 AND (s.received_at, s.email_h) > ($2, $3)
             ORDER BY s.received_at, s.email_h LIMIT $4",
        )
        .bind(initiative)
        .bind(at)
        .bind(&email_h[..])
        .bind(PAGE)
        .fetch_all(&self.reader)
        .await?;
        let Some(last) = rows.last() else { return Ok((Vec::new(), None)) };
        let end = (last.try_get("received_at")?, digest(last, "email_h")?);
        let consents = sqlx::query(
            "SELECT c.* FROM consents c JOIN signups s ON s.email_h = c.email_h AND s.initiative = c.initiative
             WHERE s.initiative = $1 AND (s.received_at, s.email_h) > ($2, $3) AND (s.received_at, s.email_h) <= ($4, $5)
             ORDER BY c.consent",
        )
        .bind(initiative)
        .bind(at)
        .bind(&email_h[..])
        .bind(end.0)
        .bind(&end.1[..])
        .fetch_all(&self.reader)
        .await?;
        let next = (rows.len() as i64 == PAGE).then_some((end.0, end.1, String::new()));
        Ok((self.with_consents(&rows, &consents)?, next))
    }

    async fn of_person(&self, email_h: &Digest) -> Result<Vec<SignUpRecord>, StoreError> {
        let rows = sqlx::query(
            "SELECT s.*, p.wrapped FROM signups s JOIN persons p ON p.email_h = s.email_h
             WHERE s.email_h = $1 ORDER BY s.received_at, s.initiative",
        )
        .bind(&email_h[..])
        .fetch_all(&self.reader)
        .await?;
        let consents = sqlx::query("SELECT * FROM consents WHERE email_h = $1 ORDER BY consent")
            .bind(&email_h[..])
            .fetch_all(&self.reader)
            .await?;
        self.with_consents(&rows, &consents)
    }

    async fn waiting(&self, email_h: &Digest, now: i64) -> Result<Vec<Waiting>, StoreError> {
        let mut all = self.of_person(email_h).await?;
        all.retain(|one| one.pending && one.expires_at > now);
        Ok(all.into_iter().rev().map(|attempt| Waiting { attempt, changes: None }).collect())
    }

    async fn erase(&self, what: &Erasure, now: i64) -> Result<u64, StoreError> {
        let mut connection = self.writer.acquire().await?;
        let mut transaction = connection.begin_with(BEGIN).await?;
        if let Erasure::Expired(at) = what {
            for statement in
                ["DELETE FROM spent WHERE expires_at <= $1", "DELETE FROM tokens WHERE expires_at <= $1"]
            {
                sqlx::query(statement).bind(at).execute(&mut *transaction).await?;
            }
        }
        let erased = self.erase_within(&mut transaction, what, now).await?;
        transaction.commit().await?;
        Ok(erased)
    }
}

#[async_trait]
impl LinkStore for Database {
    async fn create_link(&self, hash: &Digest, token: &MailedLink) -> Result<(), StoreError> {
        // From the persons, so that nothing is granted to somebody who has been erased meanwhile.
        sqlx::query(
            "INSERT INTO tokens (email_h, hash, initiative, purpose, expires_at)
             SELECT email_h, $2, $3, $4, $5 FROM persons WHERE email_h = $1 ON CONFLICT DO NOTHING",
        )
        .bind(&token.email_h[..])
        .bind(&hash[..])
        .bind(&token.initiative)
        .bind(token.purpose.as_str())
        .bind(token.expires_at)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    async fn link(&self, hash: &Digest, now: i64) -> Result<Option<MailedLink>, StoreError> {
        let mut connection = self.reader.acquire().await?;
        Ok(token_of(&mut connection, hash, now).await?)
    }

    async fn confirm(
        &self,
        hash: &Digest,
        id: &str,
        sinks: &[String],
        now: i64,
    ) -> Result<Confirmation, StoreError> {
        let mut connection = self.writer.acquire().await?;
        let mut transaction = connection.begin_with(BEGIN).await?;
        let link = token_of(&mut transaction, hash, now).await?;
        let Some(link) = link.filter(|link| link.purpose == Purpose::Confirm) else {
            return Ok(Confirmation::UnknownLink);
        };
        let Some(initiative) = self.initiative_of(&mut transaction, &link.email_h, id).await? else {
            return Ok(Confirmation::Gone);
        };
        let first = sqlx::query(
            "UPDATE signups SET confirmed_at = $1, expires_at = keep_until
             WHERE email_h = $2 AND initiative = $3 AND confirmed_at IS NULL",
        )
        .bind(now)
        .bind(&link.email_h[..])
        .bind(&initiative)
        .execute(&mut *transaction)
        .await?;
        if first.rows_affected() == 0 {
            return Ok(Confirmation::Before);
        }
        for sink in sinks {
            let message = Message { kind: MessageKind::SignedUp, sink: sink.clone() };
            let message = NewMessage::new(&self.secret, &link.email_h, &initiative, &message, now);
            owe_one(&mut transaction, &message).await?;
        }
        transaction.commit().await?;
        Ok(Confirmation::Now)
    }

    async fn dismiss(&self, hash: &Digest, now: i64) -> Result<LinkUse, StoreError> {
        let Some(link) = self.link(hash, now).await?.filter(|link| link.purpose == Purpose::Confirm) else {
            return Ok(LinkUse::Unknown);
        };
        let waiting = self.waiting(&link.email_h, now).await?;
        for waiting in &waiting {
            self.erase(&Erasure::One(link.email_h, waiting.attempt.id.clone()), now).await?;
        }
        Ok(if waiting.is_empty() { LinkUse::Before } else { LinkUse::Now })
    }

    async fn withdraw(
        &self,
        hash: &Digest,
        id: &str,
        consent: &str,
        now: i64,
    ) -> Result<LinkUse, StoreError> {
        let mut connection = self.writer.acquire().await?;
        let mut transaction = connection.begin_with(BEGIN).await?;
        let (used, token) = use_token(&mut transaction, hash, Purpose::Access, now).await?;
        if let (LinkUse::Now, Some(token)) = (used, token) {
            let initiative =
                self.initiative_of(&mut transaction, &token.email_h, id).await?.unwrap_or_default();
            let initiative = initiative.as_str();
            let changed = sqlx::query(
                "UPDATE consents SET withdrawn_at = $1
                 WHERE email_h = $2 AND initiative = $3 AND consent = $4 AND given AND withdrawn_at IS NULL",
            )
            .bind(now)
            .bind(&token.email_h[..])
            .bind(initiative)
            .bind(consent)
            .execute(&mut *transaction)
            .await?;
            let heard = match changed.rows_affected() {
                0 => Vec::new(),
                _ => heard(&mut transaction, &token.email_h, initiative).await?,
            };
            for sink in heard {
                let debt = Message { kind: MessageKind::Withdrawn, sink };
                let mut debt = NewMessage::new(&self.secret, &token.email_h, initiative, &debt, now);
                // One message a consent: two may be taken back.
                debt.id =
                    hex(&self.secret.digest("message", format!("{} {consent}", debt.id).as_bytes())[..16]);
                debt.detail = serde_json::json!({ "consent": consent }).to_string();
                owe_one(&mut transaction, &debt).await?;
            }
        }
        transaction.commit().await?;
        Ok(used)
    }

    async fn erase_by_link(&self, hash: &Digest, id: Option<&str>, now: i64) -> Result<LinkUse, StoreError> {
        let mut connection = self.writer.acquire().await?;
        let mut transaction = connection.begin_with(BEGIN).await?;
        let (used, token) = use_token(&mut transaction, hash, Purpose::Access, now).await?;
        if let (LinkUse::Now, Some(token)) = (used, token) {
            let what = match id {
                None => Erasure::Person(token.email_h),
                Some(id) => Erasure::One(token.email_h, id.to_owned()),
            };
            // A person has few sign-ups, but whoever has many is erased no less.
            while self.erase_within(&mut transaction, &what, now).await? == ERASED as u64 {}
        }
        transaction.commit().await?;
        Ok(used)
    }
}

#[async_trait]
impl OutboxStore for Database {
    async fn enqueue(&self, email_h: &Digest, kind: MessageKind, now: i64) -> Result<(), StoreError> {
        let debt = NewMessage::new(&self.secret, email_h, "", &Message { kind, sink: String::new() }, now);
        sqlx::query(
            "INSERT INTO outbox (email_h, id, initiative, kind, sink, detail, created_at, next_at)
             SELECT email_h, $2, '', $3, '', '{}', $4, $4 FROM persons WHERE email_h = $1
             ON CONFLICT (email_h, id) DO UPDATE SET created_at = $4, next_at = $4, attempts = 0, error = NULL,
                                                     sent_at = NULL, dead_at = NULL
             WHERE outbox.created_at <= $5",
        )
        .bind(&email_h[..])
        .bind(&debt.id)
        .bind(kind.as_str())
        .bind(now)
        .bind(now - RESEND_GAP)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    async fn claim(&self, now: i64, lease: i64, most: u32) -> Result<Vec<OutboxMessage>, StoreError> {
        let rows = sqlx::query(AssertSqlSafe(format!(
            "UPDATE outbox SET next_at = $1, attempts = attempts + 1
             WHERE (email_h, id) IN (
                 SELECT email_h, id FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL AND next_at <= $2
                 ORDER BY next_at LIMIT $3 {SKIP_LOCKED})
             RETURNING *"
        )))
        .bind(now + lease)
        .bind(now)
        .bind(i64::from(most))
        .fetch_all(&self.writer)
        .await?;
        Ok(rows.iter().map(owed).collect::<Result<_, _>>()?)
    }

    async fn record_delivery(&self, owed: &OutboxMessage, delivery: &Delivery) -> Result<(), StoreError> {
        let (next_at, error, sent_at, dead_at) = match delivery {
            // What tells of an erasure is itself forgotten.
            Delivery::Sent(_) | Delivery::Unneeded(_) if owed.kind == MessageKind::Erased => {
                sqlx::query("DELETE FROM outbox WHERE email_h = $1 AND id = $2")
                    .bind(&owed.email_h[..])
                    .bind(&owed.id)
                    .execute(&self.writer)
                    .await?;
                return Ok(());
            }
            Delivery::Sent(at) | Delivery::Unneeded(at) => (None, None, Some(*at), None),
            Delivery::Later(at, why) => (Some(*at), Some(why), None, None),
            Delivery::Dead(at, why) => (None, Some(why), None, Some(*at)),
        };
        // Not one that has been owed anew meanwhile.
        sqlx::query(
            "UPDATE outbox SET next_at = COALESCE($1, next_at), error = $2, sent_at = $3, dead_at = $4
             WHERE email_h = $5 AND id = $6 AND created_at = $7",
        )
        .bind(next_at)
        .bind(error)
        .bind(sent_at)
        .bind(dead_at)
        .bind(&owed.email_h[..])
        .bind(&owed.id)
        .bind(owed.created_at)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    async fn mails_since(&self, email_h: &Digest, since: i64) -> Result<u64, StoreError> {
        let row =
            sqlx::query("SELECT count(*) FROM outbox WHERE email_h = $1 AND sink = '' AND sent_at >= $2")
                .bind(&email_h[..])
                .bind(since)
                .fetch_one(&self.reader)
                .await?;
        Ok(number(&row, 0)?)
    }

    async fn backlog(&self) -> Result<Backlog, StoreError> {
        let row = sqlx::query(
            "SELECT count(*), min(created_at), (SELECT count(*) FROM outbox WHERE dead_at IS NOT NULL)
             FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL",
        )
        .fetch_one(&self.reader)
        .await?;
        Ok(Backlog { waiting: number(&row, 0)?, oldest: row.try_get(1)?, dead: number(&row, 2)? })
    }

    async fn outbox(&self, dead: bool, most: u32) -> Result<Vec<OutboxMessage>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM outbox WHERE sent_at IS NULL AND (dead_at IS NOT NULL) = $1 ORDER BY created_at, id LIMIT $2",
        )
        .bind(dead)
        .bind(i64::from(most))
        .fetch_all(&self.reader)
        .await?;
        Ok(rows.iter().map(owed).collect::<Result<_, _>>()?)
    }

    async fn retry(&self, id: Option<&str>, now: i64) -> Result<u64, StoreError> {
        let retried = sqlx::query(
            "UPDATE outbox SET dead_at = NULL, next_at = $1, attempts = 0
             WHERE dead_at IS NOT NULL AND (CAST($2 AS TEXT) IS NULL OR id = $2)",
        )
        .bind(now)
        .bind(id)
        .execute(&self.writer)
        .await?;
        Ok(retried.rows_affected())
    }
}

#[async_trait]
impl CopyStore for Database {
    async fn dump(&self, to: mpsc::Sender<Rows>) -> Result<(), StoreError> {
        let mut connection = self.reader.acquire().await?;
        let mut transaction = connection.begin_with(BEGIN_SNAPSHOT).await?;
        let gone = || StoreError::Database("nobody takes the rows any more".into());
        for table in TABLES {
            let statement = AssertSqlSafe(format!("SELECT {} FROM {}", table.column_names(), table.name));
            let mut rows = sqlx::query(statement).fetch(&mut *transaction);
            let mut some = Vec::with_capacity(ROWS);
            while let Some(row) = rows.try_next().await? {
                some.push(values(table, &row)?);
                if some.len() == ROWS {
                    to.send((table, std::mem::take(&mut some))).await.map_err(|_| gone())?;
                }
            }
            to.send((table, some)).await.map_err(|_| gone())?;
        }
        Ok(())
    }

    async fn restore(&self, table: &'static Table, rows: &[Vec<Value>]) -> Result<(), StoreError> {
        let places: Vec<String> = (1..=table.columns.len()).map(|i| format!("${i}")).collect();
        let statement =
            format!("INSERT INTO {} ({}) VALUES ({})", table.name, table.column_names(), places.join(", "));
        let mut connection = self.writer.acquire().await?;
        let mut transaction = connection.begin_with(BEGIN).await?;
        for row in rows {
            let mut query = sqlx::query(AssertSqlSafe(statement.clone()));
            for value in row {
                query = match value {
                    Value::Bytes(bytes) => query.bind(bytes.as_deref()),
                    Value::Text(text) => query.bind(text.as_deref()),
                    Value::Integer(number) => query.bind(*number),
                    Value::Flag(flag) => query.bind(*flag),
                };
            }
            query.execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }
}

#[async_trait]
impl Store for Database {
    fn secret(&self) -> &Secret {
        &self.secret
    }

    async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT count(*) FROM meta").fetch_one(&self.reader).await?;
        Ok(())
    }

    async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }
}

/// Brings the tables up to date, and uses the secret with them. `unusable` says whose trouble it is.
pub async fn prepare(
    writer: &Pool,
    secret: &SecretSource,
    unusable: impl Fn(String) -> StoreError,
) -> Result<Secret, StoreError> {
    let migration = |&(version, name, sql): &(i64, &'static str, &'static str)| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    let migrator = Migrator::with_migrations(MIGRATIONS.iter().map(migration).collect());
    migrator.run(writer).await.map_err(|error| unusable(error.to_string()))?;
    settle_secret(writer, secret).await.map_err(|error| match error {
        StoreError::Unusable(why) => unusable(why),
        other => other,
    })
}

/// Uses the secret with this database: refused where another one made what it holds.
async fn settle_secret(writer: &Pool, given: &SecretSource) -> Result<Secret, StoreError> {
    let unusable = |why: String| StoreError::Unusable(why);
    let mut connection = writer.acquire().await?;
    let mut transaction = connection.begin_with(BEGIN).await?;
    let check = sqlx::query("SELECT value FROM meta WHERE name = 'secret_check'")
        .fetch_optional(&mut *transaction)
        .await?;
    let check: Option<Vec<u8>> = check.map(|row| row.try_get(0)).transpose()?;
    let secret = given.settle(check.is_none()).map_err(unusable)?;
    let print = secret.digest("check", b"");
    match check {
        Some(check) if check == print => {}
        Some(_) => {
            return Err(unusable(
                "its sign-ups were stored with another secret: give that one (ALENTOUR_SECRET or --secret-file)".into(),
            ));
        }
        None => {
            sqlx::query("INSERT INTO meta (name, value) VALUES ('secret_check', $1)")
                .bind(&print[..])
                .execute(&mut *transaction)
                .await?;
        }
    }
    transaction.commit().await?;
    Ok(secret)
}

/// Why a batch was not stored.
#[derive(Debug)]
pub enum Fault {
    /// Somebody else wrote what the decision was based on, meanwhile.
    Changed,
    /// A person's key cannot be unwrapped.
    Unreadable,
    /// The database.
    Database(sqlx::Error),
}

impl Fault {
    /// Whether the tables refused what was written, as opposed to the disk, a lock or the database itself.
    fn is_refusal(&self) -> bool {
        match self {
            Self::Changed | Self::Unreadable => true,
            Self::Database(error) => error.as_database_error().is_some_and(|error| {
                error.is_unique_violation()
                    || error.is_foreign_key_violation()
                    || error.is_check_violation()
                    // Serialization failure, deadlock: the other one's batch went first.
                    || matches!(error.code().as_deref(), Some("40001" | "40P01"))
            }),
        }
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Changed => Self::Database("others write the same sign-up again and again".into()),
            Fault::Unreadable => crate::store::Unreadable.into(),
            Fault::Database(error) => error.into(),
        }
    }
}

async fn keep_within(
    connection: &mut Connection,
    secret: &Secret,
    arrivals: &[NewSignUp],
) -> Result<Vec<Outcome>, Fault> {
    let mut transaction = connection.begin_with(BEGIN).await?;
    let snapshot = batch::snapshot(&mut transaction, arrivals).await?;
    let plan = decide(secret, arrivals, snapshot).map_err(|_| Fault::Unreadable)?;
    if !batch::apply(&mut transaction, &plan).await? {
        return Err(Fault::Changed);
    }
    for debt in plan.owed.iter().filter(|debt| debt.kind == MessageKind::Again) {
        owe_again(&mut transaction, debt).await?;
    }
    let Plan { outcomes, .. } = plan;
    transaction.commit().await?;
    Ok(outcomes)
}

/// Owes a message that may have been owed, and sent, before: once within [`RESEND_GAP`].
async fn owe_again(connection: &mut Connection, debt: &NewMessage) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO outbox (email_h, id, initiative, kind, sink, detail, created_at, next_at)
         VALUES ($1, $2, $3, $4, '', $5, $6, $6)
         ON CONFLICT (email_h, id) DO UPDATE SET
             detail = excluded.detail, created_at = excluded.created_at, next_at = excluded.next_at, attempts = 0,
             error = NULL, dead_at = NULL, sent_at = NULL
         WHERE outbox.sent_at IS NULL OR outbox.created_at <= $7",
    )
    .bind(&debt.email_h[..])
    .bind(&debt.id)
    .bind(&debt.initiative)
    .bind(debt.kind.as_str())
    .bind(&debt.detail)
    .bind(debt.at)
    .bind(debt.at - RESEND_GAP)
    .execute(connection)
    .await?;
    Ok(())
}

/// Owes a message once.
async fn owe_one(connection: &mut Connection, debt: &NewMessage) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO outbox (email_h, id, initiative, kind, sink, detail, created_at, next_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (email_h, id) DO NOTHING",
    )
    .bind(&debt.email_h[..])
    .bind(&debt.id)
    .bind(&debt.initiative)
    .bind(debt.kind.as_str())
    .bind(&debt.sink)
    .bind(&debt.detail)
    .bind(debt.at)
    .execute(connection)
    .await?;
    Ok(())
}

/// The sinks that may have heard of a sign-up: they hear what becomes of it, nobody else has anything to forget.
async fn heard(
    connection: &mut Connection,
    email_h: &Digest,
    initiative: &str,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT sink FROM outbox WHERE email_h = $1 AND initiative = $2 AND kind = $3 AND attempts > 0 ORDER BY sink",
    )
    .bind(&email_h[..])
    .bind(initiative)
    .bind(MessageKind::SignedUp.as_str())
    .fetch_all(connection)
    .await
}

/// Drops a person's key and links, and the messages to them, if no sign-up of theirs is left.
async fn forget(connection: &mut Connection, email_h: &Digest) -> Result<(), sqlx::Error> {
    let gone = sqlx::query(
        "DELETE FROM persons WHERE email_h = $1 AND NOT EXISTS (SELECT 1 FROM signups WHERE email_h = $1)",
    )
    .bind(&email_h[..])
    .execute(&mut *connection)
    .await?;
    if gone.rows_affected() > 0 {
        sqlx::query("DELETE FROM outbox WHERE email_h = $1").bind(&email_h[..]).execute(connection).await?;
    }
    Ok(())
}

async fn token_of(
    connection: &mut Connection,
    hash: &Digest,
    now: i64,
) -> Result<Option<MailedLink>, sqlx::Error> {
    let row = sqlx::query("SELECT * FROM tokens WHERE hash = $1 AND expires_at > $2")
        .bind(&hash[..])
        .bind(now)
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(MailedLink {
        email_h: digest(&row, "email_h")?,
        initiative: row.try_get("initiative")?,
        purpose: match row.try_get("purpose")? {
            "confirm" => Purpose::Confirm,
            _ => Purpose::Access,
        },
        expires_at: row.try_get("expires_at")?,
        used_at: row.try_get("used_at")?,
    }))
}

/// Marks a link as used. One statement decides, so that of two uses at once one is the first.
async fn use_token(
    connection: &mut Connection,
    hash: &Digest,
    purpose: Purpose,
    now: i64,
) -> Result<(LinkUse, Option<MailedLink>), sqlx::Error> {
    let marked = sqlx::query(
        "UPDATE tokens SET used_at = $1 WHERE hash = $2 AND purpose = $3 AND expires_at > $1 AND used_at IS NULL",
    )
    .bind(now)
    .bind(&hash[..])
    .bind(purpose.as_str())
    .execute(&mut *connection)
    .await?;
    let token = token_of(connection, hash, now).await?.filter(|token| token.purpose == purpose);
    let used = match (&token, marked.rows_affected()) {
        (None, _) => LinkUse::Unknown,
        (Some(_), 0) => LinkUse::Before,
        (Some(_), _) => LinkUse::Now,
    };
    Ok((used, token))
}

/// A digest in a column. One of another length cannot be equal to any.
pub(super) fn digest(row: &Row, column: &str) -> Result<Digest, sqlx::Error> {
    Ok(row.try_get::<&[u8], _>(column)?.try_into().unwrap_or(NOBODY))
}

fn number(row: &Row, column: usize) -> Result<u64, sqlx::Error> {
    Ok(row.try_get::<i64, _>(column)?.unsigned_abs())
}

fn consent(row: &Row) -> Result<Consent, sqlx::Error> {
    Ok(Consent {
        id: row.try_get("consent")?,
        version: row.try_get("version")?,
        text: row.try_get("text")?,
        purpose: row.try_get("purpose")?,
        given: row.try_get("given")?,
        at: row.try_get("at")?,
        withdrawn_at: row.try_get("withdrawn_at")?,
    })
}

fn owed(row: &Row) -> Result<OutboxMessage, sqlx::Error> {
    let kind: &str = row.try_get("kind")?;
    Ok(OutboxMessage {
        id: row.try_get("id")?,
        email_h: digest(row, "email_h")?,
        initiative: row.try_get("initiative")?,
        kind: MessageKind::parse(kind).ok_or_else(|| sqlx::Error::Decode(format!("kind {kind}").into()))?,
        sink: row.try_get("sink")?,
        signup: None,
        sequence: None,
        detail: row.try_get("detail")?,
        created_at: row.try_get("created_at")?,
        attempts: row.try_get::<i64, _>("attempts")?.try_into().unwrap_or(u32::MAX),
        error: row.try_get("error")?,
        dead_at: row.try_get("dead_at")?,
    })
}

fn values(table: &Table, row: &Row) -> Result<Vec<Value>, sqlx::Error> {
    let value = |(column, (_, kind)): (usize, &(&str, Type))| {
        Ok(match kind {
            Type::Bytes => Value::Bytes(row.try_get(column)?),
            Type::Text => Value::Text(row.try_get(column)?),
            Type::Integer => Value::Integer(row.try_get(column)?),
            Type::Flag => Value::Flag(row.try_get(column)?),
        })
    };
    table.columns.iter().enumerate().map(value).collect()
}
