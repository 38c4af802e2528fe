//! How many seats are taken, how many have signed and what was accepted of what is needed, counted for all to see.

use async_trait::async_trait;

use super::StoreError;

/// Of which initiative something is to be counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveWanted {
    /// Its identifier.
    pub initiative: String,
    /// From when on (UTC seconds) signatures are counted; `None`: nobody asks how many there are.
    pub since: Option<i64>,
    /// Whether what is accepted of its needs is counted.
    pub needs: bool,
}

/// What was counted of an initiative.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveCounts {
    /// The initiative.
    pub initiative: String,
    /// Its sessions that somebody has signed up for while they had a limit.
    pub sessions: Vec<SeatCount>,
    /// Participants who have confirmed since then; where no mail is sent, forms that were received. 0 where nobody asks.
    pub signed: u64,
    /// Of its needs, by their ids, how many are accepted; where somebody asks.
    pub accepted: Vec<(String, u64)>,
}

/// The seats of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeatCount {
    /// Its identifier.
    pub session: String,
    /// Seats that are taken, or held for somebody who has not confirmed yet.
    pub used: u64,
    /// People who wait for one, or will once they have confirmed.
    pub waiting: u64,
}

/// What is counted for all to see. Whether an address was known before changes none of it.
#[async_trait]
pub trait LiveStore: Send + Sync {
    /// What there is of these initiatives at that time (UTC seconds), in their order; one that nobody has signed up for is there, too.
    async fn live(&self, wanted: &[LiveWanted], now: i64) -> Result<Vec<LiveCounts>, StoreError>;
}
