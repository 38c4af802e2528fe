//! From version 1 of the tables to version 2: one row a person and initiative becomes one row a form. The same for a
//! database that is opened and for a back-up that is restored.

use super::secret::Secret;
use super::tables::{ANSWERED, CONSENTS, OUTBOX, SENDS, SIGNUPS, TABLES, Table, Type, Value};
use super::{Digest, MessageKind};

use Type::{Bytes, Flag, Integer, Text};

/// The tables that were other ones, with the columns that name a row first.
pub const OLD_TABLES: &[Table] = &[
    Table {
        name: "signups",
        columns: &[
            ("email_h", Bytes),
            ("initiative", Text),
            ("idem", Text),
            ("session", Text),
            ("party", Integer),
            ("sealed", Bytes),
            ("language", Text),
            ("received_at", Integer),
            ("confirmed_at", Integer),
            ("expires_at", Integer),
            ("keep_until", Integer),
        ],
    },
    Table {
        name: "consents",
        columns: &[
            ("email_h", Bytes),
            ("initiative", Text),
            ("consent", Text),
            ("version", Text),
            ("text", Text),
            ("purpose", Text),
            ("language", Text),
            ("given", Flag),
            ("at", Integer),
            ("withdrawn_at", Integer),
        ],
    },
    ANSWERED,
    Table {
        name: "outbox",
        columns: &[
            ("email_h", Bytes),
            ("id", Text),
            ("initiative", Text),
            ("kind", Text),
            ("sink", Text),
            ("detail", Text),
            ("created_at", Integer),
            ("next_at", Integer),
            ("attempts", Integer),
            ("error", Text),
            ("sent_at", Integer),
            ("dead_at", Integer),
        ],
    },
];

/// How many columns of an old table name a row: its primary key.
pub fn key_of(table: &Table) -> usize {
    if table.name == "consents" { 3 } else { 2 }
}

/// Numbers of the events that there were: those about a sign-up that goes on are numbered from 4.
const CREATED: i64 = 1;
const WITHDRAWN: i64 = 2;
const ERASED: i64 = 3;

/// Seconds that seats are held for those who had not confirmed yet: what a new form holds them by default.
pub const HOLD_SECONDS: i64 = 2 * 3600;

/// Seats are held for those who have not confirmed yet. `$1` is until when, UTC seconds.
pub const HOLD_SEATS: &str = "
    INSERT INTO holds (email_h, id, initiative, session, party, expires_at)
    SELECT s.email_h, s.id, s.initiative, s.session, s.party, $1
    FROM signups s JOIN seats t ON t.initiative = s.initiative AND t.session = s.session WHERE s.pending";

/// The request that made a sign-up is the first that was answered for it.
pub const NAME_REQUESTS: &str = "
    UPDATE signups SET request_h = COALESCE((
        SELECT a.request_h FROM answered a WHERE a.email_h = signups.email_h AND a.initiative = signups.initiative
        ORDER BY a.at, a.idem LIMIT 1), request_h)";

/// A row of version 1's, as rows of today's tables. `None` where it is none of that table's.
pub fn upgraded(secret: &Secret, table: &str, row: Vec<Value>) -> Option<Vec<(&'static Table, Vec<Value>)>> {
    match table {
        "signups" => sign_up(secret, row).map(|row| vec![(&SIGNUPS, row)]),
        "consents" => consent(secret, row).map(|row| vec![(&CONSENTS, row)]),
        "outbox" => message(secret, row),
        other => Some(vec![(TABLES.iter().find(|table| table.name == other)?, row)]),
    }
}

/// The id that a sign-up of version 1 was exported with.
pub fn id_of(secret: &Secret, email_h: &Value, initiative: &Value) -> Option<Value> {
    let (Value::Bytes(Some(email_h)), Value::Text(Some(initiative))) = (email_h, initiative) else {
        return None;
    };
    let email_h: Digest = email_h.as_slice().try_into().ok()?;
    Some(Value::Text(Some(secret.signup_id(&email_h, initiative))))
}

fn sign_up(secret: &Secret, row: Vec<Value>) -> Option<Vec<Value>> {
    let row: [Value; 11] = row.try_into().ok()?;
    let [
        email_h,
        initiative,
        _,
        session,
        party,
        sealed,
        language,
        received_at,
        confirmed_at,
        expires_at,
        keep_until,
    ] = row;
    // Where mail is sent, what nobody has confirmed is purged sooner than what counts.
    let pending = matches!((&confirmed_at, &expires_at, &keep_until),
        (Value::Integer(None), Value::Integer(Some(expires)), Value::Integer(Some(keep))) if expires < keep);
    Some(vec![
        email_h.clone(),
        id_of(secret, &email_h, &initiative)?,
        initiative,
        Value::from(&Digest::default()),
        session,
        party,
        sealed,
        language,
        received_at,
        Value::Flag(pending),
        confirmed_at,
        Value::Text(None),
        expires_at,
        keep_until,
        Value::from(ERASED),
    ])
}

fn consent(secret: &Secret, mut row: Vec<Value>) -> Option<Vec<Value>> {
    let id = id_of(secret, row.first()?, row.get(1)?)?;
    *row.get_mut(1)? = id;
    Some(row)
}

fn message(secret: &Secret, row: Vec<Value>) -> Option<Vec<(&'static Table, Vec<Value>)>> {
    let row: [Value; 12] = row.try_into().ok()?;
    let [email_h, id, initiative, kind, sink, detail, created_at, next_at, attempts, error, sent_at, dead_at] =
        row;
    let Value::Text(Some(word)) = &kind else { return None };
    let kind_of = MessageKind::parse(word)?;
    let sequence = match kind_of {
        MessageKind::SignedUp => CREATED,
        MessageKind::Withdrawn => WITHDRAWN,
        MessageKind::Erased => ERASED,
        _ => 0,
    };
    let signup = match (kind_of, &detail) {
        // The person is no more: the detail has the id.
        (MessageKind::Erased, Value::Text(Some(detail))) => {
            let detail: serde_json::Value = serde_json::from_str(detail).ok()?;
            Value::from(detail.get("id").and_then(serde_json::Value::as_str).unwrap_or_default())
        }
        (MessageKind::Access, _) => Value::from(""),
        _ => id_of(secret, &email_h, &initiative)?,
    };
    let mut rows = Vec::with_capacity(2);
    if kind_of.is_mail() && matches!(sent_at, Value::Integer(Some(_))) {
        rows.push((&SENDS, vec![email_h.clone(), id.clone(), sent_at.clone()]));
    }
    rows.push((
        &OUTBOX,
        vec![
            email_h,
            id,
            initiative,
            kind,
            sink,
            signup,
            Value::from(sequence),
            detail,
            created_at,
            next_at,
            attempts,
            error,
            sent_at,
            dead_at,
        ],
    ));
    Some(rows)
}
