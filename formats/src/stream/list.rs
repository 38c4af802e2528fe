//! The items of a feed as bytes, a stretch at a time.

use std::io::{self, Read};

use super::envelope::Position;
use super::error::StreamError;
use super::scan::{Mark, Scanner, split};

/// How much is read in one go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Bytes of a stretch; one ends with the item that reaches it.
    pub stretch: usize,
    /// Bytes that are asked for at a time.
    pub chunk: usize,
    /// Bytes that an item may have, and what stands behind the list.
    pub most: usize,
}

/// The items of a stretch, one by one.
pub(super) fn items(stretch: &[u8], is_lines: bool) -> Vec<&[u8]> {
    match is_lines {
        true => stretch.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).collect(),
        false => split(stretch).collect(),
    }
}

/// The items of a feed that are not given yet.
#[derive(Debug)]
pub(super) struct List<R> {
    input: R,
    limits: Limits,
    /// Whether there are no further bytes.
    is_drained: bool,
    /// Bytes that were read.
    pub bytes: u64,
    /// What was read and not given yet.
    buffer: Vec<u8>,
    /// Where the buffer begins in the feed.
    pub position: Position,
    /// Where the stretch ends that is at the beginning of the buffer, once that is known.
    end: Option<usize>,
    scanner: Scanner,
    pub is_lines: bool,
}

impl<R: Read> List<R> {
    /// The beginning of a feed; nothing where that is all of it.
    pub fn begin(input: R, limits: Limits) -> Result<Option<Self>, StreamError> {
        let mut list = Self {
            input,
            limits,
            is_drained: false,
            bytes: 0,
            buffer: Vec::new(),
            position: Position::default(),
            end: None,
            scanner: Scanner::default(),
            is_lines: false,
        };
        while list.buffer.len() < limits.stretch && !list.is_drained {
            list.fill()?;
        }
        if list.buffer.starts_with(b"\xef\xbb\xbf") {
            list.buffer.drain(..3);
        }
        Ok((!list.is_drained).then_some(list))
    }

    /// What was read and not given yet.
    pub fn read(&self) -> &[u8] {
        &self.buffer
    }

    /// Takes what is in front of the items.
    pub fn take(&mut self, bytes: usize) -> Vec<u8> {
        let rest = self.buffer.split_off(bytes.min(self.buffer.len()));
        let taken = std::mem::replace(&mut self.buffer, rest);
        self.position = self.position.after(&taken);
        taken
    }

    /// The next items. `None` where the feed breaks off.
    pub fn stretch(&mut self) -> Result<Option<&[u8]>, StreamError> {
        let mut from = 0;
        while self.end.is_none() {
            match self.mark(from) {
                Some(Mark::Comma(at)) if at < self.limits.stretch => from = at + 1,
                Some(Mark::Comma(at) | Mark::End(at)) => self.end = Some(at),
                Some(Mark::Foreign) => return Err(StreamError::Whole),
                None if self.is_drained && self.is_lines => self.end = Some(self.buffer.len()),
                None if self.is_drained => return Ok(None),
                None if self.buffer.len() > self.limits.most => return Err(StreamError::Whole),
                None => {
                    from = self.buffer.len();
                    self.fill()?;
                }
            }
        }
        Ok(self.buffer.get(..self.end.unwrap_or_default()))
    }

    /// Takes the stretch, and goes on behind it. The second says whether there are further items.
    pub fn cut(&mut self) -> (Vec<u8>, bool) {
        let end = self.end.take().unwrap_or_default();
        let goes_on = match self.is_lines {
            true => end < self.buffer.len() || !self.is_drained,
            false => self.buffer.get(end) == Some(&b','),
        };
        let mut stretch = self.take(end + usize::from(goes_on));
        stretch.truncate(end);
        (stretch, goes_on)
    }

    /// What is behind the items.
    pub fn ending(&mut self) -> Result<&[u8], StreamError> {
        while !self.is_drained {
            if self.buffer.len() > self.limits.most {
                return Err(StreamError::Whole);
            }
            self.fill()?;
        }
        Ok(&self.buffer)
    }

    fn mark(&mut self, from: usize) -> Option<Mark> {
        if self.is_lines {
            let end = self.buffer.get(from..)?.iter().position(|byte| *byte == b'\n')?;
            return Some(Mark::Comma(from + end));
        }
        self.scanner.next(&self.buffer, from)
    }

    /// Reads some more bytes.
    fn fill(&mut self) -> io::Result<()> {
        let before = self.buffer.len();
        self.buffer.resize(before + self.limits.chunk, 0);
        let read = loop {
            match self.input.read(self.buffer.get_mut(before..).unwrap_or_default()) {
                Err(why) if why.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.buffer.truncate(before + read.as_ref().copied().unwrap_or(0));
        let read = read?;
        self.bytes += read as u64;
        self.is_drained = read == 0;
        Ok(())
    }
}
