//! Several sessions at once, several participants at one address, the waiting list and who is promoted from it.

use std::sync::Arc;

use alentour_server::store::{
    Confirmation, Delivery, Erasure, LinkUse, MailedLink, MessageKind, NewSignUp, Outcome, Purpose,
    Recipients, SeatLimit, Store, WantedSession,
};

use crate::app::{on_postgres, on_sqlite};
use crate::stores::{
    at_once, both, confirm, count, crm, digest, full, keep, link, other, seat, session, state, with_sessions,
};

both! {
    several_sessions_are_had_together_or_not_at_all
    a_household_signs_up_one_by_one_and_nobody_replaces_another
    a_freed_seat_goes_to_the_longest_waiting_whose_party_fits
    at_short_notice_a_seat_is_offered_and_goes_on_if_nobody_answers
    what_was_offered_is_accepted_or_given_back_once
    a_change_never_costs_the_seat_that_somebody_has
    a_change_of_sessions_keeps_the_place_in_the_line
    whoever_comes_to_be_more_goes_to_the_end_of_the_line
    nobody_is_dropped_where_the_limit_falls
    who_is_erased_frees_a_seat_for_who_waits
    without_mail_the_line_is_the_same
    the_line_looks_the_same_to_a_stranger_for_known_and_unknown_addresses
    a_link_for_one_sign_up_does_nothing_to_another
    an_address_is_ten_participants_and_no_more
    sinks_that_have_heard_of_a_sign_up_hear_what_becomes_of_its_dates
}

/// When the session of these tests begins, UTC seconds.
const START: i64 = 1_000_000;

/// A form for one of two seats on Saturday, or a place in the line.
fn patient(name: &str, at: i64) -> NewSignUp {
    with_sessions(at_time(name, at), |wanted| wanted.may_wait = true)
}

fn at_time(name: &str, at: i64) -> NewSignUp {
    let form = other(seat(name), &format!("{name} {at}"), at);
    let form = NewSignUp { expires_at: at + 5000, keep_until: 10 * START, ..form };
    with_sessions(form, |wanted| wanted.hold_until = at + 100)
}

fn of(party: u32, form: NewSignUp) -> NewSignUp {
    NewSignUp { party, ..form }
}

/// Signs up and confirms at once.
async fn joins(store: &Arc<dyn Store>, form: NewSignUp, name: &str) {
    let at = form.at;
    assert_eq!(keep(store, &[form]).await, [Outcome::Received], "{name}");
    confirm(store, name, at + 1).await;
}

/// What somebody has of each session: `samedi active, dimanche waiting`.
async fn has(store: &Arc<dyn Store>, name: &str) -> String {
    let all = store.of_person(&digest(name)).await.unwrap();
    let one = all.iter().find(|one| !one.pending).expect(name);
    let words = one.attendances.iter().map(|one| format!("{} {}", one.session, one.state.as_str()));
    words.collect::<Vec<_>>().join(", ")
}

/// Whose mails of that kind wait, taken from the outbox.
async fn mails(store: &Arc<dyn Store>, kind: MessageKind, now: i64) -> Vec<[u8; 32]> {
    let claimed = store.claim(now, 100_000, 1000, Recipients::All).await.unwrap();
    claimed.into_iter().filter(|one| one.kind == kind).map(|one| one.email_h).collect()
}

/// A link for the one sign-up of somebody.
async fn own(store: &Arc<dyn Store>, name: &str) -> [u8; 32] {
    let hash = digest(&format!("own {name}"));
    let id = store.of_person(&digest(name)).await.unwrap().remove(0).id;
    let link = MailedLink { signup: id, ..link(name, Purpose::Own, i64::MAX) };
    store.create_link(&hash, &link).await.unwrap();
    hash
}

