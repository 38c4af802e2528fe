//! Writing to many, as organisers do it and as those read it who take part.

use std::sync::Arc;

use alentour_server::broadcasts::owe;
use alentour_server::store::{Erasure, NewSignUp, Role, Store, postgres, sqlite};
use tempfile::TempDir;

use super::people::{announced, comes, find, on_each, organiser, path};
use super::{Browser, signed_in};
use crate::app::{App, database, feed, postgres_database, secret};
use crate::mailbox::{MailServer, Taken};
use crate::outbox::{mailing, now, outbox, round};
use crate::store_broadcasts::{many, owed_to};
use crate::stores::{confirm, form, keep};

const WRITE: &str = "/organise/i/atelier/write";
const TEXT: &str = "Bonjour%0D%0A%0D%0A%E2%80%93+un+stylo%0D%0A%E2%80%93+%3Cb%3E%7Btitle%7D%3C%2Fb%3E";

/// The mails of that subject that somebody got.
fn got(server: &MailServer, email: &str, subject: &str) -> Vec<Taken> {
    server.to(email).into_iter().filter(|mail| mail.parsed().subject() == Some(subject)).collect()
}

fn fields(action: &str, to: &str, subject: &str) -> String {
    format!("action={action}&to={to}&subject={subject}&text={TEXT}")
}

