//! The team of an initiative: who organises it and who helps, as those put it together who organise.

use alentour_model::EmailAddress;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::sealed::Sealed;
use super::{Account, Digest, Role, Secret, StoreError, TrailEntry, hex};

/// Somebody of a team. Not `Debug`: it is in no log.
#[derive(Clone)]
pub struct Member {
    /// Names them among those of the initiative, as [`member_name`] does.
    pub name: String,
    /// Whose account it is.
    pub account: Account,
    /// What they may do.
    pub role: Role,
    /// The address as whoever invited them typed it; `None` where that was the command line.
    pub invited_as: Option<String>,
}

impl Member {
    /// How the others of the team know them: whoever invited them learns no more than what they typed, for the account may be older than that.
    pub fn shown(&self) -> &str {
        self.invited_as.as_deref().unwrap_or_else(|| self.account.holder.shown())
    }
}

/// Names somebody among those of an initiative, the same each time: an account's id would tell, where somebody is removed and invited again,
/// whether the account was there before.
pub fn member_name(secret: &Secret, account_h: &Digest, initiative: &str) -> String {
    hex(&secret.digest("member of a team", &place(account_h, initiative)))
}

/// An address as somebody typed it.
#[derive(Serialize, Deserialize)]
pub(super) struct Typed(pub String);

impl Sealed for Typed {
    const KEY: &'static str = "typed addresses";
}

/// Somebody to be invited.
#[derive(Clone, Copy)]
pub struct Invitation<'a> {
    /// Their address, as typed.
    pub email: &'a EmailAddress,
    /// In which language an account is written to that is made for it.
    pub language: &'a str,
    /// With which initiative.
    pub initiative: &'a str,
    /// To do what.
    pub role: Role,
}

/// What became of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invited {
    /// They are of the team, and owed a mail.
    Now,
    /// They were of the team before. Nothing was done.
    Before,
    /// That was done often enough in 24 hours, by whoever invites or with the initiative. Nothing was done.
    TooMany,
}

/// What became of a change of a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleChange {
    /// It is done.
    Now,
    /// It was so before, or they are not of the team. Nothing was done.
    Before,
    /// Nobody would organise the initiative any more. Nothing was done.
    Last,
}

/// Where teams are kept.
#[async_trait]
pub trait TeamStore: Send + Sync {
    /// Who has a role with an initiative, in the order of how they are shown.
    async fn team(&self, initiative: &str) -> Result<Vec<Member>, StoreError>;

    /// Takes somebody into a team, with an account if they have none, and owes them a mail; at most so many in 24 hours for each who invites,
    /// and for the initiative: whoever is invited may invite, too. An account that is there stays as it is.
    async fn invite(
        &self,
        invitation: Invitation<'_>,
        most: u64,
        entry: &TrailEntry,
    ) -> Result<Invited, StoreError>;

    /// Gives somebody of a team, by [`member_name`], another role, or none. `leaves_one`: only if somebody organises the initiative then.
    /// `tells`: whom others remove is owed a mail, unless they have never been told that they were of the team. An account that was made by an
    /// invitation, and has never been used, goes with its last role; where a mail is owed, at the next purge after that.
    async fn change_role(
        &self,
        member: &str,
        initiative: &str,
        role: Option<Role>,
        leaves_one: bool,
        tells: bool,
        entry: &TrailEntry,
    ) -> Result<RoleChange, StoreError>;
}

/// Where an address that somebody typed belongs among what is encrypted.
pub(super) fn place(account_h: &Digest, initiative: &str) -> Vec<u8> {
    [account_h.as_slice(), initiative.as_bytes()].concat()
}
