//! How many sign-ups a second, and how long one takes, on both databases; beside bare inserts, and with group commit off.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::ensure;

use super::example;
use crate::process;
use crate::torture::server::{Folder, Place, SETTINGS, Server, agent, free_port};
use crate::torture::visitors::{form, post};

/// Visitors at once.
const VISITORS: usize = 256;
/// Seconds that each kind runs in one round.
const SECONDS: u64 = 5;
/// Each kind once in each round, so that a busy minute slows all of them.
const ROUNDS: usize = 3;

/// What was measured of one kind on one database.
#[derive(Default)]
struct Sample {
    rates: Vec<f64>,
    /// Milliseconds.
    times: Vec<f64>,
}

/// Measures, and says it in Markdown.
///
/// # Errors
/// When something cannot be built or started, or a sign-up is refused.
pub fn run(binary: &Path) -> anyhow::Result<String> {
    let bare = example("alentour-server", "bare_inserts")?;
    let mut text = format!(
        "## Sign-ups\n\nOver HTTP, each checked, encrypted and stored with its receipt, key and message owed, and answered once it is on \
         disk; {VISITORS} visitors at once on the same machine. The yardstick is a bare `INSERT` of as many bytes, each committed by itself \
         (`server/examples/bare_inserts.rs`), on 16 connections of PostgreSQL and SQLite's one. {ROUNDS} rounds of {SECONDS} s each, in \
         turn; medians of the rounds.\n\n\
         | | sign-ups a second | median | 99 % within | bare inserts a second | ratio | group commit off |\n|---|--:|--:|--:|--:|--:|--:|"
    );
    for (name, place) in [("SQLite", Place::Sqlite), ("PostgreSQL", Place::private_postgres()?)] {
        let folder = Folder::new(SETTINGS)?;
        let single = Folder::new(&format!("batch = 1\n{SETTINGS}"))?;
        let (mut ours, mut alone, mut yardstick) = (Sample::default(), Sample::default(), Vec::new());
        for round in 0..ROUNDS {
            measure(binary, &folder, &place, &format!("g{round}"), &mut ours)?;
            yardstick.push(inserts(&bare, &folder, &place)?);
            measure(binary, &single, &place, &format!("s{round}"), &mut alone)?;
        }
        let (rate, bare, alone) = (median(&mut ours.rates), median(&mut yardstick), median(&mut alone.rates));
        ours.times.sort_by(f64::total_cmp);
        let quantile = |part: f64| ours.times[((ours.times.len() - 1) as f64 * part) as usize];
        write!(
            text,
            "\n| {name} | {rate:.0} | {:.1} ms | {:.1} ms | {bare:.0} | {:.2} | {alone:.0} |",
            quantile(0.5),
            quantile(0.99),
            rate / bare
        )?;
    }
    Ok(text)
}

fn measure(
    binary: &Path,
    folder: &Folder,
    place: &Place,
    name: &str,
    sample: &mut Sample,
) -> anyhow::Result<()> {
    let server = Server::start(binary, folder, &folder.database(place), free_port()?)?;
    let stop = Arc::new(AtomicBool::new(false));
    let start = Instant::now();
    let threads: Vec<_> = (0..VISITORS)
        .map(|visitor| {
            let (stop, address, name) = (stop.clone(), server.address.clone(), format!("{name}-{visitor}"));
            thread::spawn(move || {
                let (agent, mut times) = (agent(), Vec::new());
                for number in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let (email, key) =
                        (format!("{name}-{number}@example.org"), format!("{name}-{number}-0123456789"));
                    let start = Instant::now();
                    let (status, body) = post(&agent, &address, &key, &form(&email, false));
                    ensure!(status == 201, "a sign-up was refused: {status} {body}");
                    times.push(start.elapsed().as_secs_f64() * 1000.0);
                }
                Ok(times)
            })
        })
        .collect();
    thread::sleep(Duration::from_secs(SECONDS));
    stop.store(true, Ordering::Relaxed);
    let before = sample.times.len();
    for thread in threads {
        sample.times.extend(thread.join().map_err(|_| anyhow::anyhow!("a visitor panicked"))??);
    }
    sample.rates.push((sample.times.len() - before) as f64 / start.elapsed().as_secs_f64());
    Ok(())
}

fn inserts(bare: &Path, folder: &Folder, place: &Place) -> anyhow::Result<f64> {
    let address = match place {
        Place::Sqlite => format!("sqlite:{}", folder.0.join("bare.db").display()),
        Place::Postgres(cluster) => cluster.url("postgres"),
    };
    let mut command = Command::new(bare);
    command.args([&address, &SECONDS.to_string(), "16"]);
    Ok(process::output(&mut command, "the yardstick")?.trim().parse()?)
}

fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(f64::NAN)
}
