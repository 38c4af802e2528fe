-- Initiatives of feeds that whoever runs the installation shows no more, whatever their feed says. Its title is kept for the list of them.
CREATE TABLE hidden (
    initiative TEXT    NOT NULL PRIMARY KEY,
    title      TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    at         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
