//! Back-ups, their return, and the move from one database to another.
//!
//! A back-up is two files. `signups-<time>.jsonl.gz` holds everything but the persons' keys; `keys.jsonl.gz` holds the keys,
//! and which sign-ups there are, and is written anew each time. Whoever has been erased since a back-up is in no newer
//! keys: the old back-up cannot be read where it speaks of them, and nothing of theirs returns from it. So keep old sign-ups
//! as long as you like, and of the keys the newest file only.
//!
//! Each file is gzip of JSON lines: a head, then `["table", [row, ...]]`, then how many rows there were. Bytes are in
//! hexadecimal. Files of version 1 hold version 1's tables; their rows are brought up to date as they are read.

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use tokio::sync::mpsc;

use crate::error::CommandError;
use crate::store::upgrade::{HOLD_SECONDS, OLD_TABLES, id_of, upgraded};
use crate::store::{KeyRecord, PERSONS, Rows, SIGNUPS, Store, TABLES, Table, Type, Value, hex, sqlite};

/// The version of the files' form, and the oldest that is read.
const VERSION: u32 = 2;
const OLDEST: u32 = 1;
/// Rows written in one transaction.
const CHUNK: usize = 500;
/// What is told apart from a table: the sign-ups that there were when the keys were written.
const PRESENT: &str = "present";

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    alentour_backup: u32,
    made: String,
    /// By which a wrong secret is noticed before anything is written.
    secret_check: String,
    /// After a rotation of the secret: by which the new one opens the installation's keys; values in hexadecimal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    key_records: Vec<(String, String)>,
}

#[derive(Serialize, Deserialize)]
struct End {
    end: BTreeMap<String, u64>,
}

/// What a back-up or a move has carried, by table.
pub type RowCounts = BTreeMap<&'static str, u64>;

/// Writes a back-up into a folder, as of one moment, while servers go on. Returns the file of the sign-ups.
///
/// # Errors
/// Where the folder cannot be written, or the database cannot be read.
pub async fn backup(
    store: std::sync::Arc<dyn Store>,
    folder: &Path,
    made: jiff::Timestamp,
) -> Result<(PathBuf, RowCounts), CommandError> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let name = made.strftime("%Y-%m-%dT%H%M%SZ");
    let path = folder.join(format!("signups-{name}.jsonl.gz"));
    let key_records = store.key_records().await?;
    let head = Head {
        alentour_backup: VERSION,
        made: made.to_string(),
        secret_check: check(&*store),
        key_records: key_records.into_iter().map(|(name, value)| (name, hex(&value))).collect(),
    };
    let mut signups = Writing::start(&path, &head)?;
    let mut keys = Writing::start(&folder.join("keys.jsonl.gz"), &head)?;
    let mut rows = dump(store);
    let mut carried = RowCounts::new();
    while let Some((table, rows)) = rows.recv().await? {
        *carried.entry(table.name).or_default() += rows.len() as u64;
        if table.name == PERSONS.name {
            keys.write(table.name, &rows)?;
            continue;
        }
        if table.name == SIGNUPS.name {
            // Person and id.
            let names: Vec<_> = rows.iter().map(|row| row.iter().take(2).cloned().collect()).collect();
            keys.write(PRESENT, &names)?;
        }
        signups.write(table.name, &rows)?;
    }
    // The keys last: a back-up whose end is missing is noticed, and has not cost the keys of the one before.
    signups.finish()?;
    keys.finish()?;
    Ok((path, carried))
}

