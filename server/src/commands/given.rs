//! What a command is given to read.

use std::io::Read;
use std::path::Path;

use crate::error::CommandError;

/// What is in a file; of `-`, what is given to the command.
///
/// # Errors
/// Where it cannot be read, with the file's name.
pub fn text(file: &Path, input: &mut impl Read) -> Result<String, CommandError> {
    if file.as_os_str() == "-" {
        let mut text = String::new();
        input.read_to_string(&mut text)?;
        return Ok(text);
    }
    Ok(std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?)
}
