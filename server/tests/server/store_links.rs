//! Mailed links, and the confirmation of attempts.

use std::sync::Arc;

use alentour_server::store::{
    Confirmation, ConsentReceipt, Delivery, LinkUse, MessageKind, NewSignUp, Outcome, Purpose, Recipients,
    Store,
};

use crate::app::key;
use crate::stores::{
    at_once, both, confirm, count, crm, digest, erase_by_link, form, full, keep, link, other, seat, session,
    with_sessions,
};

both! {
    a_link_is_for_its_purpose_and_its_time_and_for_somebody
    of_two_confirmations_at_once_one_is_the_first
    one_link_confirms_all_that_waits_and_is_not_used_up
    a_confirmed_sign_up_is_kept_longer_and_its_news_is_told_once
    confirming_one_attempt_erases_the_others_for_that_initiative
    a_change_replaces_what_the_sign_up_says_and_keeps_its_id
    a_change_takes_a_consent_back_and_the_receipt_says_so
    a_change_moves_the_seat
    none_of_these_is_mine_erases_what_waits_and_nothing_else
    an_attempt_that_expired_or_is_somebody_elses_is_gone
    a_consent_is_taken_back_and_its_receipt_stays
    a_link_that_erases_is_good_once
}

async fn a_link_is_for_its_purpose_and_its_time_and_for_somebody(store: Arc<dyn Store>) {
    keep(&store, &[form("zoe")]).await;
    let (confirm, access) = (digest("confirm"), digest("access"));
    store.create_link(&confirm, &link("zoe", Purpose::Confirm, 300)).await.unwrap();
    store.create_link(&access, &link("zoe", Purpose::Access, 300)).await.unwrap();
    // No link is made to nobody.
    store.create_link(&digest("nobody"), &link("max", Purpose::Access, 300)).await.unwrap();
    assert_eq!(store.link(&digest("nobody"), 200).await.unwrap(), None);
    // Looking uses nothing up.
    for _ in 0..2 {
        let found = store.link(&confirm, 200).await.unwrap();
        assert_eq!(found, Some(link("zoe", Purpose::Confirm, 300)));
    }
    let id = store.waiting(&digest("zoe"), 200).await.unwrap().remove(0).attempt.id;
    for (hash, now) in [(access, 200), (confirm, 300), (digest("unknown"), 200)] {
        let confirmation = store.confirm(&hash, &id, &[], &[], now).await.unwrap();
        assert_eq!(confirmation, Confirmation::UnknownLink);
    }
    assert_eq!(store.dismiss(&access, &[], 200).await.unwrap(), LinkUse::Unknown);
    assert_eq!(store.withdraw(&confirm, &id, "contact", 200).await.unwrap(), LinkUse::Unknown);
    assert_eq!(store.erase_by_link(&confirm, None, 200).await.unwrap(), LinkUse::Unknown);
    assert_eq!(store.count(None).await.unwrap().confirmed, 0);
    assert_eq!(store.confirm(&confirm, &id, &[], &[], 200).await.unwrap(), Confirmation::Now);
}

async fn of_two_confirmations_at_once_one_is_the_first(store: Arc<dyn Store>) {
    let second = other(form("zoe"), "second", 110);
    keep(&store, &[form("zoe"), second]).await;
    let hash = digest("confirm");
    store.create_link(&hash, &link("zoe", Purpose::Confirm, 300)).await.unwrap();
    let waiting = store.waiting(&digest("zoe"), 200).await.unwrap();
    let ids: Vec<_> = waiting.iter().map(|one| one.attempt.id.clone()).collect();
    let crm = crm();
    let confirm = |id: &str| {
        let (store, id, crm) = (store.clone(), id.to_owned(), crm.clone());
        tokio::spawn(async move { store.confirm(&hash, &id, &crm, &[], 200).await.unwrap() })
    };
    let tasks = [confirm(&ids[0]), confirm(&ids[0]), confirm(&ids[1])];
    let mut said = Vec::new();
    for task in tasks {
        said.push(task.await.unwrap());
    }
    assert_eq!(said.iter().filter(|one| **one == Confirmation::Now).count(), 1, "{said:?}");
    let all = store.of_person(&digest("zoe")).await.unwrap();
    assert_eq!((all.len(), all[0].confirmed_at), (1, Some(200)));
    let news = store.claim(200, 60, 10, Recipients::All).await.unwrap();
    assert_eq!(news.iter().filter(|one| one.kind == MessageKind::SignedUp).count(), 1);
}

