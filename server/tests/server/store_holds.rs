//! Seats that are held while a form waits for its confirmation: a stranger who counts seats learns about nobody.

use std::sync::Arc;

use alentour_server::store::{
    Confirmation, Erasure, LinkUse, NewSignUp, Outcome, Purpose, SeatLimit, Store, WantedSession,
};

use crate::app::{on_postgres, on_sqlite};
use crate::stores::{
    at_once, both, confirm, count, digest, erase_by_link, full, keep, link, other, seat, state, with_sessions,
};

both! {
    a_hold_ends_by_itself_and_keeps_others_out_until_then
    a_hold_that_ran_out_still_confirms_while_seats_are_free
    a_hold_stays_whatever_becomes_of_its_form
    where_none_is_held_none_keeps_others_out
    what_a_stranger_sees_is_the_same_for_known_and_unknown_addresses
    the_limit_is_the_one_that_the_feed_has_now
    who_came_before_there_was_a_limit_is_counted
    holds_that_ran_out_are_purged
    who_sends_a_form_again_is_not_refused_by_their_own_hold
    a_key_is_forgotten_after_a_day_whoever_has_signed_up
}

/// A form for one of so many seats, at a time and held for a hundred seconds.
fn at(name: &str, seats: u32, at: i64) -> NewSignUp {
    let form = other(seat(name), &format!("{name} {at}"), at);
    let wanted = |wanted: &mut WantedSession| (wanted.seats, wanted.hold_until) = (Some(seats), at + 100);
    NewSignUp { expires_at: 5000, ..with_sessions(form, wanted) }
}

async fn a_hold_ends_by_itself_and_keeps_others_out_until_then(store: Arc<dyn Store>) {
    let pair = NewSignUp { party: 2, ..at("zoe", 3, 100) };
    assert_eq!(keep(&store, &[pair]).await, [Outcome::Received]);
    assert_eq!(keep(&store, &[at("max", 3, 199), at("lea", 3, 199)]).await, [Outcome::Received, full()]);
    // Zoé's ends at 200, Max's at 299.
    assert_eq!(
        keep(&store, &[at("lea", 3, 200), at("ada", 3, 200)]).await,
        [Outcome::Received, Outcome::Received]
    );
    assert_eq!(keep(&store, &[at("eve", 3, 200)]).await, [full()]);
}

async fn a_hold_that_ran_out_still_confirms_while_seats_are_free(store: Arc<dyn Store>) {
    keep(&store, &[at("zoe", 2, 100), at("max", 2, 100)]).await;
    // In time, and late with a seat that is free.
    confirm(&store, "zoe", 150).await;
    confirm(&store, "max", 1000).await;
    keep(&store, &[at("lea", 3, 1010)]).await;
    // Lea's ran out, and Ada holds the last one: Lea waits, and has it once Ada's has run out, too.
    assert_eq!(keep(&store, &[at("ada", 3, 1200)]).await, [Outcome::Received]);
    confirm(&store, "lea", 1250).await;
    assert_eq!(state(&store, "lea").await, "waiting");
    assert_eq!(store.promote("atelier", "samedi", SeatLimit::Unknown, 1299).await.unwrap(), 0);
    // Nobody who comes later is before her.
    assert_eq!(keep(&store, &[at("eve", 3, 1300)]).await, [full()]);
    assert_eq!(store.promote("atelier", "samedi", SeatLimit::Unknown, 1300).await.unwrap(), 1);
    assert_eq!(state(&store, "lea").await, "active");
    assert_eq!(keep(&store, &[at("eve", 3, 1310)]).await, [full()]);
    // Who has a seat may change what they said while nobody else can get one.
    assert_eq!(keep(&store, &[at("zoe", 4, 1320)]).await, [Outcome::Received]);
    let change = digest("change");
    store.create_link(&change, &link("zoe", Purpose::Confirm, 9000)).await.unwrap();
    let id = store.waiting(&digest("zoe"), 1500).await.unwrap().remove(0).attempt.id;
    keep(&store, &[at("fay", 3, 1480)]).await;
    assert_eq!(store.confirm(&change, &id, &[], &[], 1500).await.unwrap(), Confirmation::Now);
}

