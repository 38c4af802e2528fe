-- Whether an account is told by mail what is new of the initiatives that it organises; until when (UTC seconds) that was looked at in the
-- morning, and when it was owed such a mail last.

ALTER TABLE accounts ADD COLUMN is_told INTEGER NOT NULL DEFAULT 1 CHECK (is_told IN (0, 1));
ALTER TABLE accounts ADD COLUMN looked_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN told_at INTEGER NOT NULL DEFAULT 0;

-- What was before is no news.
UPDATE accounts SET looked_at = CAST(strftime('%s', 'now') AS INTEGER);

-- Looked at every few minutes.
CREATE INDEX decisions_asked ON decisions (email_h, id) WHERE decision = 'asked';
