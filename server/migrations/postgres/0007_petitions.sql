-- What the server itself does where a consent is given: 'signers' names who signs, 'updates' mails news. It stands with the receipt: another
-- use that the feed gives the same consent later is none that its person has agreed to.
ALTER TABLE consents ADD COLUMN used_for TEXT NOT NULL DEFAULT '';

CREATE INDEX consents_by_use ON consents (used_for, id, email_h) WHERE used_for <> '';

-- What was decided of those who agree to be named on a petition; who has no row waits for it. A sign-up whose contents are changed waits
-- again: its row goes.
CREATE TABLE signers (
    email_h    BYTEA   NOT NULL,
    id         TEXT    NOT NULL,    -- the sign-up's
    initiative TEXT    NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('approved', 'refused')),
    at         BIGINT  NOT NULL,
    PRIMARY KEY (email_h, id),
    FOREIGN KEY (email_h, id) REFERENCES signups ON DELETE CASCADE
);

CREATE INDEX signers_by_initiative ON signers (initiative, state, at, id);

-- The updates of petitions that any server has seen, and the decision, each by a hash of its day and words, a space, and its name: either
-- makes it known. Of each petition a row with an empty name says that it was looked at, and when one was to be told last: what was there
-- before is new to nobody. Rows stay when a petition goes, for a feed that fails and comes back brings nothing new.
-- Mails are owed in batches, in the order of the sign-ups, and the last one that was reached is noted with each.
CREATE TABLE updates (
    initiative TEXT    NOT NULL,
    update_id  TEXT    NOT NULL,
    seen_at    BIGINT  NOT NULL,
    reached_at BIGINT ,             -- when the last one had signed up; NULL: all have been told, or nobody is to be
    reached_h  BYTEA  ,
    reached_id TEXT,
    PRIMARY KEY (initiative, update_id)
);

CREATE INDEX updates_open ON updates (initiative, update_id) WHERE reached_at IS NOT NULL;

-- How many had signed or pledged, by day: what was counted last on it. A number of each petition and campaign, and nobody's.
CREATE TABLE courses (
    initiative TEXT    NOT NULL,
    day        BIGINT  NOT NULL,    -- days since 1970-01-01
    total      BIGINT  NOT NULL,
    PRIMARY KEY (initiative, day)
);

CREATE INDEX courses_by_day ON courses (day);