async fn one_link_confirms_all_that_waits_and_is_not_used_up(store: Arc<dyn Store>) {
    let hash = digest("confirm");
    keep(&store, &[form("zoe")]).await;
    // A link that an older version mailed names its initiative.
    let old = alentour_server::store::MailedLink {
        initiative: "petition".into(),
        signup: String::new(),
        ..link("zoe", Purpose::Confirm, 300)
    };
    store.create_link(&hash, &old).await.unwrap();
    let first = store.waiting(&digest("zoe"), 150).await.unwrap().remove(0).attempt.id;
    assert_eq!(store.confirm(&hash, &first, &[], &[], 150).await.unwrap(), Confirmation::Now);
    // What arrives later joins.
    let workshop = NewSignUp { key: key("b"), request_h: digest("b"), proof: None, ..seat("zoe") };
    keep(&store, &[workshop]).await;
    let second = store.waiting(&digest("zoe"), 160).await.unwrap().remove(0).attempt.id;
    assert_eq!(store.confirm(&hash, &second, &[], &[], 160).await.unwrap(), Confirmation::Now);
    for id in [first, second] {
        assert_eq!(store.confirm(&hash, &id, &[], &[], 170).await.unwrap(), Confirmation::Before);
    }
    assert_eq!(store.count(None).await.unwrap().confirmed, 2);
}

async fn a_confirmed_sign_up_is_kept_longer_and_its_news_is_told_once(store: Arc<dyn Store>) {
    keep(&store, &[form("zoe")]).await;
    let hash = digest("confirm");
    store.create_link(&hash, &link("zoe", Purpose::Confirm, 300)).await.unwrap();
    let id = store.waiting(&digest("zoe"), 200).await.unwrap().remove(0).attempt.id;
    for expected in [Confirmation::Now, Confirmation::Before] {
        assert_eq!(store.confirm(&hash, &id, &crm(), &[], 200).await.unwrap(), expected);
    }
    let stored = &store.of_person(&digest("zoe")).await.unwrap()[0];
    assert_eq!((stored.confirmed_at, stored.expires_at, stored.pending), (Some(200), 9000, false));
    let messages = store.claim(200, 60, 10, Recipients::All).await.unwrap();
    let news: Vec<_> = messages.iter().filter(|one| one.kind == MessageKind::SignedUp).collect();
    assert_eq!((messages.len(), news.len(), news[0].sink.as_str()), (3, 1, "crm"));
    assert_eq!((news[0].signup.as_deref(), news[0].sequence), (Some(id.as_str()), Some(1)));
}

async fn confirming_one_attempt_erases_the_others_for_that_initiative(store: Arc<dyn Store>) {
    let workshop = NewSignUp { key: key("w"), request_h: digest("w"), proof: None, ..seat("zoe") };
    let forged = other(form("zoe"), "forged", 100);
    keep(&store, &[forged, workshop, NewSignUp { at: 120, ..form("zoe") }]).await;
    confirm(&store, "zoe", 200).await;
    let all = store.of_person(&digest("zoe")).await.unwrap();
    let kept: Vec<_> = all.iter().map(|one| (one.initiative.as_str(), one.pending)).collect();
    assert_eq!(kept, [("atelier", true), ("petition", false)]);
    assert!(all[1].person == form("zoe").person);
    // The receipts of what was forged are gone with it; the keys stay answered.
    assert_eq!(count(&store, "consents").await, 4);
    assert!(store.answered(&key("forged")).await.unwrap().is_some());
}

