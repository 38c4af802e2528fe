-- Who organises: accounts, how they sign in, what they may do, what they have done, and what they note of those who take part.
--
-- `account_h` is `email_h` of the account's address: it refers to no row of `persons`, so that whoever has their sign-ups erased keeps their
-- account, and an account that is removed costs nobody's sign-ups.

CREATE TABLE accounts (
    account_h   BLOB    PRIMARY KEY,
    id          TEXT    NOT NULL,            -- names it in pages and in the trail
    sealed      BLOB    NOT NULL,            -- address and name: encrypted
    language    TEXT    NOT NULL,
    is_operator INTEGER NOT NULL CHECK (is_operator IN (0, 1)),
    created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX accounts_by_id ON accounts (id);

-- What an account may do with one initiative: `organiser`, or `helper`. `invited_as` is the address as whoever invited them typed it, encrypted:
-- what the account itself says is not theirs to know.
CREATE TABLE roles (
    account_h  BLOB NOT NULL REFERENCES accounts ON DELETE CASCADE,
    initiative TEXT NOT NULL,
    role       TEXT NOT NULL,
    invited_as BLOB,
    PRIMARY KEY (account_h, initiative)
) STRICT, WITHOUT ROWID;

CREATE INDEX roles_by_initiative ON roles (initiative, account_h);

-- Mailed links that sign in, once. Only a hash of each is kept.
CREATE TABLE account_links (
    hash       BLOB    PRIMARY KEY,
    account_h  BLOB    NOT NULL REFERENCES accounts ON DELETE CASCADE,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX account_links_by_account ON account_links (account_h);

-- Browsers that are signed in. Only a hash of the cookie is kept. `began_at` is when its mailed link was used: a cookie that takes the
-- place of another one keeps it.
CREATE TABLE account_sessions (
    hash       BLOB    PRIMARY KEY,
    account_h  BLOB    NOT NULL REFERENCES accounts ON DELETE CASCADE,
    began_at   INTEGER NOT NULL,
    made_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX account_sessions_by_account ON account_sessions (account_h);

-- What was done by whom: `account` is the id of an account, or empty for the command line. `detail` is a JSON object without anything that
-- a participant wrote.
CREATE TABLE trail (
    id         TEXT    PRIMARY KEY,
    at         INTEGER NOT NULL,
    account    TEXT    NOT NULL,
    initiative TEXT    NOT NULL,
    action     TEXT    NOT NULL,
    detail     TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX trail_by_initiative ON trail (initiative, at, id);
CREATE INDEX trail_by_time ON trail (at);

-- Dates that an organiser has called off here, whatever the feed says. `starts_at` is when it was to begin: what the feed gives that name to
-- on another day is another date.
CREATE TABLE called_off (
    initiative TEXT NOT NULL,
    session    TEXT NOT NULL,
    starts_at  INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (initiative, session)
) STRICT, WITHOUT ROWID;

-- How many of a sign-up were there; no row: nobody has said.
CREATE TABLE presences (
    email_h BLOB    NOT NULL,
    id      TEXT    NOT NULL,
    session TEXT    NOT NULL,
    came    INTEGER NOT NULL CHECK (came >= 0),
    at      INTEGER NOT NULL,
    PRIMARY KEY (email_h, id, session),
    FOREIGN KEY (email_h, id) REFERENCES signups ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What organisers note of a sign-up, encrypted with its person's key.
CREATE TABLE notes (
    email_h BLOB    NOT NULL,
    id      TEXT    NOT NULL,
    sealed  BLOB    NOT NULL,
    at      INTEGER NOT NULL,
    PRIMARY KEY (email_h, id),
    FOREIGN KEY (email_h, id) REFERENCES signups ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What organisers write to many. `reached_at` and `reached_id` are the last sign-up, in the order of its time and id, that is owed its mail;
-- both empty once all are.
CREATE TABLE broadcasts (
    id         TEXT    PRIMARY KEY,
    initiative TEXT    NOT NULL,
    session    TEXT    NOT NULL,              -- empty: all
    audience   TEXT    NOT NULL,              -- who: `seated`, `waiting`, `all`
    account    TEXT    NOT NULL,              -- who wrote it, by the account's id
    sealed     BLOB    NOT NULL,              -- subject, text, and where replies go: encrypted
    created_at INTEGER NOT NULL,
    owed       INTEGER NOT NULL,              -- mails, as far as they were
    sent       INTEGER NOT NULL,
    reached_at INTEGER,
    reached_id TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX broadcasts_by_initiative ON broadcasts (initiative, created_at);

-- Organisers name a sign-up by its id alone.
CREATE INDEX signups_by_id ON signups (id);

-- Initiatives that are made here. `content` is what visitors see, as canonical JSON; `sealed` what only those who decide read: who has proposed
-- it, with which words, and what was answered. `version` counts what was done with the row: whoever decides has looked at one of them.
CREATE TABLE own_initiatives (
    id         TEXT    PRIMARY KEY,
    version    INTEGER NOT NULL,
    status     TEXT    NOT NULL,            -- `draft`, `waiting`, `asked_back`, `declined`, `published`, `withdrawn`
    owner      TEXT    NOT NULL,            -- the id of an account; empty: nobody's
    language   TEXT    NOT NULL,            -- of its texts
    content    TEXT    NOT NULL,
    sealed     BLOB    NOT NULL,            -- encrypted
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

CREATE INDEX own_initiatives_by_status ON own_initiatives (status, changed_at);
CREATE INDEX own_initiatives_by_owner ON own_initiatives (owner, changed_at);
