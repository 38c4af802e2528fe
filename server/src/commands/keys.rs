//! `alentour keys`.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::error::CommandError;
use crate::outbox::sealed;

/// Subcommands of `alentour keys`.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Make a pair: the public key is for the sink's `public-key`, the secret one for the organiser alone
    New,
    /// Open a sealed event from standard input
    Open {
        /// File of the secret key
        #[arg(long, value_name = "FILE")]
        key_file: PathBuf,
    },
}

impl Action {
    /// Makes a pair of keys, or opens the event that `input` has.
    ///
    /// # Errors
    /// For the person at the terminal.
    pub fn run(&self, input: &mut impl Read, out: &mut impl Write) -> Result<(), CommandError> {
        match self {
            Self::New => {
                let (public, secret) = sealed::new_keys();
                Ok(writeln!(out, "public-key = \"{public}\"\nsecret-key = \"{secret}\"")?)
            }
            Self::Open { key_file } => {
                let mut event = String::new();
                input.read_to_string(&mut event)?;
                let event = serde_json::from_str(&event)
                    .map_err(|error| format!("the event is not JSON: {error}"))?;
                serde_json::to_writer_pretty(&mut *out, &sealed::open(event, &secret_key(key_file)?)?)?;
                Ok(writeln!(out)?)
            }
        }
    }
}

/// The secret key in a file: alone, or as `keys new` has printed it.
fn secret_key(path: &Path) -> Result<String, CommandError> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let named = text.lines().find_map(|line| line.trim().strip_prefix("secret-key"));
    let key = named.map_or(text.as_str(), |rest| rest.trim_start_matches([' ', '=']));
    Ok(key.trim().trim_matches('"').to_owned())
}