/// What a page's hidden field says.
fn hidden(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!(r#"name="{name}" value=""#)).unwrap_or_else(|| panic!("{page}"));
    rest.split('"').next().unwrap().to_owned()
}

/// Looks at the preview, and sends; where that leads, and what the preview said.
async fn sends(browser: &mut Browser, path: &str, to: &str, subject: &str) -> (String, String) {
    let preview = browser.submit(path, &fields("preview", to, subject)).await;
    assert_eq!(preview.status, 200, "{}", preview.body);
    let key = hidden(&preview.body, "key");
    let sent = browser.submit(path, &format!("{}&key={key}", fields("send", to, subject))).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    (sent.location, preview.body)
}

fn plain(markup: &str) -> String {
    markup.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_seen_first_and_reaches_those_it_is_meant_for() {
    for (app, server) in on_each(&announced()).await {
        comes(&app, &server, "Zo\u{e9}", 'a').await;
        comes(&app, &server, "Max", 'b').await;
        let mut asha = organiser(&app).await;
        let page = asha.get(WRITE).await.body;
        assert!(page.contains("envoyer encore 3 messages") && page.contains("asha@example.org"), "{page}");
        assert!(
            page.contains(r#"value="seated:samedi""#) && page.contains(r#"value="waiting:samedi""#),
            "{page}"
        );
        let preview =
            asha.submit(WRITE, &fields("preview", "waiting:samedi", "Samedi+%7Btitle%7D")).await.body;
        assert!(preview.contains("1 destinataire<"), "{preview}");
        assert_eq!(app.store.broadcasts("atelier", 9).await.unwrap().len(), 0, "a look stores nothing");
        // What was typed is still there for whoever changes it.
        let change = asha.submit(WRITE, &fields("change", "waiting:samedi", "Samedi")).await.body;
        assert!(
            change.contains("&lt;b&gt;{title}&lt;/b&gt;</textarea>")
                && change.contains(r#"value="waiting:samedi" selected"#)
        );

        let (there, preview) = sends(&mut asha, WRITE, "waiting:samedi", "Samedi+%7Btitle%7D").await;
        let page = asha.get(&there).await.body;
        assert!(page.contains("est en route") && page.contains("se pr\u{e9}pare"), "{page}");
        assert_eq!(owe(&app.state, now()).await.unwrap(), 1);
        let page = asha.get(&there).await.body;
        assert!(page.contains("0 e-mail envoy\u{e9} sur 1") && page.contains("1 attend son tour"), "{page}");
        round(&outbox(&app), now()).await;
        assert_eq!(got(&server, "zoe@example.org", "Samedi {title}").len(), 0);
        let [mail] = &got(&server, "max@example.org", "Samedi {title}")[..] else { panic!() };
        let parsed = mail.parsed();
        let reply_to = parsed.reply_to().and_then(|to| to.first()).and_then(|to| to.address());
        assert_eq!(reply_to, Some("asha@example.org"));
        let link = mail.link("/mine/").unwrap();
        let text = mail.text().replace("\r\n", "\n");
        assert!(
            text.contains("asha@example.org vous \u{e9}crit au sujet de \u{ab}\u{a0}Atelier\u{a0}\u{bb}"),
            "{text}"
        );
        assert!(text.contains("Bonjour\n\n\u{2013} un stylo\n\u{2013} <b>{title}</b>\n"), "{text}");
        assert!(
            mail.html().contains("un stylo<br>\u{2013} &lt;b&gt;{title}&lt;/b&gt;</p>"),
            "{}",
            mail.html()
        );
        // The preview was the mail, but for the link that is one's own.
        let (_, shown) = preview.split_once(r#"<div class="letter" dir="auto">"#).unwrap();
        let shown = plain(shown.split("</div>").next().unwrap());
        assert_eq!(shown.trim(), text.replace(&link, "https://agir.example.org/mine/\u{2026}").trim());
        let page = asha.get(&there).await.body;
        assert!(page.contains("est parti") && page.contains("1 e-mail envoy\u{e9} sur 1"), "{page}");
        assert!(asha.get(WRITE).await.body.contains("Samedi {title}"));
        let trail = asha.get("/organise/i/atelier/trail").await.body;
        assert!(
            trail.contains("Message envoy\u{e9}")
                && trail.contains("1 destinataire")
                && !trail.contains("stylo"),
            "{trail}"
        );
        // Of another action there is no such message.
        let mut other = signed_in(&app, "autre@example.org", "petition", Some(Role::Organiser)).await;
        assert_eq!(other.get(&there.replace("atelier", "petition")).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_press_sends_once_and_three_a_day_are_enough() {
    for (app, server) in on_each(&announced()).await {
        comes(&app, &server, "Zo\u{e9}", 'a').await;
        let mut asha = organiser(&app).await;
        for (subject, text) in
            [("", "x"), ("x", ""), (&"x".repeat(151)[..], "x"), ("a%0Ab", "x"), ("x", &"x".repeat(5001)[..])]
        {
            for action in ["preview", "send"] {
                let wrong =
                    format!("action={action}&to=all&subject={subject}&text={text}&key={}", "a".repeat(32));
                let wrong = asha.submit(WRITE, &wrong).await;
                assert!(wrong.status == 422 && wrong.body.contains("aria-invalid"), "{}", wrong.body);
            }
        }
        for wrong in ["action=send&to=all&subject=a&text=b&key=1", "action=preview&to=tous&subject=a&text=b"]
        {
            assert_eq!(asha.submit(WRITE, wrong).await.status, 400, "{wrong}");
        }
        let preview = asha.submit(WRITE, &fields("preview", "all", "Un")).await.body;
        let send = format!("{}&key={}", fields("send", "all", "Un"), hidden(&preview, "key"));
        let (one, two) = (asha.submit(WRITE, &send).await, asha.submit(WRITE, &send).await);
        assert_eq!((one.status, two.status, &one.location), (303, 303, &two.location));
        let other = asha.submit(WRITE, &send.replace("Bonjour", "Bonsoir")).await;
        assert!(other.status == 409 && other.body.contains("rien n\u{2019}est parti"), "{}", other.body);
        assert_ne!(hidden(&other.body, "key"), hidden(&preview, "key"));
        assert_eq!(app.store.broadcasts("atelier", 9).await.unwrap().len(), 1);
        sends(&mut asha, WRITE, "all", "Deux").await;
        let late = asha.submit(WRITE, &fields("preview", "all", "Quatre")).await.body;
        sends(&mut asha, WRITE, "all", "Trois").await;
        let page = asha.get(WRITE).await.body;
        assert!(page.contains("3 messages par action") && !page.contains("<textarea"), "{page}");
        let late = format!("{}&key={}", fields("send", "all", "Quatre"), hidden(&late, "key"));
        let late = asha.submit(WRITE, &late).await;
        assert_eq!(late.status, 429);
        // What was typed is still there.
        assert!(
            late.body.contains(r#"value="Quatre""#)
                && late.body.contains("&lt;b&gt;{title}&lt;/b&gt;</textarea>"),
            "{}",
            late.body
        );
        assert_eq!(owe(&app.state, now()).await.unwrap(), 3);
        round(&outbox(&app), now()).await;
        let subjects =
            ["Un", "Deux", "Trois", "Quatre"].map(|one| got(&server, "zoe@example.org", one).len());
        assert_eq!(subjects, [1, 1, 1, 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_before_it_is_sent_is_not_written_to() {
    for (app, server) in on_each(&announced()).await {
        for (name, digit) in [("Zo\u{e9}", 'a'), ("Max", 'b'), ("L\u{e9}a", 'c')] {
            comes(&app, &server, name, digit).await;
        }
        let mut asha = organiser(&app).await;
        sends(&mut asha, WRITE, "waiting:samedi", "Attente").await;
        sends(&mut asha, WRITE, "all", "Toutes").await;
        assert_eq!(owe(&app.state, now()).await.unwrap(), 5);
        // Zo\u{e9} takes everything back, so that Max has her seat; L\u{e9}a leaves the line.
        let zoe = find(&app, "Zo\u{e9}").await.record.email_h;
        app.store.erase(&Erasure::Person(zoe), now()).await.unwrap();
        asha.submit(&path(&app, "L\u{e9}a").await, "action=give-back&session=samedi").await;
        for _ in 0..2 {
            round(&outbox(&app), now()).await;
        }
        for (name, of_line, of_all) in [("zoe", 0, 0), ("max", 0, 1), ("lea", 0, 0)] {
            let email = format!("{name}@example.org");
            let counts = (got(&server, &email, "Attente").len(), got(&server, &email, "Toutes").len());
            assert_eq!(counts, (of_line, of_all), "{name}");
        }
    }
}

/// Two servers on one database.
async fn two_on_each(folder: &TempDir) -> Vec<[Arc<dyn Store>; 2]> {
    let file = database(folder);
    let base = postgres_database().await;
    let a: [Arc<dyn Store>; 2] =
        [sqlite::open(&file, &secret()).await.unwrap(), sqlite::open(&file, &secret()).await.unwrap()];
    let b: [Arc<dyn Store>; 2] =
        [postgres::open(&base, &secret()).await.unwrap(), postgres::open(&base, &secret()).await.unwrap()];
    vec![a, b]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_half_way_leaves_nobody_out_and_nobody_is_told_twice() {
    let folder = tempfile::tempdir().unwrap();
    for [first, second] in two_on_each(&folder).await {
        let server = MailServer::start().await;
        let names: Vec<String> = (0..205).map(|at| format!("p{at:03}")).collect();
        let later = now() + 86_400;
        let forms = names.iter().map(|name| NewSignUp {
            at: now() - 10,
            expires_at: later,
            keep_until: later,
            ..form(name)
        });
        keep(&first, &forms.collect::<Vec<_>>()).await;
        for name in &names {
            confirm(&first, name, now()).await;
        }
        let settings = mailing(&server);
        let start = async |store: &Arc<dyn Store>| {
            App::start_storing(store.clone(), tempfile::tempdir().unwrap(), feed(), &settings).await
        };
        let app = start(&first).await;
        let mut asha = signed_in(&app, "asha@example.org", "petition", Some(Role::Organiser)).await;
        let (there, preview) = sends(&mut asha, "/organise/i/petition/write", "all", "Merci").await;
        assert!(preview.contains("205 destinataires"), "{preview}");
        assert_eq!(first.owe_broadcasts(now()).await.unwrap(), Some(200));
        // Here it is killed; another one goes on, and one beside it.
        let others = [start(&second).await, start(&second).await];
        let (one, two) = tokio::join!(owe(&others[0].state, now()), owe(&others[1].state, now()));
        assert_eq!(one.unwrap() + two.unwrap(), 5);
        let outboxes = [outbox(&others[0]), outbox(&others[1])];
        while got(&server, "p204@example.org", "Merci").is_empty()
            || second.backlog().await.unwrap().waiting > 0
        {
            tokio::join!(round(&outboxes[0], now()), round(&outboxes[1], now()));
        }
        for name in &names {
            assert_eq!(got(&server, &format!("{name}@example.org"), "Merci").len(), 1, "{name}");
        }
        let page = asha.get(&there).await.body;
        assert!(page.contains("205 e-mails envoy\u{e9}s sur 205"), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_are_accepted_with_one_row_and_owed_in_parts() {
    for (app, _server) in on_each(&feed()).await {
        many(&app.store, 5000).await;
        let mut asha = signed_in(&app, "asha@example.org", "petition", Some(Role::Organiser)).await;
        let path = "/organise/i/petition/write";
        let (_, preview) = sends(&mut asha, path, "all", "Merci").await;
        let preview = preview.replace(['\u{202f}', '\u{a0}'], "");
        // The first of them was kept until long ago.
        assert!(preview.contains("4999 destinataires"), "{preview}");
        assert_eq!(crate::stores::count(&app.store, "broadcasts").await, 1);
        assert_eq!(owed_to(&app.store).await.len(), 0, "nobody waits for that");
        assert_eq!(app.store.owe_broadcasts(now()).await.unwrap(), Some(200));
        owe(&app.state, now()).await.unwrap();
        let mut owed = owed_to(&app.store).await;
        assert_eq!(owed.len(), 4999);
        owed.dedup();
        assert_eq!(owed.len(), 4999);
    }
}
