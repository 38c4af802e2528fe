-- Whether mails about a place are still to be owed: whoever said it may have been stopped before all were.
ALTER TABLE venues ADD COLUMN is_owed BOOLEAN NOT NULL DEFAULT FALSE;

CREATE INDEX venues_owed ON venues (changed_at) WHERE is_owed;

-- What is to be sent to persons, and to sinks, is found without a walk past thousands of mails of one message to many.
CREATE INDEX outbox_persons ON outbox (next_at, email_h, id)
    WHERE sent_at IS NULL AND dead_at IS NULL AND sink = '' AND kind <> 'written';
CREATE INDEX outbox_sinks ON outbox (next_at, email_h, id)
    WHERE sent_at IS NULL AND dead_at IS NULL AND sink <> '';
-- How far such a message is.
CREATE INDEX outbox_unsent ON outbox (initiative, kind) WHERE sent_at IS NULL;

-- Looked at every few seconds.
CREATE INDEX broadcasts_open ON broadcasts (created_at, id) WHERE reached_at IS NOT NULL;

-- What an account has done: how often it has invited somebody, and whether it was ever used.
CREATE INDEX trail_by_account ON trail (account, at);