/// Writes a back-up's rows into an empty database. Sign-ups of persons who are not among the keys, or that were gone when
/// the keys were written, do not return. Says how many rows did, and how many sign-ups did not.
///
/// # Errors
/// Where a file is damaged or of another installation, or the database is not empty.
pub async fn restore(
    store: &dyn Store,
    signups: &Path,
    keys: &Path,
) -> Result<(RowCounts, u64), CommandError> {
    refuse_unless_empty(store).await?;
    // All of it is looked through before any of it is written.
    for path in [signups, keys] {
        for rows in Reading::open(path, store)? {
            rows?;
        }
    }
    let mut present = Present::default();
    let mut carried = RowCounts::new();
    let reading = Reading::open(keys, store)?;
    let is_old = reading.version < VERSION;
    for rows in reading {
        let (name, rows) = rows?;
        if name == PRESENT {
            for row in &rows {
                let name = signup_name(row).ok_or_else(|| format!("a row of {PRESENT} is none"))?;
                present.insert(if is_old { old_name(store, name)? } else { name });
            }
        } else if name == PERSONS.name {
            let rows = rows.iter().map(|row| from_json(&PERSONS, row)).collect::<Result<_, _>>()?;
            write(store, &PERSONS, rows, &mut carried).await?;
        }
    }
    let mut left_out = 0;
    let reading = Reading::open(signups, store)?;
    let is_old = reading.version < VERSION;
    for rows in reading {
        let (name, rows) = rows?;
        for (table, rows) in tables(store, &name, &rows, is_old)? {
            let before = rows.len();
            let rows: Vec<_> = rows.into_iter().filter(|row| present.covers(table, row)).collect();
            if table.name == SIGNUPS.name {
                left_out += (before - rows.len()) as u64;
            }
            write(store, table, rows, &mut carried).await?;
        }
    }
    let now = jiff::Timestamp::now().as_second();
    store.finish_restore(is_old.then_some(now + HOLD_SECONDS)).await?;
    Ok((carried, left_out))
}

/// Which sign-ups there were when the keys were written, by person and id; bytes in hexadecimal.
#[derive(Default)]
struct Present {
    signups: HashSet<(String, String)>,
    persons: HashSet<String>,
}

impl Present {
    fn insert(&mut self, name: (String, String)) {
        self.persons.insert(name.0.clone());
        self.signups.insert(name);
    }

    /// Whether a row returns: not where it is about somebody, or about a sign-up, that was gone.
    fn covers(&self, table: &Table, row: &[Value]) -> bool {
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
        let signup = match table.name {
            "outbox" => value("signup").filter(|id| !id.is_empty()),
            "signups" | "consents" => value("id"),
            _ => None,
        };
        match signup {
            Some(id) => self.signups.contains(&(person, id)),
            None => self.persons.contains(&person),
        }
    }
}

