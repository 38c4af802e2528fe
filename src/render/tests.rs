//! What cards, details and forms say of an initiative that is held at several places.

use alentour_model::feed::Unnoted;
use alentour_model::read::read_document;
use alentour_model::{Initiative, Point, Session};
use serde_json::json;

use super::*;
use crate::locale::KnownZones;

/// 2028-06-15T12:00:00Z.
const NOON: i64 = 1_844_683_200;

/// One round of two places: on three days in Villeurbanne, on two in Lyon, which is nearer; on a sixth at both.
fn scene(around: bool) -> Scene {
    let session = |day: u8, place: usize, more: (&str, u32)| {
        let mut session = json!({ "id": format!("le-{day}"), "startDate": format!("2028-06-{day}T18:00:00+02:00"), "location": place });
        session[more.0] = more.1.into();
        session
    };
    let (seats, left) = ("maximumAttendeeCapacity", "remainingAttendeeCapacity");
    let feed = json!({ "alentour": "1", "initiatives": [{
        "id": "tournee", "name": "Tournée", "kind": "volunteering", "participation": { "way": "shift" },
        "location": [
            { "name": "Salle des fêtes", "addressLocality": "Villeurbanne", "latitude": 45.7663, "longitude": 4.8796 },
            { "name": "Maison des voisins", "addressLocality": "Lyon", "latitude": 45.7512, "longitude": 4.8426 },
        ],
        "sessions": [
            session(20, 0, (left, 4)), session(21, 1, (seats, 9)), session(22, 0, (left, 2)),
            session(23, 1, (left, 0)), session(24, 0, (left, 2)),
            { "id": "le-25", "startDate": "2028-06-25T18:00:00+02:00" },
        ],
    }] });
    let feed = read_document(&&feed, &KnownZones, &mut Unnoted).unwrap();
    let lyon = ChosenPlace { label: "Lyon 7e (69007)".into(), point: Point::new(45.745, 4.842).unwrap() };
    Scene {
        language: Language::French,
        clock: Clock::new(NOON, "Europe/Paris").unwrap(),
        catalog: Arc::new(Catalog::new(feed.initiatives)),
        config: Config::default(),
        around: around.then_some(lyon),
        opened: Some("tournee".into()),
        live: None,
    }
}

/// The texts of a view, with the spaces that people type.
fn said(html: &str) -> String {
    let mut text = String::new();
    for (n, part) in html.split('<').enumerate() {
        text.push_str(if n == 0 { part } else { part.split_once('>').unwrap().1 });
        text.push('|');
    }
    text.replace(['\u{a0}', '\u{2009}', '\u{202f}'], " ").replace("||", "|")
}

/// The rows of the form's list of sessions, as HTML.
fn slots(html: &str) -> Vec<String> {
    let rows = html.split("<label class=\"slot").skip(1);
    rows.map(|row| format!("<label class=\"slot{}", row.split_once("</label>").unwrap().0)).collect()
}

/// What a row says: a line each of when, and of where and what is left.
fn lines(row: &str) -> String {
    said(row).replace("|", "").replacen(" Maison", "\nMaison", 1).replacen(" Salle", "\nSalle", 1)
}

#[test]
fn a_date_of_the_form_names_its_place_and_how_far_that_is() {
    let html = scene(true).detail(Request::default(), None).unwrap().html();
    let near: Vec<_> = slots(&html).iter().map(|row| lines(row)).collect();
    assert_eq!(near[0], "mer. 21 juin · 18 h\nMaison des voisins · à 700 m");
    assert_eq!(near[2], "mar. 20 juin · 18 h\nSalle des fêtes, Villeurbanne · à 4 km · 4 places restantes");
    let html = scene(false).detail(Request::default(), None).unwrap().html();
    let last = slots(&html).pop().unwrap();
    assert_eq!(
        lines(&last),
        "ven. 23 juin · 18 h\nMaison des voisins, Lyon · Complet · liste d’attente possible"
    );
    assert!(last.contains("slot full") && !last.contains(" disabled"), "its line can be joined: {last}");
}

