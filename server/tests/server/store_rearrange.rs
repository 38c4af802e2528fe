//! What a sign-up is for changes, as its person asks on their own page.

use std::sync::Arc;

use alentour_server::store::{
    Arrangement, MailedLink, MessageKind, NewSignUp, Outcome, Purpose, Rearrangement, Recipients,
    RosterQuery, SeatLimit, Standing, Store,
};

use crate::stores::{both, confirm, digest, keep, link, other, seat, session};

both! {
    another_date_is_had_and_the_one_before_goes_to_who_waits
    what_cannot_be_had_changes_nothing
    a_larger_party_needs_seats_and_a_smaller_one_frees_some
    a_full_date_is_waited_for_where_that_will_do
    what_was_not_among_the_choices_stays_as_it_is
    an_offer_that_has_run_out_is_not_kept_by_a_change
    seats_are_counted_by_what_each_date_was_taken_for
    names_come_with_more_people_and_go_with_fewer
}

/// When the sessions of these tests begin, UTC seconds.
const START: i64 = 1_000_000;

fn form(name: &str, party: u32, days: &[&str], at: i64) -> NewSignUp {
    let sessions = days.iter().map(|day| {
        let wanted = session(day, 2);
        alentour_server::store::WantedSession { may_wait: true, starts_at: START, ..wanted }
    });
    let form = other(seat(name), &format!("{name} {at}"), at);
    NewSignUp { party, sessions: sessions.collect(), expires_at: at + 5000, keep_until: 10 * START, ..form }
}

async fn joins(store: &Arc<dyn Store>, name: &str, party: u32, days: &[&str], at: i64) {
    assert_eq!(keep(store, &[form(name, party, days, at)]).await, [Outcome::Received], "{name}");
    confirm(store, name, at + 1).await;
}

async fn has(store: &Arc<dyn Store>, name: &str) -> String {
    let all = store.of_person(&digest(name)).await.unwrap();
    let one = all.iter().find(|one| !one.pending).expect(name);
    let words = one.attendances.iter().map(|one| format!("{} {}", one.session, one.state.as_str()));
    format!("{}: {}", one.party, words.collect::<Vec<_>>().join(", "))
}

/// Asks for that among Saturday and Sunday, of which each has two seats.
async fn asks(
    store: &Arc<dyn Store>,
    name: &str,
    party: u32,
    days: &[&str],
    waits: &[&str],
    now: i64,
) -> Rearrangement {
    asks_among(store, name, (party, days, waits), &["samedi", "dimanche"], now).await
}

async fn asks_among(
    store: &Arc<dyn Store>,
    name: &str,
    (party, days, waits): (u32, &[&str], &[&str]),
    among: &[&str],
    now: i64,
) -> Rearrangement {
    let hash = digest(&format!("own {name}"));
    let id = store.of_person(&digest(name)).await.unwrap().into_iter().find(|one| !one.pending).unwrap().id;
    let link = MailedLink { signup: id, ..link(name, Purpose::Own, i64::MAX) };
    store.create_link(&hash, &link).await.unwrap();
    let names = |days: &[&str]| days.iter().map(|day| day.to_string()).collect::<Vec<_>>();
    let among = names(among);
    let limits: Vec<_> =
        among.iter().map(|day| (day.clone(), SeatLimit::Seats { seats: 2, starts_at: START })).collect();
    let wanted =
        Arrangement { party, sessions: names(days), waitlist: names(waits), among, ..Arrangement::default() };
    store.rearrange(&hash, &wanted, &limits, now).await.unwrap()
}

async fn promoted(store: &Arc<dyn Store>, now: i64) -> Vec<[u8; 32]> {
    let claimed = store.claim(now, 100_000, 1000, Recipients::All).await.unwrap();
    claimed.into_iter().filter(|one| one.kind == MessageKind::Promoted).map(|one| one.email_h).collect()
}

