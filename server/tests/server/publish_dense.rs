//! `alentour publish` with a feed whose records are so short that it takes many times its bytes in memory.

use std::collections::BTreeSet;
use std::path::Path;

use alentour_model::{tile, tiles};
use alentour_server::feeds::Source;
use serde_json::{Value, json};

use crate::app::App;
use crate::command::{alentour, text};
use crate::feed_pages::Host;

/// Bytes up to which a feed is read whole where that is enough.
const SMALL: usize = 4 << 20;

/// So many initiatives with an identifier, a title, a kind and a place; and each with so many fields of the publisher's own, of which nothing is
/// kept: an object of one field takes some hundred times its bytes.
fn dense(count: usize, own: usize) -> Value {
    let one = |n: usize| {
        let place =
            json!({ "latitude": 43.0 + (n % 700) as f64 / 100.0, "longitude": (n / 700) as f64 / 10.0 });
        json!({ "id": n.to_string(), "name": format!("Action {n}"), "kind": "group", "location": place,
            "own": vec![json!({ "n": 1 }); own] })
    };
    json!({ "alentour": "1", "name": "Essai", "initiatives": (0..count).map(one).collect::<Vec<_>>() })
}

/// Publishes what is there into a folder within that one, and says what was said on standard error.
fn publish(source: &str, folder: &Path) -> String {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    std::fs::create_dir_all(path("dist/v1/a")).unwrap();
    std::fs::write(path("dist/v1/alentour.js"), "tag").unwrap();
    let (site, bundle) = (path("site"), path("dist"));
    let output = alentour(&["publish", source, &site, "--bundle", &bundle, "--allow-private-feeds"]);
    text(&output);
    String::from_utf8(output.stderr).unwrap()
}

/// Whether each of so many initiatives is in the tiles of a site, in its feed, and has its files.
fn assert_has_all(site: &Path, count: usize) {
    let expected: BTreeSet<String> = (0..count).map(|n| n.to_string()).collect();
    let read = |name: &str| std::fs::read_to_string(site.join(name)).unwrap();
    let index = tiles::Index::parse(&read("v1/tiles.txt")).unwrap();
    let cards = (0..index.tiles())
        .flat_map(|number| tile::decode(&read(&format!("v1/t/{}/{number}.txt", index.version))).unwrap());
    let found: BTreeSet<String> = cards.map(|(_, initiative)| initiative.id).collect();
    assert!(found == expected, "{} of {count} are in the tiles", found.len());
    let feed: Value = serde_json::from_str(&read("feed.json")).unwrap();
    assert_eq!(feed["initiatives"].as_array().unwrap().len(), count);
    for folder in ["i", "v1/i"] {
        assert_eq!(std::fs::read_dir(site.join(folder)).unwrap().count(), count, "{folder}");
    }
}

#[test]
fn each_initiative_of_a_dense_feed_is_in_the_tiles_however_short_the_feed_is() {
    // Some 200 MB each, where a document of that length may take 96.
    for (count, own, is_small) in [(2000, 120, true), (2500, 220, false)] {
        let folder = tempfile::tempdir().unwrap();
        let feed = dense(count, own).to_string();
        assert_eq!(feed.len() < SMALL, is_small, "{}", feed.len());
        let file = folder.path().join("feed.json");
        std::fs::write(&file, feed).unwrap();
        let said = publish(file.to_str().unwrap(), folder.path());
        assert_has_all(&folder.path().join("site"), count);
        assert_eq!(said, "");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_serves_what_is_published_of_a_dense_feed() {
    let folder = tempfile::tempdir().unwrap();
    let (file, site) = (folder.path().join("dense.json"), tempfile::tempdir().unwrap());
    std::fs::write(&file, dense(1000, 240).to_string()).unwrap();
    publish(file.to_str().unwrap(), site.path());
    let app = App::start_with(folder, vec![Source::File(file)]).await;
    let published = std::fs::read_to_string(site.path().join("site/feed.json")).unwrap();
    assert!(app.get("/v1/feed.json").await.text().await.unwrap() == published);
    assert_has_all(&site.path().join("site"), 1000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dense_feed_at_an_address_is_published_whole() {
    let host = Host::start().await;
    for (path, count, own) in [("/small", 1000, 240), ("/large", 1000, 600)] {
        let folder = tempfile::tempdir().unwrap();
        host.put(path, dense(count, own));
        let address = format!("{}{path}", host.address);
        let said = publish(&address, folder.path());
        assert_has_all(&folder.path().join("site"), count);
        assert_eq!(said, "");
    }
}
