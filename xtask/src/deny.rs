//! cargo-deny: licences, sources and known faults of everything we depend on.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{self, cargo};
use crate::progress::{note, step};
use crate::workspace::{root, target};

/// Exact, so that a new lint of theirs never breaks an old commit of ours.
const VERSION: &str = "0.20.2";

const RUSTUP: &str = "install rustup from https://rustup.rs";

/// Installs cargo-deny below the target directory where it is missing, and says where it is.
fn ensure() -> anyhow::Result<PathBuf> {
    let tools = target().join("tools");
    let program = tools.join("bin/cargo-deny");
    let known = process::output(process::command(&program).arg("--version"), "").unwrap_or_default();
    if known.trim().ends_with(VERSION) {
        return Ok(program);
    }
    step(&format!("install cargo-deny {VERSION} (some minutes, once)"), || {
        let mut install = cargo()?;
        install.args(["install", "cargo-deny", "--locked", "--debug", "--force", "--version", VERSION]);
        install.arg("--root").arg(&tools);
        // Not among our own: `cargo install` would rebuild what we share with it.
        install.arg("--target-dir").arg(tools.join("build"));
        process::run(&mut install, RUSTUP)
    })?;
    Ok(program)
}

/// Checks licences, banned crates and sources.
pub fn policy() -> anyhow::Result<()> {
    let program = ensure()?;
    check(&program, &["licenses", "bans", "sources"])
}

/// Checks the advisory database, and says whether it could: without a network there is none, which is no finding.
pub fn advisories() -> anyhow::Result<bool> {
    let program = ensure()?;
    if process::output(deny(&program)?.args(["fetch", "db"]), RUSTUP).is_err() {
        note("advisories: not checked, database unreachable");
        return Ok(false);
    }
    check(&program, &["advisories"])?;
    Ok(true)
}

fn check(program: &Path, what: &[&str]) -> anyhow::Result<()> {
    process::run(deny(program)?.args(["check", "--hide-inclusion-graph"]).args(what), RUSTUP)
}

/// The program, as cargo would start it.
fn deny(program: &Path) -> anyhow::Result<Command> {
    let mut deny = process::command(program);
    deny.env("RUSTUP_TOOLCHAIN", crate::toolchain::channel()?).env_remove("CARGO");
    deny.arg("--manifest-path").arg(root().join("Cargo.toml")).args(["--log-level", "warn"]);
    Ok(deny)
}
