//! `GET /v1/tiles.txt`, `/v1/t/...` and `/v1/i/...`.

use std::collections::BTreeSet;
use std::io::Read;
use std::time::{Duration, Instant};

use alentour_model::tile::decode;
use alentour_model::tiles::{Index, Limits, Tile};
use alentour_server::feeds::Source;
use alentour_server::http::representation::tag;
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::app::App;

/// More than a tile's, around two towns and at one door, and some that are tied to no place.
fn feed() -> Value {
    let one = |n: usize| {
        let mut item = json!({ "id": format!("n° {n}"), "name": format!("Action {n}"), "description": "Une soupe,\nune écoute." });
        match n % 10 {
            0 => item["reach"] = json!("national"),
            1 => {
                item["reach"] = json!("online");
                item["sessions"] = json!([{ "startDate": "2099-05-02T14:00:00+02:00" }]);
            }
            2..6 => item["location"] = json!({ "name": "Porte", "latitude": 45.75, "longitude": 4.85 }),
            _ => item["location"] = json!({ "latitude": 43.0 + n as f64 / 1e4, "longitude": 5.0 }),
        }
        item
    };
    json!({ "name": "Essai", "inLanguage": "fr", "timeZone": "Europe/Paris", "initiatives": (0..1500).map(one).collect::<Vec<_>>() })
}

impl App {
    async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
        let request = self.client.request(method, format!("{}{path}", self.address));
        headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value))
            .send()
            .await
            .unwrap()
    }

    async fn text(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    }

    async fn index(&self) -> Index {
        Index::parse(&self.text("/v1/tiles.txt").await).unwrap()
    }
}

/// All tiles of an index.
fn all(index: &Index) -> Vec<Tile> {
    let all = Limits { whole: usize::MAX, near: 0, enough: 0, dated: 0, undated: 0 };
    index.wanted(None, None, all, 0)
}

fn unpacked(encoding: &str, bytes: &[u8]) -> String {
    let mut text = String::new();
    match encoding {
        "br" => brotli::Decompressor::new(bytes, 4096).read_to_string(&mut text),
        "gzip" => flate2::read::GzDecoder::new(bytes).read_to_string(&mut text),
        _ => panic!("{encoding}"),
    }
    .unwrap();
    text
}

#[tokio::test]
async fn the_tiles_of_the_index_have_each_initiative_and_as_many_as_it_says() {
    let app = App::start_announcing(feed(), "").await;
    let index = app.index().await;
    assert_eq!(index.count, 1500);
    let tiles = all(&index);
    assert!(tiles.iter().map(|tile| tile.number).eq(0..index.tiles()) && tiles.len() > 6, "{tiles:?}");
    let mut ids = BTreeSet::new();
    for tile in tiles {
        let path = format!("/v1/t/{}/{}", index.version, tile.number);
        let cards = decode(&app.text(&format!("{path}.txt")).await).unwrap();
        assert_eq!(cards.len(), tile.count);
        let words = app.text(&format!("{path}.words.txt")).await;
        assert_eq!(words.lines().count(), tile.count);
        assert!(words.lines().all(|line| line == "Une soupe, · une écoute."), "{words}");
        assert!(cards.iter().all(|(position, card)| card.id == format!("n° {position}")));
        ids.extend(cards.into_iter().map(|(_, card)| card.id));
    }
    assert_eq!(ids.len(), 1500);
}

