//! Feeds that vanish, break off, shrink, double and change all the time, a process that is killed while it replaces its catalogue, and a
//! disk that is full then: the last good version is served, whole.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};

use super::disk::SmallDisk;
use super::server::{Folder, SETTINGS, Server, free_port};

/// Initiatives of a whole feed.
const WHOLE: usize = 3000;
/// How often the process is killed.
const KILLS: u64 = 8;
/// How long a change may take to be served; what cannot be written is tried again after half a minute.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a feed said: its version, and how many initiatives it has.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
struct Said {
    version: u64,
    count: usize,
}

/// A feed each of whose initiatives says the version.
fn feed(version: u64, count: usize) -> Value {
    let item = |n: usize| {
        json!({ "id": format!("i{n}"), "name": format!("Version {version}"), "location": {
            "latitude": 43.0 + (n % 700) as f64 / 100.0, "longitude": (n % 600) as f64 / 100.0 } })
    };
    json!({ "initiatives": (0..count).map(item).collect::<Vec<_>>() })
}

/// What is served; an error where it is not all of one version.
fn served(address: &str) -> anyhow::Result<Said> {
    let mut answer = ureq::get(format!("{address}/v1/feed.json")).call()?;
    let feed: Value =
        serde_json::from_str(&answer.body_mut().with_config().limit(64 << 20).read_to_string()?)?;
    let initiatives = feed["initiatives"].as_array().context("no initiatives")?;
    let first = initiatives.first().and_then(|first| first["name"].as_str()).unwrap_or_default();
    ensure!(initiatives.iter().all(|one| one["name"] == first), "versions are mixed");
    let version =
        first.strip_prefix("Version ").and_then(|version| version.parse().ok()).context("no version")?;
    Ok(Said { version, count: initiatives.len() })
}

fn until(address: &str, what: &str, is_so: impl Fn(Said) -> bool) -> anyhow::Result<Said> {
    let start = Instant::now();
    loop {
        let said = served(address)?;
        if is_so(said) {
            return Ok(said);
        }
        ensure!(start.elapsed() < PATIENCE, "{what}: {said:?} is served");
        thread::sleep(Duration::from_millis(100));
    }
}

/// Puts a version in the place of the one before, as a whole.
fn put(folder: &Folder, version: u64, count: usize) -> anyhow::Result<()> {
    let beside = folder.0.join("feed.new");
    fs::write(&beside, feed(version, count).to_string())?;
    Ok(fs::rename(beside, folder.0.join("feed.json"))?)
}

/// Runs all of it.
///
/// # Errors
/// Says what did not hold.
pub fn run(binary: &Path) -> anyhow::Result<String> {
    let folder = Folder::new(SETTINGS)?;
    let database = format!("sqlite:{}", folder.0.join("alentour.db").display());
    put(&folder, 1, WHOLE)?;
    let server = Server::start(binary, &folder, &database, free_port()?)?;
    let path = folder.0.join("feed.json");
    until(&server.address, "the first version", |said| said == Said { version: 1, count: WHOLE })?;

    fs::remove_file(&path)?;
    stays(&server, Said { version: 1, count: WHOLE }, "the feed has vanished")?;
    let text = feed(2, WHOLE).to_string();
    fs::write(&path, &text[..text.len() / 2])?;
    stays(&server, Said { version: 1, count: WHOLE }, "the feed breaks off")?;
    put(&folder, 3, 2 * WHOLE)?;
    until(&server.address, "the feed has doubled", |said| said == Said { version: 3, count: 2 * WHOLE })?;
    let shrunk = Instant::now();
    put(&folder, 4, WHOLE - 1)?;
    until(&server.address, "the feed has shrunk", |said| said.version == 4)?;
    ensure!(shrunk.elapsed() > Duration::from_secs(2), "a feed that lost more than half was taken at once");
    drop(server);

    let (versions, slowest) = killed(binary, &folder, &database)?;
    let disk = full(binary, &folder)?;
    Ok(format!(
        "vanished, broken off: the last good version stays; doubled: taken; shrunk by more than half: taken the second time. \
         {KILLS} × kill -9 while it changed {versions} times: always whole, never an earlier one, ready again after {slowest:.2} s at most. {disk}"
    ))
}

/// What is served stays that for longer than it takes to notice a change.
fn stays(server: &Server, expected: Said, what: &str) -> anyhow::Result<()> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(5) {
        let said = served(&server.address)?;
        ensure!(said == expected, "{what}: {said:?} is served instead of {expected:?}");
        thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

/// Changes the feed several times a second, and kills the process again and again. How many versions there were, and how long it took
/// at most until it was ready again.
fn killed(binary: &Path, folder: &Folder, database: &str) -> anyhow::Result<(u64, f64)> {
    let (version, is_over) = (AtomicU64::new(4), AtomicBool::new(false));
    let slowest = thread::scope(|threads| {
        let changing = threads.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                let next = version.load(Ordering::Relaxed) + 1;
                put(folder, next, WHOLE)?;
                version.store(next, Ordering::Relaxed);
                thread::sleep(Duration::from_millis(300));
            }
            anyhow::Ok(())
        });
        let looked = (|| {
            let (mut last, mut slowest) = (Said { version: 0, count: 0 }, 0.0_f64);
            for round in 0..KILLS {
                let start = Instant::now();
                let mut server = Server::start(binary, folder, database, free_port()?)?;
                slowest = slowest.max(start.elapsed().as_secs_f64());
                // Later in each round, so that each step of replacing it is met.
                while start.elapsed() < Duration::from_millis(2500 + 170 * round) {
                    let said = served(&server.address)?;
                    // The version before the first change is the one that had shrunk.
                    ensure!(said.count == WHOLE || said.version == 4, "{said:?} is no whole feed");
                    if said.version < last.version {
                        bail!("{said:?} is served after {last:?}");
                    }
                    last = said;
                }
                server.kill();
            }
            Ok(slowest)
        })();
        is_over.store(true, Ordering::Relaxed);
        changing.join().map_err(|_| anyhow::anyhow!("changing the feed panicked"))??;
        looked
    })?;
    Ok((version.load(Ordering::Relaxed), slowest))
}

/// The disk of the catalogue is full while the feed changes, and has room again.
fn full(binary: &Path, folder: &Folder) -> anyhow::Result<&'static str> {
    let Some(disk) = SmallDisk::mount(folder)? else {
        return Ok("A full disk was skipped: a file system can only be mounted by root.");
    };
    put(folder, 1_000_000, WHOLE)?;
    let mut command = Command::new(binary);
    command.env("ALENTOUR_CATALOGUE", disk.0.join("catalogue"));
    let database = format!("sqlite:{}", folder.0.join("other.db").display());
    let server = Server::start_as(command, folder, &database, free_port()?)?;
    until(&server.address, "before", |said| said.version == 1_000_000)?;
    disk.fill();
    put(folder, 1_000_001, WHOLE)?;
    stays(&server, Said { version: 1_000_000, count: WHOLE }, "the disk is full")?;
    disk.empty()?;
    until(&server.address, "room again", |said| said.version == 1_000_001)?;
    Ok("Disk full: the last good version stays; room again: the next is served, without a restart.")
}
