//! `cargo xtask torture`: what must hold when machines, networks and people misbehave. Some minutes, bounded; each trial
//! ends by itself.

mod catalogue;
mod disk;
mod documents;
mod failover;
mod forged;
mod fuzz;
mod hoarding;
mod hostile;
mod kill;
mod last_seat;
mod mail_to_many;
mod mailbox;
mod proxy;
mod scan;
mod schema;
pub mod server;
mod timing;
mod unread;
pub mod visitors;

use std::path::PathBuf;
use std::time::Instant;

use anyhow::bail;
use clap::{Args, ValueEnum};

use crate::build;
use crate::progress::seconds;
use server::Place;

#[derive(Args)]
pub struct Options {
    /// Run this trial alone; may be given several times
    #[arg(long, value_name = "TRIAL")]
    only: Vec<Trial>,
    /// Take the server as it is compiled for development: slower, and there at once
    #[arg(long)]
    debug: bool,
    /// Seconds for each fuzz target
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    fuzz_seconds: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Trial {
    /// kill -9 again and again under load, on SQLite
    Kill,
    /// The same on PostgreSQL
    KillPostgres,
    /// Five hundred people at once for one seat, which is given back and given on, and kill -9 meanwhile, on SQLite
    LastSeat,
    /// The same on PostgreSQL
    LastSeatPostgres,
    /// One message to 5,000 people, and kill -9 twice meanwhile: each has it, nobody twice but whoever's was on its way
    MailToMany,
    /// The primary of a PostgreSQL with a synchronous standby is killed, the standby promoted
    Failover,
    /// The standby is away: commits wait, they do not lie
    Standby,
    /// A disk that is full, and has room again
    Disk,
    /// Feeds that change all the time, a process that is killed meanwhile, a full disk: the last good version is served whole
    Catalogue,
    /// A proxy that delays, cuts, resets, and swallows answers
    Proxy,
    /// Bodies without end, clients without haste, bombs, and bytes that are no text
    Hostile,
    /// Documents that are made to exhaust whoever reads them
    HostileDocuments,
    /// Clients that ask and never read
    UnreadConnections,
    /// Forms that nobody confirms, to keep a session full
    Hoarding,
    /// A stranger's form in somebody's name, before that person's own and after it
    ForgedSignups,
    /// What is said to new and to known addresses, and how fast
    Timing,
    /// A search for people in logs, metrics and files
    Scan,
    /// schemathesis on /openapi.json
    Schema,
    /// libFuzzer on the reading of feeds, each format for a while
    Fuzz,
}

/// Runs the trials, goes on after a failure, and says what each has shown.
///
/// # Errors
/// When something did not hold, or cannot be built.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let is_asked = |trial: &&Trial| options.only.is_empty() || options.only.contains(trial);
    let trials: Vec<_> = Trial::value_variants().iter().filter(is_asked).collect();
    let needs_server = trials.iter().any(|trial| !matches!(trial, Trial::Fuzz | Trial::MailToMany));
    let binary = match (needs_server, options.debug) {
        (false, _) => PathBuf::new(),
        (true, true) => build::tested_server()?,
        (true, false) => build::measured_server()?,
    };
    let mut failed = Vec::new();
    for trial in trials {
        let name = trial.to_possible_value().map_or(String::new(), |value| value.get_name().to_owned());
        println!("\n== {name}");
        let start = Instant::now();
        let shown = match trial {
            Trial::Kill => kill::run(&binary, &Place::Sqlite),
            Trial::KillPostgres => kill::run(&binary, &Place::private_postgres()?),
            Trial::LastSeat => last_seat::run(&binary, &Place::Sqlite),
            Trial::LastSeatPostgres => last_seat::run(&binary, &Place::private_postgres()?),
            Trial::MailToMany => mail_to_many::run(),
            Trial::Failover => failover::promoted(&binary),
            Trial::Standby => failover::standby_away(&binary),
            Trial::Disk => disk::run(&binary),
            Trial::Catalogue => catalogue::run(&binary),
            Trial::Proxy => proxy::run(&binary),
            Trial::Hostile => hostile::run(&binary),
            Trial::HostileDocuments => documents::run(&binary),
            Trial::UnreadConnections => unread::run(&binary),
            Trial::Hoarding => hoarding::run(&binary),
            Trial::ForgedSignups => forged::run(&binary),
            Trial::Timing => timing::run(&binary),
            Trial::Scan => scan::run(&binary),
            Trial::Schema => schema::run(&binary),
            Trial::Fuzz => fuzz::run(options.fuzz_seconds),
        };
        match shown {
            Ok(shown) => println!("{shown}"),
            Err(error) => {
                println!("FAILED: {error:#}");
                failed.push(name.clone());
            }
        }
        println!("== {name}: {}", seconds(start.elapsed()));
    }
    if failed.is_empty() { Ok(()) } else { bail!("did not hold: {}", failed.join(", ")) }
}