async fn a_change_replaces_what_the_sign_up_says_and_keeps_its_id(store: Arc<dyn Store>) {
    keep(&store, &[form("zoe")]).await;
    let mail = store.claim(140, 60, 10, Recipients::Persons).await.unwrap().remove(0);
    store.record_delivery(&mail, &Delivery::Sent(140)).await.unwrap();
    let id = confirm(&store, "zoe", 150).await;
    let change = NewSignUp { keep_until: 9900, party: 3, ..other(form("zoe"), "change", 800) };
    let change = NewSignUp { expires_at: 1500, receipts: change.receipts[..1].to_vec(), ..change };
    keep(&store, &[change]).await;
    let waiting = store.waiting(&digest("zoe"), 810).await.unwrap();
    assert_eq!(waiting[0].changes.as_ref().map(|one| one.id.clone()), Some(id.clone()));
    // Until it is confirmed the sign-up says what it said.
    let before = store.of_person(&digest("zoe")).await.unwrap();
    assert_eq!((before[0].id.clone(), before[0].party, before.len()), (id.clone(), 1, 2));
    let attempt = confirm(&store, "zoe", 820).await;
    assert_ne!(attempt, id);
    let all = store.of_person(&digest("zoe")).await.unwrap();
    let [now] = &all[..] else { panic!("{} rows", all.len()) };
    assert_eq!((&now.id, now.party, now.person.message.as_deref()), (&id, 3, Some("change")));
    assert_eq!((now.received_at, now.confirmed_at, now.expires_at), (100, Some(820), 9900));
    // The second consent was not asked for again.
    let consents: Vec<_> = now.consents.iter().map(|consent| (consent.id.as_str(), consent.at)).collect();
    assert_eq!((&consents[..], now.attempt), (&[("contact", 800), ("lettre", 100)][..], 1));
    // The button twice.
    let hash = digest("again");
    store.create_link(&hash, &link("zoe", Purpose::Confirm, 900)).await.unwrap();
    assert_eq!(store.confirm(&hash, &attempt, &crm(), &[], 830).await.unwrap(), Confirmation::Before);
    let messages = store.claim(830, 60, 10, Recipients::All).await.unwrap();
    let mut events: Vec<_> = messages.iter().filter(|one| !one.kind.is_mail()).collect();
    assert_eq!(events.len(), 1, "the change waits for the news of the sign-up");
    store.record_delivery(events[0], &Delivery::Sent(830)).await.unwrap();
    let next = store.claim(830, 60, 10, Recipients::All).await.unwrap();
    events.extend(&next);
    let said: Vec<_> =
        events.iter().map(|one| (one.kind.as_str(), one.sequence, one.signup.clone())).collect();
    let expected = [("signup.created", Some(1), Some(id.clone())), ("signup.changed", Some(2), Some(id))];
    assert_eq!(said, expected);
    // The mail to somebody who is known says so.
    let mails: Vec<_> = messages.iter().filter(|one| one.kind.is_mail()).map(|one| one.kind).collect();
    assert_eq!(
        (mail.kind, &mails[..]),
        (MessageKind::Confirm, &[MessageKind::Confirmed, MessageKind::Again, MessageKind::Confirmed][..])
    );
}

