//! Why a feed is not read in parts.

use std::fmt;
use std::io;

use crate::error::ReadError;

/// Why a feed is not read (any further) a stretch at a time.
#[derive(Debug)]
#[non_exhaustive]
pub enum StreamError {
    /// It has to be read whole, with [`crate::read`]: it is short, or no JSON, or of a format in which one item says
    /// something about another.
    Whole,
    /// What stands behind its items, such as its time zone, says something about all of them: they have to be read again,
    /// with [`Stream::with_ending`].
    Ending(Ending),
    /// It cannot be read.
    Read(ReadError),
    /// Its bytes could not be had.
    Io(io::Error),
}

impl fmt::Display for StreamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => f.write_str("the feed has to be read whole"),
            Self::Ending(_) => {
                f.write_str("what stands behind the items of the feed has to be known before they are read")
            }
            Self::Read(why) => why.fmt(f),
            Self::Io(why) => why.fmt(f),
        }
    }
}

impl std::error::Error for StreamError {}

impl From<ReadError> for StreamError {
    fn from(why: ReadError) -> Self {
        Self::Read(why)
    }
}

impl From<io::Error> for StreamError {
    fn from(why: io::Error) -> Self {
        Self::Io(why)
    }
}

/// What stands behind the items of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending(pub(super) Vec<u8>);
