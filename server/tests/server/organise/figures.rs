//! What came of an action.

use alentour_server::store::Role;
use serde_json::json;

use super::people::{announced, comes, find, on_each, organiser};
use super::signed_in;
use crate::app::{key, seat};
use crate::moved::announce;

#[tokio::test(flavor = "multi_thread")]
async fn organisers_see_sign_ups_by_week_and_only_those_that_count() {
    for (app, server) in on_each(&announced()).await {
        let mut asha = organiser(&app).await;
        assert!(!asha.get("/organise/i/atelier").await.body.contains("Inscriptions par semaine"));
        comes(&app, &server, "Zo\u{e9}", 'a').await;
        comes(&app, &server, "Max", 'b').await;
        // Nobody has confirmed that one.
        let mut sunday = seat("lea@example.org");
        sunday["session"] = json!("dimanche");
        assert_eq!(app.post(&key("d"), &sunday).await.0, 201);
        let weeks = app.store.weeks("atelier").await.unwrap();
        let now = crate::outbox::now();
        assert!(
            weeks.iter().all(|(monday, _)| (monday - 4 * 86_400) % 604_800 == 0 && *monday <= now),
            "{weeks:?}"
        );
        assert_eq!(weeks.iter().map(|(_, many)| many).sum::<u64>(), 2);
        let page = asha.get("/organise/i/atelier").await.body;
        assert!(page.contains("Inscriptions par semaine"), "{page}");
        let mut helper = signed_in(&app, "aide@example.org", "atelier", Some(Role::Helper)).await;
        assert!(!helper.get("/organise/i/atelier").await.body.contains("Inscriptions par semaine"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_date_that_is_over_it_is_said_who_came_of_who_was_expected() {
    for (app, server) in on_each(&announced()).await {
        comes(&app, &server, "Zo\u{e9}", 'a').await;
        let mut asha = organiser(&app).await;
        assert!(!asha.get("/organise/i/atelier").await.body.contains("Qui est venu"));
        let mut over = announced();
        over["initiatives"][0]["sessions"][0]["startDate"] = json!("2020-05-02T14:00:00+02:00");
        announce(&app, &over).await;
        let page = asha.get("/organise/i/atelier").await.body;
        assert!(page.contains("Qui est venu"), "{page}");
        assert!(page.contains("l\u{e0}\">–</td>"), "{page}");
        let id = find(&app, "Zo\u{e9}").await.record.id;
        asha.submit("/organise/i/atelier/door?session=samedi", &format!("was-{id}=&came-{id}=1")).await;
        assert!(asha.get("/organise/i/atelier").await.body.contains("l\u{e0}\">1</td>"));
    }
}
