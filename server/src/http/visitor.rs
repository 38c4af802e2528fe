//! Whose request it is, as far as an address tells.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRef, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::settings::CurrentSettings;

/// The visitor's address, shortened to what one visitor has: an IPv4 address, or the first 56 bits of an IPv6 one, which
/// is what providers give to a household (RIPE-690, section 4.2). For counting only: it is neither stored nor logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Visitor(IpAddr);

impl Visitor {
    /// The visitor of a request: the connection's address or, behind that many proxies that are trusted, the one that the
    /// outermost of them saw. Each adds to the right of `X-Forwarded-For` whom it serves, so that is counted from the
    /// right; what stands further left anybody can have written.
    pub fn of(connection: Option<IpAddr>, headers: &HeaderMap, trusted_proxies: u32) -> Self {
        let connection = connection.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
        let seen = match trusted_proxies as usize {
            0 => None,
            proxies => headers
                .get_all("x-forwarded-for")
                .iter()
                // Several lines are one list (RFC 9110, section 5.3). What is no text is an entry nobody can read.
                .flat_map(|line| line.to_str().unwrap_or("?").split(','))
                .map(address)
                .rev()
                .nth(proxies - 1)
                .flatten(),
        };
        Self::at(seen.unwrap_or(connection))
    }

    /// The visitor at the other end of a connection, whoever they speak for.
    pub fn at(address: IpAddr) -> Self {
        Self(shortened(address))
    }
}

impl<S> FromRequestParts<S> for Visitor
where
    S: Sync,
    CurrentSettings: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let settings = CurrentSettings::from_ref(state);
        Ok(Self::of(connection, &parts.headers, settings.robots.trusted_proxies))
    }
}

/// An entry of `X-Forwarded-For`: an address; some proxies write its port too.
fn address(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let bare = entry.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| Some(entry.parse::<SocketAddr>().ok()?.ip()))
}

fn shortened(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !(u128::MAX >> 56)).into(),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor(lines: &[&str], proxies: u32) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        Visitor::of("192.0.2.1".parse().ok(), &headers, proxies).0.to_string()
    }

    #[test]
    fn without_trusted_proxies_only_the_connection_counts() {
        assert_eq!(visitor(&["198.51.100.7"], 0), "192.0.2.1");
    }

    #[test]
    fn trusted_proxies_are_counted_from_the_right() {
        let forged = ["203.0.113.9, 203.0.113.8", "198.51.100.7, 198.51.100.6"];
        assert_eq!(visitor(&forged, 1), "198.51.100.6");
        assert_eq!(visitor(&forged, 2), "198.51.100.7");
        assert_eq!(visitor(&forged, 3), "203.0.113.8");
    }

    #[test]
    fn a_list_that_is_too_short_or_unreadable_is_not_believed() {
        assert_eq!(visitor(&["198.51.100.7"], 2), "192.0.2.1");
        assert_eq!(visitor(&["unknown"], 1), "192.0.2.1");
        assert_eq!(visitor(&["198.51.100.7, "], 1), "192.0.2.1");
        assert_eq!(visitor(&[], 1), "192.0.2.1");
    }

    #[test]
    fn ports_and_brackets_do_not_count_and_a_household_is_one_visitor() {
        assert_eq!(visitor(&["198.51.100.7:443"], 1), "198.51.100.7");
        assert_eq!(visitor(&["::ffff:198.51.100.7"], 1), "198.51.100.7");
        let household = visitor(&["[2001:db8:aa:bbcc:1::1]:443"], 1);
        assert_eq!(household, "2001:db8:aa:bb00::");
        assert_eq!(visitor(&["2001:db8:aa:bbff:ffff:ffff:ffff:ffff"], 1), household);
        assert_ne!(visitor(&["2001:db8:aa:bc00::1"], 1), household);
    }
}
