//! Whatever happens in whatever order: never more seats than there are, nobody skipped, nobody told twice, and the same on both
//! databases.

use std::collections::BTreeMap;
use std::sync::Arc;

use alentour_server::store::{
    Arrangement, AttendanceState, Confirmation, Erasure, MailedLink, NewSignUp, Purpose, Rearrangement,
    SeatLimit, Store, Type, Value,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::app::{on_postgres, on_sqlite};
use crate::stores::{digest, dump, keep, link, other, seat, session, with_sessions};

/// When the sessions begin, UTC seconds: late enough that seats are given at first, and offered later.
const START: i64 = 200_000;
const DAYS: [&str; 2] = ["samedi", "dimanche"];
const NAMES: [&str; 6] = ["zoe", "max", "lea", "ida", "ada", "eve"];

/// Something that somebody does, or that happens.
#[derive(Clone, Debug)]
enum Event {
    /// A form: who, for which days, how many, whether a place in the line will do.
    Form(usize, u8, u32, bool),
    /// Somebody confirms the newest of their forms.
    Confirm(usize),
    GiveBack(usize, usize),
    Accept(usize, usize),
    /// Somebody changes on their own page for which days and how many they come, and whether a place in the line will do.
    Rearrange(usize, u8, u32, bool),
    Erase(usize),
    /// The feed says another limit, and the lists are looked through.
    Limit(usize, u32),
    /// Time goes by, and what has expired is purged.
    Later(i64),
}

fn event() -> impl Strategy<Value = Event> {
    let (who, day) = (0..NAMES.len(), 0..DAYS.len());
    prop_oneof![
        6 => (who.clone(), 1..4_u8, 1..4_u32, any::<bool>())
            .prop_map(|(who, days, party, waits)| Event::Form(who, days, party, waits)),
        6 => who.clone().prop_map(Event::Confirm),
        3 => (who.clone(), day.clone()).prop_map(|(who, day)| Event::GiveBack(who, day)),
        2 => (who.clone(), day.clone()).prop_map(|(who, day)| Event::Accept(who, day)),
        4 => (who.clone(), 1..4_u8, 1..4_u32, any::<bool>())
            .prop_map(|(who, days, party, waits)| Event::Rearrange(who, days, party, waits)),
        1 => who.prop_map(Event::Erase),
        2 => (day, 0..5_u32).prop_map(|(day, seats)| Event::Limit(day, seats)),
        3 => prop_oneof![Just(30), Just(3000), Just(60_000)].prop_map(Event::Later),
    ]
}

/// One sign-up's entry for a session: who, which day, its state, party, and since when.
type Entry = (usize, String, AttendanceState, u32, i64);

struct World {
    store: Arc<dyn Store>,
    now: i64,
    limits: [u32; 2],
    /// The most seats that a session ever had: nobody is dropped where a limit falls.
    most: [u32; 2],
    forms: usize,
}

impl World {
    fn new(store: Arc<dyn Store>) -> Self {
        Self { store, now: 1000, limits: [3, 2], most: [3, 2], forms: 0 }
    }

    fn limit(&self, day: usize) -> SeatLimit {
        SeatLimit::Seats { seats: self.limits[day], starts_at: START }
    }

    async fn happens(&mut self, event: &Event) {
        self.now += 1;
        let (store, now) = (self.store.clone(), self.now);
        match *event {
            Event::Form(who, days, party, waits) => {
                self.forms += 1;
                let chosen = DAYS.iter().enumerate().filter(|(day, _)| days >> day & 1 == 1);
                let sessions = chosen.map(|(day, id)| session(id, self.limits[day])).collect();
                let name = NAMES[who];
                let form = other(seat(name), &format!("{name} {}", self.forms), now);
                let form =
                    NewSignUp { sessions, party, expires_at: now + 90_000, keep_until: 9 * START, ..form };
                let form = with_sessions(form, |wanted| {
                    wanted.may_wait = waits;
                    wanted.starts_at = START;
                    wanted.hold_until = now + 100;
                });
                keep(&store, &[form]).await;
            }
            Event::Confirm(who) => {
                let hash = digest(&format!("confirm {who} {now}"));
                store.create_link(&hash, &link(NAMES[who], Purpose::Confirm, i64::MAX)).await.unwrap();
                let waiting = store.waiting(&digest(NAMES[who]), now).await.unwrap();
                let Some(one) = waiting.first() else { return };
                let limits = self.all_limits();
                let confirmed = store.confirm(&hash, &one.attempt.id, &[], &limits, now).await.unwrap();
                assert!(matches!(confirmed, Confirmation::Now | Confirmation::Full), "{confirmed:?}");
                assert!(confirmed == Confirmation::Now || one.changes.is_some(), "a new one always counts");
            }
            Event::GiveBack(who, day) => {
                let hash = self.own(who).await;
                store.give_back(&hash, DAYS[day], now).await.unwrap();
            }
            Event::Accept(who, day) => {
                let hash = self.own(who).await;
                store.accept_offer(&hash, DAYS[day], now).await.unwrap();
            }
            Event::Rearrange(who, days, party, waits) => {
                let hash = self.own(who).await;
                let chosen = DAYS.iter().enumerate().filter(|(day, _)| days >> day & 1 == 1);
                let sessions: Vec<_> = chosen.map(|(_, id)| id.to_string()).collect();
                let waitlist = if waits { sessions.clone() } else { Vec::new() };
                let among = DAYS.map(str::to_owned).to_vec();
                let wanted = Arrangement { party, sessions, waitlist, among, ..Arrangement::default() };
                let before = self.of(who).await;
                let limits = self.all_limits();
                let done = store.rearrange(&hash, &wanted, &limits, now).await.unwrap();
                if done != Rearrangement::Now {
                    let after = self.of(who).await;
                    assert!(before == after || done == Rearrangement::Full, "{done:?}: {before:?} {after:?}");
                }
            }
            Event::Erase(who) => {
                store.erase(&Erasure::Person(digest(NAMES[who])), now).await.unwrap();
            }
            Event::Limit(day, seats) => {
                self.limits[day] = seats;
                self.most[day] = self.most[day].max(seats);
                self.tend().await;
            }
            Event::Later(seconds) => {
                self.now += seconds;
                while store.erase(&Erasure::Expired(self.now), self.now).await.unwrap() > 0 {}
                self.tend().await;
            }
        }
    }

    fn all_limits(&self) -> Vec<(String, SeatLimit)> {
        DAYS.iter().enumerate().map(|(day, id)| (id.to_string(), self.limit(day))).collect()
    }

    /// What one of them has that counts.
    async fn of(&self, who: usize) -> Vec<Entry> {
        self.entries().await.into_iter().filter(|one| one.0 == who).collect()
    }

    /// As the server does now and again.
    async fn tend(&self) {
        for (initiative, session) in self.store.lines().await.unwrap() {
            let day = DAYS.iter().position(|day| *day == session).unwrap();
            self.store.promote(&initiative, &session, self.limit(day), self.now).await.unwrap();
        }
    }

    async fn own(&self, who: usize) -> [u8; 32] {
        let all = self.store.of_person(&digest(NAMES[who])).await.unwrap();
        let signup = all.into_iter().find(|one| !one.pending).map(|one| one.id).unwrap_or_default();
        let hash = digest(&format!("own {who} {}", self.now));
        let link = MailedLink { signup, ..link(NAMES[who], Purpose::Own, i64::MAX) };
        self.store.create_link(&hash, &link).await.unwrap();
        hash
    }

    /// What all have that counts.
    async fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        for (who, name) in NAMES.iter().enumerate() {
            for one in self.store.of_person(&digest(name)).await.unwrap().iter().filter(|one| !one.pending) {
                entries.extend(
                    one.attendances.iter().map(|it| (who, it.session.clone(), it.state, one.party, it.since)),
                );
            }
        }
        entries.sort();
        entries
    }

    /// The column of numbers of a table, by two texts beside it.
    async fn numbers(&self, table: &str, texts: [&str; 2], number: &str) -> BTreeMap<(String, String), i64> {
        let mut all = BTreeMap::new();
        for (of, rows) in dump(&self.store).await.iter().filter(|(of, _)| of.name == table) {
            let at = |name: &str| of.columns.iter().position(|(column, _)| *column == name).unwrap();
            assert_eq!(of.columns[at(number)].1, Type::Integer);
            for row in rows {
                let text = |name: &str| match &row[at(name)] {
                    Value::Text(Some(text)) => text.clone(),
                    other => format!("{other:?}"),
                };
                let Value::Integer(Some(number)) = row[at(number)] else { continue };
                *all.entry((text(texts[0]), text(texts[1]))).or_default() += number;
            }
        }
        all
    }
}

