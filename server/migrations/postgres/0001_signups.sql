-- Who has signed up for what, what they agreed to, the seats that are taken and the messages that are owed.
--
-- A person is named by `email_h`, an HMAC-SHA256 of the normalised address with the installation's secret. It leads each
-- key, which spreads one popular initiative evenly over a sharded PostgreSQL (whose unique keys must contain the
-- distribution column), and lets messages and receipts refer to a person without repeating the address.
--
-- What people wrote is in `signups.sealed` and nowhere else, encrypted with a key of their own: `persons.wrapped`, itself
-- encrypted with the secret, which is not in the database. Without the row of `persons` nobody can read the person's
-- sign-ups any more, wherever a copy of them may be.
--
-- Times are seconds since 1970-01-01T00:00:00Z. The SQLite set has the same tables; change both.

-- What the installation knows of itself: `secret_check`, by which a wrong secret is noticed.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value BYTEA NOT NULL
);

CREATE TABLE persons (
    email_h    BYTEA   PRIMARY KEY,
    wrapped    BYTEA   NOT NULL,
    created_at BIGINT  NOT NULL
);

-- One row a person and initiative. `idem` is the idempotency key of the request that made it.
CREATE TABLE signups (
    email_h      BYTEA   NOT NULL REFERENCES persons ON DELETE CASCADE,
    initiative   TEXT    NOT NULL,
    idem         TEXT    NOT NULL,
    session      TEXT,                -- the shift or date chosen, where the initiative has some
    party        BIGINT  NOT NULL,    -- people this sign-up stands for
    sealed       BYTEA   NOT NULL,    -- names, address, answers: encrypted
    language     TEXT    NOT NULL,    -- of the form that was filled in
    received_at  BIGINT  NOT NULL,
    confirmed_at BIGINT,             -- when the mailed link was used
    expires_at   BIGINT  NOT NULL,    -- when it is purged as things are
    keep_until   BIGINT  NOT NULL,    -- when it is purged once it has been confirmed
    PRIMARY KEY (email_h, initiative),
    UNIQUE (email_h, idem)
);

-- Exports and counts go by initiative, in the order in which people came.
CREATE INDEX signups_by_initiative ON signups (initiative, received_at, email_h);
CREATE INDEX signups_by_expiry ON signups (expires_at);

-- The receipt for each consent that the form asked for, given or not: the exact text, which version, in which
-- language, when. It says what was agreed to even after the organiser has changed the wording.
CREATE TABLE consents (
    email_h      BYTEA   NOT NULL,
    initiative   TEXT    NOT NULL,
    consent      TEXT    NOT NULL,
    version      TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    purpose      TEXT    NOT NULL,
    language     TEXT    NOT NULL,
    given        BOOLEAN NOT NULL,
    at           BIGINT  NOT NULL,
    withdrawn_at BIGINT,
    PRIMARY KEY (email_h, initiative, consent),
    FOREIGN KEY (email_h, initiative) REFERENCES signups ON DELETE CASCADE
);

-- Seats taken of each session that has a limit. The limit is the feed's, as of the latest sign-up.
CREATE TABLE seats (
    initiative TEXT    NOT NULL,
    session    TEXT    NOT NULL,
    capacity   BIGINT  NOT NULL,
    taken      BIGINT  NOT NULL DEFAULT 0 CHECK (taken >= 0),
    PRIMARY KEY (initiative, session)
);

-- Idempotency keys that were answered, those of repeated sign-ups too, kept as long as the sign-up. `request_h` is an
-- HMAC of the request: the same key with another one is refused, not answered with the first one's result.
CREATE TABLE answered (
    email_h    BYTEA   NOT NULL,
    idem       TEXT    NOT NULL,
    initiative TEXT    NOT NULL,
    request_h  BYTEA   NOT NULL,
    at         BIGINT  NOT NULL,
    PRIMARY KEY (email_h, idem),
    FOREIGN KEY (email_h, initiative) REFERENCES signups ON DELETE CASCADE
);

-- A key is looked up before the address is: someone may correct the address and send the same key.
CREATE INDEX answered_by_key ON answered (idem);

-- Challenges that were used, until they expire: a solution is good for one sign-up.
CREATE TABLE spent (
    challenge  BYTEA   PRIMARY KEY,
    expires_at BIGINT  NOT NULL
);

-- Messages owed, written in the transaction that owes them, each to one recipient (`sink` names a webhook or the like;
-- empty for the person). `id` is the same for each attempt, so that recipients can tell a repeat. No foreign key: that
-- somebody was erased is itself a message owed, of which `email_h` is then empty.
CREATE TABLE outbox (
    email_h    BYTEA   NOT NULL,
    id         TEXT    NOT NULL,
    initiative TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    sink       TEXT    NOT NULL,
    detail     TEXT    NOT NULL,            -- a JSON object without anything personal
    created_at BIGINT  NOT NULL,
    next_at    BIGINT  NOT NULL,            -- not to be tried before
    attempts   BIGINT  NOT NULL DEFAULT 0,
    error      TEXT,                        -- of the last attempt
    sent_at    BIGINT,
    dead_at    BIGINT,                     -- given up, until somebody retries it by hand
    PRIMARY KEY (email_h, id)
);

CREATE INDEX outbox_due ON outbox (next_at) WHERE sent_at IS NULL AND dead_at IS NULL;

-- What a mailed link stands for. Only a hash of the link's 256 random bits is kept.
CREATE TABLE tokens (
    email_h    BYTEA   NOT NULL,
    hash       BYTEA   NOT NULL,
    initiative TEXT    NOT NULL,            -- empty: all of the person's
    purpose    TEXT    NOT NULL,
    expires_at BIGINT  NOT NULL,
    used_at    BIGINT,
    PRIMARY KEY (email_h, hash),
    FOREIGN KEY (email_h) REFERENCES persons ON DELETE CASCADE
);

CREATE INDEX tokens_by_hash ON tokens (hash);
