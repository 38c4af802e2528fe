//! Sign-ups: stored in batches, read back decrypted.

use std::collections::HashMap;
use std::time::Duration;

use alentour_model::Use;
use async_trait::async_trait;

use super::attendances::attendance;
use super::batch::{Fault, apply};
use super::requests::offering;
use super::seats::{lock_seats, promote};
use super::snapshot::snapshot;
use super::{Database, NOBODY};
use crate::store::decide::{Plan, decide};
use crate::store::error::retried;
use crate::store::row::Row;
use crate::store::{
    Consent, Counts, Cursor, Decision, Digest, Erasure, NewSignUp, Outcome, SeatLimit, SignUpRecord,
    SignUpStore, StoreError, Waiting,
};

/// Sign-ups that an export asks for at once.
const PAGE: usize = 1000;
/// How often a batch is tried anew when another node has written the same person's sign-up meanwhile.
const TRIES: usize = 3;
/// How long a transaction may take before its connection is given up: long enough for a synchronous standby to come back,
/// short enough to notice that a machine has vanished without a word. What was written may then be stored or not.
const PATIENCE: Duration = Duration::from_secs(60);

/// A sign-up with its person's key, and its place among those of the same address and participant: 0 for the one that counts.
pub(super) const COLUMNS: &str = "s.*, p.wrapped,
    (SELECT d.decision FROM decisions d WHERE d.email_h = s.email_h AND d.id = s.id) AS decision,
    (SELECT d.at FROM decisions d WHERE d.email_h = s.email_h AND d.id = s.id) AS decided_at,
    (SELECT count(*) FROM signups e
     WHERE e.email_h = s.email_h AND e.initiative = s.initiative AND e.participant_h = s.participant_h
       AND e.id <> s.id AND s.confirmed_at IS NULL
       AND (e.confirmed_at IS NOT NULL OR e.received_at < s.received_at
            OR (e.received_at = s.received_at AND e.id < s.id))) AS earlier";

impl Database {
    async fn keep_together(&self, forms: &[NewSignUp]) -> Result<Vec<Outcome>, Fault> {
        if forms.is_empty() {
            return Ok(Vec::new());
        }
        let work = async {
            let mut transaction = self.driver.begin().await?;
            let snapshot = snapshot(&mut *transaction, forms).await?;
            let plan = decide(&self.keys, forms, snapshot)?;
            apply(&mut *transaction, &plan).await?;
            let Plan { outcomes, .. } = plan;
            transaction.commit().await?;
            Ok(outcomes)
        };
        // What is given up half-way closes its connection: nobody can say what the other end will still send. So does an
        // error: after a fault of the disk SQLite has rolled back by itself, which sqlx does not expect, and would refuse
        // to begin anything on this connection, for ever.
        tokio::time::timeout(PATIENCE, work).await.unwrap_or(Err(Fault::TimedOut))
    }

    pub(super) fn read(&self, row: &dyn Row) -> Result<SignUpRecord, StoreError> {
        let (email_h, initiative) = (row.digest("email_h")?, row.string("initiative")?);
        let (_, person) = self.opened(row, &email_h, &initiative)?;
        Ok(SignUpRecord {
            id: row.string("id")?,
            person,
            email_h,
            participant_h: row.digest("participant_h")?,
            initiative,
            received_at: row.number("received_at")?,
            confirmed_at: row.integer("confirmed_at")?,
            pending: row.flag("pending")?,
            attempt: u32::try_from(row.number("earlier")? + 1).unwrap_or(u32::MAX),
            expires_at: row.number("expires_at")?,
            attendances: Vec::new(),
            decision: Decision::parse(&row.string("decision")?).zip(row.integer("decided_at")?),
            offers: Vec::new(),
            sequence: row.number("sequence")?,
            party: row.number("party")?.try_into().unwrap_or(u32::MAX),
            language: row.string("language")?,
            consents: Vec::new(),
        })
    }