async fn a_change_takes_a_consent_back_and_the_receipt_says_so(store: Arc<dyn Store>) {
    let with = |receipts: &[(&str, bool)], at: i64| {
        let mut form = other(form("zoe"), &format!("at {at}"), at);
        let template = form.receipts[0].clone();
        let receipt = |(consent, given): &(&str, bool)| ConsentReceipt {
            consent: (*consent).into(),
            version: at.to_string(),
            given: *given,
            ..template.clone()
        };
        form.receipts = receipts.iter().map(receipt).collect();
        form
    };
    let now = async || -> Vec<String> {
        let [one] = &store.of_person(&digest("zoe")).await.unwrap()[..] else { panic!() };
        let consents = one.consents.iter();
        consents.map(|c| format!("{} {} {} {:?}", c.id, c.version, c.given, c.withdrawn_at)).collect()
    };
    keep(&store, &[with(&[("a", true), ("b", true), ("c", false), ("d", true)], 100)]).await;
    confirm(&store, "zoe", 150).await;
    // One given anew, one taken back, one given for the first time, and one that is not asked for any more.
    keep(&store, &[with(&[("a", true), ("b", false), ("c", true)], 200)]).await;
    confirm(&store, "zoe", 250).await;
    assert_eq!(
        now().await,
        ["a 200 true None", "b 100 true Some(250)", "c 200 true None", "d 100 true None"]
    );
    // Not given again, it was taken back when it was.
    keep(&store, &[with(&[("b", false)], 300)]).await;
    confirm(&store, "zoe", 350).await;
    assert_eq!(now().await[1], "b 100 true Some(250)");
    keep(&store, &[with(&[("b", true)], 400)]).await;
    confirm(&store, "zoe", 450).await;
    assert_eq!(now().await[1], "b 400 true None");
}

async fn a_change_moves_the_seat(store: Arc<dyn Store>) {
    let on = |name: &str, day: &str, at| {
        let form = NewSignUp { sessions: vec![session(day, 2)], expires_at: 5000, ..seat(name) };
        with_sessions(other(form, &format!("{name} {day}"), at), |wanted| wanted.hold_until = at + 100)
    };
    keep(&store, &[on("zoe", "samedi", 100), on("max", "samedi", 100)]).await;
    confirm(&store, "zoe", 150).await;
    confirm(&store, "max", 150).await;
    assert_eq!(keep(&store, &[on("lea", "samedi", 300)]).await, [full()]);
    keep(&store, &[on("zoe", "dimanche", 310)]).await;
    assert_eq!(keep(&store, &[on("lea", "samedi", 320)]).await, [full()]);
    confirm(&store, "zoe", 330).await;
    assert_eq!(keep(&store, &[on("lea", "samedi", 340)]).await, [Outcome::Received]);
    // One of two is taken on Sunday.
    let sunday = [on("eve", "dimanche", 350), on("ada", "dimanche", 350)];
    assert_eq!(keep(&store, &sunday).await, [Outcome::Received, Outcome::Full(vec!["dimanche".into()])]);
}

async fn none_of_these_is_mine_erases_what_waits_and_nothing_else(store: Arc<dyn Store>) {
    keep(&store, &[form("zoe"), form("max")]).await;
    confirm(&store, "zoe", 150).await;
    keep(&store, &[other(form("zoe"), "forged", 160), other(seat("zoe"), "seat", 160)]).await;
    let mut shown = Vec::new();
    for name in ["zoe", "max"] {
        store.create_link(&digest(name), &link(name, Purpose::Confirm, 300)).await.unwrap();
        let waiting = store.waiting(&digest(name), 200).await.unwrap();
        shown.extend(waiting.into_iter().map(|one| one.attempt.id));
    }
    assert_eq!(shown.len(), 3);
    // All that was shown to both: a link erases nobody else's. What came since she looked stays, and so does what counts.
    let confirmed = store.of_person(&digest("zoe")).await.unwrap().remove(0).id;
    let shown: Vec<_> = shown.iter().chain([&confirmed]).map(String::as_str).collect();
    keep(&store, &[other(form("zoe"), "her own", 190)]).await;
    assert_eq!(store.dismiss(&digest("zoe"), &shown, 200).await.unwrap(), LinkUse::Now);
    assert_eq!(store.waiting(&digest("max"), 200).await.unwrap().len(), 1);
    assert_eq!(store.dismiss(&digest("max"), &shown, 200).await.unwrap(), LinkUse::Now);
    let all = store.of_person(&digest("zoe")).await.unwrap();
    let all: Vec<_> = all.iter().map(|one| (one.received_at, one.confirmed_at)).collect();
    assert_eq!(all, [(100, Some(150)), (190, None)]);
    assert_eq!(store.dismiss(&digest("zoe"), &shown, 200).await.unwrap(), LinkUse::Before);
    // Of somebody who has nothing else nothing is left, not even the link.
    assert!(store.of_person(&digest("max")).await.unwrap().is_empty());
    assert_eq!(store.dismiss(&digest("max"), &shown, 200).await.unwrap(), LinkUse::Unknown);
    assert_eq!(count(&store, "persons").await, 1);
    // The seat that was held stays held until its time is over.
    assert_eq!(keep(&store, &[seat("a"), seat("b")]).await, [Outcome::Received, full()]);
}

