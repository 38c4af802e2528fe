//! Events that a webhook asks for: what becomes of sign-ups, of dates, and of initiatives that are made here.

use alentour_server::own;
use alentour_server::sessions::Watch;
use alentour_server::store::{OwnStatus, Placement, Proposal, SeatLimit, SignUpName};
use serde_json::{Value, json};

use crate::app::{App, feed, seat};
use crate::moved::announce;
use crate::outbox::{now, outbox, round};
use crate::receiver::Receiver;
use crate::sinks::webhook;
use crate::stores::by_hand;
use crate::venues::on_each_of;
use crate::waiting_list::joins;

const ALL: &str = r#"events = ["signup.waiting", "signup.promoted", "signup.cancelled", "signup.moved", "session.moved",
    "initiative.proposed", "initiative.published", "initiative.changed", "initiative.withdrawn"]"#;

/// A workshop of one seat on a Saturday, and a Sunday without limit.
fn one_seat() -> Value {
    let mut feed = feed();
    feed["initiatives"][0]["sessions"][0]["maximumAttendeeCapacity"] = json!(1);
    feed
}

/// What a webhook has got beyond so many.
async fn told(app: &App, receiver: &Receiver, before: usize) -> Vec<Value> {
    for _ in 0..3 {
        round(&outbox(app), now() + 120).await;
    }
    receiver.got()[before..].iter().map(|got| got.json()).collect()
}

fn types(events: &[Value]) -> Vec<&str> {
    let mut types: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    types.sort_unstable();
    types
}

