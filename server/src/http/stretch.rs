//! A part of a file that stays open, sent as its reader takes it: many slow ones cost a chunk each and no open file.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::{Body, Bytes};
use futures_util::stream;
use tracing::warn;

/// Bytes that are read at once. Above what a connection buffers (`http/listen.rs`), so that it asks for no second one before it has
/// sent the first.
const CHUNK: u64 = 64 << 10;

/// A file that stays open.
#[derive(Debug)]
pub struct OpenFile {
    path: PathBuf,
    file: File,
}

impl OpenFile {
    /// An open file. The path is for the log.
    pub fn new(path: &Path, file: File) -> Self {
        Self { path: path.to_owned(), file }
    }

    /// So many bytes from there. Blocks.
    ///
    /// # Errors
    /// The system's, and where there are fewer.
    pub fn read(&self, start: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        read_exact_at(&self.file, &mut bytes, start)?;
        Ok(bytes)
    }
}

/// Where some bytes are, or what is left to be sent of them.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// The file.
    pub file: Arc<OpenFile>,
    /// The first of them.
    pub start: u64,
    /// How many.
    pub length: u64,
}

impl Stretch {
    /// The bytes, read as they are asked for. What cannot be read ends the connection, so that nobody takes a part for the whole.
    pub fn body(self) -> Body {
        Body::from_stream(stream::try_unfold(self, async |left| {
            if left.length == 0 {
                return Ok(None);
            }
            let Self { file, start, length } = left.clone();
            let next = length.min(CHUNK);
            let read = tokio::task::spawn_blocking(move || file.read(start, next as usize).map(Bytes::from));
            let bytes = read.await.map_err(io::Error::other).flatten().inspect_err(
                |error| warn!(file = %left.file.path.display(), %error, "a file that is being sent cannot be read"),
            )?;
            let rest = Self { start: start + next, length: length - next, ..left };
            io::Result::Ok(Some((bytes, rest)))
        }))
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, bytes: &mut [u8], start: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, start)
}

/// The same where the standard library has it for less than all.
#[cfg(windows)]
fn read_exact_at(file: &File, mut bytes: &mut [u8], mut start: u64) -> io::Result<()> {
    use std::os::windows::fs::FileExt;
    while !bytes.is_empty() {
        match file.seek_read(bytes, start)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => (bytes, start) = (&mut bytes[read..], start + read as u64),
        }
    }
    Ok(())
}
