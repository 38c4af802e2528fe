//! What a command is given to read.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use alentour_model::EmailAddress;

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

/// The e-mail address that the first line of standard input says: there it is in no history, and in no list of processes.
///
/// # Errors
/// Where it is none.
pub fn address(input: &mut impl Read) -> Result<EmailAddress, CommandError> {
    let mut line = String::new();
    // An address is short: what is longer is none.
    BufReader::new(input.take(1024)).read_line(&mut line)?;
    Ok(EmailAddress::parse(&line).ok_or("that is no e-mail address")?)
}