/// How many mails of each kind about seats are there.
async fn told(world: &World) -> usize {
    let outbox = world.numbers("outbox", ["kind", "id"], "created_at").await;
    outbox.keys().filter(|(kind, _)| kind == "promoted" || kind == "offered").count()
}

async fn holds_whatever_happens(store: Arc<dyn Store>, events: &[Event]) -> Vec<Entry> {
    let mut world = World::new(store);
    for event in events {
        let (before, told_before) = (world.entries().await, told(&world).await);
        world.happens(event).await;
        let after = world.entries().await;
        let taken = world.numbers("seats", ["initiative", "session"], "taken").await;
        for (day, id) in DAYS.iter().enumerate() {
            let of_day = |entry: &&Entry| entry.1 == *id;
            let seated: i64 =
                after.iter().filter(of_day).filter(|one| one.2.is_seated()).map(|one| i64::from(one.3)).sum();
            assert!(seated <= i64::from(world.most[day]), "more than there ever were: {event:?} {after:?}");
            // The number that is kept is the number there is.
            let kept = taken.get(&("atelier".to_owned(), id.to_string())).copied().unwrap_or_default();
            assert_eq!(kept, seated, "{event:?}");
            // Who got a seat from the line was before all who still wait and whom it would have done for.
            let was = |who: usize| before.iter().find(|one| one.0 == who && one.1 == *id);
            let waited = |one: &&Entry| was(one.0).is_some_and(|was| was.2 == AttendanceState::Waiting);
            for one in after.iter().filter(of_day).filter(|one| one.2.is_seated()).filter(waited) {
                // Their own new form may have got them a seat, too.
                if matches!(event, Event::Confirm(who) | Event::Rearrange(who, ..) if *who == one.0) {
                    continue;
                }
                let since = was(one.0).unwrap().4;
                let skipped = after
                    .iter()
                    .filter(of_day)
                    .find(|other| other.2 == AttendanceState::Waiting && other.4 < since && other.3 <= one.3);
                assert!(skipped.is_none(), "{skipped:?} waited longer than {one:?}: {event:?}");
            }
        }
        // A mail for each who got a seat from the line, and none for anybody else. An erasure takes its person's mails along.
        if !matches!(event, Event::Erase(_) | Event::Later(_)) {
            let promoted = after.iter().filter(|one| {
                let was = before.iter().find(|was| was.0 == one.0 && was.1 == one.1);
                let own = matches!(event, Event::Confirm(who) | Event::Accept(who, _) | Event::Rearrange(who, ..) if *who == one.0);
                !own && one.2.is_seated() && was.is_some_and(|was| was.2 == AttendanceState::Waiting)
            });
            assert_eq!(told(&world).await - told_before, promoted.count(), "{event:?}");
        }
    }
    world.entries().await
}

/// Runs that many sequences on SQLite, and every so often the same one on PostgreSQL.
fn sequences(cases: u32, on_both: bool) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    // No file of what failed: the sequence is printed.
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let events = proptest::collection::vec(event(), 1..40);
    TestRunner::new(config)
        .run(&events, |events| {
            runtime.block_on(async {
                let folder = tempfile::tempdir().unwrap();
                let here = holds_whatever_happens(on_sqlite(&folder).await, &events).await;
                if on_both {
                    assert_eq!(here, holds_whatever_happens(on_postgres().await, &events).await);
                }
            });
            Ok(())
        })
        .unwrap();
}

#[test]
fn no_sequence_of_events_gives_a_seat_twice_or_skips_anybody() {
    sequences(8, false);
}

#[test]
fn every_sequence_of_events_ends_alike_on_both_databases() {
    sequences(3, true);
}
