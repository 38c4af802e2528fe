-- A sign-up may be for several sessions, each with a state of its own, and one address may sign up several people, each
-- under a name. A session that is full has a waiting list.
--
-- The names of the participants that are there are sealed: the server names them when it opens the database
-- (`store/upgrade.rs`). Until then `participant_h` is empty.
INSERT INTO meta (name, value) VALUES ('name_participants', '\x31') ON CONFLICT DO NOTHING;

-- What a sign-up has of a session: `asked` of an attempt, `active`, `waiting` for a seat, `offered` one that must be
-- accepted until `decide_by`, or `cancelled`. Active and offered ones take the seats of their party.
CREATE TABLE attendances (
    email_h    BYTEA   NOT NULL,
    id         TEXT    NOT NULL,    -- the sign-up's
    session    TEXT    NOT NULL,
    initiative TEXT    NOT NULL,    -- the sign-up's, and its party: a session's are counted and promoted from here alone
    party      BIGINT  NOT NULL,
    may_wait   BOOLEAN NOT NULL,    -- whether the form accepts a place on the waiting list
    state      TEXT    NOT NULL,
    since      BIGINT  NOT NULL,    -- of one that waits: its place in the line
    decide_by  BIGINT,             -- of an offered one
    PRIMARY KEY (email_h, id, session),
    FOREIGN KEY (email_h, id) REFERENCES signups ON DELETE CASCADE
);

INSERT INTO attendances (email_h, id, session, initiative, party, may_wait, state, since)
SELECT email_h, id, session, initiative, party, FALSE, CASE WHEN pending THEN 'asked' ELSE 'active' END, received_at
FROM signups WHERE session IS NOT NULL;

CREATE INDEX attendances_by_session ON attendances (initiative, session, state, since);
-- What a freed seat, or the end of an offer, is looked for in.
CREATE INDEX attendances_in_line ON attendances (initiative, session) WHERE state IN ('waiting', 'offered');

ALTER TABLE signups DROP COLUMN session;
ALTER TABLE signups ADD COLUMN participant_h BYTEA;    -- HMAC of the participant's name: whose sign-up it is at that address
DROP INDEX signups_confirmed;
CREATE UNIQUE INDEX signups_confirmed ON signups (email_h, initiative, participant_h) WHERE confirmed_at IS NOT NULL;

-- When the session begins: an offer must be answered before.
ALTER TABLE seats ADD COLUMN starts_at BIGINT;

-- A link may be for one sign-up alone; empty: for all of the person's.
ALTER TABLE tokens ADD COLUMN signup TEXT NOT NULL DEFAULT '';

-- A form holds seats of several sessions, or places on waiting lists.
ALTER TABLE holds RENAME TO v2_holds;
DROP INDEX holds_by_session;
DROP INDEX holds_by_expiry;
CREATE TABLE holds (
    email_h    BYTEA   NOT NULL,
    id         TEXT    NOT NULL,
    session    TEXT    NOT NULL,
    initiative TEXT    NOT NULL,
    participant_h BYTEA,        -- whose at that address; nothing once the person was erased
    party      BIGINT  NOT NULL,
    waiting    BOOLEAN NOT NULL,    -- a place on the waiting list, which takes no seat
    expires_at BIGINT  NOT NULL,
    PRIMARY KEY (email_h, id, session)
);
INSERT INTO holds (email_h, id, session, initiative, party, waiting, expires_at)
SELECT email_h, id, session, initiative, party, FALSE, expires_at FROM v2_holds;
DROP TABLE v2_holds;
CREATE INDEX holds_by_session ON holds (initiative, session, expires_at);
CREATE INDEX holds_by_expiry ON holds (expires_at);
