//! The outbox as a store keeps it: each message is handed out once at a time, events in their order.

use std::sync::Arc;

use alentour_server::store::{
    Delivery, Erasure, Message, MessageKind, NewSignUp, OutboxMessage, Purpose, Recipients, Store,
};

use crate::app::key;
use crate::stores::{at_once, both, by_hand, confirm, count, crm, digest, form, keep, link, other};

both! {
    a_message_is_taken_once_and_again_when_its_taker_died
    what_waits_for_a_sink_that_is_left_out_is_not_touched
    a_mail_speaks_for_what_waits_though_what_caused_it_is_gone
    a_message_that_was_given_up_can_be_retried
    a_link_is_enqueued_for_everybody_once_within_ten_minutes
    a_second_form_enqueues_one_mail_within_ten_minutes
    events_about_a_sign_up_go_one_after_the_other_to_each_sink
    the_news_of_an_erasure_waits_for_what_is_on_its_way
    ids_are_new_after_an_erasure
    mails_are_counted_whatever_is_erased
}

async fn a_message_is_taken_once_and_again_when_its_taker_died(store: Arc<dyn Store>) {
    keep(&store, &(0..40).map(|i| form(&format!("p{i}"))).collect::<Vec<_>>()).await;
    let (a, b) =
        tokio::join!(store.claim(100, 60, 30, Recipients::All), store.claim(100, 60, 30, Recipients::All));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert!(a.len() <= 30 && b.len() <= 30);
    let mut ids: Vec<_> = a.iter().chain(&b).map(|message| message.id.clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), a.len() + b.len()), (40, 40));
    assert!(store.claim(159, 60, 100, Recipients::All).await.unwrap().is_empty());
    let all: Vec<_> = a.into_iter().chain(b).collect();
    store.record_delivery(&all[0], &Delivery::Sent(110)).await.unwrap();
    store.record_delivery(&all[1], &Delivery::Later(500, "greylisted".into())).await.unwrap();
    let again = store.claim(160, 60, 100, Recipients::All).await.unwrap();
    assert_eq!(again.len(), 38);
    assert!(again.iter().all(|message| message.attempts == 2));
    let later = store.claim(500, 60, 100, Recipients::All).await.unwrap();
    let greylisted = later.iter().find(|message| message.id == all[1].id).unwrap();
    assert_eq!(greylisted.error.as_deref(), Some("greylisted"));
}

async fn what_waits_for_a_sink_that_is_left_out_is_not_touched(store: Arc<dyn Store>) {
    let to = |name: &str, sinks: &[&str]| {
        let event = |sink: &&str| Message { kind: MessageKind::SignedUp, sink: (*sink).into() };
        NewSignUp { messages: sinks.iter().map(event).collect(), ..at_once(form(name)) }
    };
    keep(&store, &[form("zoe"), to("max", &["crm", "list"]), to("lea", &["list"])]).await;
    let taken = async |now: i64, to: Recipients<'_>| -> Vec<String> {
        let mut taken = store.claim(now, 60, 10, to).await.unwrap();
        taken.sort_by(|a, b| a.sink.cmp(&b.sink));
        taken.into_iter().map(|message| format!("{} {}", message.sink, message.attempts)).collect()
    };
    let but = ["list".to_owned(), "gone".to_owned()];
    assert_eq!(taken(100, Recipients::SinksExcept(&but)).await, ["crm 1"]);
    assert_eq!(taken(200, Recipients::Persons).await, [" 1"]);
    assert_eq!(taken(300, Recipients::SinksExcept(&[])).await, ["crm 2", "list 1", "list 1"]);
    assert_eq!(taken(400, Recipients::All).await, [" 2", "crm 3", "list 2", "list 2"]);
}

