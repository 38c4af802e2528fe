//! `cargo xtask bench`: how long reading, searching and starting take, beside the least that could do the same.
//!
//! A figure in milliseconds says something about a machine. Each measurement therefore has a yardstick next to it: bare
//! code for the same task, run alternately with ours in one go, so that a busy machine slows both. The ratio is what
//! can be compared from one day to another.

mod convert;
mod feed;
mod figures;
mod live;
mod roster;
mod scale;
mod signups;

use std::env::consts::ARCH;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Instant;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};

use crate::process::{self, cargo, command};
use crate::progress::{note, seconds, step};
use crate::workspace::{root, target};
use crate::{build, node, test};
use feed::BenchFeed;
use figures::Figures;

/// Where `--write` puts the figures.
const PAGE: &str = "docs/benchmarks.md";

#[derive(Args)]
pub struct Options {
    /// Measure this alone
    name: Option<Part>,
    /// Points instead of the samples' (`ALENTOUR_SAMPLES=DIR`), as CSV with the columns name, street, postalCode, city, lat and lon
    #[arg(long, value_name = "FILE")]
    points: Option<PathBuf>,
    /// Put the figures into docs/benchmarks.md, in place of those of the same parts
    #[arg(long)]
    write: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Reading and searching 5,903 points, as native code
    Native,
    /// The same in Chromium: from the feed to the list, from a key to the results
    Browser,
    /// From the navigation to the first card, nothing cached, slow and unthrottled, beside the lightest peer
    Cold,
    /// Keeping sign-ups, on SQLite and on PostgreSQL
    Signups,
    /// Asking for seats and signatures, two thousand times a second
    Live,
    /// Looking through ten thousand participants, as those do who organise
    Roster,
    /// Converting a feed of a million items; takes 2 GB of disk meanwhile
    Convert,
    /// A server with a million initiatives; takes 4 GB of disk meanwhile
    Scale,
}

/// Measures, and prints a table for each part.
///
/// # Errors
/// When something cannot be built or started, or what is measured does not come to pass.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let start = Instant::now();
    let parts = options.name.as_ref().map_or(Part::value_variants(), std::slice::from_ref);
    if parts.iter().any(|part| matches!(part, Part::Browser | Part::Cold)) {
        build::bundle()?;
        build::tested_server()?;
    }
    if parts.iter().any(|part| matches!(part, Part::Browser | Part::Cold | Part::Scale)) {
        node::ensure()?;
    }
    for part in parts {
        let circumstances = circumstances()?;
        let feed = part.feed().map(|count| feed::write(options.points.as_deref(), count)).transpose()?;
        let report = step(part.title(), || part.report(feed.as_ref()))?;
        let said = feed.map(|feed| feed.said).unwrap_or_default();
        let section = section(&report, &[&circumstances, &said])?;
        println!("\n{section}\n");
        if options.write {
            put(&section)?;
        }
    }
    note(format!("done in {}", seconds(start.elapsed())));
    Ok(())
}

impl Part {
    fn title(self) -> &'static str {
        match self {
            Self::Native => "measure reading and searching, native",
            Self::Browser => "measure reading and searching in Chromium",
            Self::Cold => "measure cold starts",
            Self::Signups => "measure sign-ups",
            Self::Live => "measure the live answer",
            Self::Roster => "measure a list of participants",
            Self::Convert => "measure converting",
            Self::Scale => "measure a server of many initiatives",
        }
    }

    /// How many initiatives its large feed has, where it measures with one.
    fn feed(self) -> Option<usize> {
        match self {
            Self::Native => Some(feed::COUNT),
            Self::Browser => Some(feed::CARDS),
            _ => None,
        }
    }

    /// What was measured, in Markdown: a section with its title.
    fn report(self, feed: Option<&BenchFeed>) -> anyhow::Result<String> {
        match self {
            Self::Signups => signups::run(&build::measured_server()?),
            Self::Live => live::run(&build::measured_server()?),
            Self::Roster => roster::run(&build::measured_server()?),
            Self::Convert => convert::run(&build::measured_server()?),
            Self::Scale => scale::run(&build::measured_server()?),
            _ => Ok(Figures::parse(&self.measure(feed)?)?.markdown()),
        }
    }

    /// Runs the program that measures this part. It prints figures as JSON.
    fn measure(self, feed: Option<&BenchFeed>) -> anyhow::Result<String> {
        let mut program = match self {
            Self::Native => native()?,
            Self::Browser => browser("large.mjs")?,
            Self::Cold => browser("cold.mjs")?,
            Self::Signups | Self::Live | Self::Roster | Self::Convert | Self::Scale => {
                bail!("no program of its own")
            }
        };
        program.args(feed.map(|feed| &feed.path));
        if self == Self::Native {
            program.arg(root().join("data/gazetteer/fr.tsv"));
        }
        program.stderr(Stdio::inherit());
        process::output(&mut program, "install Node 20 or later")
    }
}

