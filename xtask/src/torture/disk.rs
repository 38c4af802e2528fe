//! A disk that is full: a small file system in memory, filled while people sign up, and emptied again.

use std::fs;
use std::path::Path;
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
    let disk = folder.0.join("disk");
    fs::create_dir(&disk)?;
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", "size=24m", "none"]).arg(&disk);
    if process::output(&mut mount, "mount").is_err() {
        // `server/tests/server/process.rs` has the same with a limit on the size of files, which needs no rights.
        return Ok("skipped: a file system can only be mounted by root".into());
    }
    let shown = fill(binary, &folder, &disk);
    let _ = Command::new("umount").arg("--lazy").arg(&disk).status();
    shown
}

fn fill(binary: &Path, folder: &Folder, disk: &Path) -> anyhow::Result<String> {
    let database = format!("sqlite:{}", disk.join("alentour.db").display());
    let server = Server::start(binary, folder, &database, free_port()?)?;
    let crowd = Crowd::start(&server.address, 8, "d");
    crowd.wait_for(200)?;
    let ballast = disk.join("ballast");
    // As much as there is: the last byte too.
    let _ = Command::new("dd")
        .args(["if=/dev/zero", "bs=4096"])
        .arg(format!("of={}", ballast.display()))
        .output();
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
    fs::remove_file(&ballast)?;
    crowd.wait_for(200)?;
    let shown = crowd.finish().compare(binary, &database)?;
    Ok(format!("disk full: {refused} × 503; room again: goes on without a restart. {shown}"))
}
