//! Purging what has been kept long enough.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::time::sleep;
use tracing::{error, info, warn};

use crate::store::{Erasure, Store, StoreError};

/// How often sign-ups are looked through. Retention is in days.
const EVERY: Duration = Duration::from_secs(3600);
const DAY: i64 = 24 * 3600;
/// Seconds by which the clock may be set while the server runs. A leap, a time server's correction and summer time (which
/// is none: seconds are UTC) are less.
const LEAP: i64 = 3600;
/// How long nothing is purged after the clock has leapt. A wrong year must not cost a campaign; a day is enough for
/// somebody to notice, or for the clock to be set right.
const DISTRUST: Duration = Duration::from_secs(24 * 3600);

/// Purges now and again, for ever; of the trail what is older than so many days.
pub async fn run(store: &dyn Store, trail_days: u32) {
    let mut clock = Clock::start(Timestamp::now().as_second(), Instant::now());
    loop {
        sleep(EVERY).await;
        let now = Timestamp::now().as_second();
        if !clock.is_trusted(now, Instant::now()) {
            warn!("the clock has leapt: nothing is purged for a day");
            continue;
        }
        match purge(store, now).await {
            Ok(0) => {}
            Ok(purged) => info!(purged, "sign-ups purged: kept long enough"),
            Err(error) => error!(%error, "nothing purged this time"),
        }
        if let Err(error) = store.purge_organising(now, now - i64::from(trail_days) * DAY).await {
            error!(%error, "the trail was not purged this time");
        }
    }
}

/// Purges what has expired at that time (UTC seconds), and what nobody announces any more; says how many sign-ups went.
pub async fn purge(store: &dyn Store, now: i64) -> Result<u64, StoreError> {
    let mut purged = 0;
    loop {
        match store.erase(&Erasure::Expired(now), now).await? {
            0 => break,
            some => purged += some,
        }
    }
    while store.forget_sightings().await? > 0 {}
    store.purge_proposals(now).await?;
    Ok(purged)
}

/// Whether the clock on the wall goes as the one that nobody can set.
struct Clock {
    wall: i64,
    monotonic: Instant,
    distrusted: Option<Instant>,
}

impl Clock {
    fn start(wall: i64, monotonic: Instant) -> Self {
        Self { wall, monotonic, distrusted: None }
    }

    fn is_trusted(&mut self, wall: i64, monotonic: Instant) -> bool {
        let passed = monotonic.saturating_duration_since(self.monotonic).as_secs() as i64;
        if (wall - self.wall - passed).abs() > LEAP {
            self.distrusted = Some(monotonic);
        }
        (self.wall, self.monotonic) = (wall, monotonic);
        self.distrusted.is_none_or(|since| monotonic.saturating_duration_since(since) >= DISTRUST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_leap_of_the_clock_nothing_is_purged_for_a_day() {
        let start = Instant::now();
        let mut clock = Clock::start(1000, start);
        let at = |hours: u64| start + Duration::from_secs(hours * 3600);
        assert!(clock.is_trusted(1000 + 3600, at(1)));
        // A year ahead, and back again.
        assert!(!clock.is_trusted(1000 + 365 * 86_400, at(2)));
        assert!(!clock.is_trusted(1000 + 3 * 3600, at(3)));
        assert!(!clock.is_trusted(1000 + 26 * 3600, at(26)));
        assert!(clock.is_trusted(1000 + 27 * 3600, at(27)));
    }

    #[test]
    fn a_slow_purge_is_no_leap() {
        let start = Instant::now();
        let mut clock = Clock::start(0, start);
        assert!(clock.is_trusted(100_000, start + Duration::from_secs(100_030)));
    }
}