async fn a_hold_stays_whatever_becomes_of_its_form(store: Arc<dyn Store>) {
    keep(&store, &[at("zoe", 2, 100), at("max", 2, 100)]).await;
    let is_full = async |now: i64| keep(&store, &[at("eve", 2, now)]).await == [full()];
    assert!(is_full(110).await);
    assert_eq!(store.erase(&Erasure::Person(digest("zoe")), 120).await.unwrap(), 1);
    assert!(is_full(130).await, "erased");
    let hash = digest("dismiss");
    store.create_link(&hash, &link("max", Purpose::Confirm, 9000)).await.unwrap();
    let id = store.waiting(&digest("max"), 140).await.unwrap().remove(0).attempt.id;
    assert_eq!(store.dismiss(&hash, &[&id], 140).await.unwrap(), LinkUse::Now);
    assert!(is_full(199).await, "dismissed");
    assert!(!is_full(200).await, "over");
    // An erased sign-up that counted frees its seat at once: only its person sees that.
    let folder = tempfile::tempdir().unwrap();
    let store = on_sqlite(&folder).await;
    keep(&store, &[at_once(at("zoe", 1, 100))]).await;
    assert_eq!(keep(&store, &[at_once(at("max", 1, 100))]).await, [full()]);
    erase_by_link(&store, "zoe", None, 120).await;
    assert_eq!(keep(&store, &[at_once(at("max", 1, 130))]).await, [Outcome::Received]);
}

async fn where_none_is_held_none_keeps_others_out(store: Arc<dyn Store>) {
    let form = |name: &str| with_sessions(at(name, 1, 100), |wanted| wanted.hold_until = 100);
    // Together and one after the other.
    assert_eq!(keep(&store, &[form("zoe"), form("max")]).await, [Outcome::Received, Outcome::Received]);
    assert_eq!(keep(&store, &[form("lea")]).await, [Outcome::Received]);
    confirm(&store, "max", 110).await;
    assert_eq!(keep(&store, &[form("eve")]).await, [full()]);
}

/// How somebody is known.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Known {
    Not,
    Waits,
    Confirmed,
    ConfirmedWithTheSameForm,
    Erased,
}

/// What a stranger gets to hear who signs Zoé up again and again, and then counts what is left for others: the answers
/// before, during and after her holds.
async fn trace(store: &Arc<dyn Store>, known: Known) -> Vec<(i64, Vec<Outcome>)> {
    // Seats enough for all that she may have, and four more in every case: the stranger's own work evens them out.
    let first = at("zoe", 50, 10);
    let asked = match known {
        Known::ConfirmedWithTheSameForm => NewSignUp { key: "another key of theirs".into(), ..first.clone() },
        _ => at("zoe", 50, 1000),
    };
    let asked = with_sessions(NewSignUp { at: 1000, ..asked }, |wanted| wanted.hold_until = 1100);
    if known != Known::Not {
        keep(store, &[first]).await;
    }
    match known {
        Known::Confirmed | Known::ConfirmedWithTheSameForm => drop(confirm(store, "zoe", 20).await),
        Known::Erased => drop(store.erase(&Erasure::Person(digest("zoe")), 20).await.unwrap()),
        Known::Not | Known::Waits => {}
    }
    let mine = u32::from(matches!(known, Known::Confirmed | Known::ConfirmedWithTheSameForm));
    let seats = 4 + mine;
    let with = |form: NewSignUp| with_sessions(form, |wanted| wanted.seats = Some(seats));
    let mut trace = Vec::new();
    trace.push((1000, keep(store, &[with(asked)]).await));
    // Changes of hers, more than attempts are kept.
    for now in [1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1099] {
        trace.push((now, keep(store, &[with(at("zoe", 0, now))]).await));
    }
    for now in [1099, 1100, 1101, 1102, 1103, 1150] {
        trace.push((now, keep(store, &[with(at(&format!("p{now}"), 0, now))]).await));
    }
    trace
}

async fn what_a_stranger_sees_is_the_same_for_known_and_unknown_addresses(first: Arc<dyn Store>) {
    let expected = trace(&first, Known::Not).await;
    // It is a trace that has both answers in it.
    assert!(expected.iter().any(|(_, outcomes)| outcomes == &[full()]), "{expected:?}");
    assert!(expected.iter().skip(12).any(|(_, outcomes)| outcomes == &[Outcome::Received]), "{expected:?}");
    for known in [Known::Waits, Known::Confirmed, Known::ConfirmedWithTheSameForm, Known::Erased] {
        let folder = tempfile::tempdir().unwrap();
        for store in [on_sqlite(&folder).await, on_postgres().await] {
            assert_eq!(trace(&store, known).await, expected, "{known:?}");
        }
    }
}

