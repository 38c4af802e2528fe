//! Other initiatives beside one, on pages without a script: what is open near what somebody has signed up for, and what else a group's
//! organiser does.

use alentour_server::store::Purpose;
use serde_json::{Value, json};

use crate::app::{App, MAILING, feed, form};
use crate::initiatives::{filled, page, send};
use crate::people::{link, submit};

const ZOE: &str = "zoe@example.org";
/// What the others stand under.
const ALSO: &str = "À voir aussi";

fn at(id: &str, latitude: f64, more: Value) -> Value {
    let mut one = json!({
        "id": id, "name": format!("Action {id}"), "kind": "gathering", "participation": { "way": "rsvp" },
        "sessions": [{ "startDate": "2099-05-02T14:00:00+02:00" }],
        "location": { "addressLocality": "Lyon", "latitude": latitude, "longitude": 4.85 },
    });
    one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    one
}

/// The petition in Lyon, and others that are nearer and farther, open and not.
fn around() -> Value {
    let mut feed = feed();
    let all = feed["initiatives"].as_array_mut().unwrap();
    all.retain(|one| one["id"] == "petition");
    all[0]["location"] = json!({ "addressLocality": "Lyon", "latitude": 45.75, "longitude": 4.85 });
    let full = json!([{ "startDate": "2099-05-02T14:00:00+02:00", "remainingAttendeeCapacity": 0 }]);
    all.extend([
        at("troisieme", 45.80, json!({})),
        at("deuxieme", 45.77, json!({})),
        at("complete", 45.7501, json!({ "sessions": full })),
        at("finie", 45.7502, json!({ "sessions": [{ "startDate": "2020-05-02T14:00:00+02:00" }] })),
        at("premiere", 45.76, json!({})),
        at("loin", 48.85, json!({})),
    ]);
    feed
}

/// The actions that a page names, in its order.
fn named(page: &str) -> Vec<String> {
    let Some((_, others)) = page.split_once(ALSO) else { return Vec::new() };
    others.split("Action ").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_thanks_and_the_page_after_the_confirmation_propose_the_two_nearest_that_are_open() {
    let app = App::start_announcing(around(), MAILING).await;
    let (_, thanks) = send(&app, &filled(&app, ZOE).await).await;
    assert_eq!(named(&thanks), ["premiere", "deuxieme"], "{thanks}");
    assert!(thanks.contains("href=\"/i/premiere?lang=fr"), "{thanks}");
    // Nothing but the thanks has them.
    assert_eq!(named(&page(&app, "/i/petition?lang=fr").await.1), [""; 0]);
    let token = link(&app, 'a', ZOE, "", Purpose::Confirm).await;
    let path = format!("/confirm/{token}");
    let id = app.signups("petition").await.remove(0).id;
    assert_eq!(named(&app.get(&path).await.text().await.unwrap()), [""; 0]);
    let (_, done) = submit(&app, &path, &format!("id={id}")).await;
    assert!(done.contains("C’est confirmé"), "{done}");
    assert_eq!(named(&done), ["premiere", "deuxieme"], "{done}");
    assert!(done.contains("href=\"/i/premiere?lang=fr\"") && done.contains("Lyon"), "{done}");
}

#[tokio::test]
async fn one_that_has_filled_up_since_is_not_proposed() {
    let mut feed = around();
    let one =
        feed["initiatives"].as_array_mut().unwrap().iter_mut().find(|one| one["id"] == "premiere").unwrap();
    one["sessions"][0]["id"] = json!("soir");
    one["sessions"][0]["maximumAttendeeCapacity"] = json!(1);
    let app = App::start_announcing(feed, MAILING).await;
    let mut seat = form("max@example.org");
    (seat["initiative"], seat["session"], seat["consents"]) = (json!("premiere"), json!("soir"), json!([]));
    assert_eq!(app.post(&crate::app::key("a"), &seat).await.0, 201);
    let (_, thanks) = send(&app, &filled(&app, ZOE).await).await;
    assert_eq!(named(&thanks), ["deuxieme", "troisieme"], "{thanks}");
}

#[tokio::test]
async fn of_one_that_is_proposed_the_first_date_with_a_seat_is_said() {
    let mut feed = around();
    let all = feed["initiatives"].as_array_mut().unwrap();
    let one = all.iter_mut().find(|one| one["id"] == "premiere").unwrap();
    one["sessions"] = json!([
        { "startDate": "2099-05-02T14:00:00+02:00", "remainingAttendeeCapacity": 0 },
        { "startDate": "2099-05-03T14:00:00+02:00", "remainingAttendeeCapacity": 2 },
    ]);
    let app = App::start_announcing(feed, MAILING).await;
    let (_, thanks) = send(&app, &filled(&app, ZOE).await).await;
    let path = format!("/confirm/{}", link(&app, 'a', ZOE, "", Purpose::Confirm).await);
    let id = app.signups("petition").await.remove(0).id;
    let (_, done) = submit(&app, &path, &format!("id={id}")).await;
    for page in [thanks, done] {
        let (_, others) = page.split_once("Action premiere").unwrap();
        let (one, _) = others.split_once("</li>").unwrap();
        assert!(!one.contains(" 2 mai"), "{one}");
        assert!(one.contains("3 mai"), "{one}");
    }
}

#[tokio::test]
async fn a_group_lists_what_else_its_organiser_does_and_nobody_else() {
    let organiser = |name: &str| json!({ "organizer": { "name": name } });
    let group = |id: &str, kind: &str, name: &str| {
        let mut one = at(id, 45.75, organiser(name));
        one["kind"] = json!(kind);
        one
    };
    let mut later = at("plus-tard", 45.75, organiser("Collectif d’ici"));
    later["sessions"][0]["startDate"] = json!("2099-06-02T14:00:00+02:00");
    let mut over = at("passee", 45.75, organiser("Collectif d’ici"));
    over["sessions"][0]["startDate"] = json!("2020-06-02T14:00:00+02:00");
    let mut all = vec![
        group("groupe", "group", "Collectif d’ici"),
        later,
        over,
        at("bientot", 45.75, organiser("COLLECTIF D’ICI")),
        at("autre", 45.75, organiser("Collectif d’ailleurs")),
        at("sans", 45.75, json!({})),
    ];
    let app = App::start_announcing(json!({ "alentour": "1", "initiatives": all.clone() }), MAILING).await;
    let named = |page: &str| -> Vec<String> {
        let Some((_, others)) = page.split_once("Aussi avec Collectif d’ici") else { return Vec::new() };
        others.split("Action ").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
    };
    let (_, shown) = page(&app, "/i/groupe?lang=fr").await;
    assert_eq!(named(&shown), ["bientot", "plus-tard"], "{shown}");
    assert!(shown.contains("href=\"/i/bientot?lang=fr"), "{shown}");
    assert_eq!(named(&page(&app, "/i/bientot?lang=fr").await.1), [""; 0], "no group");

    // However many there are, some are shown, the next date first.
    all.extend((0..40).map(|n| {
        let mut one = at(&format!("n{n:02}"), 45.75, organiser("Collectif d’ici"));
        one["sessions"][0]["startDate"] = json!(format!("2098-01-{:02}T14:00:00+01:00", 31 - n % 30));
        one
    }));
    let app = App::start_announcing(json!({ "alentour": "1", "initiatives": all }), MAILING).await;
    let (_, shown) = page(&app, "/i/groupe?lang=fr").await;
    assert_eq!(named(&shown), ["n29", "n28", "n27", "n26"], "{shown}");
}
