//! Where a feed comes from.

use std::path::PathBuf;

use alentour_formats::Columns;

use super::fetch::Fetcher;
use super::gather::{self, Bounds, Gathered, Known, Unread};
use super::input::Input;
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
            Self::Url(url) => f.write_str(&gather::shown(url)),
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
            Self::File(path) => {
                let input = Input::open(path).map_err(|why| Unread::Unopened(why.to_string()))?;
                gather::read(&input.whole()?, columns)?
            }
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
