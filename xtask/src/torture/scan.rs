//! A search for people in everything that a run leaves behind: logs, metrics, the database's files, back-ups.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::ensure;
use serde_json::json;

use super::server::{Folder, Place, SECRET, SETTINGS, Server, agent, free_port};
use super::visitors::{form, post};
use crate::process;

/// What was typed, each word in no other text of the run.
const TYPED: [&str; 6] =
    ["paulette.introuvable", "Ursuline", "Introuvable-Nom", "0698765432", "Un mot que nul autre", "37173"];

/// Signs people up in every way there is, and searches.
///
/// # Errors
/// Says where somebody was found.
pub fn run(binary: &Path) -> anyhow::Result<String> {
    let folder = Folder::new(SETTINGS)?;
    let database = folder.database(&Place::Sqlite);
    let server = Server::start(binary, &folder, &database, free_port()?)?;
    let agent = agent();
    let mut full = form("paulette.introuvable@example.org", true);
    for (field, value) in
        [("givenName", TYPED[1]), ("familyName", TYPED[2]), ("telephone", TYPED[3]), ("message", TYPED[4])]
    {
        full[field] = json!(value);
    }
    ensure!(post(&agent, &server.address, "scan-0123456789ab", &full).0 == 201);
    ensure!(post(&agent, &server.address, "scan-0123456789ab", &full).0 == 201, "the same again");
    // Refused ones, and addresses with people in them.
    let mut wrong = full.clone();
    wrong["email"] = json!("paulette.introuvable(at)example.org");
    ensure!(post(&agent, &server.address, "scan-wrong-012345", &wrong).0 == 422);
    for path in ["/paulette.introuvable@example.org", "/v1/feed.json?q=Ursuline", "/confirm/Introuvable-Nom"]
    {
        let _ = agent.get(format!("{}{path}", server.address)).header("x-name", "Ursuline").call();
    }
    // Deliveries to a mail server that is not there.
    std::thread::sleep(Duration::from_secs(3));
    let metrics = server.metrics()?;
    fs::write(folder.0.join("metrics"), &metrics)?;
    let backup = folder.0.join("backup");
    let mut command = Command::new(binary);
    command.args(["backup", "--database", &database]).arg(&backup).env("ALENTOUR_SECRET", SECRET);
    process::output(&mut command, "the server")?;
    for entry in fs::read_dir(&backup)? {
        let path = entry?.path();
        let clear = process::output(Command::new("gzip").args(["-dc"]).arg(&path), "gzip")?;
        fs::write(path.with_extension("txt"), clear)?;
    }
    let mut searched = Vec::new();
    search(&folder.0, &mut searched)?;
    ensure!(
        searched.iter().any(|name| name == "log") && searched.iter().any(|name| name == "alentour.db-wal")
    );
    Ok(format!("nobody found in {}", searched.join(", ")))
}

fn search(folder: &Path, searched: &mut Vec<String>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            search(&path, searched)?;
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = fs::read(&path)?.to_ascii_lowercase();
        for typed in TYPED {
            let typed = typed.to_ascii_lowercase();
            let found = bytes.windows(typed.len()).any(|part| part == typed.as_bytes());
            ensure!(!found, "\"{typed}\" stands in {name}");
        }
        searched.push(name);
    }
    Ok(())
}