async fn a_mail_speaks_for_what_waits_though_what_caused_it_is_gone(store: Arc<dyn Store>) {
    keep(&store, &[form("zoe")]).await;
    let first = store.of_person(&digest("zoe")).await.unwrap().remove(0).id;
    keep(&store, &[other(form("zoe"), "her own", 110)]).await;
    let hash = digest("link");
    store.create_link(&hash, &link("zoe", Purpose::Confirm, 9000)).await.unwrap();
    store.dismiss(&hash, &[&first], 120).await.unwrap();
    let [mail] = &store.claim(130, 60, 10, Recipients::Persons).await.unwrap()[..] else { panic!() };
    assert_eq!(mail.email_h, digest("zoe"));
    // One that is on its way may not know of what comes now.
    keep(&store, &[other(form("zoe"), "later", 140)]).await;
    store.record_delivery(mail, &Delivery::Sent(141)).await.unwrap();
    let next = store.claim(700, 60, 10, Recipients::Persons).await.unwrap();
    assert_eq!(next.len(), 1);
}

async fn a_message_that_was_given_up_can_be_retried(store: Arc<dyn Store>) {
    keep(&store, &[form("a"), form("b")]).await;
    for message in store.claim(100, 60, 10, Recipients::All).await.unwrap() {
        store.record_delivery(&message, &Delivery::Dead(110, "no such mailbox".into())).await.unwrap();
    }
    let backlog = store.backlog().await.unwrap();
    assert_eq!((backlog.waiting, backlog.dead), (0, 2));
    let dead = store.outbox(true, 10).await.unwrap();
    assert_eq!((dead.len(), dead[0].error.as_deref()), (2, Some("no such mailbox")));
    assert_eq!(store.retry(Some(&dead[0].id), &by_hand(200)).await.unwrap(), 1);
    assert_eq!(store.retry(Some("unknown"), &by_hand(200)).await.unwrap(), 0);
    assert_eq!(store.retry(None, &by_hand(200)).await.unwrap(), 1);
    assert_eq!(store.claim(200, 60, 10, Recipients::All).await.unwrap().len(), 2);
}

async fn a_link_is_enqueued_for_everybody_once_within_ten_minutes(store: Arc<dyn Store>) {
    keep(&store, &[form("zoe")]).await;
    let access = async |now: i64| -> Vec<OutboxMessage> {
        for name in ["zoe", "nobody"] {
            store.enqueue(&digest(name), MessageKind::Access, now).await.unwrap();
        }
        let mut claimed = store.claim(now, 60, 10, Recipients::All).await.unwrap();
        claimed.retain(|message| message.kind == MessageKind::Access);
        for message in &claimed {
            let delivery = match store.of_person(&message.email_h).await.unwrap().is_empty() {
                true => Delivery::Unneeded(now),
                false => Delivery::Sent(now),
            };
            store.record_delivery(message, &delivery).await.unwrap();
        }
        claimed.sort_by_key(|message| message.email_h != digest("zoe"));
        claimed
    };
    let first = access(100).await;
    assert_eq!(first.iter().map(|one| one.email_h).collect::<Vec<_>>(), [digest("zoe"), digest("nobody")]);
    // Asked again at once: no second one. Later: another, with a link of its own.
    assert!(access(699).await.is_empty());
    let second = access(700).await;
    assert_eq!(second.len(), 2);
    assert_ne!(first[0].token(store.secret()), second[0].token(store.secret()));
    // What was not sent is not counted, and is forgotten when its link would be out of date.
    let sent = async |name: &str| store.mails_since(&digest(name), 0).await.unwrap();
    assert_eq!((sent("zoe").await, sent("nobody").await), (2, 0));
    store.erase(&Erasure::Expired(86_400 + 99), 86_400 + 99).await.unwrap();
    assert_eq!(count(&store, "outbox").await, 2);
    store.erase(&Erasure::Expired(86_400 + 700), 86_400 + 700).await.unwrap();
    assert_eq!(count(&store, "outbox").await, 0);
}

