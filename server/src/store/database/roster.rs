//! Who takes part in an initiative, for those who organise it.

use std::collections::HashMap;

use alentour_model::text::fold;
use async_trait::async_trait;

use super::Database;
use super::participants::{Name, name};
use super::presences::set_presence;
use super::sign_ups::{ATTENDANCES, COLUMNS, IN_ORDER};
use super::values::{NAMED, query};
use crate::store::error::retried;
use crate::store::row::Row;
use crate::store::tables::Value;
use crate::store::{
    Digest, Participant, PersonKey, RosterQuery, RosterStore, SessionTally, Standing, StoreError, Tally,
    TrailEntry,
};

/// What counts: forms that nobody has confirmed, where mail is sent, do not.
const COUNTING: &str = "s.initiative = $1 AND NOT s.pending";
/// The first Monday of 1970, UTC seconds.
const MONDAY: i64 = 4 * 86_400;
const WEEK: i64 = 7 * 86_400;
/// In the order in which they came.
pub(super) const AS_THEY_CAME: &str = "s.received_at, s.email_h, s.id";

#[async_trait]
impl RosterStore for Database {
    async fn with_sign_ups(&self, after: &str, most: u32) -> Result<Vec<String>, StoreError> {
        // One step of an index for each, however many sign-ups there are of it.
        let mut all: Vec<String> = Vec::new();
        while all.len() < most as usize {
            let after = all.last().map_or(after, String::as_str);
            let sql = "SELECT MIN(initiative) AS initiative FROM signups WHERE initiative > $1";
            let rows = self.driver.read(sql, vec![after.into()]).await?;
            match rows.first().map(|row| row.text("initiative")).transpose()?.flatten() {
                Some(initiative) => all.push(initiative),
                None => break,
            }
        }
        Ok(all)
    }

    async fn tally(&self, initiative: &str, now: i64) -> Result<Tally, StoreError> {
        let sql = format!(
            "SELECT count(*) AS signups, CAST(COALESCE(SUM(s.party), 0) AS BIGINT) AS people,
                    count(CASE WHEN d.decision = 'asked' THEN 1 END) AS asked
             FROM signups s LEFT JOIN decisions d ON d.email_h = s.email_h AND d.id = s.id WHERE {COUNTING}"
        );
        let rows = self.driver.read(&sql, vec![initiative.into()]).await?;
        let number = |column| -> Result<u64, sqlx::Error> {
            rows.first().map_or(Ok(0), |row| Ok(row.number(column)?.unsigned_abs()))
        };
        let mut tally = Tally {
            signups: number("signups")?,
            people: number("people")?,
            asked: number("asked")?,
            sessions: Vec::new(),
        };
        let mut sessions: HashMap<String, SessionTally> = HashMap::new();
        let sql = "SELECT session, state, CAST(SUM(party) AS BIGINT) AS people FROM attendances
                   WHERE initiative = $1 AND state IN ('active', 'offered', 'waiting') GROUP BY session, state";
        for row in self.driver.read(sql, vec![initiative.into()]).await? {
            let (session, people) = (row.string("session")?, row.number("people")?.unsigned_abs());
            let of = sessions.entry(session).or_default();
            match row.string("state")?.as_str() {
                "waiting" => of.waiting += people,
                _ => of.seated += people,
            }
        }
        let sql = "SELECT session, CAST(SUM(party) AS BIGINT) AS people FROM holds
                   WHERE initiative = $1 AND expires_at > $2 AND NOT waiting GROUP BY session";
        for row in self.driver.read(sql, vec![initiative.into(), now.into()]).await? {
            sessions.entry(row.string("session")?).or_default().held += row.number("people")?.unsigned_abs();
        }
        let sql = "SELECT p.session, CAST(SUM(p.came) AS BIGINT) AS people FROM presences p
                   JOIN signups s ON s.email_h = p.email_h AND s.id = p.id WHERE s.initiative = $1 GROUP BY p.session";
        for row in self.driver.read(sql, vec![initiative.into()]).await? {
            sessions.entry(row.string("session")?).or_default().came += row.number("people")?.unsigned_abs();
        }
        tally.sessions = sessions.into_iter().map(|(session, of)| SessionTally { session, ..of }).collect();
        tally.sessions.sort_by(|a, b| a.session.cmp(&b.session));
        Ok(tally)
    }

