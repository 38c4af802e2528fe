//! How many sign-ups a second, how long one takes, and what it costs the processor, on both databases; beside bare inserts of the
//! same rows, and with group commit off.

mod cpu;
pub mod crowd;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::process;
use crate::torture::server::{Folder, Place, SETTINGS, Server, free_port};
use crowd::Heard;

/// Visitors at once: answers go out on a beat of 50 ms, so that 256 could not have more than 5,120 a second.
const VISITORS: usize = 1024;
/// Visitors at once where each is committed alone: more would only wait.
const VISITORS_ALONE: usize = 64;
/// Until connections are open and caches full; not counted.
const WARM_UP: Duration = Duration::from_secs(2);
/// How long each kind is measured in one round.
const TIME: Duration = Duration::from_secs(6);
/// Each kind once in each round, so that a busy minute slows all of them.
const ROUNDS: usize = 3;
/// Sign-ups in a transaction of the yardstick: the server's own most.
const BATCH: usize = 256;

/// What was measured of one kind on one database.
#[derive(Default)]
struct Sample {
    /// Sign-ups a second, a round each.
    rates: Vec<f64>,
    /// Milliseconds until the answer, of all rounds.
    times: Vec<f64>,
    /// Milliseconds of processor time a sign-up, a round each: the server's, and the database's where it is a process of its own.
    cpu: Vec<(f64, f64)>,
    /// How many were told to come back later, in all rounds.
    refused: usize,
}

/// Measures, and says it in Markdown.
///
/// # Errors
/// When something cannot be built or started, or a sign-up is refused.
pub fn run(binary: &Path) -> anyhow::Result<String> {
    crowd::ensure_files(VISITORS)?;
    // All visitors come from one address.
    let settings = SETTINGS.replace("[robots]", "[robots]\nconnections-per-address = 0");
    let bare = binary.with_file_name("examples").join("bare_inserts");
    let mut text = format!(
        "## Sign-ups\n\nOver HTTP, each checked, encrypted and stored with its receipt, key and message, and answered once it is on disk; \
         {VISITORS} visitors at once on the same machine. The yardstick inserts the very rows that the server has stored into empty tables \
         with the same indexes, in transactions of {BATCH} sign-ups, a statement for each table \
         (`server/examples/bare_inserts.rs`): no HTTP, nothing checked, nothing encrypted, one connection. {ROUNDS} rounds of {} s each, \
         in turn, each on a new database; medians of the rounds. CPU is the processor time of one sign-up, the visitors’ not counted; \
         SQLite’s is the server’s. With group commit off, each is committed alone; {VISITORS_ALONE} visitors.\n\n\
         | | sign-ups a second | median | 99 % within | CPU, server | CPU, database | bare inserts a second | ratio | group commit off |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|",
        TIME.as_secs()
    );
    let mut refused = Vec::new();
    for place in [Place::Sqlite, Place::private_postgres()?] {
        let (mut ours, mut yardstick, mut alone) = (Sample::default(), Vec::new(), Sample::default());
        for round in 0..ROUNDS {
            let database = Database::new(&place, &settings, &format!("round{round}"))?;
            let stored = measure(binary, &place, &database, VISITORS, &mut ours)?;
            yardstick.push(inserts(&bare, &database, stored)?);
            drop(database);
            let single = Database::new(&place, &format!("batch = 1\n{settings}"), &format!("alone{round}"))?;
            measure(binary, &place, &single, VISITORS_ALONE, &mut alone)?;
        }
        let name = if matches!(place, Place::Sqlite) { "SQLite" } else { "PostgreSQL" };
        if ours.refused > 0 {
            refused.push(format!("{name} {} (503)", ours.refused));
        }
        text += &format!("\n| {name} {}", row(ours, yardstick, alone));
    }
    if !refused.is_empty() {
        text += &format!("\n\nTold to come back later: {}.", refused.join(", "));
    }
    Ok(text)
}

/// The figures of a database, as cells.
fn row(mut ours: Sample, mut yardstick: Vec<f64>, mut alone: Sample) -> String {
    let (rate, bare, alone) = (median(&mut ours.rates), median(&mut yardstick), median(&mut alone.rates));
    ours.times.sort_by(f64::total_cmp);
    let quantile = |part: f64| ours.times[((ours.times.len() - 1) as f64 * part) as usize];
    let (mut server, mut database): (Vec<f64>, Vec<f64>) = ours.cpu.into_iter().unzip();
    let server = median(&mut server);
    // SQLite is no process of its own.
    let database = Some(median(&mut database)).filter(|time| *time > 0.0);
    let database = database.map_or("–".to_owned(), |time| format!("{time:.2} ms"));
    format!(
        "| {rate:.0} | {:.1} ms | {:.1} ms | {server:.2} ms | {database} | {bare:.0} | {:.2} | {alone:.0} |",
        quantile(0.5),
        quantile(0.99),
        rate / bare
    )
}

/// A new and empty database, with the folder of the server that uses it.
struct Database {
    folder: Folder,
    address: String,
}

impl Database {
    fn new(place: &Place, settings: &str, name: &str) -> anyhow::Result<Self> {
        let folder = Folder::new(settings)?;
        let address = match place {
            Place::Sqlite => folder.database(place),
            Place::Postgres(cluster) => {
                cluster.query("postgres", &format!("CREATE DATABASE {name}"))?;
                cluster.url(name)
            }
        };
        Ok(Self { folder, address })
    }
}

/// Lets visitors sign people up, and returns how many are stored in the end.
fn measure(
    binary: &Path,
    place: &Place,
    database: &Database,
    visitors: usize,
    sample: &mut Sample,
) -> anyhow::Result<usize> {
    let server = Server::start(binary, &database.folder, &database.address, free_port()?)?;
    let cpu = || {
        let database = match place {
            Place::Sqlite => 0.0,
            Place::Postgres(cluster) => cpu::of_family(cluster.process().context("PostgreSQL has ended")?)?,
        };
        anyhow::Ok((cpu::of(server.process())?, database))
    };
    let Heard { rate, times, stored, refused, before, after } =
        crowd::run(&server.address, visitors, WARM_UP, TIME, cpu)?;
    ensure!(!times.is_empty(), "nobody was answered within {} s", TIME.as_secs());
    let each = |before: f64, after: f64| (after - before) / times.len() as f64;
    sample.cpu.push((each(before.0, after.0), each(before.1, after.1)));
    sample.refused += refused;
    sample.rates.push(rate);
    sample.times.extend(times);
    Ok(stored)
}

/// How many sign-ups a second the yardstick inserts.
fn inserts(bare: &Path, database: &Database, stored: usize) -> anyhow::Result<f64> {
    let mut command = Command::new(bare);
    command.args([&database.address, &stored.to_string(), &BATCH.to_string()]);
    let said = process::output(&mut command, "the yardstick")?;
    let (inserted, seconds) = said.trim().split_once(' ').context("the yardstick says nothing")?;
    Ok(inserted.parse::<f64>()? / seconds.parse::<f64>()?)
}

fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(f64::NAN)
}
