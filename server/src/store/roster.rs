//! Who takes part in an initiative, as those see it who organise it: by session, page by page, by name.

use async_trait::async_trait;

use super::{Digest, SignUpRecord, StoreError, TrailEntry};

/// How one stands with a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Has a seat of it, or is offered one: what a [`SessionTally`] counts as seated.
    Seated,
    /// Waits for one.
    Waiting,
}

/// Of what a roster is wanted. Forms that nobody has confirmed yet, where mail is sent, are in none.
#[derive(Clone, Copy, Debug, Default)]
pub struct RosterQuery<'a> {
    /// Those only that have something of this session, and have not given it back.
    pub session: Option<&'a str>,
    /// Those only that stand so with that session, or with any where none is said.
    pub standing: Option<Standing>,
    /// Those only whose name, or address, has each of these words at the start of one of its own.
    pub words: &'a str,
    /// Whether addresses are left out of that: whoever may not see them finds nobody by them.
    pub names_alone: bool,
    /// In the order of their family names, else in that in which they came.
    pub by_name: bool,
    /// How many are left out before the first.
    pub from: usize,
    /// How many are given at most.
    pub most: usize,
}

/// A sign-up, and what those who organise have noted of it.
#[derive(Clone)]
pub struct Participant {
    /// The sign-up.
    pub record: SignUpRecord,
    /// How many were there, by session, where somebody has said.
    pub came: Vec<(String, u32)>,
    /// What organisers note of it.
    pub note: String,
}

impl Participant {
    /// How many were at that session, if somebody has said.
    pub fn came_to(&self, session: &str) -> Option<u32> {
        self.came.iter().find(|(known, _)| known == session).map(|(_, came)| *came)
    }
}

/// What there is of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionTally {
    /// Its name.
    pub session: String,
    /// People who have a seat, or are offered one.
    pub seated: u64,
    /// People who wait for one.
    pub waiting: u64,
    /// People for whom a seat is held until they confirm.
    pub held: u64,
    /// People who were there, as far as somebody has said.
    pub came: u64,
}

/// What there is of an initiative.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Sign-ups that count.
    pub signups: u64,
    /// People for whom they are.
    pub people: u64,
    /// Requests that nobody has answered.
    pub asked: u64,
    /// By session, in the order of their names.
    pub sessions: Vec<SessionTally>,
}

/// Where those who organise look up who takes part.
#[async_trait]
pub trait RosterStore: Send + Sync {
    /// Initiatives that somebody has signed up for, by their identifiers; those after that one.
    async fn with_sign_ups(&self, after: &str, most: u32) -> Result<Vec<String>, StoreError>;

    /// What there is of an initiative at that time (UTC seconds).
    async fn tally(&self, initiative: &str, now: i64) -> Result<Tally, StoreError>;

    /// Its sign-ups that count by the week in which they came, as the Monday it begins with (UTC seconds); weeks without any are left out.
    async fn weeks(&self, initiative: &str) -> Result<Vec<(i64, u64)>, StoreError>;

    /// Who takes part, and how many they are beyond that page.
    async fn roster(
        &self,
        initiative: &str,
        wanted: &RosterQuery<'_>,
    ) -> Result<(Vec<Participant>, usize), StoreError>;

    /// One of them, by the id of the sign-up.
    async fn participant(&self, initiative: &str, id: &str) -> Result<Option<Participant>, StoreError>;

    /// All that a person has signed up for, with what was noted of it.
    async fn noted_of(&self, email_h: &Digest) -> Result<Vec<Participant>, StoreError>;

    /// Notes how many of some sign-ups, by their ids, were at a session; `None` takes it back. Those that have no seat of it are left out.
    /// Says how many changed.
    async fn set_presence(
        &self,
        initiative: &str,
        session: &str,
        came: &[(String, Option<u32>)],
        entry: &TrailEntry,
    ) -> Result<u64, StoreError>;

    /// Notes something of a sign-up, by its id, or nothing any more. `false` where there is no such sign-up, or it was noted before.
    async fn set_note(
        &self,
        initiative: &str,
        id: &str,
        note: &str,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError>;
}
