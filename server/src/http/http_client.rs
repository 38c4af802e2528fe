//! The HTTP client for other people's servers, with its SSRF guard: only addresses of the public Internet are called, and
//! no proxy is used.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use ureq::Agent;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

/// What calls other people's servers, each call with so much time in all and so many redirects. `allow_private` lets it call
/// private addresses; `option` is the one that an operator sets for that, named where one is refused.
pub fn agent(allow_private: bool, option: &'static str, patience: Duration, redirects: u32) -> Agent {
    // No proxy: it would resolve names for us, and reach what we may not.
    let config = Agent::config_builder()
        .proxy(None)
        .timeout_global(Some(patience))
        .max_redirects(redirects)
        .user_agent(concat!("alentour/", env!("CARGO_PKG_VERSION")))
        .http_status_as_error(false)
        .build();
    let connector = DefaultConnector::default();
    match allow_private {
        true => Agent::with_parts(config, connector, DefaultResolver::default()),
        false => Agent::with_parts(config, connector, PublicOnly::new(option)),
    }
}

/// Resolves names, and hides every address that is not of the public Internet. What is left is what is connected to,
/// redirects included: between judging and calling there is no second look-up that could answer differently.
#[derive(Debug)]
struct PublicOnly {
    resolver: DefaultResolver,
    option: &'static str,
}

impl PublicOnly {
    fn new(option: &'static str) -> Self {
        Self { resolver: DefaultResolver::default(), option }
    }
}

impl Resolver for PublicOnly {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let resolved = self.resolver.resolve(uri, config, timeout)?;
        let mut public = self.empty();
        for address in resolved.iter().filter(|address| is_public(address.ip())) {
            public.push(*address);
        }
        if public.is_empty() {
            return Err(ureq::Error::Io(std::io::Error::new(
                std::io::ErrorKind::PermissionDenied,
                format!("its host has only private addresses; {} allows them", self.option),
            )));
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
