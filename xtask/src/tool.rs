//! Cargo's further tools, each in the version that we name.

use std::path::PathBuf;

use crate::process::{self, cargo};
use crate::progress::step;
use crate::workspace::target;

const RUSTUP: &str = "install rustup from https://rustup.rs";

/// Installs a tool such as `cargo-deny` below the target directory where it is missing or another version, and says where it is.
///
/// # Errors
/// When it cannot be downloaded or compiled.
pub fn ensure(name: &str, version: &str) -> anyhow::Result<PathBuf> {
    let tools = target().join("tools");
    let program = tools.join("bin").join(name);
    let known = process::output(process::command(&program).arg("--version"), "").unwrap_or_default();
    if known.trim().ends_with(version) {
        return Ok(program);
    }
    step(&format!("install {name} {version} (some minutes, once)"), || {
        let mut install = cargo()?;
        install.args(["install", name, "--quiet", "--locked", "--debug", "--force", "--version", version]);
        // What a debugger needs of it takes a third of the time to compile.
        install.env("CARGO_PROFILE_DEV_DEBUG", "0").arg("--root").arg(&tools);
        // Not among our own: `cargo install` would rebuild what we share with it.
        install.arg("--target-dir").arg(tools.join("build"));
        process::run(&mut install, RUSTUP)
    })?;
    Ok(program)
}
