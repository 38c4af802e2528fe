//! npm's tools: esbuild and wasm-opt, and what the browser tests need.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Context;

use crate::fingerprint::Fingerprint;
use crate::process::{self, command};
use crate::progress::step;
use crate::workspace::root;

const INSTALL: &str = "install Node 20 or later with npm, for instance with `apt-get install nodejs npm`";

/// Runs `npm ci` when `node_modules` is missing or was made from another lockfile.
///
/// # Errors
/// Names node or npm where they are missing, and passes on npm's own words.
pub fn ensure() -> anyhow::Result<()> {
    process::output(command("node").arg("--version"), INSTALL)?;
    let lock = Fingerprint::new().file(&root().join("package-lock.json"))?.finish();
    // Inside node_modules, so that deleting that directory also forgets what was in it.
    let stamp = root().join("node_modules/.alentour-lock");
    if fs::read_to_string(&stamp).is_ok_and(|known| known == lock) {
        return Ok(());
    }
    step("npm ci", || {
        // No package of ours needs its install script; one of them would run git in this checkout.
        process::output(command("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]), INSTALL)?;
        fs::write(&stamp, lock).with_context(|| format!("{} cannot be written", stamp.display()))
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
