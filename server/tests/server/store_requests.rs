//! Requests: what organisers decide, what is counted of it, and what becomes of it where its person changes their mind.

use std::collections::BTreeMap;
use std::sync::Arc;

use alentour_server::store::{
    Answer, Answered, Arrangement, Decision, Erasure, KnownSession, LiveWanted, MailedLink, MessageKind,
    NewSignUp, Offering, Purpose, Rearrangement, Recipients, Refusal, SignUpRecord, Store,
};

use crate::stores::{
    at_once, both, by_hand, confirm, count, digest, erase_by_link, form, keep, link, other, session,
    with_sessions,
};

both! {
    a_request_is_asked_until_it_is_answered_and_its_person_is_told_once
    an_answer_can_be_another_one_later_and_the_same_changes_nothing
    what_is_accepted_counts_and_what_is_offered_does_not
    more_than_is_offered_or_needed_is_refused_and_then_nothing_is_done
    answers_of_one_file_count_together
    what_its_person_no_longer_offers_is_given_back
    who_was_declined_asks_anew_and_who_was_accepted_stays_so
    who_leaves_gives_back_what_was_accepted
    without_mail_nobody_is_written_to
    who_is_declined_gives_back_their_seat_and_the_line_moves_on
    a_seat_that_one_file_promises_goes_to_nobody_in_line
    who_is_accepted_after_all_gets_a_seat_again_or_nobody_is_answered
    a_date_that_was_given_back_before_or_has_left_the_feed_does_not_return
    only_who_was_accepted_in_time_is_reminded
    what_has_changed_since_it_was_looked_at_is_not_answered
    what_was_accepted_stays_found_once_its_sign_up_is_kept_no_longer
}

fn offering(need: &str, quantity: u32, needed: Option<u32>) -> Offering {
    Offering { need: need.into(), quantity, needed, accepted: 0 }
}

/// Offers so many of the four tables that are needed, and a hand, which nobody counts.
fn offer(name: &str, tables: u32) -> NewSignUp {
    let request = Some(vec![offering("bras", 1, None), offering("tables", tables, Some(4))]);
    NewSignUp { initiative: "local".into(), request, expires_at: 5000, ..form(name) }
}

fn accept(id: &str) -> Answer {
    Answer { id: id.into(), version: 0, is_accepted: true, quantities: None }
}

fn accept_tables(id: &str, tables: u32) -> Answer {
    Answer { quantities: Some(BTreeMap::from([("tables".into(), tables)])), ..accept(id) }
}

fn decline(id: &str) -> Answer {
    Answer { is_accepted: false, ..accept(id) }
}

/// The answers to what is there now.
async fn looked_at(store: &Arc<dyn Store>, answers: &[Answer]) -> Vec<Answer> {
    let (all, _) = store.page("local", None).await.unwrap();
    let version = |id: &str| all.iter().find(|one| one.id == id).map_or(0, |one| one.sequence);
    answers.iter().map(|answer| Answer { version: version(&answer.id), ..answer.clone() }).collect()
}

/// What was answered, by number of changes.
async fn give(store: &Arc<dyn Store>, answers: &[Answer], now: i64) -> u64 {
    match store.answer_requests(&looked_at(store, answers).await, false, &by_hand(now)).await.unwrap() {
        Answered::Now(changed) => changed,
        refused => panic!("{refused:?}"),
    }
}

async fn refused(store: &Arc<dyn Store>, answers: &[Answer]) -> Vec<(usize, Refusal)> {
    match store.answer_requests(&looked_at(store, answers).await, false, &by_hand(900)).await.unwrap() {
        Answered::Refused(refused) => refused,
        done => panic!("{done:?}"),
    }
}

async fn one(store: &Arc<dyn Store>, name: &str) -> SignUpRecord {
    let mut all = store.of_person(&digest(name)).await.unwrap();
    assert_eq!(all.len(), 1, "{name}");
    all.remove(0)
}

async fn decision(store: &Arc<dyn Store>, name: &str) -> Option<Decision> {
    one(store, name).await.decision.map(|(decision, _)| decision)
}

/// What is offered and accepted of tables.
async fn tables(store: &Arc<dyn Store>, name: &str) -> Option<(u32, u32)> {
    let record = one(store, name).await;
    record.offers.iter().find(|offer| offer.need == "tables").map(|offer| (offer.quantity, offer.accepted))
}

