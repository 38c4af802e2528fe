//! What of this server a page is compared with.

use serde::{Deserialize, Serialize};

/// What a page is compared with.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Server {
    /// Its address, without a slash at its end.
    pub address: String,
    /// The earlier versions whose tags it has.
    pub versions: Vec<String>,
    /// The hash of its own tag, as a page says it (`integrity`).
    pub hash: Option<String>,
    /// Whose pages may have its list in a frame, as a policy says it; `None`: everybody's.
    pub ancestors: Option<String>,
}
