//! Messages to be sent, written in the transaction that causes them (a transactional outbox).

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::StoreError;
use super::secret::{Digest, Secret, hex};

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
}

impl MessageKind {
    const ALL: [Self; 25] = [
        Self::Confirm,
        Self::Again,
        Self::Access,
        Self::SignIn,
        Self::Invited,
        Self::Confirmed,
        Self::Promoted,
        Self::Offered,
        Self::Moved,
        Self::Seated,
        Self::Rebooked,
        Self::Released,
        Self::CalledOff,
        Self::Reminder,
        Self::Venue,
        Self::Accepted,
        Self::Declined,
        Self::News,
        Self::Update,
        Self::Written,
        Self::SignedUp,
        Self::Changed,
        Self::Withdrawn,
        Self::Erased,
        Self::Vanished,
    ];

    /// The word for it in the database and in events.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Again => "again",
            Self::Access => "access",
            Self::SignIn => "sign-in",
            Self::Invited => "invited",
            Self::Confirmed => "confirmed",
            Self::Promoted => "promoted",
            Self::Offered => "offered",
            Self::Moved => "moved",
            Self::Seated => "seated",
            Self::Rebooked => "rebooked",
            Self::Released => "released",
            Self::CalledOff => "called-off",
            Self::Reminder => "reminder",
            Self::Venue => "venue",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::News => "news",
            Self::Update => "update",
            Self::Written => "written",
            Self::SignedUp => "signup.created",
            Self::Changed => "signup.changed",
            Self::Withdrawn => "consent.withdrawn",
            Self::Erased => "signup.erased",
            Self::Vanished => "session.vanished",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Whether it is a mail that anybody can cause who knows the address: such mails are counted, and limited.
    pub fn anybody_can_cause(self) -> bool {
        matches!(self, Self::Confirm | Self::Again | Self::Access | Self::SignIn)
    }

    /// Whether it is a mail to the person.
    pub fn is_mail(self) -> bool {
        !matches!(self, Self::SignedUp | Self::Changed | Self::Withdrawn | Self::Erased | Self::Vanished)
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

/// Seconds that a message is its taker's. 32 messages, 8 at once, a minute each at the very most, are sent within.
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

    /// Notes what became of a message that was claimed.
    async fn record_delivery(&self, message: &OutboxMessage, delivery: &Delivery) -> Result<(), StoreError>;

    /// How many mails a mailbox was sent since, whatever has been erased in between. Known for the last seven days.
    async fn mails_since(&self, mailbox_h: &Digest, since: i64) -> Result<u64, StoreError>;

    /// How much waits.
    async fn backlog(&self) -> Result<Backlog, StoreError>;

    /// Messages that have been given up (`dead`), or that wait.
    async fn outbox(&self, dead: bool, most: u32) -> Result<Vec<OutboxMessage>, StoreError>;

    /// Makes messages that were given up due again: that one, or all. Returns how many.
    async fn retry(&self, id: Option<&str>, now: i64) -> Result<u64, StoreError>;
}
