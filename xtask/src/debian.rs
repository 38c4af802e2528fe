//! Programs that Debian packages, where they are missing and we may install them.

use std::process::Command;

use anyhow::{Context, bail};

use crate::network::{PATIENCE, download};
use crate::process;
use crate::progress::step;
use crate::workspace::lock;

/// What `find` finds, after the packages were installed where it found nothing.
///
/// # Errors
/// Where we are not root or there is no apt: `by_hand` then says what to do.
pub fn ensure<T>(
    what: &str,
    packages: &[&str],
    by_hand: &str,
    find: impl Fn() -> Option<T>,
) -> anyhow::Result<T> {
    if let Some(found) = find() {
        return Ok(found);
    }
    let _lock = lock("debian")?;
    // Somebody else has installed it meanwhile.
    if let Some(found) = find() {
        return Ok(found);
    }
    let root = process::output(Command::new("id").arg("-u"), by_hand)?.trim() == "0";
    if !root || process::find(&["apt-get"]).is_none() {
        bail!("no {what} was found: {by_hand}");
    }
    step(&format!("install {what}"), || {
        apt(what, &["update"], by_hand)?;
        apt(what, &[&["install", "--yes", "--no-install-recommends"], packages].concat(), by_hand)
    })?;
    find().with_context(|| format!("{what} was installed and cannot be found: {by_hand}"))
}

fn apt(what: &str, arguments: &[&str], by_hand: &str) -> anyhow::Result<()> {
    download(what, PATIENCE, by_hand, || {
        let mut apt = Command::new("apt-get");
        // Its own patience with a server that says nothing is two minutes, several times.
        apt.args(["-o", "Acquire::http::Timeout=30", "-o", "Acquire::Retries=1"]);
        // Another program may be installing something.
        apt.args(["-o", "DPkg::Lock::Timeout=120"]).args(arguments);
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        Ok(apt)
    })
    .map(drop)
}