async fn the_limit_is_the_one_that_the_feed_has_now(store: Arc<dyn Store>) {
    keep(&store, &[at("zoe", 1, 100)]).await;
    // Zoé's ran out, and Max has the one seat.
    keep(&store, &[at("max", 1, 300)]).await;
    confirm(&store, "max", 310).await;
    let late = async |name: &str, limit: Option<SeatLimit>, now: i64| {
        let hash = digest(&format!("late {name}"));
        store.create_link(&hash, &link(name, Purpose::Confirm, 9000)).await.unwrap();
        let id = store.waiting(&digest(name), now).await.unwrap().remove(0).attempt.id;
        let limits: Vec<_> = limit.map(|limit| ("samedi".to_owned(), limit)).into_iter().collect();
        assert_eq!(store.confirm(&hash, &id, &[], &limits, now).await.unwrap(), Confirmation::Now);
        state(&store, name).await
    };
    let seats = |seats| Some(SeatLimit::Seats { seats, starts_at: 1_000_000 });
    // The last limit is the limit of a session that has left the feed.
    assert_eq!(late("zoe", Some(SeatLimit::Unknown), 400).await, "waiting");
    keep(&store, &[waits(at("ida", 1, 401))]).await;
    assert_eq!(late("ida", seats(1), 600).await, "waiting");
    // One more: it is Zoé's, and the next one is Ida's.
    assert_eq!(store.promote("atelier", "samedi", seats(2).unwrap(), 610).await.unwrap(), 1);
    assert_eq!((state(&store, "zoe").await, state(&store, "ida").await), ("active", "waiting"));
    assert_eq!(keep(&store, &[at("lea", 2, 620)]).await, [full()]);
    assert_eq!(keep(&store, &[at("lea", 3, 630)]).await, [full()]);
    assert_eq!(keep(&store, &[at("lea", 4, 640), at("eve", 4, 640)]).await, [Outcome::Received, full()]);
    assert_eq!(late("lea", Some(SeatLimit::Unlimited), 900).await, "active");
    // Without a limit nobody waits.
    assert_eq!(state(&store, "ida").await, "active");
}

/// The same form, for which a place in the line will do.
fn waits(form: NewSignUp) -> NewSignUp {
    with_sessions(form, |wanted| wanted.may_wait = true)
}

async fn who_came_before_there_was_a_limit_is_counted(store: Arc<dyn Store>) {
    let free = |name: &str, now| {
        with_sessions(NewSignUp { party: 2, ..at(name, 0, now) }, |wanted| wanted.seats = None)
    };
    // Two with a mail, two without: four people. And an attempt, which counts for nothing.
    keep(&store, &[free("zoe", 100), at_once(free("max", 100)), free("lea", 100)]).await;
    confirm(&store, "zoe", 110).await;
    assert_eq!(keep(&store, &[at("ada", 4, 200)]).await, [full()]);
    assert_eq!(keep(&store, &[at("ada", 5, 200), at("eve", 5, 200)]).await, [Outcome::Received, full()]);
    // The limit is lifted, two more come and two go, and it is set again: four and two attempts' seats.
    keep(&store, &[at_once(free("fay", 210))]).await;
    erase_by_link(&store, "max", None, 220).await;
    assert_eq!(keep(&store, &[at("ida", 5, 230)]).await, [full()]);
    assert_eq!(keep(&store, &[at("ida", 6, 230), at("eve", 6, 230)]).await, [Outcome::Received, full()]);
}

async fn holds_that_ran_out_are_purged(store: Arc<dyn Store>) {
    keep(&store, &[at("zoe", 9, 100), at("max", 9, 150)]).await;
    store.erase(&Erasure::Expired(200), 200).await.unwrap();
    assert_eq!(count(&store, "holds").await, 1);
    store.erase(&Erasure::Expired(250), 250).await.unwrap();
    assert_eq!((count(&store, "holds").await, count(&store, "signups").await), (0, 2));
}

async fn who_sends_a_form_again_is_not_refused_by_their_own_hold(store: Arc<dyn Store>) {
    let form = at("zoe", 1, 100);
    let again = NewSignUp { request_h: form.request_h, ..at("zoe", 1, 1000) };
    assert_eq!(keep(&store, &[form]).await, [Outcome::Received]);
    assert_eq!(keep(&store, &[again]).await, [Outcome::Received]);
    let hash = digest("again");
    store.create_link(&hash, &link("zoe", Purpose::Confirm, 9000)).await.unwrap();
    let id = store.waiting(&digest("zoe"), 1050).await.unwrap().remove(0).attempt.id;
    assert_eq!(store.confirm(&hash, &id, &[], &[], 1050).await.unwrap(), Confirmation::Now);
    assert_eq!(keep(&store, &[at("max", 1, 1200)]).await, [full()]);
}

async fn a_key_is_forgotten_after_a_day_whoever_has_signed_up(store: Arc<dyn Store>) {
    let form = |name| NewSignUp { expires_at: 500_000, keep_until: 500_000, ..at(name, 9, 100) };
    let (known, unknown) = (form("zoe"), form("max"));
    let keys = [known.key.clone(), unknown.key.clone()];
    keep(&store, &[known, unknown]).await;
    confirm(&store, "zoe", 150).await;
    for (now, is_known) in [(86_499, true), (86_500, false)] {
        store.erase(&Erasure::Expired(now), now).await.unwrap();
        for key in &keys {
            assert_eq!(store.answered(key).await.unwrap().is_some(), is_known, "{now}");
        }
    }
    assert_eq!(store.of_person(&digest("zoe")).await.unwrap().len(), 1);
}
