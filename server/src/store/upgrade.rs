//! From earlier versions of the tables to today's. In version 1 a person and an initiative had one row; in version 2 each form
//! had one, with one session and one participant. The same for a database that is opened and for a back-up that is
//! restored.

use super::secret::Secret;
use super::tables::{
    ACCOUNTS, ANSWERED, ATTENDANCES, HOLDS, OUTBOX, SENDS, SIGNUPS, TABLES, Table, Type, Value,
};
use super::{AttendanceState, Digest, MessageKind};

use Type::{Bytes, Flag, Integer, Text};

/// The tables that were other ones in version 1, with the columns that name a row first.
pub const V1_TABLES: &[Table] = &[
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

/// The tables that were other ones in version 2.
const V2_TABLES: &[Table] = &[
    Table {
        name: "signups",
        columns: &[
            ("email_h", Bytes),
            ("id", Text),
            ("initiative", Text),
            ("request_h", Bytes),
            ("session", Text),
            ("party", Integer),
            ("sealed", Bytes),
            ("language", Text),
            ("received_at", Integer),
            ("pending", Flag),
            ("confirmed_at", Integer),
            ("change_id", Text),
            ("expires_at", Integer),
            ("keep_until", Integer),
            ("sequence", Integer),
        ],
    },
    Table {
        name: "seats",
        columns: &[("initiative", Text), ("session", Text), ("capacity", Integer), ("taken", Integer)],
    },
    Table {
        name: "holds",
        columns: &[
            ("email_h", Bytes),
            ("id", Text),
            ("initiative", Text),
            ("session", Text),
            ("party", Integer),
            ("expires_at", Integer),
        ],
    },
    Table {
        name: "tokens",
        columns: &[
            ("email_h", Bytes),
            ("hash", Bytes),
            ("initiative", Text),
            ("purpose", Text),
            ("expires_at", Integer),
            ("used_at", Integer),
        ],
    },
];

/// The table that was another one until version 5.
const V5_TABLES: &[Table] = &[Table {
    name: "consents",
    columns: &[
        ("email_h", Bytes),
        ("id", Text),
        ("consent", Text),
        ("version", Text),
        ("text", Text),
        ("purpose", Text),
        ("language", Text),
        ("given", Flag),
        ("at", Integer),
        ("withdrawn_at", Integer),
    ],
}];

/// The tables that were others until version 7.
const V7_TABLES: &[Table] = &[
    Table {
        name: "venues",
        columns: &[("initiative", Text), ("session", Text), ("sealed", Bytes), ("changed_at", Integer)],
    },
    Table {
        name: "accounts",
        columns: &[
            ("account_h", Bytes),
            ("id", Text),
            ("sealed", Bytes),
            ("language", Text),
            ("is_operator", Flag),
            ("created_at", Integer),
        ],
    },
];

/// The table that was another one until version 9.
const V9_TABLES: &[Table] = &[Table {
    name: "accounts",
    columns: &[
        ("account_h", Bytes),
        ("id", Text),
        ("sealed", Bytes),
        ("language", Text),
        ("is_operator", Flag),
        ("created_at", Integer),
        ("by_invitation", Flag),
    ],
}];

/// A table as it was in a version.
pub fn table(name: &str, version: u32) -> Option<&'static Table> {
    let tables =
        [(2, V1_TABLES), (3, V2_TABLES), (6, V5_TABLES), (8, V7_TABLES), (10, V9_TABLES), (u32::MAX, TABLES)];
    let tables = tables.into_iter().filter(|(until, _)| version < *until).map(|(_, tables)| tables);
    tables.flatten().find(|table| table.name == name)
}

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
    INSERT INTO holds (email_h, id, session, initiative, party, waiting, expires_at)
    SELECT a.email_h, a.id, a.session, a.initiative, a.party, FALSE, $1
    FROM attendances a JOIN seats t ON t.initiative = a.initiative AND t.session = a.session
    WHERE a.state = 'asked'";

