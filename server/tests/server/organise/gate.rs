//! Who may ask for what: every page, by everybody.

use std::collections::BTreeSet;

use alentour_server::organise::{Needs, ROUTES};
use alentour_server::store::{Deed, Meeting, Role, TrailEntry, WantedSession};
use serde_json::{Value, json};

use super::people::announced;
use super::{Browser, account, operating, signed_in};
use crate::app::App;
use crate::mailbox::MailServer;
use crate::outbox::{mailing, now};
use crate::stores::{at_once, keep, seat, session};
use crate::venues::{on_each_of, venue_entry};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asker {
    Stranger,
    /// Has an account, and nothing to do with this initiative.
    Other,
    Helper,
    Organiser,
    Operator,
}

const ASKERS: [Asker; 5] = [Asker::Stranger, Asker::Other, Asker::Helper, Asker::Organiser, Asker::Operator];

/// Each page, what is asked for as it, who may, and whether it takes a form.
const PAGES: &[(&str, &str, Needs, bool)] = &[
    ("/organise", "/organise", Needs::Nothing, true),
    ("/organise/in/{token}", "/organise/in/0", Needs::Nothing, true),
    ("/organise/account", "/organise/account", Needs::Account, true),
    ("/organise/tokens", "/organise/tokens", Needs::Account, true),
    ("/organise/i/{id}", "/organise/i/atelier", Needs::Helper, false),
    ("/organise/i/{id}/people", "/organise/i/atelier/people", Needs::Helper, false),
    ("/organise/i/{id}/people/{signup}", "/organise/i/atelier/people/rien", Needs::Organiser, true),
    ("/organise/i/{id}/door", "/organise/i/atelier/door?session=samedi", Needs::Helper, true),
    ("/organise/i/{id}/export.csv", "/organise/i/atelier/export.csv", Needs::Organiser, false),
    ("/organise/i/{id}/write", "/organise/i/atelier/write", Needs::Organiser, true),
    ("/organise/i/{id}/venue", "/organise/i/atelier/venue", Needs::Organiser, true),
    ("/organise/i/{id}/edit", "/organise/i/atelier/edit", Needs::Organiser, true),
    ("/organise/i/{id}/withdraw", "/organise/i/atelier/withdraw", Needs::Organiser, true),
    ("/organise/i/{id}/call-off", "/organise/i/atelier/call-off", Needs::Organiser, true),
    ("/organise/i/{id}/move", "/organise/i/atelier/move?session=samedi", Needs::Organiser, true),
    ("/organise/i/{id}/team", "/organise/i/atelier/team", Needs::Organiser, true),
    ("/organise/i/{id}/trail", "/organise/i/atelier/trail", Needs::Organiser, false),
    ("/organise/trail", "/organise/trail", Needs::Operator, false),
    ("/organise/initiatives", "/organise/initiatives", Needs::Operator, true),
    ("/organise/installation", "/organise/installation", Needs::Operator, false),
    ("/organise/feeds", "/organise/feeds", Needs::Operator, false),
    ("/organise/feeds/new", "/organise/feeds/new", Needs::Operator, true),
    ("/organise/feeds/{feed}", "/organise/feeds/0", Needs::Operator, true),
    ("/organise/outbox", "/organise/outbox", Needs::Operator, true),
    ("/organise/first/{token}", "/organise/first/0", Needs::Nothing, true),
    ("/organise/health", "/organise/health", Needs::Operator, false),
    ("/organise/settings", "/organise/settings", Needs::Operator, false),
    ("/organise/settings/controller", "/organise/settings/controller", Needs::Operator, true),
    ("/organise/settings/mail", "/organise/settings/mail", Needs::Operator, true),
    ("/organise/settings/secret", "/organise/settings/secret", Needs::Operator, false),
    ("/organise/settings/back-up", "/organise/settings/back-up", Needs::Operator, true),
    ("/organise/reports", "/organise/reports", Needs::Operator, true),
    ("/organise/new", "/organise/new", Needs::Account, true),
    ("/organise/i/{id}/again", "/organise/i/atelier/again", Needs::Organiser, true),
    ("/organise/i/{id}/publish", "/organise/i/atelier/publish", Needs::Organiser, true),
    ("/organise/made", "/organise/made", Needs::Operator, false),
    ("/organise/accounts", "/organise/accounts", Needs::Operator, true),
    ("/organise/hidden", "/organise/hidden", Needs::Operator, true),
];

