//! `cargo xtask test`: everything that must pass, on a machine that may have nothing yet.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use crate::counts::Counts;
use crate::fingerprint::files;
use crate::postgres::Cluster;
use crate::process::{self, cargo, command};
use crate::progress::{note, seconds, step};
use crate::toolchain::{self, WASM};
use crate::workspace::{root, target};
use crate::{build, debian, deny, node, schema, size};

#[derive(Args)]
pub struct Options {
    /// Run this step alone; may be given several times
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
}

/// In the order they run: the quickest to fail first, except that the server embeds the bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Step {
    Format,
    Build,
    Clippy,
    Native,
    Schema,
    Browser,
    Size,
    Deny,
    Advisories,
}

/// Runs the steps, goes on after a failure, and ends with the line `N passed, N failed`.
///
/// # Errors
/// When anything failed, or a tool is missing that cannot be installed.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let start = Instant::now();
    let mut total = Counts::default();
    let mut failed = Vec::new();
    for step in Step::value_variants() {
        if !options.only.is_empty() && !options.only.contains(step) {
            continue;
        }
        println!("\n== {}", step.title());
        let start = Instant::now();
        let counts = step.run().unwrap_or_else(|error| {
            println!("{error:#}");
            Counts::one(false)
        });
        if counts.failed > 0 {
            failed.push(step.title());
        }
        let Counts { passed, failed } = counts;
        println!("== {}: {passed} passed, {failed} failed, {}", step.title(), seconds(start.elapsed()));
        total += counts;
    }
    println!("\n{} in all", seconds(start.elapsed()));
    if !failed.is_empty() {
        println!("failed: {}", failed.join(", "));
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    if total.failed > 0 { bail!("{} failed", total.failed) } else { Ok(()) }
}

impl Step {
    fn title(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Build => "build",
            Self::Clippy => "clippy",
            Self::Native => "native tests",
            Self::Schema => "schema",
            Self::Browser => "browser tests",
            Self::Size => "size",
            Self::Deny => "licences, bans, sources",
            Self::Advisories => "advisories",
        }
    }

    fn run(self) -> anyhow::Result<Counts> {
        match self {
            Self::Format => {
                toolchain::ensure_lints()?;
                check(cargo()?.args(["fmt", "--all", "--check"]))
            }
            Self::Build => build::bundle().map(|()| Counts::one(true)),
            Self::Clippy => clippy(),
            Self::Native => native(),
            Self::Schema => schema::run(&schema::Options::check()).map(|()| Counts::one(true)),
            Self::Browser => browser(),
            Self::Size => size::run(&size::Options::default()).map(|()| Counts::one(true)),
            Self::Deny => deny::policy().map(|()| Counts::one(true)),
            // What could not be checked has neither passed nor failed.
            Self::Advisories => {
                deny::advisories().map(|checked| if checked { Counts::one(true) } else { Counts::default() })
            }
        }
    }
}

/// Native code, then the widget as browsers get it.
fn clippy() -> anyhow::Result<Counts> {
    toolchain::ensure_lints()?;
    toolchain::ensure()?;
    let mut native = cargo()?;
    native.args(["clippy", "--workspace", "--all-targets", "--target-dir"]).arg(target());
    let mut widget = cargo()?;
    widget.args(["clippy", "--package", "alentour", "--lib", "--target", WASM, "--target-dir"]).arg(target());
    let mut counts = Counts::default();
    for clippy in [&mut native, &mut widget] {
        counts += check(clippy.args(["--", "-D", "warnings"]))?;
    }
    Ok(counts)
}

/// Everything that needs no browser, on a PostgreSQL of our own.
fn native() -> anyhow::Result<Counts> {
    let postgres = step("start a private PostgreSQL", || Cluster::start("fsync = off"))?;
    let mut tests = cargo()?;
    tests.args(["test", "--workspace", "--no-fail-fast", "--target-dir"]).arg(target());
    // JSONTestSuite comes from npm.
    node::ensure()?;
    tests.env("ALENTOUR_TEST_NPM", root().join("node_modules"));
    counted(tests.env("ALENTOUR_TEST_POSTGRES", postgres.url("postgres")))
}

