//! Who takes part, as those see it who organise, and what they do for somebody.

use alentour_server::store::{Deed, Participant, Role, RosterQuery};
use serde_json::{Value, json};

use super::{Browser, signed_in};
use crate::app::{App, feed, seat};
use crate::mailbox::MailServer;
use crate::outbox::{now, outbox, round};
use crate::stores::{at_once, keep, seat as store_seat, with_sessions};
use crate::venues::on_each_of;
use crate::waiting_list::{joins, last, own};

/// A workshop with one seat on Saturday, and one on Sunday.
pub fn announced() -> Value {
    let mut announced = feed();
    let atelier = &mut announced["initiatives"][0];
    atelier["participation"]["way"] = json!("shift");
    atelier["sessions"][0]["maximumAttendeeCapacity"] = json!(1);
    atelier["sessions"][1]["maximumAttendeeCapacity"] = json!(1);
    announced
}

pub async fn on_each(feed: &Value) -> [(App, MailServer); 2] {
    on_each_of(feed, "").await
}

pub async fn organiser(app: &App) -> Browser {
    signed_in(app, "asha@example.org", "atelier", Some(Role::Organiser)).await
}

/// Signs up for Saturday's seat, or its line, and confirms.
pub async fn comes(app: &App, server: &MailServer, name: &str, digit: char) {
    let mut form = seat(&address(name));
    (form["givenName"], form["familyName"]) = (json!(name), json!("Testeur"));
    form["waitlist"] = json!(["samedi"]);
    joins(app, server, &form, digit).await;
}

fn address(name: &str) -> String {
    format!("{}@example.org", name.to_lowercase().replace('\u{e9}', "e"))
}

pub async fn find(app: &App, name: &str) -> Participant {
    let wanted = RosterQuery { words: name, most: 9, ..RosterQuery::default() };
    app.store.roster("atelier", &wanted).await.unwrap().0.remove(0)
}

pub async fn path(app: &App, name: &str) -> String {
    format!("/organise/i/atelier/people/{}", find(app, name).await.record.id)
}

/// The states of somebody's sessions.
pub async fn states(app: &App, name: &str) -> Vec<(String, &'static str)> {
    let one = find(app, name).await;
    one.record.attendances.iter().map(|one| (one.session.clone(), one.state.as_str())).collect()
}

pub async fn taken(app: &App, session: &str) -> (u64, u64) {
    let tally = app.store.tally("atelier", now()).await.unwrap();
    let of = tally.sessions.iter().find(|of| of.session == session).cloned().unwrap_or_default();
    (of.seated, of.waiting)
}

