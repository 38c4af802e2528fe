-- What an operator settles in pages instead of in a file. All of it is sealed: a feed's address may have a key in it, a mail server's a password.

CREATE TABLE added_feeds (
    id       TEXT    PRIMARY KEY,
    sealed   BYTEA   NOT NULL,            -- address, and what the columns of a table are: encrypted
    added_at BIGINT  NOT NULL
);

-- One row a part: `controller`, `mail`, `back-up`.
CREATE TABLE made_settings (
    part       TEXT    PRIMARY KEY,
    sealed     BYTEA   NOT NULL,          -- encrypted
    changed_at BIGINT  NOT NULL
);

-- Links that make the first operator, while there is none. Only a hash of each is kept.
CREATE TABLE first_links (
    hash       BYTEA   PRIMARY KEY,
    expires_at BIGINT  NOT NULL
);
