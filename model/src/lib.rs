//! The words of Alentour's domain: what both sides of the wire agree on.
//!
//! Pure: no I/O, no browser, no clock. Everything here is sent to telephones, so what only a server or a
//! converter needs lives elsewhere.
//!
//! A feed is read into [`Initiative`]s ([`read`]), these into a [`Catalog`], which answers a [`Query`] with
//! [`Results`]. A visitor who takes part writes a [`SignUp`], which is sent as a [`Submission`].

pub mod alert;
mod answer;
mod bounds;
pub mod catalog;
mod columns;
pub mod contact;
pub mod feed;
pub mod gazetteer;
pub mod geo;
pub mod initiative;
pub mod inverted;
pub mod json;
pub mod letter;
pub mod lexicon;
pub mod link;
pub mod live;
mod mistakes;
pub mod need;
mod order;
pub mod organisation;
mod part;
pub mod participation;
pub mod place;
pub mod query;
pub mod question;
pub mod read;
mod rhythm;
#[cfg(feature = "schema")]
mod schema;
pub mod session;
#[cfg(feature = "server")]
pub mod shelf;
#[cfg(feature = "server")]
mod shelved;
pub mod signup;
mod sort;
pub mod submission;
mod tally;
mod term;
pub mod text;
pub mod texts;
pub mod tile;
pub mod tiles;
pub mod time;
mod understanding;
mod vocabulary;
pub mod whereabouts;

pub use alert::{AlertRequest, AlertSubmission};
pub use bounds::Bounds;
pub use catalog::{Catalog, Part};
pub use contact::EmailAddress;
pub use feed::{Feed, Finding, Problem};
pub use geo::{Kilometres, Point};
pub use initiative::{Accessibility, Cause, Impact, Initiative, Kind, Petition, Reach, Update};
pub use letter::{Letter, Recipient};
pub use lexicon::Lexicon;
pub use link::Link;
pub use live::{LiveInitiative, LiveNeed, LiveSession, Signer};
pub use need::{Need, NeedType, Offer};
pub use organisation::{Organisation, Sector};
pub use participation::{Asked, Availability, ConsentRequest, Participation, Use, Venue, Way};
pub use place::Place;
pub use query::{Hit, Query, Results, Tier};
pub use question::{Condition, Question, QuestionType};
pub use rhythm::Weekly;
pub use session::{Session, When};
pub use signup::{ConsentGiven, FieldProblem, SignUp};
pub use submission::{IdempotencyKey, Submission};
pub use tally::{Names, Tally};
pub use time::{Date, DateRange, LocalTime, Moment, Zones};
pub use understanding::Why;
pub use whereabouts::{PlaceSessions, Slot, Whereabouts};
