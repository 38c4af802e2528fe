//! A disk that is full: a small file system in memory, filled while people sign up, and emptied again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::ensure;

use super::server::{Folder, SETTINGS, Server, free_port};
use super::visitors::Crowd;
use crate::process;

/// Fills the disk under load, and makes room again without a restart.
///
/// # Errors
/// Says what did not hold.
pub fn run(binary: &Path) -> anyhow::Result<String> {
    let folder = Folder::new(SETTINGS)?;
    let Some(disk) = SmallDisk::mount(&folder)? else {
        // `server/tests/server/process.rs` has the same with a limit on the size of files, which needs no rights.
        return Ok("skipped: a file system can only be mounted by root".into());
    };
    let database = format!("sqlite:{}", disk.0.join("alentour.db").display());
    let server = Server::start(binary, &folder, &database, free_port()?)?;
    let crowd = Crowd::start(&server.address, 8, "d");
    crowd.wait_for(200)?;
    disk.fill();
    let mut refused = 0;
    for _ in 0..200 {
        refused =
            crowd.told.answers.lock().map(|answers| answers.get(&503).copied().unwrap_or(0)).unwrap_or(0);
        if refused > 20 {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    ensure!(refused > 20, "the disk is full, and nobody is told: {}", crowd.told.said());
    disk.empty()?;
    crowd.wait_for(200)?;
    let shown = crowd.finish().compare(binary, &database)?;
    Ok(format!("disk full: {refused} × 503; room again: goes on without a restart. {shown}"))
}

/// A file system of 24 MB in memory, gone when it is dropped.
pub struct SmallDisk(pub PathBuf);

impl SmallDisk {
    /// Mounts one within that folder; `None` where that is not allowed.
    ///
    /// # Errors
    /// Where its folder cannot be made.
    pub fn mount(folder: &Folder) -> anyhow::Result<Option<Self>> {
        let path = folder.0.join("disk");
        fs::create_dir(&path)?;
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=24m", "none"]).arg(&path);
        Ok(process::output(&mut mount, "mount").is_ok().then_some(Self(path)))
    }

    /// Takes all the room that there is: the last byte too.
    pub fn fill(&self) {
        let ballast = format!("of={}", self.ballast().display());
        let _ = Command::new("dd").args(["if=/dev/zero", "bs=4096"]).arg(ballast).output();
    }

    /// Gives it back.
    ///
    /// # Errors
    /// Where it cannot.
    pub fn empty(&self) -> anyhow::Result<()> {
        Ok(fs::remove_file(self.ballast())?)
    }

    fn ballast(&self) -> PathBuf {
        self.0.join("ballast")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}
