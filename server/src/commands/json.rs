//! Lists as JSON.

use std::io::Write;

use serde_json::Value;

use crate::error::CommandError;

/// Writes a list, and the end of its line.
///
/// # Errors
/// Where it cannot be written.
pub fn write(all: impl Iterator<Item = Value>, out: &mut impl Write) -> Result<(), CommandError> {
    serde_json::to_writer_pretty(&mut *out, &all.collect::<Vec<_>>())?;
    Ok(writeln!(out)?)
}
