//! Fetching a feed from its address.

use std::time::Duration;

use ureq::{Agent, http};

use crate::outgoing;

/// The largest feed, in bytes after decompression.
const LARGEST: u64 = alentour_formats::MAX_BYTES as u64;
/// How long a fetch may take in all.
const PATIENCE: Duration = Duration::from_secs(20);
const REDIRECTS: u32 = 5;

/// What a server said of the version it sent, to ask it later for a newer one only.
#[derive(Clone, Debug, Default)]
pub struct Validators {
    etag: Option<String>,
    last_modified: Option<String>,
}

/// What a fetch brought.
pub enum Fetched {
    /// The feed is as it was.
    Unchanged,
    /// A version of the feed.
    New(Vec<u8>, Validators),
}

/// Fetches feeds.
#[derive(Clone, Debug)]
pub struct Fetcher(Agent);

impl Fetcher {
    /// One that calls public addresses only, unless told otherwise.
    pub fn new(allow_private: bool) -> Self {
        Self(outgoing::agent(allow_private, "--allow-private-feeds", PATIENCE, REDIRECTS))
    }

    /// Fetches a feed, if it has changed. Blocks. The error says in words what went wrong.
    pub fn fetch(&self, url: &str, known: &Validators) -> Result<Fetched, String> {
        let mut request = self.0.get(url).header(http::header::ACCEPT, "application/json, */*;q=0.5");
        if let Some(etag) = &known.etag {
            request = request.header(http::header::IF_NONE_MATCH, etag);
        }
        if let Some(date) = &known.last_modified {
            request = request.header(http::header::IF_MODIFIED_SINCE, date);
        }
        let mut response = request.call().map_err(|error| error.to_string())?;
        match response.status() {
            http::StatusCode::NOT_MODIFIED => return Ok(Fetched::Unchanged),
            status if !status.is_success() => return Err(format!("it answered {status}")),
            _ => {}
        }
        let header = |name| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
        let validators = Validators {
            etag: header(http::header::ETAG),
            last_modified: header(http::header::LAST_MODIFIED),
        };
        let bytes = response
            .body_mut()
            .with_config()
            .limit(LARGEST)
            .read_to_vec()
            .map_err(|error| error.to_string())?;
        Ok(Fetched::New(bytes, validators))
    }
}
