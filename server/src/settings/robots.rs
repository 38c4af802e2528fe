//! What keeps robots from signing people up.

use serde::Deserialize;

/// What keeps robots from signing people up.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Robots {
    /// Hashes that a browser tries at most before it may sign somebody up; half of them on average. 0 asks for none.
    pub work: u32,
    /// Seconds that a person takes at least to fill in a form.
    pub fill_seconds: u32,
    /// Sign-ups that one address (IPv4, or IPv6 /56) may send in a minute; 0 sets no limit.
    pub per_address: u32,
    /// Sign-ups that one initiative takes in a minute; 0 sets no limit.
    pub per_initiative: u32,
    /// Connections that one address (IPv4, or IPv6 /56) may have at once; 0 sets no limit. Behind trusted proxies there is
    /// none: the connections are theirs.
    pub connections_per_address: u32,
    /// Proxies in front of this server that add to `X-Forwarded-For`: the visitor's address is the one that the outermost
    /// of them saw, counted from the right. 0: the connection's own.
    pub trusted_proxies: u32,
}

impl Default for Robots {
    fn default() -> Self {
        Self {
            // 25,000 hashes on average: a tenth of a second on a telephone, and no longer free by the million.
            work: 50_000,
            fill_seconds: 3,
            // A school or an association behind one address signs up together.
            per_address: 60,
            per_initiative: 6000,
            // A browser opens six. A sixteenth of all connections is left to a crowd behind one address.
            connections_per_address: 256,
            trusted_proxies: 0,
        }
    }
}
