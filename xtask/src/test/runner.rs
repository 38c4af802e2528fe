//! Test runners, which count their tests themselves: shown as they go, and read.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::Context;

use crate::counts::Counts;
use crate::process;
use crate::progress::note;

/// What a runner has said.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct TestRun {
    pub counts: Counts,
    /// How many tests have failed in which file, where node says so.
    pub failures: BTreeMap<PathBuf, usize>,
}

/// Runs one, and shows what it says.
///
/// # Errors
/// When it cannot be started or read.
pub fn run(command: &mut Command) -> anyhow::Result<TestRun> {
    note(process::line(command));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{}` could not be started", process::line(command)))?;
    let output = child.stdout.take().context("the tests have no output")?;
    let mut tests =
        read(output, &mut std::io::stdout().lock()).context("the tests' output cannot be read")?;
    let status = child.wait().context("the tests were interrupted")?;
    tests.counts = tests.counts.concluded(status.success());
    Ok(tests)
}

fn read(output: impl Read, shown: &mut impl Write) -> std::io::Result<TestRun> {
    let mut tests = TestRun::default();
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line)? > 0 {
        shown.write_all(&line)?;
        let text = String::from_utf8_lossy(&line);
        tests.counts.read(text.trim_end());
        // `test at tests/find.test.mjs:12:1`
        if let Some(place) = text.trim().strip_prefix("test at ")
            && let Some(file) = place.split(':').next()
        {
            *tests.failures.entry(PathBuf::from(file)).or_default() += 1;
        }
        line.clear();
    }
    Ok(tests)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_names_the_files_of_what_has_failed() {
        let said = "✔ one (3ms)\nℹ pass 2\nℹ fail 3\n\n✖ failing tests:\n\ntest at tests/find.test.mjs:12:1\n✖ two (9ms)\n\n\
                    test at tests/find.test.mjs:40:1\n✖ three\n\ntest at tests/proof.test.mjs:9:3\n✖ four\n";
        let mut shown = Vec::new();
        let tests = read(said.as_bytes(), &mut shown).unwrap();
        assert_eq!(shown, said.as_bytes());
        assert_eq!(tests.counts, Counts { passed: 2, failed: 3, flaky: 0 });
        assert_eq!(
            tests.failures,
            [("tests/find.test.mjs".into(), 2), ("tests/proof.test.mjs".into(), 1)].into()
        );
    }
}
