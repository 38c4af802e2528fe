//! Keeping sign-ups. What is kept and what can be asked of it is said here, as the trait [`Store`] and its four parts.
//! [`database`] does it, once, in statements that SQLite and PostgreSQL both understand; [`sqlite`] and [`postgres`] open
//! the one and the other ([`driver`]). What becomes of a batch of sign-ups is decided in [`decide`], without a database.

mod copies;
mod database;
mod decide;
mod driver;
mod error;
mod links;
mod open;
mod outbox;
mod person;
pub mod postgres;
mod secret;
mod sign_ups;
pub mod sqlite;
mod tables;
pub(crate) mod upgrade;
mod writer;

use async_trait::async_trait;

pub use copies::{CopyStore, Rows};
pub use database::Database;
pub use error::StoreError;
pub use links::{Confirmation, LinkStore, LinkUse, MailedLink, Purpose};
pub use open::{Location, SecretSource, open};
pub use outbox::{Backlog, Delivery, Message, MessageKind, OutboxMessage, OutboxStore};
pub use person::{Person, PersonKey, Unreadable};
pub use secret::{Digest, Secret, hex};
pub use sign_ups::{
    Consent, ConsentReceipt, Counts, Cursor, Erasure, NewSignUp, Outcome, Proof, SignUpRecord, SignUpStore,
    Waiting,
};
pub use tables::{PERSONS, SIGNUPS, TABLES, Table, Type, Value};
pub use writer::Writer;

/// Where sign-ups are kept, with what belongs to them.
///
/// What returns has been committed durably. Times are UTC seconds and given by the caller.
#[async_trait]
pub trait Store: SignUpStore + LinkStore + OutboxStore + CopyStore + Send + Sync + 'static {
    /// The secret that its hashes and keys are made with.
    fn secret(&self) -> &Secret;

    /// Reads from the database, so that one that has gone is noticed.
    async fn ping(&self) -> Result<(), StoreError>;

    /// Closes it.
    async fn close(&self);
}
