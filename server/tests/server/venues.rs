//! Where participants meet: told to whoever has a seat, and to nobody else.

use alentour_server::http::representation::tag;
use alentour_server::store::{
    Answer, Answered, Deed, KnownSession, Meeting, Notice, Purpose, SessionMove, TrailEntry,
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::app::{App, database, feed, form, key, on_postgres, on_sqlite, seat};
use crate::command::{alentour, text};
use crate::first_page::write_bundle;
use crate::mailbox::{MailServer, Taken};
use crate::outbox::{mailing, now, outbox, round};
use crate::people::{link, submit};
use crate::receiver::Receiver;
use crate::sinks::webhook;
use crate::stores::by_hand;
use crate::waiting_list::{joins, last, own};

const PLACE: &str = "Lieu de rendez-vous\u{a0}: 3 rue Discr\u{e8}te, porte B";
const LINK: &str = "https://visio.example.org/discret";

/// A workshop with one seat on Saturday, whose place is for participants.
fn announced() -> Value {
    let mut announced = feed();
    let atelier = &mut announced["initiatives"][0];
    atelier["participation"]["way"] = json!("shift");
    atelier["participation"]["venue"] = json!("participants");
    atelier["description"] = json!("On répare des vélos.");
    atelier["sessions"][0]["maximumAttendeeCapacity"] = json!(1);
    atelier["location"] = json!([{ "addressLocality": "Lyon", "postalCode": "69003" }]);
    announced
}

/// As the command notes it, at that time.
pub fn venue_entry(initiative: &str, at: i64) -> TrailEntry {
    TrailEntry::by_hand(initiative, Deed::Venue, json!({}), at)
}

fn meeting(text: &str) -> Meeting {
    Meeting::parse(text, LINK).unwrap()
}

async fn set(app: &App, session: &str, text: &str) -> u64 {
    app.store.set_venue("atelier", session, &meeting(text), &venue_entry("atelier", now())).await.unwrap()
}

async fn waits(app: &App, server: &MailServer, email: &str, digit: char) -> Taken {
    let mut form = seat(email);
    form["waitlist"] = json!(["samedi"]);
    joins(app, server, &form, digit).await
}

/// The same, whose organiser decides who joins.
fn joining() -> Value {
    let mut joining = announced();
    joining["initiatives"][0]["participation"]["way"] = json!("membership");
    joining
}

/// A server on each kind of database.
async fn on_each(settings: &str) -> [(App, MailServer); 2] {
    on_each_of(&announced(), settings).await
}

pub async fn on_each_of(feed: &Value, settings: &str) -> [(App, MailServer); 2] {
    let (folder, other): (TempDir, TempDir) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (first, second) = (on_sqlite(&folder).await, on_postgres().await);
    let (a, b) = (MailServer::start().await, MailServer::start().await);
    let (for_a, for_b) = (mailing(&a) + settings, mailing(&b) + settings);
    [
        (App::start_storing(first, folder, feed.clone(), &for_a).await, a),
        (App::start_storing(second, other, feed.clone(), &for_b).await, b),
    ]
}

/// The file of a mail.
fn file(mail: &Taken) -> String {
    let parsed = mail.parsed();
    String::from_utf8(parsed.attachments().next().unwrap().contents().to_vec()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_a_seat_is_told_at_once_or_once_they_have_one() {
    for (app, server) in on_each("").await {
        let zoe = joins(&app, &server, &seat("zoe@example.org"), 'a').await;
        let max = waits(&app, &server, "max@example.org", 'b').await;
        assert_eq!(set(&app, "", "3 rue Discrète\nporte B").await, 1);
        assert_eq!(round(&outbox(&app), now()).await, (1, 0, 0));
        let told = last(&server, "zoe@example.org");
        assert_eq!(told.parsed().subject(), Some("Où nous retrouver\u{a0}: Atelier"));
        assert!(told.text().contains(PLACE) && told.text().contains(LINK), "{}", told.text());
        assert!(told.html().contains("porte B") && told.html().contains(LINK), "{}", told.html());
        let calendar = file(&told);
        assert!(calendar.contains("LOCATION:3 rue Discrète\\, porte B"), "{calendar}");
        assert!(calendar.contains(&format!("URL:{LINK}")), "{calendar}");
        let page = app.get(&own(&zoe)).await.text().await.unwrap();
        assert!(page.contains("3 rue Discrète\nporte B") && page.contains(LINK), "{page}");

        // Whoever waits is told nothing, nor reads it, until a seat is theirs.
        assert_eq!(server.to("max@example.org").len(), 1);
        let page = app.get(&own(&max)).await.text().await.unwrap();
        assert!(!page.contains("Discrète") && !page.contains(LINK), "{page}");
        submit(&app, &own(&zoe), "session=samedi&action=give-back").await;
        round(&outbox(&app), now()).await;
        let promoted = last(&server, "max@example.org");
        assert!(promoted.text().contains(PLACE), "{}", promoted.text());
        let page = app.get(&own(&zoe)).await.text().await.unwrap();
        assert!(!page.contains("Discrète") && !page.contains(LINK), "{page}");
        // Whoever confirms from now on reads it in that mail.
        let mut sunday = seat("lea@example.org");
        sunday["session"] = json!("dimanche");
        let lea = joins(&app, &server, &sunday, 'c').await;
        assert!(lea.text().contains(PLACE) && file(&lea).contains("porte B"), "{}", lea.text());
    }
}

/// Answers the one request there is.
async fn answer(app: &App, server: &MailServer, is_accepted: bool) -> Taken {
    let one = app.signups("atelier").await.remove(0);
    let answer = Answer { id: one.id, version: one.sequence, is_accepted, quantities: None };
    assert_eq!(app.store.answer_requests(&[answer], false, &by_hand(now())).await.unwrap(), Answered::Now(1));
    round(&outbox(app), now()).await;
    last(server, &one.person.email)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_to_join_is_told_once_they_are_accepted_in_mails_and_calendars() {
    for (app, server) in on_each_of(&joining(), "").await {
        set(&app, "", "3 rue Discrète\nporte B").await;
        let asked = joins(&app, &server, &seat("zoe@example.org"), 'a').await;
        let calendar = file(&asked);
        assert!(calendar.contains("BEGIN:VEVENT"), "{calendar}");
        for said in [asked.text(), asked.html(), calendar] {
            assert!(!said.contains("Discr") && !said.contains("discret"), "{said}");
        }
        let accepted = answer(&app, &server, true).await;
        assert!(accepted.text().contains(PLACE), "{}", accepted.text());
        let calendar = file(&accepted);
        assert!(calendar.contains("porte B") && calendar.contains(&format!("URL:{LINK}")), "{calendar}");
        let declined = answer(&app, &server, false).await;
        assert!(!declined.text().contains("Discr"), "{}", declined.text());
        assert!(declined.parsed().attachments().next().is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_the_page_of_who_was_declined_no_date_is_said_to_be_given_back_and_nothing_is_to_be_changed() {
    for (app, server) in on_each_of(&joining(), "").await {
        let asked = joins(&app, &server, &seat("zoe@example.org"), 'a').await;
        let page = app.get(&own(&asked)).await.text().await.unwrap();
        assert!(page.contains("Rendre cette place") && page.contains("value=\"change\""), "{page}");
        answer(&app, &server, false).await;
        let page = app.get(&own(&asked)).await.text().await.unwrap();
        assert!(
            page.contains("samedi 2 mai 2099") && !page.contains("place rendue") && !page.contains("annulé"),
            "{page}"
        );
        assert!(!page.contains("<button"), "{page}");
        let (_, said) = submit(&app, &own(&asked), "sessions=dimanche&action=change").await;
        assert!(said.contains("Ce choix n’est plus possible"), "{said}");
        assert!(app.signups("atelier").await[0].attendances.iter().all(|one| one.session == "samedi"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_whose_date_is_renamed_to_one_that_has_its_own_is_not_kept() {
    for (app, _) in on_each("").await {
        let saturday =
            KnownSession { session: "samedi".into(), starts_at: now() + 900, ..KnownSession::default() };
        app.store.note_sessions("atelier", &[saturday]).await.unwrap();
        let from = app.store.sessions("atelier").await.unwrap().remove(0);
        let to = KnownSession { session: "lundi".into(), ..from.clone() };
        set(&app, "samedi", "Au pont").await;
        set(&app, "lundi", "Au lac").await;
        let change = SessionMove { from, to, notice: Notice::Nobody, keep_until: 0 };
        assert_eq!(app.store.move_session("atelier", &change, now()).await.unwrap(), Some(0));
        let left = app.store.venues("atelier").await.unwrap();
        let left: Vec<_> = left.iter().map(|one| (one.session.as_str(), one.meeting.line(""))).collect();
        assert_eq!(left, [("lundi", "Au lac".to_owned())]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_told_once_and_only_the_last_one() {
    for (app, server) in on_each("").await {
        joins(&app, &server, &seat("zoe@example.org"), 'a').await;
        assert_eq!((set(&app, "", "Ici").await, set(&app, "", "Ici").await), (1, 0));
        assert_eq!(set(&app, "", "Là").await, 1);
        // The first of them says nothing any more.
        round(&outbox(&app), now()).await;
        let mails = server.to("zoe@example.org");
        assert_eq!(mails.len(), 2);
        assert!(mails[1].text().contains("Lieu de rendez-vous\u{a0}: Là"), "{}", mails[1].text());
        // What is said of Saturday is said to those of Saturday, and what is said of all no more.
        assert_eq!((set(&app, "dimanche", "Ailleurs").await, set(&app, "samedi", "Au pont").await), (0, 1));
        assert_eq!(set(&app, "", "Nulle part").await, 0);
        round(&outbox(&app), now()).await;
        let mails = server.to("zoe@example.org");
        assert_eq!(mails.len(), 3);
        assert!(mails[2].text().contains("Lieu de rendez-vous\u{a0}: Au pont"), "{}", mails[2].text());
        assert!(app.store.clear_venue("atelier", "samedi", &venue_entry("atelier", now())).await.unwrap());
        assert!(!app.store.clear_venue("atelier", "samedi", &venue_entry("atelier", now())).await.unwrap());
        assert_eq!(app.store.venues("atelier").await.unwrap().len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn saying_the_same_again_owes_what_a_stop_has_left_and_nothing_else() {
    for (app, server) in on_each("").await {
        // As if it had been said, and nobody owed anything, when she had her seat already.
        let ahead = now() + 100;
        assert_eq!(
            app.store
                .set_venue("atelier", "", &meeting("Ici"), &venue_entry("atelier", ahead))
                .await
                .unwrap(),
            0
        );
        joins(&app, &server, &seat("zoe@example.org"), 'a').await;
        let again = async || {
            app.store
                .set_venue("atelier", "", &meeting("Ici"), &venue_entry("atelier", ahead + 5))
                .await
                .unwrap()
        };
        assert_eq!((again().await, again().await), (1, 0));
        let before = server.to("zoe@example.org").len();
        assert_eq!(round(&outbox(&app), ahead + 10).await, (1, 0, 0));
        let mails = server.to("zoe@example.org");
        assert!(
            mails.len() == before + 1 && mails[before].text().contains("Ici"),
            "{}",
            mails[before].text()
        );
        assert_eq!(again().await, 0, "it was sent");
        // Whoever has read it in their confirmation needs no mail.
        let earlier = now() - 100;
        assert_eq!(
            app.store
                .set_venue("atelier", "dimanche", &meeting("Là"), &venue_entry("atelier", earlier))
                .await
                .unwrap(),
            0
        );
        let mut sunday = seat("lea@example.org");
        sunday["session"] = json!("dimanche");
        assert!(joins(&app, &server, &sunday, 'c').await.text().contains("Là"));
        assert_eq!(set(&app, "dimanche", "Là").await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_dates_say_which_is_where() {
    let [(app, server), _] = on_each("").await;
    set(&app, "samedi", "Au pont").await;
    set(&app, "", "Au lac").await;
    let mut both = seat("zoe@example.org");
    both["sessions"] = json!(["samedi", "dimanche"]);
    let mail = joins(&app, &server, &both, 'a').await;
    let said = mail.text().replace('\u{a0}', " ");
    for line in ["samedi 2 mai 2099 à 14 h · Au pont", "dimanche 3 mai 2099 à 14 h · Au lac"] {
        assert!(said.contains(&format!("Lieu de rendez-vous : {line}")), "{line}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_signed_up_for_no_date_is_told_too() {
    for (app, server) in on_each("").await {
        let mail = joins(&app, &server, &form("zoe@example.org"), 'a').await;
        let owed = app
            .store
            .set_venue("petition", "", &meeting("Au lac"), &venue_entry("petition", now()))
            .await
            .unwrap();
        assert_eq!(owed, 1);
        round(&outbox(&app), now()).await;
        let told = last(&server, "zoe@example.org");
        assert!(told.text().contains("Lieu de rendez-vous\u{a0}: Au lac"), "{}", told.text());
        let page = app.get(&own(&mail)).await.text().await.unwrap();
        assert!(page.contains("Au lac"), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_learns_where_one_meets() {
    let receiver = Receiver::start().await;
    for (app, server) in on_each(&webhook(&receiver)).await {
        write_bundle(&app.path("dist"));
        set(&app, "", "3 rue Discrète\nporte B").await;
        joins(&app, &server, &seat("zoe@example.org"), 'a').await;
        assert!(last(&server, "zoe@example.org").text().contains("Discrète"));
        assert_eq!(
            app.post(&key("max"), &{
                let mut form = seat("max@example.org");
                form["session"] = json!("dimanche");
                form
            })
            .await
            .0,
            201
        );
        round(&outbox(&app), now()).await;
        assert!(!last(&server, "max@example.org").text().contains("Discrète"));
        let token = link(&app, 'd', "max@example.org", "", Purpose::Confirm).await;
        let tiles = app.get("/v1/tiles.txt").await.text().await.unwrap();
        let version = tiles.split_whitespace().find(|word| word.len() >= 10).unwrap_or_default().to_owned();
        // Each with a word by which it is known that it speaks of the workshop.
        for (path, known) in [
            ("/v1/feed.json", "\"participants\""),
            ("/v1/live.json?id=atelier", "samedi"),
            ("/v1/first.json?lang=fr", "Atelier"),
            ("/v1/alentour.js?lang=fr", "Atelier"),
            (&format!("/v1/i/{}.json", tag("atelier".as_bytes())), "participants"),
            (&format!("/v1/t/{version}/0.txt"), "Atelier"),
            (&format!("/v1/t/{version}/0.words.txt"), "répar"),
            ("/i/atelier?lang=fr", "communiqué aux personnes inscrites"),
            ("/i/atelier/poster?lang=fr", "Atelier"),
            ("/i/atelier/calendar.ics", "Atelier"),
            ("/near?lang=fr", "Atelier"),
            ("/sitemap.xml", "/i/atelier"),
            (&format!("/confirm/{token}"), "Atelier"),
        ] {
            let answer = app.get(path).await;
            assert_eq!(answer.status(), 200, "{path}");
            let body = answer.text().await.unwrap();
            assert!(body.contains(known), "{path}: {body}");
            assert!(!body.contains("Discr") && !body.contains("discret"), "{path}: {body}");
        }
        for got in receiver.got() {
            assert!(
                !got.body.contains("Discr") && !got.body.contains("discret"),
                "{}: {}",
                got.path,
                got.body
            );
        }
    }
    assert!(!receiver.got().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_says_it_by_command() {
    let server = MailServer::start().await;
    let app = App::start_announcing(announced(), &mailing(&server)).await;
    joins(&app, &server, &seat("zoe@example.org"), 'a').await;
    let database = database(&app.folder);
    let run = |arguments: &[&str]| {
        let (action, rest) = arguments.split_first().unwrap();
        alentour(&[&["venue", "--database", &database, action, "atelier"], rest].concat())
    };
    assert_eq!(text(&run(&["set", "--text", "Au lac", "--link", LINK])), "1\n");
    assert_eq!(text(&run(&["set", "--session", "dimanche", "--text", "Au pont"])), "0\n");
    assert_eq!(text(&run(&["show"])), format!("*  Au lac  {LINK}\ndimanche  Au pont  \n"));
    let json: Value = serde_json::from_str(&text(&run(&["show", "--json"]))).unwrap();
    assert_eq!(
        (&json[0]["text"], &json[0]["session"], &json[1]["link"]),
        (&json!("Au lac"), &json!(""), &json!(""))
    );
    for wrong in [&["set"][..], &["set", "--link", "visio"], &["clear", "--session", "lundi"]] {
        assert!(!run(wrong).status.success(), "{wrong:?}");
    }
    for (arguments, said) in [
        (&["show"][..], "venue shown"),
        (&["set", "--session", "dimanche", "--text", "Au pont"], "venue changed"),
        (&["clear"], "venue changed"),
    ] {
        let run = run(arguments);
        let log = String::from_utf8(run.stderr).unwrap();
        assert!(
            run.status.success() && log.contains("security") && log.contains(said),
            "{arguments:?}: {log}"
        );
        assert!(!log.contains("Au lac") && !log.contains("Au pont"), "{log}");
    }
    assert_eq!(text(&run(&["show"])), "dimanche  Au pont  \n");
    // What was said and taken back before it was sent is not sent.
    assert_eq!(round(&outbox(&app), now()).await, (1, 0, 0));
    assert_eq!(server.to("zoe@example.org").len(), 1);
}
