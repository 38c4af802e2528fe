//! The first operator of an installation, by a link that its terminal shows.

use alentour_model::EmailAddress;
use async_trait::async_trait;

use super::{Digest, StoreError, TrailEntry};

/// Who is to be the first operator, and the browser that signs in as them.
#[derive(Clone, Copy)]
pub struct FirstOperator<'a> {
    /// Where links that sign in go from then on.
    pub email: &'a EmailAddress,
    /// How others know them; may be empty.
    pub name: &'a str,
    /// In which language mails to them are (BCP 47).
    pub language: &'a str,
    /// The hash of the browser's cookie.
    pub cookie: &'a Digest,
    /// Until when it is good, UTC seconds.
    pub until: i64,
}

/// Where it is known whether there is one.
#[async_trait]
pub trait FirstOperatorStore: Send + Sync {
    /// Whether anybody runs the installation.
    async fn has_operator(&self) -> Result<bool, StoreError>;

    /// Makes a link good, by its hash, and forgets those that are so no more.
    async fn create_first_link(&self, hash: &Digest, now: i64, expires_at: i64) -> Result<(), StoreError>;

    /// Whether that link still makes an operator.
    async fn is_first_link(&self, hash: &Digest, now: i64) -> Result<bool, StoreError>;

    /// Makes the first operator by a link, and signs their browser in. All links are used up by it. `false` where there is an operator already,
    /// or the link is none any more: of two browsers at once one is the first.
    async fn make_first_operator(
        &self,
        link: &Digest,
        operator: FirstOperator<'_>,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError>;
}
