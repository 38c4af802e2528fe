-- A row for each form that was accepted, not one a person and initiative: what somebody else typed with a person's address
-- stands beside what the person typed, until the person confirms the one or the other. Seats that wait for a confirmation
-- are held for a time of their own. Events about a sign-up are numbered, and mails that went out are counted by a log.
--
-- Version 1's tables are put aside under other names. The server carries their rows over when it opens the database, for
-- the ids of sign-ups are made with the secret (`store/upgrade.rs`), and drops them.
ALTER TABLE outbox RENAME TO v1_outbox;
ALTER TABLE answered RENAME TO v1_answered;
ALTER TABLE consents RENAME TO v1_consents;
ALTER TABLE signups RENAME TO v1_signups;
DROP INDEX outbox_due;
DROP INDEX answered_by_key;
DROP INDEX signups_by_initiative;
DROP INDEX signups_by_expiry;
INSERT INTO meta (name, value) VALUES ('upgrade_from', X'31');

CREATE TABLE signups (
    email_h      BLOB    NOT NULL REFERENCES persons ON DELETE CASCADE,
    id           TEXT    NOT NULL,    -- names it to those outside: random
    initiative   TEXT    NOT NULL,
    request_h    BLOB    NOT NULL,    -- HMAC of the request: the same form twice is stored once
    session      TEXT,                -- the shift or date chosen, where the initiative has some
    party        INTEGER NOT NULL,    -- people this sign-up stands for
    sealed       BLOB    NOT NULL,    -- names, address, answers: encrypted
    language     TEXT    NOT NULL,    -- of the form that was filled in
    received_at  INTEGER NOT NULL,
    pending      INTEGER NOT NULL CHECK (pending IN (0, 1)),    -- an attempt: waits for its person
    confirmed_at INTEGER,             -- when its person confirmed it
    change_id    TEXT,                -- the attempt whose contents it has since it was changed
    expires_at   INTEGER NOT NULL,    -- when it is purged as things are
    keep_until   INTEGER NOT NULL,    -- when it is purged once it has been confirmed
    sequence     INTEGER NOT NULL DEFAULT 0,    -- number of the last event about it
    PRIMARY KEY (email_h, id)
) STRICT;

-- Exports and counts go by initiative, in the order in which people came.
CREATE INDEX signups_by_initiative ON signups (initiative, received_at, email_h, id);
CREATE INDEX signups_by_expiry ON signups (expires_at);
-- What a person has for an initiative. Without it SQLite would look through all that others have for it.
CREATE INDEX signups_by_person ON signups (email_h, initiative);
CREATE UNIQUE INDEX signups_confirmed ON signups (email_h, initiative) WHERE confirmed_at IS NOT NULL;

-- The receipt for each consent that the form asked for, given or not: the exact text, which version, in which
-- language, when. It says what was agreed to even after the organiser has changed the wording.
CREATE TABLE consents (
    email_h      BLOB    NOT NULL,
    id           TEXT    NOT NULL,
    consent      TEXT    NOT NULL,
    version      TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    purpose      TEXT    NOT NULL,
    language     TEXT    NOT NULL,
    given        INTEGER NOT NULL CHECK (given IN (0, 1)),
    at           INTEGER NOT NULL,
    withdrawn_at INTEGER,
    PRIMARY KEY (email_h, id, consent),
    FOREIGN KEY (email_h, id) REFERENCES signups ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Seats that a form holds until `expires_at`, whether its address was known or not, and whatever becomes of it. `seats`
-- has those of the sign-ups that count. `email_h` is zeros once the person was erased.
CREATE TABLE holds (
    email_h    BLOB    NOT NULL,
    id         TEXT    NOT NULL,
    initiative TEXT    NOT NULL,
    session    TEXT    NOT NULL,
    party      INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (email_h, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX holds_by_session ON holds (initiative, session, expires_at);
CREATE INDEX holds_by_expiry ON holds (expires_at);

-- Idempotency keys that were answered, kept for a day whatever becomes of the sign-up. `request_h` is an
-- HMAC of the request: the same key with another one is refused, not answered with the first one's result.
CREATE TABLE answered (
    email_h    BLOB    NOT NULL REFERENCES persons ON DELETE CASCADE,
    idem       TEXT    NOT NULL,
    initiative TEXT    NOT NULL,
    request_h  BLOB    NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (email_h, idem)
) STRICT, WITHOUT ROWID;

-- A key is looked up before the address is: someone may correct the address and send the same key.
CREATE INDEX answered_by_key ON answered (idem);

-- Messages to be sent, written in the transaction that causes them, each to one recipient (`sink` names a webhook or the
-- like; empty for the person). `id` is the same for each delivery, so that recipients can tell a repeat. No foreign key:
-- that somebody was erased is itself a message, of which `email_h` is then zeros.
CREATE TABLE outbox (
    email_h    BLOB    NOT NULL,
    id         TEXT    NOT NULL,            -- random
    initiative TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    sink       TEXT    NOT NULL,
    signup     TEXT    NOT NULL,            -- the sign-up it is about; empty: none in particular
    sequence   INTEGER NOT NULL,            -- of an event: its number among those about the sign-up; 0: a mail to the person
    detail     TEXT    NOT NULL,            -- a JSON object without anything personal
    created_at INTEGER NOT NULL,
    next_at    INTEGER NOT NULL,            -- not to be tried before
    attempts   INTEGER NOT NULL DEFAULT 0,
    error      TEXT,                        -- of the last delivery
    sent_at    INTEGER,
    dead_at    INTEGER,                     -- given up, until somebody retries it by hand
    PRIMARY KEY (email_h, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX outbox_due ON outbox (next_at) WHERE sent_at IS NULL AND dead_at IS NULL;
-- Events about one sign-up go to a sink one after the other.
CREATE INDEX outbox_order ON outbox (email_h, signup, sink, sequence) WHERE sent_at IS NULL AND dead_at IS NULL;
-- Links that somebody asked for with an address that nobody signed up with: to be purged.
CREATE INDEX outbox_access ON outbox (created_at) WHERE kind = 'access';

-- The mails that went out, a week long, whatever has been erased since: nobody's mailbox is filled by signing up and
-- erasing in turn. `id` is the message's.
CREATE TABLE sends (
    email_h BLOB    NOT NULL,
    id      TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (email_h, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX sends_by_time ON sends (at);
