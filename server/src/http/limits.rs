//! Rate limits: how much of something one visitor, or one initiative, may ask for in a minute; and how much of
//! what takes a while is under way for a visitor at once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, Hash, RandomState};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, MonotonicClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::http::Error;
use crate::http::Visitor;
use crate::settings::Robots;

/// Keys that a limiter tells apart: who asks is hashed to that many values. Two visitors that share a value share a limit,
/// which hardly happens; a flood from millions of addresses takes some megabytes and no more.
const KEYS: u64 = 1 << 16;
/// Requests after which keys that are at rest are dropped.
const SWEEP: u32 = 4096;
/// What costs us more than it costs who asks (an easy challenge, a mail, a feed that is read) has a limit that many times
/// lower.
const DEARER: u32 = 10;
/// Forms that come without a proof of work have a limit that many times lower.
const UNPROVED: u32 = 3;
/// Pages that are made for whoever asks have one that many times higher: reading is what they are for.
const PAGES: u32 = 10;
/// Lists that are under way for a visitor at once: some people behind one address open one at the same moment.
const LISTS: usize = 3;
/// Mails that somebody may try a mail server with in a minute.
const MAIL_TRIALS: u32 = 6;
/// Initiatives that the programs of an account may make in a day. Whoever has more to say has a feed.
const MADE_A_DAY: u32 = 100;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The rate limits of a server.
pub struct Limits {
    sign_ups: Limit,
    unproved: Limit,
    pages: Limit,
    challenges: Limit,
    easy_challenges: Limit,
    mails: Limit,
    tokens: Limit,
    initiatives: Limit,
    checks: Limit,
    first_pages: Limit,
    live: Limit,
    mail_trials: Limit,
    made: Limit,
    examinations: AtOnce,
    lists: AtOnce,
}

impl Limits {
    /// The limits that the operator has set.
    pub fn new(robots: &Robots) -> Self {
        let many = robots.per_address;
        let fewer = |times: u32| if many == 0 { 0 } else { (many / times).max(1) };
        let few = fewer(DEARER);
        Self {
            sign_ups: Limit::per_minute(many),
            unproved: Limit::per_minute(fewer(UNPROVED)),
            pages: Limit::per_minute(many.saturating_mul(PAGES)),
            challenges: Limit::per_minute(many),
            easy_challenges: Limit::per_minute(few),
            mails: Limit::per_minute(few),
            tokens: Limit::per_minute(few),
            initiatives: Limit::per_minute(robots.per_initiative),
            checks: Limit::per_minute(few),
            first_pages: Limit::per_minute(many.div_ceil(2)),
            live: Limit::per_minute(many.saturating_mul(PAGES)),
            mail_trials: Limit::per_minute(MAIL_TRIALS),
            made: Limit::per_day(MADE_A_DAY),
            examinations: AtOnce::up_to(1),
            // Without limits all visitors may have one address: that of the operator's own proxy.
            lists: AtOnce::up_to(if many == 0 { usize::MAX } else { LISTS }),
        }
    }

    /// Takes one sign-up from the visitor's rate limit.
    ///
    /// # Errors
    /// [`Error::TooMany`] when it is exhausted.
    pub fn sign_up(&self, visitor: Visitor) -> Result<(), Error> {
        self.sign_ups.take(visitor)
    }

    /// Takes one sign-up without a proof of work from the visitor's rate limit, which is lower.
    ///
    /// # Errors
    /// [`Error::TooMany`] when it is exhausted.
    pub fn unproved_sign_up(&self, visitor: Visitor) -> Result<(), Error> {
        self.unproved.take(visitor)
    }

    /// Takes one page that is made for the visitor from their rate limit.
    ///
    /// # Errors
    /// [`Error::TooMany`] when it is exhausted.
    pub fn page(&self, visitor: Visitor) -> Result<(), Error> {
        self.pages.take(visitor)
    }

    /// Takes one challenge from the visitor's rate limit; easy ones have a lower limit.
    ///
    /// # Errors
    /// [`Error::TooMany`] when it is exhausted.
    pub fn challenge(&self, visitor: Visitor, is_easy: bool) -> Result<(), Error> {
        if is_easy { self.easy_challenges.take(visitor) } else { self.challenges.take(visitor) }
    }

    /// Takes one mail from the visitor's rate limit.
    ///
    /// # Errors
    /// [`Error::TooMany`] when it is exhausted.
    pub fn mail(&self, visitor: Visitor) -> Result<(), Error> {
        self.mails.take(visitor)
    }

    /// Takes one wrong token from the visitor's rate limit: as many as mails.
    ///
    /// # Errors
    /// [`Error::TooMany`] when it is exhausted.
    pub fn token(&self, visitor: Visitor) -> Result<(), Error> {
        self.tokens.take(visitor)
    }

    /// Takes one feed to examine from the visitor's rate limit.
    ///
    /// # Errors
    /// [`Error::TooMany`] when it is exhausted.
    pub fn check(&self, visitor: Visitor) -> Result<(), Error> {
        self.checks.take(visitor)
    }

    /// Takes one first page that is not in the cache from the visitor's rate limit: half of that of sign-ups.
    ///
    /// # Errors
    /// [`Error::TooMany`] when it is exhausted.
    pub fn first_page(&self, visitor: Visitor) -> Result<(), Error> {
        self.first_pages.take(visitor)
    }

