//! Starting other programs, and saying what to do when they are missing or fail.

use std::env;
use std::ffi::OsStr;
use std::io::{ErrorKind, Read};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::progress::seconds;
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
    printed(command, output)
}

/// The same, for no longer than `limit`: then the program and all that it has started is killed.
///
/// # Errors
/// When it fails or takes longer.
pub fn output_within(command: &mut Command, limit: Duration, install: &str) -> anyhow::Result<String> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // A group of its own, so that its children end with it.
    let mut child = command.process_group(0).spawn().map_err(|error| missing(command, error, install))?;
    let (stdout, stderr) = (collect(child.stdout.take()), collect(child.stderr.take()));
    let Some(status) = wait_until(&mut child, Instant::now() + limit)? else {
        bail!("`{}` took longer than {}", line(command), seconds(limit));
    };
    let joined = |thread: thread::JoinHandle<Vec<u8>>| thread.join().unwrap_or_default();
    printed(command, Output { status, stdout: joined(stdout), stderr: joined(stderr) })
}

/// Everything that a pipe brings, read beside the program: one that is full would stop it.
fn collect(pipe: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What came before an error is still worth showing.
        let _ = pipe.map(|mut pipe| pipe.read_to_end(&mut bytes));
        bytes
    })
}

/// Waits for the leader of a process group; kills the group at the deadline.
fn wait_until(child: &mut Child, deadline: Instant) -> anyhow::Result<Option<ExitStatus>> {
    while Instant::now() < deadline {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(Duration::from_millis(20));
    }
    let group = format!("-{}", child.id());
    let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
    child.wait()?;
    Ok(None)
}

fn printed(command: &Command, output: Output) -> anyhow::Result<String> {
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
