//! What can be said on the command line, or with `ALENTOUR_...` in the environment.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use alentour_model::EmailAddress;
use alentour_texts::Language;
use clap::{Args, Parser, Subcommand};

use alentour_formats::Columns;

use crate::bundle::Bundle;
use crate::check;
use crate::convert::Convert;
use crate::feeds::{Bounds, Fetcher, Gathered, Source, Unread};
use crate::outbox::{self, commands};
use crate::settings::Settings;
use crate::signups::export::{self, Format};
use crate::store::{self, Erasure, Location, Secret, SecretSource, Store, sqlite};
use crate::{backup, logs, publish, retention, serve};

/// What went wrong, for the person at the terminal.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

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
    Serve(Serve),
    /// Hand out the sign-ups
    #[command(subcommand)]
    Signups(Signups),
    /// Write a consistent copy of all sign-ups into a folder, while the server runs
    Backup {
        #[command(flatten)]
        database: Database,
        /// Folder; made where there is none
        folder: PathBuf,
    },
    /// Put a back-up into an empty database; who has been erased since does not return
    Restore {
        #[command(flatten)]
        database: Database,
        /// The back-up: signups-<time>.jsonl.gz
        signups: PathBuf,
        /// The newest keys; keys.jsonl.gz beside the back-up unless named
        #[arg(long, value_name = "FILE")]
        keys: Option<PathBuf>,
    },
    /// Carry everything from one database to another, from SQLite to PostgreSQL say; stop the server first
    Migrate {
        #[command(flatten)]
        database: Database,
        /// Where to: an empty database
        #[arg(long, value_name = "ADDRESS", hide_env_values = true)]
        to: Location,
    },
    /// Purge sign-ups that have been kept long enough, as the server does every hour
    Purge {
        #[command(flatten)]
        database: Database,
    },
    /// Look at the messages that are owed, and retry those that were given up
    Outbox {
        #[command(flatten)]
        database: Database,
        #[command(subcommand)]
        what: commands::Do,
    },
    /// Make keys for sign-ups that only their organiser can read, and read them
    #[command(subcommand)]
    Keys(commands::Keys),
    /// Say what is wrong with a feed, and how to mend it; exit code 1 if anything is left out, 2 if nothing can be read
    Check {
        /// File or http(s) address
        feed: String,
        #[command(flatten)]
        reading: ReadingArgs,
        /// Language of what is said
        #[arg(long, value_parser = check::language_parser(), default_value = "fr", env = "ALENTOUR_LANG")]
        lang: Language,
        /// Say it as JSON
        #[arg(long)]
        json: bool,
        /// Write a page, too, with the cards as visitors see them
        #[arg(long, value_name = "FILE")]
        html: Option<PathBuf>,
    },
    /// Write a static site to upload anywhere: the widget, the feeds as one, and a page an initiative
    Publish(Publish),
    /// Write a feed of any known format as canonical JSON; JSON of any length, in little memory
    Convert {
        /// File, or http(s) address; - is standard input
        feed: String,
        /// File to write, which is there whole or not at all; standard output without it
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        reading: ReadingArgs,
    },
}

/// Serve the widget and the feeds, and keep the sign-ups.
#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// File or http(s) address of a feed; may be given several times. Without it, the demo feed
    #[arg(long = "feed", env = "ALENTOUR_FEED", value_delimiter = ' ', value_name = "FILE-or-URL")]
    pub feeds: Vec<String>,
    #[command(flatten)]
    database: Database,
    /// File of settings: who answers for the data, how long it is kept, where mails and sign-ups go
    #[arg(long, env = "ALENTOUR_SETTINGS", value_name = "FILE.toml")]
    settings: Option<PathBuf>,
    /// Address to listen on; port 0 takes a free one
    #[arg(long, env = "ALENTOUR_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Address that serves /metrics for Prometheus; keep it from the public
    #[arg(long, env = "ALENTOUR_METRICS_LISTEN", value_name = "ADDRESS")]
    pub metrics_listen: Option<SocketAddr>,
    /// Serve the bundle from this directory instead of the one in the binary
    #[arg(long, env = "ALENTOUR_BUNDLE", value_name = "DIR")]
    pub bundle: Option<PathBuf>,
    /// Minutes after which feeds at an address are fetched again
    #[arg(long, env = "ALENTOUR_REFETCH_MINUTES", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=10_080))]
    refetch_minutes: u64,
    /// What is said about the feeds.
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// Send sign-ups to sinks at private addresses, and without https, too
    #[arg(long, env = "ALENTOUR_ALLOW_PRIVATE_SINKS")]
    allow_private_sinks: bool,
}

