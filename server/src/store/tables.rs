//! The tables as both kinds of database have them: what back-ups and moves copy.

use super::Digest;

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

/// A value of a column, or a parameter of a statement.
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

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(Some(bytes.to_vec()))
    }
}

impl From<&Digest> for Value {
    fn from(digest: &Digest) -> Self {
        Self::Bytes(Some(digest.to_vec()))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        Self::Text(text.map(str::to_owned))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(Some(number))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
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

/// All of them, in an order in which their references hold. `meta` is not among them: a secret belongs to its
/// installation.
pub const TABLES: &[Table] = &[
    PERSONS,
    SIGNUPS,
    CONSENTS,
    SIGNERS,
    UPDATES,
    COURSES,
    ATTENDANCES,
    DECISIONS,
    OFFERS,
    NEED_TOTALS,
    SESSIONS,
    REMINDERS,
    Table {
        name: "seats",
        columns: &[
            ("initiative", Text),
            ("session", Text),
            ("capacity", Integer),
            ("taken", Integer),
            ("starts_at", Integer),
        ],
    },
    HOLDS,
    ANSWERED,
    SPENT,
    OUTBOX,
    SENDS,
    SIGHTINGS,
    VENUES,
    ACCOUNTS,
    ROLES,
    API_TOKENS,
    REPORTS,
    TRAIL,
    CALLED_OFF,
    HIDDEN,
    PRESENCES,
    NOTES,
    BROADCASTS,
    OWN_INITIATIVES,
    ADDED_FEEDS,
    MADE_SETTINGS,
    PROPOSALS,
    PROPOSAL_LINKS,
    Table {
        name: "tokens",
        columns: &[
            ("email_h", Bytes),
            ("hash", Bytes),
            ("initiative", Text),
            ("purpose", Text),
            ("expires_at", Integer),
            ("used_at", Integer),
            ("signup", Text),
        ],
    },
];

/// The table of the forms that were accepted. Its first two columns name a row.
pub const SIGNUPS: Table = Table {
    name: "signups",
    columns: &[
        ("email_h", Bytes),
        ("id", Text),
        ("initiative", Text),
        ("request_h", Bytes),
        ("party", Integer),
        ("sealed", Bytes),
        ("language", Text),
        ("received_at", Integer),
        ("pending", Flag),
        ("confirmed_at", Integer),
        ("change_id", Text),
        ("expires_at", Integer),
        ("keep_until", Integer),
        ("sequence", Integer),
        ("participant_h", Bytes),
    ],
};

/// The table of what sign-ups have of sessions.
pub const ATTENDANCES: Table = Table {
    name: "attendances",
    columns: &[
        ("email_h", Bytes),
        ("id", Text),
        ("session", Text),
        ("initiative", Text),
        ("party", Integer),
        ("may_wait", Flag),
        ("state", Text),
        ("since", Integer),
        ("decide_by", Integer),
    ],
};

/// The table of what organisers decide about sign-ups.
pub const DECISIONS: Table = Table {
    name: "decisions",
    columns: &[("email_h", Bytes), ("id", Text), ("decision", Text), ("at", Integer)],
};

/// The table of what sign-ups offer.
pub const OFFERS: Table = Table {
    name: "offers",
    columns: &[
        ("email_h", Bytes),
        ("id", Text),
        ("need", Text),
        ("initiative", Text),
        ("quantity", Integer),
        ("needed", Integer),
        ("accepted", Integer),
    ],
};

/// The table of what was accepted of sign-ups that have expired.
pub const NEED_TOTALS: Table =
    Table { name: "need_totals", columns: &[("initiative", Text), ("need", Text), ("accepted", Integer)] };

/// The table of what sessions said.
pub const SESSIONS: Table = Table {
    name: "sessions",
    columns: &[
        ("initiative", Text),
        ("session", Text),
        ("uid", Text),
        ("sequence", Integer),
        ("starts", Text),
        ("ends", Text),
        ("place", Text),
        ("starts_at", Integer),
        ("changed_at", Integer),
        ("gone_since", Integer),
        ("previous", Text),
    ],
};

/// The table of the reminders that were owed.
pub const REMINDERS: Table =
    Table { name: "reminders", columns: &[("email_h", Bytes), ("id", Text), ("starts_at", Integer)] };

/// The table of the receipts for consents.
pub const CONSENTS: Table = Table {
    name: "consents",
    columns: &[
        ("email_h", Bytes),
        ("id", Text),
        ("consent", Text),
        ("version", Text),
        ("text", Text),
        ("purpose", Text),
        ("language", Text),
        ("given", Flag),
        ("at", Integer),
        ("withdrawn_at", Integer),
        ("used_for", Text),
    ],
};

/// The table of what was decided of those who agree to be named.
pub const SIGNERS: Table = Table {
    name: "signers",
    columns: &[("email_h", Bytes), ("id", Text), ("initiative", Text), ("state", Text), ("at", Integer)],
};

/// The table of the updates of petitions that were seen.
pub const UPDATES: Table = Table {
    name: "updates",
    columns: &[
        ("initiative", Text),
        ("update_id", Text),
        ("seen_at", Integer),
        ("reached_at", Integer),
        ("reached_id", Text),
    ],
};

/// The table of how many there were by day.
pub const COURSES: Table =
    Table { name: "courses", columns: &[("initiative", Text), ("day", Integer), ("total", Integer)] };

/// The table of the seats, and places in lines, that are held for a time.
pub const HOLDS: Table = Table {
    name: "holds",
    columns: &[
        ("email_h", Bytes),
        ("id", Text),
        ("session", Text),
        ("initiative", Text),
        ("participant_h", Bytes),
        ("party", Integer),
        ("waiting", Flag),
        ("expires_at", Integer),
    ],
};

/// The table of the idempotency keys.
pub const ANSWERED: Table = Table {
    name: "answered",
    columns: &[
        ("email_h", Bytes),
        ("idem", Text),
        ("initiative", Text),
        ("request_h", Bytes),
        ("at", Integer),
    ],
};

/// The table of the messages.
pub const OUTBOX: Table = Table {
    name: "outbox",
    columns: &[
        ("email_h", Bytes),
        ("id", Text),
        ("initiative", Text),
        ("kind", Text),
        ("sink", Text),
        ("signup", Text),
        ("sequence", Integer),
        ("detail", Text),
        ("created_at", Integer),
        ("next_at", Integer),
        ("attempts", Integer),
        ("error", Text),
        ("sent_at", Integer),
        ("dead_at", Integer),
    ],
};

/// The table of the mails that went out.
pub const SENDS: Table =
    Table { name: "sends", columns: &[("email_h", Bytes), ("id", Text), ("at", Integer)] };

/// The table of when initiatives were seen first.
pub const SIGHTINGS: Table =
    Table { name: "sightings", columns: &[("initiative", Text), ("seen_at", Integer)] };

/// The table of where participants meet.
pub const VENUES: Table = Table {
    name: "venues",
    columns: &[
        ("initiative", Text),
        ("session", Text),
        ("sealed", Bytes),
        ("changed_at", Integer),
        ("is_owed", Flag),
    ],
};

/// The table of those who organise. Who is signed in, and the links that do it, are not copied: one signs in anew.
pub const ACCOUNTS: Table = Table {
    name: "accounts",
    columns: &[
        ("account_h", Bytes),
        ("id", Text),
        ("sealed", Bytes),
        ("language", Text),
        ("is_operator", Flag),
        ("created_at", Integer),
        ("by_invitation", Flag),
        ("is_told", Flag),
        ("looked_at", Integer),
        ("told_at", Integer),
    ],
};

/// The table of what accounts may do.
pub const ROLES: Table = Table {
    name: "roles",
    columns: &[("account_h", Bytes), ("initiative", Text), ("role", Text), ("invited_as", Bytes)],
};

/// The table of the tokens by which programs act for accounts.
pub const API_TOKENS: Table = Table {
    name: "api_tokens",
    columns: &[
        ("hash", Bytes),
        ("id", Text),
        ("account_h", Bytes),
        ("name", Text),
        ("scopes", Text),
        ("initiative", Text),
        ("created_at", Integer),
        ("expires_at", Integer),
        ("used_at", Integer),
    ],
};

/// The table of what visitors report of initiatives.
pub const REPORTS: Table = Table {
    name: "reports",
    columns: &[
        ("id", Text),
        ("initiative", Text),
        ("email_h", Bytes),
        ("reason", Text),
        ("sealed", Bytes),
        ("at", Integer),
    ],
};

/// The table of dates that were called off here.
pub const CALLED_OFF: Table = Table {
    name: "called_off",
    columns: &[("initiative", Text), ("session", Text), ("starts_at", Integer), ("at", Integer)],
};

/// The table of initiatives of feeds that are not shown here.
pub const HIDDEN: Table = Table {
    name: "hidden",
    columns: &[("initiative", Text), ("title", Text), ("reason", Text), ("at", Integer)],
};

/// The table of what was done.
pub const TRAIL: Table = Table {
    name: "trail",
    columns: &[
        ("id", Text),
        ("at", Integer),
        ("account", Text),
        ("initiative", Text),
        ("action", Text),
        ("detail", Text),
    ],
};

/// The table of who was there.
pub const PRESENCES: Table = Table {
    name: "presences",
    columns: &[("email_h", Bytes), ("id", Text), ("session", Text), ("came", Integer), ("at", Integer)],
};

/// The table of what organisers note of sign-ups.
pub const NOTES: Table =
    Table { name: "notes", columns: &[("email_h", Bytes), ("id", Text), ("sealed", Bytes), ("at", Integer)] };

/// The table of what organisers write to many.
pub const BROADCASTS: Table = Table {
    name: "broadcasts",
    columns: &[
        ("id", Text),
        ("initiative", Text),
        ("session", Text),
        ("audience", Text),
        ("account", Text),
        ("sealed", Bytes),
        ("created_at", Integer),
        ("owed", Integer),
        ("sent", Integer),
        ("reached_at", Integer),
        ("reached_id", Text),
    ],
};

/// The table of the initiatives that are made here.
pub const OWN_INITIATIVES: Table = Table {
    name: "own_initiatives",
    columns: &[
        ("id", Text),
        ("version", Integer),
        ("status", Text),
        ("owner", Text),
        ("language", Text),
        ("content", Text),
        ("sealed", Bytes),
        ("created_at", Integer),
        ("changed_at", Integer),
    ],
};

/// The table of the feeds that are added in pages.
pub const ADDED_FEEDS: Table =
    Table { name: "added_feeds", columns: &[("id", Text), ("sealed", Bytes), ("added_at", Integer)] };

/// The table of what is settled in pages. The links that make the first operator are not copied.
pub const MADE_SETTINGS: Table =
    Table { name: "made_settings", columns: &[("part", Text), ("sealed", Bytes), ("changed_at", Integer)] };
/// The table of what visitors propose.
pub const PROPOSALS: Table = Table {
    name: "proposals",
    columns: &[
        ("id", Text),
        ("email_h", Bytes),
        ("state", Text),
        ("version", Integer),
        ("language", Text),
        ("sealed", Bytes),
        ("created_at", Integer),
        ("changed_at", Integer),
        ("expires_at", Integer),
    ],
};

/// The table of the addresses that open what visitors propose.
pub const PROPOSAL_LINKS: Table =
    Table { name: "proposal_links", columns: &[("hash", Bytes), ("proposal", Text), ("is_own", Flag)] };

/// The table of the challenges that were used.
pub const SPENT: Table = Table { name: "spent", columns: &[("challenge", Bytes), ("expires_at", Integer)] };
