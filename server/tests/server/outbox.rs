//! Mails to people, and what becomes of them when a mail server misbehaves. Time is what the tests say it is.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use alentour_model::EmailAddress;
use alentour_server::outbox::{Options, Outbox, Round};
use alentour_server::store::{
    Confirmation, Delivery, Erasure, MailedLink, MessageKind, Purpose, Recipients, Store,
};
use serde_json::json;

use crate::app::{App, SECRET, database, feed, form, key, on_postgres, on_sqlite, post, seat};
use crate::mailbox::{MailServer, Mood, Taken};
use crate::receiver::{Receiver, Say};
use crate::sinks::webhook;

const DAY: i64 = 86_400;

/// Settings of a server that mails by that one.
pub fn mailing(server: &MailServer) -> String {
    format!(
        r#"
        public-url = "https://agir.example.org"
        [controller]
        name = "Maison des solidarités"
        contact = "donnees@example.org"
        [mail]
        smtp = "smtp://{}"
        from = "Agir <bonjour@example.org>"
        "#,
        server.address
    )
}

/// What delivers for a server of the tests. Its receivers are on this machine, and have little time.
pub fn outbox(app: &App) -> Arc<Outbox> {
    Outbox::new(&app.state, Options { allow_private: true, patience: Duration::from_millis(1500) }).unwrap()
}

pub fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// A round, and its counts: sent, later, dead.
pub async fn round(outbox: &Arc<Outbox>, now: i64) -> (usize, usize, usize) {
    let Round { sent, later, dead, .. } = outbox.deliver_due(now).await.unwrap();
    (sent, later, dead)
}

/// Waits for something that happens beside the test.
async fn until(happens: impl Fn() -> bool) {
    let begun = std::time::Instant::now();
    while !happens() {
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert!(begun.elapsed() < Duration::from_secs(15), "it does not happen");
    }
}

async fn errors(app: &App, dead: bool) -> Vec<String> {
    let messages = app.store.outbox(dead, 100).await.unwrap();
    messages.into_iter().filter_map(|message| message.error).collect()
}

fn token(link: &str) -> String {
    link.rsplit('/').next().unwrap().to_owned()
}

