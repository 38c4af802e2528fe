//! Where a feed comes from.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use alentour_formats::{Columns, MAX_BYTES, ReadError};

use super::fetch::Fetcher;
use super::gather::{self, Bounds, Gathered, Known, Unread};
use super::{demo, locate};

/// Where a feed comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// The feed that the binary embeds, dated anew each day.
    Demo,
    /// A file.
    File(PathBuf),
    /// An `http` or `https` address.
    Url(String),
}

impl From<&str> for Source {
    fn from(text: &str) -> Self {
        let scheme = text.split("://").next().unwrap_or_default().to_ascii_lowercase();
        if scheme == "http" || scheme == "https" { Self::Url(text.into()) } else { Self::File(text.into()) }
    }
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Demo => f.write_str("the demo feed"),
            Self::File(path) => write!(f, "{}", path.display()),
            // The query of an address may hold a key.
            Self::Url(url) => f.write_str(url.split(['?', '#']).next().unwrap_or_default()),
        }
    }
}

impl Source {
    /// Reads all of the feed, wherever it is; if it is a table, with what is said of its columns. Blocks.
    ///
    /// # Errors
    /// Where nothing can be had of it.
    pub fn gather(&self, fetcher: &Fetcher, bounds: Bounds, columns: &Columns) -> Result<Gathered, Unread> {
        let mut gathered = match self {
            Self::Demo => gather::read(demo::feed(demo::today()).as_bytes(), columns)?,
            Self::File(path) => gather::read(&open(path)?, columns)?,
            Self::Url(url) => match gather::gather(fetcher, url, Known::Nothing, bounds, columns)? {
                Some(gathered) => gathered,
                // Nobody asked for changes only.
                None => return Err(Unread::Unfetched(super::FetchError::Status(304))),
            },
        };
        locate::complete(&mut gathered.reading);
        Ok(gathered)
    }
}

/// The bytes of a file, which may have so many and no more.
pub fn open(path: &Path) -> Result<Vec<u8>, Unread> {
    let unopened = |why: std::io::Error| Unread::Unopened(why.to_string());
    let file = File::open(path).map_err(unopened)?;
    let length = file.metadata().map_err(unopened)?.len();
    let mut bytes = Vec::new();
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(unopened)?;
    match bytes.len() {
        // As many as the file has, where it is one; a pipe does not say.
        read if read > MAX_BYTES => {
            let bytes = usize::try_from(length).unwrap_or(usize::MAX).max(read);
            Err(Unread::Unreadable(ReadError::TooLarge { bytes }))
        }
        _ => Ok(bytes),
    }
}
