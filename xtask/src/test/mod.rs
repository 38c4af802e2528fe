//! `cargo xtask test`: everything that must pass, on a machine that may have nothing yet.
//!
//! A whole run has three lanes. In front, shown as they go, are the steps that use cargo's target directory, and the tests. Beside
//! them, in processes of their own whose output is shown when they have ended: the bundle, which has a target directory of its own,
//! and the checks of licences, which compile their checker when a core has nothing else to do. What has to be downloaded comes meanwhile.

mod beside;
mod browser;
pub mod runner;
mod step;
mod summary;

use std::thread;
use std::time::Instant;

use anyhow::bail;
use clap::{Args, ValueEnum};

use crate::progress::{note, seconds};
use crate::{postgres, toolchain};
use beside::{Beside, Priority};
pub use browser::chromium;
use step::Step;
use summary::Summary;

#[derive(Args)]
pub struct Options {
    /// Run this step alone; may be given several times
    #[arg(long, value_name = "STEP")]
    only: Vec<Step>,
}

/// Runs the steps, goes on after a failure, and ends with the line `N passed, N failed`.
///
/// # Errors
/// When anything failed, or a tool is missing that cannot be installed.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let start = Instant::now();
    let summaries = if options.only.is_empty() {
        all()?
    } else {
        let asked = Step::value_variants().iter().filter(|step| options.only.contains(step));
        asked.map(|step| step.summarised()).collect()
    };
    println!("\n{} in all", seconds(start.elapsed()));
    let total = summary::total(&summaries);
    if total.failed > 0 { bail!("{} failed", total.failed) } else { Ok(()) }
}

/// Every step, in lanes.
fn all() -> anyhow::Result<Vec<Summary>> {
    // rustup does one thing at a time.
    toolchain::ensure()?;
    toolchain::ensure_lints()?;
    let downloads = thread::spawn(download);
    let mut bundle = Some(Beside::start(&[Step::Build], Priority::Normal)?);
    let mut licences = Some(Beside::start(&[Step::Deny, Step::Advisories], Priority::Idle)?);
    let mut summaries = Vec::new();
    for step in
        [Step::Format, Step::Layout, Step::Clippy, Step::Native, Step::Schema, Step::Browser, Step::Size]
    {
        if step.needs_the_bundle()
            && let Some(bundle) = bundle.take()
        {
            summaries.extend(bundle.finish()?);
        }
        summaries.push(step.summarised());
        if licences.as_mut().is_some_and(Beside::has_ended)
            && let Some(licences) = licences.take()
        {
            summaries.extend(licences.finish()?);
        }
    }
    if let Some(licences) = licences {
        summaries.extend(licences.finish()?);
    }
    let _ = downloads.join();
    Ok(summaries)
}

/// Installs what later steps need of Debian's. They wait for it, and say what is missing.
fn download() {
    for error in [postgres::programs().err(), chromium().err()].into_iter().flatten() {
        note(format!("{error:#}"));
    }
    browser::shell();
}
