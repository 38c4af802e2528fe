//! `alentour convert`.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::reading::ReadingArgs;
use super::shutdown;
use crate::convert::{Convert, INTERRUPTED, remove_unfinished};
use crate::error::CommandError;
use crate::feeds::{Fetcher, Source};

/// How long it is waited for the items that are being converted when somebody asks to stop.
const PATIENCE: Duration = Duration::from_secs(2);

/// Arguments of `alentour convert`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// File, or http(s) address; - is standard input
    feed: String,
    /// File to write, which is there whole or not at all; standard output without it
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    reading: ReadingArgs,
}

impl Args {
    /// Converts the feed until somebody asks to stop: then nothing half written is left.
    ///
    /// # Errors
    /// For the person at the terminal: a feed that cannot be read, a file that cannot be written.
    pub async fn run(self) -> Result<(), CommandError> {
        let convert = Convert {
            feed: (self.feed != "-").then(|| Source::from(self.feed.as_str())),
            output: self.output,
            columns: self.reading.columns.unwrap_or_default(),
            fetcher: Fetcher::new(self.reading.allow_private_feeds),
            stop: Arc::default(),
        };
        let (stop, output) = (convert.stop.clone(), convert.output.clone());
        let mut task = tokio::task::spawn_blocking(move || convert.run());
        tokio::select! {
            done = &mut task => done?,
            () = shutdown::requested() => {
                stop.store(true, Ordering::Relaxed);
                // It may be waiting for a pipe that gives nothing.
                match tokio::time::timeout(PATIENCE, &mut task).await {
                    Ok(done) => done?,
                    Err(_) => {
                        remove_unfinished(output.as_deref());
                        eprintln!("alentour: {INTERRUPTED}");
                        std::process::exit(130);
                    }
                }
            }
        }
    }
}
