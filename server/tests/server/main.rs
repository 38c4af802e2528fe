//! The server over real sockets, with a real database in a file of its own for each test.

mod app;
mod bundle;
mod command;
mod feed;
mod process;
mod signups;