/// What is accepted of each need, as all see it.
async fn accepted(store: &Arc<dyn Store>) -> Vec<(String, u64)> {
    let wanted = LiveWanted { initiative: "local".into(), since: None, needs: true };
    store.live(&[wanted], 1000).await.unwrap().remove(0).accepted
}

async fn accepted_tables(store: &Arc<dyn Store>) -> u64 {
    accepted(store).await.into_iter().find(|(need, _)| need == "tables").map_or(0, |(_, accepted)| accepted)
}

/// What is owed to persons about decisions, and what the sinks are told of changes.
async fn owed(store: &Arc<dyn Store>) -> (Vec<MessageKind>, usize) {
    let all = store.outbox(false, 100).await.unwrap();
    let is_decision = |kind: &MessageKind| matches!(kind, MessageKind::Accepted | MessageKind::Declined);
    let mails = all.iter().map(|message| message.kind).filter(is_decision).collect();
    (mails, all.iter().filter(|message| message.kind == MessageKind::Changed).count())
}

/// The sinks have heard of all that is there.
async fn heard(store: &Arc<dyn Store>) {
    store.claim(120, 10, 100, Recipients::All).await.unwrap();
}

async fn a_request_is_asked_until_it_is_answered_and_its_person_is_told_once(store: Arc<dyn Store>) {
    keep(&store, &[offer("zoe", 3), form("max")]).await;
    assert_eq!(store.requested().await.unwrap(), [] as [&str; 0], "nobody has confirmed");
    let id = one(&store, "zoe").await.id;
    assert_eq!(refused(&store, &[accept(&id)]).await, [(0, Refusal::Unknown)]);
    confirm(&store, "zoe", 110).await;
    confirm(&store, "max", 110).await;
    heard(&store).await;
    assert_eq!(store.requested().await.unwrap(), ["local"]);
    assert_eq!(decision(&store, "zoe").await, Some(Decision::Asked));
    // A signature is nothing to decide about.
    let signature = one(&store, "max").await;
    assert_eq!(signature.decision, None);
    assert_eq!(refused(&store, &[accept(&id), accept(&signature.id)]).await, [(1, Refusal::Unknown)]);
    assert_eq!((decision(&store, "zoe").await, owed(&store).await), (Some(Decision::Asked), (vec![], 0)));

    assert_eq!(give(&store, &[accept(&id)], 130).await, 1);
    assert_eq!(one(&store, "zoe").await.decision, Some((Decision::Accepted, 130)));
    assert_eq!(owed(&store).await, (vec![MessageKind::Accepted], 1));
    let (page, _) = store.page("local", None).await.unwrap();
    let offers: Vec<_> =
        page[0].offers.iter().map(|it| (it.need.as_str(), it.quantity, it.accepted)).collect();
    assert_eq!(offers, [("bras", 1, 1), ("tables", 3, 3)]);
    assert_eq!(page[0].decision, Some((Decision::Accepted, 130)));
}

async fn an_answer_can_be_another_one_later_and_the_same_changes_nothing(store: Arc<dyn Store>) {
    keep(&store, &[offer("zoe", 3)]).await;
    let id = confirm(&store, "zoe", 110).await;
    heard(&store).await;
    assert_eq!(give(&store, &[accept(&id)], 130).await, 1);
    assert_eq!(give(&store, &[accept(&id)], 140).await, 0);
    assert_eq!(owed(&store).await, (vec![MessageKind::Accepted], 1));
    // In the same second: each decision has a time of its own.
    assert_eq!(give(&store, &[accept_tables(&id, 2)], 130).await, 1);
    assert_eq!(one(&store, "zoe").await.decision, Some((Decision::Accepted, 131)));
    assert_eq!(tables(&store, "zoe").await, Some((3, 2)));
    assert_eq!(give(&store, &[decline(&id)], 150).await, 1);
    assert_eq!(tables(&store, "zoe").await, Some((3, 0)));
    let (mails, changes) = owed(&store).await;
    assert_eq!((mails.len(), changes), (3, 3));
}

