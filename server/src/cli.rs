//! The list of commands. Each command's arguments, and what it does, are in a file of [`crate::commands`].

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::commands::{
    accounts, backup, check, convert, initiatives, keys, migrate, outbox, publish, purge, read_document,
    requests, restore, secret, serve, sessions, signers, signups, tag, tokens, venue,
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
    Signups(signups::Args),
    /// Decide who of those who agree to it is named on petitions
    Signers(signers::Args),
    /// Look at the dates that have left the feed though people take part in them, and call them off
    Sessions(sessions::Args),
    /// Look at the requests to join and the offers, and accept or decline them
    Requests(requests::Args),
    /// Say where participants meet, which the feed does not say
    Venue(venue::Args),
    /// Make initiatives here, and publish or withdraw them
    Initiatives(initiatives::Args),
    /// Say who organises: make accounts, and let them organise or help
    Accounts(accounts::Args),
    /// Let programs act for accounts, by tokens
    Tokens(tokens::Args),
    /// Write a consistent copy of all sign-ups into a folder, while the server runs
    Backup(backup::Args),
    /// Put a back-up into an empty database; who has been erased since does not return
    Restore(restore::Args),
    /// Carry everything from one database to another, from SQLite to PostgreSQL say; stop the server first
    Migrate(migrate::Args),
    /// Exchange the secret that encrypts what people wrote
    Secret(secret::Args),
    /// Purge sign-ups that have been kept long enough, as the server does every hour
    Purge(purge::Args),
    /// Look at the messages in the outbox, and retry those that were given up
    Outbox(outbox::Args),
    /// Make keys for sign-ups that only their organiser can read, and read them
    #[command(subcommand)]
    Keys(keys::Action),
    /// Say what is wrong with a feed, and how to mend it; exit code 1 if anything is left out, 2 if nothing can be read
    Check(check::Args),
    /// Write the script tag of this version, with the hash that browsers hold it to
    Tag(tag::Args),
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
            Self::Signups(args) => args.run(&mut out).await?,
            Self::Signers(args) => args.run(&mut std::io::stdin(), &mut out).await?,
            Self::Sessions(args) => args.run(&mut out).await?,
            Self::Requests(args) => args.run(&mut std::io::stdin(), &mut out).await?,
            Self::Venue(args) => args.run(&mut out).await?,
            Self::Accounts(args) => args.run(&mut std::io::stdin(), &mut out).await?,
            Self::Tokens(args) => args.run(&mut out).await?,
            Self::Initiatives(args) => args.run(&mut std::io::stdin(), &mut out).await?,
            Self::Backup(args) => args.run(&mut out).await?,
            Self::Restore(args) => args.run(&mut out).await?,
            Self::Migrate(args) => args.run(&mut out).await?,
            Self::Secret(args) => args.run(&mut out).await?,
            Self::Purge(args) => args.run(&mut out).await?,
            Self::Outbox(args) => args.run(&mut out).await?,
            Self::Keys(action) => action.run(&mut std::io::stdin(), &mut out)?,
            Self::Check(args) => return args.run(&mut out).await,
            Self::Tag(args) => args.run(&mut out)?,
            Self::Publish(args) => args.run(&mut out).await?,
            Self::Convert(args) => args.run().await?,
            Self::ReadDocument(args) => args.run()?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENTS: [&str; 2] = [include_str!("../../docs/operating.md"), include_str!("../../README.md")];

    /// The command lines in a document's blocks of code, whole and without what is the shell's.
    fn documented(document: &str) -> Vec<String> {
        let joined = document.replace("\\\n", " ");
        let lines = joined.lines().filter_map(|line| line.strip_prefix("    "));
        let commands = lines.filter_map(|line| {
            let line = line.trim_start();
            let line = line.strip_prefix("ExecStart=/usr/local/bin/").unwrap_or(line);
            line.starts_with("alentour ").then_some(line)
        });
        let typed = |line: &str| line.split(['#', '<', '>', '|']).next().unwrap().trim().to_owned();
        commands.map(typed).collect()
    }

    /// As the shell parts it: what is in quotation marks is one argument.
    fn arguments(line: &str) -> Vec<String> {
        let (mut arguments, mut is_quoted) = (vec![String::new()], false);
        for character in line.chars() {
            match character {
                '"' => is_quoted = !is_quoted,
                ' ' if !is_quoted => arguments.push(String::new()),
                other => arguments.last_mut().unwrap().push(other),
            }
        }
        arguments.retain(|argument| !argument.is_empty());
        arguments
    }

    fn parsed(line: &str) -> Result<Cli, clap::Error> {
        let mut arguments = arguments(line);
        for at in 1..arguments.len() {
            if arguments[at - 1] == "--database" && arguments[at] == "..." {
                "sqlite:x.db".clone_into(&mut arguments[at]);
            }
        }
        Cli::try_parse_from(arguments)
    }

    #[test]
    fn each_command_line_that_is_documented_is_understood() {
        let lines: Vec<_> = DOCUMENTS.into_iter().flat_map(documented).collect();
        for known in ["alentour outbox list --dead --json --database ...", "alentour serve"] {
            assert!(lines.iter().any(|line| line.starts_with(known)), "{known}: {lines:#?}");
        }
        for line in lines {
            if let Err(error) = parsed(&line) {
                panic!("{line}: {error}");
            }
        }
    }

    #[test]
    fn the_database_is_named_before_an_action_or_after_it() {
        for (group, action) in [
            ("outbox", "list --dead --json"),
            ("outbox", "retry --all"),
            ("outbox", "retry ID"),
            ("signups", "count"),
            ("signups", "export --initiative a"),
            ("signups", "erase"),
            ("secret", "rotate"),
            ("signers", "list --waiting --json"),
            ("signers", "approve ID@1"),
            ("sessions", "list --json"),
            ("sessions", "cancel INITIATIVE SESSION"),
            ("requests", "list --json"),
            ("requests", "accept ID@1"),
            ("requests", "apply FILE"),
            ("requests", "decline ID@1"),
            ("signers", "refuse ID@1"),
            ("signers", "apply FILE"),
            ("venue", "set INITIATIVE --text PLACE"),
            ("venue", "show INITIATIVE"),
            ("venue", "clear INITIATIVE"),
            ("initiatives", "list --status waiting --json"),
            ("initiatives", "keep FILE"),
            ("initiatives", "publish ID@1"),
            ("initiatives", "withdraw ID@1"),
            ("initiatives", "show ID"),
            ("tokens", "create ACCOUNT --name site --scope initiatives:read --scope signups:read"),
            ("tokens", "list --json"),
            ("tokens", "revoke ID"),
        ] {
            let database = "--database sqlite:named.db --secret-file named.secret";
            for line in [
                format!("alentour {group} {database} {action}"),
                format!("alentour {group} {action} {database}"),
            ] {
                let cli = parsed(&line).unwrap_or_else(|error| panic!("{line}: {error}"));
                let said = format!("{cli:?}");
                assert!(said.contains("named.db") && said.contains("named.secret"), "{line}: {said}");
            }
        }
    }
}