async fn what_stands_for(app: &App, link: &str) -> Option<MailedLink> {
    let hash = app.store.secret().token_hash(&token(link));
    app.store.link(&hash, now()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_mail_says_what_when_and_where_and_its_link_confirms() {
    let server = MailServer::start().await;
    let mut announced = feed();
    announced["initiatives"][0]["location"] =
        json!([{ "name": "Salle des fêtes", "postalCode": "69007", "addressLocality": "Lyon" }]);
    let app = App::start_announcing(announced, &mailing(&server)).await;
    let outbox = outbox(&app);
    let mut form = seat("zoe@example.org");
    form["partySize"] = json!(2);
    form["message"] = json!("Bonjour de Zoé");
    assert_eq!(app.post(&key("a"), &form).await.0, 201);
    assert_eq!(round(&outbox, now()).await, (1, 0, 0));

    let mail = &server.to("zoe@example.org")[0];
    let (text, html) = (mail.text(), mail.html());
    for part in [
        "Atelier",
        "samedi 2 mai 2099 à 14\u{a0}h\n",
        "J’accepte d’être contacté·e.",
        "Salle des fêtes, 69007 Lyon",
        "personnes\u{a0}: 2",
        "donnees@example.org",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(html.contains(r#"<html lang="fr" dir="ltr">"#) && html.contains("<bdi>Atelier</bdi>"), "{html}");
    // Nothing that was typed; nothing that is fetched when it is read.
    for part in ["Zoé", "Mbarek", "la lettre", "<img", "src="] {
        assert!(!text.contains(part) && !html.contains(part), "{part}: {html}");
    }
    let parsed = mail.parsed();
    assert_eq!(parsed.subject(), Some("À confirmer\u{a0}: Atelier"));
    assert_eq!(parsed.header_raw("Auto-Submitted").map(str::trim), Some("auto-generated"));
    assert!(parsed.date().is_some() && mail.id().ends_with("@example.org"));

    let link = mail.link("/confirm/").unwrap();
    assert!(link.starts_with("https://agir.example.org/confirm/") && token(&link).len() == 64, "{link}");
    assert!(html.contains(&link));
    let stands_for = what_stands_for(&app, &link).await.unwrap();
    assert_eq!((stands_for.purpose, &stands_for.initiative[..]), (Purpose::Confirm, ""));
    let hash = app.store.secret().token_hash(&token(&link));
    assert_eq!(app.confirm(&hash).await, [Confirmation::Now]);
    assert!(app.signups("atelier").await[0].confirmed_at.is_some());
    assert_eq!(round(&outbox, now() + DAY).await, (1, 0, 0));
    assert!(server.to("zoe@example.org")[1].link("/mine/").is_some());
    assert_eq!(round(&outbox, now() + DAY).await, (0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn however_a_mail_server_misbehaves_each_person_gets_the_mail_and_a_repeat_has_the_same_id() {
    let server = MailServer::start().await;
    let app = App::start_settled(&mailing(&server)).await;
    let outbox = outbox(&app);
    let grey = Mood::Say("451 4.7.1 <zoe@example.org> greylisted, come back");
    for i in 0..16 {
        let email = format!("p{i}@example.org");
        assert_eq!(app.post(&key(&email), &form(&email)).await.0, 201);
    }
    // Each of these meets one mail of the 16, or its repeat.
    let moods = [
        vec![grey.clone(); 6],
        vec![Mood::Lose; 3],
        vec![Mood::TakeAndHangUp; 3],
        vec![Mood::Slow(Duration::from_millis(3000)); 2],
        vec![Mood::Say("421 4.3.2 shutting down")],
        vec![grey; 6],
        vec![Mood::TakeAndHangUp; 2],
    ];
    server.then(moods.into_iter().flatten());
    let mut at = now();
    let mut rounds = 0;
    while app.store.backlog().await.unwrap().waiting > 0 {
        round(&outbox, at).await;
        at += 1200;
        rounds += 1;
        assert!(rounds < 60, "{:?}", errors(&app, false).await);
    }
    assert_eq!(app.store.backlog().await.unwrap().dead, 0);
    let mut ids = std::collections::BTreeSet::new();
    let mut repeats = 0;
    for i in 0..16 {
        let mails = server.to(&format!("p{i}@example.org"));
        assert!(!mails.is_empty(), "p{i} got none");
        assert!(mails.iter().all(|mail| mail.id() == mails[0].id()), "a repeat has another id");
        let link = mails[0].link("/confirm/").expect("a link to confirm by");
        assert!(mails.iter().all(|mail| mail.link("/confirm/").as_ref() == Some(&link)));
        repeats += mails.len() - 1;
        assert!(ids.insert(mails[0].id()), "two people's mails have one id");
    }
    assert!(repeats > 0, "no server answered too late: the test tests nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_does_not_exist_is_a_dead_letter_without_its_address_and_can_be_retried() {
    let server = MailServer::start().await;
    let app = App::start_settled(&mailing(&server)).await;
    let outbox = outbox(&app);
    app.post(&key("a"), &form("zoe@example.org")).await;
    server.then([Mood::Say("550 5.1.1 <zoe@example.org>: no such user")]);
    assert_eq!(round(&outbox, now()).await, (0, 0, 1));
    assert_eq!(errors(&app, true).await, ["SMTP 550 5.1.1"]);

    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_alentour"));
        let database = database(&app.folder);
        let output = command
            .args(["outbox", "--database", &database])
            .args(arguments)
            .env("ALENTOUR_SECRET", SECRET)
            .output()
            .unwrap();
        (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    };
    let (_, listed) = run(&["list", "--dead"]);
    assert!(listed.contains("SMTP 550 5.1.1") && listed.contains("petition"), "{listed}");
    assert!(!listed.contains("zoe") && !listed.contains("Mbarek"), "{listed}");
    assert_eq!(run(&["list"]).1, "");
    let json: serde_json::Value = serde_json::from_str(&run(&["list", "--dead", "--json"]).1).unwrap();
    let id = json[0]["id"].as_str().unwrap();
    assert_eq!((&json[0]["type"], &json[0]["attempts"]), (&json!("confirm"), &json!(1)));
    assert!(!run(&["retry", "unknown"]).0);
    assert!(!run(&["retry"]).0);
    assert_eq!(run(&["retry", id]), (true, "1\n".into()));
    assert_eq!(run(&["retry", "--all"]), (true, "0\n".into()));
    assert_eq!(round(&outbox, now() + 1).await, (1, 0, 0));
    assert_eq!(server.to("zoe@example.org").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_refuses_the_sender_is_tried_for_a_day_for_that_can_be_mended() {
    let server = MailServer::start().await;
    let app = App::start_settled(&mailing(&server)).await;
    let outbox = outbox(&app);
    app.post(&key("a"), &form("zoe@example.org")).await;
    server.then(vec![Mood::Say("550 5.7.1 SPF says no"); 8]);
    let begun = now();
    let mut at = begun;
    let mut tries = 0;
    while app.store.backlog().await.unwrap().dead == 0 {
        let (sent, later, dead) = round(&outbox, at).await;
        assert_eq!(sent, 0);
        tries += later + dead;
        at += 600;
        assert!(at < begun + 4 * DAY);
    }
    assert_eq!(tries, 8);
    assert!(at - begun > 16 * 3600 && at - begun < 30 * 3600, "{}", at - begun);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_encryption_that_is_asked_for_nothing_is_sent() {
    let server = MailServer::start().await;
    let asked =
        mailing(&server).replace(&server.address.to_string(), &format!("{}?tls=required", server.address));
    let app = App::start_settled(&asked).await;
    app.post(&key("a"), &form("zoe@example.org")).await;
    assert_eq!(round(&outbox(&app), now()).await, (0, 1, 0));
    assert!(server.taken().is_empty());
    assert_eq!(errors(&app, false).await, ["the mail server cannot do what this mail needs"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn titles_of_any_kind_end_no_header_and_turn_no_text() {
    let server = MailServer::start().await;
    let titles = [
        "Vélo 🚲 pour toutes & tous <b>gras</b>",
        "Atelier\r\nBcc: voleuse@example.org\r\n\r\nCorps",
        "\u{202e}gnol\u{202c} ورشة إصلاح الدراجات",
        &"é".repeat(3000),
        "{link} {title} {date}",
    ];
    let mut announced = feed();
    let template = announced["initiatives"][1].clone();
    announced["initiatives"] = titles
        .iter()
        .enumerate()
        .map(|(i, title)| {
            let mut one = template.clone();
            one["id"] = json!(format!("i{i}"));
            one["name"] = json!(title);
            one
        })
        .collect();
    let app = App::start_announcing(announced, &mailing(&server)).await;
    let outbox = outbox(&app);
    for (i, language) in ["fr", "en-GB", "ar", "es", "xx"].into_iter().enumerate() {
        let mut form = form(&format!("p{i}@example.org"));
        form["initiative"] = json!(format!("i{i}"));
        form["language"] = json!(language);
        let (status, body) = app.post(&key(&format!("k{i}")), &form).await;
        assert_eq!(status, 201, "{body}");
    }
    assert_eq!(round(&outbox, now()).await, (5, 0, 0));
    let mail = |i: usize| -> Taken { server.to(&format!("p{i}@example.org")).remove(0) };
    for i in 0..5 {
        let head = mail(i).head();
        let names = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"];
        for name in names {
            let count = head.lines().filter(|line| line.starts_with(&format!("{name}: "))).count();
            assert_eq!(count, 1, "{name}: {head}");
        }
        assert!(!head.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{head}");
        assert!(head.lines().all(|line| line.is_ascii() && line.len() < 200), "{head}");
        assert!(mail(i).link("/confirm/").is_some());
    }
    assert_eq!(mail(0).parsed().subject(), Some("À confirmer\u{a0}: Vélo 🚲 pour toutes & tous <b>gras</b>"));
    assert!(mail(0).html().contains("&amp; tous &lt;b&gt;gras&lt;/b&gt;"));
    assert_eq!(mail(1).parsed().subject(), Some("Please confirm: Atelier Bcc: voleuse@example.org Corps"));
    assert!(mail(2).html().contains(r#"lang="ar" dir="rtl""#));
    assert!(mail(2).text().contains("ورشة إصلاح الدراجات") && !mail(2).text().contains('\u{202e}'));
    assert!(mail(3).text().contains("Hola") && mail(3).text().contains("éé…"));
    assert!(mail(4).text().contains("«\u{a0}{link} {title} {date}\u{a0}»"), "{}", mail(4).text());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_up_again_is_asked_about_the_change_or_told_that_nothing_changed() {
    let server = MailServer::start().await;
    let app = App::start_settled(&mailing(&server)).await;
    let outbox = outbox(&app);
    app.post(&key("a"), &seat("zoe@example.org")).await;
    assert_eq!(round(&outbox, now()).await, (1, 0, 0));
    let hash =
        app.store.secret().token_hash(&token(&server.to("zoe@example.org")[0].link("/confirm/").unwrap()));
    assert_eq!(app.confirm(&hash).await, [Confirmation::Now]);
    // The mails about one initiative are some minutes apart.
    let later = async || {
        sqlx::query("UPDATE outbox SET created_at = created_at - 700")
            .execute(&app.database().await)
            .await
            .unwrap();
    };
    assert_eq!(round(&outbox, now()).await, (1, 0, 0));
    // The same again: nothing to confirm.
    later().await;
    app.post(&key("b"), &seat("zoe@example.org")).await;
    assert_eq!(round(&outbox, now()).await, (1, 0, 0));
    let same = server.to("zoe@example.org").remove(2);
    assert!(same.link("/confirm/").is_none() && same.link("/me/").is_none(), "{}", same.text());
    assert!(same.text().contains("est déjà enregistré"), "{}", same.text());
    // Another session for three: a change, to be confirmed.
    later().await;
    let mut change = seat("zoe@example.org");
    change["session"] = json!("dimanche");
    change["partySize"] = json!(3);
    change["message"] = json!("Bonjour de Zoé");
    app.post(&key("c"), &change).await;
    assert_eq!(round(&outbox, now()).await, (1, 0, 0));
    let mail = server.to("zoe@example.org").remove(3);
    let text = mail.text();
    assert_eq!(mail.parsed().subject(), Some("Changement à confirmer\u{a0}: Atelier"));
    assert!(
        text.contains("dimanche 3 mai 2099 à 14\u{a0}h\n") && text.contains("personnes\u{a0}: 3"),
        "{text}"
    );
    assert!(!text.contains("Bonjour de Zoé") && mail.link("/confirm/").is_some(), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_their_data_gets_a_link_and_nothing_else() {
    let server = MailServer::start().await;
    let app = App::start_settled(&mailing(&server)).await;
    let outbox = outbox(&app);
    app.post(&key("a"), &form("zoe@example.org")).await;
    round(&outbox, now()).await;
    let email_h = app.signups("petition").await[0].email_h;
    app.store.enqueue(&email_h, MessageKind::Access, now()).await.unwrap();
    assert_eq!(round(&outbox, now()).await, (1, 0, 0));
    let mail = server.to("zoe@example.org").remove(1);
    assert!(!mail.text().contains("Pétition"), "{}", mail.text());
    let stands_for = what_stands_for(&app, &mail.link("/me/").unwrap()).await.unwrap();
    assert_eq!((stands_for.purpose, &stands_for.initiative[..]), (Purpose::Access, ""));
    assert!((stands_for.expires_at - now() - DAY).abs() < 5);
    // One that could not be sent for a day is not sent: its link would be dead.
    app.store.enqueue(&email_h, MessageKind::Access, now() + 700).await.unwrap();
    assert_eq!(round(&outbox, now() + 700 + DAY).await, (0, 0, 1));
    // To an address that never signed up there is nothing to say, and nothing is sent.
    let sent = server.taken().len();
    app.store.enqueue(&[9; 32], MessageKind::Access, now()).await.unwrap();
    assert_eq!(round(&outbox, now()).await, (1, 0, 0));
    assert_eq!(server.taken().len(), sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_to_who_has_gone_or_confirmed_meanwhile() {
    let server = MailServer::start().await;
    let app = App::start_settled(&mailing(&server)).await;
    let outbox = outbox(&app);
    app.post(&key("a"), &form("zoe@example.org")).await;
    app.post(&key("b"), &form("max@example.org")).await;
    app.post(&key("c"), &form("lou@example.org")).await;
    let of = async |email: &str| {
        let all = app.signups("petition").await;
        all.into_iter().find(|one| one.person.email == email).unwrap().email_h
    };
    // Taken by another process, which dies; then its person goes, or confirms.
    let taken = app.store.claim(now(), 300, 10, Recipients::All).await.unwrap();
    app.store.erase(&Erasure::Person(of("zoe@example.org").await), now()).await.unwrap();
    let hash = [7; 32];
    let purpose = Purpose::Confirm;
    let email_h = of("max@example.org").await;
    let link = MailedLink { initiative: "petition".into(), ..MailedLink::new(email_h, purpose, now() + 50) };
    app.store.create_link(&hash, &link).await.unwrap();
    assert_eq!(app.confirm(&hash).await, [Confirmation::Now]);
    // What is said is that it is confirmed.
    assert_eq!(round(&outbox, now() + 300).await, (3, 0, 0));
    assert_eq!(server.taken().len(), 2);
    // What the dead one would have noted changes nothing any more.
    app.store.record_delivery(&taken[0], &Delivery::Sent(now())).await.unwrap();
    assert_eq!(app.store.backlog().await.unwrap().waiting, 0);
    // Expired, and not purged yet.
    app.post(&key("d"), &form("ann@example.org")).await;
    assert_eq!(round(&outbox, now() + 8 * DAY).await, (1, 0, 0));
    assert_eq!(server.taken().len(), 2);
}

/// A server with 13 initiatives that mails, for somebody who signs up for each of them.
async fn thirteen(server: &MailServer) -> App {
    let mut announced = feed();
    let template = announced["initiatives"][1].clone();
    let many = (0..13).map(|i| {
        let mut one = template.clone();
        one["id"] = json!(format!("i{i}"));
        one
    });
    announced["initiatives"] = many.collect();
    App::start_announcing(announced, &mailing(server)).await
}

async fn sign_up_for(app: &App, numbers: std::ops::Range<usize>) {
    for i in numbers {
        let mut form = form("zoe@example.org");
        form["initiative"] = json!(format!("i{i}"));
        assert_eq!(app.post(&key(&format!("k{i}")), &form).await.0, 201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_confirmed_gets_three_mails_a_day_and_six_a_week_at_most() {
    let server = MailServer::start().await;
    let app = thirteen(&server).await;
    let outbox = outbox(&app);
    sign_up_for(&app, 0..10).await;
    let begun = now();
    assert_eq!(round(&outbox, begun).await, (3, 7, 0));
    assert_eq!(round(&outbox, begun + 6 * 3600 + 1).await, (0, 7, 0));
    assert_eq!(server.taken().len(), 3);
    // Tried again and again for the week that they wait.
    let mut at = begun;
    while at < begun + 7 * DAY - 3600 {
        at += 3600;
        round(&outbox, at).await;
        let days = (at - begun) / DAY + 1;
        assert!(
            server.taken().len() as i64 <= (3 * days).min(6),
            "{} mails in {days} days",
            server.taken().len()
        );
    }
    assert_eq!(server.taken().len(), 6);
    // Whichever of them is opened shows all that waits.
    let link = server.taken()[0].link("/confirm/").unwrap();
    let hash = app.store.secret().token_hash(&token(&link));
    assert_eq!(app.confirm(&hash).await.len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_more_than_ten_mails_a_day() {
    let server = MailServer::start().await;
    let app = thirteen(&server).await;
    let outbox = outbox(&app);
    sign_up_for(&app, 0..1).await;
    assert_eq!(round(&outbox, now()).await, (1, 0, 0));
    let link = server.taken()[0].link("/confirm/").unwrap();
    assert_eq!(app.confirm(&app.store.secret().token_hash(&token(&link))).await, [Confirmation::Now]);
    // That it is confirmed is told beside the ten: nobody causes that but its person.
    assert_eq!(round(&outbox, now()).await, (1, 0, 0));
    sign_up_for(&app, 1..13).await;
    assert_eq!(round(&outbox, now()).await, (9, 3, 0));
    assert_eq!(round(&outbox, now() + 6 * 3600 + 1).await, (0, 3, 0));
    assert_eq!(server.taken().len(), 11);
    assert_eq!(round(&outbox, now() + DAY + 3600).await, (3, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_deliverers_at_once_send_each_message_once_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let store = on_sqlite(&folder).await;
    two_deliverers(store, folder).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_deliverers_at_once_send_each_message_once_on_postgres() {
    two_deliverers(on_postgres().await, tempfile::tempdir().unwrap()).await;
}

async fn two_deliverers(store: Arc<dyn Store>, folder: tempfile::TempDir) {
    let server = MailServer::start().await;
    let app = App::start_storing(store, folder, feed(), &mailing(&server)).await;
    for i in 0..100 {
        let email = format!("p{i}@example.org");
        assert_eq!(app.post(&key(&email), &form(&email)).await.0, 201);
    }
    let at = now();
    let deliver = || {
        let outbox = outbox(&app);
        tokio::spawn(async move { while outbox.deliver_due(at).await.unwrap().taken > 0 {} })
    };
    let (one, other) = (deliver(), deliver());
    one.await.unwrap();
    other.await.unwrap();
    assert_eq!(server.taken().len(), 100);
    for i in 0..100 {
        assert_eq!(server.to(&format!("p{i}@example.org")).len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_wakes_when_something_is_owed_and_finishes_what_is_on_its_way_when_asked_to_stop() {
    let server = MailServer::start().await;
    let app = App::start_settled(&mailing(&server)).await;
    let outbox = outbox(&app);
    let (stop, stopping) = tokio::sync::watch::channel(());
    let task = tokio::spawn(outbox.run(app.state.writer.outbox_wake().clone(), stopping));
    // It has looked, and sleeps for seconds now.
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.then([Mood::Slow(Duration::from_millis(500))]);
    app.post(&key("a"), &form("zoe@example.org")).await;
    let begun = std::time::Instant::now();
    while server.taken().is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert!(begun.elapsed() < Duration::from_secs(2), "it slept on");
    }
    // The server has the mail, and has not said so yet.
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(3), task).await.unwrap().unwrap();
    assert_eq!(app.store.backlog().await.unwrap().waiting, 0);
    assert_eq!(server.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_mail_waits_for_another_nor_for_a_receiver_that_takes_its_time() {
    let (server, receiver) = (MailServer::start().await, Receiver::start().await);
    let app = App::start_settled(&format!("{}{}", mailing(&server), webhook(&receiver))).await;
    receiver.then(vec![Say { after: Duration::from_secs(30), ..Say::status(200) }]);
    app.store.keep(&[crate::stores::at_once(crate::stores::form("max"))]).await[0].as_ref().unwrap();
    let outbox = Outbox::new(&app.state, Options { allow_private: true, patience: Duration::from_secs(60) });
    let (stop, stopping) = tokio::sync::watch::channel(());
    let task = tokio::spawn(outbox.unwrap().run(app.state.writer.outbox_wake().clone(), stopping));
    // The server takes its time with the first mail, as it does where somebody is known; the event is on its way, too.
    server.then([Mood::Slow(Duration::from_secs(30))]);
    app.post(&key("a"), &form("zoe@example.org")).await;
    until(|| !server.taken().is_empty()).await;
    // Her next one waits for the first; nobody else's does.
    app.post(&key("a2"), &seat("zoe@example.org")).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    app.post(&key("b"), &form("stranger@example.org")).await;
    until(|| !server.to("stranger@example.org").is_empty()).await;
    assert_eq!(receiver.got().len(), 1);
    // It is noted as sent while the others are still on their way, or behind one that is.
    let begun = std::time::Instant::now();
    while app.store.backlog().await.unwrap().waiting != 3 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", app.store.backlog().await.unwrap());
    }
    stop.send(()).unwrap();
    task.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_to_nobody_takes_as_long_as_one_to_somebody() {
    let server = MailServer::start().await;
    let app = App::start_settled(&mailing(&server)).await;
    let outbox = outbox(&app);
    server.then([Mood::Slow(Duration::from_millis(900))]);
    app.post(&key("a"), &form("zoe@example.org")).await;
    let took = async |email: &str| {
        let email_h = app.store.secret().email_h(&EmailAddress::parse(email).unwrap());
        app.store.enqueue(&email_h, MessageKind::Access, now()).await.unwrap();
        let begun = std::time::Instant::now();
        round(&outbox, now()).await;
        begun.elapsed()
    };
    assert_eq!(round(&outbox, now()).await, (1, 0, 0));
    assert!(took("nobody@example.org").await >= Duration::from_millis(900));
    assert_eq!(server.taken().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn however_an_address_is_spelt_its_mailbox_gets_as_many_mails() {
    let server = MailServer::start().await;
    let app = App::start_settled(&mailing(&server)).await;
    let outbox = outbox(&app);
    // The first one is of a server that knows no SMTPUTF8, as this one: it gets the domain as the DNS has it.
    let spellings = [
        "zoe@ｅxample.org",
        "zoe+a@example.org",
        "zoe+b@Example.org",
        "zoe+c@example.org",
        "zoe@example.org",
    ];
    for (i, email) in spellings.into_iter().enumerate() {
        assert_eq!(app.post(&key(&format!("k{i}")), &form(email)).await.0, 201, "{email}");
    }
    let at = now();
    for _ in 0..3 {
        round(&outbox, at).await;
    }
    assert_eq!(server.taken().len(), 3);
    assert!(server.to("zoe@example.org").len() + server.to("zoe+a@example.org").len() > 0);
    // The first and the last are one person.
    assert_eq!(app.number("SELECT count(*) FROM persons").await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_sending_and_noting_it_sends_the_same_mail_again() {
    let server = MailServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("feed.json"), feed().to_string()).unwrap();
    let settings = format!("{}\n[robots]\nwork = 0\nfill-seconds = 0\nper-address = 0\n", mailing(&server));
    std::fs::write(folder.path().join("settings.toml"), &settings).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_alentour"))
        .args(["serve", "--listen", "127.0.0.1:0", "--database", &database(&folder), "--feed"])
        .arg(folder.path().join("feed.json"))
        .arg("--settings")
        .arg(folder.path().join("settings.toml"))
        .env("ALENTOUR_SECRET", SECRET)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut stdout, &mut line).unwrap();
    let address = line.trim().strip_prefix("listening on ").unwrap();
    server.then([Mood::Slow(Duration::from_secs(15))]);
    let client = reqwest::Client::new();
    assert_eq!(post(&client, address, &key("a"), &form("zoe@example.org")).await.unwrap().0, 201);
    let begun = std::time::Instant::now();
    while server.taken().is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(begun.elapsed() < Duration::from_secs(10), "nothing was sent");
    }
    child.kill().unwrap();
    child.wait().unwrap();

    let store = on_sqlite(&folder).await;
    let app = App::start_storing(store, folder, feed(), &settings).await;
    let outbox = outbox(&app);
    // Its lease has not ended; then it has.
    assert_eq!(round(&outbox, now()).await, (0, 0, 0));
    assert_eq!(round(&outbox, now() + 301).await, (1, 0, 0));
    let mails = server.to("zoe@example.org");
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].id(), mails[1].id());
    assert_eq!(mails[0].link("/confirm/"), mails[1].link("/confirm/"));
}