#[test]
fn a_date_says_what_is_still_needed_at_it_wherever_it_stands() {
    let mut scene = scene(true);
    let mut round = scene.catalog.get(0).unwrap().clone();
    round.sessions[1].needs = vec!["un·e conducteur·rice".into(), "deux tables".into()];
    let said_of = |scene: &Scene| scene.detail(Request::default(), None).unwrap().html();
    let needs = "Il manque encore : un·e conducteur·rice, deux tables";
    scene.catalog = Arc::new(Catalog::new(vec![round.clone()]));
    let rows: Vec<_> = slots(&said_of(&scene)).iter().map(|row| said(row)).collect();
    assert!(rows[0].contains("21 juin") && rows[0].contains(needs), "{rows:?}");
    assert!(rows[1..].iter().all(|row| !row.contains("Il manque")), "{rows:?}");
    // Of one date alone the form has no row: it stands with when it is.
    round.sessions = vec![Session { place: None, ..round.sessions[1].clone() }];
    round.places.truncate(1);
    scene.catalog = Arc::new(Catalog::new(vec![round.clone()]));
    let alone = said_of(&scene);
    assert!(slots(&alone).is_empty() && said(&alone).matches(needs).count() == 1, "{}", said(&alone));
    // Nobody brings anything to what is closed.
    let mut closes = round.sessions[0].start;
    closes.moment.instant = NOON - 86_400;
    round.participation.as_mut().unwrap().closes = Some(closes);
    scene.catalog = Arc::new(Catalog::new(vec![round]));
    assert!(!said(&said_of(&scene)).contains("Il manque"));
}

#[test]
fn a_card_counts_the_dates_at_the_place_that_it_names_that_can_be_joined() {
    let near = said(&scene(true).widget().html());
    assert!(near.contains("mer. 21 juin, |18 h| et 1 autre date|"), "{near}");
    let somewhere = said(&scene(false).widget().html());
    assert!(somewhere.contains("mar. 20 juin, |18 h| et 3 autres dates|"), "{somewhere}");
}

#[test]
fn the_thanks_name_no_place_that_nobody_has_chosen() {
    let thanks = |session: &str| {
        let sign_up = SignUp { session: session.into(), ..SignUp::new("tournee", "fr") };
        let filled = Filled { sign_up, problems: Vec::new(), status: Status::Unconfirmed };
        let html = scene(true).detail(Request::default(), Some(filled)).unwrap().html();
        let html =
            html.split_once("class=\"notice received waits\"").unwrap().1.split_once("</div>").unwrap().0;
        assert!(html.contains("<span class=\"hours\">"), "hours stay on one line: {html}");
        said(html).replace("|", "")
    };
    assert!(thanks("le-20").contains("Salle des fêtes"), "{}", thanks("le-20"));
    assert!(thanks("le-25").contains("dim. 25 juin, 18 h"), "{}", thanks("le-25"));
    assert!(!thanks("le-25").contains("Maison des voisins"), "{}", thanks("le-25"));
}

#[test]
fn what_takes_no_more_answers_says_so_and_nothing_of_seats() {
    let mut scene = scene(true);
    let mut round = scene.catalog.get(0).unwrap().clone();
    round.participation.as_mut().unwrap().closes = Some(round.sessions[0].start);
    scene.clock = Clock::new(round.sessions[0].start.moment.instant, "Europe/Paris").unwrap();
    scene.catalog = Arc::new(Catalog::new(vec![round]));
    let said = said(&scene.widget().html());
    assert!(said.contains("Les inscriptions sont closes.") && !said.contains("places restantes"), "{said}");
}

#[test]
fn seats_in_all_are_no_seats_that_are_left() {
    let html = scene(true).cards().html();
    assert!(said(&html).contains("4 places restantes"), "{html}");
    let mut scene = scene(true);
    scene.config.limit = "1".into();
    let near = said(&scene.widget().html());
    let (_, card) = near.split_once("21 juin").unwrap();
    assert!(!card.split_once("Participer").unwrap().0.contains("place"), "{near}");
}

#[test]
fn whoever_comes_from_a_list_finds_its_session_chosen() {
    let chosen = |around: bool, asked: Request| {
        let html = scene(around).detail(asked, None).unwrap().html();
        let chosen = slots(&html).into_iter().find(|row| row.contains(" checked"));
        chosen.and_then(|row| Some(row.split_once("value=\"")?.1.split_once('"')?.0.to_owned()))
    };
    assert_eq!(chosen(true, Request::default()).as_deref(), Some("le-21"));
    let days = Request { when: Some("2028-06-22/2028-06-22".into()), ..Request::default() };
    assert_eq!(chosen(true, days).as_deref(), Some("le-22"));
    assert_eq!(chosen(false, Request::default()).unwrap_or_default(), "", "nobody has seen a card");
}

#[test]
fn the_way_back_leads_to_the_list_that_was_left() {
    let asked = Request { kinds: Some("tontine,atelier".into()), ..Request::default() };
    let mut scene = scene(true);
    let pages = Addresses::Below(String::new());
    scene.config.served =
        Some(Arc::new(Served { pages, form: ServedForm::default(), page: 1, ..Served::default() }));
    let html = scene.detail(asked, None).unwrap().html();
    let back = html.split("<a ").find(|link| link.contains("/near?")).unwrap();
    assert!(back.contains("tontine") && back.contains("atelier"), "{back}");
}

