//! Messages to be sent, written in the transaction that causes them (a transactional outbox).

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::secret::{Digest, Secret, hex};
use super::{StoreError, TrailEntry};

/// Stands for the sinks that ask for an event, in the place of a sink's name: which ones those are is known where it is delivered, and not
/// where it is owed, which the command line does, too.
pub const WHO_ASKS: &str = "*";

/// A message to be enqueued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it says.
    pub kind: MessageKind,
    /// Which of the operator's sinks it goes to; empty for the person's own mail.
    pub sink: String,
}

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// To the person: something waits for your confirmation.
    Confirm,
    /// To the person, who has signed up for this already: the same arrived again, or a change waits for your
    /// confirmation. The answer to the request must not tell strangers that the address was known, so the difference is
    /// settled by mail.
    Again,
    /// To the person: the link to what is kept about them, which they asked for.
    Access,
    /// To somebody who organises: the link to sign in, which they asked for.
    SignIn,
    /// To somebody who is to organise, or to help: they were taken into a team.
    Invited,
    /// To the same: they are of that team no more.
    Removed,
    /// To the person, who has confirmed: what is kept now, and the link to change it.
    Confirmed,
    /// To the person, who waited for it: you have a seat.
    Promoted,
    /// To the person, who waited for it at short notice: a seat is yours if you say so in time.
    Offered,
    /// To the person: a session is at another time or place now.
    Moved,
    /// To the person: the organiser has given them a seat.
    Seated,
    /// To the person: the organiser has moved them to another session.
    Rebooked,
    /// To the person: the organiser has given back what they had of a session.
    Released,
    /// To the person: a session is called off.
    CalledOff,
    /// To the person: a session that was called off is announced again.
    OnAgain,
    /// To the person: a session is near.
    Reminder,
    /// To the person, who has a seat: where one meets.
    Venue,
    /// To the person: the organiser has accepted what they ask for, or offer.
    Accepted,
    /// To the person: the organiser has not.
    Declined,
    /// To the person, who has asked for it: what is new near them.
    News,
    /// To the person, who has asked for it: something is new of a petition that they signed.
    Update,
    /// To the person: what the organiser writes to many.
    Written,
    /// To whoever has proposed an initiative, or somebody whose address they typed: confirm it.
    ProposalConfirm,
    /// To the same: the link that continues a proposal.
    ProposalResume,
    /// To whoever has proposed an initiative: what is answered.
    ProposalAnswered,
    /// To whoever runs the installation: something that was proposed waits.
    ProposalsWait,
    /// To who runs the installation: visitors have reported something.
    Reported,
    /// To somebody who organises: what is new of their initiatives.
    Digest,
    /// To a sink: somebody has signed up.
    SignedUp,
    /// To a sink: a sign-up, or what it has of a session, is another one now.
    Changed,
    /// To a sink: a consent has been withdrawn.
    Withdrawn,
    /// To a sink: a sign-up is gone, forget it too.
    Erased,
    /// To a sink: a session that people take part in has left the feed; is it called off? It is about no sign-up.
    Vanished,
    /// To sinks that ask for it: a sign-up waits for a seat of a session.
    Waiting,
    /// To sinks that ask for it: who waited has a seat, or an offer of one.
    SeatGiven,
    /// To sinks that ask for it: what a sign-up had of a session was given back, has run out, or was called off.
    SeatGone,
    /// To sinks that ask for it: a sign-up is for another session.
    SignUpMoved,
    /// To sinks that ask for it: a session that people take part in is at another time or place. It is about no sign-up.
    SessionMoved,
    /// To sinks that ask for it: an initiative that is made here waits for a decision. Like those that follow it is about no sign-up.
    OwnProposed,
    /// To sinks that ask for it: one is shown to visitors.
    OwnPublished,
    /// To sinks that ask for it: one that is shown says something else.
    OwnChanged,
    /// To sinks that ask for it: one is shown no more.
    OwnWithdrawn,
}

impl MessageKind {
    const ALL: [Self; 42] = [
        Self::Confirm,
        Self::Again,
        Self::Access,
        Self::SignIn,
        Self::Invited,
        Self::Removed,
        Self::Confirmed,
        Self::Promoted,
        Self::Offered,
        Self::Moved,
        Self::Seated,
        Self::Rebooked,
        Self::Released,
        Self::CalledOff,
        Self::OnAgain,
        Self::Reminder,
        Self::Venue,
        Self::Accepted,
        Self::Declined,
        Self::News,
        Self::Update,
        Self::Written,
        Self::ProposalConfirm,
        Self::ProposalResume,
        Self::ProposalAnswered,
        Self::ProposalsWait,
        Self::Reported,
        Self::Digest,
        Self::SignedUp,
        Self::Changed,
        Self::Withdrawn,
        Self::Erased,
        Self::Vanished,
        Self::Waiting,
        Self::SeatGiven,
        Self::SeatGone,
        Self::SignUpMoved,
        Self::SessionMoved,
        Self::OwnProposed,
        Self::OwnPublished,
        Self::OwnChanged,
        Self::OwnWithdrawn,
    ];

