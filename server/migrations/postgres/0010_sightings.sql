-- When a feed had each initiative last, give or take a month: what none has had for a year is forgotten. NULL: it was not looked for yet, as of
-- what an earlier version noted or a back-up brought back, which has no such column: the year then begins with the next look.
ALTER TABLE sightings ADD COLUMN last_at BIGINT;

CREATE INDEX sightings_by_last ON sightings (last_at);
