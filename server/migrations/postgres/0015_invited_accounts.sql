-- Whether an invitation has made an account that nobody has used, nor anybody made by hand, since: only such a one goes with its last role.

ALTER TABLE accounts ADD COLUMN by_invitation BOOLEAN NOT NULL DEFAULT FALSE;