#[tokio::test]
async fn tiles_are_kept_for_ever_and_their_index_for_a_minute() {
    let app = App::start_announcing(feed(), "").await;
    let version = app.index().await.version;
    let (minute, ever) =
        ("public, max-age=60, stale-while-revalidate=600", "public, max-age=31536000, immutable");
    let detail = format!("/v1/i/{}.json", tag("n° 7".as_bytes()));
    for (path, cache, content) in [
        ("/v1/tiles.txt", minute, "text/plain; charset=utf-8"),
        (&format!("/v1/t/{version}/0.txt"), ever, "text/plain; charset=utf-8"),
        (&format!("/v1/t/{version}/0.words.txt"), ever, "text/plain; charset=utf-8"),
        (&format!("/v1/t/{version}/soonest.txt"), minute, "text/plain; charset=utf-8"),
        (&detail, minute, "application/json"),
    ] {
        let plain = app.ask(Method::GET, path, &[("accept-encoding", "identity")]).await;
        let header = |name: &str| plain.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(header("cache-control").as_deref(), Some(cache), "{path}");
        assert_eq!(header("content-type").as_deref(), Some(content), "{path}");
        assert_eq!(header("vary").as_deref(), Some("accept-encoding"), "{path}");
        assert_eq!(header("access-control-allow-origin").as_deref(), Some("*"), "{path}");
        assert_eq!(header("cross-origin-resource-policy").as_deref(), Some("cross-origin"), "{path}");
        assert_eq!(header("content-encoding"), None);
        let (tag, length) = (header("etag").unwrap(), header("content-length").unwrap());
        let text = plain.text().await.unwrap();
        assert_eq!(length, text.len().to_string());
        let mut tags = BTreeSet::from([tag.clone()]);
        for encoding in ["br", "gzip"] {
            let packed = app.ask(Method::GET, path, &[("accept-encoding", encoding)]).await;
            assert_eq!(packed.headers()["content-encoding"], encoding, "{path}");
            tags.insert(packed.headers()["etag"].to_str().unwrap().to_owned());
            assert_eq!(unpacked(encoding, &packed.bytes().await.unwrap()), text, "{path} {encoding}");
        }
        assert_eq!(tags.len(), 3, "each encoding has a tag of its own: {path}");
        let known = [("accept-encoding", "identity"), ("if-none-match", &*tag)];
        let unchanged = app.ask(Method::GET, path, &known).await;
        assert_eq!(
            (unchanged.status().as_u16(), unchanged.headers()["etag"].to_str().unwrap()),
            (304, &*tag)
        );
        let head = app.ask(Method::HEAD, path, &[("accept-encoding", "identity")]).await;
        assert_eq!(
            (head.status().as_u16(), head.headers()["content-length"].to_str().unwrap()),
            (200, &*length)
        );
        assert_eq!(head.bytes().await.unwrap().len(), 0);
        let asked = app.ask(
            Method::OPTIONS,
            path,
            &[("origin", "https://asso.example"), ("access-control-request-method", "GET")],
        );
        assert_eq!(asked.await.headers()["access-control-allow-origin"], "*");
        assert_eq!(app.ask(Method::POST, path, &[]).await.status(), 405, "{path}");
    }
}

