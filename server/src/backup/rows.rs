//! Rows of a back-up: from JSON, brought up to date, and only those of people who are still there.

use std::collections::HashSet;

use serde_json::Value as Json;

use super::file::BackupReader;
use super::json::from_json;
use crate::error::CommandError;
use crate::store::upgrade::{self, id_of, upgraded};
use crate::store::{Rows, Store, Table, Value, hex};

/// What is told apart from a table: the sign-ups that there were when the keys were written.
pub const PRESENT: &str = "present";

/// The same of reports that somebody has made with their address.
pub const PRESENT_REPORTS: &str = "present reports";

/// Which sign-ups there were when the keys were written, by person and id; bytes in hexadecimal.
#[derive(Default)]
pub struct Present {
    signups: HashSet<(String, String)>,
    persons: HashSet<String>,
    /// Persons and ids of reports.
    reports: HashSet<(String, String)>,
    /// Persons and initiatives of the sign-ups that have returned.
    returned: HashSet<(String, String)>,
}

impl Present {
    /// What the file of the keys says.
    ///
    /// # Errors
    /// Where the file is damaged.
    pub fn read(keys: BackupReader, store: &dyn Store) -> Result<Self, CommandError> {
        let is_old = keys.version < 2;
        let mut present = Self::default();
        for rows in keys {
            let (name, rows) = rows?;
            if name == PRESENT_REPORTS {
                present.reports.extend(rows.iter().filter_map(|row| signup_name(row)));
            }
            for row in rows.iter().filter(|_| name == PRESENT) {
                let name = signup_name(row).ok_or_else(|| format!("a row of {PRESENT} is none"))?;
                present.insert(if is_old { old_name(store, name)? } else { name });
            }
        }
        Ok(present)
    }

    fn insert(&mut self, name: (String, String)) {
        self.persons.insert(name.0.clone());
        self.signups.insert(name);
    }

    /// Whether a row returns: not where it is about somebody, or about a sign-up, that was gone.
    pub fn covers(&mut self, table: &Table, row: &[Value]) -> bool {
        let value = |column: &str| {
            let place = table.columns.iter().position(|(name, _)| *name == column)?;
            match row.get(place)? {
                Value::Bytes(bytes) => bytes.as_deref().map(hex),
                Value::Text(text) => text.clone(),
                _ => None,
            }
        };
        // The mails that were sent are counted whoever is gone, and seats are held for nobody in particular.
        let (Some(person), false) = (value("email_h"), matches!(table.name, "sends" | "holds")) else {
            return true;
        };
        // What tells of an erasure names nobody.
        if person.bytes().all(|b| b == b'0') {
            return true;
        }
        let initiative = value("initiative").unwrap_or_default();
        match table.name {
            "signups" => {
                let returns = value("id").is_some_and(|id| self.signups.contains(&(person.clone(), id)));
                if returns {
                    self.returned.insert((person, initiative));
                }
                returns
            }
            "consents" | "attendances" | "reminders" | "decisions" | "offers" | "signers" | "presences"
            | "notes" => value("id").is_some_and(|id| self.signups.contains(&(person, id))),
            "reports" => value("id").is_some_and(|id| self.reports.contains(&(person, id))),
            // The sign-ups come before what is told apart by them.
            "answered" => self.returned.contains(&(person, initiative)),
            "outbox" => match value("signup").filter(|id| !id.is_empty()) {
                Some(id) => self.signups.contains(&(person, id)),
                None => self.persons.contains(&person),
            },
            _ => self.persons.contains(&person),
        }
    }
}

/// The rows of a table of a back-up of that version, as rows of today's tables.
pub fn rows_of(
    store: &dyn Store,
    name: &str,
    rows: &[Vec<Json>],
    version: u32,
) -> Result<Vec<Rows>, CommandError> {
    let table = upgrade::table(name, version).ok_or_else(|| format!("unknown table {name}"))?;
    let rows = rows.iter().map(|row| from_json(table, row)).collect::<Result<Vec<_>, _>>()?;
    let mut today: Vec<Rows> = Vec::new();
    for row in rows {
        let row =
            upgraded(store.secret(), version, name, row).ok_or_else(|| format!("a row of {name} is none"))?;
        for (table, row) in row {
            match today.iter_mut().find(|(other, _)| other.name == table.name) {
                Some((_, rows)) => rows.push(row),
                None => today.push((table, vec![row])),
            }
        }
    }
    Ok(today)
}

/// Person and id of a sign-up that version 1 named by person and initiative.
fn old_name(
    store: &dyn Store,
    (person, initiative): (String, String),
) -> Result<(String, String), CommandError> {
    let email_h = Value::Bytes(::hex::decode(&person).ok());
    match id_of(store.secret(), &email_h, &Value::Text(Some(initiative))) {
        Some(Value::Text(Some(id))) => Ok((person, id)),
        _ => Err(format!("a row of {PRESENT} is none").into()),
    }
}

fn signup_name(row: &[Json]) -> Option<(String, String)> {
    match row {
        [Json::String(email_h), Json::String(initiative)] => Some((email_h.clone(), initiative.clone())),
        _ => None,
    }
}
