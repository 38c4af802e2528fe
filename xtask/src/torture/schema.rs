//! schemathesis, which makes requests of all kinds from `/openapi.json`: none may be answered with 5xx, nor otherwise than
//! the document says.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

use super::server::{Folder, Place, SETTINGS, Server, free_port};
use crate::process;
use crate::progress::step;
use crate::workspace::target;

/// Exact, so that a new check of theirs never breaks an old commit of ours.
const VERSION: &str = "4.32.5";

/// Runs it against a server of its own.
///
/// # Errors
/// When schemathesis finds something, or cannot be installed.
pub fn run(binary: &Path) -> anyhow::Result<String> {
    let program = ensure()?;
    let folder = Folder::new(SETTINGS)?;
    let server = Server::start(binary, &folder, &folder.database(&Place::Sqlite), free_port()?)?;
    let mut command = Command::new(program);
    command.args(["run", "--max-examples=60", "--workers=2", "--no-color", "--generation-database=none"]);
    command.args(["--checks=not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"]);
    command.arg(format!("{}/openapi.json", server.address)).current_dir(&folder.0);
    let said = process::output(&mut command, "schemathesis")?;
    // "1234 generated, 1234 passed": without it, nothing was asked.
    let summary = said.lines().rev().find(|line| line.contains(" generated"));
    let summary = summary.with_context(|| format!("schemathesis has asked for nothing:\n{said}"))?;
    Ok(summary.trim().to_owned())
}

/// Installs schemathesis below the target directory where it is missing.
fn ensure() -> anyhow::Result<PathBuf> {
    let folder = target().join("tools/schemathesis");
    let program = folder.join("bin/schemathesis");
    let known = process::output(Command::new(&program).arg("--version"), "").unwrap_or_default();
    if known.trim().ends_with(VERSION) {
        return Ok(program);
    }
    const BY_HAND: &str = "install Python 3 with venv (`apt-get install python3-venv`)";
    step(&format!("install schemathesis {VERSION}"), || {
        process::output(Command::new("python3").args(["-m", "venv"]).arg(&folder), BY_HAND)?;
        let mut pip = Command::new(folder.join("bin/pip"));
        process::output(pip.args(["install", "--quiet", &format!("schemathesis=={VERSION}")]), BY_HAND)
    })?;
    Ok(program)
}
