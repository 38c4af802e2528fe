//! The list of commands. Each command's arguments, and what it does, are in a file of [`crate::commands`].

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::commands::{
    backup, check, convert, keys, migrate, outbox, publish, purge, restore, secret, serve, signups,
};
use crate::error::CommandError;

/// Collective actions near you, found and joined on any association's page.
#[derive(Debug, Parser)]
#[command(name = "alentour", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the widget and the feeds, and keep the sign-ups
    Serve(serve::Args),
    /// Hand out the sign-ups
    #[command(subcommand)]
    Signups(signups::Action),
    /// Write a consistent copy of all sign-ups into a folder, while the server runs
    Backup(backup::Args),
    /// Put a back-up into an empty database; who has been erased since does not return
    Restore(restore::Args),
    /// Carry everything from one database to another, from SQLite to PostgreSQL say; stop the server first
    Migrate(migrate::Args),
    /// Exchange the secret that encrypts what people wrote
    #[command(subcommand)]
    Secret(secret::Action),
    /// Purge sign-ups that have been kept long enough, as the server does every hour
    Purge(purge::Args),
    /// Look at the messages that are owed, and retry those that were given up
    Outbox(outbox::Args),
    /// Make keys for sign-ups that only their organiser can read, and read them
    #[command(subcommand)]
    Keys(keys::Action),
    /// Say what is wrong with a feed, and how to mend it; exit code 1 if anything is left out, 2 if nothing can be read
    Check(check::Args),
    /// Write a static site to upload anywhere: the widget, the feeds as one, and a page an initiative
    Publish(publish::Args),
    /// Write a feed of any known format as canonical JSON; JSON of any length, in little memory
    Convert(convert::Args),
}

/// Runs the command that was asked for, with its results on standard output.
///
/// # Errors
/// For the person at the terminal.
pub async fn run(cli: Cli) -> Result<ExitCode, CommandError> {
    let mut out = std::io::stdout();
    match cli.command {
        Command::Serve(args) => args.run().await?,
        Command::Signups(action) => action.run(&mut out).await?,
        Command::Backup(args) => args.run(&mut out).await?,
        Command::Restore(args) => args.run(&mut out).await?,
        Command::Migrate(args) => args.run(&mut out).await?,
        Command::Secret(action) => action.run(&mut out).await?,
        Command::Purge(args) => args.run(&mut out).await?,
        Command::Outbox(args) => args.run(&mut out).await?,
        Command::Keys(action) => action.run(&mut std::io::stdin(), &mut out)?,
        Command::Check(args) => return args.run(&mut out).await,
        Command::Publish(args) => args.run(&mut out).await?,
        Command::Convert(args) => args.run().await?,
    }
    Ok(ExitCode::SUCCESS)
}
