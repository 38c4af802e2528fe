//! What is around the items of a feed.

use std::cmp::Ordering;

use alentour_model::{Finding, Problem};
use memchr::{memchr_iter, memrchr};
use serde_json::Value;

use super::error::StreamError;
use crate::budget::Meter;
use crate::error::ReadError;
use crate::format::Format;
use crate::options::Options;
use crate::reading::Reading;
use crate::syntax::{decode, json, ndjson};

/// What is around the items of a feed: some of them within it are a feed of the same format.
#[derive(Clone, Debug, Default)]
pub(super) struct Envelope {
    pub before: Vec<u8>,
    /// The item that the format is recognised by, with what is between items: in front of items that are read without it.
    pub witness: Vec<u8>,
    pub after: Vec<u8>,
    /// Whether the items are lines, and there is nothing around them.
    pub is_lines: bool,
    /// What the caller knows, and what a stretch may cost.
    pub options: Options,
}

/// A feed with what was wrong with its syntax.
pub(super) struct Parsed {
    pub value: Value,
    pub findings: Vec<Finding>,
}

impl Envelope {
    /// Some items as a feed. `position` is where it begins in the whole feed.
    pub fn parse(&self, items: &[u8], position: Position, with_witness: bool) -> Result<Parsed, StreamError> {
        let witness = if with_witness { self.witness.as_slice() } else { &[] };
        let text = [&self.before, witness, items, &self.after].concat();
        let begins = Position::default().after(&self.before).after(witness);
        let first = position.line.saturating_sub(if with_witness { 1 } else { 0 });
        self.parse_text(text, first, (begins, position))
    }

    /// Reads items that were parsed. Not in parts where the budget does not suffice: then the whole reading says so.
    pub fn read(&self, format: &Format, document: &Value) -> Result<Reading, StreamError> {
        let meter = Meter::new(self.options.budget, 0);
        let mut reading = (format.read)(document, &self.options, &meter).ok_or(StreamError::Whole)?;
        if meter.spent().is_some() {
            return Err(StreamError::Whole);
        }
        reading.findings.extend(meter.findings());
        Ok(reading)
    }

    /// The error at which a feed breaks off, of which these items are the last.
    pub fn broken_off(&self, items: &[u8], position: Position) -> Result<(), StreamError> {
        let text = [self.before.as_slice(), items].concat();
        self.parse_text(text, 1, (Position::default().after(&self.before), position)).map(drop)
    }

    /// The whole feed with one item. `position` is where what is behind the items begins.
    pub fn parse_last(&self, position: Position) -> Result<Parsed, StreamError> {
        let witness = self.witness.split_last().map_or(&[][..], |(_, witness)| witness);
        let text = [&self.before, witness, &self.after].concat();
        let ends = Position::default().after(&self.before).after(witness);
        self.parse_text(text, 1, (ends, position))
    }

    /// What stands at the first of the two places is at the second one in the whole feed.
    fn parse_text(
        &self,
        text: Vec<u8>,
        line: usize,
        (here, there): (Position, Position),
    ) -> Result<Parsed, StreamError> {
        let meter = Meter::new(self.options.budget, text.len());
        let decoded = decode::decode_owned(text)?;
        let mut findings = Vec::from_iter(decoded.repaired);
        if self.is_lines {
            let value = ndjson::parse(&decoded.text, line, &mut findings, &meter).into();
            return parsed(value, findings, &meter);
        }
        let real = |line: usize, column: usize| match line.cmp(&here.line) {
            Ordering::Equal if column >= here.column => (there.line, there.column + (column - here.column)),
            Ordering::Greater => (there.line + (line - here.line), column),
            _ => (line, column),
        };
        let value = match json::parse(&decoded.text, &mut findings, &meter) {
            Ok(value) => value,
            Err(ReadError::NotJson { line, column, reason, cut_off }) => {
                let (line, column) = real(line, column);
                return Err(ReadError::NotJson { line, column, reason, cut_off }.into());
            }
            Err(why) => return Err(why.into()),
        };
        for finding in findings.iter_mut().filter(|finding| finding.problem == Problem::StrayComma) {
            if let Some(line) = finding.value.strip_prefix("line ").and_then(|line| line.parse().ok()) {
                finding.value = format!("line {}", real(line, here.column).0);
            }
        }
        parsed(value, findings, &meter)
    }
}

/// What was parsed, if it is all there.
fn parsed(value: Value, findings: Vec<Finding>, meter: &Meter) -> Result<Parsed, StreamError> {
    if meter.spent().is_some() { Err(StreamError::Whole) } else { Ok(Parsed { value, findings }) }
}

/// A position in a text, from 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Position {
    pub line: usize,
    pub column: usize,
}

impl Default for Position {
    fn default() -> Self {
        Self { line: 1, column: 1 }
    }
}

impl Position {
    /// The position behind a text that begins here.
    pub fn after(self, text: &[u8]) -> Self {
        let characters = |text: &[u8]| text.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        match memrchr(b'\n', text) {
            Some(last) => Self {
                line: self.line + memchr_iter(b'\n', text).count(),
                column: 1 + characters(text.get(last + 1..).unwrap_or_default()),
            },
            None => Self { line: self.line, column: self.column + characters(text) },
        }
    }
}
