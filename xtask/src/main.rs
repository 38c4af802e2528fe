//! Everything a contributor runs: `cargo xtask build`, `demo`, `test`, `environments`, `torture`, `size`, `bench`, `schema`, `gazetteer`, `postgres`.
//!
//! A fresh machine needs rustup, node with npm, and a C compiler; whatever else is missing is installed
//! or named with the command that installs it.

mod bench;
mod build;
mod compress;
mod counts;
mod debian;
mod demo;
mod deny;
mod environments;
mod fingerprint;
mod gazetteer;
mod layout;
mod network;
mod node;
mod postgres;
mod process;
mod progress;
mod schema;
mod size;
mod test;
mod tool;
mod toolchain;
mod torture;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Everything a contributor to Alentour runs", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Compile the widget and write the bundle to dist/
    Build(build::Options),
    /// Build, start the server on a database of its own, and say where to look
    Demo(demo::Options),
    /// Run everything that must pass: format, lints, tests, sizes, licences
    Test(test::Options),
    /// Try the widget in content managers and by every way into a page, and write the table of docs/embedding.md
    Environments(environments::Options),
    /// Kill, cut, fill, delay and flood what keeps the sign-ups, and compare what was told with what is stored
    Torture(torture::Options),
    /// Run a private PostgreSQL until Enter is pressed, for `ALENTOUR_TEST_POSTGRES=... cargo test`
    Postgres,
    /// Compare what a visitor downloads with budget.json
    Size(size::Options),
    /// Measure reading, searching and starting, beside the least that could do the same
    Bench(bench::Options),
    /// Write docs/feed.schema.json from the model's types
    Schema(schema::Options),
    /// Rebuild data/gazetteer/*.tsv from its pinned sources
    Gazetteer {
        /// Instead, put the points of this file (geo.api.gouv.fr's communes, as JSON) in place of the estimated ones
        #[arg(long, value_name = "FILE")]
        official: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Build(options) => build::run(&options),
        Task::Demo(options) => demo::run(&options),
        Task::Test(options) => test::run(&options),
        Task::Environments(options) => environments::run(&options),
        Task::Torture(options) => torture::run(&options),
        Task::Postgres => postgres::run_until_enter(),
        Task::Size(options) => size::run(&options),
        Task::Bench(options) => bench::run(&options),
        Task::Schema(options) => schema::run(&options),
        Task::Gazetteer { official: None } => gazetteer::rebuild(),
        Task::Gazetteer { official: Some(file) } => gazetteer::improve(&file),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
