//! Programs that download: each has a deadline, because a network that stalls says nothing, and one more try.

use std::process::Command;
use std::time::Duration;

use anyhow::Context;

use crate::process;
use crate::progress::note;

/// Enough for Debian's Chromium, the largest of what we download (100 MB), on a slow line.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// Runs a program that downloads, silently, and once more when it fails or takes longer than `limit`. Returns what it printed.
///
/// # Errors
/// What it said the second time.
pub fn download(
    what: &str,
    limit: Duration,
    install: &str,
    program: impl Fn() -> anyhow::Result<Command>,
) -> anyhow::Result<String> {
    match process::output_within(&mut program()?, limit, install) {
        Ok(output) => return Ok(output),
        Err(error) => note(format!("{what}: {error:#}\n  · {what}: once more")),
    }
    process::output_within(&mut program()?, limit, install)
        .with_context(|| format!("{what} could not be downloaded, tried twice: is there a network?"))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn what_fails_is_tried_once_more_and_no_more() {
        let tries = Cell::new(0);
        let shell = |script: &'static str| {
            let tries = &tries;
            move || {
                tries.set(tries.get() + 1);
                let mut shell = Command::new("sh");
                shell.args(["-c", script]).env("TRY", tries.get().to_string());
                Ok(shell)
            }
        };
        let second = download("it", PATIENCE, "", shell("test $TRY = 2 && echo there")).unwrap();
        assert_eq!((second.trim(), tries.get()), ("there", 2));
        tries.set(0);
        let error = download("it", PATIENCE, "", shell("echo no such host >&2; exit 1")).unwrap_err();
        assert_eq!(tries.get(), 2);
        let said = format!("{error:#}");
        assert!(said.starts_with("it could not be downloaded, tried twice: is there a network?"), "{said}");
        assert!(said.contains("no such host"), "{said}");
    }

    #[test]
    fn a_network_that_stalls_does_not_hold_everything_up() {
        let start = std::time::Instant::now();
        let stalls = || {
            let mut shell = Command::new("sh");
            // Its child keeps the pipes open, as git does below cargo-deny.
            shell.args(["-c", "sleep 60; echo too late"]);
            Ok(shell)
        };
        let error = download("it", Duration::from_millis(200), "", stalls).unwrap_err();
        assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
        assert!(format!("{error:#}").contains("took longer than 0.2 s"), "{error:#}");
    }
}