/// The model's example, optimised.
fn native() -> anyhow::Result<Command> {
    Ok(command(example("alentour-model", "measure")?))
}

/// An example of a package, compiled and optimised.
fn example(package: &str, name: &str) -> anyhow::Result<PathBuf> {
    let mut cargo = cargo()?;
    cargo.args(["build", "--release", "--package", package, "--example", name, "--target-dir"]);
    process::run(cargo.arg(target()), "install rustup from https://rustup.rs")?;
    Ok(target().join("release/examples").join(name))
}

fn browser(script: &str) -> anyhow::Result<Command> {
    let mut program = command("node");
    program.arg(root().join("tests/bench").join(script));
    program.env("ALENTOUR_BIN", target().join("debug/alentour")).env("CHROMIUM", test::chromium()?);
    Ok(program)
}

/// When, on which machine, and of what.
fn circumstances() -> anyhow::Result<String> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let cpu = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or(ARCH, |it| it.1);
    let commit = process::output(command("git").args(["rev-parse", "--short", "HEAD"]), "install git")?;
    let sources = ["model/src", "src", "embed", "style", "server/src", "formats/src"];
    let status = ["status", "--porcelain", "--"];
    let changed = process::output(command("git").args(status).args(sources), "install git")?;
    let changed = if changed.trim().is_empty() { "" } else { ", with changes that are not committed" };
    let today = feed::today()?;
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown");
    let commit = commit.trim();
    Ok(format!(
        "{today}, commit {commit}{changed}. {cores} cores of {ARCH}, {cpu}; load average before: {load}."
    ))
}

/// A section of the page, with what was said of it under its title.
fn section(report: &str, said: &[&str]) -> anyhow::Result<String> {
    let (title, rest) = report.trim().split_once("\n\n").context("a report begins with its title")?;
    let said =
        said.iter().filter(|line| !line.is_empty()).map(|line| format!("{line}\n\n")).collect::<String>();
    Ok(format!("{title}\n\n{said}{rest}"))
}

/// Puts a section where the page has room for it.
fn put(section: &str) -> anyhow::Result<()> {
    let path = root().join(PAGE);
    let page = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let page = replaced(&page, section)?;
    fs::write(&path, page).with_context(|| format!("{} cannot be written", path.display()))
}

/// The page with this section in place of the one of the same title, or after the others.
fn replaced(page: &str, section: &str) -> anyhow::Result<String> {
    const START: &str = "<!-- figures -->\n";
    const END: &str = "<!-- end of figures -->";
    let parts = page.split_once(START).and_then(|(before, rest)| Some((before, rest.split_once(END)?)));
    let Some((before, (figures, after))) = parts else {
        bail!("{PAGE}: put `{}` and `{END}` around the place of the figures", START.trim());
    };
    let title = |section: &str| section.lines().next().unwrap_or_default().to_owned();
    let mut sections: Vec<String> = Vec::new();
    // What stands before the first title belongs to no section.
    for part in format!("\n{figures}").split("\n## ").skip(1) {
        sections.push(format!("## {}", part.trim()));
    }
    match sections.iter_mut().find(|known| title(known) == title(section)) {
        Some(known) => *known = section.trim().to_owned(),
        None => sections.push(section.trim().to_owned()),
    }
    Ok(format!("{before}{START}\n{}\n\n{END}{after}", sections.join("\n\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str =
        "# A\n<!-- figures -->\n\n## One\n\nold\n\n## Two\n\nkept\n\n<!-- end of figures -->\nB\n";

    #[test]
    fn a_section_replaces_the_one_of_its_title_and_nothing_else() {
        let expected = PAGE.replace("old", "new");
        assert_eq!(replaced(PAGE, "## One\n\nnew").unwrap(), expected);
        assert_eq!(replaced(&expected, "## One\n\nnew").unwrap(), expected);
        assert_eq!(
            replaced(PAGE, "## Three\n\nnew").unwrap(),
            PAGE.replace("kept", "kept\n\n## Three\n\nnew")
        );
    }

    #[test]
    fn circumstances_stand_under_the_title() {
        assert_eq!(section("## One\n\n| a |", &["today", ""]).unwrap(), "## One\n\ntoday\n\n| a |");
        assert!(section("nothing", &[]).is_err());
    }

    #[test]
    fn a_page_without_room_for_figures_is_left_alone() {
        assert!(replaced("# A\n", "## One").is_err());
        assert!(replaced("<!-- end of figures --><!-- figures -->\n", "## One").is_err());
    }
}
