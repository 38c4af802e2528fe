//! What is read, from its beginning as often as need be.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use alentour_formats::{MAX_BYTES, ReadError};

use super::gather::Unread;

/// Bytes that come from somewhere.
pub enum Input {
    /// A file, with its length.
    File(File, u64),
    /// A pipe.
    Pipe(Pipe),
}

impl Input {
    /// A file, or a pipe that has a name.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let about = file.metadata()?;
        if about.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok(if about.is_file() { Self::File(file, about.len()) } else { Self::pipe(file) })
    }

    /// What can be read once.
    pub fn pipe(from: impl Read + 'static) -> Self {
        Self::Pipe(Pipe { from: Box::new(from), kept: Vec::new(), at: 0, is_kept: true })
    }

    /// Its bytes, where that is known.
    pub fn length(&self) -> Option<u64> {
        match self {
            Self::File(_, length) => Some(*length),
            Self::Pipe(_) => None,
        }
    }

    /// All of it, as much as may be read whole.
    ///
    /// # Errors
    /// The system's, and where it is more.
    pub fn whole(self) -> Result<Vec<u8>, Unread> {
        let length = self.length().and_then(|length| usize::try_from(length).ok());
        let mut bytes = Vec::new();
        let read = self.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes);
        // As many as the file has, where it is one; a pipe does not say.
        match read.map_err(|why| Unread::Unopened(why.to_string()))? {
            read if read > MAX_BYTES => {
                Err(Unread::Unreadable(ReadError::TooLarge { bytes: length.unwrap_or(read).max(read) }))
            }
            _ => Ok(bytes),
        }
    }

    /// Goes back to the beginning.
    ///
    /// # Errors
    /// A pipe that has given more than is kept of it.
    pub fn rewind(&mut self) -> io::Result<()> {
        match self {
            Self::File(file, _) => file.seek(SeekFrom::Start(0)).map(drop),
            Self::Pipe(pipe) if pipe.is_kept => {
                pipe.at = 0;
                Ok(())
            }
            Self::Pipe(_) => Err(io::Error::other(
                "this feed has to be read twice, or is too large to be read whole: save it, and give the file",
            )),
        }
    }
}

impl Read for Input {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::File(file, _) => file.read(into),
            Self::Pipe(pipe) => pipe.read(into),
        }
    }
}

/// What can be read once. As much is kept of it as may be read whole.
pub struct Pipe {
    from: Box<dyn Read>,
    kept: Vec<u8>,
    /// What of that was read again.
    at: usize,
    is_kept: bool,
}

impl Read for Pipe {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut again = self.kept.get(self.at..).unwrap_or_default();
        if !again.is_empty() {
            let read = again.read(into)?;
            self.at += read;
            return Ok(read);
        }
        let read = self.from.read(into)?;
        if self.is_kept {
            self.kept.extend_from_slice(into.get(..read).unwrap_or_default());
            self.at = self.kept.len();
            if self.kept.len() > MAX_BYTES + CHUNK {
                (self.kept, self.at, self.is_kept) = (Vec::new(), 0, false);
            }
        }
        Ok(read)
    }
}

/// So that a pipe of one byte more than may be read whole is still said to be too large.
const CHUNK: usize = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pipe_is_read_again_from_its_beginning() {
        let mut input = Input::pipe(&b"abcdef"[..]);
        let mut first = [0; 4];
        input.read_exact(&mut first).unwrap();
        input.rewind().unwrap();
        let mut all = String::new();
        input.read_to_string(&mut all).unwrap();
        assert_eq!(all, "abcdef");
        let mut long = Input::pipe(io::repeat(b' ').take((MAX_BYTES + 2 * CHUNK) as u64));
        io::copy(&mut long, &mut io::sink()).unwrap();
        assert!(long.rewind().is_err());
    }
}
