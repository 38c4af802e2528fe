//! Starting other programs, and saying what to do when they are missing or fail.

use std::env;
use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::{toolchain, workspace};

/// A program started at the root of the checkout.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(workspace::root());
    command
}

/// Cargo of the pinned toolchain, without what `cargo run` told this process about itself: build
/// scripts that watch those variables would otherwise run again each time.
pub fn cargo() -> anyhow::Result<Command> {
    let mut cargo = command("cargo");
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let ours =
            ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_"].iter().any(|prefix| text.starts_with(prefix))
                || ["CARGO", "CARGO_CRATE_NAME", "CARGO_PRIMARY_PACKAGE", "OUT_DIR"].contains(&text.as_ref());
        if ours {
            cargo.env_remove(&name);
        }
    }
    cargo.env("RUSTUP_TOOLCHAIN", toolchain::channel()?);
    Ok(cargo)
}

/// Runs a program with our own standard streams, and fails when it does. `install` says how to get the
/// program where it is missing.
pub fn run(command: &mut Command, install: &str) -> anyhow::Result<()> {
    let status = command.status().map_err(|error| missing(command, error, install))?;
    if !status.success() {
        bail!("`{}` failed ({status})", line(command));
    }
    Ok(())
}

/// Runs a program silently, and returns its standard output. What it said is shown only when it fails.
pub fn output(command: &mut Command, install: &str) -> anyhow::Result<String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| missing(command, error, install))?;
    if !output.status.success() {
        bail!(
            "`{}` failed ({})\n{}{}",
            line(command),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    String::from_utf8(output.stdout).with_context(|| format!("`{}` did not print UTF-8", line(command)))
}

/// The first of these programs that is on the `PATH`.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names
        .iter()
        .find_map(|name| env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file()))
}

/// The command as one would type it.
pub fn line(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}

fn missing(command: &Command, error: std::io::Error, install: &str) -> anyhow::Error {
    let program = command.get_program().to_string_lossy().into_owned();
    if error.kind() == ErrorKind::NotFound {
        anyhow::anyhow!("`{program}` is missing: {install}")
    } else {
        anyhow::Error::new(error).context(format!("`{program}` could not be started"))
    }
}
