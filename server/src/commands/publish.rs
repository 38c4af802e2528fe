//! `alentour publish`.

use std::io::Write;
use std::path::PathBuf;

use alentour_model::EmailAddress;
use alentour_texts::Language;

use super::reading::ReadingArgs;
use crate::bundle::Bundle;
use crate::check;
use crate::error::CommandError;
use crate::publish;
use crate::settings::Controller;

/// Arguments of `alentour publish`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files or http(s) addresses of feeds, and the folder to write
    #[arg(required = true, num_args = 2.., value_name = "FEED... DIR")]
    feeds_and_folder: Vec<String>,
    /// Language of the pages
    #[arg(long, value_parser = check::language_parser(), default_value = "fr", env = "ALENTOUR_LANG")]
    lang: Language,
    /// Server that takes the sign-ups and reads the same feeds; without it there are no forms
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    api: Option<String>,
    /// Page where visitors propose an initiative, that of a server as https://agir.example.org/propose: a link leads there
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    propose: Option<String>,
    /// Name of whoever publishes the site: its accessibility statement is theirs
    #[arg(long, value_name = "NAME", default_value = "")]
    publisher: String,
    /// Where people write who cannot read a page or sign up: an e-mail address
    #[arg(long, value_name = "E-MAIL", value_parser = contact)]
    contact: Option<EmailAddress>,
    /// Write a tag whose first page is around that place, too: a postcode, a town or latitude,longitude; may be given several times
    #[arg(long = "place", value_name = "PLACE", allow_hyphen_values = true)]
    places: Vec<String>,
    /// Take the widget from this directory instead of the one in the binary
    #[arg(long, env = "ALENTOUR_BUNDLE", value_name = "DIR")]
    bundle: Option<PathBuf>,
    #[command(flatten)]
    reading: ReadingArgs,
}

/// The address of a server, or of a page of one. It stands in pages and in what they are allowed to ask.
fn address(text: &str) -> Result<String, String> {
    let url =
        url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host());
    let url = url.ok_or("not the address of a server, as in https://sign-up.example.org")?;
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// An e-mail address.
fn contact(text: &str) -> Result<EmailAddress, String> {
    EmailAddress::parse(text).ok_or_else(|| "not an e-mail address, as in bonjour@example.org".to_owned())
}

impl Args {
    /// Reads the feeds, and writes the site.
    ///
    /// # Errors
    /// For the person at the terminal: a feed that cannot be read, a folder that cannot be written.
    pub async fn run(self, out: &mut impl Write) -> Result<(), CommandError> {
        let (folder, sources) = self.feeds_and_folder.split_last().ok_or("name a folder to write")?;
        let (feeds, tables) = self.reading.read_all(sources).await?;
        self.reading.check_columns(&tables, self.lang)?;
        let bundle = self.bundle.map_or_else(Bundle::embedded, Bundle::Directory);
        let contact = self.contact.map(|contact| contact.as_str().to_owned()).unwrap_or_default();
        let publisher = Controller { name: self.publisher, contact, ..Controller::default() };
        let options = publish::Options {
            folder: folder.into(),
            language: self.lang,
            api: self.api,
            propose: self.propose,
            publisher,
            places: self.places,
        };
        publish::publish(&feeds, &bundle, &options, jiff::Timestamp::now().as_second(), out)
    }
}