async fn what_is_accepted_counts_and_what_is_offered_does_not(store: Arc<dyn Store>) {
    keep(&store, &[offer("zoe", 3), offer("max", 1)]).await;
    let zoe = confirm(&store, "zoe", 110).await;
    confirm(&store, "max", 110).await;
    assert_eq!(accepted(&store).await, []);
    give(&store, &[accept_tables(&zoe, 2)], 130).await;
    assert_eq!(accepted(&store).await, [("tables".into(), 2)]);
    let nobody = LiveWanted { initiative: "local".into(), since: None, needs: false };
    assert_eq!(store.live(&[nobody], 1000).await.unwrap()[0].accepted, [], "nobody asks");
}

async fn more_than_is_offered_or_needed_is_refused_and_then_nothing_is_done(store: Arc<dyn Store>) {
    keep(&store, &[offer("zoe", 3), offer("max", 2)]).await;
    let (zoe, max) = (confirm(&store, "zoe", 110).await, confirm(&store, "max", 110).await);
    let not_offered = |need: &str, offered| Refusal::NotOffered(need.into(), offered);
    assert_eq!(refused(&store, &[accept_tables(&zoe, 4)]).await, [(0, not_offered("tables", 3))]);
    let chairs = Answer { quantities: Some(BTreeMap::from([("chaises".into(), 1)])), ..accept(&zoe) };
    assert_eq!(refused(&store, &[chairs]).await, [(0, not_offered("chaises", 0))]);
    assert_eq!(refused(&store, &[accept(&zoe), accept(&zoe)]).await, [(1, Refusal::Twice)]);
    give(&store, &[accept(&zoe)], 130).await;
    assert_eq!(refused(&store, &[accept(&max)]).await, [(0, Refusal::Beyond("tables".into(), 1))]);
    assert_eq!((decision(&store, "max").await, accepted_tables(&store).await), (Some(Decision::Asked), 3));
    give(&store, &[accept_tables(&max, 1)], 140).await;
    assert_eq!(accepted_tables(&store).await, 4);
    // Unless the organiser has room for more.
    assert_eq!(
        store.answer_requests(&looked_at(&store, &[accept(&max)]).await, true, &by_hand(150)).await.unwrap(),
        Answered::Now(1)
    );
    assert_eq!(accepted_tables(&store).await, 5);
    // Less is accepted though it is still too much, and the last form says how many are needed now.
    give(&store, &[accept_tables(&zoe, 2)], 160).await;
    let more = NewSignUp { request: Some(vec![offering("tables", 1, Some(9))]), at: 170, ..offer("lea", 1) };
    keep(&store, &[more]).await;
    confirm(&store, "lea", 180).await;
    give(&store, &[accept_tables(&zoe, 3)], 190).await;
}

async fn answers_of_one_file_count_together(store: Arc<dyn Store>) {
    keep(&store, &[offer("zoe", 3), offer("max", 2), offer("lea", 1)]).await;
    let mut ids = Vec::new();
    for name in ["zoe", "max", "lea"] {
        ids.push(confirm(&store, name, 110).await);
    }
    let all: Vec<_> = ids.iter().map(|id| accept(id)).collect();
    // Those before and behind it have room.
    assert_eq!(refused(&store, &all).await, [(1, Refusal::Beyond("tables".into(), 1))]);
    assert_eq!(accepted_tables(&store).await, 0);
    assert_eq!(give(&store, &[accept(&ids[0]), decline(&ids[1]), accept(&ids[2])], 130).await, 3);
    assert_eq!(accepted_tables(&store).await, 4);
    // What one gives back the next one has.
    assert_eq!(give(&store, &[decline(&ids[0]), accept(&ids[1])], 140).await, 2);
    assert_eq!(accepted_tables(&store).await, 3);
}

