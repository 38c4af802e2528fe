-- Where participants meet, where the feed does not say it: told to whoever has a seat, and to nobody else.
--
-- `session` is empty for what holds of all sessions that have none of their own. `sealed` is the place in words and the link, encrypted;
-- `changed_at` names what was said last: a mail about anything earlier is not sent.
CREATE TABLE venues (
    initiative TEXT   NOT NULL,
    session    TEXT   NOT NULL,
    sealed     BYTEA  NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (initiative, session)
);
