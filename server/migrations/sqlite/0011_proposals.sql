-- What visitors propose, from the first step on. `id` is that of the initiative which it becomes: its row in `own_initiatives` is made when its
-- address has confirmed it. `sealed` is what was answered, the address and the words to whoever decides, encrypted. `email_h` names the address
-- as persons are named, without a row of theirs; NULL until one was typed. `version` counts the changes: what is confirmed is what was looked at.
CREATE TABLE proposals (
    id         TEXT    PRIMARY KEY,
    email_h    BLOB,
    state      TEXT    NOT NULL,            -- `draft`, `sent` (waits for its confirmation), `kept` (is an initiative that is made here)
    version    INTEGER NOT NULL,
    language   TEXT    NOT NULL,            -- of its pages and mails
    sealed     BLOB    NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE INDEX proposals_by_email ON proposals (email_h);
CREATE INDEX proposals_by_state ON proposals (state);
CREATE INDEX proposals_by_expiry ON proposals (expires_at);

-- The addresses of pages that open one: of which browser it was begun in, and those that were mailed. Only a hash of each is kept.
CREATE TABLE proposal_links (
    hash     BLOB    PRIMARY KEY,
    proposal TEXT    NOT NULL REFERENCES proposals ON DELETE CASCADE,
    is_own   INTEGER NOT NULL CHECK (is_own IN (0, 1)) -- whether it was mailed to its address to be followed, not to be continued
) STRICT, WITHOUT ROWID;

CREATE INDEX proposal_links_by_proposal ON proposal_links (proposal);

-- What anybody can cause is counted by, and purged once it has been sent.
CREATE INDEX outbox_proposals ON outbox (created_at)
    WHERE kind IN ('proposal-confirm', 'proposal-resume', 'proposals-wait');
