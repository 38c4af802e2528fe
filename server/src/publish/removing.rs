//! What earlier runs have written and this one has not: it would look current. What is named otherwise is not ours.

use std::fs;
use std::io;
use std::path::Path;

use crate::error::CommandError;

/// Removes the files of a folder that are gone by their names, and what somebody has compressed of them.
///
/// # Errors
/// The system's.
pub fn remove_gone(folder: &Path, is_gone: impl Fn(&str) -> bool) -> Result<(), CommandError> {
    let remove = || -> io::Result<()> {
        if !folder.is_dir() {
            return Ok(());
        }
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_str().unwrap_or_default();
            let file = [".br", ".gz"].iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name);
            if is_gone(file) && entry.file_type()?.is_file() {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    };
    Ok(remove().map_err(|error| format!("{}: {error}", folder.display()))?)
}
