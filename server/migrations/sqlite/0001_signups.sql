-- Who has signed up for what, what they agreed to, the seats that are taken and the messages that are owed.
--
-- A person is named by `email_h`, an HMAC-SHA256 of the normalised address with the secret in `meta`. It leads each
-- key, which spreads one popular initiative evenly over a sharded PostgreSQL later (its unique keys must contain the
-- distribution column), and lets messages and receipts refer to a person without repeating the address.
--
-- Times are seconds since 1970-01-01T00:00:00Z.

-- What the installation knows of itself: `secret`, and whatever else is one value.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- One row a person and initiative. `idem` is the idempotency key of the request that made it.
CREATE TABLE signups (
    email_h     BLOB    NOT NULL,
    initiative  TEXT    NOT NULL,
    idem        TEXT    NOT NULL,
    session     TEXT,                -- the shift or date chosen, where the initiative has some
    party       INTEGER NOT NULL,    -- people this sign-up stands for
    given_name  TEXT    NOT NULL,
    family_name TEXT    NOT NULL,
    email       TEXT    NOT NULL,    -- as it was typed: mail goes there
    telephone   TEXT,
    postal_code TEXT,
    message     TEXT,
    answers     TEXT    NOT NULL,    -- a JSON object: the organiser's questions by id
    language    TEXT    NOT NULL,    -- of the form that was filled in
    received_at INTEGER NOT NULL,
    PRIMARY KEY (email_h, initiative),
    UNIQUE (email_h, idem)
) STRICT;

-- Exports and counts go by initiative, in the order in which people came.
CREATE INDEX signups_by_initiative ON signups (initiative);

-- The receipt for each consent that the form asked for, given or not: the exact text, which version, in which
-- language, when. It says what was agreed to even after the organiser has changed the wording.
CREATE TABLE consents (
    email_h    BLOB    NOT NULL,
    initiative TEXT    NOT NULL,
    consent    TEXT    NOT NULL,
    version    TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    purpose    TEXT    NOT NULL,
    language   TEXT    NOT NULL,
    given      INTEGER NOT NULL CHECK (given IN (0, 1)),
    at         INTEGER NOT NULL,
    PRIMARY KEY (email_h, initiative, consent),
    FOREIGN KEY (email_h, initiative) REFERENCES signups ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Seats taken of each session that has a limit. The limit is the feed's, as of the latest sign-up.
CREATE TABLE seats (
    initiative TEXT    NOT NULL,
    session    TEXT    NOT NULL,
    capacity   INTEGER NOT NULL,
    taken      INTEGER NOT NULL DEFAULT 0 CHECK (taken >= 0),
    PRIMARY KEY (initiative, session)
) STRICT, WITHOUT ROWID;

-- Idempotency keys that were answered, those of repeated sign-ups too, kept as long as the sign-up. `request_h` is an
-- HMAC of the request: the same key with another one is refused, not answered with the first one's result.
CREATE TABLE answered (
    email_h    BLOB    NOT NULL,
    idem       TEXT    NOT NULL,
    initiative TEXT    NOT NULL,
    request_h  BLOB    NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (email_h, idem),
    FOREIGN KEY (email_h, initiative) REFERENCES signups ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- A key is looked up before the address is: someone may correct the address and send the same key.
CREATE INDEX answered_by_key ON answered (idem);

-- Messages owed, written in the transaction that owes them. `received`: tell the person that it arrived, one a
-- sign-up. `again`: they signed up once more and chose differently (`detail`, a JSON object); the answer must not
-- tell strangers that the address was known, so the difference is settled by mail. The latest one counts.
CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY,
    email_h    BLOB    NOT NULL,
    initiative TEXT    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('received', 'again')),
    detail     TEXT    NOT NULL DEFAULT '{}',
    created_at INTEGER NOT NULL,
    sent_at    INTEGER,
    UNIQUE (email_h, initiative, kind),
    FOREIGN KEY (email_h, initiative) REFERENCES signups ON DELETE CASCADE
) STRICT;