async fn a_second_form_enqueues_one_mail_within_ten_minutes(store: Arc<dyn Store>) {
    keep(&store, &[form("zoe")]).await;
    let again = |at: i64| other(form("zoe"), &format!("at {at}"), at);
    let mails = async |now: i64| {
        let claimed = store.claim(now, 1, 10, Recipients::All).await.unwrap();
        for message in &claimed {
            store.record_delivery(message, &Delivery::Sent(now)).await.unwrap();
        }
        claimed.len()
    };
    keep(&store, &[again(110), again(111)]).await;
    assert_eq!(mails(112).await, 1);
    // What comes after the mail waits for the next one, ten minutes after it, and is told all the same.
    keep(&store, &[again(120), again(121)]).await;
    assert_eq!(mails(121).await, 0);
    // A mail about something else is another matter.
    keep(&store, &[NewSignUp { initiative: "atelier".into(), ..again(130) }]).await;
    assert_eq!(mails(131).await, 1);
    assert_eq!(mails(699).await, 0);
    keep(&store, &[again(700)]).await;
    assert_eq!(mails(700).await, 1);
    assert_eq!(mails(9000).await, 0);
    assert_eq!(store.mails_since(&digest("zoe"), 0).await.unwrap(), 3);
}

async fn events_about_a_sign_up_go_one_after_the_other_to_each_sink(store: Arc<dyn Store>) {
    keep(&store, &[form("zoe"), at_once(form("max"))]).await;
    let hash = digest("confirm");
    store.create_link(&hash, &link("zoe", Purpose::Confirm, 9000)).await.unwrap();
    let id = store.waiting(&digest("zoe"), 150).await.unwrap().remove(0).attempt.id;
    let sinks = ["crm".to_owned(), "orga".to_owned()];
    store.confirm(&hash, &id, &sinks, &[], 150).await.unwrap();
    let events = async |now: i64| {
        let mut claimed = store.claim(now, 10, 100, Recipients::All).await.unwrap();
        claimed.retain(|message| message.email_h == digest("zoe") && !message.kind.is_mail());
        claimed.sort_by(|a, b| a.sink.cmp(&b.sink));
        claimed
    };
    let created = events(150).await;
    assert_eq!(created.len(), 2);
    // Both may have heard; two consents are taken back.
    for (name, consent) in [("a", "contact"), ("b", "lettre")] {
        store.create_link(&digest(name), &link("zoe", Purpose::Access, 9000)).await.unwrap();
        store.withdraw(&digest(name), &id, consent, 155).await.unwrap();
    }
    assert!(events(155).await.is_empty(), "the news of the sign-up is on its way");
    store.record_delivery(&created[0], &Delivery::Sent(156)).await.unwrap();
    store.record_delivery(&created[1], &Delivery::Later(1000, "503".into())).await.unwrap();
    let withdrawn = events(156).await;
    let said = |events: &[OutboxMessage]| -> Vec<_> {
        events.iter().map(|one| (one.sink.clone(), one.kind.as_str(), one.sequence)).collect()
    };
    // Only "contact" had been given.
    assert_eq!(said(&withdrawn), [("crm".into(), "consent.withdrawn", Some(2))]);
    // What was given up keeps nothing from going.
    let retried = events(1000).await;
    let retried = retried.iter().find(|one| one.sink == "orga").unwrap();
    assert_eq!(retried.sequence, Some(1));
    store.record_delivery(retried, &Delivery::Dead(1001, "410".into())).await.unwrap();
    let next = events(1001).await;
    assert_eq!(said(&next), [("orga".into(), "consent.withdrawn", Some(2))]);
}