/// The status of a path that no client would send as it is.
async fn status(app: &App, path: &str) -> String {
    let address = app.address.strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn there_is_nothing_under_any_other_name() {
    let app = App::start_announcing(feed(), "").await;
    let index = app.index().await;
    let version = &index.version;
    let key = tag("n° 7".as_bytes());
    let tiles = [
        format!("/v1/t/{version}/{}.txt", index.tiles()),
        format!("/v1/t/{version}/{}.words.txt", index.tiles()),
        format!("/v1/t/{version}/18446744073709551615.txt"),
        format!("/v1/t/{version}/9223372036854775807.txt"),
        format!("/v1/t/{version}/99999999999999999999999999.txt"),
        format!("/v1/t/{version}/00.txt"),
        format!("/v1/t/{version}/-1.txt"),
        format!("/v1/t/{version}/+1.txt"),
        format!("/v1/t/{version}/0"),
        format!("/v1/t/{version}/0.txt.br"),
        format!("/v1/t/{version}/0.txt/"),
        format!("/v1/t/{version}/a/0.txt"),
        format!("/v1/t/{version}/%30.txt"),
        format!("/v1/t/{version}%2f0.txt"),
        format!("/v1/t/{version}/..%2ftiles.txt"),
        format!("/v1/t/{version}/../tiles.txt"),
        format!("/v1/t/{version}/"),
        format!("/v1/t/{}/0.txt", "0".repeat(20)),
        "/v1/t/../index.sqlite".to_owned(),
        "/v1/t/..%2f..%2findex.sqlite/0.txt".to_owned(),
        "/v1/t/%ff/0.txt".to_owned(),
        format!("/v1/t/{}/0.txt", "a".repeat(5000)),
    ];
    let details = [
        "/v1/i/nothing.json".to_owned(),
        format!("/v1/i/{}.json", "0".repeat(20)),
        format!("/v1/i/{}.json", key.to_uppercase()),
        format!("/v1/i/{key}"),
        format!("/v1/i/{key}.json/"),
        format!("/v1/i/{}.json", &key[..18]),
        format!("/v1/i/{key}00.json"),
        "/v1/i/n%C2%B0%207.json".to_owned(),
        "/v1/i/../feed.json".to_owned(),
        "/v1/i/..%2ffeed.json".to_owned(),
        "/v1/i/%ff.json".to_owned(),
        "/v1/i/.json".to_owned(),
    ];
    for path in tiles.iter().chain(&details) {
        assert_eq!(status(&app, path).await, "HTTP/1.1 404 Not Found", "{path}");
    }
    let missing = app.get(&details[1]).await;
    assert_eq!(missing.headers()["cache-control"], "public, max-age=10");
    assert_eq!(missing.headers()["access-control-allow-origin"], "*");
}

/// Writes a feed, and waits until it is served.
async fn change(app: &App, feed: &Value) -> Index {
    let before = app.index().await.version;
    std::fs::write(app.path("feed.json"), feed.to_string()).unwrap();
    let start = Instant::now();
    loop {
        let index = app.index().await;
        if index.version != before {
            return index;
        }
        assert!(start.elapsed() < Duration::from_secs(30));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn the_tiles_before_an_update_are_served_until_the_next() {
    let mut feed = feed();
    let app = App::start_announcing(feed.clone(), "").await;
    let first = app.index().await;
    let names = |index: &Index| {
        let version = &index.version;
        ["0.txt", "0.words.txt", "soonest.txt"].map(|name| format!("/v1/t/{version}/{name}"))
    };
    let mut texts = Vec::new();
    for path in names(&first) {
        texts.push(app.text(&path).await);
    }
    for (name, known) in [("Autre", 200), ("Une autre encore", 404)] {
        feed["initiatives"][2]["name"] = json!(name);
        let index = change(&app, &feed).await;
        assert_eq!(index.tiles(), first.tiles());
        for (path, text) in names(&first).iter().zip(&texts) {
            let before = app.get(path).await;
            assert_eq!(before.status(), known, "{path}");
            assert!(known == 404 || before.text().await.unwrap() == *text);
        }
        let cards = decode(&app.text(&names(&index)[0]).await).unwrap();
        assert!(!texts[0].contains(name) && all(&index)[0].count == cards.len());
    }
}

#[tokio::test]
async fn what_begins_soonest_is_one_tile() {
    let app = App::start_announcing(feed(), "").await;
    let version = app.index().await.version;
    let cards = decode(&app.text(&format!("/v1/t/{version}/soonest.txt")).await).unwrap();
    let dated = cards.iter().filter(|(_, card)| card.name.ends_with('1')).count();
    // All 150 that have a date, and the first of those that have none.
    assert_eq!((dated, cards.len()), (150, 150 + 75));
    assert!(cards.is_sorted_by_key(|(position, _)| *position));
}

#[tokio::test]
async fn one_initiative_says_all_it_says_in_the_feed_whether_it_is_shown_or_repeats_another() {
    let folder = tempfile::tempdir().unwrap();
    let one = json!({ "id": "a", "name": "Maraude", "description": "Une soupe.", "url": "https://example.org/maraude",
        "contact": { "email": "contact@example.org" }, "startDate": "2099-05-02" });
    let mut again = one.clone();
    again["id"] = json!("b");
    for (name, item) in [("one.json", one), ("two.json", again)] {
        let feed = json!({ "name": "Essai", "inLanguage": "fr", "timeZone": "Indian/Reunion", "initiatives": [item] });
        std::fs::write(folder.path().join(name), feed.to_string()).unwrap();
    }
    let sources = ["one.json", "two.json"].map(|name| Source::File(folder.path().join(name))).to_vec();
    let app = App::start_with(folder, sources).await;
    let feed: Value = serde_json::from_str(&app.text("/v1/feed.json").await).unwrap();
    assert_eq!(feed["initiatives"].as_array().unwrap().len(), 1);
    let detail = async |id: &str| -> Value {
        serde_json::from_str(&app.text(&format!("/v1/i/{}.json", tag(id.as_bytes()))).await).unwrap()
    };
    assert_eq!(detail("a").await, feed);
    let mut repeated = detail("b").await;
    assert_eq!(repeated["initiatives"][0]["id"], "b");
    // It is the other one but for its name, and for who says the same.
    repeated["initiatives"][0]["id"] = json!("a");
    repeated["initiatives"][0]["sameAs"] = feed["initiatives"][0]["sameAs"].clone();
    assert_eq!(repeated, feed);
    let reading = alentour_formats::read(detail("b").await.to_string().as_bytes()).unwrap();
    assert_eq!((reading.feed.initiatives[0].description.as_str(), reading.findings), ("Une soupe.", vec![]));
}

#[tokio::test]
async fn without_any_feed_that_can_be_read_there_are_no_tiles() {
    let folder = tempfile::tempdir().unwrap();
    let source = Source::File(folder.path().join("none.json"));
    let app = App::start_with(folder, vec![source]).await;
    for path in ["/v1/tiles.txt", "/v1/i/00000000000000000000.json"] {
        assert_eq!(app.get(path).await.status(), 503);
    }
}

#[tokio::test]
async fn a_feed_of_nothing_has_an_index_of_no_tiles() {
    let app = App::start_announcing(json!({ "initiatives": [] }), "").await;
    let index = app.index().await;
    assert_eq!((index.count, index.tiles()), (0, 0));
    let soonest = app.text(&format!("/v1/t/{}/soonest.txt", index.version)).await;
    assert_eq!(decode(&soonest).unwrap().len(), 0);
}
