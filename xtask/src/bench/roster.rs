//! How long an organiser waits for a list of ten thousand participants: a page of it, a name in it, and the pages of the action.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, ensure};
use serde_json::json;

use super::convert::median;
use super::example;
use crate::process;
use crate::torture::server::{Folder, Place, SECRET, SETTINGS, Server, free_port};

/// Participants.
const COUNT: usize = 10_000;
/// How often each page is asked for.
const TIMES: usize = 40;

/// What is asked for, and how it is called.
const PAGES: [(&str, &str); 6] = [
    ("a page of those who take part", "/people?page=100"),
    ("a page of one date", "/people?session=le-1&page=100"),
    ("somebody by name", "/people?words=ga%C3%ABl+77"),
    ("a page in the order of names", "/people?order=name&page=100"),
    ("a page of the list for the door", "/door?session=le-1"),
    ("the action", ""),
];

/// Measures, and says it in Markdown.
///
/// # Errors
/// When something cannot be started, or a page is none.
pub fn run(binary: &Path) -> anyhow::Result<String> {
    let fill = example("alentour-server", "fill_roster")?;
    let mut text = format!(
        "## A list of ten thousand participants\n\nPages of `/organise/i/ID` of one action with {COUNT} participants, each asked {TIMES} times by one client on the same machine, one after the other: the whole answer, in ms. \
         What is found by a name, and the order of names, decrypts every one of them.\n\n| | SQLite, median | worst | PostgreSQL, median | worst | kB |\n|---|--:|--:|--:|--:|--:|"
    );
    let mut columns = Vec::new();
    for place in [Place::Sqlite, Place::private_postgres()?] {
        columns.push(measured(binary, &fill, &place)?);
    }
    for (at, (name, _)) in PAGES.iter().enumerate() {
        text += &format!("\n| {name} |");
        for pages in &columns {
            let (times, _) = pages.get(at).context("a page was not asked for")?;
            let worst = times.iter().copied().fold(f64::NAN, f64::max);
            text += &format!(" {:.1} | {worst:.1} |", median(times));
        }
        let bytes = columns.first().and_then(|pages| pages.get(at)).map_or(0, |(_, bytes)| *bytes);
        text += &format!(" {:.0} |", bytes as f64 / 1000.0);
    }
    Ok(text)
}

/// The times of each page in ms, and its bytes.
fn measured(binary: &Path, fill: &Path, place: &Place) -> anyhow::Result<Vec<(Vec<f64>, usize)>> {
    let folder = Folder::new(SETTINGS)?;
    let session = json!({ "id": "le-1", "startDate": "2099-05-01T14:00:00+02:00" });
    let action = json!({ "id": "action", "name": "Une action", "kind": "volunteering", "sessions": [session], "participation": { "way": "shift" } });
    folder.put_feed(&json!({ "alentour": "1", "name": "Mesures", "initiatives": [action] }))?;
    let database = folder.database(place);
    let mut program = Command::new(fill);
    program.args([&database, "action", "le-1", &COUNT.to_string()]).env("ALENTOUR_SECRET", SECRET);
    let cookie = process::output(&mut program, "")?;
    let server = Server::start(binary, &folder, &database, free_port()?)?;
    let mut all = Vec::new();
    for (name, page) in PAGES {
        let address = format!("{}/organise/i/action{page}", server.address);
        let (mut times, mut bytes) = (Vec::with_capacity(TIMES), 0);
        for _ in 0..TIMES {
            let begun = Instant::now();
            let mut answer = ureq::get(&address).header("cookie", cookie.trim()).call()?;
            let body = answer.body_mut().read_to_string()?;
            times.push(begun.elapsed().as_secs_f64() * 1000.0);
            ensure!(body.contains("Une action"), "{name}: that is no such page");
            bytes = body.len();
        }
        all.push((times, bytes));
    }
    Ok(all)
}
