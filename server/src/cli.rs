//! The list of commands. Each command's arguments, and what it does, are in a file of [`crate::commands`].

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::commands::{
    backup, check, convert, keys, migrate, outbox, publish, purge, read_document, restore, secret, serve,
    signups,
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
    /// Look at the messages in the outbox, and retry those that were given up
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
    /// Read a document for the server, within limits
    #[command(hide = true)]
    ReadDocument(read_document::Args),
}

/// Runs the command that was asked for, with its results on standard output.
///
/// # Errors
/// For the person at the terminal.
pub fn run(cli: Cli) -> Result<ExitCode, CommandError> {
    match cli.command {
        // It limits its memory: threads that it does not need would take of it.
        Command::ReadDocument(args) => args.run().map(|()| ExitCode::SUCCESS),
        command => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            runtime.block_on(command.run())
        }
    }
}

impl Command {
    async fn run(self) -> Result<ExitCode, CommandError> {
        let mut out = std::io::stdout();
        match self {
            Self::Serve(args) => args.run().await?,
            Self::Signups(action) => action.run(&mut out).await?,
            Self::Backup(args) => args.run(&mut out).await?,
            Self::Restore(args) => args.run(&mut out).await?,
            Self::Migrate(args) => args.run(&mut out).await?,
            Self::Secret(action) => action.run(&mut out).await?,
            Self::Purge(args) => args.run(&mut out).await?,
            Self::Outbox(args) => args.run(&mut out).await?,
            Self::Keys(action) => action.run(&mut std::io::stdin(), &mut out)?,
            Self::Check(args) => return args.run(&mut out).await,
            Self::Publish(args) => args.run(&mut out).await?,
            Self::Convert(args) => args.run().await?,
            Self::ReadDocument(args) => args.run()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
