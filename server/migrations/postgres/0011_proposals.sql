-- What visitors propose, from the first step on. `id` is that of the initiative which it becomes: its row in `own_initiatives` is made when its
-- address has confirmed it. `sealed` is what was answered, the address and the words to whoever decides, encrypted. `email_h` names the address
-- as persons are named, without a row of theirs; NULL until one was typed. `version` counts the changes: what is confirmed is what was looked at.
CREATE TABLE proposals (
    id         TEXT    PRIMARY KEY,
    email_h    BYTEA,
    state      TEXT    NOT NULL,            -- `draft`, `sent` (waits for its confirmation), `kept` (is an initiative that is made here)
    version    BIGINT  NOT NULL,
    language   TEXT    NOT NULL,            -- of its pages and mails
    sealed     BYTEA   NOT NULL,
    created_at BIGINT  NOT NULL,
    changed_at BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL
);

CREATE INDEX proposals_by_email ON proposals (email_h);
CREATE INDEX proposals_by_state ON proposals (state);
CREATE INDEX proposals_by_expiry ON proposals (expires_at);

-- The addresses of pages that open one: of which browser it was begun in, and those that were mailed. Only a hash of each is kept.
CREATE TABLE proposal_links (
    hash     BYTEA   PRIMARY KEY,
    proposal TEXT    NOT NULL REFERENCES proposals ON DELETE CASCADE,
    is_own   BOOLEAN NOT NULL -- whether it was mailed to its address to be followed, not to be continued
);

CREATE INDEX proposal_links_by_proposal ON proposal_links (proposal);

-- What anybody can cause is counted by, and purged once it has been sent.
CREATE INDEX outbox_proposals ON outbox (created_at)
    WHERE kind IN ('proposal-confirm', 'proposal-resume', 'proposals-wait');
