//! The tables as both kinds of database have them: what back-ups and moves copy.

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// Bytes.
    Bytes,
    /// UTF-8.
    Text,
    /// A 64-bit integer.
    Integer,
    /// Yes or no.
    Flag,
}

/// A value of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Bytes, or nothing.
    Bytes(Option<Vec<u8>>),
    /// UTF-8, or nothing.
    Text(Option<String>),
    /// A 64-bit integer, or nothing.
    Integer(Option<i64>),
    /// Yes or no.
    Flag(bool),
}

/// A table that is copied.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [(&'static str, Type)],
}

impl Table {
    /// `a, b, c`
    pub fn column_names(&self) -> String {
        self.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }
}

use Type::{Bytes, Flag, Integer, Text};

/// The table of the persons' keys, which back-ups keep apart from all the rest.
pub const PERSONS: Table =
    Table { name: "persons", columns: &[("email_h", Bytes), ("wrapped", Bytes), ("created_at", Integer)] };

/// All of them, in an order in which their references hold. `meta` is not among them: a secret belongs to its installation.
pub const TABLES: &[Table] = &[
    PERSONS,
    Table {
        name: "signups",
        columns: &[
            ("email_h", Bytes),
            ("initiative", Text),
            ("idem", Text),
            ("session", Text),
            ("party", Integer),
            ("sealed", Bytes),
            ("language", Text),
            ("received_at", Integer),
            ("confirmed_at", Integer),
            ("expires_at", Integer),
            ("keep_until", Integer),
        ],
    },
    Table {
        name: "consents",
        columns: &[
            ("email_h", Bytes),
            ("initiative", Text),
            ("consent", Text),
            ("version", Text),
            ("text", Text),
            ("purpose", Text),
            ("language", Text),
            ("given", Flag),
            ("at", Integer),
            ("withdrawn_at", Integer),
        ],
    },
    Table {
        name: "seats",
        columns: &[("initiative", Text), ("session", Text), ("capacity", Integer), ("taken", Integer)],
    },
    Table {
        name: "answered",
        columns: &[
            ("email_h", Bytes),
            ("idem", Text),
            ("initiative", Text),
            ("request_h", Bytes),
            ("at", Integer),
        ],
    },
    Table { name: "spent", columns: &[("challenge", Bytes), ("expires_at", Integer)] },
    Table {
        name: "outbox",
        columns: &[
            ("email_h", Bytes),
            ("id", Text),
            ("initiative", Text),
            ("kind", Text),
            ("sink", Text),
            ("detail", Text),
            ("created_at", Integer),
            ("next_at", Integer),
            ("attempts", Integer),
            ("error", Text),
            ("sent_at", Integer),
            ("dead_at", Integer),
        ],
    },
    Table {
        name: "tokens",
        columns: &[
            ("email_h", Bytes),
            ("hash", Bytes),
            ("initiative", Text),
            ("purpose", Text),
            ("expires_at", Integer),
            ("used_at", Integer),
        ],
    },
];