impl Serve {
    /// How messages are delivered.
    pub fn outbox(&self) -> outbox::Options {
        outbox::Options { allow_private: self.allow_private_sinks, ..outbox::Options::default() }
    }

    /// How often feeds at an address are fetched.
    pub fn refetch(&self) -> Duration {
        Duration::from_secs(self.refetch_minutes * 60)
    }

    /// The store, made if there is none.
    pub async fn store(&self) -> Result<Arc<dyn Store>, Failure> {
        self.database.open(May::BeNew).await
    }

    /// What the operator has settled.
    pub fn settings(&self) -> Result<Settings, Failure> {
        Ok(self.settings.as_deref().map(Settings::read).transpose()?.unwrap_or_default())
    }
}

#[derive(Clone, Debug, Args)]
struct Database {
    /// Where sign-ups are kept: sqlite:PATH or postgres://USER@HOST/NAME
    #[arg(
        long,
        env = "ALENTOUR_DATABASE",
        hide_env_values = true,
        default_value = "sqlite:alentour.db",
        value_name = "ADDRESS"
    )]
    database: Location,
    /// File of the secret that encrypts them; ALENTOUR_SECRET comes before it. Beside a SQLite database, PATH.secret
    #[arg(long, env = "ALENTOUR_SECRET_FILE", value_name = "FILE")]
    secret_file: Option<PathBuf>,
}

/// Whether a database may be made where there is none.
#[derive(Clone, Copy, PartialEq, Eq)]
enum May {
    BeNew,
    /// An export of a misspelt database should fail, not be empty.
    NotBeNew,
}

impl Database {
    async fn open(&self, may: May) -> Result<Arc<dyn Store>, Failure> {
        if let (Location::Sqlite(url), May::NotBeNew) = (&self.database, may) {
            let path = sqlite::path(url)?;
            if !path.is_file() {
                return Err(format!("{}: there is no such file", path.display()).into());
            }
        }
        Ok(store::open(&self.database, &self.secret()?).await?)
    }

    fn secret(&self) -> Result<SecretSource, Failure> {
        // Only from the environment: arguments are seen by everyone on the machine.
        if let Ok(text) = std::env::var("ALENTOUR_SECRET") {
            if text.len() < Secret::SHORTEST {
                return Err(format!("ALENTOUR_SECRET is shorter than {} characters", Secret::SHORTEST).into());
            }
            return Ok(SecretSource::Given(Secret::new(text)));
        }
        match (&self.secret_file, &self.database) {
            (Some(path), _) => Ok(SecretSource::File(path.clone())),
            (None, Location::Sqlite(url)) => {
                let mut path = sqlite::path(url)?.into_os_string();
                path.push(".secret");
                Ok(SecretSource::File(path.into()))
            }
            (None, Location::Postgres(_)) => {
                Err("PostgreSQL: say where the secret is (ALENTOUR_SECRET, or --secret-file)".into())
            }
        }
    }
}

#[derive(Debug, Subcommand)]
enum Signups {
    /// Write an initiative's sign-ups to standard output
    Export {
        #[command(flatten)]
        database: Database,
        /// Identifier of the initiative
        #[arg(long)]
        initiative: String,
        /// Form of the export
        #[arg(long, value_enum, default_value = "csv")]
        format: Format,
    },
    /// Erase a person, whose e-mail address is read from standard input: it is in no history and no list of processes
    Erase {
        #[command(flatten)]
        database: Database,
    },
    /// Say how many sign-ups there are
    Count {
        #[command(flatten)]
        database: Database,
        /// Count those of one initiative only
        #[arg(long)]
        initiative: Option<String>,
    },
}