/// The request that made a sign-up is the first that was answered for it.
pub const NAME_REQUESTS: &str = "
    UPDATE signups SET request_h = COALESCE((
        SELECT a.request_h FROM answered a WHERE a.email_h = signups.email_h AND a.initiative = signups.initiative
        ORDER BY a.at, a.idem LIMIT 1), request_h)";

/// A row of an earlier version's table, as rows of today's tables. `None` where it is none of that table's.
pub fn upgraded(
    secret: &Secret,
    version: u32,
    table: &str,
    row: Vec<Value>,
) -> Option<Vec<(&'static Table, Vec<Value>)>> {
    match (table, version) {
        ("signups", 1) => from_version_2(sign_up(secret, row)?),
        ("signups", 2) => from_version_2(row),
        ("consents", 1) => with(table, consent(secret, row)?, Value::from("")),
        ("consents", 2..=5) => with(table, row, Value::from("")),
        ("outbox", 1) => message(secret, row),
        ("holds", 1 | 2) => {
            let [email_h, id, initiative, session, party, expires_at] = row.try_into().ok()?;
            let (participant_h, waiting) = (Value::Bytes(None), Value::Flag(false));
            Some(vec![(
                &HOLDS,
                vec![email_h, id, session, initiative, participant_h, party, waiting, expires_at],
            )])
        }
        ("seats", 1 | 2) => with(table, row, Value::Integer(None)),
        ("accounts", ..=7) => account([row, vec![Value::Flag(false)]].concat()),
        ("accounts", 8 | 9) => account(row),
        ("tokens", 1 | 2) => with(table, row, Value::from("")),
        ("venues", ..=7) => with(table, row, Value::Flag(false)),
        _ => Some(vec![(TABLES.iter().find(|other| other.name == table)?, row)]),
    }
}

/// A row with one more column.
fn with(table: &str, mut row: Vec<Value>, value: Value) -> Option<Vec<(&'static Table, Vec<Value>)>> {
    row.push(value);
    Some(vec![(TABLES.iter().find(|other| other.name == table)?, row)])
}

/// An account of version 9: it is told what is new, and nobody knows since when.
fn account(row: Vec<Value>) -> Option<Vec<(&'static Table, Vec<Value>)>> {
    Some(vec![(&ACCOUNTS, [row, vec![Value::Flag(true), Value::from(0), Value::from(0)]].concat())])
}

/// A sign-up of version 2: its one session becomes an attendance. Its participant's name is sealed, and read later.
fn from_version_2(mut row: Vec<Value>) -> Option<Vec<(&'static Table, Vec<Value>)>> {
    let session = (row.len() == 15).then(|| row.remove(4))?;
    let [email_h, id, initiative, _, party, _, _, received_at, Value::Flag(pending), ..] = row.as_slice()
    else {
        return None;
    };
    let state = if *pending { AttendanceState::Asked } else { AttendanceState::Active };
    let attendance = matches!(session, Value::Text(Some(_))).then(|| {
        let (may_wait, state, decide_by) =
            (Value::Flag(false), Value::from(state.as_str()), Value::Integer(None));
        [email_h, id, &session, initiative, party, &may_wait, &state, received_at, &decide_by]
            .map(Clone::clone)
    });
    row.push(Value::Bytes(None));
    let rows = [Some((&SIGNUPS, row)), attendance.map(|row| (&ATTENDANCES, row.to_vec()))];
    Some(rows.into_iter().flatten().collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_of_an_earlier_version_is_told_what_is_new_and_none_that_an_invitation_made() {
        for (version, by_invitation) in [(7, Value::Flag(false)), (8, Value::from(1)), (9, Value::from(1))] {
            let columns = table("accounts", version).unwrap().columns.len();
            let row = vec![Value::from(1_i64); columns];
            let rows = upgraded(&Secret::new("one secret of the tests"), version, "accounts", row);
            let (table, row) = rows.unwrap().remove(0);
            assert_eq!((table.name, row.len()), ("accounts", table.columns.len()), "{version}");
            assert_eq!(row[6..], [by_invitation, Value::Flag(true), Value::from(0), Value::from(0)]);
        }
    }
}
