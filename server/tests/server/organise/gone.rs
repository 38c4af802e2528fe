//! Dates that have left the feed though people take part in them.

use alentour_server::sessions::Watch;
use alentour_server::store::Role;
use serde_json::{Value, json};

use super::people::{announced, comes, on_each, organiser, path, states};
use super::signed_in;
use crate::app::App;
use crate::mailbox::MailServer;
use crate::moved::announce;
use crate::outbox::{now, outbox, round};
use crate::waiting_list::last;

/// The workshop on Saturday under a name that nobody should read.
const NAME: &str = "d-233c270f";
const ACTION: &str = "/organise/i/atelier";

fn with_name() -> Value {
    let text = announced().to_string().replace("samedi", NAME);
    serde_json::from_str(&text).unwrap()
}

/// Zoé has Saturday's seat, Max waits for it; then it leaves the feed.
async fn vanishes(app: &App, server: &MailServer, sunday: u32) {
    for (name, digit) in [("Zo\u{e9}", 'a'), ("Max", 'b')] {
        let mut form =
            crate::app::seat(&format!("{}@example.org", name.to_lowercase().replace('\u{e9}', "e")));
        (form["givenName"], form["familyName"]) = (json!(name), json!("Testeur"));
        (form["session"], form["waitlist"]) = (json!(NAME), json!([NAME]));
        crate::waiting_list::joins(app, server, &form, digit).await;
    }
    let mut watch = Watch::default();
    watch.tend(&app.state, now()).await.unwrap();
    let mut feed = with_name();
    let sessions = feed["initiatives"][0]["sessions"].as_array_mut().unwrap();
    sessions.remove(0);
    sessions[0]["maximumAttendeeCapacity"] = json!(sunday);
    announce(app, &feed).await;
    watch.tend(&app.state, now()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_date_that_has_left_the_feed_needs_attention_and_is_called_off_by_its_day() {
    for (app, server) in on_each(&with_name()).await {
        let mut asha = organiser(&app).await;
        vanishes(&app, &server, 1).await;
        for page in ["/organise", ACTION] {
            let body = asha.get(page).await.body;
            assert!(
                body.contains("samedi 2 mai 2099") && body.contains("2 personnes y sont inscrites"),
                "{body}"
            );
            assert!(body.contains(&format!("call-off?lang=fr&amp;session={NAME}")), "{body}");
        }
        // A helper cannot, and is not asked.
        let mut helper = signed_in(&app, "aide@example.org", "atelier", Some(Role::Helper)).await;
        assert!(!helper.get("/organise").await.body.contains("n\u{2019}est plus annonc"));
        let list = asha.get(&format!("{ACTION}/call-off")).await.body;
        assert!(list.contains("samedi 2 mai 2099"), "{list}");
        let asked = asha.get(&format!("{ACTION}/call-off?session={NAME}")).await.body;
        assert!(asked.contains("samedi 2 mai 2099") && asked.contains("2 personnes"), "{asked}");
        let done =
            asha.submit(&format!("{ACTION}/call-off"), &format!("action=call-off&session={NAME}")).await;
        assert!(done.body.contains("2 inscriptions sont pr\u{e9}venues"), "{}", done.body);
        assert_eq!(states(&app, "Zo\u{e9}").await[0].1, "cancelled");
        assert!(!asha.get("/organise").await.body.contains("n\u{2019}est plus annonc"));
        round(&outbox(&app), now()).await;
        assert!(last(&server, "zoe@example.org").parsed().subject().unwrap().contains("Annul\u{e9}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn its_people_are_moved_to_another_date_as_far_as_there_are_seats() {
    for (app, server) in on_each(&with_name()).await {
        let mut asha = organiser(&app).await;
        vanishes(&app, &server, 1).await;
        let page = format!("{ACTION}/move?session={NAME}");
        let asked = asha.get(&page).await.body;
        assert!(
            asked.contains("samedi 2 mai 2099") && asked.contains(r#"<option value="dimanche""#),
            "{asked}"
        );
        let done = asha.submit(&page, &format!("session={NAME}&to=dimanche")).await.body;
        assert!(
            done.contains("Une inscription est d\u{e9}plac\u{e9}e. Une inscription est rest\u{e9}e"),
            "{done}"
        );
        assert!(states(&app, "Zo\u{e9}").await.contains(&("dimanche".to_owned(), "active")));
        // Nobody is given the seat that became free of a date that is not.
        assert_eq!(states(&app, "Max").await, [(NAME.to_owned(), "waiting")]);
        round(&outbox(&app), now()).await;
        let told = last(&server, "zoe@example.org").text();
        assert!(told.contains("samedi 2 mai 2099") && told.contains("dimanche 3 mai 2099"), "{told}");
        // What is announced, or never was, is moved by nobody.
        for session in ["dimanche", "jamais"] {
            let late = asha.submit(&page, &format!("session={session}&to=dimanche")).await.body;
            assert!(late.contains("rien n\u{2019}a \u{e9}t\u{e9} fait"), "{late}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_its_people_is_moved_from_their_page() {
    for (app, server) in on_each(&with_name()).await {
        let mut asha = organiser(&app).await;
        vanishes(&app, &server, 1).await;
        let zoe = path(&app, "Zo\u{e9}").await;
        let page = asha.get(&zoe).await.body;
        assert!(page.contains("samedi 2 mai 2099") && page.contains("n\u{2019}est plus annonc"), "{page}");
        let done = asha.submit(&zoe, &format!("action=move&session={NAME}&to=dimanche")).await.body;
        assert!(done.contains("est pr\u{e9}venu"), "{done}");
        assert!(states(&app, "Zo\u{e9}").await.contains(&("dimanche".to_owned(), "active")));
        assert_eq!(states(&app, "Max").await, [(NAME.to_owned(), "waiting")]);
    }
}

/// What people read, without addresses and values of forms.
fn read(page: &str) -> String {
    let mut words = String::new();
    for piece in page.split('<').skip(1) {
        words.push_str(piece.split_once('>').map_or("", |(_, words)| words));
    }
    words
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_calls_a_date_by_its_name_that_was_called_off_or_has_left_the_feed() {
    for (app, server) in on_each(&with_name()).await {
        let mut asha = organiser(&app).await;
        let mut helper = signed_in(&app, "aide@example.org", "atelier", Some(Role::Helper)).await;
        vanishes(&app, &server, 1).await;
        let zoe = path(&app, "Zo\u{e9}").await;
        for called_off in [false, true] {
            if called_off {
                asha.submit(&format!("{ACTION}/move"), &format!("session={NAME}&to=dimanche")).await;
                asha.submit(&format!("{ACTION}/call-off"), &format!("action=call-off&session={NAME}")).await;
            }
            for page in [&zoe, "/organise", ACTION, &format!("{ACTION}/trail"), &format!("{ACTION}/people")] {
                for language in ["fr", "ar"] {
                    let body = asha.get(&format!("{page}?lang={language}")).await.body;
                    assert!(!read(&body).contains(NAME), "{page}: {body}");
                }
            }
            let body = helper.get(&format!("{ACTION}/people?session={NAME}")).await.body;
            assert!(!read(&body).contains(NAME), "{body}");
            assert!(asha.get(&format!("{ACTION}/people")).await.body.contains("samedi 2 mai 2099"));
            let table = asha.get(&format!("{ACTION}/export.csv?for=people")).await.body;
            assert!(!table.contains(NAME) && table.contains("samedi 2 mai 2099"), "{table}");
        }
        let trail = asha.get(&format!("{ACTION}/trail")).await.body;
        assert!(trail.contains("samedi 2 mai 2099"), "{trail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_date_that_is_called_off_while_the_feed_has_it_keeps_its_day_in_the_list() {
    let [(app, server), _] = on_each(&announced()).await;
    comes(&app, &server, "Zo\u{e9}", 'a').await;
    let mut asha = organiser(&app).await;
    asha.submit(&format!("{ACTION}/call-off"), "action=call-off&session=samedi").await;
    let list = asha.get(&format!("{ACTION}/people")).await.body;
    assert!(list.contains("samedi 2 mai 2099") && !list.contains("samedi\u{a0}:"), "{list}");
}
