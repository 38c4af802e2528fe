//! The HTTP client for other people's servers, with its SSRF guard: only addresses of the public Internet are called, and
//! no proxy is used.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use ureq::Agent;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// Which addresses may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Private addresses, too: those of the operator's own network.
    pub private: bool,
    /// The option that an operator sets for that; named where an address is refused. `None` for strangers: they are told
    /// neither an option nor whether a host is within the operator's network or nowhere.
    pub option: Option<&'static str>,
    /// Only these ports; `None` for all.
    pub ports: Option<&'static [u16]>,
}

/// An agent that calls other people's servers, each call with so much time in all and so many redirects. `allow_private` lets
/// it call private addresses; `option` is the one that an operator sets for that, named where one is refused.
pub fn agent(allow_private: bool, option: &'static str, patience: Duration, redirects: u32) -> Agent {
    agent_within(Reach { private: allow_private, option: Some(option), ports: None }, patience, redirects)
}

/// An agent that calls what is within reach, each call with so much time in all and so many redirects.
pub fn agent_within(reach: Reach, patience: Duration, redirects: u32) -> Agent {
    // No proxy: it would resolve names for us, and reach what we may not.
    let config = Agent::config_builder()
        .proxy(None)
        .timeout_global(Some(patience))
        .max_redirects(redirects)
        .user_agent(concat!("alentour/", env!("CARGO_PKG_VERSION")))
        .http_status_as_error(false)
        .build();
    let connector = DefaultConnector::default();
    match reach {
        Reach { private: true, ports: None, .. } => {
            Agent::with_parts(config, connector, DefaultResolver::default())
        }
        reach => Agent::with_parts(config, connector, PublicOnly::new(reach)),
    }
}

/// Why an address was not called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Its host has only private addresses; the option allows them.
    Private(&'static str),
    /// No public address was found for its host, whatever the reason.
    NotPublic,
    /// It is at that port.
    Port(u16),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Private(option) => write!(f, "its host has only private addresses; {option} allows them"),
            Self::NotPublic => f.write_str("no public address was found for its host"),
            Self::Port(port) => write!(f, "it is at port {port}, which is not called"),
        }
    }
}

impl std::error::Error for Refused {}

impl Refused {
    /// The refusal that an error of the agent's is, if it is one.
    pub fn of(error: &ureq::Error) -> Option<&Self> {
        let ureq::Error::Io(error) = error else { return None };
        error.get_ref()?.downcast_ref()
    }

    fn into_error(self) -> ureq::Error {
        ureq::Error::Io(std::io::Error::new(std::io::ErrorKind::PermissionDenied, self))
    }
}

/// Resolves names, and hides every address that is not of the public Internet. What is left is what is connected to,
/// redirects included: between judging and calling there is no second look-up that could answer differently.
#[derive(Debug)]
struct PublicOnly {
    resolver: DefaultResolver,
    reach: Reach,
}

impl PublicOnly {
    fn new(reach: Reach) -> Self {
        Self { resolver: DefaultResolver::default(), reach }
    }
}

impl Resolver for PublicOnly {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let refused = self.reach.option.map_or(Refused::NotPublic, Refused::Private);
        let resolved = match (self.resolver.resolve(uri, config, timeout), self.reach.option) {
            (Err(_), None) => return Err(refused.into_error()),
            (resolved, _) => resolved?,
        };
        let mut public = self.empty();
        for address in resolved.iter().filter(|address| self.reach.private || is_public(address.ip())) {
            public.push(*address);
        }
        if public.is_empty() {
            return Err(refused.into_error());
        }
        let usual = if uri.scheme_str() == Some("https") { 443 } else { 80 };
        let port = uri.port_u16().unwrap_or(usual);
        if self.reach.ports.is_some_and(|ports| !ports.contains(&port)) {
            return Err(Refused::Port(port).into_error());
        }
        Ok(public)
    }
}

/// Whether an address belongs to the public Internet (IANA's special-purpose address registries, RFC 6890).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local() // 169.254.169.254 is where clouds hand out credentials
        || address.is_multicast()
        || address.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b)) // carriers' NAT, RFC 6598
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19)))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // Global unicast is 2000::/3 (RFC 4291); all else is local, multicast, IPv4 in disguise or unassigned.
    let segments = address.segments();
    segments[0] & 0xe000 == 0x2000
        && !(segments[0] == 0x2001 && segments[1] < 0x0200) // Teredo, ORCHID, benchmarks: RFC 2928
        && !(segments[0] == 0x2001 && segments[1] == 0x0db8) // documentation
        && segments[0] != 0x2002 // 6to4 carries an IPv4 address
        && !(segments[0] == 0x3fff && segments[1] < 0x1000) // documentation, RFC 9637
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_in_every_disguise_are_refused() {
        for text in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::a00:1",
            "2002:0a00:0001::",
            "2001::1",
            "2001:db8::1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn public_addresses_pass() {
        for text in ["1.1.1.1", "100.63.0.1", "172.32.0.1", "193.0.0.1", "2606:4700::1111", "2001:41d0::1"] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }
}