async fn several_sessions_are_had_together_or_not_at_all(store: Arc<dyn Store>) {
    let both = |name: &str, at| {
        let form =
            NewSignUp { sessions: vec![session("samedi", 2), session("dimanche", 1)], ..at_time(name, at) };
        with_sessions(form, |wanted| wanted.hold_until = at + 100)
    };
    joins(&store, both("zoe", 100), "zoe").await;
    assert_eq!(has(&store, "zoe").await, "dimanche active, samedi active");
    // Sunday is full: Saturday is not had either, and it is said which one is.
    assert_eq!(keep(&store, &[both("max", 200)]).await, [Outcome::Full(vec!["dimanche".into()])]);
    assert_eq!(keep(&store, &[at_time("lea", 210)]).await, [Outcome::Received]);
    // Both are full for Max, while Lea's hold stands.
    let both_full = Outcome::Full(vec!["samedi".into(), "dimanche".into()]);
    assert_eq!(keep(&store, &[both("max", 220)]).await, [both_full]);
    // Where a place in the line will do for one of them, the other is had.
    let mut form = both("max", 400);
    form.sessions[1].may_wait = true;
    joins(&store, form, "max").await;
    assert_eq!(has(&store, "max").await, "dimanche waiting, samedi active");
}

async fn a_household_signs_up_one_by_one_and_nobody_replaces_another(store: Arc<dyn Store>) {
    let of_family = |name: &str, at| {
        let form = at_time("zoe", at);
        NewSignUp {
            participant_h: digest(name),
            request_h: digest(&format!("{name} {at}")),
            key: format!("{name} {at} 0123456789"),
            sessions: vec![session("samedi", 9)],
            ..form
        }
    };
    // All three wait for one mail, and each is confirmed for itself.
    let all = [of_family("zoe", 100), of_family("ada", 101), of_family("max", 102)];
    assert_eq!(keep(&store, &all).await, [Outcome::Received, Outcome::Received, Outcome::Received]);
    for now in [110, 111, 112] {
        confirm(&store, "zoe", now).await;
    }
    let stored = store.of_person(&digest("zoe")).await.unwrap();
    assert_eq!(stored.iter().filter(|one| one.confirmed_at.is_some()).count(), 3);
    assert!(stored.iter().all(|one| one.attempt == 1 && !one.pending));
    assert_eq!(store.count(None).await.unwrap().confirmed, 3);
    // Ada's again is a change of Ada's alone.
    keep(&store, &[of(2, of_family("ada", 300))]).await;
    let waiting = store.waiting(&digest("zoe"), 310).await.unwrap();
    let changed = waiting[0].changes.as_ref().unwrap();
    assert_eq!((waiting.len(), changed.participant_h, changed.party), (1, digest("ada"), 1));
    confirm(&store, "zoe", 320).await;
    let stored = store.of_person(&digest("zoe")).await.unwrap();
    let mut parties: Vec<_> = stored.iter().map(|one| (one.participant_h, one.party)).collect();
    parties.sort();
    assert_eq!(parties, [(digest("ada"), 2), (digest("max"), 1), (digest("zoe"), 1)]);
}

async fn a_freed_seat_goes_to_the_longest_waiting_whose_party_fits(store: Arc<dyn Store>) {
    joins(&store, at_time("zoe", 100), "zoe").await;
    joins(&store, at_time("max", 110), "max").await;
    assert_eq!(keep(&store, &[at_time("eve", 120)]).await, [full()]);
    joins(&store, of(2, patient("ada", 130)), "ada").await;
    joins(&store, patient("lea", 140), "lea").await;
    joins(&store, patient("ida", 150), "ida").await;
    for name in ["ada", "lea", "ida"] {
        assert_eq!(state(&store, name).await, "waiting");
    }
    // One seat: Ada comes with somebody, so it is Lea's; and it is hers in the transaction that frees it.
    let zoe = own(&store, "zoe").await;
    assert_eq!(store.give_back(&zoe, "samedi", 200).await.unwrap(), LinkUse::Now);
    assert_eq!((state(&store, "zoe").await, state(&store, "lea").await), ("cancelled", "active"));
    assert_eq!((state(&store, "ada").await, state(&store, "ida").await), ("waiting", "waiting"));
    assert_eq!(mails(&store, MessageKind::Promoted, 200).await, [digest("lea")]);
    // Given back once: the same button again frees nothing more.
    assert_eq!(store.give_back(&zoe, "samedi", 210).await.unwrap(), LinkUse::Before);
    assert_eq!(state(&store, "ida").await, "waiting");
    assert_eq!(keep(&store, &[at_time("eve", 220)]).await, [full()]);
    // Two more seats: Ada has waited longest.
    let limit = SeatLimit::Seats { seats: 4, starts_at: START };
    assert_eq!(store.promote("atelier", "samedi", limit, 230).await.unwrap(), 1);
    assert_eq!((state(&store, "ada").await, state(&store, "ida").await), ("active", "waiting"));
    assert_eq!(mails(&store, MessageKind::Promoted, 230).await, [digest("ada")]);
    assert_eq!(store.lines().await.unwrap(), [("atelier".to_owned(), "samedi".to_owned())]);
}

