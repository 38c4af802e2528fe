//! `cargo xtask environments`: the widget where it will live, in real content managers, beside real libraries, in every browser.
//!
//! By itself, and no step of `cargo xtask test`: it installs a database, PHP, the content managers, the libraries and the browsers. What it finds becomes the table
//! in `docs/embedding.md`.

mod packages;
mod plugins;
mod table;

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, bail};
use clap::Args;

use crate::fingerprint::files;
use crate::process::command;
use crate::progress::{note, seconds, step};
use crate::test::{chromium, runner};
use crate::workspace::{cache, root};
use crate::{build, node};

#[derive(Args)]
pub struct Options {
    /// Only these, by the names of their files in tests/environments (`wordpress`); the table stays as it is
    names: Vec<String>,
    /// Use this server, and dist/ as it stands, in place of building both
    #[arg(long, value_name = "FILE")]
    server: Option<PathBuf>,
}

/// Installs what is needed, checks the plugins, runs the tests, and writes the table where all have run.
///
/// # Errors
/// When something cannot be installed, or has failed.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let start = Instant::now();
    let tests = tests(&options.names)?;
    packages::ensure()?;
    node::ensure()?;
    node::ensure_in(&root().join(FOLDER))?;
    let chromium = chromium()?;
    let plugins = plugins::pack()?;
    step("the plugins' PHP", plugins::check)?;
    let server = match &options.server {
        Some(server) => fs::canonicalize(server).with_context(|| server.display().to_string())?,
        None => {
            build::bundle()?;
            build::server(false)?
        }
    };
    let results = cache().join("environments");
    let _ = fs::remove_dir_all(&results);
    fs::create_dir_all(&results).with_context(|| format!("{} cannot be made", results.display()))?;
    let mut node = command("node");
    node.args([
        "--test",
        "--test-reporter=spec",
        "--test-reporter-destination=stdout",
        "--test-concurrency=1",
    ]);
    node.args(&tests).env("ALENTOUR_BIN", server).env("CHROMIUM", chromium);
    node.env("ALENTOUR_PLUGINS", plugins).env("ALENTOUR_RESULTS", &results);
    let counts = runner::run(&mut node)?.counts;
    if options.names.is_empty() {
        table::write(&results)?;
    } else {
        note("the table in docs/embedding.md is written when all of them run");
    }
    println!("\n{} in all\n{} passed, {} failed", seconds(start.elapsed()), counts.passed, counts.failed);
    if counts.failed > 0 { bail!("{} failed", counts.failed) } else { Ok(()) }
}

/// The files of tests, or those of these names.
fn tests(names: &[String]) -> anyhow::Result<Vec<PathBuf>> {
    let folder = root().join(FOLDER);
    if names.is_empty() {
        let mut tests = files(&folder)?;
        tests.retain(|path| path.to_string_lossy().ends_with(".test.mjs"));
        return Ok(tests);
    }
    let tests: Vec<_> = names.iter().map(|name| folder.join(format!("{name}.test.mjs"))).collect();
    match tests.iter().find(|path| !path.is_file()) {
        Some(missing) => bail!("there is no {}", missing.display()),
        None => Ok(tests),
    }
}

/// Where the tests are.
pub const FOLDER: &str = "tests/environments";
