//! The program itself, on a feed of its own, with the robots' checks off and mail that nobody takes.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};

use crate::postgres::Cluster;

/// Seats of the limited session.
pub const SEATS: u32 = 500;
/// What every trial's databases are encrypted with.
pub const SECRET: &str = "the secret of the trials";

/// Which kind of database.
pub enum Place {
    /// A file in the trial's folder.
    Sqlite,
    /// A PostgreSQL of our own.
    Postgres(Cluster),
}

impl Place {
    /// A PostgreSQL that writes to disk as it would for an operator.
    ///
    /// # Errors
    /// Where it does not start.
    pub fn private_postgres() -> anyhow::Result<Self> {
        Ok(Self::Postgres(Cluster::start("")?))
    }
}

/// A folder of a trial, gone when it is dropped.
pub struct Folder(pub PathBuf);

impl Folder {
    /// A new one, with feed and settings in it.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub fn new(settings: &str) -> anyhow::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("alentour-trial-{}-{number}", std::process::id()));
        fs::create_dir_all(&path)?;
        let folder = Self(path);
        fs::write(folder.0.join("feed.json"), feed().to_string())?;
        fs::write(folder.0.join("settings.toml"), settings)?;
        Ok(folder)
    }

    /// Another feed instead of the usual one, before the server starts.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn put_feed(&self, feed: &Value) -> anyhow::Result<()> {
        Ok(fs::write(self.0.join("feed.json"), feed.to_string())?)
    }

    /// Where its database is.
    pub fn database(&self, place: &Place) -> String {
        match place {
            Place::Sqlite => format!("sqlite:{}", self.0.join("alentour.db").display()),
            Place::Postgres(cluster) => cluster.url("postgres"),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Settings that trials start with: no proof of work, no limits, mail to a server that does not exist.
pub const SETTINGS: &str = r#"
public-url = "https://agir.example.org"
[controller]
name = "Maison des solidarités"
contact = "donnees@example.org"
[mail]
smtp = "smtp://127.0.0.1:1"
from = "Agir <bonjour@example.org>"
[robots]
work = 0
fill-seconds = 0
per-address = 0
per-initiative = 0
"#;

fn feed() -> Value {
    let participation = json!({
        "way": "rsvp", "partySize": 3, "message": "optional", "telephone": "optional",
        "consents": [{ "id": "contact", "version": "1", "text": "J’accepte d’être contacté·e.", "required": true }],
    });
    json!({ "alentour": "1", "name": "Épreuves", "inLanguage": "fr", "initiatives": [
        { "id": "petition", "name": "Pétition", "kind": "group", "participation": participation },
        {
            "id": "atelier", "name": "Atelier", "kind": "gathering", "participation": participation,
            "sessions": [{ "id": "samedi", "startDate": "2099-05-02T14:00:00+02:00", "maximumAttendeeCapacity": SEATS }],
        },
    ] })
}

/// A server that runs.
pub struct Server {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub address: String,
    metrics: String,
}

impl Server {
    /// Starts it on that port of 127.0.0.1, and waits until it listens. Its log goes into the folder.
    ///
    /// # Errors
    /// Where it does not.
    pub fn start(binary: &Path, folder: &Folder, database: &str, port: u16) -> anyhow::Result<Self> {
        Self::start_as(Command::new(binary), folder, database, port)
    }

    /// The same, by a command that starts it.
    ///
    /// # Errors
    /// Where it does not.
    pub fn start_as(
        mut command: Command,
        folder: &Folder,
        database: &str,
        port: u16,
    ) -> anyhow::Result<Self> {
        let metrics = free_port()?;
        let log = fs::File::options().create(true).append(true).open(folder.0.join("log"))?;
        command.args(["serve", "--database", database, "--listen", &format!("127.0.0.1:{port}"), "--feed"]);
        command.arg(folder.0.join("feed.json")).arg("--settings").arg(folder.0.join("settings.toml"));
        command.env("ALENTOUR_METRICS_LISTEN", format!("127.0.0.1:{metrics}")).env("ALENTOUR_SECRET", SECRET);
        let mut child =
            command.stdout(Stdio::piped()).stderr(log).spawn().context("the server does not start")?;
        let mut line = String::new();
        let stdout = child.stdout.take().context("the server has no output")?;
        BufReader::new(stdout).read_line(&mut line)?;
        let Some(address) = line.trim().strip_prefix("listening on ") else {
            bail!(
                "the server said {line:?}: {}",
                fs::read_to_string(folder.0.join("log")).unwrap_or_default()
            )
        };
        Ok(Self {
            address: address.to_owned(),
            metrics: format!("http://127.0.0.1:{metrics}/metrics"),
            child,
        })
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// What it counts.
    ///
    /// # Errors
    /// Where it does not answer.
    pub fn metrics(&self) -> anyhow::Result<String> {
        Ok(ureq::get(&self.metrics).call()?.body_mut().read_to_string()?)
    }

    /// A gauge or counter without labels.
    ///
    /// # Errors
    /// Where it is not there.
    pub fn metric(&self, name: &str) -> anyhow::Result<u64> {
        let text = self.metrics()?;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<f64>().ok());
        Ok(value.with_context(|| format!("{name} is not counted"))? as u64)
    }

    /// How many messages wait in the outbox: one for each sign-up.
    ///
    /// # Errors
    /// Where it is more or fewer.
    pub fn has_one_message_each(&self) -> anyhow::Result<u64> {
        let (signups, waiting) =
            (self.metric("alentour_signups ")?, self.metric("alentour_outbox_waiting ")?);
        ensure!(signups == waiting, "{signups} sign-ups have {waiting} messages in the outbox");
        Ok(waiting)
    }

    /// Whether it still runs, and the last warnings and errors of its log: for the report of a trial that has failed.
    pub fn state(&mut self, folder: &Folder) -> String {
        let state = match self.child.try_wait() {
            Ok(Some(status)) => format!("the server has ended ({status})"),
            _ => "the server runs".to_owned(),
        };
        let log = fs::read_to_string(folder.0.join("log")).unwrap_or_default();
        let lines: Vec<_> = log.lines().filter(|line| !line.contains(r#""level":"INFO""#)).collect();
        let last = lines.get(lines.len().saturating_sub(5)..).unwrap_or_default();
        format!("{state}; its log: {}", last.join("\n"))
    }

    /// Its memory in MiB: what is resident.
    pub fn memory(&self) -> f64 {
        self.status("VmRSS:")
    }

    /// The most that it ever had, in MiB: what was resident.
    pub fn peak_memory(&self) -> f64 {
        self.status("VmHWM:")
    }

    fn status(&self, field: &str) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        let kilobytes = line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok());
        kilobytes.unwrap_or_default() / 1024.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port that nobody listens on.
///
/// # Errors
/// Where there is none.
pub fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// An initiative's sign-ups as `alentour signups export` hands them out.
///
/// # Errors
/// Where the export fails.
pub fn export(binary: &Path, database: &str, initiative: &str) -> anyhow::Result<Vec<Value>> {
    let mut command = Command::new(binary);
    command.args([
        "signups",
        "export",
        "--format",
        "json",
        "--database",
        database,
        "--initiative",
        initiative,
    ]);
    let text = crate::process::output(command.env("ALENTOUR_SECRET", SECRET), "the server")?;
    Ok(serde_json::from_str(&text)?)
}

/// An agent that waits no longer than a widget does, and makes errors of no status.
pub fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(20)));
    config.http_status_as_error(false).build().into()
}
