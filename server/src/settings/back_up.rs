//! Back-ups that the server makes itself.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Where back-ups go, and how often.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct BackUp {
    /// The folder; made where there is none.
    pub folder: PathBuf,
    /// Hours between two.
    pub hours: u32,
    /// Files of sign-ups that are kept; older ones are removed.
    pub keep: u32,
}

impl Default for BackUp {
    /// One a day, and two weeks of them: time to notice what went wrong.
    fn default() -> Self {
        Self { folder: PathBuf::new(), hours: 24, keep: 14 }
    }
}