    /// Gives each sign-up its consents, what it has of sessions, and what it offers.
    pub(super) fn with_parts(
        &self,
        rows: &[Box<dyn Row>],
        consents: &[Box<dyn Row>],
        attendances: &[Box<dyn Row>],
        offers: &[Box<dyn Row>],
    ) -> Result<Vec<SignUpRecord>, StoreError> {
        let mut all = rows.iter().map(|row| self.read(&**row)).collect::<Result<Vec<_>, _>>()?;
        let places: HashMap<(Digest, String), usize> =
            all.iter().enumerate().map(|(i, one)| ((one.email_h, one.id.clone()), i)).collect();
        for row in consents {
            let name = (row.digest("email_h")?, row.string("id")?);
            if let Some(one) = places.get(&name).and_then(|place| all.get_mut(*place)) {
                one.consents.push(consent(&**row)?);
            }
        }
        for row in attendances {
            let name = (row.digest("email_h")?, row.string("id")?);
            if let Some(one) = places.get(&name).and_then(|place| all.get_mut(*place)) {
                one.attendances.push(attendance(&**row)?);
            }
        }
        for row in offers {
            let name = (row.digest("email_h")?, row.string("id")?);
            if let Some(one) = places.get(&name).and_then(|place| all.get_mut(*place)) {
                one.offers.push(offering(&**row)?);
            }
        }
        Ok(all)
    }
}

/// Their sessions' order of time, as far as it is known; then by name. Those that the feed names by their start are in
/// order by that.
pub(super) const IN_ORDER: &str = "t.starts_at IS NULL, t.starts_at, a.session";
pub(super) const ATTENDANCES: &str = "SELECT a.*, t.starts_at FROM attendances a
    LEFT JOIN seats t ON t.initiative = a.initiative AND t.session = a.session";

#[async_trait]
impl SignUpStore for Database {
    async fn keep(&self, forms: &[NewSignUp]) -> Vec<Result<Outcome, StoreError>> {
        let mut last = None;
        for _ in 0..TRIES {
            match self.keep_together(forms).await {
                Ok(outcomes) => return outcomes.into_iter().map(Ok).collect(),
                Err(fault) if fault.is_refusal() => last = Some(fault),
                Err(fault) => {
                    let why = StoreError::from(fault).to_string();
                    return forms.iter().map(|_| Err(StoreError::Database(why.clone()))).collect();
                }
            }
        }
        // One that the tables refuse must not cost the others: each for itself.
        let mut outcomes = Vec::with_capacity(forms.len());
        for form in forms {
            let outcome = match forms.len() {
                1 => Err(last.take().unwrap_or(Fault::Changed)),
                _ => self.keep_together(std::slice::from_ref(form)).await,
            };
            outcomes.push(match outcome {
                Ok(kept) => kept.into_iter().next().ok_or_else(|| StoreError::Database("no outcome".into())),
                Err(fault) => Err(fault.into()),
            });
        }
        outcomes
    }

    async fn answered(&self, key: &str) -> Result<Option<Digest>, StoreError> {
        let sql = "SELECT request_h FROM answered WHERE idem = $1";
        let rows = self.driver.read(sql, vec![key.into()]).await?;
        Ok(rows.first().map(|row| row.digest("request_h")).transpose()?)
    }

    async fn count(&self, initiative: Option<&str>) -> Result<Counts, StoreError> {
        let filter = if initiative.is_some() { "WHERE initiative = $1" } else { "WHERE initiative <> ''" };
        let sql = format!(
            "SELECT count(*) AS signups, count(confirmed_at) AS confirmed,
                    (SELECT count(confirmed_at) FROM signups WHERE initiative = '') AS alerts
             FROM (SELECT MAX(confirmed_at) AS confirmed_at FROM signups {filter}
                   GROUP BY email_h, initiative, participant_h) AS participants"
        );
        let rows = self.driver.read(&sql, initiative.map(Into::into).into_iter().collect()).await?;
        let number = |column| {
            let number = rows.first().map_or(Ok(0), |row| row.number(column))?;
            Ok::<_, sqlx::Error>(number.unsigned_abs())
        };
        Ok(Counts { signups: number("signups")?, confirmed: number("confirmed")?, alerts: number("alerts")? })
    }