async fn what_its_person_no_longer_offers_is_given_back(store: Arc<dyn Store>) {
    keep(&store, &[offer("zoe", 3)]).await;
    let id = confirm(&store, "zoe", 110).await;
    give(&store, &[accept(&id)], 130).await;
    let fewer = NewSignUp {
        request: Some(vec![offering("tables", 2, Some(4))]),
        ..other(offer("zoe", 2), "fewer", 200)
    };
    keep(&store, &[fewer]).await;
    assert_eq!(accepted_tables(&store).await, 3, "it waits for its confirmation");
    confirm(&store, "zoe", 210).await;
    assert_eq!(
        (tables(&store, "zoe").await, accepted(&store).await),
        (Some((2, 2)), vec![("tables".into(), 2)])
    );
    // More is offered, and not accepted by itself.
    keep(&store, &[other(offer("zoe", 4), "more", 300)]).await;
    confirm(&store, "zoe", 310).await;
    assert_eq!(
        (tables(&store, "zoe").await, accepted(&store).await),
        (Some((4, 2)), vec![("tables".into(), 2)])
    );
    assert_eq!(
        (decision(&store, "zoe").await, count(&store, "decisions").await),
        (Some(Decision::Accepted), 1)
    );
}

async fn who_was_declined_asks_anew_and_who_was_accepted_stays_so(store: Arc<dyn Store>) {
    keep(&store, &[offer("zoe", 3)]).await;
    let id = confirm(&store, "zoe", 110).await;
    give(&store, &[decline(&id)], 130).await;
    keep(&store, &[other(offer("zoe", 3), "please", 200)]).await;
    confirm(&store, "zoe", 210).await;
    assert_eq!(
        (one(&store, "zoe").await.id, decision(&store, "zoe").await),
        (id.clone(), Some(Decision::Asked))
    );
    give(&store, &[accept(&id)], 220).await;
    // Nobody decides any more: the organiser has made something else of it.
    keep(&store, &[NewSignUp { request: None, ..other(offer("zoe", 3), "plain", 300) }]).await;
    confirm(&store, "zoe", 310).await;
    assert_eq!((decision(&store, "zoe").await, accepted(&store).await), (None, vec![]));
}

async fn who_leaves_gives_back_what_was_accepted(store: Arc<dyn Store>) {
    keep(&store, &[offer("zoe", 3)]).await;
    let id = confirm(&store, "zoe", 110).await;
    give(&store, &[accept(&id)], 130).await;
    erase_by_link(&store, "zoe", Some(&id), 140).await;
    assert_eq!(accepted(&store).await, []);
    assert_eq!((count(&store, "offers").await, count(&store, "decisions").await), (0, 0));
}

async fn without_mail_nobody_is_written_to(store: Arc<dyn Store>) {
    keep(&store, &[at_once(offer("zoe", 3))]).await;
    let id = one(&store, "zoe").await.id;
    assert_eq!(decision(&store, "zoe").await, Some(Decision::Asked));
    heard(&store).await;
    assert_eq!(give(&store, &[accept(&id)], 130).await, 1);
    assert_eq!((accepted_tables(&store).await, owed(&store).await), (3, (vec![], 1)));
}

/// Asks for a seat on Saturday, of which there is one, or for a place in its line; and for one on Sunday, of which there are nine.
fn joining(name: &str) -> NewSignUp {
    let mut one = session("samedi", 1);
    one.may_wait = true;
    let request = Some(Vec::new());
    NewSignUp {
        initiative: "local".into(),
        request,
        sessions: vec![one, session("dimanche", 9)],
        ..form(name)
    }
}

/// What somebody has of each session: `dimanche active, samedi waiting`.
async fn has(store: &Arc<dyn Store>, name: &str) -> String {
    let one = one(store, name).await;
    let words = one.attendances.iter().map(|one| format!("{} {}", one.session, one.state.as_str()));
    words.collect::<Vec<_>>().join(", ")
}

async fn taken(store: &Arc<dyn Store>) -> Vec<(String, u64, u64)> {
    let wanted = LiveWanted { initiative: "local".into(), since: None, needs: false };
    let all = store.live(&[wanted], 1000).await.unwrap().remove(0).sessions;
    all.into_iter().map(|one| (one.session, one.used, one.waiting)).collect()
}