async fn the_news_of_an_erasure_waits_for_what_is_on_its_way(store: Arc<dyn Store>) {
    keep(&store, &[at_once(form("zoe")), at_once(form("max")), at_once(form("lea"))]).await;
    let claimed = store.claim(100, 60, 10, Recipients::All).await.unwrap();
    let of = |name: &str| claimed.iter().find(|one| one.email_h == digest(name)).unwrap();
    store.record_delivery(of("max"), &Delivery::Sent(105)).await.unwrap();
    store.record_delivery(of("lea"), &Delivery::Later(90_000, "503".into())).await.unwrap();
    for name in ["zoe", "max", "lea"] {
        store.erase(&Erasure::Person(digest(name)), 110).await.unwrap();
    }
    let erased = async |now: i64| -> Vec<Option<String>> {
        let claimed = store.claim(now, 100_000, 10, Recipients::All).await.unwrap();
        assert!(claimed.iter().all(|one| one.kind == MessageKind::Erased && one.sequence == Some(2)));
        claimed.into_iter().map(|one| one.signup).collect()
    };
    // Max's was heard. Zoé's is on its way until 160 at the latest; Lea's may be, as far as anybody knows here.
    assert_eq!(erased(110).await, [of("max").signup.clone()]);
    assert!(erased(159).await.is_empty());
    assert_eq!(erased(160).await, [of("zoe").signup.clone()]);
    assert_eq!(erased(410).await, [of("lea").signup.clone()]);
}

async fn ids_are_new_after_an_erasure(store: Arc<dyn Store>) {
    let mut seen = Vec::new();
    for round in 0..3 {
        let now = 1000 * round;
        // The same form by the same key each time.
        let same = NewSignUp { expires_at: 9000, ..other(form("zoe"), "the same form", 100 + now) };
        keep(&store, &[same.clone(), same]).await;
        seen.extend(store.of_person(&digest("zoe")).await.unwrap().into_iter().map(|one| one.id));
        if round > 0 {
            confirm(&store, "zoe", 150 + now).await;
        }
        seen.extend(
            store.claim(200 + now, 10, 10, Recipients::All).await.unwrap().into_iter().map(|one| one.id),
        );
        store.erase(&Erasure::Person(digest("zoe")), 300 + now).await.unwrap();
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    // Three sign-ups; three mails, two that say that one is confirmed, two events of a sign-up, and one of an erasure.
    assert_eq!((seen.len(), all), (all, 3 + 8), "{seen:?}");
}

async fn mails_are_counted_whatever_is_erased(store: Arc<dyn Store>) {
    const DAY: i64 = 86_400;
    for round in 0..3 {
        let now = 100 + round * 1000;
        let form =
            NewSignUp { expires_at: i64::MAX - 1, ..other(form("zoe"), &format!("form {round}"), now) };
        keep(&store, &[form]).await;
        let mail = store.claim(now, 60, 10, Recipients::All).await.unwrap().remove(0);
        store.record_delivery(&mail, &Delivery::Sent(now)).await.unwrap();
        // Noted twice is counted once.
        store.record_delivery(&mail, &Delivery::Sent(now + 1)).await.unwrap();
        store.erase(&Erasure::Person(digest("zoe")), now + 2).await.unwrap();
    }
    let since = async |time: i64| store.mails_since(&digest("zoe"), time).await.unwrap();
    assert_eq!((since(0).await, since(1100).await, since(2101).await), (3, 2, 0));
    // News to a sink is no mail of theirs.
    keep(&store, &[at_once(NewSignUp { key: key("new"), ..form("zoe") })]).await;
    let event = store.claim(5000, 60, 10, Recipients::All).await.unwrap().remove(0);
    assert_eq!(event.sink, crm()[0]);
    store.record_delivery(&event, &Delivery::Sent(5000)).await.unwrap();
    assert_eq!(since(0).await, 3);
    store.erase(&Erasure::Expired(7 * DAY + 100), 7 * DAY + 100).await.unwrap();
    assert_eq!(since(0).await, 2);
    store.erase(&Erasure::Expired(8 * DAY), 8 * DAY).await.unwrap();
    assert_eq!((since(0).await, count(&store, "sends").await), (0, 0));
}
