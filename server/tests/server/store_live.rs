//! What is counted for all to see: seats that are left, and persons who have signed.

use std::sync::Arc;

use alentour_server::store::{LiveCounts, LiveWanted, NewSignUp, SeatCount, Store};

use crate::stores::{
    at_once, both, confirm, digest, erase_by_link, form, keep, other, seat, session, with_sessions,
};

both! {
    seats_are_used_by_whom_they_are_held_for_and_by_who_has_confirmed
    a_known_address_changes_the_seats_like_an_unknown_one
    a_known_address_changes_who_waits_like_an_unknown_one
    only_who_has_confirmed_has_signed
    without_mail_a_second_form_of_a_known_address_counts_like_one_of_a_new_one
    signatures_are_counted_from_a_day_on
    each_initiative_that_is_asked_for_is_answered
}

async fn counted(store: &Arc<dyn Store>, initiative: &str, since: Option<i64>, now: i64) -> LiveCounts {
    let wanted = LiveWanted { initiative: initiative.into(), since, needs: true };
    store.live(&[wanted], now).await.unwrap().remove(0)
}

async fn used(store: &Arc<dyn Store>, now: i64) -> u64 {
    let counts = counted(store, "atelier", None, now).await;
    let [SeatCount { session, used, .. }] = &counts.sessions[..] else { panic!("{counts:?}") };
    assert_eq!((session.as_str(), counts.signed), ("samedi", 0));
    *used
}

async fn signed(store: &Arc<dyn Store>, since: i64) -> u64 {
    counted(store, "petition", Some(since), 100).await.signed
}

async fn seats_are_used_by_whom_they_are_held_for_and_by_who_has_confirmed(store: Arc<dyn Store>) {
    assert_eq!(counted(&store, "atelier", None, 100).await.sessions, []);
    let pair = NewSignUp { party: 2, ..wide(seat("zoe")) };
    keep(&store, &[pair, wide(seat("max"))]).await;
    // Held until 300.
    assert_eq!((used(&store, 299).await, used(&store, 300).await), (3, 0));
    confirm(&store, "zoe", 200).await;
    assert_eq!((used(&store, 299).await, used(&store, 300).await), (3, 2));
    erase_by_link(&store, "zoe", None, 310).await;
    assert_eq!(used(&store, 320).await, 0);
}

async fn a_known_address_changes_the_seats_like_an_unknown_one(store: Arc<dyn Store>) {
    keep(&store, &[wide(seat("zoe"))]).await;
    confirm(&store, "zoe", 110).await;
    let before = used(&store, 500).await;
    let again =
        |name, form: NewSignUp| wide(with_sessions(other(form, name, 500), |wanted| wanted.hold_until = 600));
    keep(&store, &[again("known", seat("zoe"))]).await;
    let known = used(&store, 510).await - before;
    keep(&store, &[again("unknown", seat("max"))]).await;
    let unknown = used(&store, 510).await - before - known;
    assert_eq!((known, unknown), (1, 1));
}

async fn a_known_address_changes_who_waits_like_an_unknown_one(store: Arc<dyn Store>) {
    let in_line = |form: NewSignUp, hold_until| {
        with_sessions(form, |wanted| {
            (wanted.seats, wanted.may_wait, wanted.hold_until) = (Some(1), true, hold_until);
        })
    };
    let waiting = async |now| counted(&store, "atelier", None, now).await.sessions[0].waiting;
    keep(&store, &[in_line(seat("zoe"), 300)]).await;
    confirm(&store, "zoe", 110).await;
    assert_eq!(waiting(120).await, 0);
    // Two people, before they have confirmed and afterwards.
    keep(&store, &[in_line(NewSignUp { party: 2, ..seat("max") }, 300)]).await;
    assert_eq!(waiting(120).await, 2);
    confirm(&store, "max", 130).await;
    assert_eq!((waiting(140).await, waiting(400).await), (2, 2));
    // Somebody who waits, and somebody whom nobody knows.
    let mut moved = Vec::new();
    for (key, name) in [("known", "max"), ("unknown", "eva")] {
        let before = (waiting(510).await, waiting(600).await);
        keep(&store, &[in_line(other(seat(name), key, 500), 600)]).await;
        moved.push((waiting(510).await - before.0, waiting(600).await - before.1));
    }
    assert_eq!(moved, [(1, 0); 2]);
}

