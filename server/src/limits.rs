//! How much of something anyone may ask for in a minute.

use std::hash::{BuildHasher, Hash, RandomState};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::clock::{Clock, MonotonicClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::error::Error;
use crate::settings::Robots;
use crate::visitor::Visitor;

/// Meters that a limit has at most: who asks is told apart by a hash of that many values. Two that share a meter share a
/// limit, which hardly happens; and a flood from millions of addresses takes some megabytes and no more.
const METERS: u64 = 1 << 16;
/// Questions after which meters that have run out are dropped.
const SWEEP: u32 = 4096;
/// What costs us more than it costs who asks (an easy challenge, a mail) is had that many times less often.
const DEARER: u32 = 10;

/// The limits of a server.
pub struct Limits {
    sign_ups: Limit,
    challenges: Limit,
    easy_challenges: Limit,
    mails: Limit,
    initiatives: Limit,
    checks: Limit,
}

impl Limits {
    /// Those that the operator has settled.
    pub fn new(robots: &Robots) -> Self {
        let many = robots.per_address;
        let few = if many == 0 { 0 } else { (many / DEARER).max(1) };
        Self {
            sign_ups: Limit::per_minute(many),
            challenges: Limit::per_minute(many),
            easy_challenges: Limit::per_minute(few),
            mails: Limit::per_minute(few),
            initiatives: Limit::per_minute(robots.per_initiative),
            checks: Limit::per_minute(few),
        }
    }

    /// Lets a visitor sign somebody up, or not so soon.
    pub fn sign_up(&self, visitor: Visitor) -> Result<(), Error> {
        self.sign_ups.take(visitor)
    }

    /// Lets a visitor have a challenge, or not so soon.
    pub fn challenge(&self, visitor: Visitor, is_easy: bool) -> Result<(), Error> {
        if is_easy { self.easy_challenges.take(visitor) } else { self.challenges.take(visitor) }
    }

    /// Lets a visitor have a mail sent, or not so soon.
    pub fn mail(&self, visitor: Visitor) -> Result<(), Error> {
        self.mails.take(visitor)
    }

    /// Lets a visitor have a feed examined, or not so soon.
    pub fn check(&self, visitor: Visitor) -> Result<(), Error> {
        self.checks.take(visitor)
    }

    /// Lets an initiative take a sign-up, or not so soon.
    pub fn initiative(&self, id: &str) -> Result<(), Error> {
        self.initiatives.take(id)
    }
}

/// So many in a minute, for each who asks; none set lets all through.
struct Limit {
    limiter: Option<RateLimiter<u64, HashMapStateStore<u64>, MonotonicClock>>,
    /// Random, so that nobody finds out with whom to share a meter.
    hasher: RandomState,
    asked: AtomicU32,
}

impl Limit {
    fn per_minute(most: u32) -> Self {
        let limiter = NonZeroU32::new(most).map(|most| {
            RateLimiter::new(Quota::per_minute(most), HashMapStateStore::default(), MonotonicClock)
        });
        Self { limiter, hasher: RandomState::new(), asked: AtomicU32::new(0) }
    }

    fn take(&self, who: impl Hash) -> Result<(), Error> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        if self.asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(SWEEP) {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        limiter.check_key(&(self.hasher.hash_one(who) % METERS)).map_err(|early| {
            let wait = early.wait_time_from(MonotonicClock.now());
            Error::TooMany(wait.as_secs() + 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_limit_of_its_own_and_is_told_when_to_come_back() {
        let limit = Limit::per_minute(6);
        for _ in 0..6 {
            limit.take("one").unwrap();
        }
        assert!(matches!(limit.take("one"), Err(Error::TooMany(1..=11))));
        limit.take("another").unwrap();
    }

    #[test]
    fn no_limit_lets_all_through() {
        let limit = Limit::per_minute(0);
        assert!((0..1000).all(|_| limit.take("one").is_ok()));
    }

    #[test]
    fn a_flood_of_addresses_takes_no_more_memory_than_there_are_meters() {
        let limit = Limit::per_minute(1);
        for address in 0..200_000_u32 {
            let _ = limit.take(address);
        }
        assert!(limit.limiter.as_ref().unwrap().len() <= METERS as usize);
    }
}
