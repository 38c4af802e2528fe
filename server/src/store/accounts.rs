//! Who organises: accounts, and what they may do.

use std::collections::BTreeSet;

use alentour_model::EmailAddress;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::sealed::Sealed;
use super::{Digest, SecondFactor, StoreError, TrailEntry};

/// Whose account it is. Not `Debug`: it is in no log.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// As typed: links that sign in go there.
    pub email: String,
    /// How others who organise know them; may be empty.
    pub name: String,
    /// What is asked beside a mailed link; `None` where nobody has begun with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<SecondFactor>,
}

impl Holder {
    /// Characters that a name may have.
    pub const LONGEST_NAME: usize = 100;

    /// What is asked beside a mailed link.
    pub fn second_factor(&self) -> Option<&SecondFactor> {
        self.second.as_ref().filter(|second| second.is_on)
    }

    /// How others know them: the name, else the address.
    pub fn shown(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }
}

impl Sealed for Holder {
    const KEY: &'static str = "accounts";
}

/// An account. Not `Debug`: it is in no log.
#[derive(Clone)]
pub struct Account {
    /// Names it by its address, as [`Secret::email_h`](super::Secret::email_h) names persons.
    pub account_h: Digest,
    /// Names it in pages and in the trail.
    pub id: String,
    /// Whose it is.
    pub holder: Holder,
    /// In which language mails to it are (BCP 47).
    pub language: String,
    /// Whether it runs the installation: it may do everything with each initiative.
    pub is_operator: bool,
    /// Whether it is told by mail what is new of the initiatives that it organises.
    pub is_told: bool,
    /// UTC seconds.
    pub created_at: i64,
}

/// What an account may do with one initiative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// To see names and note who was there.
    Helper,
    /// Everything.
    Organiser,
}

impl Role {
    /// The word for it in the database, in the trail and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Helper => "helper",
            Self::Organiser => "organiser",
        }
    }

    /// Reads a word; `None` where it is neither.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Helper, Self::Organiser].into_iter().find(|role| role.as_str() == word)
    }
}

/// Where accounts are kept. What changes one is noted in the same transaction.
#[async_trait]
pub trait AccountStore: Send + Sync {
    /// Makes an account for that address, or gives the one that is there that name (unless it is empty), language and power.
    async fn keep_account(
        &self,
        email: &EmailAddress,
        name: &str,
        language: &str,
        is_operator: bool,
        entry: &TrailEntry,
    ) -> Result<Account, StoreError>;

    /// The account of an address.
    async fn account(&self, account_h: &Digest) -> Result<Option<Account>, StoreError>;

    /// All accounts, in the order in which they were made.
    async fn accounts(&self) -> Result<Vec<Account>, StoreError>;

    /// Those of them that have one of these ids.
    async fn accounts_named(&self, ids: &BTreeSet<&str>) -> Result<Vec<Account>, StoreError>;

    /// Removes an account by its id, with its roles, links and browsers. `false` where there is none.
    async fn remove_account(&self, id: &str, entry: &TrailEntry) -> Result<bool, StoreError>;

    /// Gives an account, by its id, a role with an initiative, another one than before, or none. `false` where nothing changes, or there is no
    /// such account.
    async fn set_role(
        &self,
        id: &str,
        initiative: &str,
        role: Option<Role>,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError>;

    /// The initiatives that an account has a role with, in their order.
    async fn roles(&self, account_h: &Digest) -> Result<Vec<(String, Role)>, StoreError>;

    /// What an account may do with one initiative by its role.
    async fn role(&self, account_h: &Digest, initiative: &str) -> Result<Option<Role>, StoreError>;

    /// Drops links and cookies that are good no more, accounts that were for an invitation alone and are for nothing now, and what the trail has of
    /// before then (UTC seconds), with what was written to many.
    async fn purge_organising(&self, now: i64, trail_until: i64) -> Result<(), StoreError>;
}