async fn an_attempt_that_expired_or_is_somebody_elses_is_gone(store: Arc<dyn Store>) {
    keep(&store, &[form("zoe"), form("max")]).await;
    let hash = digest("confirm");
    store.create_link(&hash, &link("zoe", Purpose::Confirm, 9000)).await.unwrap();
    let id = |waiting: Vec<alentour_server::store::Waiting>| waiting[0].attempt.id.clone();
    let zoe = id(store.waiting(&digest("zoe"), 200).await.unwrap());
    let max = id(store.waiting(&digest("max"), 200).await.unwrap());
    for (id, now) in [(&max, 200), (&zoe, 500), (&"unknown".to_owned(), 200)] {
        assert_eq!(store.confirm(&hash, id, &[], &[], now).await.unwrap(), Confirmation::Gone);
    }
    assert_eq!(store.count(None).await.unwrap().confirmed, 0);
}

async fn a_consent_is_taken_back_and_its_receipt_stays(store: Arc<dyn Store>) {
    keep(&store, &[form("zoe")]).await;
    let id = confirm(&store, "zoe", 150).await;
    let created = store.claim(150, 10, 100, Recipients::All).await.unwrap();
    let created = created.iter().find(|one| one.kind == MessageKind::SignedUp).unwrap();
    store.record_delivery(created, &Delivery::Sent(150)).await.unwrap();
    for (name, consent) in [("a", "contact"), ("b", "lettre"), ("c", "contact")] {
        store.create_link(&digest(name), &link("zoe", Purpose::Access, 300)).await.unwrap();
        let used = store.withdraw(&digest(name), &id, consent, 200).await.unwrap();
        assert_eq!(used, LinkUse::Now);
        assert_eq!(store.withdraw(&digest(name), &id, consent, 200).await.unwrap(), LinkUse::Before);
    }
    let consents = store.of_person(&digest("zoe")).await.unwrap().remove(0).consents;
    let now: Vec<_> = consents.iter().map(|one| (one.given, one.withdrawn_at, one.text.as_str())).collect();
    // What was not given cannot be taken back.
    assert_eq!(now, [(true, Some(200), "J’accepte."), (false, None, "J’accepte.")]);
    let messages = store.claim(200, 60, 10, Recipients::All).await.unwrap();
    let news: Vec<_> = messages.iter().filter(|one| one.kind == MessageKind::Withdrawn).collect();
    assert_eq!(news.len(), 1);
    assert_eq!((news[0].detail.as_str(), news[0].sequence), (r#"{"consent":"contact"}"#, Some(2)));
}

async fn a_link_that_erases_is_good_once(store: Arc<dyn Store>) {
    let mut workshop = at_once(seat("zoe"));
    workshop.proof = None;
    workshop.key = key("w");
    keep(&store, &[at_once(form("zoe")), workshop]).await;
    let petition = store.page("petition", None).await.unwrap().0.remove(0).id;
    assert_eq!(erase_by_link(&store, "zoe", Some(&petition), 200).await, LinkUse::Now);
    let used = store.erase_by_link(&digest("erase zoe 200"), None, 210).await.unwrap();
    assert_eq!(used, LinkUse::Before);
    assert_eq!(store.count(None).await.unwrap().signups, 1);
    // The key of the one is forgotten with it, that of the other is not.
    assert!(store.answered(&key("zoe")).await.unwrap().is_none());
    assert!(store.answered(&key("w")).await.unwrap().is_some());
    assert_eq!(erase_by_link(&store, "zoe", None, 220).await, LinkUse::Now);
    assert_eq!(count(&store, "persons").await, 0);
}