fn may(asker: Asker, needs: Needs) -> bool {
    match needs {
        Needs::Nothing => true,
        Needs::Account => asker != Asker::Stranger,
        Needs::Helper => matches!(asker, Asker::Helper | Asker::Organiser | Asker::Operator),
        Needs::Organiser => matches!(asker, Asker::Organiser | Asker::Operator),
        Needs::Operator => asker == Asker::Operator,
    }
}

#[test]
fn every_page_is_in_the_table() {
    let known: BTreeSet<_> = PAGES.iter().map(|(route, ..)| *route).collect();
    let there: BTreeSet<_> = ROUTES.iter().map(|route| route.path).collect();
    assert_eq!(known, there);
    for (path, _, needs, _) in PAGES {
        let route = ROUTES.iter().find(|route| route.path == *path).unwrap();
        assert_eq!(route.needs, *needs, "{path}");
        assert_eq!(path.contains("{id}"), matches!(needs, Needs::Helper | Needs::Organiser), "{path}");
    }
}

async fn browser(app: &App, asker: Asker) -> Browser {
    match asker {
        Asker::Stranger => Browser::new(app),
        Asker::Other => signed_in(app, "autre@example.org", "petition", Some(Role::Organiser)).await,
        Asker::Helper => signed_in(app, "aide@example.org", "atelier", Some(Role::Helper)).await,
        Asker::Organiser => signed_in(app, "asha@example.org", "atelier", Some(Role::Organiser)).await,
        Asker::Operator => operating(app).await,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_learns_no_more_than_that_there_is_no_such_page() {
    let server = MailServer::start().await;
    let app = App::start_settled(&mailing(&server)).await;
    for asker in ASKERS {
        for (route, path, needs, takes_form) in PAGES {
            // Another one for each, as some of them sign out.
            let mut browser = browser(&app, asker).await;
            let got = browser.get(path).await;
            let is_nobody = path.ends_with("/people/rien");
            let expected = match may(asker, *needs) {
                true if is_nobody => 404,
                true => 200,
                false if asker == Asker::Stranger => 303,
                false => 404,
            };
            assert_eq!(got.status, expected, "{asker:?} GET {route}");
            if expected == 303 {
                // And back from there.
                let to = path.strip_prefix("/organise").unwrap();
                let way: String = url::form_urlencoded::byte_serialize(to.as_bytes()).collect();
                assert_eq!(got.location, format!("/organise?&to={way}"), "{route}");
            }
            if expected == 404 && !is_nobody {
                // As of an initiative that there is not.
                let missing = browser.get(&path.replace("atelier", "rien")).await;
                assert_eq!((missing.status, missing.body), (404, got.body), "{asker:?} {route}");
            }

            let sent = browser.submit(path, "nothing=1").await;
            let allowed: &[u16] = match (may(asker, *needs), takes_form) {
                (false, _) => &[expected],
                (true, _) if is_nobody => &[404],
                (true, false) => &[405],
                // It is looked at: a form that says nothing is refused, or comes back.
                (true, true) => &[200, 400, 422],
            };
            assert!(allowed.contains(&sent.status), "{asker:?} POST {route}: {}", sent.status);
            // Neither from somebody else's page, nor without what a page of theirs carries.
            for (body, site) in
                [(format!("csrf={}", browser.csrf), "cross-site"), (format!("csrf={}", browser.csrf), "none")]
            {
                let forged = browser.post(path, body, site).await;
                assert_eq!(forged.status, 403, "{asker:?} {site} {route}");
            }
            if asker != Asker::Stranger && *needs != Needs::Nothing {
                for body in ["", "csrf=", &format!("csrf={}", "0".repeat(64))] {
                    let forged = browser.post(path, body.to_owned(), "same-origin").await;
                    assert_eq!(forged.status, 403, "{asker:?} {body} {route}");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_browser_carries_is_worth_nothing_in_another() {
    let server = MailServer::start().await;
    let app = App::start_settled(&mailing(&server)).await;
    let mut asha = signed_in(&app, "asha@example.org", "atelier", Some(Role::Organiser)).await;
    let mut other = signed_in(&app, "autre@example.org", "petition", Some(Role::Organiser)).await;
    assert!(asha.csrf.len() == 64 && asha.csrf != other.csrf);
    other.csrf = asha.csrf.clone();
    assert_eq!(other.submit("/organise/account", "action=sign-out").await.status, 403);
    assert_eq!(asha.get("/organise/account").await.status, 200);
}

/// An action with a date for each day of a year, and thirty more with some.
fn of_a_year() -> Value {
    let mut announced = announced();
    let first = jiff::civil::date(2099, 1, 1);
    let start = |day: i64| {
        let date = first.checked_add(jiff::Span::new().days(day)).unwrap();
        json!({ "startDate": format!("{date}T14:00:00+01:00"), "endDate": format!("{date}T17:30:00+01:00"), "maximumAttendeeCapacity": 1 })
    };
    let all = announced["initiatives"].as_array_mut().unwrap();
    all[0]["sessions"] = (0..365).map(start).collect();
    for at in 0..30 {
        let mut other = all[0].clone();
        other["id"] = json!(format!("atelier-{at}"));
        other["name"] = json!("Atelier de r\u{e9}paration de v\u{e9}los pour toutes et tous");
        other["sessions"] = (0..9).map(start).collect();
        all.push(other);
    }
    announced
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_an_action_with_a_date_a_day_stay_below_sixty_kilobytes() {
    let feed = of_a_year();
    for (app, _server) in on_each_of(&feed, "").await {
        let atelier = app.state.feeds.initiative("atelier").unwrap();
        let wanted = |at: usize| WantedSession { may_wait: true, ..session(&atelier.sessions[at].id, 1) };
        let mut forms: Vec<_> = (0..300)
            .map(|at| {
                let name = format!("p{at:03}");
                let mut form = at_once(seat(&name));
                form.sessions = vec![wanted(at / 2)];
                (form.expires_at, form.keep_until) = (i64::MAX, i64::MAX);
                form
            })
            .collect();
        forms[299].sessions = (200..280).map(wanted).collect();
        keep(&app.store, &forms).await;
        for at in 100..180 {
            let meeting = Meeting::parse(&"3 rue du Lac ".repeat(38), "https://visio.example.org/a").unwrap();
            let name = &atelier.sessions[at].id;
            app.store.set_venue("atelier", name, &meeting, &venue_entry("atelier", now())).await.unwrap();
        }
        let busy = crate::stores::digest("p299");
        let busy = app.store.of_person(&busy).await.unwrap().remove(0).id;
        let asha = account(&app, "asha@example.org", true).await;
        for at in 0..30 {
            let initiative = format!("atelier-{at}");
            let entry = TrailEntry::by_hand(&initiative, Deed::Role, json!({}), now());
            app.store.set_role(&asha.id, &initiative, Some(Role::Organiser), &entry).await.unwrap();
        }
        let mut browser = Browser::new(&app);
        browser.enter(&app, &asha).await;
        let more =
            ["/organise?page=2", "/organise/i/atelier/call-off?session=*", "/organise/i/atelier-3/people"];
        for path in PAGES.iter().map(|(_, path, ..)| *path).chain(more) {
            let got = browser.get(&path.replace("rien", &busy)).await;
            assert_eq!(got.status, 200, "{path}");
            let is_table = path.ends_with(".csv");
            assert!(is_table || got.body.len() <= 60_000, "{path}: {} bytes", got.body.len());
        }
        let first = browser.get("/organise").await.body;
        let second = browser.get("/organise?page=2").await.body;
        let shown = |page: &str| page.matches("Atelier de r\u{e9}paration").count();
        assert_eq!((shown(&first), shown(&second)), (20, 10));
    }
}
