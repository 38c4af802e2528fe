//! What those who organise do for somebody who takes part: give a seat back for them, give them one out of turn, move them.

use async_trait::async_trait;

use super::{Kept, SeatLimit, StoreError, TrailEntry};

/// Which sign-up, of which initiative.
#[derive(Clone, Copy, Debug)]
pub struct SignUpName<'a> {
    /// The initiative.
    pub initiative: &'a str,
    /// The id of the sign-up.
    pub id: &'a str,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// It is done. Who has confirmed is told by mail, and so are the sinks that have heard of the sign-up.
    Now,
    /// It was so before, or there is nothing to do it with. Nothing was done.
    Before,
    /// There are not seats enough. Nothing was done.
    Full,
    /// There is no such sign-up. Nothing was done.
    Unknown,
}

/// Where those who organise do something for somebody. Each is one transaction, with its entry in the trail.
#[async_trait]
pub trait PlacementStore: Send + Sync {
    /// Gives back what a sign-up has of a session: a seat, an offer or a place in the line. What is freed goes to those who wait. `was` is
    /// what the session says: its person is told.
    async fn give_back_for(
        &self,
        of: SignUpName<'_>,
        session: &str,
        was: &Kept,
        entry: &TrailEntry,
    ) -> Result<Placement, StoreError>;

    /// Gives seats of a session to a sign-up that waits for them, or gave them back, whoever waits longer. Where not enough are free, only
    /// `beyond` the limit.
    async fn seat(
        &self,
        of: SignUpName<'_>,
        session: (&str, SeatLimit),
        beyond: bool,
        entry: &TrailEntry,
    ) -> Result<Placement, StoreError>;

    /// Gives back what a sign-up has of a session, and gives it seats of another one. `was` is what the first said: its person is told.
    async fn move_to(
        &self,
        of: SignUpName<'_>,
        from: (&str, SeatLimit),
        to: (&str, SeatLimit),
        was: &Kept,
        entry: &TrailEntry,
    ) -> Result<Placement, StoreError>;
}
