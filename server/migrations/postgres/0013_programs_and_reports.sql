-- Tokens by which programs act for an account, and what visitors report of initiatives.

-- Only a hash of each token is kept. `scopes` are words with blanks between; `initiative` the one that it is for, or empty: for all that its
-- account may; `used_at` the beginning of the day on which it was used last.
CREATE TABLE api_tokens (
    hash       BYTEA   PRIMARY KEY,
    id         TEXT    NOT NULL,            -- names it in pages and on the command line
    account_h  BYTEA   NOT NULL REFERENCES accounts ON DELETE CASCADE,
    name       TEXT    NOT NULL,            -- that of a program
    scopes     TEXT    NOT NULL,
    initiative TEXT    NOT NULL,
    created_at BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL,
    used_at    BIGINT 
);

CREATE UNIQUE INDEX api_tokens_by_id ON api_tokens (id);
CREATE INDEX api_tokens_by_account ON api_tokens (account_h, created_at);

-- `email_h` is that of the address of whoever has reported it, where they gave one: empty else. It refers to no row of `persons`.
CREATE TABLE reports (
    id         TEXT    PRIMARY KEY,
    initiative TEXT    NOT NULL,
    email_h    BYTEA   NOT NULL,
    reason     TEXT    NOT NULL,            -- `wrong`, `hateful`, `dangerous`, `advertising`, `personal`, `other`
    sealed     BYTEA   NOT NULL,            -- what they wrote, and their address: encrypted
    at         BIGINT  NOT NULL
);

CREATE INDEX reports_by_initiative ON reports (initiative, at);
CREATE INDEX reports_by_person ON reports (email_h);
