//! Links in mails. A link stands for an address: who reads the address's mail may confirm, see and erase.

use async_trait::async_trait;

use super::{Digest, StoreError};

/// What a mailed link stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailedLink {
    /// Whose it is.
    pub email_h: Digest,
    /// The initiative, in links that older versions mailed; else empty. It limits nothing.
    pub initiative: String,
    /// The sign-up that it is for alone; empty: all of the person's.
    pub signup: String,
    /// What it may be used for.
    pub purpose: Purpose,
    /// UTC seconds.
    pub expires_at: i64,
    /// When it was used up, UTC seconds. Links that confirm are not used up.
    pub used_at: Option<i64>,
}

impl MailedLink {
    /// A link for that, to all of a person's, until then (UTC seconds).
    pub fn new(email_h: Digest, purpose: Purpose, expires_at: i64) -> Self {
        let (initiative, signup) = (String::new(), String::new());
        Self { email_h, initiative, signup, purpose, expires_at, used_at: None }
    }
}

/// What a mailed link may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To confirm whatever waits for the address, as long as the link is good.
    Confirm,
    /// To see what is kept about oneself, take back a consent, be erased: once.
    Access,
    /// To see one sign-up's sessions and give them back, as long as the link is good. It shows nothing that was typed.
    Own,
    /// To be reminded of one sign-up no more, and for nothing else.
    Unsubscribe,
    /// To be sent news of one petition no more, and for nothing else.
    Updates,
    /// To see one's alerts, prolong and end them, as long as the link is good. It shows no address.
    Alerts,
}

impl Purpose {
    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Access => "access",
            Self::Own => "own",
            Self::Unsubscribe => "unsubscribe",
            Self::Updates => "updates",
            Self::Alerts => "alerts",
        }
    }
}

/// What became of the use of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkUse {
    /// It was good, and what it asks for has been done.
    Now,
    /// It has been used before, or there was nothing left to do. Nothing was done.
    Before,
    /// There is no such link, or no more. Nothing was done.
    Unknown,
}

/// What became of a confirmation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// It is confirmed: the sign-up is new, or its contents have been replaced.
    Now,
    /// It has been confirmed before. Nothing was done.
    Before,
    /// The address has as many participants in that initiative as it may. Nothing was done.
    Enough,
    /// It is a change for which there are not seats enough. Nothing was done: its person keeps what they had.
    Full,
    /// There is no such attempt any more: it expired, was erased, or another one was confirmed in its stead.
    Gone,
    /// There is no such link, or no more.
    UnknownLink,
}

/// What a sign-up is to be for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrangement {
    /// For how many people.
    pub party: u32,
    /// The names of those who come along and did not before.
    pub guests: Vec<String>,
    /// The sessions, by their ids.
    pub sessions: Vec<String>,
    /// Those of them where a place in the line will do.
    pub waitlist: Vec<String>,
    /// The sessions among which there was a choice; what the sign-up has of any other stays as it is.
    pub among: Vec<String>,
}

/// What became of a change of what a sign-up is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rearrangement {
    /// It is so now.
    Now,
    /// It was so before. Nothing was done.
    Before,
    /// There are not seats enough. Nothing was done: its person keeps what they had.
    Full,
    /// There is no such link, or no more, or no such sign-up. Nothing was done.
    Unknown,
}

/// How many people a session takes in all, as the feed says it now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeatLimit {
    /// So many.
    Seats {
        /// Seats in all.
        seats: u32,
        /// When the session begins, UTC seconds.
        starts_at: i64,
    },
    /// As many as come.
    Unlimited,
    /// The feed does not say: it has the session no more. The limit that was the last is the limit.
    Unknown,
}

/// Where mailed links are kept, by a hash: [`Secret::token_hash`](super::Secret::token_hash)'s.
#[async_trait]
pub trait LinkStore: Send + Sync {
    /// Makes a mailed link good, unless it is already.
    async fn create_link(&self, hash: &Digest, link: &MailedLink) -> Result<(), StoreError>;

    /// What a mailed link stands for, used or not, unless it has expired.
    async fn link(&self, hash: &Digest, now: i64) -> Result<Option<MailedLink>, StoreError>;

    /// Confirms one attempt of the link's person, by the attempt's id, and tells these sinks (by name):
    /// [`SignedUp`](super::MessageKind::SignedUp), or [`Changed`](super::MessageKind::Changed) where it replaces the
    /// contents of a confirmed sign-up of the same participant, which keeps its id. That participant's other attempts for
    /// that initiative are erased. `limits` are those of the attempt's sessions. Where a hold has run out and no seat is
    /// free, the sign-up is confirmed and waits for one. Asked again, it does nothing and says so. What the sign-up has of dates that a
    /// change does not ask for is given back.
    async fn confirm(
        &self,
        hash: &Digest,
        id: &str,
        sinks: &[String],
        limits: &[(String, SeatLimit)],
        now: i64,
    ) -> Result<Confirmation, StoreError>;

    /// The same, but what the sign-up has of dates that the change does not ask for stays as it is.
    async fn confirm_beside(
        &self,
        hash: &Digest,
        id: &str,
        sinks: &[String],
        limits: &[(String, SeatLimit)],
        now: i64,
    ) -> Result<Confirmation, StoreError>;

    /// "None of these is mine": uses a link that confirms to erase those attempts of its person, by their ids; what came
    /// since the person looked stays. Seats that they hold stay held until their time is over. [`LinkUse::Before`] where
    /// none of them waits any more.
    async fn dismiss(&self, hash: &Digest, ids: &[&str], now: i64) -> Result<LinkUse, StoreError>;

    /// Uses a link to take back a consent of the sign-up with that id; the sinks that may have heard of it are told.
    async fn withdraw(&self, hash: &Digest, id: &str, consent: &str, now: i64)
    -> Result<LinkUse, StoreError>;

    /// Gives back what the link's sign-up has of a session. [`LinkUse::Before`] where it has nothing of it any more.
    async fn give_back(&self, hash: &Digest, session: &str, now: i64) -> Result<LinkUse, StoreError>;

    /// Accepts the seats that are offered to the link's sign-up. [`LinkUse::Before`] where none are any more.
    async fn accept_offer(&self, hash: &Digest, session: &str, now: i64) -> Result<LinkUse, StoreError>;

    /// Changes which sessions the link's sign-up is for, and for how many people: all of it or nothing. `limits` are those of the sessions among
    /// which there was a choice. What is freed goes to those who wait.
    async fn rearrange(
        &self,
        hash: &Digest,
        wanted: &Arrangement,
        limits: &[(String, SeatLimit)],
        now: i64,
    ) -> Result<Rearrangement, StoreError>;

    /// Erases the link's sign-up, which is for no session, as [`SignUpStore::erase`](super::SignUpStore::erase) does.
    async fn erase_own(&self, hash: &Digest, now: i64) -> Result<LinkUse, StoreError>;

    /// Uses a link to erase the sign-up with that id, or the person, as [`SignUpStore::erase`](super::SignUpStore::erase)
    /// does.
    async fn erase_by_link(&self, hash: &Digest, id: Option<&str>, now: i64) -> Result<LinkUse, StoreError>;
}
