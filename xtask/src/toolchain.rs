//! The Rust toolchain and the machine's tools: checked first, installed where rustup can.

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;

use crate::process::{self, command};
use crate::progress::{note, step};
use crate::workspace;

/// What browsers run.
pub const WASM: &str = "wasm32-unknown-unknown";

const RUSTUP: &str = "install rustup from https://rustup.rs";
const COMPILER: &str = "install one, for instance with `apt-get install gcc libc6-dev`";

#[derive(Deserialize)]
struct File {
    toolchain: Pinned,
}

#[derive(Deserialize)]
struct Pinned {
    channel: String,
}

/// The channel that `rust-toolchain.toml` pins, for instance `1.95.0`.
pub fn channel() -> anyhow::Result<String> {
    let path = workspace::root().join("rust-toolchain.toml");
    let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let file: File = toml::from_str(&text).with_context(|| format!("{} is not valid", path.display()))?;
    Ok(file.toolchain.channel)
}

/// Sees to it that the pinned toolchain is there with the WebAssembly target and std's sources, and that
/// there is a C compiler (SQLite is C).
///
/// rustup is called by name for each: with `RUSTUP_AUTO_INSTALL=0` the file `rust-toolchain.toml` alone
/// installs nothing.
///
/// # Errors
/// Names the missing tool and how to get it.
pub fn ensure() -> anyhow::Result<()> {
    if process::find(&["cc", "gcc", "clang"]).is_none() {
        bail!("a C compiler (`cc`) is missing: {COMPILER}");
    }
    let channel = channel()?;
    let sysroot = || {
        process::output(
            command("rustc").env("RUSTUP_TOOLCHAIN", &channel).args(["--print", "sysroot"]),
            RUSTUP,
        )
    };
    let sysroot = match sysroot() {
        Ok(path) => path,
        Err(_) => {
            step(&format!("install Rust {channel}"), || {
                process::run(
                    command("rustup").args([
                        "toolchain",
                        "install",
                        &channel,
                        "--profile",
                        "minimal",
                        "--no-self-update",
                    ]),
                    RUSTUP,
                )
            })?;
            sysroot()?
        }
    };
    let library = Path::new(sysroot.trim()).join("lib/rustlib");
    if !library.join(WASM).join("lib").is_dir() {
        step(&format!("add the target {WASM}"), || {
            process::run(command("rustup").args(["target", "add", WASM, "--toolchain", &channel]), RUSTUP)
        })?;
    }
    if !library.join("src/rust/library/Cargo.lock").is_file() {
        step("add std's sources", || {
            process::run(
                command("rustup").args(["component", "add", "rust-src", "--toolchain", &channel]),
                RUSTUP,
            )
        })?;
    }
    Ok(())
}

/// Adds rustfmt and clippy where they are missing.
pub fn ensure_lints() -> anyhow::Result<()> {
    let channel = channel()?;
    for (component, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if process::output(process::cargo()?.args([subcommand, "--version"]), RUSTUP).is_err() {
            note(format!("{component} is missing from Rust {channel}"));
            process::run(
                command("rustup").args(["component", "add", component, "--toolchain", &channel]),
                RUSTUP,
            )?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pinned_channel_is_an_exact_version() {
        let channel = channel().unwrap();
        assert_eq!(channel.split('.').filter(|part| part.parse::<u32>().is_ok()).count(), 3, "{channel}");
    }
}
