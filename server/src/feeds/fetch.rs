//! Fetching a feed, or a page of one, from its address.

use std::fmt;
use std::io::Read;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use ureq::http::{self, Response, Uri};
use ureq::{Agent, Body, ResponseExt};

use crate::http::http_client::{self, Reach, Refused};

/// How long one fetch may take in all.
const PATIENCE: Duration = Duration::from_secs(20);
const REDIRECTS: u32 = 5;

/// What a server said of the version it sent, to ask it later for a newer one only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    etag: Option<String>,
    last_modified: Option<String>,
}

/// What a fetch brought.
pub enum Fetched {
    /// The feed is as it was.
    Unchanged,
    /// A version of the feed.
    New {
        /// What was sent, decompressed.
        bytes: Vec<u8>,
        /// The address that it came from, redirects followed: what it says relative to its own address is relative to this.
        address: String,
        /// To ask for a newer one only.
        validators: Validators,
    },
}

/// An answer that is read as it comes.
pub enum Opened {
    /// The feed is as it was.
    Unchanged,
    /// A version of the feed, of whatever length.
    New {
        /// What is sent, decompressed.
        body: Box<dyn Read>,
        /// As in [`Fetched::New`].
        address: String,
        /// As in [`Fetched::New`].
        validators: Validators,
    },
}

/// A web page.
pub struct Page {
    /// What was sent, decompressed.
    pub bytes: Vec<u8>,
    /// The address that it came from, redirects followed.
    pub address: String,
    /// Its `Content-Security-Policy`, each as it was sent.
    pub policies: Vec<String>,
    /// Whether its server says that it is one.
    pub is_html: bool,
}

/// What a fetch may cost.
#[derive(Clone, Copy, Debug)]
pub struct Allowance {
    /// Bytes after decompression.
    pub bytes: u64,
    /// Time in all; [`PATIENCE`] at most.
    pub time: Duration,
}

impl Default for Allowance {
    fn default() -> Self {
        Self { bytes: alentour_formats::MAX_BYTES as u64, time: PATIENCE }
    }
}

