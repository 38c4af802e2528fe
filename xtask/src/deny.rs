//! cargo-deny: licences, sources and known faults of everything we depend on.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::network::download;
use crate::progress::note;
use crate::workspace::root;
use crate::{process, tool};

/// Exact, so that a new lint of theirs never breaks an old commit of ours.
const VERSION: &str = "0.20.2";

/// A database of some megabytes, by git, which has no patience of its own to set.
const PATIENCE: Duration = Duration::from_secs(60);

const RUSTUP: &str = "install rustup from https://rustup.rs";

/// Checks licences, banned crates and sources.
pub fn policy() -> anyhow::Result<()> {
    let program = tool::ensure("cargo-deny", VERSION)?;
    check(&program, &["licenses", "bans", "sources"])
}

/// Checks the advisory database, and says whether it could: without a network there is none, which is no finding.
pub fn advisories() -> anyhow::Result<bool> {
    let program = tool::ensure("cargo-deny", VERSION)?;
    let fetch = || {
        let mut fetch = deny(&program)?;
        fetch.args(["fetch", "db"]);
        Ok(fetch)
    };
    if let Err(error) = download("the advisories", PATIENCE, RUSTUP, fetch) {
        note(format!("{error:#}\n  · advisories: not checked, database unreachable"));
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
