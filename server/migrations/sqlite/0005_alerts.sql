-- Alerts: "tell me when there is something near me". An alert is a row of `signups` whose initiative is empty, with all that sign-ups have.
--
-- When each initiative of the feeds was seen first, by any server: what is new. 0: it was there when the first was looked for.
-- It stays when the initiative goes, for a feed that fails and comes back brings nothing new.
CREATE TABLE sightings (
    initiative TEXT    PRIMARY KEY,
    seen_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sightings_by_time ON sightings (seen_at);
-- When each person was told what is new: once a week at most.
CREATE INDEX outbox_news ON outbox (email_h, created_at) WHERE kind = 'news';