async fn who_is_declined_gives_back_their_seat_and_the_line_moves_on(store: Arc<dyn Store>) {
    keep(&store, &[joining("zoe"), joining("max")]).await;
    let (zoe, max) = (confirm(&store, "zoe", 110).await, confirm(&store, "max", 120).await);
    assert_eq!(has(&store, "max").await, "dimanche active, samedi waiting");
    assert_eq!(give(&store, &[decline(&zoe)], 130).await, 1);
    assert_eq!(has(&store, "zoe").await, "dimanche cancelled, samedi cancelled");
    assert_eq!(has(&store, "max").await, "dimanche active, samedi active");
    assert_eq!(taken(&store).await, [("dimanche".into(), 1, 0), ("samedi".into(), 1, 0)]);
    let promoted = |all: Vec<alentour_server::store::OutboxMessage>| {
        all.into_iter().filter(|it| it.kind == MessageKind::Promoted).map(|it| it.email_h).collect::<Vec<_>>()
    };
    assert_eq!(promoted(store.outbox(false, 100).await.unwrap()), [digest("max")]);
    // Nor can their own page get another seat for them.
    let hash = digest("own zoe");
    let own = MailedLink { signup: zoe, ..link("zoe", Purpose::Own, i64::MAX) };
    store.create_link(&hash, &own).await.unwrap();
    let sunday = vec!["dimanche".to_owned()];
    let wanted =
        Arrangement { party: 1, guests: vec![], sessions: sunday.clone(), waitlist: vec![], among: sunday };
    assert_eq!(store.rearrange(&hash, &wanted, &[], 140).await.unwrap(), Rearrangement::Unknown);
    // Who waits leaves the line.
    give(&store, &[decline(&max)], 150).await;
    assert_eq!(taken(&store).await, [("dimanche".into(), 0, 0), ("samedi".into(), 0, 0)]);
}

async fn who_is_accepted_after_all_gets_a_seat_again_or_nobody_is_answered(store: Arc<dyn Store>) {
    keep(&store, &[joining("zoe"), joining("max")]).await;
    let (zoe, max) = (confirm(&store, "zoe", 110).await, confirm(&store, "max", 120).await);
    give(&store, &[decline(&zoe)], 130).await;
    let no_seat = || Refusal::NoSeat("samedi".into());
    assert_eq!(refused(&store, &[accept(&zoe), accept(&max)]).await, [(0, no_seat())]);
    assert_eq!(has(&store, "zoe").await, "dimanche cancelled, samedi cancelled");
    assert_eq!(decision(&store, "max").await, Some(Decision::Asked));
    give(&store, &[decline(&max)], 140).await;
    // Of two one has the last seat.
    assert_eq!(refused(&store, &[accept(&zoe), accept(&max)]).await, [(1, no_seat())]);
    assert_eq!(give(&store, &[accept(&zoe)], 150).await, 1);
    assert_eq!(has(&store, "zoe").await, "dimanche active, samedi active");
    assert_eq!(taken(&store).await, [("dimanche".into(), 1, 0), ("samedi".into(), 1, 0)]);
}

async fn a_seat_that_one_file_promises_goes_to_nobody_in_line(store: Arc<dyn Store>) {
    let of_two = |name, party| {
        let form =
            with_sessions(joining(name), |one| one.seats = Some(if one.id == "samedi" { 2 } else { 9 }));
        NewSignUp { party, ..form }
    };
    keep(&store, &[of_two("zoe", 1), of_two("max", 1), of_two("eva", 2)]).await;
    let (zoe, max) = (confirm(&store, "zoe", 110).await, confirm(&store, "max", 120).await);
    confirm(&store, "eva", 125).await;
    give(&store, &[decline(&zoe)], 130).await;
    // With Max's seat there would be two, for both of Eva's, if the one were not Zoé's.
    assert_eq!(give(&store, &[decline(&max), accept(&zoe)], 140).await, 2);
    assert_eq!(has(&store, "eva").await, "dimanche active, samedi waiting");
    assert_eq!(taken(&store).await, [("dimanche".into(), 3, 0), ("samedi".into(), 1, 2)]);
}

async fn a_date_that_was_given_back_before_or_has_left_the_feed_does_not_return(store: Arc<dyn Store>) {
    let mut asked = joining("zoe");
    asked.sessions.push(session("lundi", 9));
    keep(&store, &[asked]).await;
    let zoe = confirm(&store, "zoe", 110).await;
    let hash = digest("own zoe");
    let own = MailedLink { signup: zoe.clone(), ..link("zoe", Purpose::Own, i64::MAX) };
    store.create_link(&hash, &own).await.unwrap();
    store.give_back(&hash, "samedi", 120).await.unwrap();
    give(&store, &[decline(&zoe)], 130).await;
    let monday = KnownSession { session: "lundi".into(), starts_at: 1_000_000, ..KnownSession::default() };
    store.note_sessions("local", &[monday]).await.unwrap();
    let monday = store.sessions("local").await.unwrap().remove(0);
    store.lose_session("local", &monday, &[], 140).await.unwrap();
    give(&store, &[accept(&zoe)], 150).await;
    assert_eq!(has(&store, "zoe").await, "dimanche active, lundi cancelled, samedi cancelled");
}