/// The widget in a real browser, against the real server.
fn browser() -> anyhow::Result<Counts> {
    let mut tests = files(&root().join("tests"))?;
    tests.retain(|path| path.to_string_lossy().ends_with(".test.mjs"));
    if tests.is_empty() {
        bail!("tests/*.test.mjs: there are none");
    }
    build::bundle()?;
    let server = build::server(false)?;
    let chromium = chromium()?;
    node::ensure()?;
    let run = |tests: &[PathBuf], at_once: usize| {
        let mut node = command("node");
        node.current_dir(root());
        node.args(["--test", "--test-reporter=spec", "--test-reporter-destination=stdout"]);
        node.arg(format!("--test-concurrency={at_once}")).args(tests);
        counted_with_failures(node.env("ALENTOUR_BIN", &server).env("CHROMIUM", &chromium))
    };
    // A browser and a server each: more at once than cores, and timeouts measure the machine.
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let (first, failed) = run(&tests, cores.clamp(1, 4))?;
    tests.retain(|test| failed.iter().any(|failed| test.ends_with(failed)));
    if first.failed == 0 || tests.is_empty() {
        return Ok(first);
    }
    println!(
        "\n{} files have failures and run once more, one by one: what fails twice has failed.",
        tests.len()
    );
    let (second, _) = run(&tests, 1)?;
    let mended = first.failed.saturating_sub(second.failed);
    Ok(Counts { passed: first.passed + mended, failed: second.failed })
}

/// A browser that is there, or Debian's.
pub fn chromium() -> anyhow::Result<PathBuf> {
    if let Some(path) = env::var_os("CHROMIUM") {
        return Ok(path.into());
    }
    const NAMES: &[&str] =
        &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
    if let Some(path) = process::find(NAMES) {
        return Ok(path);
    }
    const BY_HAND: &str =
        "install Chromium (`apt-get install chromium`, as root), or name a browser in CHROMIUM";
    debian::install("Chromium or Chrome", &["chromium"], BY_HAND)?;
    process::find(NAMES).with_context(|| format!("Chromium was installed and cannot be found: {BY_HAND}"))
}

/// A program whose success is one check.
fn check(command: &mut Command) -> anyhow::Result<Counts> {
    note(process::line(command));
    process::run(command, "install rustup from https://rustup.rs").map(|()| Counts::one(true)).or_else(
        |error| {
            println!("{error:#}");
            Ok(Counts::one(false))
        },
    )
}

/// A program that counts its tests itself: shown as it goes, and read.
fn counted(command: &mut Command) -> anyhow::Result<Counts> {
    counted_with_failures(command).map(|(counts, _)| counts)
}

/// The same, with the files in which node says that tests have failed.
fn counted_with_failures(command: &mut Command) -> anyhow::Result<(Counts, Vec<PathBuf>)> {
    note(process::line(command));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{}` could not be started", process::line(command)))?;
    let output = child.stdout.take().context("the tests have no output")?;
    let (counts, failed) = read(output).context("the tests' output cannot be read")?;
    let status = child.wait().context("the tests were interrupted")?;
    Ok((counts.concluded(status.success()), failed))
}

fn read(output: impl Read) -> std::io::Result<(Counts, Vec<PathBuf>)> {
    let mut counts = Counts::default();
    let mut failed = Vec::new();
    let mut output = BufReader::new(output);
    let mut shown = std::io::stdout().lock();
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line)? > 0 {
        shown.write_all(&line)?;
        let text = String::from_utf8_lossy(&line);
        counts.read(text.trim_end());
        // `test at tests/find.test.mjs:12:1`
        if let Some(place) = text.trim().strip_prefix("test at ") {
            failed.extend(place.split(':').next().map(PathBuf::from));
        }
        line.clear();
    }
    Ok((counts, failed))
}
