//! HTTP below the handlers: accepting connections, whose request it is, how often it may come, which bytes are sent, what an
//! error looks like; and calling other servers.

pub mod beat;
pub mod body;
pub mod brotli;
pub mod error;
pub mod http_client;
pub mod limits;
pub mod listen;
pub mod negotiation;
pub mod openapi;
pub mod origin;
pub mod query;
pub mod representation;
pub mod stretch;
pub mod turns;
pub mod visitor;

pub use error::Error;
pub use limits::Limits;
pub use origin::is_own_form;
pub use turns::{PageTurns, Turns};
pub use visitor::Visitor;
