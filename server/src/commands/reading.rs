//! How a command reads feeds.

use alentour_formats::Columns;
use clap::Args;

use alentour_texts::Language;

use crate::check;
use crate::error::CommandError;
use crate::feeds::{Bounds, Fetcher, Gathered, ReadFeeds, Source, Unread};

/// How feeds are read.
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
    /// Checks that each column that was named is in one of these tables.
    ///
    /// # Errors
    /// In words, with the columns that there are.
    pub fn check_columns<'a>(
        &self,
        tables: impl IntoIterator<Item = &'a Columns>,
        language: Language,
    ) -> Result<(), CommandError> {
        let Some(given) = &self.columns else { return Ok(()) };
        let mut all = Columns::default();
        for (header, column) in tables.into_iter().flat_map(Columns::iter) {
            all.set(header, column);
        }
        check::misfit(given, &all, language).map_or(Ok(()), |why| Err(why.into()))
    }

    /// Reads all pages of a feed. The outer error is ours, the inner one the feed's.
    ///
    /// # Errors
    /// Where reading panicked.
    pub async fn gather(&self, feed: &str) -> Result<Result<Gathered, Unread>, CommandError> {
        let (source, fetcher) = (Source::from(feed), Fetcher::new(self.allow_private_feeds));
        let columns = self.columns.clone().unwrap_or_default();
        let task = move || source.gather(&fetcher, Bounds::default(), &columns);
        Ok(tokio::task::spawn_blocking(task).await?)
    }

    /// Reads all of several feeds, of any length; says on standard error which could not be read to the end. What the columns of each
    /// were taken for is given back beside them.
    ///
    /// # Errors
    /// For the person at the terminal: a feed that cannot be read.
    pub async fn read_all(&self, feeds: &[String]) -> Result<(ReadFeeds, Vec<Columns>), CommandError> {
        let (feeds, fetcher) = (feeds.to_vec(), Fetcher::new(self.allow_private_feeds));
        let columns = self.columns.clone().unwrap_or_default();
        let task = move || {
            let (mut all, mut tables) = (ReadFeeds::new()?, Vec::new());
            for feed in feeds {
                let read = all.read(&Source::from(feed.as_str()), &fetcher, &columns);
                let read = read.map_err(|why| format!("{feed}: {why}"))?;
                if let Some(why) = read.incomplete {
                    eprintln!("alentour: {feed}: not all of the feed was read: {why}");
                }
                tables.push(read.columns);
            }
            Ok((all, tables))
        };
        tokio::task::spawn_blocking(task).await?
    }
}