    async fn page(
        &self,
        initiative: &str,
        after: Option<Cursor>,
    ) -> Result<(Vec<SignUpRecord>, Option<Cursor>), StoreError> {
        let (at, email_h, id) = after.unwrap_or((i64::MIN, NOBODY, String::new()));
        let rows = self
            .driver
            .read(
                &format!(
                    "SELECT {COLUMNS} FROM signups s JOIN persons p ON p.email_h = s.email_h
                     WHERE s.initiative = $1 AND (s.received_at, s.email_h, s.id) > ($2, $3, $4)
                     ORDER BY s.received_at, s.email_h, s.id LIMIT {PAGE}"
                ),
                vec![initiative.into(), at.into(), (&email_h).into(), id.as_str().into()],
            )
            .await?;
        let Some(last) = rows.last() else { return Ok((Vec::new(), None)) };
        let end = (last.number("received_at")?, last.digest("email_h")?, last.string("id")?);
        let of_page = vec![
            initiative.into(),
            at.into(),
            (&email_h).into(),
            id.as_str().into(),
            end.0.into(),
            (&end.1).into(),
            end.2.as_str().into(),
        ];
        let sql = |select: &str, order: &str| {
            format!(
                "{select} JOIN signups s ON s.email_h = a.email_h AND s.id = a.id
                 WHERE s.initiative = $1 AND (s.received_at, s.email_h, s.id) > ($2, $3, $4)
                   AND (s.received_at, s.email_h, s.id) <= ($5, $6, $7)
                 ORDER BY {order}"
            )
        };
        let consents = sql("SELECT a.* FROM consents a", "a.consent");
        let consents = self.driver.read(&consents, of_page.clone()).await?;
        let attendances = self.driver.read(&sql(ATTENDANCES, IN_ORDER), of_page.clone()).await?;
        let offers = self.driver.read(&sql("SELECT a.* FROM offers a", "a.need"), of_page).await?;
        let next = (rows.len() == PAGE).then_some(end);
        Ok((self.with_parts(&rows, &consents, &attendances, &offers)?, next))
    }

    async fn of_person(&self, email_h: &Digest) -> Result<Vec<SignUpRecord>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM signups s JOIN persons p ON p.email_h = s.email_h
             WHERE s.email_h = $1 ORDER BY s.received_at, s.initiative, s.id"
        );
        let rows = self.driver.read(&sql, vec![email_h.into()]).await?;
        let sql = "SELECT * FROM consents WHERE email_h = $1 ORDER BY consent";
        let consents = self.driver.read(sql, vec![email_h.into()]).await?;
        let sql = format!("{ATTENDANCES} WHERE a.email_h = $1 ORDER BY {IN_ORDER}");
        let attendances = self.driver.read(&sql, vec![email_h.into()]).await?;
        let sql = "SELECT * FROM offers WHERE email_h = $1 ORDER BY need";
        let offers = self.driver.read(sql, vec![email_h.into()]).await?;
        self.with_parts(&rows, &consents, &attendances, &offers)
    }

    async fn waiting(&self, email_h: &Digest, now: i64) -> Result<Vec<Waiting>, StoreError> {
        let all = self.of_person(email_h).await?;
        let changes = |attempt: &SignUpRecord| {
            let others = all.iter().filter(|one| {
                !one.pending
                    && one.initiative == attempt.initiative
                    && one.participant_h == attempt.participant_h
            });
            others.min_by_key(|one| one.confirmed_at.is_none()).cloned()
        };
        let attempts = all.iter().rev().filter(|one| one.pending && one.expires_at > now);
        Ok(attempts.map(|attempt| Waiting { changes: changes(attempt), attempt: attempt.clone() }).collect())
    }

    async fn lines(&self) -> Result<Vec<(String, String)>, StoreError> {
        let sql = "SELECT DISTINCT initiative, session FROM attendances WHERE state IN ('waiting', 'offered')
                   ORDER BY initiative, session";
        let rows = self.driver.read(sql, Vec::new()).await?;
        let seats = rows.iter().map(|row| Ok((row.string("initiative")?, row.string("session")?)));
        Ok(seats.collect::<Result<_, sqlx::Error>>()?)
    }

    async fn promote(
        &self,
        initiative: &str,
        session: &str,
        limit: SeatLimit,
        now: i64,
    ) -> Result<u64, StoreError> {
        retried(move || async move {
            let mut transaction = self.driver.begin().await?;
            let seat = (initiative, session);
            let count = match lock_seats(&mut *transaction, seat, limit).await? {
                Some(seats) => promote(&mut *transaction, seat, seats, now).await?,
                None => 0,
            };
            transaction.commit().await?;
            Ok(count)
        })
        .await
    }

    async fn erase(&self, what: &Erasure, now: i64) -> Result<u64, StoreError> {
        self.erase_some(what, now).await
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Changed => Self::Database("others write the same sign-up again and again".into()),
            Fault::CipherError => crate::store::CipherError.into(),
            Fault::TimedOut => Self::Database("it does not answer".into()),
            Fault::Database(error) => error.into(),
        }
    }
}

fn consent(row: &dyn Row) -> Result<Consent, sqlx::Error> {
    Ok(Consent {
        id: row.string("consent")?,
        version: row.string("version")?,
        text: row.string("text")?,
        purpose: row.string("purpose")?,
        used_for: Use::parse(&row.string("used_for")?),
        given: row.flag("given")?,
        at: row.number("at")?,
        withdrawn_at: row.integer("withdrawn_at")?,
    })
}