async fn at_short_notice_a_seat_is_offered_and_goes_on_if_nobody_answers(store: Arc<dyn Store>) {
    // Eight hours before it begins: an offer stands for two.
    let now = START - 8 * 3600;
    joins(&store, of(2, at_time("zoe", now)), "zoe").await;
    for (at, name) in ["lea", "ida", "max"].into_iter().enumerate() {
        joins(&store, of(2, patient(name, now + 10 * at as i64)), name).await;
    }
    let zoe = own(&store, "zoe").await;
    store.give_back(&zoe, "samedi", now + 100).await.unwrap();
    assert_eq!((state(&store, "lea").await, state(&store, "ida").await), ("offered", "waiting"));
    assert_eq!(mails(&store, MessageKind::Offered, now + 100).await, [digest("lea")]);
    let until = store.of_person(&digest("lea")).await.unwrap()[0].attendances[0].decide_by;
    assert_eq!(until, Some(now + 100 + 7175), "a quarter of what is left, two hours at most");
    // An offer takes its seats.
    assert_eq!(keep(&store, &[at_time("eve", now + 200)]).await, [full()]);
    let promote = async |now| store.promote("atelier", "samedi", SeatLimit::Unknown, now).await.unwrap();
    assert_eq!(promote(now + 7274).await, 0);
    // Nobody twice: Lea, who did not answer, is not asked again.
    assert_eq!(promote(now + 7275).await, 1);
    assert_eq!((state(&store, "lea").await, state(&store, "ida").await), ("cancelled", "offered"));
    let lea = own(&store, "lea").await;
    assert_eq!(store.accept_offer(&lea, "samedi", now + 7300).await.unwrap(), LinkUse::Before);
    let ida = own(&store, "ida").await;
    assert_eq!(store.accept_offer(&ida, "samedi", now + 7300).await.unwrap(), LinkUse::Now);
    assert_eq!((state(&store, "ida").await, state(&store, "max").await), ("active", "waiting"));
    // Once it has begun nobody is promoted.
    store.give_back(&ida, "samedi", START + 10).await.unwrap();
    assert_eq!((promote(START + 20).await, state(&store, "max").await), (0, "waiting"));
}

async fn what_was_offered_is_accepted_or_given_back_once(store: Arc<dyn Store>) {
    let now = START - 3600;
    joins(&store, at_time("zoe", now), "zoe").await;
    joins(&store, at_time("max", now), "max").await;
    joins(&store, patient("lea", now), "lea").await;
    joins(&store, patient("ida", now + 5), "ida").await;
    store.give_back(&own(&store, "zoe").await, "samedi", now + 10).await.unwrap();
    let lea = own(&store, "lea").await;
    // Given back: the next is asked at once.
    assert_eq!(store.give_back(&lea, "samedi", now + 20).await.unwrap(), LinkUse::Now);
    assert_eq!((state(&store, "lea").await, state(&store, "ida").await), ("cancelled", "offered"));
    let ida = own(&store, "ida").await;
    // Too late by a second of a quarter of what is left.
    let until = store.of_person(&digest("ida")).await.unwrap()[0].attendances[0].decide_by.unwrap();
    assert_eq!(store.accept_offer(&ida, "samedi", until).await.unwrap(), LinkUse::Before);
    assert_eq!(store.accept_offer(&ida, "samedi", until - 1).await.unwrap(), LinkUse::Now);
    assert_eq!(store.accept_offer(&ida, "samedi", until - 1).await.unwrap(), LinkUse::Before);
    assert_eq!(state(&store, "ida").await, "active");
    assert_eq!(store.accept_offer(&ida, "dimanche", until - 1).await.unwrap(), LinkUse::Unknown);
}

