//! A feed: the initiatives of one publisher, and what was wrong with it.

use serde::{Deserialize, Serialize};

use crate::initiative::Initiative;

/// A feed that has been read.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(transform = crate::schema::require("initiatives")))]
#[serde(rename_all = "camelCase")]
pub struct Feed {
    /// Version of the format: `"1"`.
    #[serde(rename = "alentour")]
    pub version: String,
    /// Name of the feed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Language of its texts (a BCP 47 tag).
    #[serde(rename = "inLanguage", skip_serializing_if = "String::is_empty")]
    pub language: String,
    /// The IANA time zone of dates that name none; `Europe/Paris` unless said otherwise.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub time_zone: String,
    /// The initiatives, in the feed's order.
    pub initiatives: Vec<Initiative>,
}

impl Feed {
    /// The version of the format that this code reads and writes.
    pub const VERSION: &'static str = "1";
}

/// Something in a feed that was not as it should be, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Position of the item in the feed, from 0; absent for the feed itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub item: Option<usize>,
    /// Identifier of the item, where it has one.
    pub id: String,
    /// Path of the field within the item, such as `sessions.0.startDate`.
    pub field: String,
    /// What is wrong.
    pub problem: Problem,
    /// The value that was found, shortened to 80 characters.
    pub value: String,
}

/// What findings are told to.
pub trait Notes {
    /// Whether findings are kept at all; where not, nothing is spent on wording them.
    const KEPT: bool;
    /// Takes a finding.
    fn note(&mut self, finding: impl FnOnce() -> Finding);
}

impl Notes for Vec<Finding> {
    const KEPT: bool = true;

    fn note(&mut self, finding: impl FnOnce() -> Finding) {
        self.push(finding());
    }
}

/// Keeps no findings: a visitor can do nothing about them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unnoted;

impl Notes for Unnoted {
    const KEPT: bool = false;

    fn note(&mut self, _: impl FnOnce() -> Finding) {}
}

/// What can be wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Problem {
    /// The item is no JSON object. It is left out.
    NotAnObject,
    /// The item has no identifier. It is left out.
    NoId,
    /// Another item before it has the same identifier. It is left out.
    SameId,
    /// The item has no title. It is left out.
    NoName,
    /// The item says itself that it was deleted, cancelled or not accepted. It is left out.
    Withdrawn,
    /// Not text. The field is left out.
    NotText,
    /// Not a number in the range that the field allows. The field is left out.
    NotANumber,
    /// Not a date that exists. The field (for a start: the session) is left out.
    NotADate,
    /// The end is before the start. The end is left out.
    EndsBeforeStart,
    /// Not a link that may be shown. The field is left out.
    NotALink,
    /// Not a position on Earth, or 0, 0. The point is left out.
    NotAPoint,
    /// A word that the vocabulary does not have. The default is used.
    UnknownWord,
    /// Longer than allowed. The rest is cut off.
    TooLong,
    /// A place, session, question or consent without what makes it one. It is left out.
    Incomplete,
    /// A date or time that named no time zone. The feed's is used.
    NoTimeZone,
    /// Repaired: what was meant was clear.
    Repaired,
    /// The feed does not say what this is: it was guessed, and should be confirmed.
    Guessed,
    /// The feed breaks off or cannot be read beyond here. What is before is read.
    BreaksOff,
    /// More of them than are read. The rest is left out.
    TooMany,
    /// JSON with comments, which JSON does not have. They are skipped.
    Comment,
    /// JSON with a comma behind the last entry, or with two in a row. They are skipped.
    StrayComma,
    /// `NaN` or `Infinity`, which JSON does not have. Nothing is read in its place.
    NotFinite,
    /// An object has a field twice. The last one is read, as most software does.
    SameField,
    /// A number that most software cannot keep exactly (beyond 2^53). An identifier should be text.
    LargeNumber,
    /// Half a character (a lone surrogate) or a raw control character in a text. It is replaced or kept as a space.
    BrokenText,
}

impl Problem {
    /// Whether the whole item was left out.
    pub fn costs_the_item(self) -> bool {
        matches!(self, Self::NotAnObject | Self::NoId | Self::SameId | Self::NoName | Self::Withdrawn)
    }
}
