//! A private PostgreSQL: its own folder, its own port, gone when it is dropped.

use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::debian;
use crate::process;

/// How long a server may take to start, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that runs, or can be started again.
pub struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    port: u16,
    user: Option<(u32, u32)>,
    server: Option<Child>,
}

impl Cluster {
    /// Makes a cluster and starts it. `settings` are lines of its `postgresql.conf`.
    ///
    /// # Errors
    /// Where no PostgreSQL is there and none can be installed, or it does not start.
    pub fn start(settings: &str) -> anyhow::Result<Self> {
        let mut cluster = Self::empty()?;
        let mut initdb = cluster.program("initdb");
        initdb.args([
            "--username=alentour",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
            "-D",
        ]);
        process::output(initdb.arg(&cluster.folder), "PostgreSQL's initdb")?;
        cluster.configure(settings)?;
        cluster.run()?;
        Ok(cluster)
    }

    /// A folder without a database, and a port: for a standby.
    fn empty() -> anyhow::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let bin = programs()?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("alentour-postgres-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        // PostgreSQL refuses to be root; its package brings a user.
        let user = as_root().then(|| Ok::<_, anyhow::Error>((id("-u")?, id("-g")?))).transpose()?;
        if let Some((user, group)) = user {
            std::os::unix::fs::chown(&folder, Some(user), Some(group))?;
        }
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        Ok(Self { bin, folder, port, user, server: None })
    }

    /// A copy that follows this one; its name as a standby is `name`.
    ///
    /// # Errors
    /// When the copy cannot be made or started.
    pub fn standby(&self, name: &str, settings: &str) -> anyhow::Result<Self> {
        let mut standby = Self::empty()?;
        fs::remove_dir_all(&standby.folder)?;
        let mut copy = standby.program("pg_basebackup");
        copy.args(["--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--pgdata"])
            .arg(&standby.folder);
        copy.arg("--dbname").arg(format!("{} application_name={name}", self.conninfo()));
        process::output(&mut copy, "PostgreSQL's pg_basebackup")?;
        standby.configure(settings)?;
        standby.run()?;
        Ok(standby)
    }

    fn configure(&self, settings: &str) -> anyhow::Result<()> {
        let text = format!(
            "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\nport = {}\nmax_connections = 300\n{settings}\n",
            self.port
        );
        let path = self.folder.join("postgresql.auto.conf");
        // A standby's own settings stay: where to follow.
        let before = fs::read_to_string(&path).unwrap_or_default();
        let kept: String = before
            .lines()
            .filter(|line| line.starts_with("primary_"))
            .map(|line| format!("{line}\n"))
            .collect();
        fs::write(&path, kept + &text).with_context(|| format!("{} cannot be written", path.display()))
    }

    /// Starts the server, and waits until it answers.
    ///
    /// # Errors
    /// When it does not.
    pub fn run(&mut self) -> anyhow::Result<()> {
        let log = fs::File::create(self.folder.join("log"))?;
        let mut server = self.program("postgres");
        server.arg("-D").arg(&self.folder).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        self.server = Some(server.spawn().context("PostgreSQL could not be started")?);
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let port = self.port.to_string();
            let ready = self
                .program("pg_isready")
                .args(["--quiet", "--host=127.0.0.1", "--dbname=postgres", "--port", &port])
                .status();
            if ready.is_ok_and(|status| status.success()) {
                return Ok(());
            }
            sleep(Duration::from_millis(50));
        }
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        bail!("PostgreSQL does not start:\n{log}")
    }

    /// `postgres://...` of a database in it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://alentour@127.0.0.1:{}/{database}", self.port)
    }

    /// Where it listens on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its first process, the parent of all others, while it runs.
    pub fn process(&self) -> Option<u32> {
        self.server.as_ref().map(Child::id)
    }

    fn conninfo(&self) -> String {
        format!("host=127.0.0.1 port={} user=alentour", self.port)
    }

    /// What a query says, as `psql` prints it without decoration.
    ///
    /// # Errors
    /// When the query fails.
    pub fn query(&self, database: &str, sql: &str) -> anyhow::Result<String> {
        let mut psql = self.program("psql");
        psql.args([
            "--no-psqlrc",
            "--quiet",
            "--tuples-only",
            "--no-align",
            "--set=ON_ERROR_STOP=1",
            "--command",
            sql,
        ]);
        Ok(process::output(psql.arg(self.url(database)), "PostgreSQL's psql")?.trim().to_owned())
    }

    /// Kills it as a power cut would.
    pub fn kill(&mut self) {
        self.signal("-QUIT");
    }

    /// Makes a standby the primary.
    ///
    /// # Errors
    /// When it refuses.
    pub fn promote(&self) -> anyhow::Result<()> {
        self.query("postgres", "SELECT pg_promote(true, 60)").map(drop)
    }

    /// Stops every process of it where it is (`-STOP`), or lets it go on (`-CONT`).
    pub fn freeze(&self, frozen: bool) {
        let Some(server) = &self.server else { return };
        let children = Command::new("pgrep").args(["-P", &server.id().to_string()]).output();
        let children = children.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        let signal = if frozen { "-STOP" } else { "-CONT" };
        let _ = Command::new("kill")
            .arg(signal)
            .arg(server.id().to_string())
            .args(children.unwrap_or_default().split_whitespace())
            // A connection may have ended since.
            .stderr(Stdio::null())
            .status();
    }

    fn signal(&mut self, signal: &str) {
        if let Some(mut server) = self.server.take() {
            let _ = Command::new("kill").args([signal, &server.id().to_string()]).status();
            let _ = server.wait();
        }
    }

    /// One of PostgreSQL's programs, as its user.
    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.bin.join(name));
        command.current_dir(std::env::temp_dir());
        if let Some((user, group)) = self.user {
            command.uid(user).gid(group);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.freeze(false);
        self.signal("-INT");
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Runs one until somebody presses Enter, or standard input ends.
///
/// # Errors
/// Where it does not start.
pub fn run_until_enter() -> anyhow::Result<()> {
    let cluster = Cluster::start("fsync = off")?;
    println!("ALENTOUR_TEST_POSTGRES={}", cluster.url("postgres"));
    std::io::stdin().read_line(&mut String::new())?;
    Ok(())
}

/// Where PostgreSQL's programs are; Debian's package is installed if they are nowhere.
///
/// # Errors
/// Where there are none and none can be installed.
pub fn programs() -> anyhow::Result<PathBuf> {
    debian::ensure("PostgreSQL", &["postgresql"], "install PostgreSQL 14 or later", installed)
}

fn installed() -> Option<PathBuf> {
    // Debian keeps them out of the PATH, one folder a version.
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").is_file())
        .collect();
    versions.sort();
    versions.pop().or_else(|| process::find(&["initdb"])?.parent().map(Path::to_owned))
}

fn as_root() -> bool {
    process::output(Command::new("id").arg("-u"), "id").is_ok_and(|id| id.trim() == "0")
}

/// A number of the user that runs PostgreSQL where we are root.
fn id(which: &str) -> anyhow::Result<u32> {
    let number = |user: &str| -> anyhow::Result<u32> {
        Ok(process::output(Command::new("id").args([which, user]), "id")?.trim().parse()?)
    };
    number("postgres").or_else(|_| number("nobody"))
}