async fn a_change_never_costs_the_seat_that_somebody_has(store: Arc<dyn Store>) {
    joins(&store, at_time("zoe", 100), "zoe").await;
    joins(&store, at_time("max", 110), "max").await;
    // Zoé would bring somebody: there is no seat, and she keeps hers.
    keep(&store, &[with_sessions(of(2, patient("zoe", 300)), |wanted| wanted.seats = Some(9))]).await;
    let hash = digest("change");
    store.create_link(&hash, &link("zoe", Purpose::Confirm, i64::MAX)).await.unwrap();
    let id = store.waiting(&digest("zoe"), 500).await.unwrap().remove(0).attempt.id;
    let limits = [("samedi".to_owned(), SeatLimit::Seats { seats: 2, starts_at: START })];
    assert_eq!(store.confirm(&hash, &id, &[], &limits, 500).await.unwrap(), Confirmation::Full);
    let kept = store.of_person(&digest("zoe")).await.unwrap().into_iter().find(|one| !one.pending).unwrap();
    assert_eq!((kept.party, kept.attendances[0].state.as_str()), (1, "active"));
    // With one more seat it can be had.
    let limits = [("samedi".to_owned(), SeatLimit::Seats { seats: 3, starts_at: START })];
    assert_eq!(store.confirm(&hash, &id, &[], &limits, 510).await.unwrap(), Confirmation::Now);
    assert_eq!(keep(&store, &[with_sessions(at_time("eve", 520), |it| it.seats = Some(3))]).await, [full()]);
}

async fn a_change_of_sessions_keeps_the_place_in_the_line(store: Arc<dyn Store>) {
    joins(&store, of(2, at_time("zoe", 100)), "zoe").await;
    joins(&store, patient("lea", 110), "lea").await;
    joins(&store, patient("ida", 120), "ida").await;
    // Lea asks for Sunday too, and stays before Ida.
    let mut form = patient("lea", 400);
    form.sessions.push(session("dimanche", 5));
    joins(&store, form, "lea").await;
    assert_eq!(has(&store, "lea").await, "dimanche active, samedi waiting");
    store.promote("atelier", "samedi", SeatLimit::Seats { seats: 3, starts_at: START }, 410).await.unwrap();
    assert_eq!(
        (has(&store, "lea").await, state(&store, "ida").await),
        ("dimanche active, samedi active".into(), "waiting")
    );
    // Without Saturday any more, it is Ida's.
    let form = NewSignUp { sessions: vec![session("dimanche", 5)], ..patient("lea", 500) };
    joins(&store, with_sessions(form, |wanted| wanted.hold_until = 600), "lea").await;
    assert_eq!(
        (has(&store, "lea").await, state(&store, "ida").await),
        ("dimanche active, samedi cancelled".into(), "active")
    );
}

async fn whoever_comes_to_be_more_goes_to_the_end_of_the_line(store: Arc<dyn Store>) {
    joins(&store, of(2, at_time("zoe", 100)), "zoe").await;
    joins(&store, patient("lea", 110), "lea").await;
    joins(&store, of(2, patient("ida", 120)), "ida").await;
    // Ida comes with one less, and stays where she is; Lea with one more, and waits behind her.
    joins(&store, patient("ida", 400), "ida").await;
    joins(&store, of(2, patient("lea", 410)), "lea").await;
    store.promote("atelier", "samedi", SeatLimit::Seats { seats: 4, starts_at: START }, 420).await.unwrap();
    assert_eq!((state(&store, "ida").await, state(&store, "lea").await), ("active", "waiting"));
}

