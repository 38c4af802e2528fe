//! A process of its own for reading other people's documents, with limits: no parser is trusted with the server's memory.
//!
//! The parent starts this program as `alentour read-document` ([`Sandbox::run`]), gives it a job on standard input and reads the
//! result from standard output. The child limits its own memory and CPU time before it reads anything ([`limit_self`]); the
//! parent kills it at a deadline, reads so much of its output and no more, and runs so many at once. The child has none of the
//! server's environment, so none of its secrets.

mod limits;

use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;

pub use limits::limit_self;

/// Bytes of the child's standard error that are looked at: where it panicked is in the first line.
const ERRORS: u64 = 4096;

/// What the child is asked to do: an argument of `alentour read-document`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Task {
    /// Read one of the operator's feeds.
    Feed,
    /// Examine a stranger's feed.
    Check,
    /// Look for the tag in a partner's page.
    Page,
}

impl Task {
    fn as_str(self) -> &'static str {
        match self {
            Self::Feed => "feed",
            Self::Check => "check",
            Self::Page => "page",
        }
    }
}

/// What a job may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Bytes of address space, the program itself included (57 MB).
    pub memory: u64,
    /// CPU time.
    pub cpu: Duration,
    /// Time in all, waiting for networks included.
    pub deadline: Duration,
    /// Bytes of the result.
    pub output: u64,
    /// Jobs at once.
    pub at_once: usize,
    /// How long a job waits for its turn; for ever, where there is nobody to be told.
    pub queue: Option<Duration>,
}

impl Profile {
    /// For feeds that strangers name.
    pub const STRANGER: Self = Self {
        memory: 256 << 20,
        cpu: Duration::from_secs(10),
        // Its pages may take 20 s to fetch (`Bounds::STRANGER`), which costs us nothing but the place.
        deadline: Duration::from_secs(30),
        output: 2 << 20,
        at_once: 2,
        queue: Some(Duration::from_secs(2)),
    };

    /// For the operator's feeds, with that much memory in bytes and that much CPU time.
    pub fn own(memory: u64, cpu: Duration) -> Self {
        Self {
            memory,
            cpu,
            // Its pages may take 300 s to fetch (`Bounds::default`).
            deadline: Duration::from_secs(300) + cpu,
            // What is read goes to the disk: a feed of a million initiatives takes a gigabyte.
            output: 8 << 30,
            at_once: 2,
            queue: None,
        }
    }
}

/// A limit of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Memory.
    Memory,
    /// CPU time, or time in all.
    Time,
    /// Room for its result.
    Output,
}

/// Why a job has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SandboxError {
    /// Too many jobs run already.
    Busy,
    /// It was ended: it exceeded that limit.
    Exceeded(Limit),
    /// It broke off. The text is for the log.
    Failed(String),
    /// It could not be started, or what it wrote not be passed on: no fault of the job's. The text is for the log.
    Ours(String),
}

/// Runs jobs in processes of their own. Clones share the places.
#[derive(Clone, Debug)]
pub struct Sandbox {
    program: PathBuf,
    profile: Profile,
    places: Arc<Semaphore>,
}

impl Sandbox {
    /// One that starts that program, which is this one.
    pub fn new(program: impl Into<PathBuf>, profile: Profile) -> Self {
        Self { program: program.into(), profile, places: Arc::new(Semaphore::new(profile.at_once)) }
    }

    /// Bytes that a result may have.
    pub fn output(&self) -> u64 {
        self.profile.output
    }

    /// Where this program is. On Linux by the process's own link to it, which holds when the file is replaced by an upgrade.
    ///
    /// # Errors
    /// The system's, where it does not say it.
    pub fn this_program() -> std::io::Result<PathBuf> {
        if cfg!(target_os = "linux") { Ok("/proc/self/exe".into()) } else { std::env::current_exe() }
    }

