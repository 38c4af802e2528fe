//! How much of an address's query is read, whatever it asks for.

/// Bytes of a query that is read at all: each word of it is looked for in the whole feed.
pub const LONGEST: usize = 2048;
/// Bytes of a list of kinds or causes.
pub const LIST: usize = 300;
