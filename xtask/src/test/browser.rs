//! The widget in a real browser, against the real server.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::bail;

use super::runner::{self, TestRun};
use crate::counts::Counts;
use crate::fingerprint::files;
use crate::process::{self, command};
use crate::workspace::root;
use crate::{build, debian, environments, node};

/// Runs all files; one that has failures runs once more, alone. What passes only then is flaky.
///
/// # Errors
/// When there are no tests, or the bundle, the server or the browser is missing.
pub fn run() -> anyhow::Result<Counts> {
    let mut tests = files(&root().join("tests"))?;
    // Content managers are a step of their own.
    let apart = root().join(environments::FOLDER);
    tests.retain(|path| path.to_string_lossy().ends_with(".test.mjs") && !path.starts_with(&apart));
    if tests.is_empty() {
        bail!("tests/*.test.mjs: there are none");
    }
    build::bundle()?;
    let server = build::tested_server()?;
    // Compiled with the tests, beside the server: examples of the widget's package.
    let examples = server.with_file_name("examples");
    let chromium = chromium()?;
    let shell = shell();
    node::ensure()?;
    let run = |tests: &[&Path], at_once: usize| {
        let mut node = command("node");
        node.args(["--test", "--test-reporter=spec", "--test-reporter-destination=stdout"]);
        node.arg(format!("--test-concurrency={at_once}")).args(tests);
        node.env("ALENTOUR_BIN", &server)
            .env("CHROMIUM", &chromium)
            .envs(shell.as_ref().map(|it| ("CHROMIUM_SHELL", it)));
        node.env("ALENTOUR_LOCALE", examples.join("locale")).env("ALENTOUR_VIEWS", examples.join("views"));
        runner::run(&mut node)
    };
    // A browser and a server each, which wait for timers and for each other: one more than cores takes a tenth less. Of more,
    // timeouts measure the machine.
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let tests: Vec<_> = tests.iter().map(PathBuf::as_path).collect();
    let first = run(&tests, (cores + 1).clamp(1, 4))?;
    if first.counts.failed == 0 {
        return Ok(first.counts);
    }
    let mut again = BTreeMap::new();
    for file in first.failures.keys() {
        println!("\n{} has failures and runs once more, alone.", file.display());
        again.insert(file.clone(), run(&[file], 1)?);
    }
    let (counts, flaky) = conclude(&first, &again);
    for file in flaky {
        println!("flaky: {} passed only when run again", file.display());
    }
    Ok(counts)
}

/// What all files together have come to, and which are flaky. A test that failed in a file where nothing fails the second time is
/// flaky: it has neither passed nor failed. What failed in no file that node named has failed.
fn conclude<'a>(first: &'a TestRun, again: &BTreeMap<PathBuf, TestRun>) -> (Counts, Vec<&'a Path>) {
    let mut counts = Counts { passed: first.counts.passed, ..Counts::default() };
    let mut flaky = Vec::new();
    let mut unnamed = first.counts.failed;
    for (file, failures) in &first.failures {
        let failures = (*failures).min(unnamed);
        unnamed -= failures;
        let failed = again.get(file).map_or(failures, |run| run.counts.failed);
        if failed == 0 {
            counts.flaky += failures;
            flaky.push(file.as_path());
        } else {
            counts.failed += failed.max(failures);
        }
    }
    counts.failed += unnamed;
    (counts, flaky)
}

/// A browser that is there, or Debian's.
///
/// # Errors
/// Where there is none and none can be installed.
pub fn chromium() -> anyhow::Result<PathBuf> {
    if let Some(path) = env::var_os("CHROMIUM") {
        return Ok(path.into());
    }
    const NAMES: &[&str] =
        &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
    const BY_HAND: &str =
        "install Chromium (`apt-get install chromium`, as root), or name a browser in CHROMIUM";
    debian::ensure("Chromium or Chrome", &["chromium"], BY_HAND, || process::find(NAMES))
}

/// The part of Chromium that draws pages, without the rest of a browser around it, where Debian has it: most tests take half as long in it.
/// `None` where somebody has named a browser, or it is not to be had.
pub fn shell() -> Option<PathBuf> {
    if env::var_os("CHROMIUM").is_some() {
        return env::var_os("CHROMIUM_SHELL").map(PathBuf::from);
    }
    const NAME: &str = "chromium-headless-shell";
    debian::ensure("Chromium’s shell", &[NAME], "tests run in the whole browser", || process::find(&[NAME]))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test_run(passed: usize, failed: usize, failures: &[(&str, usize)]) -> TestRun {
        let failures = failures.iter().map(|(file, count)| (PathBuf::from(file), *count)).collect();
        TestRun { counts: Counts { passed, failed, flaky: 0 }, failures }
    }

    #[test]
    fn what_passes_only_when_run_again_is_flaky_and_what_fails_twice_has_failed() {
        let first = test_run(20, 3, &[("a.test.mjs", 1), ("b.test.mjs", 2)]);
        let again = [
            ("a.test.mjs".into(), test_run(5, 0, &[])),
            ("b.test.mjs".into(), test_run(4, 1, &[("b.test.mjs", 1)])),
        ];
        let (counts, flaky) = conclude(&first, &again.into());
        assert_eq!(counts, Counts { passed: 20, failed: 2, flaky: 1 });
        assert_eq!(flaky, [Path::new("a.test.mjs")]);
    }

    #[test]
    fn a_failure_in_no_file_that_was_named_stays_one() {
        let first = test_run(20, 2, &[("a.test.mjs", 1)]);
        let again = [("a.test.mjs".into(), test_run(5, 0, &[]))];
        assert_eq!(conclude(&first, &again.into()).0, Counts { passed: 20, failed: 1, flaky: 1 });
        assert_eq!(
            conclude(&test_run(20, 1, &[]), &BTreeMap::new()).0,
            Counts { passed: 20, failed: 1, flaky: 0 }
        );
    }

    #[test]
    fn a_file_that_runs_nothing_the_second_time_has_failed() {
        // `Counts::concluded` makes one failure of it.
        let again = TestRun { counts: Counts::default().concluded(true), ..TestRun::default() };
        let first = test_run(20, 1, &[("a.test.mjs", 1)]);
        let (counts, flaky) = conclude(&first, &[("a.test.mjs".into(), again)].into());
        assert_eq!((counts.failed, flaky.len()), (1, 0));
    }
}