    async fn weeks(&self, initiative: &str) -> Result<Vec<(i64, u64)>, StoreError> {
        let sql = format!(
            "SELECT (s.received_at - {MONDAY}) / {WEEK} AS week, count(*) AS many FROM signups s
             WHERE {COUNTING} GROUP BY 1 ORDER BY 1"
        );
        let rows = self.driver.read(&sql, vec![initiative.into()]).await?;
        let read = |row: &dyn Row| {
            Ok::<_, sqlx::Error>((row.number("week")? * WEEK + MONDAY, row.number("many")?.unsigned_abs()))
        };
        Ok(rows.iter().map(|row| read(&**row)).collect::<Result<_, _>>()?)
    }

    async fn roster(
        &self,
        initiative: &str,
        wanted: &RosterQuery<'_>,
    ) -> Result<(Vec<Participant>, usize), StoreError> {
        let (which, parameters) = which(initiative, wanted);
        let words: Vec<String> = fold(wanted.words).split_whitespace().map(str::to_owned).collect();
        let (names, total) = if words.is_empty() && !wanted.by_name {
            let sql = format!("SELECT count(*) AS many FROM signups s WHERE {which}");
            let rows = self.driver.read(&sql, parameters.clone()).await?;
            let total = rows.first().map_or(Ok(0), |row| row.number("many"))?;
            let sql = format!(
                "SELECT s.email_h, s.id FROM signups s WHERE {which} ORDER BY {AS_THEY_CAME} LIMIT {} OFFSET {}",
                wanted.most, wanted.from
            );
            let rows = self.driver.read(&sql, parameters).await?;
            let names = rows.iter().map(|row| name(&**row)).collect::<Result<Vec<Name>, _>>()?;
            (names, usize::try_from(total).unwrap_or_default())
        } else {
            let found = self.by_words(initiative, (&which, parameters), words, wanted).await?;
            let total = found.len();
            (found.into_iter().skip(wanted.from).take(wanted.most).collect(), total)
        };
        Ok((self.participants(names).await?, total))
    }

    async fn participant(&self, initiative: &str, id: &str) -> Result<Option<Participant>, StoreError> {
        let sql = format!("SELECT s.email_h, s.id FROM signups s WHERE {COUNTING} AND s.id = $2");
        let rows = self.driver.read(&sql, vec![initiative.into(), id.into()]).await?;
        let names = rows.iter().map(|row| name(&**row)).collect::<Result<Vec<Name>, _>>()?;
        Ok(self.participants(names).await?.into_iter().next())
    }

    async fn noted_of(&self, email_h: &Digest) -> Result<Vec<Participant>, StoreError> {
        let sql = "SELECT email_h, id FROM signups WHERE email_h = $1 ORDER BY received_at, initiative, id";
        let rows = self.driver.read(sql, vec![email_h.into()]).await?;
        let names = rows.iter().map(|row| name(&**row)).collect::<Result<Vec<Name>, _>>()?;
        self.participants(names).await
    }

    async fn set_presence(
        &self,
        initiative: &str,
        session: &str,
        came: &[(String, Option<u32>)],
        entry: &TrailEntry,
    ) -> Result<u64, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let changed = set_presence(&mut *transaction, (initiative, session), came, entry).await?;
            transaction.commit().await?;
            Ok(changed)
        })
        .await
    }

    async fn set_note(
        &self,
        initiative: &str,
        id: &str,
        text: &str,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError> {
        retried(|| async {
            let mut transaction = self.driver.begin().await?;
            let done = self.set_note_once(&mut *transaction, initiative, id, text, entry).await?;
            transaction.commit().await?;
            Ok(done)
        })
        .await
    }
}