    /// Runs a job, and gives what it has written. The process ends with this future.
    ///
    /// # Errors
    /// Why there is no result.
    pub async fn run(&self, task: Task, job: &[u8]) -> Result<Vec<u8>, SandboxError> {
        let mut output = Vec::new();
        self.pass(task, job, &mut output, || u64::MAX).await?;
        Ok(output)
    }

    /// Runs a job, and passes on what it writes, up to as many bytes as there is room for when its turn comes. The process ends with this
    /// future.
    ///
    /// # Errors
    /// Why there is no result; a part of it may have been written.
    pub async fn pass(
        &self,
        task: Task,
        job: impl AsyncRead + Unpin,
        output: &mut (impl AsyncWrite + Unpin),
        room: impl Fn() -> u64,
    ) -> Result<(), SandboxError> {
        let turn = self.places.acquire();
        let _turn = match self.profile.queue {
            Some(patience) => tokio::time::timeout(patience, turn).await.map_err(|_| SandboxError::Busy)?,
            None => turn.await,
        };
        let child = self.start(task).map_err(|error| SandboxError::Ours(format!("not started: {error}")))?;
        match tokio::time::timeout(self.profile.deadline, self.exchange(child, job, output, room())).await {
            Ok(result) => result,
            // Dropping the exchange has killed the process.
            Err(_) => Err(SandboxError::Exceeded(Limit::Time)),
        }
    }

    fn start(&self, task: Task) -> std::io::Result<Child> {
        let mut command = Command::new(&self.program);
        command
            .args(["read-document", task.as_str()])
            .arg(format!("--memory={}", self.profile.memory))
            .arg(format!("--cpu-seconds={}", self.profile.cpu.as_secs()))
            .env_clear()
            // One thread, one heap: each further one of glibc's reserves 64 MB of the address space.
            .env("MALLOC_ARENA_MAX", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // Windows finds its own libraries by it.
        if let Some(root) = std::env::var_os("SystemRoot") {
            command.env("SystemRoot", root);
        }
        #[cfg(unix)]
        command.arg0("alentour");
        command.spawn()
    }

    async fn exchange(
        &self,
        mut child: Child,
        mut job: impl AsyncRead + Unpin,
        output: &mut (impl AsyncWrite + Unpin),
        most: u64,
    ) -> Result<(), SandboxError> {
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (Some(mut stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(SandboxError::Failed("not started: it has no pipes".into()));
        };
        // All at once: each side waits while the other one's pipe is full.
        let give = async move {
            // A child that has ended before it was told everything says why by its status.
            let _ = tokio::io::copy(&mut job, &mut stdin).await;
        };
        let most = self.profile.output.min(most);
        let take = async {
            // Then the pipe is closed.
            let passed = tokio::io::copy(&mut stdout.take(most + 1), output).await;
            output.flush().await.and(passed)
        };
        let errors = async {
            let mut bytes = Vec::new();
            let _ = stderr.take(ERRORS).read_to_end(&mut bytes).await;
            bytes
        };
        let ((), passed, errors) = tokio::join!(give, take, errors);
        let passed =
            passed.map_err(|error| SandboxError::Ours(format!("its result cannot be kept: {error}")))?;
        if passed > most {
            return Err(SandboxError::Exceeded(Limit::Output));
        }
        match child.wait().await {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(reason(status, &errors)),
            Err(error) => Err(SandboxError::Failed(error.to_string())),
        }
    }
}

/// Why a process ended before it was done.
fn reason(status: ExitStatus, errors: &[u8]) -> SandboxError {
    if let Some(limit) = limits::exceeded(status) {
        return SandboxError::Exceeded(limit);
    }
    // Rust says where it panicked in the first line, and with what, which may be the document's text, in the next.
    let line = errors.split(|byte| *byte == b'\n').find(|line| !line.is_empty()).unwrap_or_default();
    SandboxError::Failed(format!("{status}: {}", String::from_utf8_lossy(line)))
}
