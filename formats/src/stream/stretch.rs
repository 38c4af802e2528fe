//! Some items of a feed, from their bytes to what they say. A stretch is read by itself, on whichever thread; what it has to do
//! with those before it is for [`Stream::join`](super::Stream::join).

use std::sync::Arc;

use alentour_model::Finding;

use super::envelope::{Envelope, Position};
use super::error::StreamError;
use crate::format::Format;
use crate::reading::Reading;

/// Items that were cut out of a feed, and not read yet: [`Stream::cut`](super::Stream::cut).
pub struct Stretch {
    pub(super) format: &'static Format,
    pub(super) envelope: Arc<Envelope>,
    pub(super) items: Vec<u8>,
    /// Where they begin in the feed.
    pub(super) position: Position,
    pub(super) is_first: bool,
    pub(super) is_last: bool,
}

/// Items that were read as if there were no others: [`Stream::join`](super::Stream::join) makes them a part of their feed.
pub struct ReadStretch {
    pub(super) stretch: Stretch,
    pub(super) said: Result<Said, StreamError>,
}

/// What items say.
pub(super) struct Said {
    pub reading: Reading,
    /// What is wrong with their syntax.
    pub notes: Vec<Finding>,
}

impl Stretch {
    /// Reads the items, which takes nearly all of the time that a feed takes.
    pub fn read(self) -> ReadStretch {
        let said = self.said();
        ReadStretch { stretch: self, said }
    }

    fn said(&self) -> Result<Said, StreamError> {
        let parsed = self.envelope.parse(&self.items, self.position, !self.is_first)?;
        let reading = self.envelope.read(self.format, &parsed.value)?;
        let reading = if self.is_first { reading } else { without_first(reading)? };
        Ok(Said { reading, notes: parsed.findings })
    }
}

/// Without the witness.
pub(super) fn without_first(mut reading: Reading) -> Result<Reading, StreamError> {
    if reading.feed.initiatives.is_empty() {
        return Err(StreamError::Whole);
    }
    reading.feed.initiatives.remove(0);
    reading.items -= 1;
    reading.findings.retain_mut(|finding| match &mut finding.item {
        Some(0) => false,
        Some(position) => {
            *position -= 1;
            true
        }
        None => true,
    });
    Ok(reading)
}