    /// Takes one live answer from the visitor's rate limit, or another small one that a script asks for: as many as pages, and beside them. A widget asks for two a minute,
    /// a field for a place for some while somebody types.
    ///
    /// # Errors
    /// [`Error::TooMany`] when it is exhausted.
    pub fn live(&self, visitor: Visitor) -> Result<(), Error> {
        self.live.take(visitor)
    }

    /// Takes one mail that a mail server is tried with from that account's rate limit.
    ///
    /// # Errors
    /// [`Error::TooMany`] when it is exhausted.
    pub fn mail_trial(&self, account: &str) -> Result<(), Error> {
        self.mail_trials.take(account)
    }

    /// Takes one initiative that a program makes from the rate limit of its account.
    ///
    /// # Errors
    /// [`Error::TooMany`] when it is exhausted.
    pub fn made(&self, account: &str) -> Result<(), Error> {
        self.made.take(account)
    }

    /// Begins to examine a feed for that visitor. `None` while another one is under way for the same: whoever has a feed that
    /// drips would keep all places else.
    pub fn examination(&self, visitor: Visitor) -> Option<UnderWay<'_>> {
        self.examinations.begin(visitor)
    }

    /// Begins to make a list for that visitor. `None` while [`LISTS`] others are under way for the same: ten wait at most, and nobody is to
    /// take all places.
    pub fn list(&self, visitor: Visitor) -> Option<UnderWay<'_>> {
        self.lists.begin(visitor)
    }

    /// Takes one sign-up from the initiative's rate limit.
    ///
    /// # Errors
    /// [`Error::TooMany`] when it is exhausted.
    pub fn initiative(&self, id: &str) -> Result<(), Error> {
        self.initiatives.take(id)
    }
}

/// What is under way at once for each visitor, up to a number.
struct AtOnce {
    most: usize,
    under_way: Mutex<HashMap<Visitor, usize>>,
}

impl AtOnce {
    fn up_to(most: usize) -> Self {
        Self { most, under_way: Mutex::default() }
    }

    fn begin(&self, visitor: Visitor) -> Option<UnderWay<'_>> {
        let mut under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let count = under_way.entry(visitor).or_default();
        (*count < self.most).then(|| {
            *count += 1;
            UnderWay { of: self, visitor }
        })
    }
}

/// What is under way for a visitor, until this is dropped: when the answer is there, or when the visitor goes away.
pub struct UnderWay<'a> {
    of: &'a AtOnce,
    visitor: Visitor,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut under_way = self.of.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut count) = under_way.entry(self.visitor) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

/// A number of requests a minute, or a day, for each key; 0 sets no limit.
struct Limit {
    limiter: Option<RateLimiter<u64, HashMapStateStore<u64>, MonotonicClock>>,
    /// Seeded at random, so that nobody can choose an address whose value collides with another's.
    hasher: RandomState,
    asked: AtomicU32,
}

impl Limit {
    fn per_minute(most: u32) -> Self {
        Self::of(NonZeroU32::new(most).map(Quota::per_minute))
    }

    /// So many at once, and no more than that are added in a day, one after the other.
    fn per_day(most: u32) -> Self {
        let quota = |most| Some(Quota::with_period(DAY / most)?.allow_burst(NonZeroU32::new(most)?));
        Self::of(NonZeroU32::new(most).and_then(|most| quota(most.get())))
    }

    fn of(quota: Option<Quota>) -> Self {
        let limiter =
            quota.map(|quota| RateLimiter::new(quota, HashMapStateStore::default(), MonotonicClock));
        Self { limiter, hasher: RandomState::new(), asked: AtomicU32::new(0) }
    }

    fn take(&self, who: impl Hash) -> Result<(), Error> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        if self.asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(SWEEP) {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
        limiter.check_key(&(self.hasher.hash_one(who) % KEYS)).map_err(|early| {
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
    fn a_visitor_has_one_examination_under_way_and_another_one_when_it_is_done() {
        let limits = Limits::new(&Robots::default());
        let [one, another] = ["192.0.2.1", "192.0.2.2"].map(|address| Visitor::at(address.parse().unwrap()));
        let first = limits.examination(one);
        assert!(first.is_some() && limits.examination(one).is_none());
        assert!(limits.examination(another).is_some());
        drop(first);
        assert!(limits.examination(one).is_some());
    }

    #[test]
    fn a_visitor_has_some_lists_under_way_and_never_all() {
        let limits = Limits::new(&Robots::default());
        let [one, another] = ["192.0.2.1", "192.0.2.2"].map(|address| Visitor::at(address.parse().unwrap()));
        let mut under_way: Vec<_> = std::iter::from_fn(|| limits.list(one)).collect();
        assert_eq!(under_way.len(), LISTS);
        assert!(limits.list(another).is_some());
        under_way.pop();
        assert!(limits.list(one).is_some());
        under_way.clear();
        assert!(limits.lists.under_way.lock().unwrap().is_empty());
    }

    #[test]
    fn no_limit_lets_all_through() {
        let limit = Limit::per_minute(0);
        assert!((0..1000).all(|_| limit.take("one").is_ok()));
    }

    #[test]
    fn a_flood_of_addresses_takes_no_more_memory_than_the_table_of_keys() {
        let limit = Limit::per_minute(1);
        for address in 0..200_000_u32 {
            let _ = limit.take(address);
        }
        assert!(limit.limiter.as_ref().unwrap().len() <= KEYS as usize);
    }
}
