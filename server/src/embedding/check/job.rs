//! Fetching the page and looking at it, in the process that reads strangers' documents.

use std::io::{BufRead, Write};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::look;
use super::report::{Finding, Findings};
use super::server::Server;
use crate::feeds::{Allowance, FetchError, Fetcher};

/// What the page may cost: pages of content managers have some hundred kilobytes.
const MAY: Allowance = Allowance { bytes: 4 << 20, time: Duration::from_secs(15) };

/// A page to look at.
#[derive(Debug, Serialize, Deserialize)]
pub struct Job {
    /// Its address.
    pub url: String,
    /// This server.
    pub server: Server,
    /// Calls private addresses and any port, too: never for strangers.
    pub allow_private: bool,
}

/// Does a job: what the reading process is for.
///
/// # Errors
/// Where the job cannot be understood, or what was found not be given.
pub fn run(input: &mut impl BufRead, out: &mut impl Write) -> std::io::Result<()> {
    let job: Job = serde_json::from_reader(input)?;
    let fetcher = if job.allow_private { Fetcher::new(true) } else { Fetcher::for_strangers() };
    let findings = match fetcher.page(&job.url, MAY) {
        Ok(page) if !page.is_html => only(Finding::of("not_page")),
        Ok(page) => look::look(&page, &job.server),
        Err(why) => only(refusal(&why)),
    };
    Ok(serde_json::to_writer(out, &findings)?)
}

fn only(finding: Finding) -> Findings {
    Findings { all: vec![finding], ..Findings::default() }
}

/// Why there is no page. What is refused, nowhere, or does not answer is one and the same: nobody learns about a network by asking.
fn refusal(why: &FetchError) -> Finding {
    match why {
        FetchError::Status(401) => Finding::of("sign_in"),
        FetchError::Status(403) => Finding::of("refused"),
        FetchError::Status(status @ (429 | 500..)) => Finding::with("failing", &status.to_string()),
        FetchError::Status(status) => Finding::with("status", &status.to_string()),
        FetchError::TooLarge(_) => Finding::of("large"),
        FetchError::Slow => Finding::of("slow"),
        _ => Finding::of("unreached"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_fails_is_not_said_to_ask_for_a_password() {
        let said = |status| refusal(&FetchError::Status(status)).key;
        let statuses = [401, 403, 404, 410, 429, 500, 503];
        assert_eq!(statuses.map(said).join(" "), "sign_in refused status status failing failing failing");
    }

    #[test]
    fn what_cannot_be_called_is_the_same_whatever_the_reason() {
        let refused = [FetchError::NotPublic, FetchError::NoHost, FetchError::Port(22), FetchError::Insecure];
        let refused = refused
            .into_iter()
            .chain([FetchError::Network("connection refused".into()), FetchError::Redirects]);
        for why in refused {
            assert_eq!(refusal(&why), Finding::of("unreached"), "{why}");
        }
    }
}