/// Why a fetch brought nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchError {
    /// The server answered with that status.
    Status(u16),
    /// It took too long.
    Slow,
    /// There is no host of that name.
    NoHost,
    /// Its host is within somebody's network, and not on the public Internet. The text says which option allows that.
    Private(String),
    /// No public address was found for its host: strangers are not told whether it is within somebody's network, or nowhere.
    NotPublic,
    /// It is at that port, and only those of the web are called for strangers.
    Port(u16),
    /// It has more bytes than that.
    TooLarge(u64),
    /// An `https` address leads to an `http` one.
    Insecure,
    /// It leads from address to address without end.
    Redirects,
    /// Something else, in the network's words.
    Network(String),
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "its server answered {status}"),
            Self::Slow => f.write_str("its server takes too long"),
            Self::NoHost => f.write_str("there is no host of that name"),
            Self::Private(why) => f.write_str(why),
            Self::NotPublic => f.write_str("no public address was found for its host; check the name"),
            Self::Port(port) => {
                write!(f, "it is at port {port}; only ports 80 and 443, those of the web, are called")
            }
            Self::TooLarge(most) => write!(f, "it has more than {} MB", most.div_ceil(1_000_000)),
            Self::Insecure => {
                f.write_str("it leads from https to http, where anybody on the way could change it")
            }
            Self::Redirects => write!(f, "it leads to another address more than {REDIRECTS} times"),
            Self::Network(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for FetchError {}

impl From<ureq::Error> for FetchError {
    fn from(error: ureq::Error) -> Self {
        match Refused::of(&error) {
            Some(Refused::Port(port)) => return Self::Port(*port),
            Some(Refused::NotPublic) => return Self::NotPublic,
            Some(why @ Refused::Private(_)) => return Self::Private(why.to_string()),
            None => {}
        }
        match error {
            ureq::Error::Timeout(_) => Self::Slow,
            ureq::Error::HostNotFound => Self::NoHost,
            ureq::Error::BodyExceedsLimit(most) => Self::TooLarge(most),
            ureq::Error::RequireHttpsOnly(_) => Self::Insecure,
            ureq::Error::TooManyRedirects => Self::Redirects,
            other => Self::Network(other.to_string()),
        }
    }
}

/// Whether an address begins with `https`.
pub fn is_secure(address: &str) -> bool {
    address.parse::<Uri>().is_ok_and(|uri| uri.scheme_str() == Some("https"))
}

/// The option that lets feeds come from private addresses.
const OPTION: &str = "--allow-private-feeds";
/// The ports of the web. Others lead to services that speak first, or speak to whoever talks to them.
const WEB: &[u16] = &[80, 443];

/// Fetches feeds.
#[derive(Clone, Debug)]
pub struct Fetcher(Agent);

impl Fetcher {
    /// One that calls public addresses only, unless told otherwise.
    pub fn new(allow_private: bool) -> Self {
        Self(http_client::agent(allow_private, OPTION, PATIENCE, REDIRECTS))
    }

    /// One for addresses that strangers name: it calls public addresses only, at the ports of the web.
    pub fn for_strangers() -> Self {
        let reach = Reach { private: false, option: None, ports: Some(WEB) };
        Self(http_client::agent_within(reach, PATIENCE, REDIRECTS))
    }

    /// Fetches a feed, if it has changed. Blocks.
    ///
    /// # Errors
    /// Why nothing came; an answer longer than it may be is not read to its end.
    pub fn fetch(&self, url: &str, known: &Validators, may: Allowance) -> Result<Fetched, FetchError> {
        let whole = Some(may.time.min(PATIENCE));
        let Some((mut response, address, validators)) = self.call(url, known, whole, None)? else {
            return Ok(Fetched::Unchanged);
        };
        let bytes = response.body_mut().with_config().limit(may.bytes).read_to_vec()?;
        Ok(Fetched::New { bytes, address, validators })
    }

    /// Fetches a web page, with the policies that it is sent with. Blocks.
    ///
    /// # Errors
    /// Why nothing came; a page longer than it may be is not read to its end.
    pub fn page(&self, url: &str, may: Allowance) -> Result<Page, FetchError> {
        let whole = Some(may.time.min(PATIENCE));
        let request = self.0.get(url).config().https_only(is_secure(url)).timeout_global(whole).build();
        let mut response = request.header(http::header::ACCEPT, "text/html, */*;q=0.1").call()?;
        if !response.status().is_success() {
            return Err(FetchError::Status(response.status().as_u16()));
        }
        let all = |name| response.headers().get_all(name).iter().filter_map(|value| value.to_str().ok());
        let policies = all(http::header::CONTENT_SECURITY_POLICY).map(str::to_owned).collect();
        let is_html = all(http::header::CONTENT_TYPE).all(|of| of.contains("html"));
        let address = response.get_uri().to_string();
        let bytes = response.body_mut().with_config().limit(may.bytes).read_to_vec()?;
        Ok(Page { bytes, address, policies, is_html })
    }

    /// Asks for a feed of any length, if it has changed: it has to begin as soon as any, and may take that time. Blocks.
    ///
    /// # Errors
    /// Why nothing came. What breaks off later is an error of reading.
    pub fn open(&self, url: &str, known: &Validators, time: Duration) -> Result<Opened, FetchError> {
        let Some((response, address, validators)) = self.call(url, known, Some(time), Some(PATIENCE))? else {
            return Ok(Opened::Unchanged);
        };
        let body = Box::new(response.into_body().into_with_config().limit(u64::MAX).reader());
        Ok(Opened::New { body, address, validators })
    }

    /// An answer, the address it came from, and what names its version; `None` if that is the known one.
    fn call(
        &self,
        url: &str,
        known: &Validators,
        whole: Option<Duration>,
        begun: Option<Duration>,
    ) -> Result<Option<(Response<Body>, String, Validators)>, FetchError> {
        let accepted = "application/json, application/ld+json, application/activity+json;q=0.9, */*;q=0.5";
        let mut request = self
            .0
            .get(url)
            .config()
            .https_only(is_secure(url))
            .timeout_global(whole)
            .timeout_recv_response(begun)
            .build()
            .header(http::header::ACCEPT, accepted);
        if let Some(etag) = &known.etag {
            request = request.header(http::header::IF_NONE_MATCH, etag);
        }
        if let Some(date) = &known.last_modified {
            request = request.header(http::header::IF_MODIFIED_SINCE, date);
        }
        let response = request.call()?;
        match response.status() {
            http::StatusCode::NOT_MODIFIED => return Ok(None),
            status if !status.is_success() => return Err(FetchError::Status(status.as_u16())),
            _ => {}
        }
        let header = |name| Some(response.headers().get(name)?.to_str().ok()?.to_owned());
        let validators = Validators {
            etag: header(http::header::ETAG),
            last_modified: header(http::header::LAST_MODIFIED),
        };
        let address = response.get_uri().to_string();
        Ok(Some((response, address, validators)))
    }
}