#[derive(Debug, Args)]
struct Publish {
    /// Files or http(s) addresses of feeds, and the folder to write
    #[arg(required = true, num_args = 2.., value_name = "FEED... DIR")]
    feeds_and_folder: Vec<String>,
    /// Language of the pages
    #[arg(long, value_parser = check::language_parser(), default_value = "fr", env = "ALENTOUR_LANG")]
    lang: Language,
    /// Server that takes the sign-ups and reads the same feeds; without it there are no forms
    #[arg(long, value_name = "ADDRESS")]
    api: Option<String>,
    /// Take the widget from this directory instead of the one in the binary
    #[arg(long, env = "ALENTOUR_BUNDLE", value_name = "DIR")]
    bundle: Option<PathBuf>,
    #[command(flatten)]
    reading: ReadingArgs,
}

impl Publish {
    async fn run(mut self, out: &mut dyn Write) -> Result<(), Failure> {
        let folder = self.feeds_and_folder.pop().ok_or("name a folder to write")?.into();
        let (mut feeds, mut tables) = (Vec::new(), Vec::new());
        for feed in &self.feeds_and_folder {
            let gathered = self.reading.gather(feed).await?;
            let gathered = gathered.map_err(|why| format!("{feed}: {why}"))?;
            if let Some(stop) = &gathered.stop {
                eprintln!("alentour: {feed}: not all of the feed was read: {stop}");
            }
            tables.push(gathered.reading.columns);
            feeds.push(gathered.reading.feed);
        }
        self.reading.fit(&tables, self.lang)?;
        let bundle = self.bundle.map_or_else(Bundle::embedded, Bundle::Directory);
        let options = publish::Options { folder, language: self.lang, api: self.api };
        publish::publish(&feeds, &bundle, &options, jiff::Timestamp::now().as_second(), out)
    }
}

/// What is said about feeds that are read.
#[derive(Clone, Debug, Args)]
pub struct ReadingArgs {
    /// What columns of a table (CSV) are, where their names are guessed wrong: "Structure=organizer, Objet=name, Remarques="
    #[arg(long, env = "ALENTOUR_COLUMNS", value_name = "HEADER=COLUMN,...")]
    pub columns: Option<Columns>,
    /// Fetch feeds from private addresses too
    #[arg(long, env = "ALENTOUR_ALLOW_PRIVATE_FEEDS")]
    pub allow_private_feeds: bool,
}

impl ReadingArgs {
    /// An error where a column is named that none of these tables has.
    fn fit<'a>(
        &self,
        tables: impl IntoIterator<Item = &'a Columns>,
        language: Language,
    ) -> Result<(), Failure> {
        let Some(said) = &self.columns else { return Ok(()) };
        let mut all = Columns::default();
        for (header, column) in tables.into_iter().flat_map(Columns::iter) {
            all.set(header, column);
        }
        check::misfit(said, &all, language).map_or(Ok(()), |why| Err(why.into()))
    }

    /// Reads all of a feed. The outer error is ours, the inner one the feed's.
    async fn gather(&self, feed: &str) -> Result<Result<Gathered, Unread>, Failure> {
        let (source, fetcher) = (Source::from(feed), Fetcher::new(self.allow_private_feeds));
        let columns = self.columns.clone().unwrap_or_default();
        let task = move || source.gather(&fetcher, Bounds::default(), &columns);
        Ok(tokio::task::spawn_blocking(task).await?)
    }
}

/// `3 signups, 6 consents`
fn rows(carried: &backup::Carried) -> String {
    let rows = carried.iter().filter(|(_, count)| **count > 0);
    let said = rows.map(|(table, count)| format!("{count} {table}")).collect::<Vec<_>>();
    if said.is_empty() { "nothing, it is empty".to_owned() } else { said.join(", ") }
}

