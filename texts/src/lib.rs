//! All that people read, by language: the widget, the pages for people, the mails, the doctor of feeds. One folder a language,
//! one text a line; README.md beside them says how they are written.
//!
//! ```
//! use alentour_texts::{Language, fill};
//!
//! let french = Language::parse("fr-CA").unwrap_or(Language::DEFAULT);
//! assert_eq!(fill(french.mails().questions, &[("contact", "a@example.org")]), "Une question sur vos données\u{a0}: a@example.org");
//! ```

mod calendar;
mod file;
mod fill;
#[cfg(test)]
mod glossary;
mod language;
pub mod message;
mod plural;
mod sets;
#[cfg(test)]
mod tests;

pub use calendar::{Calendar, Clock, Day};
pub use fill::fill;
pub use language::Language;
pub use plural::plural;
pub use sets::{
    Accessibility, Consents, Doctor, Embedding, Errors, Mails, Operating, Organiser, Organising, Pages,
    Proposing, Site,
};
