-- Requests: sign-ups that their organiser accepts or declines, and what they offer of what is needed. Sign-ups from before are none.
CREATE TABLE decisions (
    email_h    BLOB    NOT NULL,
    id         TEXT    NOT NULL,    -- the sign-up's
    decision   TEXT    NOT NULL,    -- 'asked' until there is one, then 'accepted' or 'declined'
    at         INTEGER NOT NULL,    -- of the decision: names it to the mail that tells of it
    PRIMARY KEY (email_h, id),
    FOREIGN KEY (email_h, id) REFERENCES signups ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- An organiser names a request by its id alone.
CREATE INDEX decisions_by_id ON decisions (id);

CREATE TABLE offers (
    email_h    BLOB    NOT NULL,
    id         TEXT    NOT NULL,    -- the sign-up's
    need       TEXT    NOT NULL,
    initiative TEXT    NOT NULL,    -- the sign-up's: what is accepted of a need is counted from here alone
    quantity   INTEGER NOT NULL,
    needed     INTEGER,             -- how many the feed said were needed when the form came; NULL: nobody counts
    accepted   INTEGER NOT NULL,    -- how many of them the organiser has accepted
    PRIMARY KEY (email_h, id, need),
    FOREIGN KEY (email_h, id) REFERENCES signups ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX offers_by_need ON offers (initiative, need);

-- What was accepted of sign-ups that were kept long enough: what is still needed does not rise when they go. Of each need a number, and
-- nobody's. Whoever leaves, or is erased, gives theirs back instead.
CREATE TABLE need_totals (
    initiative TEXT    NOT NULL,
    need       TEXT    NOT NULL,
    accepted   INTEGER NOT NULL,
    PRIMARY KEY (initiative, need)
) STRICT, WITHOUT ROWID;
