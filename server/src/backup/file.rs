//! The files of a back-up: written under another name until they are complete, and read to their last line.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::json::to_json;
use crate::error::CommandError;
use crate::store::{KeyRecord, Store, Value, create_private, hex};

/// The version of the files' form, and the oldest that is read.
pub const VERSION: u32 = 10;
const OLDEST: u32 = 1;
/// The first line of a file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    alentour_backup: u32,
    made: String,
    /// By which a wrong secret is noticed before anything is written.
    secret_check: String,
    /// After a rotation of the secret: by which the new one opens the installation's keys; values in hexadecimal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    key_records: Vec<(String, String)>,
}

impl Head {
    /// That of a file that is made now.
    pub async fn new(store: &dyn Store, made: jiff::Timestamp) -> Result<Self, CommandError> {
        let key_records = store.key_records().await?.into_iter();
        Ok(Self {
            alentour_backup: VERSION,
            made: made.to_string(),
            secret_check: check(store),
            key_records: key_records.map(|(name, value)| (name, hex(&value))).collect(),
        })
    }
}

/// The last line of a file: rows by table.
#[derive(Serialize, Deserialize)]
struct End {
    end: BTreeMap<String, u64>,
}

/// A file under another name until it is complete: a back-up is there as a whole or not at all.
pub struct BackupWriter {
    out: GzEncoder<BufWriter<File>>,
    unfinished: PathBuf,
    path: PathBuf,
    counts: BTreeMap<String, u64>,
}

impl BackupWriter {
    pub fn start(path: &Path, head: &Head) -> Result<Self, CommandError> {
        let unfinished = path.with_extension("unfinished");
        let named = |error: std::io::Error| format!("{}: {error}", unfinished.display());
        let _ = std::fs::remove_file(&unfinished);
        let file = create_private(&unfinished).map_err(named)?;
        let mut out = GzEncoder::new(BufWriter::new(file), Compression::default());
        writeln!(out, "{}", serde_json::to_string(head)?)?;
        Ok(Self { out, unfinished, path: path.to_owned(), counts: BTreeMap::new() })
    }

    pub fn write(&mut self, name: &str, rows: &[Vec<Value>]) -> Result<(), CommandError> {
        if rows.is_empty() {
            return Ok(());
        }
        *self.counts.entry(name.to_owned()).or_default() += rows.len() as u64;
        let rows: Vec<Vec<Json>> = rows.iter().map(|row| row.iter().map(to_json).collect()).collect();
        Ok(writeln!(self.out, "{}", serde_json::to_string(&(name, rows))?)?)
    }

    pub fn finish(mut self) -> Result<(), CommandError> {
        let end = End { end: std::mem::take(&mut self.counts) };
        writeln!(self.out, "{}", serde_json::to_string(&end)?)?;
        let file = self.out.finish()?.into_inner().map_err(|error| error.into_error())?;
        file.sync_all()?;
        Ok(std::fs::rename(&self.unfinished, &self.path)?)
    }
}

/// The lines of a file behind its head.
type FileLines = std::io::Lines<BufReader<GzDecoder<BufReader<File>>>>;

fn open(path: &Path) -> Result<(Head, FileLines), CommandError> {
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
    let record = |(name, value): (String, String)| {
        let value = ::hex::decode(value).map_err(|_| format!("{}: damaged (its head)", keys.display()))?;
        Ok((name, value))
    };
    open(keys)?.0.key_records.into_iter().map(record).collect()
}

/// The name of a table, and some of its rows.
pub type Lines = (String, Vec<Vec<Json>>);

/// The rows of a file, some at a time; an error where it is damaged or cut off.
pub struct BackupReader {
    path: PathBuf,
    pub version: u32,
    lines: FileLines,
    counts: BTreeMap<String, u64>,
    ended: bool,
}

impl BackupReader {
    pub fn open(path: &Path, store: &dyn Store) -> Result<Self, CommandError> {
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

impl Iterator for BackupReader {
    type Item = Result<Lines, CommandError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended { None } else { self.read().transpose() }
    }
}

fn check(store: &dyn Store) -> String {
    hex(&store.secret().digest("check", b""))
}