#[test]
fn dates_to_come_lead_to_the_visitor_s_calendar_where_a_server_makes_the_file() {
    let served =
        |pages| Some(Arc::new(Served { pages, form: ServedForm::default(), page: 1, ..Served::default() }));
    let files = || Addresses::Files { initiatives: Arc::default(), lists: Vec::new() };
    let link = |config: Config, change: fn(&mut Initiative)| {
        let mut scene = scene(true);
        let mut round = scene.catalog.get(0).unwrap().clone();
        change(&mut round);
        (scene.catalog, scene.config) = (Arc::new(Catalog::new(vec![round])), config);
        let html = scene.detail(Request::default(), None).unwrap().html();
        assert!(html.contains("<div class=\"block\">") && html.contains("<p class=\"links\">"), "{html}");
        let link = html.split("<a ").find(|link| link.contains("Ajouter à mon agenda"))?;
        Some(link.split_once("href=\"")?.1.split_once('"')?.0.replace("&amp;", "&"))
    };
    let widget = |api: &str| Config { api: api.into(), ..Config::default() };
    let asked = |of: &str| Some([of, "/i/tournee/calendar.ics?lang=fr"].concat());
    assert_eq!(link(widget("https://agir.example.org"), |_| ()), asked("https://agir.example.org"));
    // Nobody knows whether a server announces what has no form.
    assert_eq!(link(widget("https://agir.example.org"), |round| round.participation = None), None);
    let page = Config { served: served(Addresses::Below("/agir".into())), ..widget("/agir") };
    assert_eq!(link(page.clone(), |round| round.participation = None), asked("/agir"));
    assert_eq!(link(Config { api: String::new(), ..page.clone() }, |_| ()), asked(""));
    let site = |api: &str| Config { served: served(files()), ..widget(api) };
    assert_eq!(link(site(""), |_| ()), None);
    assert_eq!(link(site("https://agir.example.org"), |_| ()), asked("https://agir.example.org"));
    // What is over is on no calendar to come.
    let last_year = |round: &mut Initiative| {
        for session in &mut round.sessions {
            session.start.moment.instant -= 366 * 86_400;
        }
    };
    assert_eq!(link(page, last_year), None);
}

#[test]
fn the_thanks_lead_to_the_calendar_of_the_session_that_was_sent() {
    let link = |session: &str| {
        let mut scene = scene(true);
        scene.config.api = "https://agir.example.org".into();
        let sign_up = SignUp { session: session.into(), ..SignUp::new("tournee", "fr") };
        let filled = Filled { sign_up, problems: Vec::new(), status: Status::Received };
        let html = scene.detail(Request::default(), Some(filled)).unwrap().html();
        let thanks = html.split_once("class=\"notice received\"").unwrap().1.split_once("</div>").unwrap().0;
        let addresses = thanks.split("href=\"").skip(1).filter_map(|link| Some(link.split_once('"')?.0));
        let address = addresses.into_iter().find(|address| address.contains("/calendar.ics"))?;
        Some(address.replace("&amp;", "&"))
    };
    let file = "https://agir.example.org/i/tournee/calendar.ics?lang=fr&session=le-22";
    assert_eq!(link("le-22").as_deref(), Some(file));
    assert_eq!(link(""), None);
}

#[test]
fn an_empty_list_leads_to_an_alert_where_a_server_sends_mail() {
    let link = |pages: Addresses, has_alerts: bool| {
        let mut scene = scene(true);
        scene.catalog = Arc::new(Catalog::new(vec![Initiative::new("loin", "Au loin")]));
        scene.config.served = Some(Arc::new(Served { pages, has_alerts, page: 1, ..Served::default() }));
        let asked = Request { radius: Some("10".into()), kinds: Some("group".into()), ..Request::default() };
        let html = scene.list(asked, "", &[]).tree.html();
        let link = html.split("<a ").find(|link| link.contains("Prévenez-moi"))?;
        Some(link.split_once("href=\"")?.1.split_once('"')?.0.replace("&amp;", "&"))
    };
    let below = || Addresses::Below("/agir".into());
    let address = link(below(), true).unwrap();
    assert!(address.starts_with("/agir/alerts/new?lang=fr&place="), "{address}");
    assert!(address.ends_with("&radius=10&kinds=group"), "{address}");
    assert_eq!(link(below(), false), None);
    let files = Addresses::Files { initiatives: Arc::default(), lists: Vec::new() };
    assert_eq!(link(files, true), None);
}