async fn nobody_is_dropped_where_the_limit_falls(store: Arc<dyn Store>) {
    joins(&store, at_time("zoe", 100), "zoe").await;
    joins(&store, at_time("max", 100), "max").await;
    joins(&store, patient("lea", 110), "lea").await;
    let limit = SeatLimit::Seats { seats: 1, starts_at: START };
    assert_eq!(store.promote("atelier", "samedi", limit, 200).await.unwrap(), 0);
    assert_eq!((state(&store, "zoe").await, state(&store, "max").await), ("active", "active"));
    // Two for one seat: one who goes makes no room.
    store.give_back(&own(&store, "zoe").await, "samedi", 210).await.unwrap();
    assert_eq!(state(&store, "lea").await, "waiting");
    store.give_back(&own(&store, "max").await, "samedi", 220).await.unwrap();
    assert_eq!(state(&store, "lea").await, "active");
}

async fn who_is_erased_frees_a_seat_for_who_waits(store: Arc<dyn Store>) {
    joins(&store, of(2, at_time("zoe", 100)), "zoe").await;
    joins(&store, patient("lea", 110), "lea").await;
    joins(&store, patient("ida", 120), "ida").await;
    store.erase(&Erasure::Person(digest("ida")), 130).await.unwrap();
    store.erase(&Erasure::Person(digest("zoe")), 140).await.unwrap();
    assert_eq!(state(&store, "lea").await, "active");
    assert_eq!(count(&store, "attendances").await, 1);
    assert_eq!(keep(&store, &[at_time("eve", 150), at_time("max", 150)]).await, [Outcome::Received, full()]);
}

async fn without_mail_the_line_is_the_same(store: Arc<dyn Store>) {
    let all =
        [at_once(of(2, at_time("zoe", 100))), at_once(at_time("eve", 100)), at_once(patient("lea", 100))];
    assert_eq!(keep(&store, &all).await, [Outcome::Received, full(), Outcome::Received]);
    assert_eq!(state(&store, "lea").await, "waiting");
    store.erase(&Erasure::Person(digest("zoe")), 140).await.unwrap();
    assert_eq!(state(&store, "lea").await, "active");
    // There is no mail to send.
    assert!(mails(&store, MessageKind::Promoted, 200).await.is_empty());
}

/// What a stranger gets to hear who puts Zoé on the waiting list, and counts seats and places.
async fn trace(store: &Arc<dyn Store>, known: &str) -> Vec<Vec<Outcome>> {
    let seats = 3 + u32::from(known == "seated");
    let with = |form: NewSignUp| with_sessions(form, |wanted: &mut WantedSession| wanted.seats = Some(seats));
    let first = match known {
        "seated" => Some(at_time("zoe", 10)),
        "waiting" => Some(patient("zoe", 30)),
        _ => None,
    };
    if known != "waiting"
        && let Some(first) = first.clone()
    {
        joins(store, with(first), "zoe").await;
    }
    joins(store, with(of(3, at_time("max", 20))), "max").await;
    if known == "waiting"
        && let Some(first) = first
    {
        joins(store, with(first), "zoe").await;
    }
    let mut trace = Vec::new();
    trace.push(keep(store, &[with(at_time("zoe", 1000))]).await);
    trace.push(keep(store, &[with(patient("zoe", 1001))]).await);
    trace.push(keep(store, &[with(patient("lea", 1002))]).await);
    let holds = crate::stores::dump(store).await;
    let holds = holds.iter().filter(|(table, _)| table.name == "holds").flat_map(|(_, rows)| rows);
    // Places in the line, whoever holds them: all but those names.
    let mut held: Vec<_> = holds.map(|row| format!("{:?}", row.get(5..).unwrap())).collect();
    held.sort();
    trace.push(vec![Outcome::Full(held)]);
    trace
}

async fn the_line_looks_the_same_to_a_stranger_for_known_and_unknown_addresses(first: Arc<dyn Store>) {
    let expected = trace(&first, "unknown").await;
    assert_eq!(expected[..3], [vec![full()], vec![Outcome::Received], vec![Outcome::Received]]);
    for known in ["seated", "waiting"] {
        let folder = tempfile::tempdir().unwrap();
        for store in [on_sqlite(&folder).await, on_postgres().await] {
            assert_eq!(trace(&store, known).await, expected, "{known}");
        }
    }
}

