//! Signing in, staying in, and getting out.

use alentour_server::store::{Deed, SignIn};

use super::{Browser, account};
use crate::app::{App, database, feed};
use crate::command::{alentour, text};
use crate::mailbox::MailServer;
use crate::outbox::{now, outbox, round};
use crate::venues::on_each_of;

async fn on_each() -> [(App, MailServer); 2] {
    on_each_of(&feed(), "").await
}

/// The link of the one mail to that address, as a path.
fn path(server: &MailServer, email: &str) -> String {
    let mails = server.to(email);
    let link = mails.last().unwrap().link("/organise/in/").unwrap();
    link.split_once("agir.example.org").unwrap().1.to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailed_link_signs_in_once_and_only_where_it_is_pressed() {
    for (app, server) in on_each().await {
        account(&app, "asha@example.org", false).await;
        let mut browser = Browser::new(&app);
        let page = browser.get("/organise").await;
        assert!(page.body.contains(r#"name="email""#), "{}", page.body);
        let asked = browser.submit("/organise", "email=Asha%40example.org").await;
        assert_eq!(asked.status, 200);
        assert_eq!(round(&outbox(&app), now()).await, (1, 0, 0));
        let mail = server.to("asha@example.org").pop().unwrap();
        assert!(mail.html().contains("/organise/in/") && !mail.head().contains("/organise/in/"));
        let link = path(&server, "asha@example.org");

        // Who only looks, as a mail scanner does, uses nothing up.
        let mut scanner = Browser::new(&app);
        for _ in 0..3 {
            let shown = scanner.get(&link).await;
            assert!(shown.cookie.is_none() && shown.body.contains("asha@example.org"), "{}", shown.body);
        }
        // Somebody else's page cannot press the button.
        let forged = Browser::new(&app).post(&link, String::new(), "cross-site").await;
        assert_eq!((forged.status, forged.cookie), (403, None));

        let entered = browser.submit(&link, "").await;
        assert_eq!((entered.status, entered.location.as_str()), (303, "/organise?lang=fr"));
        let cookie = entered.cookie.unwrap();
        for part in ["__Host-alentour=", "Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=1209600"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        assert!(!cookie.contains("Domain"), "{cookie}");
        let home = browser.get("/organise").await;
        assert!(home.body.contains("Mes actions") && home.body.contains("asha@example.org"), "{}", home.body);

        // A second use, in whatever browser, finds nothing.
        for mut other in [Browser::new(&app), scanner] {
            let replayed = other.submit(&link, "").await;
            assert!(
                replayed.cookie.is_none() && replayed.body.contains("ne fonctionne plus"),
                "{}",
                replayed.body
            );
            assert!(other.get("/organise/account").await.location.starts_with("/organise?"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_gets_the_same_answer_and_no_mail() {
    for (app, server) in on_each().await {
        account(&app, "asha@example.org", false).await;
        let known = Browser::new(&app).submit("/organise", "email=asha%40example.org").await;
        let unknown = Browser::new(&app).submit("/organise", "email=nobody%40example.org").await;
        assert_eq!((known.status, &known.body), (unknown.status, &unknown.body));
        assert_eq!(app.store.outbox(false, 9).await.unwrap().len(), 2);
        round(&outbox(&app), now() + 1).await;
        assert_eq!((server.to("asha@example.org").len(), server.to("nobody@example.org").len()), (1, 0));
        assert_eq!(app.store.backlog().await.unwrap().waiting, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_late_is_neither_sent_nor_good() {
    let [(app, server), _] = on_each().await;
    account(&app, "asha@example.org", false).await;
    let mut browser = Browser::new(&app);
    browser.submit("/organise", "email=asha%40example.org").await;
    // The mail server was away for longer than the link would be good.
    assert_eq!(round(&outbox(&app), now() + 11 * 60).await, (0, 0, 1));
    assert!(server.taken().is_empty());
    let hash = app.store.secret().token_hash(&"a".repeat(64));
    let asha = account(&app, "asha@example.org", false).await;
    app.store.create_sign_in_link(&hash, &asha.account_h, now() + 60).await.unwrap();
    assert!(app.store.sign_in_link(&hash, now() + 59).await.unwrap().is_some());
    assert!(app.store.sign_in_link(&hash, now() + 60).await.unwrap().is_none());
    let late = app.store.sign_in(&hash, &[1; 32], "", now() + 60, i64::MAX).await.unwrap();
    assert_eq!(late, SignIn::Gone);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_that_was_there_before_is_worth_nothing_after() {
    let [(app, _server), _] = on_each().await;
    let (asha, mallory) =
        (account(&app, "asha@example.org", false).await, account(&app, "mallory@example.org", false).await);
    // Mallory's cookie in Asha's browser, put there by whoever could: signing in replaces it, and ends it.
    let mut attacker = Browser::new(&app);
    attacker.enter(&app, &mallory).await;
    let mut browser = Browser::new(&app);
    browser.cookie = attacker.cookie.clone();
    browser.enter(&app, &asha).await;
    assert_ne!(browser.cookie, attacker.cookie);
    assert!(browser.get("/organise/account").await.body.contains("asha@example.org"));
    assert_eq!(attacker.get("/organise/account").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_one_browser_or_all() {
    for (app, _server) in on_each().await {
        let asha = account(&app, "asha@example.org", false).await;
        let mut browsers = [Browser::new(&app), Browser::new(&app), Browser::new(&app)];
        for browser in &mut browsers {
            browser.enter(&app, &asha).await;
        }
        let [first, second, third] = &mut browsers;
        let before = first.cookie.clone();
        assert!(first.get("/organise/account").await.body.contains("3 navigateurs connectés"));
        let out = first.submit("/organise/account", "action=sign-out").await;
        assert!(out.cookie.unwrap().contains("Max-Age=0"));
        // The cookie is worth nothing, whoever has kept it.
        first.cookie = before;
        assert_eq!(first.get("/organise/account").await.status, 303);
        assert_eq!(second.get("/organise/account").await.status, 200);
        second.submit("/organise/account", "action=everywhere").await;
        assert_eq!(third.get("/organise/account").await.status, 303);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_of_a_day_is_replaced_and_stays_good_for_what_is_under_way() {
    for (app, _server) in on_each().await {
        let asha = account(&app, "asha@example.org", false).await;
        let hash = app.store.secret().token_hash(&"a".repeat(64));
        app.store.create_sign_in_link(&hash, &asha.account_h, i64::MAX).await.unwrap();
        let token = "b".repeat(64);
        let cookie = app.store.secret().digest("organiser's cookie", token.as_bytes());
        let yesterday = now() - 90_000;
        let entered = app.store.sign_in(&hash, &cookie, "", yesterday, now() + 9000).await.unwrap();
        assert_eq!(entered, SignIn::Now);
        let mut browser = Browser::new(&app);
        let old = Some(format!("__Host-alentour={token}"));
        browser.cookie = old.clone();
        let renewed = browser.get("/organise/account").await;
        assert!(renewed.cookie.is_some() && browser.cookie != old && browser.cookie.is_some());
        // The form of that very page is the browser's own, too: 403 would say that it came from elsewhere.
        assert_eq!(browser.submit("/organise/account", "action=unknown").await.status, 400);
        // The new one is not replaced again, the old one is good for a minute more, and not after it.
        assert!(browser.get("/organise").await.cookie.is_none());
        assert!(app.store.signed_in(&cookie, now() + 30).await.unwrap().is_some());
        assert!(app.store.signed_in(&cookie, now() + 61).await.unwrap().is_none());
        browser.cookie = old;
        let again = browser.get("/organise").await;
        assert!(again.body.contains("Mes actions") && again.cookie.is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_signs_in_is_led_back_to_the_page_that_was_asked_for_and_nowhere_else() {
    for (app, server) in on_each().await {
        let asha = account(&app, "asha@example.org", true).await;
        let mut browser = Browser::new(&app);
        // What was looked for may be a name: it goes into no mail.
        let led = browser.get("/organise/i/atelier/people?lang=fr&session=samedi&words=zoe").await;
        assert_eq!(led.location, "/organise?lang=fr&to=%2Fi%2Fatelier%2Fpeople%3Fsession%3Dsamedi");
        let page = browser.get(&led.location).await.body;
        assert!(page.contains(r#"name="to" value="/i/atelier/people?session=samedi""#), "{page}");
        let wrong =
            browser.submit("/organise", "email=asha&to=%2Fi%2Fatelier%2Fpeople%3Fsession%3Dsamedi").await;
        assert!(wrong.status == 422 && wrong.body.contains(r#"value="/i/atelier/people?session=samedi""#));
        let fields = "email=asha%40example.org&to=%2Fi%2Fatelier%2Fpeople%3Fsession%3Dsamedi";
        browser.submit("/organise", fields).await;
        round(&outbox(&app), now()).await;
        // In another browser, where the mail is read.
        let (link, mut other) = (path(&server, "asha@example.org"), Browser::new(&app));
        assert_eq!(other.get(&link).await.status, 200);
        let entered = other.submit(&link, "").await;
        assert_eq!(entered.location, "/organise/i/atelier/people?session=samedi&lang=fr");
        assert_eq!(other.get(&entered.location).await.status, 200);

        for (at, to) in [
            "https%3A%2F%2Fevil.example",
            "%2F%2Fevil.example",
            "%2Fi%2F..%2F..%2Fv1",
            "%2Fi%2Fa%0D%0AX%3A+y",
        ]
        .into_iter()
        .enumerate()
        {
            let page = browser.get(&format!("/organise?to={to}")).await.body;
            assert!(!page.contains(r#"name="to""#) && !page.contains("evil"), "{page}");
            let token = at.to_string().repeat(64);
            let hash = app.store.secret().token_hash(&token);
            app.store.create_sign_in_link(&hash, &asha.account_h, now() + 900).await.unwrap();
            let entered =
                browser.post(&format!("/organise/in/{token}?to={to}"), String::new(), "same-origin").await;
            assert_eq!((entered.status, entered.location.as_str()), (303, "/organise?lang=fr"), "{to}");
            browser.cookie = None;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_of_the_terminal_signs_in_once_whoever_gets_no_mails() {
    let app = App::start().await;
    let asha = account(&app, "asha@example.org", false).await;
    for name in ["Asha@example.org", asha.id.as_str()] {
        let said = text(&alentour(&["accounts", "link", name, "--database", &database(&app.folder)]));
        let path = said.trim().strip_prefix("http://127.0.0.1:8080").unwrap();
        let mut browser = Browser::new(&app);
        assert_eq!(browser.get(path).await.status, 200);
        assert!(browser.cookie.is_none());
        assert_eq!(browser.submit(path, "").await.status, 303);
        assert!(browser.get("/organise/account").await.body.contains("asha@example.org"));
        assert_eq!(Browser::new(&app).submit(path, "").await.status, 200);
    }
    let unknown = alentour(&["accounts", "link", "x@example.org", "--database", &database(&app.folder)]);
    assert!(!unknown.status.success());
    let trail = app.store.trail(None, None, 9).await.unwrap().0;
    let made =
        trail.iter().filter(|entry| entry.action == Deed::LinkMade && entry.detail["about"] == *asha.id);
    assert_eq!(made.count(), 2);
}
