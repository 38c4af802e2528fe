//! npm's tools: esbuild and wasm-opt, and what the browser tests need.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use crate::fingerprint::Fingerprint;
use crate::network::{PATIENCE, download};
use crate::process::{self, command};
use crate::progress::step;
use crate::workspace::{lock, root};

const INSTALL: &str = "install Node 20 or later with npm, for instance with `apt-get install nodejs npm`";

/// Runs `npm ci` when `node_modules` is missing or was made from another lockfile.
///
/// # Errors
/// Names node or npm where they are missing, and passes on npm's own words.
pub fn ensure() -> anyhow::Result<()> {
    ensure_in(&root())
}

/// The same in a folder that has a `package.json` of its own.
///
/// # Errors
/// As for [`ensure`].
pub fn ensure_in(folder: &Path) -> anyhow::Result<()> {
    process::output(command("node").arg("--version"), INSTALL)?;
    let lockfile = Fingerprint::new().file(&folder.join("package-lock.json"))?.finish();
    // Inside node_modules, so that deleting that directory also forgets what was in it.
    let stamp = folder.join("node_modules/.alentour-lock");
    let is_there = || fs::read_to_string(&stamp).is_ok_and(|known| known == lockfile);
    if is_there() {
        return Ok(());
    }
    let _lock = lock("npm")?;
    // Somebody else has installed them meanwhile.
    if is_there() {
        return Ok(());
    }
    process::output(command("npm").arg("--version"), INSTALL)?;
    step("npm ci", || {
        download("npm's packages", PATIENCE, INSTALL, || {
            let mut npm = command("npm");
            npm.current_dir(folder);
            // No package of ours needs its install script; one of them would run git in this checkout.
            npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
            // Its own patience is five minutes, three times.
            npm.args(["--fetch-timeout=60000", "--fetch-retries=1"]);
            Ok(npm)
        })?;
        fs::write(&stamp, &lockfile).with_context(|| format!("{} cannot be written", stamp.display()))
    })
}

/// One of npm's programs, from `node_modules/.bin`.
pub fn tool(name: &str) -> Command {
    let path: PathBuf = root().join("node_modules/.bin").join(name);
    command(path)
}

/// Runs one of npm's programs and returns what it prints.
pub fn output(command: &mut Command) -> anyhow::Result<String> {
    process::output(command, "delete node_modules and run `cargo xtask build` again")
}