    /// Events that go only to sinks that ask for them ([`WHO_ASKS`]).
    pub const ON_REQUEST: [Self; 9] = [
        Self::Waiting,
        Self::SeatGiven,
        Self::SeatGone,
        Self::SignUpMoved,
        Self::SessionMoved,
        Self::OwnProposed,
        Self::OwnPublished,
        Self::OwnChanged,
        Self::OwnWithdrawn,
    ];

    /// The word for it in the database and in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Again => "again",
            Self::Access => "access",
            Self::SignIn => "sign-in",
            Self::Invited => "invited",
            Self::Removed => "removed",
            Self::Confirmed => "confirmed",
            Self::Promoted => "promoted",
            Self::Offered => "offered",
            Self::Moved => "moved",
            Self::Seated => "seated",
            Self::Rebooked => "rebooked",
            Self::Released => "released",
            Self::CalledOff => "called-off",
            Self::OnAgain => "on-again",
            Self::Reminder => "reminder",
            Self::Venue => "venue",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::News => "news",
            Self::Update => "update",
            Self::Written => "written",
            Self::ProposalConfirm => "proposal-confirm",
            Self::ProposalResume => "proposal-resume",
            Self::ProposalAnswered => "proposal-answered",
            Self::ProposalsWait => "proposals-wait",
            Self::Reported => "reported",
            Self::Digest => "digest",
            Self::SignedUp => "signup.created",
            Self::Changed => "signup.changed",
            Self::Withdrawn => "consent.withdrawn",
            Self::Erased => "signup.erased",
            Self::Vanished => "session.vanished",
            Self::Waiting => "signup.waiting",
            Self::SeatGiven => "signup.promoted",
            Self::SeatGone => "signup.cancelled",
            Self::SignUpMoved => "signup.moved",
            Self::SessionMoved => "session.moved",
            Self::OwnProposed => "initiative.proposed",
            Self::OwnPublished => "initiative.published",
            Self::OwnChanged => "initiative.changed",
            Self::OwnWithdrawn => "initiative.withdrawn",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether it is a mail that anybody can cause who knows the address: such mails are counted, and limited.
    pub fn anybody_can_cause(self) -> bool {
        matches!(
            self,
            Self::Confirm
                | Self::Again
                | Self::Access
                | Self::SignIn
                | Self::ProposalConfirm
                | Self::ProposalResume
        )
    }

    /// Whether it is remembered for a day once it was sent, whoever it was to: what follows looks whether it was.
    pub(super) fn is_remembered(self) -> bool {
        matches!(
            self,
            Self::Access
                | Self::Reported
                | Self::ProposalConfirm
                | Self::ProposalResume
                | Self::ProposalsWait
        )
    }

    /// Whether it is a mail to the person.
    pub fn is_mail(self) -> bool {
        !matches!(self, Self::SignedUp | Self::Changed | Self::Withdrawn | Self::Erased | Self::Vanished)
            && !self.is_on_request()
    }

    /// Whether it is an event that goes only to sinks that ask for it.
    pub fn is_on_request(self) -> bool {
        Self::ON_REQUEST.contains(&self)
    }

    /// Whether it is an event about no sign-up.
    pub fn is_about_nobody(self) -> bool {
        matches!(self, Self::Erased | Self::Vanished | Self::SessionMoved) || self.is_about_own()
    }

    /// Whether it is an event about an initiative that is made here.
    pub fn is_about_own(self) -> bool {
        matches!(self, Self::OwnProposed | Self::OwnPublished | Self::OwnChanged | Self::OwnWithdrawn)
    }
}

/// A message in the outbox.
#[derive(Clone, Debug)]
pub struct OutboxMessage {
    /// The same for each delivery of it, and no other message's.
    pub id: String,
    /// Whose sign-up it is about; zeros where the person was erased.
    pub email_h: Digest,
    /// What they signed up for; empty where it is about no particular one.
    pub initiative: String,
    /// What it says.
    pub kind: MessageKind,
    /// Which sink it goes to; empty for the person's own mail.
    pub sink: String,
    /// The id of the sign-up it is about, which may be gone by now; of a mail to the person: the attempt that caused it.
    pub signup: Option<String>,
    /// Of an event: its number among those about the same sign-up. Later events have larger ones, an erasure the largest.
    pub sequence: Option<u32>,
    /// A JSON object without anything personal.
    pub detail: String,
    /// UTC seconds.
    pub created_at: i64,
    /// How often it has been tried, this time included.
    pub attempts: u32,
    /// What the last delivery ended with.
    pub error: Option<String>,
    /// When it was given up, UTC seconds.
    pub dead_at: Option<i64>,
}

impl OutboxMessage {
    /// The link that it carries: 256 bits that nobody can guess, the same each time it is sent.
    pub fn token(&self, secret: &Secret) -> String {
        self.token_for("token", secret)
    }

