//! Asking DNS for texts: whoever is asked may be away, and a page waits for it.

use std::net::SocketAddr;
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;

/// How long one question may take in all.
const PATIENCE: Duration = Duration::from_secs(4);
/// Characters of a text: a key of 4096 bits has fewer than 800.
const LONGEST: usize = 2000;

/// What there is at a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// These texts; none where the name, or they, are not there.
    Texts(Vec<String>),
    /// Nobody answered.
    Away,
}

/// Whom to ask.
pub struct Names(TokioResolver);

impl Names {
    /// That server; `None`: whom the system asks, where it says it.
    pub fn new(server: Option<SocketAddr>) -> Option<Self> {
        let mut builder = match server {
            Some(address) => {
                let (mut udp, mut tcp) = (ConnectionConfig::udp(), ConnectionConfig::tcp());
                (udp.port, tcp.port) = (address.port(), address.port());
                let server = NameServerConfig::new(address.ip(), true, vec![udp, tcp]);
                let config = ResolverConfig::from_name_servers(vec![server]);
                TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
            }
            None => TokioResolver::builder_tokio().ok()?,
        };
        let options = builder.options_mut();
        (options.timeout, options.attempts) = (PATIENCE / 2, 1);
        builder.build().ok().map(Self)
    }

    /// The texts at a name.
    pub async fn texts(&self, name: &str) -> Answer {
        // With a dot at its end: nothing of the machine's own domain is tried.
        let found = tokio::time::timeout(PATIENCE, self.0.txt_lookup(format!("{name}."))).await;
        match found {
            Ok(Ok(lookup)) => {
                let texts = lookup.answers().iter().filter_map(|record| match &record.data {
                    RData::TXT(text) => {
                        let joined: Vec<u8> =
                            text.txt_data.iter().flat_map(|part| part.iter().copied()).collect();
                        Some(String::from_utf8_lossy(&joined).chars().take(LONGEST).collect())
                    }
                    _ => None,
                });
                Answer::Texts(texts.collect())
            }
            Ok(Err(why)) if why.is_no_records_found() => Answer::Texts(Vec::new()),
            _ => Answer::Away,
        }
    }
}
