//! The accounts as whoever runs the installation looks through them.

use alentour_model::EmailAddress;
use async_trait::async_trait;

use super::{Account, Role, StoreError, TrailEntry};

/// An account in the list. Not `Debug`: it is in no log.
#[derive(Clone)]
pub struct ListedAccount {
    /// The account.
    pub account: Account,
    /// When it signed in last, UTC seconds, where a browser is still signed in by that.
    pub signed_in_at: Option<i64>,
    /// Some of the initiatives that it has a role with, and how many there are.
    pub roles: Vec<(String, Role)>,
    /// How many there are.
    pub all_roles: u64,
}

/// What became of an account that was to be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountRemoval {
    /// It is gone.
    Now,
    /// It was gone before.
    Before,
    /// Nobody would run the installation any more. Nothing was done.
    Last,
}

/// Where accounts are looked through, given and taken away in pages.
#[async_trait]
pub trait AccountListStore: Send + Sync {
    /// So many accounts after so many others, in the order in which they were made, each with so many roles at most; and how many there are.
    async fn account_list(
        &self,
        from: usize,
        most: usize,
        roles: usize,
    ) -> Result<(Vec<ListedAccount>, u64), StoreError>;

    /// Makes an account for that address, and owes it a mail that says so. One that is there keeps its name and language, and what it may do.
    async fn invite_account(
        &self,
        email: &EmailAddress,
        language: &str,
        is_operator: bool,
        entry: &TrailEntry,
    ) -> Result<Account, StoreError>;

    /// Removes an account by its id as [`remove_account`](super::AccountStore::remove_account) does, unless it is the last that runs the
    /// installation.
    async fn remove_unless_last(&self, id: &str, entry: &TrailEntry) -> Result<AccountRemoval, StoreError>;
}