    /// The same for one of several links that one carries: that to what has this identifier.
    pub fn token_of(&self, id: &str, secret: &Secret) -> String {
        self.token_for(&format!("token of {id}"), secret)
    }

    /// The same for the other link that some carry: it ends the reminders of a sign-up, and does nothing else.
    pub fn unsubscribe_token(&self, secret: &Secret) -> String {
        self.token_for("unsubscribe", secret)
    }

    fn token_for(&self, what: &str, secret: &Secret) -> String {
        hex(&secret.digest(what, format!("{} {}", self.id, self.created_at).as_bytes()))
    }
}

/// What became of an attempt to deliver a message.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// It is out, at that time (UTC seconds). A mail counts among the person's.
    Sent(i64),
    /// A mail is out, at that time (UTC seconds), and counts among those of a mailbox: [`Secret::mailbox_h`].
    Mailed(i64, Digest),
    /// There is nothing left to say, at that time (UTC seconds): it was not sent, and will not be.
    Unneeded(i64),
    /// Not yet: again at that time (UTC seconds). The text says why and holds nothing personal.
    Later(i64, String),
    /// Not tried: again at that time (UTC seconds), and why. It does not count among the attempts.
    PutOff(i64, String),
    /// Given up at that time (UTC seconds), and why.
    Dead(i64, String),
}

/// How much waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Messages that wait.
    pub waiting: u64,
    /// When the one that waits longest was created, UTC seconds.
    pub oldest: Option<i64>,
    /// Messages that were given up.
    pub dead: u64,
}

/// Messages of one kind to one receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pile {
    /// What they say.
    pub kind: MessageKind,
    /// Which sink they go to; empty: to persons, by mail.
    pub sink: String,
    /// Those that wait.
    pub waiting: u64,
    /// When the one of them that waits longest was created, UTC seconds.
    pub oldest: Option<i64>,
    /// Those that were given up.
    pub dead: u64,
}

/// Seconds that a message is its taker's. None takes longer than a minute, and what is not begun after 200 is given back.
pub const LEASE: i64 = 300;

/// Whose messages are taken.
#[derive(Clone, Copy, Debug)]
pub enum Recipients<'a> {
    /// Everybody's.
    All,
    /// Those to the persons themselves, but what organisers write to many.
    Persons,
    /// What organisers write to many.
    Many,
    /// Those to sinks, but these.
    SinksExcept(&'a [String]),
}

/// Where messages wait.
#[async_trait]
pub trait OutboxStore: Send + Sync {
    /// Enqueues a message to an address, once within ten minutes. The same is written for an address that is not known:
    /// then there is nothing to say when it is delivered ([`Delivery::Unneeded`]).
    async fn enqueue(&self, email_h: &Digest, kind: MessageKind, now: i64) -> Result<(), StoreError> {
        self.enqueue_about(email_h, kind, &Value::Object(Map::new()), now).await
    }

    /// The same with what else the message is about: a JSON object without anything personal.
    async fn enqueue_about(
        &self,
        email_h: &Digest,
        kind: MessageKind,
        detail: &Value,
        now: i64,
    ) -> Result<(), StoreError>;

    /// Takes messages that are due to those recipients, and keeps others from taking them for `lease` seconds. Events about one sign-up to one sink are handed out in their order: none while an
    /// earlier one waits.
    async fn claim(
        &self,
        now: i64,
        lease: i64,
        most: u32,
        to: Recipients<'_>,
    ) -> Result<Vec<OutboxMessage>, StoreError>;

    /// Puts messages to these sinks in the place of one to [`WHO_ASKS`], once.
    async fn pass_on(&self, message: &OutboxMessage, sinks: &[String]) -> Result<(), StoreError>;

    /// Notes what became of a message that was claimed.
    async fn record_delivery(&self, message: &OutboxMessage, delivery: &Delivery) -> Result<(), StoreError>;

    /// How many mails a mailbox was sent since, whatever has been erased in between. Known for the last seven days.
    async fn mails_since(&self, mailbox_h: &Digest, since: i64) -> Result<u64, StoreError>;

    /// How much waits.
    async fn backlog(&self) -> Result<Backlog, StoreError>;

    /// Messages that have been given up (`dead`), or that wait.
    async fn outbox(&self, dead: bool, most: u32) -> Result<Vec<OutboxMessage>, StoreError>;

    /// What waits and what was given up, by kind and receiver.
    async fn piles(&self) -> Result<Vec<Pile>, StoreError>;

    /// Makes messages that were given up due again, at the entry's time: that one, or all. Returns how many, and notes it if there are any.
    async fn retry(&self, id: Option<&str>, entry: &TrailEntry) -> Result<u64, StoreError>;

    /// Removes a message that was given up, for good. `false` where there is none of that id.
    async fn drop_dead(&self, id: &str, entry: &TrailEntry) -> Result<bool, StoreError>;
}