/// Does what was asked. The error is for the person at the terminal.
pub async fn run(cli: Cli) -> Result<ExitCode, Failure> {
    let mut out = std::io::stdout();
    match cli.command {
        Command::Serve(config) => {
            logs::start();
            serve::serve(&config).await?;
        }
        Command::Signups(Signups::Export { database, initiative, format }) => {
            let store = database.open(May::NotBeNew).await?;
            export::export(&*store, &initiative, format, &mut out).await?;
        }
        Command::Signups(Signups::Erase { database }) => {
            let store = database.open(May::NotBeNew).await?;
            let mut line = String::new();
            std::io::stdin().read_line(&mut line)?;
            let email = EmailAddress::parse(&line).ok_or("that is no e-mail address")?;
            let who = Erasure::Person(store.secret().email_h(&email));
            let now = jiff::Timestamp::now().as_second();
            let mut erased = 0;
            loop {
                match store.erase(&who, now).await? {
                    0 => break,
                    some => erased += some,
                }
            }
            writeln!(out, "{erased}")?;
        }
        Command::Signups(Signups::Count { database, initiative }) => {
            let store = database.open(May::NotBeNew).await?;
            writeln!(out, "{}", store.count(initiative.as_deref()).await?.signups)?;
        }
        Command::Backup { database, folder } => {
            let store = database.open(May::NotBeNew).await?;
            let (path, carried) = backup::backup(store, &folder, jiff::Timestamp::now()).await?;
            writeln!(out, "{}: {}", path.display(), rows(&carried))?;
        }
        Command::Restore { database, signups, keys } => {
            if let SecretSource::File(path) = database.secret()?
                && !path.is_file()
            {
                return Err(format!(
                    "a back-up can only be read with the secret it was made with: put it into {}, or into ALENTOUR_SECRET",
                    path.display()
                )
                .into());
            }
            let store = database.open(May::BeNew).await?;
            let keys = keys.unwrap_or_else(|| signups.with_file_name("keys.jsonl.gz"));
            let (carried, left_out) = backup::restore(&*store, &signups, &keys).await?;
            writeln!(out, "restored: {}", rows(&carried))?;
            if left_out > 0 {
                writeln!(out, "{left_out} sign-ups were erased since this back-up, and did not return")?;
            }
            store.close().await;
        }
        Command::Migrate { database, to } => {
            let from = database.open(May::NotBeNew).await?;
            // The secret goes with what it encrypts: the target's is the source's.
            let to = store::open(&to, &database.secret()?).await?;
            let said = std::io::IsTerminal::is_terminal(&std::io::stderr());
            let progress = |table: &str, rows: u64| {
                if said {
                    eprint!("\r\x1b[K{table}: {rows}");
                }
            };
            let carried = backup::migrate(from, &*to, progress).await;
            if said {
                eprintln!();
            }
            writeln!(out, "carried: {}", rows(&carried?))?;
            to.close().await;
        }
        Command::Purge { database } => {
            let store = database.open(May::NotBeNew).await?;
            let purged = retention::purge(&*store, jiff::Timestamp::now().as_second()).await?;
            writeln!(out, "{purged}")?;
        }
        Command::Outbox { database, what } => {
            let store = database.open(May::NotBeNew).await?;
            commands::outbox(&what, &*store, &mut out).await?;
        }
        Command::Keys(what) => commands::keys(&what, &mut std::io::stdin(), &mut out)?,
        Command::Check { feed, reading, lang, json, html } => {
            let form = check::Form { language: lang, json, html: html.as_deref() };
            let gathered = reading.gather(&feed).await?;
            if let Ok(gathered) = &gathered {
                reading.fit([&gathered.reading.columns], lang)?;
            }
            return check::check(&feed, gathered, form, &mut out);
        }
        Command::Publish(publish) => publish.run(&mut out).await?,
        Command::Convert { feed, output, reading } => {
            let convert = Convert {
                feed: (feed != "-").then(|| Source::from(feed.as_str())),
                output,
                columns: reading.columns.unwrap_or_default(),
                fetcher: Fetcher::new(reading.allow_private_feeds),
                stop: Arc::default(),
            };
            return convert.or_stop().await;
        }
    }
    Ok(ExitCode::SUCCESS)
}
