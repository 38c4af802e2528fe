//! The server over real sockets, with a real database in a file of its own for each test.

// Clippy's `allow-unwrap-in-tests` knows test functions only, not the helpers that they call.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod alerts;
mod app;
mod backup;
mod bundle;
mod calendar;
mod catalogue;
mod command;
mod connections;
mod earlier;
mod feed;
mod feed_pages;
mod first_page;
mod initiatives;
mod live;
mod mailbox;
mod moved;
mod outbox;
mod people;
mod process;
mod publish;
mod publish_dense;
mod qr;
mod questions;
mod receiver;
mod robots;
mod rotation;
mod sandbox;
mod signups;
mod sinks;
mod store;
mod store_any;
mod store_holds;
mod store_links;
mod store_live;
mod store_outbox;
mod store_rearrange;
mod store_requests;
mod store_waiting;
mod stores;
mod tiles;
mod upgrade;
mod waiting_list;
mod words;
