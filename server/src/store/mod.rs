//! Keeping sign-ups. What is kept and what can be asked of it is said here, as the trait [`Store`] and its parts.
//! [`database`] does it, once, in statements that SQLite and PostgreSQL both understand; [`sqlite`] and [`postgres`] open
//! the one and the other ([`driver`]). What becomes of a batch of sign-ups is decided in [`decide`], without a database.

mod account_list;
mod accounts;
mod added_feeds;
mod address;
mod api_tokens;
mod attendance;
mod broadcasts;
mod cipher;
mod copies;
mod courses;
pub mod cursor;
mod database;
mod decide;
mod digests;
mod driver;
mod error;
mod first_operator;
mod hidden;
mod key_store;
mod keys;
mod links;
mod live;
mod made_settings;
mod measures;
mod news;
mod open;
mod outbox;
mod own_initiatives;
mod person;
mod placement;
pub mod postgres;
mod proposals;
mod reports;
mod requests;
mod roster;
mod row;
mod sealed;
mod second_factor;
mod secret;
mod secret_source;
mod sessions;
mod sign_in;
mod sign_ups;
mod signers;
pub mod sqlite;
mod tables;
mod team;
mod trail;
mod updates;
pub(crate) mod upgrade;
mod venues;
mod writer;

use async_trait::async_trait;

pub use account_list::{AccountListStore, AccountRemoval, ListedAccount};
pub use accounts::{Account, AccountStore, Holder, Role};
pub use added_feeds::{AddedFeed, AddedFeedStore, Addition, FeedPlace};
pub use address::{mailbox, with_ascii_domain};
pub use api_tokens::{ApiToken, ApiTokenStore, Scope};
pub use attendance::{Attendance, AttendanceState};
pub use broadcasts::{
    Acceptance, Audience, Broadcast, BroadcastStore, LONGEST_SUBJECT, LONGEST_TEXT, OF_ACCOUNT,
    OF_INITIATIVE, Room, Unwritable, Writing,
};
pub use cipher::CipherError;
pub use copies::{CopyStore, Rows};
pub use courses::CourseStore;
pub use digests::{DigestCount, DigestSpan, DigestState, DigestStore, LAG};
pub use error::StoreError;
pub use first_operator::{FirstOperator, FirstOperatorStore};
pub use hidden::{Hidden, HiddenStore, Hiding};
pub use key_store::{KeyStore, rewrap_all};
pub use keys::{KeyRecord, Keys};
pub use links::{
    Arrangement, Confirmation, LinkStore, LinkUse, MailedLink, Purpose, Rearrangement, SeatLimit,
};
pub use live::{LiveCounts, LiveStore, LiveWanted, SeatCount};
pub use made_settings::{MadeParts, MadeSettingsStore};
pub use measures::{MeasureStore, Measures};
pub use news::{NewsStore, Sighted, Told, WEEK};
pub use open::{Location, open, open_with_keys};
pub use outbox::{
    Backlog, Delivery, LEASE, Message, MessageKind, OutboxMessage, OutboxStore, Pile, Recipients, WHO_ASKS,
};
pub use own_initiatives::{
    IsShown, OwnChange, OwnContent, OwnInitiative, OwnInitiativeStore, OwnStatus, OwnWhich, Proposal,
};
pub use person::{Alert, Person, PersonKey, answer_text};
pub use placement::{Placement, PlacementStore, SignUpName};
pub use proposals::{
    ANSWERED_DAYS, Begun, DRAFT_KEPT, Draft, ProposalRecord, ProposalState, ProposalStore, Proposed,
};
pub use reports::{Report, ReportReason, ReportStore, ReportWords, Reported};
pub use requests::{Answer, Answered, Decision, Offering, Refusal, RequestStore};
pub use roster::{Participant, RosterQuery, RosterStore, SessionTally, Standing, Tally};
pub use second_factor::{SecondFactor, SecondFactorStore};
pub use secret::{Digest, Secret, hex, random_id, random_token};
pub use secret_source::{SecretSource, create_private, sync_folder, write_private};
pub use sessions::{Kept, KnownSession, Notice, SessionMove, SessionStore, written};
pub use sign_in::{SignIn, SignInStore, SignedIn};
pub use sign_ups::{
    ALERTS, Consent, ConsentReceipt, Counts, Cursor, Erasure, NewSignUp, Outcome, Proof, SignUpRecord,
    SignUpStore, Waiting, WantedSession,
};
pub use signers::{Candidate, SignerState, SignerStore, Undecidable};
pub use tables::{PERSONS, REPORTS, SIGNUPS, TABLES, Table, Type, Value};
pub use team::{Invitation, Invited, Member, RoleChange, TeamStore, member_name};
pub use trail::{Deed, TrailCursor, TrailEntry, TrailStore};
pub use updates::{UpdateName, UpdateStore};
pub use venues::{Meeting, Venue, VenueStore, may_be_told, told, told_of_change, venue_of};
pub use writer::Writer;

/// Where sign-ups are kept, with what belongs to them.
///
/// What returns has been committed durably. Times are UTC seconds and given by the caller.
#[async_trait]
pub trait Store:
    SignUpStore
    + SessionStore
    + LinkStore
    + LiveStore
    + NewsStore
    + SignerStore
    + UpdateStore
    + CourseStore
    + VenueStore
    + OutboxStore
    + RequestStore
    + AccountStore
    + SignInStore
    + SecondFactorStore
    + TeamStore
    + TrailStore
    + RosterStore
    + BroadcastStore
    + PlacementStore
    + OwnInitiativeStore
    + AddedFeedStore
    + MadeSettingsStore
    + MeasureStore
    + AccountListStore
    + DigestStore
    + FirstOperatorStore
    + HiddenStore
    + ProposalStore
    + ApiTokenStore
    + ReportStore
    + CopyStore
    + KeyStore
    + Send
    + Sync
    + 'static
{
    /// The keys that the operator's secret opens.
    fn keys(&self) -> &Keys;

    /// The key of its hashes, which a rotation of the operator's secret leaves as it is.
    fn secret(&self) -> &Secret {
        self.keys().hmac()
    }

    /// Reads from the database, so that one that has gone is noticed, or one whose secret was rotated since.
    async fn ping(&self) -> Result<(), StoreError>;

    /// Closes it.
    async fn close(&self);
}