async fn another_date_is_had_and_the_one_before_goes_to_who_waits(store: Arc<dyn Store>) {
    joins(&store, "zoe", 2, &["samedi"], 100).await;
    joins(&store, "max", 1, &["samedi"], 200).await;
    assert_eq!(has(&store, "max").await, "1: samedi waiting");
    assert_eq!(asks(&store, "zoe", 2, &["dimanche"], &[], 300).await, Rearrangement::Now);
    assert_eq!(has(&store, "zoe").await, "2: dimanche active, samedi cancelled");
    assert_eq!(has(&store, "max").await, "1: samedi active");
    assert_eq!(promoted(&store, 400).await, [digest("max")]);
    // Asked again it is so already, and nobody is told anything.
    assert_eq!(asks(&store, "zoe", 2, &["dimanche"], &[], 500).await, Rearrangement::Before);
    // Back again, as far as there are seats: one is.
    assert_eq!(asks(&store, "zoe", 1, &["samedi"], &[], 600).await, Rearrangement::Now);
    assert_eq!(has(&store, "zoe").await, "1: dimanche cancelled, samedi active");
}

async fn what_cannot_be_had_changes_nothing(store: Arc<dyn Store>) {
    joins(&store, "zoe", 1, &["samedi"], 100).await;
    joins(&store, "max", 2, &["dimanche"], 200).await;
    assert_eq!(asks(&store, "zoe", 1, &["dimanche"], &[], 300).await, Rearrangement::Full);
    assert_eq!(asks(&store, "zoe", 1, &["samedi", "dimanche"], &[], 301).await, Rearrangement::Full);
    assert_eq!(asks(&store, "zoe", 3, &["samedi"], &[], 302).await, Rearrangement::Full);
    assert_eq!(has(&store, "zoe").await, "1: samedi active");
    // Nor does whoever has a seat give it up for a place in the line of the same date.
    assert_eq!(asks(&store, "zoe", 3, &["samedi"], &["samedi"], 303).await, Rearrangement::Full);
    assert_eq!(has(&store, "zoe").await, "1: samedi active");
}

async fn a_larger_party_needs_seats_and_a_smaller_one_frees_some(store: Arc<dyn Store>) {
    joins(&store, "zoe", 1, &["samedi"], 100).await;
    assert_eq!(asks(&store, "zoe", 2, &["samedi"], &[], 200).await, Rearrangement::Now);
    joins(&store, "max", 1, &["samedi"], 300).await;
    assert_eq!(has(&store, "max").await, "1: samedi waiting");
    assert_eq!(asks(&store, "zoe", 1, &["samedi"], &[], 400).await, Rearrangement::Now);
    assert_eq!(
        (has(&store, "zoe").await, has(&store, "max").await),
        ("1: samedi active".into(), "1: samedi active".into())
    );
}

async fn a_full_date_is_waited_for_where_that_will_do(store: Arc<dyn Store>) {
    joins(&store, "max", 2, &["dimanche"], 100).await;
    joins(&store, "zoe", 1, &["samedi"], 200).await;
    assert_eq!(asks(&store, "zoe", 1, &["samedi", "dimanche"], &["dimanche"], 300).await, Rearrangement::Now);
    assert_eq!(has(&store, "zoe").await, "1: dimanche waiting, samedi active");
    joins(&store, "lea", 1, &["dimanche"], 400).await;
    // Who waits keeps the place in the line through a change of the other date.
    assert_eq!(asks(&store, "zoe", 1, &["dimanche"], &["dimanche"], 500).await, Rearrangement::Now);
    assert_eq!(asks(&store, "max", 1, &["dimanche"], &[], 600).await, Rearrangement::Now);
    assert_eq!(has(&store, "zoe").await, "1: dimanche active, samedi cancelled");
    assert_eq!(has(&store, "lea").await, "1: dimanche waiting");
}

async fn what_was_not_among_the_choices_stays_as_it_is(store: Arc<dyn Store>) {
    // Monday is over, or has left the feed.
    joins(&store, "zoe", 2, &["lundi", "samedi"], 100).await;
    assert_eq!(asks(&store, "zoe", 1, &["dimanche"], &[], 200).await, Rearrangement::Now);
    assert_eq!(has(&store, "zoe").await, "1: dimanche active, lundi active, samedi cancelled");
}

