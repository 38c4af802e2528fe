//! Programs that Debian packages, where they are missing and we may install them.

use std::process::Command;

use anyhow::bail;

use crate::process;
use crate::progress::step;

/// Installs packages.
///
/// # Errors
/// Where we are not root or there is no apt: `by_hand` then says what to do.
pub fn install(what: &str, packages: &[&str], by_hand: &str) -> anyhow::Result<()> {
    let root = process::output(Command::new("id").arg("-u"), by_hand)?.trim() == "0";
    if !root || process::find(&["apt-get"]).is_none() {
        bail!("no {what} was found: {by_hand}");
    }
    step(&format!("install {what}"), || {
        let apt = |arguments: &[&str]| {
            let mut apt = Command::new("apt-get");
            process::output(apt.env("DEBIAN_FRONTEND", "noninteractive").args(arguments), by_hand)
        };
        apt(&["update"])?;
        apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat())
    })
    .map(drop)
}
