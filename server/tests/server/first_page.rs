//! The first page of results, which comes with the tag.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use alentour_model::{Catalog, Feed};
use alentour_server::bundle::Bundle;
use alentour_server::first_page::{Asked, payload};
use alentour_texts::Language;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::app::App;

const LOADER: &str = "(()=>{})(null);\n";
/// What ends a script, a line of one or a text of HTML.
const LIVE: [char; 5] = ['<', '>', '&', '\u{2028}', '\u{2029}'];
const MINUTE: &str = "public, max-age=60, stale-while-revalidate=600";

/// A feed of one text everywhere, with a session in Lyon.
fn feed(name: &str) -> Value {
    json!({
        "alentour": "1", "inLanguage": "fr",
        "initiatives": [
            {
                "id": name, "name": name, "kind": "gathering", "causes": [name], "organizer": { "name": name },
                "sessions": [{ "startDate": "2099-05-02T14:00:00+02:00", "endDate": "2099-05-02T16:00:00+02:00" }],
                "location": { "name": name, "addressLocality": name, "latitude": 45.75, "longitude": 4.85 },
            },
            { "id": "loin", "name": "Au loin", "location": { "name": "Paris", "latitude": 48.85, "longitude": 2.35 } },
        ],
    })
}

/// Writes a bundle of a loader and a gazetteer of one town.
pub fn write_bundle(dist: &Path) {
    for (path, text) in [
        ("alentour.js", LOADER),
        ("a/gazetteer-0123456789/fr/index.txt", "69\nly sa\n"),
        (
            "a/gazetteer-0123456789/fr/n/sa.txt",
            "97400\tSaint-Denis\t-20882\t55450\t160000\n93200\tSaint-Denis\t48935\t2354\t150000\n",
        ),
        ("a/gazetteer-0123456789/be/index.txt", "1\nb\n"),
        ("a/gazetteer-0123456789/be/p/1.txt", "BE-1000\tBruxelles\t50850\t4349\t1000000\n"),
        ("a/gazetteer-0123456789/be/n/b.txt", "BE-1000\tBruxelles\t50850\t4349\t1000000\n"),
        ("a/gazetteer-0123456789/fr/p/69.txt", "69007\tLyon 7e\t45745\t4842\t83000\n"),
        ("a/gazetteer-0123456789/fr/n/ly.txt", "69007\tLyon 7e\t45745\t4842\t83000\n"),
    ] {
        let path = dist.join("v1").join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

async fn start(feed: Value, settings: &str) -> App {
    let app = App::start_announcing(feed, settings).await;
    write_bundle(&app.path("dist"));
    app
}

async fn script(app: &App, query: &str) -> String {
    let answer = app.get(&format!("/v1/alentour.js{query}")).await;
    assert_eq!(answer.status(), 200, "{query}");
    answer.text().await.unwrap()
}

/// The first page in a script; `None` in the plain loader.
pub fn page(script: &str) -> Option<Value> {
    let json = script.strip_prefix("(()=>{})(").unwrap().strip_suffix(");\n").unwrap();
    let page: Value = serde_json::from_str(json).unwrap();
    assert!(!json.contains(LIVE), "{json}");
    (!page.is_null()).then_some(page)
}

/// All texts of a tree, attributes too; its tags and names of attributes go to `names`.
fn texts(tree: &Value, names: &mut BTreeSet<String>, found: &mut Vec<String>) {
    let parts = tree.as_array().unwrap();
    names.insert(parts[0].as_str().unwrap().to_owned());
    for (position, part) in parts.iter().enumerate().skip(1) {
        match part {
            Value::String(text) => found.push(text.clone()),
            Value::Array(_) => texts(part, names, found),
            Value::Object(attributes) if position == 1 => {
                for (name, value) in attributes {
                    names.insert(format!("@{name}"));
                    found.push(value.as_str().unwrap().to_owned());
                }
            }
            other => panic!("{other}"),
        }
    }
}

fn text_of(page: &Value) -> String {
    let mut found = Vec::new();
    texts(&page["tree"], &mut BTreeSet::new(), &mut found);
    found.join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tag_of_a_known_place_has_its_first_page() {
    let app = start(feed("Atelier"), "").await;
    let page_of_place = page(&script(&app, "?place=69007&radius=10&lang=fr").await).unwrap();
    assert_eq!((&page_of_place["version"], &page_of_place["lang"]), (&json!(1), &json!("fr")));
    let query = json!({ "place": "69007", "radius": "10", "kinds": "", "causes": "", "limit": "" });
    assert_eq!(page_of_place["query"], query);
    // What ends later than in a day is asked for again before.
    assert_eq!(page_of_place["ends"], json!({}));
    let text = text_of(&page_of_place);
    assert!(
        text.contains("Atelier") && text.contains("Lyon 7e (69007)") && !text.contains("Au loin"),
        "{text}"
    );
    let everywhere = text_of(&page(&script(&app, "?lang=en&limit=1").await).unwrap());
    assert!(everywhere.contains("Show") && everywhere.contains("2 initiatives"), "{everywhere}");
    // Coordinates are rounded, and are said as they were asked for.
    let near = page(&script(&app, "?place=45.7512,+4.8488&radius=10&lang=fr").await).unwrap();
    assert_eq!(near["query"]["place"], "45.7512, 4.8488");
    let text = text_of(&near);
    assert!(text.contains("45.75,4.85") && !text.contains("45.7512") && text.contains("Atelier"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_page_is_to_be_had_alone() {
    let app = start(feed("Atelier"), "").await;
    for _ in 0..2 {
        let alone = app.get("/v1/first.json?place=69007&lang=fr").await;
        assert_eq!(alone.headers()["content-type"], "application/json");
        assert_eq!(alone.headers()["cache-control"], MINUTE);
        let (alone, with) = (alone.text().await.unwrap(), script(&app, "?place=69007&lang=fr").await);
        // A minute may have begun in between.
        if with == LOADER.replace("null", &alone) {
            let nothing = app.get("/v1/first.json?place=69007").await;
            assert_eq!((nothing.status().as_u16(), nothing.text().await.unwrap().as_str()), (200, "null"));
            return;
        }
    }
    panic!("they differ");
}

#[tokio::test(flavor = "multi_thread")]
async fn other_parameters_headers_and_cookies_change_nothing() {
    let app = start(feed("Atelier"), "").await;
    let ask = async |query: &str, language: &str| {
        let request = app.client.get(format!("{}/v1/alentour.js{query}", app.address));
        let request = request.header("accept-language", language).header("cookie", "lang=ar");
        page(&request.send().await.unwrap().text().await.unwrap()).unwrap()
    };
    let plain = ask("?place=69007&lang=fr", "fr").await;
    for query in [
        "?lang=fr&place=%36%39007",
        "?place=+69007+&lang=fr-CA",
        "?utm_source=x&utm_source=y&v=1&place=69007&lang=fr&theme=dark",
        "?&&place=69007&lang=fr&radius=&=&x=%C3%A9",
    ] {
        assert_eq!(ask(query, "ar,en").await, plain, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_page_can_be_made_for_gets_the_plain_loader_byte_for_byte() {
    let app = start(feed("Atelier"), "").await;
    let plain = script(&app, "").await;
    assert_eq!(plain, LOADER);
    let long = format!("?lang=fr&place={}", "a".repeat(10_000));
    for query in [
        "?",
        "?place=69007",
        "?place=69007&lang=tlh",
        "?lang=fr&place=%ff",
        "?lang=fr&place=%",
        "?lang=fr&place=69007%00",
        "?lang=fr&place=69007&place=75001",
        "?lang=fr&lang=en",
        "?lang=fr&place=nulle-part",
        "?lang=fr&place=99999",
        "?lang=fr&place=91,181",
        "?lang=fr&feed=https://example.org/feed.json",
        "?lang=fr&api=https://example.org",
        "?lang=fr&limit=5000",
        &long,
    ] {
        assert_eq!(script(&app, query).await, plain, "{query}");
        let alone = app.get(&format!("/v1/first.json{query}")).await;
        assert_eq!((alone.status().as_u16(), alone.text().await.unwrap().as_str()), (200, "null"), "{query}");
    }
    // A script without a place for a page is served as it is.
    std::fs::write(app.path("dist/v1/alentour.js"), "tag").unwrap();
    assert_eq!(script(&app, "?lang=fr&limit=7").await, "tag");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_kept_for_a_minute_and_not_sent_twice() {
    let app = start(feed("Atelier"), "").await;
    let ask = async |known: &str, encoding: &str| {
        let request = app.client.get(format!("{}/v1/alentour.js?lang=fr", app.address));
        let request = request.header("origin", "https://asso.example").header("accept-encoding", encoding);
        request.header("if-none-match", known).send().await.unwrap()
    };
    for last in [false, true] {
        let first = ask("", "br").await;
        let headers = first.headers();
        for (name, value) in [
            ("cache-control", MINUTE),
            ("content-encoding", "br"),
            ("content-type", "text/javascript; charset=utf-8"),
            ("x-content-type-options", "nosniff"),
            ("access-control-allow-origin", "*"),
        ] {
            assert_eq!(headers[name], value);
        }
        let tag = headers["etag"].to_str().unwrap().to_owned();
        assert_ne!(ask("", "gzip").await.headers()["etag"], *tag);
        let again = ask(&tag, "br").await;
        // A minute may have begun in between, but not twice.
        if again.status() == 304 {
            return assert_eq!(again.bytes().await.unwrap().len(), 0);
        }
        assert!(!last, "{}", again.status());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_of_a_feed_stay_texts() {
    let evil = "</script><img src=x onerror=alert(1)>\u{2028}<!--&amp;";
    let app = start(feed(evil), "").await;
    let page = page(&script(&app, "?place=69007&lang=fr").await).unwrap();
    let (mut names, mut found) = (BTreeSet::new(), Vec::new());
    texts(&page["tree"], &mut names, &mut found);
    assert!(!names.contains("img") && !names.contains("script") && !names.contains("@onerror"), "{names:?}");
    assert!(found.iter().any(|text| text.contains("</script><img src=x onerror=alert(1)>")), "{found:?}");
    // What is asked for comes back, as well.
    let asked = script(&app, "?lang=fr&causes=%3C/script%3E%E2%80%A8%26").await;
    let json = asked.strip_prefix("(()=>{})(").unwrap();
    assert!(!json.contains(['<', '&', '\u{2028}']));
}

#[tokio::test(flavor = "multi_thread")]
async fn over_the_limit_of_a_visitor_new_pages_are_left_out_and_known_ones_are_not() {
    let robots = "[robots]\nwork = 0\nfill-seconds = 0\nper-address = 6\n";
    let app = start(feed("Atelier"), robots).await;
    let mut made = 0;
    for limit in 1..=8 {
        let answer = app.get(&format!("/v1/alentour.js?lang=fr&limit={limit}")).await;
        let cache = answer.headers()["cache-control"].to_str().unwrap().to_owned();
        let is_made = page(&answer.text().await.unwrap()).is_some();
        assert_eq!(cache, if is_made { MINUTE } else { "private, max-age=60" });
        made += usize::from(is_made);
    }
    // Half of what `per-address` allows, and another one if that took ten seconds.
    assert!((3..=4).contains(&made), "{made}");
    let alone = app.get("/v1/first.json?lang=fr&limit=9").await;
    assert_eq!(alone.headers()["cache-control"], "private, max-age=60");
    assert_eq!(alone.text().await.unwrap(), "null");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_that_asks_for_one_page_takes_one_place_among_those_who_wait() {
    let app = start(feed("Atelier"), "").await;
    let asking = (0..64).map(|_| {
        let request = app.client.get(format!("{}/v1/alentour.js?lang=fr&place=Lyon+7e", app.address));
        tokio::spawn(async move { request.send().await.unwrap().text().await.unwrap() })
    });
    // Several times as many as may wait, each for a page of its own.
    let asking: Vec<_> = asking.collect();
    for answer in asking {
        assert!(page(&answer.await.unwrap()).is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_has_changed_changes_the_page_of_the_next_request() {
    let app = start(feed("Avant"), "").await;
    assert!(text_of(&page(&script(&app, "?lang=fr").await).unwrap()).contains("Avant"));
    std::fs::write(app.path("feed.json"), feed("Depuis").to_string()).unwrap();
    for _ in 0..100 {
        if app.get("/v1/feed.json").await.text().await.unwrap().contains("Depuis") {
            let text = text_of(&page(&script(&app, "?lang=fr").await).unwrap());
            return assert!(text.contains("Depuis") && !text.contains("Avant"));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the feed was not read again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_a_feed_gives_the_plain_loader_for_the_moment() {
    let source = alentour_server::feeds::Source::File("/nonexistent/feed.json".into());
    let app = App::start_with(tempfile::tempdir().unwrap(), vec![source]).await;
    std::fs::create_dir_all(app.path("dist/v1")).unwrap();
    std::fs::write(app.path("dist/v1/alentour.js"), LOADER).unwrap();
    let answer = app.get("/v1/alentour.js?lang=fr").await;
    assert_eq!(answer.headers()["cache-control"], "private, max-age=60");
    assert_eq!(answer.text().await.unwrap(), LOADER);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_query_says_the_answer_is_a_script() {
    let app = start(feed("Atelier"), "").await;
    let queries = "[ -~&&[^#]]{0,80}|(place|radius|kinds|causes|lang|limit|feed|%[0-9a-f]{0,2}|&|=|,|fr|69007|45.7|\\+){0,24}\
                   |lang=fr&place=(%[0-9a-f]{2}){0,40}|lang=(fr|en|ar)&(radius|limit|kinds)=[0-9a-z,+-]{0,12}";
    let mut runner = TestRunner::new(Config { cases: 300, failure_persistence: None, ..Config::default() });
    let runtime = tokio::runtime::Handle::current();
    let test = move || {
        runner.run(&prop::string::string_regex(queries).unwrap(), |query| {
            runtime.block_on(async {
                let script = script(&app, &format!("?{query}")).await;
                page(&script);
                let alone = app.get(&format!("/v1/first.json?{query}")).await;
                prop_assert_eq!(alone.status(), 200);
                let alone: Value = alone.json().await.unwrap();
                prop_assert!(alone.is_null() || alone["version"] == 1);
                Ok(())
            })
        })
    };
    tokio::task::spawn_blocking(test).await.unwrap().unwrap();
}

/// What the views are made of: a tag or attribute beside these is news.
const NAMES: &str = "a b bdi button div form h2 h3 input label li option p path progress section select small span svg time ul \
    @aria-autocomplete @aria-controls @aria-describedby @aria-expanded @aria-hidden @aria-label @aria-pressed @autocomplete @class @d \
    @data-kind @datetime @dir @for @hidden @href @id @max @part @placeholder @role @selected @spellcheck @tabindex @title @type @value @viewBox";

/// The cards of a tree: what follows `card-` in their identifiers.
fn cards(tree: &Value, found: &mut Vec<usize>) {
    let Some(parts) = tree.as_array() else { return };
    let id = parts.get(1).and_then(|attributes| attributes["id"].as_str());
    found.extend(id.and_then(|id| id.strip_prefix("card-")?.parse::<usize>().ok()));
    parts.iter().for_each(|part| cards(part, found));
}

#[test]
fn any_feed_makes_a_page_of_known_elements_and_the_feed_s_texts() {
    let now = jiff::Timestamp::now().as_second();
    let known: BTreeSet<_> = NAMES.split_whitespace().map(str::to_owned).collect();
    let languages = proptest::sample::select(Language::ALL.to_vec());
    let places = proptest::sample::select(vec!["", "45.75,4.85", "48.85,2.35"]);
    let mut runner = TestRunner::new(Config { cases: 128, failure_persistence: None, ..Config::default() });
    let feeds = alentour_model_testing::feeds(&alentour_model_testing::TestZones);
    let test = |(feed, language, place, at): (Feed, Language, &str, i64)| {
        let catalog = Arc::new(Catalog::new(feed.initiatives));
        let asked = Asked::parse(&format!("lang=fr&radius=any&place={place}")).unwrap().1;
        let bundle = Bundle::Directory("/nonexistent".into());
        let around = payload::place(&bundle, &Asked::around(place).unwrap()).unwrap();
        let page = payload::render(
            language,
            catalog.clone(),
            &asked,
            around,
            at,
            payload::Behind { pages: Some(payload::PAGES), ..payload::Behind::default() },
            None,
        );
        // A file's: it is kept for as long as its site likes, and so has all the ends.
        let text =
            payload::json(language, &asked, &page, at, Some("../feed.json"), payload::Behind::default())
                .unwrap();
        prop_assert!(!text.contains(LIVE));
        let page: Value = serde_json::from_str(&text).unwrap();
        let (mut names, mut found, mut shown) = (BTreeSet::new(), Vec::new(), Vec::new());
        texts(&page["tree"], &mut names, &mut found);
        prop_assert!(names.is_subset(&known), "{:?}", names.difference(&known));
        cards(&page["tree"], &mut shown);
        for position in shown {
            let initiative = catalog.get(position).unwrap();
            prop_assert!(found.contains(&initiative.name), "{}", initiative.name);
            let end = page["ends"][format!("card-{position}")].as_i64();
            prop_assert_eq!(end.is_some(), !initiative.sessions.is_empty() || initiative.end.is_some());
            prop_assert!(end.is_none_or(|end| end > at));
        }
        Ok(())
    };
    runner.run(&(feeds, languages, places, now - 900_000_000..now + 900_000_000), test).unwrap();
}
