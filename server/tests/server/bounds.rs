//! What is bounded, and what is refused, so that nobody fills a queue, a mailbox or a database: on both databases.

use alentour_server::own;
use alentour_server::store::{NewSignUp, OwnStatus, Proposal, Role, WantedSession};
use serde_json::{Value, json};

use crate::api::{ALL, ask, token, walk, with_role};
use crate::app::{App, feed, form as form_of, key, seat};
use crate::organise::{account, encoded, operating, until_page};
use crate::outbox::now;
use crate::reports::report;
use crate::stores::{by_hand, confirm, count, dump, form, keep};
use crate::venues::on_each_of;

const MADE: (&str, &str) = ("POST", "/v1/api/initiatives");
/// Initiatives that an account's programs make in a day.
const A_DAY: usize = 100;

fn robots(of: &str) -> String {
    format!("[robots]\nwork = 0\nfill-seconds = 0\n{of}\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_initiative_is_reported_so_often_in_a_minute_and_stands_in_the_queue_once() {
    for (app, _server) in on_each_of(&feed(), &robots("per-address = 0\nper-initiative = 3")).await {
        for _ in 0..3 {
            assert_eq!(report(&app, "petition", "reason=wrong").await.0, 200);
        }
        assert_eq!(report(&app, "petition", "reason=hateful").await.0, 429);
        // Neither others' reports nor those who take part pay for that.
        assert_eq!(report(&app, "atelier", "reason=wrong").await.0, 200);
        assert_eq!(app.post(&key("a"), &form_of("zoe@example.org")).await.0, 201);
        let page = operating(&app).await.get("/organise/reports").await.body;
        assert!(page.contains("3 signalements"), "{page}");
        assert_eq!(page.matches("<section class=\"card").count(), 2, "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_reports_so_many_initiatives_in_a_minute() {
    for (app, _server) in on_each_of(&feed(), &robots("per-address = 6\nper-initiative = 0")).await {
        assert_eq!(report(&app, "petition", "reason=wrong").await.0, 200);
        assert_eq!(report(&app, "atelier", "reason=wrong").await.0, 200);
        assert_eq!(report(&app, "petition", "reason=wrong").await.0, 429);
        assert_eq!(count(&app.store, "reports").await, 2);
        assert_eq!(app.post(&key("a"), &seat("zoe@example.org")).await.0, 201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_leaves_out_no_date_that_people_have() {
    for (app, _server) in on_each_of(&feed(), "").await {
        let operator = account(&app, "operatrice@example.org", true).await;
        let all = token(&app, &operator, ALL, "").await;
        let dates =
            json!([{ "id": "mai", "startDate": "2099-05-02" }, { "id": "juin", "startDate": "2099-06-02" }]);
        let said = json!({ "name": "Balade", "kind": "gathering", "sessions": dates });
        let made =
            ask(&app, &all, MADE, &[], Some(json!({ "initiative": said, "status": "published" }))).await;
        let id = made.json["id"].as_str().unwrap_or_else(|| panic!("{}", made.json)).to_owned();
        let later = now() + 86_400;
        let wanted = WantedSession {
            id: "mai".into(),
            seats: None,
            starts_at: 4_000_000_000,
            may_wait: false,
            hold_until: later,
        };
        let sign_up = NewSignUp {
            initiative: id.clone(),
            sessions: vec![wanted],
            at: now(),
            expires_at: later,
            keep_until: later,
            ..form("zoe")
        };
        keep(&app.store, &[sign_up]).await;
        confirm(&app.store, "zoe", now()).await;

        let path = format!("/v1/api/initiatives/{id}");
        let mut left = made.json["initiative"].clone();
        let without = |name: &str, of: &Value| {
            let mut of = of.clone();
            of["sessions"].as_array_mut().unwrap().retain(|date| date["id"] != name);
            of
        };
        let if_match = [("if-match", "\"1\"")];
        let refused = ask(&app, &all, ("PUT", &path), &if_match, Some(without("mai", &left))).await;
        assert_eq!((refused.status, refused.json), (409, json!({ "error": "dates" })));
        let to = Some(json!({ "status": "withdrawn", "version": 1 }));
        let refused = ask(&app, &all, ("POST", &format!("{path}/status")), &[], to).await;
        assert_eq!((refused.status, refused.json), (409, json!({ "error": "dates" })));
        // The other date has nobody, and nothing was changed by what was refused.
        left = without("juin", &left);
        let changed = ask(&app, &all, ("PUT", &path), &if_match, Some(left)).await;
        assert_eq!((changed.status, changed.etag.as_str()), (200, "\"2\""), "{}", changed.json);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_to_try_the_server_with_goes_to_whoever_asks_and_some_in_a_minute() {
    for (app, server) in on_each_of(&feed(), "").await {
        let mut browser = operating(&app).await;
        for _ in 0..6 {
            let fields = "action=try&to=eve%40example.org&email=eve%40example.org&from=eve%40example.org";
            assert_eq!(browser.submit("/organise/settings/mail", fields).await.status, 200);
        }
        let refused = browser.submit("/organise/settings/mail", "action=try").await;
        assert_eq!(refused.status, 429, "{}", refused.body);
        let taken = server.taken();
        assert!(taken.len() == 6 && taken.iter().all(|mail| mail.to == "operatrice@example.org"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_in_the_address_of_a_feed_is_sealed_and_shown_to_nobody() {
    for (app, _server) in on_each_of(&feed(), "").await {
        let mut browser = operating(&app).await;
        let address = encoded("http://zoe:topsecret@127.0.0.1:1/agenda.csv?key=topsecret");
        let added = browser.submit("/organise/feeds/new", &format!("action=add&address={address}")).await;
        assert_eq!(added.status, 303, "{}", added.body);
        let feeds = until_page(&mut browser, "/organise/feeds", "127.0.0.1:1/agenda.csv", true).await;
        let trail = browser.get("/organise/trail").await.body;
        for page in [feeds, trail] {
            assert!(page.contains("127.0.0.1:1/agenda.csv"), "{page}");
            assert!(!page.contains("topsecret") && !page.contains("zoe:"), "{page}");
        }
        let stored = format!("{:?}", dump(&app.store).await);
        let bytes = format!("{:?}", b"topsecret");
        assert!(!stored.contains("topsecret") && !stored.contains(bytes.trim_matches(['[', ']'])));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_many_times_at_once_makes_one_initiative() {
    for (app, _server) in on_each_of(&feed(), "").await {
        let asha = with_role(&app, "asha@example.org", "petition", Some(Role::Organiser)).await;
        let hers = token(&app, &asha, ALL, "").await;
        let headers = [("idempotency-key", "0123456789abcdef")];
        let again = (0..8).map(|_| ask(&app, &hers, MADE, &headers, Some(walk())));
        let got = futures_util::future::join_all(again).await;
        let mut statuses: Vec<_> = got.iter().map(|got| got.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 200, 201]);
        assert!(got.iter().all(|one| one.json["id"] == got[0].json["id"]));
        assert_eq!(count(&app.store, "own_initiatives").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_programs_of_an_account_make_so_many_initiatives_in_a_day() {
    for (app, _server) in on_each_of(&feed(), "").await {
        let asha = with_role(&app, "asha@example.org", "petition", Some(Role::Organiser)).await;
        let other = with_role(&app, "fatou@example.org", "petition", Some(Role::Organiser)).await;
        // Another token is another program, and not another account.
        let hers = [token(&app, &asha, ALL, "").await, token(&app, &asha, ALL, "").await];
        let headers = [("idempotency-key", "0123456789abcdef")];
        assert_eq!(ask(&app, &hers[0], MADE, &headers, Some(walk())).await.status, 201);
        // What is refused is not counted.
        let wrong = json!({ "initiative": { "name": "" } });
        assert_eq!(ask(&app, &hers[0], MADE, &[], Some(wrong)).await.status, 422);
        for at in 1..A_DAY {
            assert_eq!(ask(&app, &hers[at % 2], MADE, &[], Some(walk())).await.status, 201, "{at}");
        }
        for token in &hers {
            let refused = ask(&app, token, MADE, &[], Some(walk())).await;
            assert_eq!((refused.status, refused.json), (429, json!({ "error": "too-many" })));
            let wait: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
            assert!((60..=15 * 60).contains(&wait), "{wait}");
        }
        // What was made is answered still, and others make theirs.
        assert_eq!(ask(&app, &hers[0], MADE, &headers, Some(walk())).await.status, 200);
        let others = token(&app, &other, ALL, "").await;
        assert_eq!(ask(&app, &others, MADE, &[], Some(walk())).await.status, 201);
        assert_eq!(count(&app.store, "own_initiatives").await, A_DAY + 1);
    }
}

/// Keeps one that waits, of that name, proposed by that address.
async fn proposed(app: &App, name: &str, email: &str, at: i64) {
    let content = own::read(&json!({ "name": name, "kind": "gathering" }).to_string(), None).unwrap();
    let proposal = Proposal { email: email.into(), ..Proposal::default() };
    app.store.create_own(&content, OwnStatus::Waiting, "", &proposal, &by_hand(at)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_proposes_much_pushes_nobody_off_the_first_page() {
    for (app, _server) in on_each_of(&feed(), "").await {
        for at in 0..12 {
            proposed(&app, &format!("Réclame {at:02}."), &format!("p{at}@Mail.example"), now() - 100 + at)
                .await;
        }
        for (at, domain) in [(0, "autre.example"), (1, "encore.example")] {
            proposed(&app, &format!("Balade {at:02}."), &format!("zoe@{domain}"), now() - 50 + at).await;
        }
        let mut browser = operating(&app).await;
        let mut seen = Vec::new();
        for from in [0, 5, 10] {
            let page = browser.get(&format!("/organise/initiatives?from={from}")).await.body;
            let titles = page.split("<h2 id=\"proposed-").skip(1);
            let name = |title: &str| {
                title.split("<bdi>").nth(1).and_then(|it| it.split('.').next()).map(str::to_owned)
            };
            seen.extend(titles.filter_map(name));
        }
        assert_eq!(&seen[..5], ["Réclame 00", "Balade 00", "Balade 01", "Réclame 01", "Réclame 02"]);
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 14, "each is on one page: {seen:?}");
    }
}