async fn only_who_was_accepted_in_time_is_reminded(store: Arc<dyn Store>) {
    let names = ["zoe", "max", "lea", "ida"];
    let starts_at = 200_000;
    keep(&store, &names.map(|name| NewSignUp { sessions: vec![session("dimanche", 9)], ..joining(name) }))
        .await;
    let mut ids = Vec::new();
    for name in names {
        ids.push(confirm(&store, name, 110).await);
    }
    let sunday = KnownSession { session: "dimanche".into(), starts_at, ..KnownSession::default() };
    store.note_sessions("local", &[sunday]).await.unwrap();
    give(&store, &[accept(&ids[0]), decline(&ids[1])], 130).await;
    give(&store, &[accept(&ids[2])], starts_at - 50).await;
    assert_eq!(store.remind(100, starts_at - 40).await.unwrap(), 1);
    let all = store.outbox(false, 100).await.unwrap();
    let reminded: Vec<_> = all.iter().filter(|one| one.kind == MessageKind::Reminder).collect();
    assert_eq!(reminded[0].email_h, digest("zoe"));
}

async fn what_has_changed_since_it_was_looked_at_is_not_answered(store: Arc<dyn Store>) {
    keep(&store, &[offer("zoe", 1), offer("max", 1)]).await;
    let (zoe, max) = (confirm(&store, "zoe", 110).await, confirm(&store, "max", 110).await);
    let seen = looked_at(&store, &[accept(&zoe), accept(&max)]).await;
    keep(&store, &[other(offer("zoe", 3), "more", 200)]).await;
    confirm(&store, "zoe", 210).await;
    let refused = Answered::Refused(vec![(0, Refusal::Changed)]);
    assert_eq!(store.answer_requests(&seen, false, &by_hand(220)).await.unwrap(), refused);
    assert_eq!((decision(&store, "max").await, accepted_tables(&store).await), (Some(Decision::Asked), 0));
    let seen = looked_at(&store, &seen).await;
    assert_eq!(store.answer_requests(&seen, false, &by_hand(230)).await.unwrap(), Answered::Now(2));
    // Another organiser may have answered.
    let late = seen.iter().map(|answer| Answer { is_accepted: false, ..answer.clone() }).collect::<Vec<_>>();
    let refused = Answered::Refused(vec![(0, Refusal::Changed), (1, Refusal::Changed)]);
    assert_eq!(store.answer_requests(&late, false, &by_hand(240)).await.unwrap(), refused);
}

async fn what_was_accepted_stays_found_once_its_sign_up_is_kept_no_longer(store: Arc<dyn Store>) {
    let brief = |name: &str, tables| NewSignUp { keep_until: 2000, ..offer(name, tables) };
    keep(&store, &[brief("zoe", 1), brief("max", 1), offer("lea", 1), offer("ida", 2)]).await;
    let mut ids = Vec::new();
    for name in ["zoe", "max", "lea", "ida"] {
        ids.push(confirm(&store, name, 110).await);
    }
    give(&store, &[accept(&ids[0]), accept(&ids[1]), accept(&ids[2])], 130).await;
    assert_eq!(store.erase(&Erasure::Expired(2000), 2000).await.unwrap(), 2);
    assert_eq!((count(&store, "offers").await, count(&store, "need_totals").await), (4, 2));
    assert_eq!(accepted_tables(&store).await, 3);
    assert_eq!(refused(&store, &[accept(&ids[3])]).await, [(0, Refusal::Beyond("tables".into(), 1))]);
    // Whoever leaves takes theirs along.
    erase_by_link(&store, "lea", None, 2100).await;
    assert_eq!(accepted_tables(&store).await, 2);
    assert_eq!(give(&store, &[accept(&ids[3])], 2200).await, 1);
}
