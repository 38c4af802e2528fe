//! `alentour check`.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use alentour_texts::Language;

use super::reading::ReadingArgs;
use crate::bundle::Bundle;
use crate::check;
use crate::error::CommandError;

/// Arguments of `alentour check`.
#[derive(Debug, clap::Args)]
pub struct Args {
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
}

impl Args {
    /// Examines the feed. The code is 0 if nothing was left out, 1 if something was, 2 if nothing could be read.
    ///
    /// # Errors
    /// For the person at the terminal: a column that is not in the feed, a file that cannot be written.
    pub async fn run(&self, out: &mut impl Write) -> Result<ExitCode, CommandError> {
        let bundle = Bundle::embedded();
        let form =
            check::Form { language: self.lang, json: self.json, html: self.html.as_deref(), bundle: &bundle };
        let gathered = self.reading.gather(&self.feed).await?;
        if let Ok(gathered) = &gathered {
            self.reading.check_columns([&gathered.reading.columns], self.lang)?;
        }
        check::check(&self.feed, gathered, form, out)
    }
}
