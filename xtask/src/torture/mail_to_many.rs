//! One message to five thousand people, the program killed twice meanwhile: the server's own test of it, with as many people as nobody waits for each day.

use std::process::Command;

use anyhow::{Context, ensure};

use crate::workspace::root;

/// How many are written to.
const PEOPLE: &str = "5000";
const TEST: &str = "many_mails::a_message_to_many_reaches_each_once_though_the_program_is_killed_twice";

/// Runs it.
///
/// # Errors
/// Says what did not hold.
pub fn run() -> anyhow::Result<String> {
    let mut test = Command::new("cargo");
    test.args([
        "test",
        "--package",
        "alentour-server",
        "--test",
        "server",
        "--",
        "--exact",
        "--nocapture",
        TEST,
    ]);
    let ran =
        test.current_dir(root()).env("ALENTOUR_PEOPLE", PEOPLE).output().context("cargo does not start")?;
    let said = String::from_utf8_lossy(&ran.stdout);
    ensure!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    let shown = said.lines().find(|line| line.contains("have it twice")).context("the test did not run")?;
    Ok(shown.to_owned())
}
