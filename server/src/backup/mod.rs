//! Back-ups, their return, and the move from one database to another.
//!
//! A back-up is two files. `signups-<time>.jsonl.gz` holds everything but the persons' keys; `keys.jsonl.gz` holds the keys,
//! and which sign-ups there are, and is written anew each time. Whoever has been erased since a back-up is in no newer
//! keys: the old back-up cannot be read where it speaks of them, and nothing of theirs returns from it. So keep old sign-ups
//! as long as you like, and of the keys the newest file only.
//!
//! Each file is gzip of JSON lines: a head, then `["table", [row, ...]]`, then how many rows there were. Bytes are in
//! hexadecimal. Files of earlier versions hold those versions' tables; their rows are brought up to date as they are read.

mod file;
mod json;
mod rows;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tokio::sync::mpsc;

pub use self::file::key_records;
use self::file::{BackupReader, BackupWriter, Head, VERSION};
use self::rows::{PRESENT, PRESENT_REPORTS, Present, rows_of};
use crate::error::CommandError;
use crate::store::{PERSONS, REPORTS, Rows, SIGNUPS, Store, Table, Value};

/// Rows written in one transaction.
const CHUNK: usize = 500;

/// How many rows a back-up or a migration has copied, by table.
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
    let head = Head::new(&*store, made).await?;
    let mut signups = BackupWriter::start(&path, &head)?;
    let mut keys = BackupWriter::start(&folder.join("keys.jsonl.gz"), &head)?;
    let mut rows = dump(store);
    let mut copied = RowCounts::new();
    while let Some((table, rows)) = rows.recv().await? {
        *copied.entry(table.name).or_default() += rows.len() as u64;
        if table.name == PERSONS.name {
            keys.write(table.name, &rows)?;
            continue;
        }
        if table.name == SIGNUPS.name {
            // Person and id.
            let names: Vec<_> = rows.iter().map(|row| row.iter().take(2).cloned().collect()).collect();
            keys.write(PRESENT, &names)?;
        }
        if table.name == REPORTS.name {
            // Its first column names a report, its third who has made it: nobody, where they gave no address.
            let name = |row: &Vec<Value>| match (row.first(), row.get(2)) {
                (Some(id), Some(Value::Bytes(Some(person)))) if !person.is_empty() => {
                    Some(vec![person.as_slice().into(), id.clone()])
                }
                _ => None,
            };
            keys.write(PRESENT_REPORTS, &rows.iter().filter_map(name).collect::<Vec<_>>())?;
        }
        signups.write(table.name, &rows)?;
    }
    // The keys last: a back-up whose end is missing is noticed, and has not cost the keys of the one before.
    signups.finish()?;
    keys.finish()?;
    Ok((path, copied))
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
        for rows in BackupReader::open(path, store)? {
            rows?;
        }
    }
    let mut copied = RowCounts::new();
    let mut present = Present::read(BackupReader::open(keys, store)?, store)?;
    for rows in BackupReader::open(keys, store)? {
        let (name, rows) = rows?;
        if name == PERSONS.name {
            for (table, rows) in rows_of(store, &name, &rows, VERSION)? {
                write(store, table, rows, &mut copied).await?;
            }
        }
    }
    let mut left_out = 0;
    let reader = BackupReader::open(signups, store)?;
    let version = reader.version;
    for rows in reader {
        let (name, rows) = rows?;
        for (table, rows) in rows_of(store, &name, &rows, version)? {
            let before = rows.len();
            let rows: Vec<_> = rows.into_iter().filter(|row| present.covers(table, row)).collect();
            if table.name == SIGNUPS.name {
                left_out += (before - rows.len()) as u64;
            }
            write(store, table, rows, &mut copied).await?;
        }
    }
    let now = jiff::Timestamp::now().as_second();
    store.finish_restore(version, now).await?;
    Ok((copied, left_out))
}

/// Copies everything from one database to another, which must be empty.
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
    let mut copied = RowCounts::new();
    while let Some((table, rows)) = rows.recv().await? {
        let count = copied.entry(table.name).or_default();
        *count += rows.len() as u64;
        to.restore(table, rows).await?;
        progress(table.name, *count);
    }
    let (before, after) = (to.count(None).await?, from.count(None).await?);
    if before != after {
        return Err(format!(
            "somebody signed up meanwhile ({} sign-ups were copied, {} are there): stop the server, and begin again with an \
             empty target",
            before.signups, after.signups
        )
        .into());
    }
    Ok(copied)
}

async fn refuse_unless_empty(store: &dyn Store) -> Result<(), CommandError> {
    let counts = store.count(None).await?;
    match counts.signups + counts.alerts {
        0 => Ok(()),
        some => Err(format!("the target has {some} sign-ups already: name an empty database").into()),
    }
}

async fn write(
    store: &dyn Store,
    table: &'static Table,
    rows: Vec<Vec<Value>>,
    copied: &mut RowCounts,
) -> Result<(), CommandError> {
    *copied.entry(table.name).or_default() += rows.len() as u64;
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        store.restore(table, rows.by_ref().take(CHUNK).collect()).await?;
    }
    Ok(())
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