async fn a_link_for_one_sign_up_does_nothing_to_another(store: Arc<dyn Store>) {
    joins(&store, at_time("zoe", 100), "zoe").await;
    joins(&store, at_time("max", 110), "max").await;
    let zoe = own(&store, "zoe").await;
    // It neither confirms nor shows or erases everything.
    let max = store.of_person(&digest("max")).await.unwrap().remove(0).id;
    assert_eq!(store.confirm(&zoe, &max, &crm(), &[], 200).await.unwrap(), Confirmation::UnknownLink);
    assert_eq!(store.erase_by_link(&zoe, None, 200).await.unwrap(), LinkUse::Unknown);
    assert_eq!(store.withdraw(&zoe, &max, "contact", 200).await.unwrap(), LinkUse::Unknown);
    // Nor does a link that confirms give anything back.
    let hash = digest("confirming");
    store.create_link(&hash, &link("zoe", Purpose::Confirm, i64::MAX)).await.unwrap();
    assert_eq!(store.give_back(&hash, "samedi", 200).await.unwrap(), LinkUse::Unknown);
    // What has sessions is given back, and not erased: whoever a mail was forwarded to can do no more.
    assert_eq!(store.erase_own(&zoe, 210).await.unwrap(), LinkUse::Before);
    assert_eq!((state(&store, "zoe").await, state(&store, "max").await), ("active", "active"));
    let petition = NewSignUp { initiative: "petition".into(), sessions: Vec::new(), ..at_time("lea", 300) };
    joins(&store, petition, "lea").await;
    let lea = own(&store, "lea").await;
    assert_eq!(store.erase_own(&lea, 310).await.unwrap(), LinkUse::Now);
    assert!(store.of_person(&digest("lea")).await.unwrap().is_empty());
}

async fn an_address_is_ten_participants_and_no_more(store: Arc<dyn Store>) {
    let of_family = |n: usize, at| NewSignUp {
        participant_h: digest(&format!("child {n}")),
        request_h: digest(&format!("{n} {at}")),
        key: format!("{n} {at} 0123456789abc"),
        initiative: "petition".into(),
        sessions: Vec::new(),
        ..at_time("zoe", at)
    };
    for n in 0..10 {
        joins(&store, of_family(n, 100 + 10 * n as i64), "zoe").await;
    }
    keep(&store, &[of_family(10, 500)]).await;
    let hash = digest("eleventh");
    store.create_link(&hash, &link("zoe", Purpose::Confirm, i64::MAX)).await.unwrap();
    let id = store.waiting(&digest("zoe"), 510).await.unwrap().remove(0).attempt.id;
    assert_eq!(store.confirm(&hash, &id, &crm(), &[], 510).await.unwrap(), Confirmation::Enough);
    assert_eq!(store.count(None).await.unwrap().confirmed, 10);
    // One of the ten may change what they said.
    joins(&store, of_family(3, 600), "zoe").await;
}

async fn sinks_that_have_heard_of_a_sign_up_hear_what_becomes_of_its_dates(store: Arc<dyn Store>) {
    joins(&store, at_time("zoe", 100), "zoe").await;
    joins(&store, at_time("max", 110), "max").await;
    joins(&store, patient("lea", 120), "lea").await;
    // `crm` has heard of all three.
    for message in store.claim(130, 60, 100, Recipients::All).await.unwrap() {
        store.record_delivery(&message, &Delivery::Sent(130)).await.unwrap();
    }
    store.give_back(&own(&store, "zoe").await, "samedi", 200).await.unwrap();
    let told = store.claim(210, 60, 100, Recipients::All).await.unwrap();
    let mut changed: Vec<_> = told
        .iter()
        .filter(|one| one.kind == MessageKind::Changed)
        .map(|one| (one.email_h, one.sequence))
        .collect();
    changed.sort();
    assert_eq!(changed, [(digest("lea"), Some(2)), (digest("zoe"), Some(2))]);
}
