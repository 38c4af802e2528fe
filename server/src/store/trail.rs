//! The trail: who has done what, when, from what to what.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::StoreError;

/// What is done, said in the transaction that does it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrailEntry {
    /// Who does it, by the account's id; empty: the command line, or a visitor where the detail says so.
    pub account: String,
    /// With which initiative; empty: with none in particular.
    pub initiative: String,
    /// What.
    pub action: Deed,
    /// A JSON object without anything that a participant wrote: sign-ups are named by their ids.
    pub detail: Value,
    /// UTC seconds.
    pub at: i64,
}

impl TrailEntry {
    /// Of the command line, which names nobody.
    pub fn by_hand(initiative: &str, action: Deed, detail: Value, at: i64) -> Self {
        Self { account: String::new(), initiative: initiative.to_owned(), action, detail, at }
    }

    /// Of a visitor, in a browser: of somebody who has no account, or does not need one for it.
    pub fn of_visitor(initiative: &str, action: Deed, at: i64) -> Self {
        Self::by_hand(initiative, action, json!({ "by": "visitor" }), at)
    }

    /// What something was and what it is.
    pub fn change(before: impl Into<Value>, after: impl Into<Value>) -> Value {
        json!({ "before": before.into(), "after": after.into() })
    }
}

macro_rules! deeds {
    ($($(#[$doc:meta])* $name:ident $word:literal,)+) => {
        /// What can be done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Deed { $($(#[$doc])* $name,)+ }

        impl Deed {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The word for it in the database; of its text, too.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }
        }
    };
}

deeds! {
    /// An account was made, or changed.
    Account "account",
    /// An account was removed.
    AccountRemoved "account_removed",
    /// An account has a second factor of signing in.
    SecondFactor "second_factor",
    /// An account has none any more.
    SecondFactorEnded "second_factor_ended",
    /// An account has another role with an initiative.
    Role "role",
    /// An account is told what is new by mail, or no more.
    Told "told",
    /// A link that signs somebody in was made at the terminal.
    LinkMade "link_made",
    /// Somebody was taken into a team.
    Invited "invited",
    /// Requests were accepted or declined.
    Answered "answered",
    /// It was noted who was there.
    Presence "presence",
    /// Something was noted of a sign-up.
    Note "note",
    /// What a sign-up has of a session was given back for it.
    GivenBack "given_back",
    /// Somebody who waited was given a seat out of turn.
    Seated "seated",
    /// A sign-up was moved to another session.
    Moved "moved",
    /// A session was called off.
    CalledOff "called_off",
    /// Where participants meet was said, or is told no more.
    Venue "venue",
    /// Something was written to many.
    Written "written",
    /// Sign-ups were handed out.
    Exported "exported",
    /// An initiative was made here, or proposed.
    Proposed "proposed",
    /// One that was made here says something else.
    Changed "changed",
    /// It is shown to visitors.
    Published "published",
    /// It was declined.
    Declined "declined",
    /// Whoever has proposed it was asked something about it.
    AskedBack "asked_back",
    /// It is shown no more.
    Withdrawn "withdrawn",
    /// One of a feed is not shown here.
    Hidden "hidden",
    /// One that was hidden is shown again.
    ShownAgain "shown_again",
    /// A feed was added.
    FeedAdded "feed_added",
    /// A feed that was added is read no more.
    FeedRemoved "feed_removed",
    /// A feed was read out of turn.
    FeedRead "feed_read",
    /// Messages that were given up are due again.
    Retried "retried",
    /// Messages that were given up were removed.
    Dropped "dropped",
    /// A part of the settings was settled in a page.
    Settled "settled",
    /// A back-up was made.
    BackedUp "backed_up",
    /// A token was made, by which a program acts for an account.
    TokenMade "token_made",
    /// Such a token is good no more.
    TokenRevoked "token_revoked",
    /// What visitors had reported of an initiative was looked at, and needs nothing.
    ReportsDismissed "reports_dismissed",
}

impl Deed {
    /// Reads a word; `None` where it is none of them.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|deed| deed.as_str() == word)
    }
}

/// A place in the trail: the time and the id of an entry.
pub type TrailCursor = (i64, String);

/// Where what was done is kept.
#[async_trait]
pub trait TrailStore: Send + Sync {
    /// Notes what changes nothing in the database, such as an export.
    async fn note(&self, entry: &TrailEntry) -> Result<(), StoreError>;

    /// When that was done last, by whomever (UTC seconds).
    async fn last_done(&self, deed: Deed) -> Result<Option<i64>, StoreError>;

    /// What was done with an initiative, or in all (`None`), latest first, and where more of it begins.
    async fn trail(
        &self,
        initiative: Option<&str>,
        before: Option<TrailCursor>,
        most: u32,
    ) -> Result<(Vec<TrailEntry>, Option<TrailCursor>), StoreError>;
}