fn of<'a>(events: &'a [Value], kind: &str) -> &'a Value {
    events.iter().find(|event| event["type"] == kind).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_of_sign_ups_and_dates_is_told_to_who_asks_and_to_nobody_else() {
    let (asks, plain) = (Receiver::start().await, Receiver::start().await);
    let quiet = webhook(&plain).replace("\"crm\"", "\"plain\"");
    let settings = format!("{}{ALL}\n{quiet}", webhook(&asks));
    for (app, server) in on_each_of(&one_seat(), &settings).await {
        let (mut at, mut at_plain) = (asks.got().len(), plain.got().len());
        joins(&app, &server, &seat("zoe@example.org"), 'a').await;
        let mut waits = seat("max@example.org");
        waits["waitlist"] = json!(["samedi"]);
        joins(&app, &server, &waits, 'b').await;
        let events = told(&app, &asks, at).await;
        assert_eq!(types(&events), ["signup.created", "signup.created", "signup.waiting"]);
        let waiting = of(&events, "signup.waiting");
        assert_eq!(waiting["session"], json!({ "id": "samedi" }));
        assert_eq!(waiting["signup"]["sessions"], json!([{ "id": "samedi", "state": "waiting" }]));
        // Nothing that anybody wrote: who may know it has it from signup.created.
        assert!(!waiting.to_string().contains("example.org") && !waiting.to_string().contains("Zoé"));
        let created = events.iter().find(|it| it["signup"]["id"] == waiting["signup"]["id"]).unwrap();
        assert_eq!(created["sequence"], waiting["sequence"]);
        at += events.len();

        // Zoé is moved to Sunday, and whoever waits has her seat.
        let all = app.signups("atelier").await;
        let id = |email: &str| all.iter().find(|one| one.person.email == email).unwrap().id.clone();
        let (zoe, max) = (id("zoe@example.org"), id("max@example.org"));
        let name = SignUpName { initiative: "atelier", id: &zoe };
        let was = serde_json::from_value(json!({ "starts": "2099-05-02T14:00:00+02:00" })).unwrap();
        let seats = SeatLimit::Seats { seats: 1, starts_at: 4081406400 };
        let (from, to) = (("samedi", seats), ("dimanche", SeatLimit::Unlimited));
        let moved = app.store.move_to(name, from, to, &was, &by_hand(now())).await.unwrap();
        assert_eq!(moved, Placement::Now);
        let events = told(&app, &asks, at).await;
        let kinds = ["signup.changed", "signup.changed", "signup.moved", "signup.promoted"];
        assert_eq!(types(&events), kinds);
        let moved = of(&events, "signup.moved");
        assert_eq!((&moved["session"]["id"], &moved["from"]["id"]), (&json!("dimanche"), &json!("samedi")));
        assert_eq!(of(&events, "signup.promoted")["signup"]["id"], json!(max));
        at += events.len();

        // Max gives the seat back.
        let name = SignUpName { initiative: "atelier", id: &max };
        app.store.give_back_for(name, "samedi", &was, &by_hand(now())).await.unwrap();
        let events = told(&app, &asks, at).await;
        assert_eq!(types(&events), ["signup.cancelled", "signup.changed"]);
        assert_eq!(of(&events, "signup.cancelled")["session"]["id"], "samedi");
        at += events.len();

        // Sunday is at another time.
        let mut watch = Watch::default();
        watch.tend(&app.state, now()).await.unwrap();
        let mut later = one_seat();
        later["initiatives"][0]["sessions"][1]["startDate"] = json!("2099-05-03T18:00:00+02:00");
        announce(&app, &later).await;
        watch.tend(&app.state, now() + 1).await.unwrap();
        watch.tend(&app.state, now() + 120).await.unwrap();
        let events = told(&app, &asks, at).await;
        assert_eq!(types(&events), ["session.moved"]);
        let session = &events[0]["session"];
        assert_eq!((&session["id"], &session["people"]), (&json!("dimanche"), &json!(1)), "{session}");
        assert_eq!(session["startDate"], "2099-05-03T18:00:00+02:00");
        assert_eq!(events[0]["from"]["startDate"], "2099-05-03T14:00:00+02:00");
        assert!(events[0].get("signup").is_none());

        // The other one hears what it always did.
        let events = told(&app, &plain, at_plain).await;
        assert!(
            events.len() == 5
                && types(&events).iter().all(|it| matches!(*it, "signup.created" | "signup.changed"))
        );
        at_plain += events.len();
        assert_eq!(plain.got().len(), at_plain);
        assert_eq!(app.store.backlog().await.unwrap().dead, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_becomes_of_an_initiative_is_told_in_its_order_and_not_who_has_proposed_it() {
    let receiver = Receiver::start().await;
    for (app, _server) in on_each_of(&feed(), &format!("{}{ALL}\n", webhook(&receiver))).await {
        let before = receiver.got().len();
        let said = json!({ "name": "Balade", "kind": "gathering", "startDate": "2099-05-02" });
        let content = own::read(&said.to_string(), None).unwrap();
        let proposal = Proposal { email: "zoe@example.org".into(), ..Proposal::default() };
        let (id, entry) = (content.id.as_str(), by_hand(now()));
        let set = async |version, to| app.store.set_own_status((id, version), to, "", &entry).await.unwrap();
        // Nobody is told of a draft.
        app.store.create_own(&content, OwnStatus::Draft, "", &proposal, &entry).await.unwrap();
        app.store.change_own(1, &content, &entry).await.unwrap();
        set(2, OwnStatus::Waiting).await;
        set(3, OwnStatus::Published).await;
        app.store.change_own(4, &content, &entry).await.unwrap();
        set(5, OwnStatus::Withdrawn).await;
        let mut events = Vec::new();
        for _ in 0..9 {
            events = told(&app, &receiver, before).await;
        }
        let kinds: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
        assert_eq!(
            kinds,
            ["initiative.proposed", "initiative.published", "initiative.changed", "initiative.withdrawn"]
        );
        let sequences: Vec<_> = events.iter().map(|event| event["sequence"].as_u64().unwrap()).collect();
        assert_eq!(sequences, [3, 4, 5, 6]);
        let expected = json!({ "id": id, "title": "Balade", "status": "published", "previousStatus": "waiting", "version": 4 });
        assert_eq!(events[1]["initiative"], expected);
        assert!(events.iter().all(|event| !event.to_string().contains("example.org")));
        // Nothing of them is kept once they are out.
        assert_eq!(crate::stores::count(&app.store, "outbox").await, 0);
        // Where nobody asks, nothing is left either.
        let other = own::read(&said.to_string(), None).unwrap();
        app.store.create_own(&other, OwnStatus::Waiting, "", &proposal, &entry).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let silent = App::start_storing(app.store.clone(), folder, feed(), "").await;
        round(&outbox(&silent), now() + 120).await;
        assert_eq!(crate::stores::count(&app.store, "outbox").await, 0);
    }
}