async fn only_who_has_confirmed_has_signed(store: Arc<dyn Store>) {
    keep(&store, &[form("zoe"), form("max"), other(form("zoe"), "again", 100)]).await;
    assert_eq!(signed(&store, i64::MIN).await, 0);
    confirm(&store, "zoe", 110).await;
    assert_eq!(signed(&store, i64::MIN).await, 1);
    // A change waits, and is nobody else's.
    keep(&store, &[other(form("zoe"), "change", 1000)]).await;
    assert_eq!(signed(&store, i64::MIN).await, 1);
    confirm(&store, "max", 120).await;
    assert_eq!(signed(&store, i64::MIN).await, 2);
    erase_by_link(&store, "zoe", None, 1100).await;
    assert_eq!(signed(&store, i64::MIN).await, 1);
    assert_eq!(counted(&store, "petition", None, 100).await.signed, 0, "nobody asks how many");
}

async fn without_mail_a_second_form_of_a_known_address_counts_like_one_of_a_new_one(store: Arc<dyn Store>) {
    keep(&store, &[at_once(form("zoe"))]).await;
    assert_eq!(signed(&store, i64::MIN).await, 1);
    keep(&store, &[at_once(other(form("zoe"), "again", 100))]).await;
    assert_eq!(signed(&store, i64::MIN).await, 2);
    keep(&store, &[at_once(other(form("max"), "new", 100))]).await;
    assert_eq!(signed(&store, i64::MIN).await, 3);
}

async fn signatures_are_counted_from_a_day_on(store: Arc<dyn Store>) {
    keep(&store, &[form("zoe"), form("max"), at_once(form("lea"))]).await;
    confirm(&store, "zoe", 200).await;
    confirm(&store, "max", 300).await;
    // Confirmed at 200 and 300, and received at 100 where nobody confirms.
    assert_eq!((signed(&store, 100).await, signed(&store, 101).await), (3, 2));
    assert_eq!((signed(&store, 200).await, signed(&store, 201).await), (2, 1));
    assert_eq!(signed(&store, i64::MAX).await, 0);
}

async fn each_initiative_that_is_asked_for_is_answered(store: Arc<dyn Store>) {
    keep(
        &store,
        &[
            at_once(form("zoe")),
            seat("max"),
            NewSignUp { sessions: vec![session("dimanche", 2)], ..seat("lea") },
        ],
    )
    .await;
    // More than one statement's worth, what nobody has signed up for among them.
    let wanted: Vec<_> = (0..22)
        .map(|n| format!("nobody-{n}"))
        .chain(["petition".into(), "atelier".into()])
        .map(|initiative| LiveWanted { initiative, since: Some(0), needs: true })
        .collect();
    let counts = store.live(&wanted, 110).await.unwrap();
    assert!(
        counts.iter().map(|counts| &counts.initiative).eq(wanted.iter().map(|wanted| &wanted.initiative))
    );
    assert!(counts[..22].iter().all(|counts| counts.sessions.is_empty() && counts.signed == 0));
    assert_eq!((counts[22].signed, counts[22].sessions.len()), (1, 0));
    let sessions: Vec<_> = counts[23].sessions.iter().map(|it| (it.session.as_str(), it.used)).collect();
    assert_eq!((counts[23].signed, sessions), (0, vec![("dimanche", 1), ("samedi", 1)]));
    assert_eq!(store.live(&[], 110).await.unwrap(), []);
    assert!(store.of_person(&digest("max")).await.unwrap()[0].pending);
}

/// The same form for a session of nine seats.
fn wide(form: NewSignUp) -> NewSignUp {
    with_sessions(form, |wanted| wanted.seats = Some(9))
}
