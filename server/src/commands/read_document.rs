//! `alentour read-document`: what the server starts to read other people's documents with ([`crate::sandbox`]). Nobody types it.

use std::io::{BufWriter, Write, stdin, stdout};

use crate::error::CommandError;
use crate::sandbox::{Task, limit_self};
use crate::{check, embedding, feeds};

/// Arguments of `alentour read-document`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do
    task: Task,
    /// Bytes of address space
    #[arg(long)]
    memory: u64,
    /// Seconds of CPU time
    #[arg(long)]
    cpu_seconds: u64,
}

impl Args {
    /// Limits this process, and then does the job that standard input has. The result goes to standard output.
    ///
    /// # Errors
    /// For the server's log.
    pub fn run(&self) -> Result<(), CommandError> {
        limit_self(self.memory, self.cpu_seconds)?;
        let (mut input, mut out) = (stdin().lock(), BufWriter::new(stdout().lock()));
        match self.task {
            Task::Feed => feeds::sandboxed::run(&mut input, &mut out)?,
            Task::Check => check::sandboxed::run(&mut input, &mut out)?,
            Task::Page => embedding::run(&mut input, &mut out)?,
        }
        Ok(out.flush()?)
    }
}