/// The rows of a table of a back-up, as rows of today's tables.
fn tables(
    store: &dyn Store,
    name: &str,
    rows: &[Vec<Json>],
    is_old: bool,
) -> Result<Vec<(&'static Table, Vec<Vec<Value>>)>, CommandError> {
    let find = |tables: &'static [Table]| tables.iter().find(|table| table.name == name);
    let old = if is_old { find(OLD_TABLES) } else { None };
    let table = old.or_else(|| find(TABLES)).ok_or_else(|| format!("unknown table {name}"))?;
    let rows = rows.iter().map(|row| from_json(table, row)).collect::<Result<Vec<_>, _>>()?;
    if old.is_none() {
        return Ok(vec![(table, rows)]);
    }
    let mut today: Vec<(&'static Table, Vec<Vec<Value>>)> = Vec::new();
    for row in rows {
        let row = upgraded(store.secret(), name, row).ok_or_else(|| format!("a row of {name} is none"))?;
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

/// Carries everything from one database to another, which must be empty.
///
/// # Errors
/// Where the target is not empty, the secrets differ, or the source was written to meanwhile.
pub async fn migrate(
    from: std::sync::Arc<dyn Store>,
    to: &dyn Store,
    progress: impl Fn(&str, u64),
) -> Result<RowCounts, CommandError> {
    refuse_unless_empty(to).await?;
    let mut rows = dump(from.clone());
    let mut carried = RowCounts::new();
    while let Some((table, rows)) = rows.recv().await? {
        let count = carried.entry(table.name).or_default();
        *count += rows.len() as u64;
        to.restore(table, rows).await?;
        progress(table.name, *count);
    }
    let (before, after) = (to.count(None).await?, from.count(None).await?);
    if before != after {
        return Err(format!(
            "somebody signed up meanwhile ({} sign-ups were carried, {} are there): stop the server, and begin again with an \
             empty target",
            before.signups, after.signups
        )
        .into());
    }
    Ok(carried)
}

async fn refuse_unless_empty(store: &dyn Store) -> Result<(), CommandError> {
    match store.count(None).await?.signups {
        0 => Ok(()),
        some => Err(format!("the target has {some} sign-ups already: name an empty database").into()),
    }
}

/// The rows of a store, and its error where it has one.
struct Dump {
    rows: mpsc::Receiver<Rows>,
    task: Option<tokio::task::JoinHandle<Result<(), crate::store::StoreError>>>,
}

fn dump(store: std::sync::Arc<dyn Store>) -> Dump {
    let (to, rows) = mpsc::channel(4);
    let task = tokio::spawn(async move { store.dump(to).await });
    Dump { rows, task: Some(task) }
}

impl Dump {
    async fn recv(&mut self) -> Result<Option<Rows>, CommandError> {
        if let Some(rows) = self.rows.recv().await {
            return Ok(Some(rows));
        }
        if let Some(task) = self.task.take() {
            task.await??;
        }
        Ok(None)
    }
}

/// A file under another name until it is complete: a back-up is there as a whole or not at all.
struct Writing {
    out: GzEncoder<BufWriter<File>>,
    unfinished: PathBuf,
    path: PathBuf,
    counts: BTreeMap<String, u64>,
}

impl Writing {
    fn start(path: &Path, head: &Head) -> Result<Self, CommandError> {
        let unfinished = path.with_extension("unfinished");
        let named = |error: std::io::Error| format!("{}: {error}", unfinished.display());
        let _ = std::fs::remove_file(&unfinished);
        let file = sqlite::create_new_private(&unfinished).map_err(named)?;
        let mut out = GzEncoder::new(BufWriter::new(file), Compression::default());
        writeln!(out, "{}", serde_json::to_string(head)?)?;
        Ok(Self { out, unfinished, path: path.to_owned(), counts: BTreeMap::new() })
    }

    fn write(&mut self, name: &str, rows: &[Vec<Value>]) -> Result<(), CommandError> {
        if rows.is_empty() {
            return Ok(());
        }
        *self.counts.entry(name.to_owned()).or_default() += rows.len() as u64;
        let rows: Vec<Vec<Json>> = rows.iter().map(|row| row.iter().map(to_json).collect()).collect();
        Ok(writeln!(self.out, "{}", serde_json::to_string(&(name, rows))?)?)
    }

    fn finish(mut self) -> Result<(), CommandError> {
        let end = End { end: std::mem::take(&mut self.counts) };
        writeln!(self.out, "{}", serde_json::to_string(&end)?)?;
        let file = self.out.finish()?.into_inner().map_err(|error| error.into_error())?;
        file.sync_all()?;
        Ok(std::fs::rename(&self.unfinished, &self.path)?)
    }
}

/// The name of a table, and some of its rows.
type Lines = (String, Vec<Vec<Json>>);

type LinesOf = std::io::Lines<BufReader<GzDecoder<BufReader<File>>>>;

fn open(path: &Path) -> Result<(Head, LinesOf), CommandError> {
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let file = File::open(path).map_err(|error| named(&error))?;
    let mut lines = BufReader::new(GzDecoder::new(BufReader::new(file))).lines();
    let head = lines.next().ok_or_else(|| named(&"empty"))?.map_err(|error| named(&error))?;
    let head: Head =
        serde_json::from_str(&head).map_err(|_| named(&"no back-up of Alentour, or a newer one"))?;
    if !(OLDEST..=VERSION).contains(&head.alentour_backup) {
        return Err(named(&"a newer kind of back-up: use the version of alentour that made it").into());
    }
    Ok((head, lines))
}

/// By which a file's keys are opened where its installation's secret had been rotated.
///
/// # Errors
/// Where it is no such file.
pub fn key_records(keys: &Path) -> Result<Vec<KeyRecord>, CommandError> {
    let damaged = || format!("{}: damaged (its keys are unreadable)", keys.display());
    let record = |(name, value): (String, String)| Ok((name, ::hex::decode(value).map_err(|_| damaged())?));
    open(keys)?.0.key_records.into_iter().map(record).collect()
}

/// The rows of a file, some at a time; an error where it is damaged or cut off.
struct Reading {
    path: PathBuf,
    version: u32,
    lines: LinesOf,
    counts: BTreeMap<String, u64>,
    ended: bool,
}

impl Reading {
    fn open(path: &Path, store: &dyn Store) -> Result<Self, CommandError> {
        let (head, lines) = open(path)?;
        if head.secret_check != check(store) {
            return Err(format!(
                "{}: made with another secret: give that one (ALENTOUR_SECRET or --secret-file); where the secret has been \
                 rotated since, the newest keys.jsonl.gz and the new secret",
                path.display()
            )
            .into());
        }
        Ok(Self {
            path: path.to_owned(),
            version: head.alentour_backup,
            lines,
            counts: BTreeMap::new(),
            ended: false,
        })
    }

    fn read(&mut self) -> Result<Option<Lines>, CommandError> {
        let damaged = |why: &dyn std::fmt::Display| format!("{}: damaged ({why})", self.path.display());
        let Some(line) = self.lines.next() else {
            return if self.ended { Ok(None) } else { Err(damaged(&"its end is missing").into()) };
        };
        let line = line.map_err(|error| damaged(&error))?;
        if let Ok(End { end }) = serde_json::from_str(&line) {
            self.ended = true;
            // What gzip says of the whole, its checksum, is looked at behind the last byte only.
            return match self.lines.next() {
                Some(Err(error)) => Err(damaged(&error).into()),
                Some(Ok(_)) => Err(damaged(&"something follows its end").into()),
                None if end != self.counts => Err(damaged(&"rows are missing").into()),
                None => Ok(None),
            };
        }
        let (name, rows): Lines = serde_json::from_str(&line).map_err(|error| damaged(&error))?;
        *self.counts.entry(name.clone()).or_default() += rows.len() as u64;
        Ok(Some((name, rows)))
    }
}

impl Iterator for Reading {
    type Item = Result<Lines, CommandError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended { None } else { self.read().transpose() }
    }
}

async fn write(
    store: &dyn Store,
    table: &'static Table,
    rows: Vec<Vec<Value>>,
    carried: &mut RowCounts,
) -> Result<(), CommandError> {
    *carried.entry(table.name).or_default() += rows.len() as u64;
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        store.restore(table, rows.by_ref().take(CHUNK).collect()).await?;
    }
    Ok(())
}

fn check(store: &dyn Store) -> String {
    hex(&store.secret().digest("check", b""))
}

fn signup_name(row: &[Json]) -> Option<(String, String)> {
    match row {
        [Json::String(email_h), Json::String(initiative)] => Some((email_h.clone(), initiative.clone())),
        _ => None,
    }
}

fn to_json(value: &Value) -> Json {
    match value {
        Value::Bytes(bytes) => bytes.as_deref().map(hex).into(),
        Value::Text(text) => text.clone().into(),
        Value::Integer(number) => (*number).into(),
        Value::Flag(flag) => (*flag).into(),
    }
}

fn from_json(table: &Table, row: &[Json]) -> Result<Vec<Value>, CommandError> {
    let wrong = || format!("a row of {} is not one", table.name);
    if row.len() != table.columns.len() {
        return Err(wrong().into());
    }
    let value = |(value, (_, kind)): (&Json, &(&str, Type))| match (kind, value) {
        (Type::Bytes, Json::Null) => Some(Value::Bytes(None)),
        (Type::Bytes, Json::String(text)) => Some(Value::Bytes(Some(::hex::decode(text).ok()?))),
        (Type::Text, Json::Null) => Some(Value::Text(None)),
        (Type::Text, Json::String(text)) => Some(Value::Text(Some(text.clone()))),
        (Type::Integer, Json::Null) => Some(Value::Integer(None)),
        (Type::Integer, Json::Number(number)) => Some(Value::Integer(Some(number.as_i64()?))),
        (Type::Flag, Json::Bool(flag)) => Some(Value::Flag(*flag)),
        _ => None,
    };
    row.iter().zip(table.columns).map(value).collect::<Option<_>>().ok_or_else(|| wrong().into())
}
