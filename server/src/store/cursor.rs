//! A place in a list of sign-ups, for a program outside: it goes through addresses and logs, so that it is encrypted.

use serde::{Deserialize, Serialize};

use super::sealed::Sealed;
use super::{CipherError, Cursor, Keys};

#[derive(Serialize, Deserialize)]
struct Place(Cursor);

impl Sealed for Place {
    const KEY: &'static str = "cursors";
}

/// Encrypts a place in an initiative's sign-ups.
///
/// # Errors
/// Where the system has no randomness.
pub fn seal(keys: &Keys, initiative: &str, cursor: Cursor) -> Result<Vec<u8>, CipherError> {
    Place(cursor).seal(keys, initiative)
}

/// Reads it back; `None` where it is none of that initiative's.
pub fn open(keys: &Keys, initiative: &str, sealed: &[u8]) -> Option<Cursor> {
    Place::open(keys, initiative, sealed).ok().map(|place| place.0)
}
