//! What an operator settles in pages: parts of the settings, each as JSON whose meaning is not known here.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::sealed::Sealed;
use super::{StoreError, TrailEntry};

/// One part. Not `Debug`: it may have a password in it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Part(pub Value);

impl Sealed for Part {
    const KEY: &'static str = "made settings";
}

/// The parts, by their names.
pub type MadeParts = BTreeMap<String, Value>;

/// Where they are kept. What changes one is noted in the same transaction, by its name.
#[async_trait]
pub trait MadeSettingsStore: Send + Sync {
    /// All parts that were settled.
    async fn made_settings(&self) -> Result<MadeParts, StoreError>;

    /// Settles a part; `None`: it is as if it never had been.
    async fn settle_part(
        &self,
        part: &str,
        value: Option<&Value>,
        entry: &TrailEntry,
    ) -> Result<(), StoreError>;
}
