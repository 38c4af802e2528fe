//! Tables (CSV): rows and fields, whatever is between them, and what their columns are.

mod columns;

use alentour_model::{Finding, Problem};

use crate::budget::Meter;
use crate::error::ReadError;
use crate::finding::feed_finding;
use columns::assign;
pub use columns::{Column, Columns};

/// What is between fields: the last is what nobody types into a title.
const DELIMITERS: [u8; 4] = [b';', b',', b'\t', b'|'];
/// Columns that are looked at.
const COLUMNS: usize = 500;
/// Rows in front of the header that are looked through: a title, an empty line.
const PREAMBLE: usize = 5;
/// Bytes that a row takes beside its fields, in a list that doubles as it grows, and that a field takes beside its text.
const ROW: usize = 2 * size_of::<Vec<String>>();
const FIELD: usize = 2 * size_of::<String>() + 16;
/// Quotation marks without an end that are mended.
const MENDED: usize = 20;

/// A table with a header.
pub(crate) struct Table {
    pub headers: Vec<String>,
    /// What its columns are, as far as that is known.
    pub columns: Vec<Option<Column>>,
    /// Its rows, without those that are empty.
    pub rows: Vec<Vec<String>>,
}

/// Reads a table, if that is what it is: one of its first rows names a title, and something else.
///
/// # Errors
/// It looks like a table, and nobody knows which column is the title.
pub(crate) fn parse(
    text: &str,
    said: &Columns,
    findings: &mut Vec<Finding>,
    meter: &Meter,
) -> Result<Option<Table>, ReadError> {
    // Excel's own way to say what is between fields.
    let (hint, body) = match text.split_once('\n') {
        Some((first, rest))
            if first.trim().len() == 5 && first.trim().to_ascii_lowercase().starts_with("sep=") =>
        {
            (first.trim().bytes().last(), rest)
        }
        _ => (text.starts_with("sep=\t").then_some(b'\t'), text),
    };
    // A beginning is enough to choose by.
    let head = beginning(body);
    let candidates = hint.into_iter().chain(DELIMITERS).filter_map(|delimiter| {
        let (at, columns) = header(&records(head, delimiter), said)?;
        let known = columns.iter().flatten().count();
        Some((known, delimiter, at))
    });
    // Of equals the first: nobody separates by commas in France, where they are in numbers.
    let best = candidates.reduce(|best, next| if next.0 > best.0 { next } else { best });
    let Some((_, delimiter, at)) = best else {
        return unknown_columns(head).map_or(Ok(None), Err);
    };
    let mut rows = mended(body, delimiter, findings, meter);
    if at >= rows.len() {
        return Ok(None);
    }
    rows.drain(..at);
    let headers: Vec<String> = rows.remove(0).into_iter().map(|header| header.trim().to_owned()).collect();
    rows.retain(|row| row.iter().any(|field| !field.trim().is_empty()));
    let columns = assign(&headers, said);
    Ok(Some(Table { headers, columns, rows }))
}

/// The error, where several rows have the same two fields or more.
fn unknown_columns(head: &str) -> Option<ReadError> {
    let tables = DELIMITERS.iter().map(|delimiter| records(head, *delimiter));
    let mut tables = tables.filter(|rows| {
        let width = rows.first().map_or(0, Vec::len);
        // The last row may have been cut off here.
        let whole = rows.get(..rows.len().saturating_sub(1).max(2)).unwrap_or_default();
        width > 1 && whole.len() > 1 && whole.iter().all(|row| row.len() == width)
    });
    let headers = tables.next()?.into_iter().next()?;
    let shown = |header: String| header.trim().chars().take(80).collect();
    Some(ReadError::UnknownColumns { headers: headers.into_iter().map(shown).collect() })
}

fn beginning(text: &str) -> &str {
    let end = text.char_indices().nth(20_000).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}

/// Position and columns of the row that is the header.
fn header(rows: &[Vec<String>], said: &Columns) -> Option<(usize, Vec<Option<Column>>)> {
    rows.iter().take(PREAMBLE).enumerate().find_map(|(at, row)| {
        let columns = assign(row, said);
        let is_header = columns.contains(&Some(Column::Name)) && columns.iter().flatten().count() > 1;
        is_header.then_some((at, columns))
    })
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

fn records(text: &str, delimiter: u8) -> Vec<Vec<String>> {
    reader(text, delimiter).records().flatten().map(|record| fields(&record).collect()).collect()
}

fn fields(record: &csv::StringRecord) -> impl Iterator<Item = String> {
    record.iter().take(COLUMNS).map(str::to_owned)
}

/// Rows, as far as the budget goes.
struct Rows<'a> {
    rows: Vec<Vec<String>>,
    meter: &'a Meter,
}

impl Rows<'_> {
    /// Adds a row; one that is empty only where it may be the header or before it. Whether a further one is looked at.
    fn add(&mut self, fields: impl Iterator<Item = String>) -> bool {
        let fields: Vec<String> = fields.collect();
        if fields.iter().all(|field| field.trim().is_empty()) && self.rows.len() > PREAMBLE {
            return true;
        }
        let size = |field: &String| FIELD + field.len();
        let fits = self.meter.parse(ROW + fields.iter().map(size).sum::<usize>());
        if fits {
            self.rows.push(fields);
        }
        // Whoever reads the items sees that there are too many.
        fits && self.rows.len() <= self.meter.most_items().saturating_add(PREAMBLE + 2)
    }
}

/// The rows. A quotation mark without an end takes in all that follows it: then its line is read as if it were none.
fn mended(text: &str, delimiter: u8, findings: &mut Vec<Finding>, meter: &Meter) -> Vec<Vec<String>> {
    let (mut all, mut rest, mut mended) = (Rows { rows: Vec::new(), meter }, text, 0);
    loop {
        let is_odd = rest.bytes().filter(|byte| *byte == b'"').count() % 2 == 1;
        let mut reader = reader(rest, delimiter);
        let mut record = csv::StringRecord::new();
        let mut last = 0;
        let first = all.rows.len();
        let mut is_open = true;
        while is_open && let Ok(true) = reader.read_record(&mut record) {
            last = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
            is_open = all.add(fields(&record));
        }
        let runs_on = all.rows.last().is_some_and(|row| row.iter().any(|field| field.contains('\n')));
        if !is_open || !is_odd || !runs_on || all.rows.len() == first || mended == MENDED {
            return all.rows;
        }
        mended += 1;
        all.rows.pop();
        let lines = rest.get(last..).unwrap_or_default();
        let lines = lines.trim_start_matches(['\r', '\n']);
        let (line, after) = lines.split_once('\n').unwrap_or((lines, ""));
        findings.push(Finding { field: "\"".into(), ..feed_finding(Problem::Repaired, line.trim()) });
        if !all.add(line.trim_end().split(char::from(delimiter)).take(COLUMNS).map(unquote)) {
            return all.rows;
        }
        rest = after;
    }
}

fn unquote(field: &str) -> String {
    field.trim().trim_matches('"').to_owned()
}