fn state(session: &str, state: &'static str) -> Vec<(String, &'static str)> {
    vec![(session.to_owned(), state)]
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_take_part_are_listed_found_and_shown() {
    for (app, server) in on_each(&announced()).await {
        comes(&app, &server, "Zo\u{e9}", 'a').await;
        comes(&app, &server, "Max", 'b').await;
        let mut asha = organiser(&app).await;
        let home = asha.get("/organise").await.body;
        assert!(home.contains("2 inscriptions") && home.contains("1 / 1"), "{home}");
        let list = asha.get("/organise/i/atelier/people").await.body;
        assert!(list.contains("Zo\u{e9} Testeur") && list.contains("Max Testeur"), "{list}");
        let found = asha.get("/organise/i/atelier/people?words=zoe+test").await.body;
        assert!(found.contains("Zo\u{e9} Testeur") && !found.contains("Max Testeur"), "{found}");
        let waiting = asha.get("/organise/i/atelier/people?session=samedi&state=waiting").await.body;
        assert!(!waiting.contains("Zo\u{e9} Testeur") && waiting.contains("Max Testeur"), "{waiting}");
        let waiting = asha.get("/organise/i/atelier/people?state=waiting").await.body;
        assert!(!waiting.contains("Zo\u{e9} Testeur") && waiting.contains("Max Testeur"), "{waiting}");
        let one = asha.get(&path(&app, "Max").await).await.body;
        assert!(one.contains("max@example.org"), "{one}");
        // A form that nobody has confirmed is nobody's yet.
        assert_eq!(app.post(&crate::app::key("c"), &seat("lea@example.org")).await.0, 409);
        let mut sunday = seat("lea@example.org");
        sunday["session"] = json!("dimanche");
        assert_eq!(app.post(&crate::app::key("d"), &sunday).await.0, 201);
        let list = asha.get("/organise/i/atelier/people").await.body;
        assert!(!list.contains("Mbarek"), "{list}");
        // Of another initiative there is no such participant.
        let elsewhere = asha.get(&path(&app, "Max").await.replace("atelier", "petition")).await;
        assert_eq!(elsewhere.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_helper_sees_names_and_no_addresses() {
    for (app, server) in on_each(&announced()).await {
        comes(&app, &server, "Max", 'a').await;
        let mut helper = signed_in(&app, "aide@example.org", "atelier", Some(Role::Helper)).await;
        for page in [
            "/organise/i/atelier/people",
            "/organise/i/atelier/door?session=samedi",
            "/organise/i/atelier",
            "/organise",
        ] {
            let body = helper.get(page).await.body;
            assert!(!body.contains("max@example.org"), "{page}: {body}");
        }
        assert!(helper.get("/organise/i/atelier/people").await.body.contains("Max Testeur"));
        assert_eq!(helper.get(&path(&app, "Max").await).await.status, 404);
        // Nor does it find anybody by an address.
        let found = helper.get("/organise/i/atelier/people?words=max%40example.org").await.body;
        assert!(!found.contains("Max Testeur"), "{found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_back_for_somebody_goes_to_the_line_and_both_are_told() {
    for (app, server) in on_each(&announced()).await {
        comes(&app, &server, "Zo\u{e9}", 'a').await;
        comes(&app, &server, "Max", 'b').await;
        let mut asha = organiser(&app).await;
        let done = asha.submit(&path(&app, "Zo\u{e9}").await, "action=give-back&session=samedi").await;
        assert!(done.body.contains("est pr\u{e9}venue par e-mail"), "{}", done.body);
        assert_eq!(
            (states(&app, "Zo\u{e9}").await, states(&app, "Max").await),
            (state("samedi", "cancelled"), state("samedi", "active"))
        );
        assert_eq!(taken(&app, "samedi").await, (1, 0));
        round(&outbox(&app), now()).await;
        let told = last(&server, "zoe@example.org");
        assert_eq!(
            told.parsed().subject(),
            Some("Votre participation a \u{e9}t\u{e9} annul\u{e9}e\u{a0}: Atelier")
        );
        assert!(told.text().contains("samedi 2 mai 2099"), "{}", told.text());
        let calendar =
            String::from_utf8(told.parsed().attachments().next().unwrap().contents().to_vec()).unwrap();
        assert!(calendar.contains("METHOD:CANCEL"), "{calendar}");
        assert!(
            last(&server, "max@example.org").parsed().subject().unwrap().starts_with("Une place pour vous")
        );
        // Twice is once.
        let again = asha.submit(&path(&app, "Zo\u{e9}").await, "action=give-back&session=samedi").await;
        assert!(again.body.contains("rien n\u{2019}a \u{e9}t\u{e9} fait"), "{}", again.body);
        let trail = asha.get("/organise/i/atelier/trail").await.body;
        assert_eq!(trail.matches("Participation annulée pour quelqu").count(), 1, "{trail}");
        assert!(trail.contains("asha@example.org"), "{trail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seat_is_given_out_of_turn_and_beyond_the_limit_only_if_that_is_meant() {
    for (app, server) in on_each(&announced()).await {
        for (name, digit) in [("Zo\u{e9}", 'a'), ("Max", 'b'), ("L\u{e9}a", 'c')] {
            comes(&app, &server, name, digit).await;
        }
        let mut asha = organiser(&app).await;
        let lea = path(&app, "L\u{e9}a").await;
        let full = asha.submit(&lea, "action=seat&session=samedi").await.body;
        assert!(full.contains("assez de places"), "{full}");
        assert_eq!(states(&app, "L\u{e9}a").await, state("samedi", "waiting"));
        asha.submit(&lea, "action=seat&session=samedi&beyond=yes").await;
        assert_eq!(
            (states(&app, "L\u{e9}a").await, states(&app, "Max").await),
            (state("samedi", "active"), state("samedi", "waiting"))
        );
        assert_eq!(taken(&app, "samedi").await, (2, 1));
        round(&outbox(&app), now()).await;
        assert!(
            last(&server, "lea@example.org").parsed().subject().unwrap().starts_with("Une place pour vous")
        );
        // What is beyond the limit is given to nobody else once it is free.
        asha.submit(&lea, "action=give-back&session=samedi").await;
        assert_eq!(
            (taken(&app, "samedi").await, states(&app, "Max").await),
            ((1, 1), state("samedi", "waiting"))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_moved_to_another_date_where_there_is_a_seat() {
    for (app, server) in on_each(&announced()).await {
        comes(&app, &server, "Zo\u{e9}", 'a').await;
        comes(&app, &server, "Max", 'b').await;
        let mut asha = organiser(&app).await;
        let zoe = path(&app, "Zo\u{e9}").await;
        asha.submit(&zoe, "action=move&session=samedi&to=dimanche").await;
        let mut moved = states(&app, "Zo\u{e9}").await;
        moved.sort();
        assert_eq!(moved, [("dimanche".to_owned(), "active"), ("samedi".to_owned(), "cancelled")]);
        assert_eq!((taken(&app, "samedi").await, taken(&app, "dimanche").await), ((1, 0), (1, 0)));
        assert_eq!(states(&app, "Max").await, state("samedi", "active"));
        round(&outbox(&app), now()).await;
        let told = last(&server, "zoe@example.org");
        assert_eq!(told.parsed().subject(), Some("Vous avez une autre date\u{a0}: Atelier"));
        assert!(
            told.text().contains("samedi 2 mai") && told.text().contains("dimanche 3 mai"),
            "{}",
            told.text()
        );
        // One file takes the old date out of their calendar and puts the new one in.
        let file =
            String::from_utf8(told.parsed().attachments().next().unwrap().contents().to_vec()).unwrap();
        let [old, new] = &file.split("BEGIN:VEVENT").skip(1).collect::<Vec<_>>()[..] else {
            panic!("{file}")
        };
        assert!(old.contains("20990502T") && old.contains("STATUS:CANCELLED"), "{file}");
        assert!(new.contains("20990503T") && !new.contains("STATUS:CANCELLED"), "{file}");
        // Sunday is full now, and neither what is not there nor what is over can be come to.
        let max = path(&app, "Max").await;
        for (to, said) in [
            ("dimanche", "assez de places"),
            ("lundi", "rien n\u{2019}a \u{e9}t\u{e9} fait"),
            ("samedi", "rien n\u{2019}a \u{e9}t\u{e9} fait"),
        ] {
            let answer = asha.submit(&max, &format!("action=move&session=samedi&to={to}")).await.body;
            assert!(answer.contains(said), "{to}: {answer}");
        }
        assert_eq!(states(&app, "Max").await, state("samedi", "active"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_noted_who_was_there_and_what_another_helper_noted_stays() {
    for (app, server) in on_each(&announced()).await {
        comes(&app, &server, "Zo\u{e9}", 'a').await;
        let mut helper = signed_in(&app, "aide@example.org", "atelier", Some(Role::Helper)).await;
        let id = find(&app, "Zo\u{e9}").await.record.id;
        let door = "/organise/i/atelier/door?session=samedi";
        assert!(helper.get(door).await.body.contains("Testeur Zo\u{e9}"));
        let saved = helper.submit(door, &format!("was-{id}=&came-{id}=1")).await.body;
        assert!(saved.contains("C\u{2019}est enregistr\u{e9}") && saved.contains(r#"value="1""#), "{saved}");
        assert_eq!(find(&app, "Zo\u{e9}").await.came, [("samedi".to_owned(), 1)]);
        // A page that showed nothing yet, and says nothing of her, does not undo it.
        helper.submit(door, &format!("was-{id}=&came-{id}=")).await;
        assert_eq!(find(&app, "Zo\u{e9}").await.came, [("samedi".to_owned(), 1)]);
        helper.submit(door, &format!("was-{id}=1&came-{id}=")).await;
        assert_eq!(find(&app, "Zo\u{e9}").await.came, []);
        // One value for each sign-up, and no more of them than a page has.
        helper.submit(door, &format!("was-{id}=&came-{id}=3&came-{id}=4&came-{id}=5")).await;
        assert_eq!(find(&app, "Zo\u{e9}").await.came, [("samedi".to_owned(), 3)]);
        let trail = app.store.trail(Some("atelier"), None, 99).await.unwrap().0;
        assert_eq!(trail.iter().filter(|entry| entry.action == Deed::Presence).count(), 3);
        let many: Vec<_> = (0..101).map(|number| format!("came-{number}=1")).collect();
        assert_eq!(helper.submit(door, &many.join("&")).await.status, 400);
        helper.submit(door, &format!("was-{id}=3&came-{id}=")).await;
        // Nobody who waits was there.
        comes(&app, &server, "Max", 'b').await;
        let max = find(&app, "Max").await.record.id;
        helper.submit(door, &format!("was-{max}=&came-{max}=1")).await;
        assert_eq!(find(&app, "Max").await.came, []);
        for wrong in ["-1", "1000", "deux"] {
            assert_eq!(
                helper.submit(door, &format!("was-{id}=&came-{id}={wrong}")).await.status,
                400,
                "{wrong}"
            );
        }
        // Of a date that she has nothing of there is nothing to note, nor by somebody of another initiative.
        helper.submit("/organise/i/atelier/door?session=dimanche", &format!("was-{id}=&came-{id}=1")).await;
        let mut other = signed_in(&app, "autre@example.org", "petition", Some(Role::Organiser)).await;
        other.submit("/organise/i/petition/door?session=samedi", &format!("was-{id}=&came-{id}=1")).await;
        assert_eq!(find(&app, "Zo\u{e9}").await.came, []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_sealed_shown_and_gone_with_its_sign_up() {
    for (app, server) in on_each(&announced()).await {
        comes(&app, &server, "Zo\u{e9}", 'a').await;
        let mut asha = organiser(&app).await;
        let zoe = path(&app, "Zo\u{e9}").await;
        let saved = asha.submit(&zoe, "action=note&note=Apporte+une+perceuse%0D%0A%3Cb%3E").await.body;
        assert!(saved.contains("Apporte une perceuse\n&lt;b&gt;"), "{saved}");
        assert_eq!(find(&app, "Zo\u{e9}").await.note, "Apporte une perceuse\n<b>");
        // What comes out of a table has tabs.
        asha.submit(&zoe, "action=note&note=Perceuse%09une%00%0D%0ALampe").await;
        assert_eq!(find(&app, "Zo\u{e9}").await.note, "Perceuse une\nLampe");
        asha.submit(&zoe, "action=note&note=Apporte+une+perceuse%0D%0A%3Cb%3E").await;
        let trail = asha.get("/organise/i/atelier/trail").await.body;
        assert!(trail.contains("Note modifi\u{e9}e") && !trail.contains("perceuse"), "{trail}");
        assert_eq!(asha.submit(&zoe, &format!("action=note&note={}", "x".repeat(2001))).await.status, 400);
        let email_h = find(&app, "Zo\u{e9}").await.record.email_h;
        let erasure = alentour_server::store::Erasure::Person(email_h);
        app.store.erase(&erasure, now()).await.unwrap();
        assert_eq!(asha.get(&zoe).await.status, 404);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_answered_about_what_was_looked_at() {
    let mut joining = announced();
    joining["initiatives"][0]["participation"]["way"] = json!("membership");
    for (app, server) in on_each(&joining).await {
        comes(&app, &server, "Zo\u{e9}", 'a').await;
        let mut asha = organiser(&app).await;
        assert!(asha.get("/organise").await.body.contains("1 demande attend votre r\u{e9}ponse"));
        let zoe = path(&app, "Zo\u{e9}").await;
        let version = find(&app, "Zo\u{e9}").await.record.sequence;
        let stale = asha.submit(&zoe, &format!("action=accept&version={}", version + 1)).await.body;
        assert!(stale.contains("a chang\u{e9} entre-temps"), "{stale}");
        let done = asha.submit(&zoe, &format!("action=accept&version={version}")).await.body;
        assert!(done.contains("demande accept\u{e9}e"), "{done}");
        round(&outbox(&app), now()).await;
        assert!(last(&server, "zoe@example.org").text().contains("Atelier"));
        let trail = asha.get("/organise/i/atelier/trail").await.body;
        assert!(trail.contains("attend une r\u{e9}ponse</bdi> → <bdi>demande accept\u{e9}e"), "{trail}");
        assert!(!asha.get("/organise").await.body.contains("attend votre r\u{e9}ponse"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_handed_out_that_no_spreadsheet_runs() {
    for (app, server) in on_each(&announced()).await {
        let mut form = seat("zoe@example.org");
        form["familyName"] = json!("=HYPERLINK(1)");
        let mail = joins(&app, &server, &form, 'a').await;
        assert!(!own(&mail).is_empty());
        // A form that nobody has confirmed is nobody's yet.
        let mut pending = seat("lea@example.org");
        pending["session"] = json!("dimanche");
        assert_eq!(app.post(&crate::app::key("lea"), &pending).await.0, 201);
        let mut asha = organiser(&app).await;
        let table = asha.get("/organise/i/atelier/export.csv").await.body;
        assert!(!table.contains("lea@example.org"), "{table}");
        assert!(table.contains("zoe@example.org") && table.contains("'=HYPERLINK(1)"), "{table}");
        assert!(table.starts_with("\u{feff}received at,"), "{table}");
        // For people: in their words, on the clocks of the place, cut as their spreadsheets cut it.
        let id = app.signups("atelier").await.into_iter().find(|one| !one.pending).unwrap().id;
        asha.submit("/organise/i/atelier/door?session=samedi", &format!("was-{id}=&came-{id}=1")).await;
        let table = asha.get("/organise/i/atelier/export.csv?lang=fr&for=people").await.body;
        let mut lines = table.lines();
        assert!(lines.next().unwrap().starts_with("\u{feff}Nom;Prénom;Adresse e-mail;Téléphone;"), "{table}");
        let zoe = lines.next().unwrap();
        assert!(
            zoe.starts_with("'=HYPERLINK(1);") && zoe.contains(";samedi 2 mai 2099 à 14\u{a0}h;1;"),
            "{zoe}"
        );
        let received = app.signups("atelier").await.iter().find(|one| !one.pending).unwrap().received_at;
        let received = jiff::Timestamp::from_second(received).unwrap().in_tz("Europe/Paris").unwrap();
        assert!(zoe.contains(&received.strftime(";%Y-%m-%d %H:%M").to_string()), "{zoe}");
        assert!(zoe.ends_with(";1;"), "who was there, and no note: {zoe}");
        assert_eq!(lines.next(), None);
        let english = asha.get("/organise/i/atelier/export.csv?lang=en&for=people").await.body;
        assert!(english.contains("zoe@example.org,"), "{english}");
        assert!(asha.get("/organise/i/atelier/trail").await.body.contains("Inscriptions export\u{e9}es"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_come_in_pages_below_sixty_kilobytes_that_have_everybody_once() {
    for (app, _server) in on_each(&feed()).await {
        // They came in another order than that of their names.
        let came: Vec<_> = (0..230).map(|at| at * 7 % 230).collect();
        let forms: Vec<_> = came
            .iter()
            .enumerate()
            .map(|(at, number)| {
                let name = format!("p{number:03}");
                let mut form = at_once(with_sessions(store_seat(&name), |wanted| wanted.seats = None));
                form.person.given_name = "Anne-C\u{e9}cile-Marguerite".into();
                form.person.family_name = format!("de la Longue-Vall\u{e9}e {name}");
                (form.at, form.expires_at, form.keep_until) = (100 + at as i64, i64::MAX, i64::MAX);
                form
            })
            .collect();
        keep(&app.store, &forms).await;
        let mut asha = organiser(&app).await;
        let by_name: Vec<_> = (0..230).collect();
        for (path, pages, order) in [
            ("/organise/i/atelier/people?session=samedi", 5, &came),
            ("/organise/i/atelier/people?order=name", 5, &by_name),
            ("/organise/i/atelier/door?session=samedi", 3, &by_name),
        ] {
            let mut seen = Vec::new();
            for page in 1..=pages {
                let body = asha.get(&format!("{path}&page={page}")).await.body;
                assert!(body.len() <= 60_000, "{path}: {} bytes", body.len());
                let names = body.split("Vall\u{e9}e p").skip(1).filter_map(|rest| rest.get(..3));
                seen.extend(names.map(str::to_owned));
            }
            let all: Vec<_> = order.iter().map(|number| format!("{number:03}")).collect();
            assert_eq!(seen, all, "{path}");
            for beyond in [pages + 1, usize::MAX] {
                assert_eq!(asha.get(&format!("{path}&page={beyond}")).await.status, 200, "{beyond}");
            }
        }
        // What is noted of a page of them is one entry of the trail, which has them all.
        let door = "/organise/i/atelier/door?session=samedi";
        let body = asha.get(door).await.body;
        let ids: Vec<_> =
            body.split(r#"name="came-"#).skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let fields: Vec<_> = ids.iter().map(|id| format!("was-{id}=&came-{id}=1")).collect();
        let saved = asha.submit(door, &fields.join("&")).await;
        assert_eq!((saved.status, ids.len()), (200, 100));
        let (trail, _) = app.store.trail(Some("atelier"), None, 9).await.unwrap();
        let noted: Vec<_> = trail.iter().filter(|entry| entry.action == Deed::Presence).collect();
        let [entry] = noted[..] else { panic!("{} entries", noted.len()) };
        assert_eq!((&entry.detail["count"], &entry.detail["session"]), (&json!(100), &json!("samedi")));
        let changes = entry.detail["changes"].as_array().unwrap();
        let named = changes.iter().all(|one| {
            ids.contains(&one["signup"].as_str().unwrap()) && one["before"].is_null() && one["after"] == 1
        });
        assert!(named && changes.len() == 100, "{}", entry.detail);
        let tally = app.store.tally("atelier", now()).await.unwrap();
        assert_eq!(tally.sessions.iter().map(|of| of.came).sum::<u64>(), 100);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_half_way_is_undone() {
    // PostgreSQL undoes what has failed by itself.
    let [(app, server), _] = on_each(&announced()).await;
    comes(&app, &server, "Zo\u{e9}", 'a').await;
    let mut asha = organiser(&app).await;
    let database = app.database().await;
    let run = async |sql: &'static str| sqlx::query(sql).execute(&database).await.unwrap();
    run("CREATE TRIGGER fails BEFORE INSERT ON trail BEGIN SELECT RAISE(ABORT, 'full'); END").await;
    let zoe = path(&app, "Zo\u{e9}").await;
    for action in ["action=give-back&session=samedi", "action=note&note=Perceuse"] {
        assert_eq!(asha.submit(&zoe, action).await.status, 503, "{action}");
    }
    let one = find(&app, "Zo\u{e9}").await;
    assert_eq!((states(&app, "Zo\u{e9}").await, one.note.as_str()), (state("samedi", "active"), ""));
    run("DROP TRIGGER fails").await;
    asha.submit(&zoe, "action=give-back&session=samedi").await;
    assert_eq!(states(&app, "Zo\u{e9}").await, state("samedi", "cancelled"));
}
