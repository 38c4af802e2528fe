//! A canonical feed as it is written: an initiative a line. A file appears when it is whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use alentour_model::{Feed, Initiative};

/// Bytes that are kept before a pipe gets the first of them: as long as none has left, one can begin anew.
const KEPT: usize = 64 * 1024 * 1024;

/// Where a feed is written to.
pub struct Output {
    to: To,
    is_first: bool,
    /// What is written next.
    text: Vec<u8>,
}

enum To {
    /// A file of another name until it is whole.
    File { file: File, temporary: PathBuf, path: PathBuf },
    /// A pipe or device, and whether anything has left.
    Pipe { pipe: Box<dyn Write>, has_left: bool },
}

impl Output {
    /// A file, or standard output.
    ///
    /// # Errors
    /// Where the file cannot be made.
    pub fn new(path: Option<&Path>) -> io::Result<Self> {
        let to = match path {
            None => To::Pipe { pipe: Box::new(io::stdout()), has_left: false },
            Some(path) => {
                file(path).map_err(|why| io::Error::new(why.kind(), format!("{}: {why}", path.display())))?
            }
        };
        Ok(Self { to, is_first: true, text: Vec::new() })
    }

    /// Writes what a feed says about itself.
    pub fn begin(&mut self, feed: &Feed) -> io::Result<()> {
        let about = Feed { initiatives: Vec::new(), ..feed.clone() };
        serde_json::to_writer(&mut self.text, &about)?;
        // The list of initiatives is the last of its fields, and empty.
        self.text.truncate(self.text.len().saturating_sub(b"]}".len()));
        self.is_first = true;
        Ok(())
    }

    /// Writes initiatives.
    pub fn add(&mut self, initiatives: &[Initiative]) -> io::Result<()> {
        for initiative in initiatives {
            self.text.extend_from_slice(if self.is_first { b"\n" } else { b",\n" });
            serde_json::to_writer(&mut self.text, initiative)?;
            self.is_first = false;
        }
        let is_enough = match &self.to {
            To::File { .. } | To::Pipe { has_left: true, .. } => true,
            To::Pipe { has_left: false, .. } => self.text.len() > KEPT,
        };
        if is_enough { self.flush() } else { Ok(()) }
    }

    /// Writes the end of the feed.
    pub fn end(&mut self) -> io::Result<()> {
        self.text.extend_from_slice(b"\n]}\n");
        Ok(())
    }

    /// Forgets what was written.
    ///
    /// # Errors
    /// Where some of it has left already.
    pub fn rewind(&mut self) -> io::Result<()> {
        self.text.clear();
        match &mut self.to {
            To::File { file, .. } => {
                file.set_len(0)?;
                file.seek(SeekFrom::Start(0)).map(drop)
            }
            To::Pipe { has_left: false, .. } => Ok(()),
            To::Pipe { .. } => Err(io::Error::other(
                "this feed says at its end what its beginning means, and that has been written: name a file with --output",
            )),
        }
    }

    /// Hands over what was written: on disk, and under its name.
    pub fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        match &mut self.to {
            To::File { file, temporary, path } => {
                file.sync_all()?;
                fs::rename(temporary, path)
            }
            To::Pipe { pipe, .. } => pipe.flush(),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::File { file, .. } => file.write_all(&self.text)?,
            To::Pipe { pipe, has_left } => {
                *has_left = true;
                pipe.write_all(&self.text)?;
            }
        }
        self.text.clear();
        Ok(())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let To::File { temporary, .. } = &self.to {
            // Gone already where it has its name.
            let _ = fs::remove_file(temporary);
        }
    }
}

fn file(path: &Path) -> io::Result<To> {
    let path = target(path);
    match fs::metadata(&path) {
        // A device or a named pipe has no other name to wait under.
        Ok(about) if !about.is_file() => {
            let pipe = Box::new(OpenOptions::new().write(true).open(&path)?);
            return Ok(To::Pipe { pipe, has_left: false });
        }
        _ => {}
    }
    let temporary = temporary(&path).ok_or(io::ErrorKind::InvalidFilename)?;
    let file = File::create(&temporary)?;
    Ok(To::File { file, temporary, path })
}

/// What a link leads to is written, and not the link.
fn target(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// The name under which a file is written until it is whole.
pub fn temporary(path: &Path) -> Option<PathBuf> {
    let path = target(path);
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name()?);
    name.push(format!(".{}.part", std::process::id()));
    Some(path.with_file_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feed.json");
        fs::write(&path, "before").unwrap();
        let feed = Feed { version: Feed::VERSION.into(), name: "Ici".into(), ..Feed::default() };
        let initiatives = [Initiative::new("a", "A"), Initiative::new("b", "B")];
        let write = |output: &mut Output| {
            output.begin(&feed).unwrap();
            output.add(&initiatives).unwrap();
        };
        let mut output = Output::new(Some(&path)).unwrap();
        write(&mut output);
        drop(output);
        assert_eq!(fs::read_to_string(&path).unwrap(), "before");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half written stays");

        let mut output = Output::new(Some(&path)).unwrap();
        write(&mut output);
        output.rewind().unwrap();
        write(&mut output);
        output.end().unwrap();
        output.finish().unwrap();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.lines().count(), 4, "{text}");
        let read = alentour_formats::read(text.as_bytes()).unwrap();
        assert_eq!((read.feed.name.as_str(), read.feed.initiatives.len()), ("Ici", 2));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_feed_without_initiatives_is_json_too() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feed.json");
        let mut output = Output::new(Some(&path)).unwrap();
        output.begin(&Feed { version: Feed::VERSION.into(), ..Feed::default() }).unwrap();
        output.end().unwrap();
        output.finish().unwrap();
        assert!(serde_json::from_slice::<serde_json::Value>(&fs::read(&path).unwrap()).is_ok());
    }
}