/// Which sign-ups are wanted: a condition about `s`, and its parameters.
fn which(initiative: &str, wanted: &RosterQuery<'_>) -> (String, Vec<Value>) {
    let mut parameters: Vec<Value> = vec![initiative.into()];
    let states = match wanted.standing {
        None if wanted.session.is_none() => return (COUNTING.to_owned(), parameters),
        None => "'active', 'offered', 'waiting'",
        Some(Standing::Seated) => "'active', 'offered'",
        Some(Standing::Waiting) => "'waiting'",
    };
    let of = wanted.session.map_or("", |session| {
        parameters.push(session.into());
        "AND a.session = $2"
    });
    let condition = format!(
        "{COUNTING} AND EXISTS (SELECT 1 FROM attendances a
                                WHERE a.email_h = s.email_h AND a.id = s.id {of} AND a.state IN ({states}))"
    );
    (condition, parameters)
}

impl Database {
    /// These sign-ups, in that order, with all that is beside them.
    async fn participants(&self, names: Vec<Name>) -> Result<Vec<Participant>, StoreError> {
        let rows: Vec<Vec<Value>> =
            names.iter().map(|(email_h, id)| vec![email_h.into(), id.as_str().into()]).collect();
        let mut snapshot = self.driver.snapshot().await?;
        let of = |table: &str| format!("SELECT * FROM {table} WHERE {NAMED}");
        let named = NAMED.replacen("(email_h, id)", "(s.email_h, s.id)", 1);
        let sql =
            format!("SELECT {COLUMNS} FROM signups s JOIN persons p ON p.email_h = s.email_h WHERE {named}");
        let signups = query(&mut *snapshot, &sql, rows.clone()).await?;
        let consents = query(&mut *snapshot, &(of("consents") + " ORDER BY consent"), rows.clone()).await?;
        let named = NAMED.replacen("(email_h, id)", "(a.email_h, a.id)", 1);
        let sql = format!("{ATTENDANCES} WHERE {named} ORDER BY {IN_ORDER}");
        let attendances = query(&mut *snapshot, &sql, rows.clone()).await?;
        let offers = query(&mut *snapshot, &(of("offers") + " ORDER BY need"), rows.clone()).await?;
        let presences = query(&mut *snapshot, &of("presences"), rows.clone()).await?;
        let notes = query(&mut *snapshot, &of("notes"), rows).await?;
        snapshot.commit().await?;
        let places: HashMap<&Name, usize> = names.iter().enumerate().map(|(at, name)| (name, at)).collect();
        let mut all: Vec<Option<Participant>> = names.iter().map(|_| None).collect();
        let keys: HashMap<Name, Vec<u8>> = signups
            .iter()
            .map(|row| Ok((name(&**row)?, row.bytes("wrapped")?.unwrap_or_default())))
            .collect::<Result<_, sqlx::Error>>()?;
        for record in self.with_parts(&signups, &consents, &attendances, &offers)? {
            let place = places.get(&(record.email_h, record.id.clone())).copied();
            if let Some(place) = place.and_then(|place| all.get_mut(place)) {
                *place = Some(Participant { record, came: Vec::new(), note: String::new() });
            }
        }
        for row in &presences {
            let place = places.get(&name(&**row)?).and_then(|place| all.get_mut(*place));
            if let Some(Some(one)) = place {
                one.came.push((row.string("session")?, row.number("came")?.try_into().unwrap_or(u32::MAX)));
            }
        }
        for row in &notes {
            let name = name(&**row)?;
            let place = places.get(&name).and_then(|place| all.get_mut(*place));
            if let (Some(Some(one)), Some(wrapped)) = (place, keys.get(&name)) {
                let key = PersonKey::unwrap(&self.keys, &name.0, wrapped)?;
                one.note = key.open_note(&name.0, &name.1, &row.bytes("sealed")?.unwrap_or_default())?;
            }
        }
        Ok(all.into_iter().flatten().collect())
    }
}