async fn an_offer_that_has_run_out_is_not_kept_by_a_change(store: Arc<dyn Store>) {
    let late = START - 3600;
    joins(&store, "max", 2, &["samedi"], 100).await;
    joins(&store, "zoe", 1, &["samedi"], 200).await;
    joins(&store, "lea", 2, &["samedi"], 300).await;
    // An hour before it begins Max frees a seat: it is offered to Zoé, who does not answer for a quarter of an hour.
    assert_eq!(asks(&store, "max", 1, &["samedi"], &[], late).await, Rearrangement::Now);
    assert_eq!(has(&store, "zoe").await, "1: samedi offered");
    // Whoever is offered a seat is among those who have one, as the number beside says.
    for (standing, people) in [(Standing::Seated, 2), (Standing::Waiting, 2)] {
        for session in [Some("samedi"), None] {
            let wanted = RosterQuery { session, standing: Some(standing), most: 9, ..RosterQuery::default() };
            let (all, total) = store.roster("atelier", &wanted).await.unwrap();
            let party: u32 = all.iter().map(|one| one.record.attendances[0].party).sum();
            assert_eq!((party, total), (people, all.len()), "{standing:?} {session:?}");
        }
    }
    let tally = store.tally("atelier", late).await.unwrap().sessions.remove(0);
    assert_eq!((tally.seated, tally.waiting), (2, 2));
    assert_eq!(asks(&store, "max", 1, &["dimanche"], &[], late + 1).await, Rearrangement::Now);
    assert_eq!(asks(&store, "zoe", 1, &["samedi", "dimanche"], &[], late + 1000).await, Rearrangement::Full);
    assert_eq!(has(&store, "lea").await, "2: samedi offered");
}

async fn seats_are_counted_by_what_each_date_was_taken_for(store: Arc<dyn Store>) {
    joins(&store, "zoe", 1, &["samedi", "dimanche"], 100).await;
    // Sunday is not in the feed for a while: it stays as it is.
    assert_eq!(asks_among(&store, "zoe", (2, &["samedi"], &[]), &["samedi"], 200).await, Rearrangement::Now);
    joins(&store, "max", 1, &["dimanche"], 300).await;
    // Back again, she gives Sunday back: the one seat that she had of it.
    assert_eq!(asks(&store, "zoe", 2, &["samedi"], &[], 400).await, Rearrangement::Now);
    joins(&store, "lea", 1, &["dimanche"], 500).await;
    joins(&store, "eve", 1, &["dimanche"], 600).await;
    assert_eq!(
        (has(&store, "lea").await, has(&store, "eve").await),
        ("1: dimanche active".into(), "1: dimanche waiting".into())
    );
}

async fn names_come_with_more_people_and_go_with_fewer(store: Arc<dyn Store>) {
    joins(&store, "zoe", 1, &["samedi"], 100).await;
    let hash = digest("own zoe");
    asks(&store, "zoe", 1, &["samedi"], &[], 150).await;
    let arranged = async |party, guests: &[&str], now| {
        let names = |names: &[&str]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
        let (sessions, among) = (names(&["samedi"]), names(&["samedi"]));
        let wanted = Arrangement { party, guests: names(guests), sessions, among, ..Arrangement::default() };
        let limits = [("samedi".to_owned(), SeatLimit::Seats { seats: 4, starts_at: START })];
        let rearranged = store.rearrange(&hash, &wanted, &limits, now).await.unwrap();
        (rearranged, store.of_person(&digest("zoe")).await.unwrap().remove(0).person.guests)
    };
    let named = |names: &[&str]| names.iter().map(|name| name.to_string()).collect::<Vec<_>>();
    assert_eq!(arranged(3, &["Ana", "Léo"], 200).await, (Rearrangement::Now, named(&["Ana", "Léo"])));
    // What cannot be had names nobody.
    assert_eq!(arranged(5, &["Max", "Eva"], 300).await, (Rearrangement::Full, named(&["Ana", "Léo"])));
    assert_eq!(arranged(2, &[], 400).await, (Rearrangement::Now, named(&["Ana"])));
    assert_eq!(arranged(3, &["Max", "Eva"], 500).await, (Rearrangement::Now, named(&["Ana", "Max"])));
}
