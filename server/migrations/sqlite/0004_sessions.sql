-- What a session said when somebody signed up for it, so that a feed that moves it moves them with it and they are told.
-- Of each initiative that somebody takes part in, all sessions to come: what is new is told from what was there before.
CREATE TABLE sessions (
    initiative TEXT    NOT NULL,
    session    TEXT    NOT NULL,    -- its name in the feed today
    uid        TEXT    NOT NULL,    -- its first name, by which calendars know it; with `+` behind it where another one had it before
    sequence   INTEGER NOT NULL,    -- counts its changes: whoever changes it says which number they have seen
    starts     TEXT    NOT NULL,    -- as feeds write it, a date alone for a whole day; empty: not known
    ends       TEXT,
    place      TEXT,                -- in words; NULL: not known
    starts_at  INTEGER NOT NULL,    -- UTC seconds; 0: not known
    changed_at INTEGER NOT NULL,    -- of the last change
    gone_since INTEGER,             -- since when the feed has had it no more
    previous   TEXT,                -- its name and what it said before its last change
    PRIMARY KEY (initiative, session)
) STRICT, WITHOUT ROWID;

CREATE INDEX sessions_by_start ON sessions (starts_at);

-- The reminders that were owed, one for each start; with 0 for a start: its person wants none.
CREATE TABLE reminders (
    email_h   BLOB    NOT NULL,
    id        TEXT    NOT NULL,    -- the sign-up's
    starts_at INTEGER NOT NULL,
    PRIMARY KEY (email_h, id, starts_at),
    FOREIGN KEY (email_h, id) REFERENCES signups ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
