//! The commands: one file each, with its arguments (`Args`, or `Action` where it has subcommands) and its `run`. What several
//! of them take is in `database.rs` and `reading.rs`.

pub mod accounts;
pub mod backup;
pub mod check;
pub mod convert;
pub mod database;
mod given;
pub mod initiatives;
mod json;
pub mod keys;
mod known_keys;
mod looked_at;
pub mod migrate;
pub mod outbox;
pub mod publish;
pub mod purge;
pub mod read_document;
pub mod reading;
pub mod requests;
pub mod restore;
pub mod secret;
pub mod serve;
pub mod sessions;
mod shutdown;
pub mod signers;
pub mod signups;
pub mod tag;
pub mod tokens;
pub mod venue;
