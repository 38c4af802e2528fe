//! The folder of the catalogue: the one that is served, the one that is being written, and what they were made of.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::FORMAT;
use super::draft::sync_folder;
use crate::store::random_id;

/// Says what is served; replaced as a whole.
const STATE: &str = "state.json";
/// Held by the process whose folder it is.
const LOCK: &str = "lock";
/// What the names of temporary folders begin with.
const TEMPORARY: &str = "alentour-catalogue-";
/// What the names of everything else in the folder begin with: what no state names any more is removed at the next start.
const OWN: &str = "catalogue-";

/// The folder of the catalogue, for one process.
#[derive(Debug)]
pub struct Home {
    folder: PathBuf,
    /// This program, as it was when it started: its file may be replaced meanwhile.
    program: String,
    /// Locked as long as it is open.
    _lock: File,
    /// Whether it goes with the process.
    is_temporary: bool,
}

/// What is served, and what it was made of.
#[derive(Debug, Serialize, Deserialize)]
pub struct State<S> {
    /// [`FORMAT`]: another program cannot read it.
    format: u32,
    /// What has read the feeds: another one may read them otherwise.
    program: String,
    /// The name of the catalogue's folder.
    pub catalogue: String,
    /// What it was made of.
    pub feeds: S,
}

/// The release, and the program's file, which another build has otherwise. Where the system does not tell it, none is like it.
fn program() -> io::Result<String> {
    let file = std::env::current_exe().and_then(fs::metadata);
    let file =
        file.and_then(|file| Ok(format!("{} {:?}", file.len(), file.modified()?))).or_else(|_| id())?;
    Ok(format!("{} {file}", env!("CARGO_PKG_VERSION")))
}

impl Home {
    /// That folder, which is made where there is none.
    ///
    /// # Errors
    /// The system's, and where another process has it.
    pub fn at(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let lock = File::create(folder.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => {
                let (folder, program) = (folder.to_owned(), program()?);
                Ok(Self { folder, program, _lock: lock, is_temporary: false })
            }
            Err(TryLockError::WouldBlock) => Err(io::Error::other("another process uses it")),
            Err(TryLockError::Error(why)) => Err(why),
        }
    }

    /// A folder of this process alone, among the system's temporary files: the next start reads the feeds anew.
    ///
    /// # Errors
    /// The system's.
    pub fn temporary() -> io::Result<Self> {
        // What a process has left that was killed is nobody's.
        for left in fs::read_dir(std::env::temp_dir())?.flatten() {
            let is_left = left.file_name().to_str().is_some_and(|name| name.starts_with(TEMPORARY));
            if is_left && let Ok(home) = Self::at(&left.path()) {
                let mut home = home;
                home.is_temporary = true;
            }
        }
        let folder = std::env::temp_dir().join(format!("{TEMPORARY}{}", id()?));
        let mut home = Self::at(&folder)?;
        home.is_temporary = true;
        Ok(home)
    }

    /// A path within the folder for something new, and its name.
    ///
    /// # Errors
    /// Where the system gives no randomness.
    pub fn new_path(&self) -> io::Result<(String, PathBuf)> {
        let name = format!("{OWN}{}", id()?);
        Ok((name.clone(), self.path(&name)))
    }

    /// Bytes that something new in the folder may have: a quarter of what is free on its disk, so that reading a feed and writing the
    /// catalogue of it leave some to the sign-ups beside it.
    pub fn room(&self) -> u64 {
        free(&self.folder).map_or(u64::MAX, |free| free / 4)
    }

    /// What is in the folder by that name.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What was served last, and whether by this program; `None` where there is nothing that it can read.
    pub fn state<S: DeserializeOwned>(&self) -> Option<(State<S>, bool)> {
        let text = fs::read(self.path(STATE)).ok()?;
        let state: State<S> = serde_json::from_slice(&text).ok()?;
        let is_own = state.program == self.program;
        (state.format == FORMAT).then_some((state, is_own))
    }

    /// That catalogue of those feeds, by this program.
    pub fn state_of<S>(&self, catalogue: String, feeds: S) -> State<S> {
        State { format: FORMAT, program: self.program.clone(), catalogue, feeds }
    }

    /// Notes what is served, at once or not at all.
    ///
    /// # Errors
    /// The system's.
    pub fn note<S: Serialize>(&self, state: &State<S>) -> io::Result<()> {
        let (_, beside) = self.new_path()?;
        let written = (|| {
            let mut file = File::create(&beside)?;
            file.write_all(&serde_json::to_vec(state)?)?;
            file.sync_all()?;
            fs::rename(&beside, self.path(STATE))?;
            sync_folder(&self.folder)
        })();
        written.inspect_err(|_| drop(fs::remove_file(&beside)))
    }

    /// Removes what an earlier process has left, but for what is named.
    ///
    /// # Errors
    /// The system's.
    pub fn tidy(&self, kept: &[&str]) -> io::Result<()> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_str().unwrap_or_default();
            if !name.starts_with(OWN) || kept.contains(&name) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if self.is_temporary {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Bytes that are free on the disk of a folder, where the system says it.
#[cfg(target_os = "linux")]
fn free(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Elsewhere it is written until there is no room.
#[cfg(not(target_os = "linux"))]
fn free(_: &Path) -> Option<u64> {
    None
}

fn id() -> io::Result<String> {
    random_id().map_err(|_| io::Error::other("no randomness"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_one_process_s_and_its_state_the_last_that_was_noted() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path()).unwrap();
        assert!(Home::at(folder.path()).is_err());
        assert!(home.state::<u32>().is_none());
        assert!(home.room() > 0);
        let (kept, path) = home.new_path().unwrap();
        fs::create_dir(&path).unwrap();
        fs::create_dir(home.new_path().unwrap().1).unwrap();
        fs::write(folder.path().join("foreign"), "").unwrap();
        home.note(&home.state_of(kept.clone(), 7_u32)).unwrap();
        home.tidy(&[&kept]).unwrap();
        let (state, is_own) = home.state::<u32>().unwrap();
        assert!(is_own);
        assert_eq!((state.catalogue, state.feeds), (kept, 7));
        // The state, the lock, what is kept, and what is not ours.
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 4);
        drop(home);
        assert!(Home::at(folder.path()).is_ok());
    }

    #[test]
    fn a_temporary_folder_goes_with_its_process() {
        let home = Home::temporary().unwrap();
        let folder = home.folder.clone();
        assert!(folder.is_dir());
        drop(home);
        assert!(!folder.exists());
    }
}
