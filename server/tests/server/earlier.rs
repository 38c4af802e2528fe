//! The widget's files of earlier releases.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, SystemTime};

use alentour_server::bundle::Bundle;
use alentour_server::bundle::earlier::EarlierReleases;
use axum::http::HeaderMap;
use http_body_util::BodyExt;

use crate::app::{App, database};
use crate::process::Process;

const OLD: &str = "/v1/a/app.1111111111.js";

/// Makes a release of that application the current one.
async fn release(app: &App, hash: &str) {
    let dist = app.path("dist");
    let _ = fs::remove_dir_all(&dist);
    fs::create_dir_all(dist.join("v1/a/gazetteer-0123456789/fr")).unwrap();
    for (name, text) in [
        ("v1/alentour.js".to_owned(), "tag"),
        (format!("v1/a/app.{hash}.js"), hash),
        (format!("v1/a/app.{hash}.js.br"), "in brotli"),
        ("v1/a/gazetteer-0123456789/fr/index.txt".to_owned(), "69"),
    ] {
        fs::write(dist.join(name), text).unwrap();
    }
    keep(app).await;
}

async fn keep(app: &App) {
    let (earlier, folder, dist) = (app.state.earlier.clone(), app.path("kept"), app.path("dist"));
    let keep = move || earlier.keep(&folder, &Bundle::Directory(dist));
    tokio::task::spawn_blocking(keep).await.unwrap().unwrap();
}

fn packs(app: &App) -> Vec<PathBuf> {
    let entries = fs::read_dir(app.path("kept")).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|ending| ending == "pack")).collect()
}

async fn status(app: &App, path: &str) -> u16 {
    app.get(path).await.status().as_u16()
}

#[tokio::test]
async fn a_pinned_tag_of_an_earlier_version_is_there_as_long_as_its_files_are() {
    let app = App::start().await;
    fs::create_dir_all(app.path("kept")).unwrap();
    let files = [
        ("v0.0.9/alentour.js", "the tag of 0.0.9"),
        ("v1/a/app.9999999999.js", "9"),
        ("v0.0.9/a.html", "<p>"),
    ];
    let list: String = files.iter().map(|(name, text)| format!("{name}\t{}\n", text.len())).collect();
    let bytes: String = files.iter().map(|(_, text)| *text).collect();
    let pack = app.path("kept/0123456789abcdef0123.pack");
    fs::write(&pack, format!("alentour bundle 1\n{}\n{list}{bytes}", files.len())).unwrap();
    release(&app, "1111111111").await;
    let answer = app.get("/v0.0.9/alentour.js").await;
    assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(answer.headers()["access-control-allow-origin"], "*");
    assert_eq!(answer.text().await.unwrap(), "the tag of 0.0.9");
    assert_eq!(status(&app, "/v1/a/app.9999999999.js").await, 200);
    assert_eq!(status(&app, "/v0.0.9/a.html").await, 404);
    let said = app.get("/v0.0.8/alentour.js").await.text().await.unwrap();
    assert!(said.contains("It has 0.0.9, "), "{said}");
    // This release keeps its own, for the ones to come.
    let own = packs(&app).into_iter().find(|path| *path != pack).unwrap();
    let own = fs::read_to_string(own).unwrap();
    assert!(
        own.contains(concat!("v", env!("CARGO_PKG_VERSION"), "/alentour.js\t3\n")) && own.contains("tag"),
        "{own}"
    );
}

#[tokio::test]
async fn a_cached_tag_finds_the_files_of_its_release_after_an_upgrade() {
    let app = App::start().await;
    release(&app, "1111111111").await;
    release(&app, "2222222222").await;
    let answer = app
        .client
        .get(format!("{}{OLD}", app.address))
        .header("accept-encoding", "gzip")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(answer.headers()["content-type"], "text/javascript; charset=utf-8");
    assert_eq!(answer.headers()["cross-origin-resource-policy"], "cross-origin");
    assert_eq!(answer.text().await.unwrap(), "1111111111");
    let answer =
        app.client.get(format!("{}{OLD}", app.address)).header("accept-encoding", "br").send().await.unwrap();
    assert_eq!(answer.headers()["content-encoding"], "br");
    assert_eq!(answer.bytes().await.unwrap(), "in brotli");
    assert_eq!(app.get("/v1/a/app.2222222222.js").await.text().await.unwrap(), "2222222222");
    for path in
        ["/v1/a/app.3333333333.js", "/v1/a/app.1111111111.js.br", "/v1/a/", "/v1/a/..%2f..%2ffeed.json"]
    {
        assert_eq!(status(&app, path).await, 404, "{path}");
    }
    // A release that comes back is not written again.
    release(&app, "1111111111").await;
    assert_eq!(packs(&app).len(), 2);
    assert_eq!(status(&app, "/v1/a/app.2222222222.js").await, 200);
}

#[tokio::test]
async fn a_release_that_was_current_more_than_30_days_ago_is_gone() {
    let app = App::start().await;
    release(&app, "1111111111").await;
    let old = packs(&app).remove(0);
    release(&app, "2222222222").await;
    for (days, expected) in [(29, 200), (31, 404)] {
        let then = SystemTime::now() - Duration::from_secs(days * 86_400);
        File::options().append(true).open(&old).unwrap().set_modified(then).unwrap();
        keep(&app).await;
        assert_eq!((status(&app, OLD).await, old.exists()), (expected, expected == 200), "{days}");
    }
    // What is current stays, however long ago the server was started.
    let then = SystemTime::now() - Duration::from_secs(90 * 86_400);
    File::options().append(true).open(&packs(&app)[0]).unwrap().set_modified(then).unwrap();
    keep(&app).await;
    release(&app, "3333333333").await;
    assert_eq!(status(&app, "/v1/a/app.2222222222.js").await, 200);
}

#[tokio::test]
async fn nothing_else_that_lies_in_the_folder_is_served() {
    let app = App::start().await;
    release(&app, "1111111111").await;
    let whole = fs::read(packs(&app).remove(0)).unwrap();
    let pack = packs(&app).remove(0);
    release(&app, "2222222222").await;
    assert_eq!(status(&app, OLD).await, 200);
    let kept = app.path("kept");
    fs::create_dir_all(kept.join("v1/a")).unwrap();
    fs::write(kept.join("v1/a/secret.txt"), "secret").unwrap();
    assert_eq!(status(&app, "/v1/a/secret.txt").await, 404);

    // Cut off, prolonged, of something else; each time the other release and the server go on.
    let large = String::from_utf8(whole.clone()).unwrap().replacen("js\t10", "js\t99999999999", 1);
    let outside = String::from_utf8(whole.clone()).unwrap().replacen("v1/a/app", "v1/b/app", 1);
    let garbage = [&whole[..whole.len() - 1], &[&whole[..], b"x"].concat(), b"", b"\xff", large.as_bytes()];
    for bytes in garbage {
        fs::write(&pack, bytes).unwrap();
        keep(&app).await;
        assert_eq!(status(&app, OLD).await, 404, "{}", String::from_utf8_lossy(bytes));
    }
    fs::write(&pack, outside).unwrap();
    keep(&app).await;
    assert_eq!(status(&app, "/v1/b/app.1111111111.js").await, 404);

    // A page is no file of a release, whatever a pack says; what else it holds is.
    for ending in ["html", "svg", "xhtml", "js.html", "html.br"] {
        let page = String::from_utf8(whole.clone())
            .unwrap()
            .replace("v1/a/app.1111111111.js.br\t9", &format!("v1/a/app.1111111111.{ending}\t9"));
        assert_ne!(page.as_bytes(), whole);
        fs::write(&pack, page).unwrap();
        keep(&app).await;
        assert_eq!(status(&app, &format!("/v1/a/app.1111111111.{ending}")).await, 404, "{ending}");
        assert_eq!(status(&app, OLD).await, 200);
    }

    // A link to a pack is none, under its own name neither.
    fs::write(app.path("elsewhere"), &whole).unwrap();
    fs::remove_file(&pack).unwrap();
    std::os::unix::fs::symlink(app.path("elsewhere"), &pack).unwrap();
    keep(&app).await;
    assert_eq!(status(&app, OLD).await, 404);
    fs::remove_file(&pack).unwrap();
    fs::write(&pack, &whole).unwrap();
    keep(&app).await;
    assert_eq!(status(&app, OLD).await, 200);
}

#[tokio::test]
async fn who_has_a_file_or_asks_for_its_head_costs_no_reading() {
    let app = App::start().await;
    release(&app, "1111111111").await;
    let pack = packs(&app).remove(0);
    release(&app, "2222222222").await;
    let ask = |method: &str, known: &str| {
        let request = app.client.request(method.parse().unwrap(), format!("{}{OLD}", app.address));
        request.header("accept-encoding", "br").header("if-none-match", known).send()
    };
    let tag = ask("GET", "").await.unwrap().headers()["etag"].to_str().unwrap().to_owned();
    assert!(tag.ends_with("-br\""), "{tag}");
    // What is not there any more cannot be read.
    File::options().write(true).open(&pack).unwrap().set_len(0).unwrap();
    let known = ask("GET", &tag).await.unwrap();
    assert_eq!((known.status().as_u16(), &known.headers()["etag"]), (304, &tag.parse().unwrap()));
    let head = ask("HEAD", "").await.unwrap();
    assert_eq!((head.status().as_u16(), &head.headers()["content-length"]), (200, &"9".parse().unwrap()));
    // No part is taken for the whole: the connection ends, be it before the head or after it.
    let read = async { ask("GET", "").await?.bytes().await };
    assert!(read.await.is_err());
}

#[tokio::test]
async fn a_slow_reader_costs_a_chunk_and_not_a_file() {
    let app = App::start().await;
    release(&app, "1111111111").await;
    let large = vec![b'x'; 200_000];
    fs::write(app.path("dist/v1/a/app.4444444444.wasm"), &large).unwrap();
    keep(&app).await;
    let pack = packs(&app).into_iter().max_by_key(|pack| fs::metadata(pack).unwrap().len()).unwrap();
    release(&app, "2222222222").await;
    let answer = || app.state.earlier.respond("v1/a/app.4444444444.wasm", &HeaderMap::new()).unwrap();
    let (mut slow, mut whole) = (answer().into_body(), Vec::new());
    for _ in 0..2 {
        let chunk = slow.frame().await.unwrap().unwrap().into_data().unwrap();
        assert!(chunk.len() <= 64 << 10, "{}", chunk.len());
        whole.extend(chunk);
    }
    assert_eq!(whole, large[..whole.len()]);
    assert_eq!(answer().into_body().collect().await.unwrap().to_bytes(), large);
    // The rest was not read in advance: it is not to be had where the file has gone short.
    File::options().write(true).open(&pack).unwrap().set_len(whole.len() as u64).unwrap();
    assert!(slow.frame().await.unwrap().is_err());
}

#[tokio::test]
async fn what_a_stopped_write_has_left_is_removed_and_what_is_being_written_is_not() {
    let app = App::start().await;
    release(&app, "1111111111").await;
    let file = |name: &str, minutes: u64| {
        let path = app.path("kept").join(name);
        fs::write(&path, "half").unwrap();
        let then = SystemTime::now() - Duration::from_secs(minutes * 60);
        File::options().append(true).open(&path).unwrap().set_modified(then).unwrap();
        path
    };
    let left = file("0123456789abcdef0123.17.tmp", 11);
    let fresh = file("0123456789abcdef0123.18.tmp", 9);
    // What is not the server's stays, however old it is.
    let others = ["notes.tmp", "0123456789abcdef0123.tmp", "0123456789abcdef012.17.tmp"];
    let others = others.map(|name| file(name, 99_999));
    keep(&app).await;
    assert!(!left.exists() && fresh.exists() && others.iter().all(|other| other.exists()));
}

#[tokio::test]
async fn a_server_that_cannot_write_its_own_pack_serves_the_earlier_ones() {
    let app = App::start().await;
    release(&app, "1111111111").await;
    let first = packs(&app).remove(0);
    release(&app, "2222222222").await;
    let own = packs(&app).into_iter().find(|pack| *pack != first).unwrap();
    fs::remove_file(&own).unwrap();
    fs::create_dir(&own).unwrap();
    let fresh = EarlierReleases::default();
    assert!(fresh.keep(&app.path("kept"), &Bundle::Directory(app.path("dist"))).is_err());
    assert!(fresh.respond(&OLD[1..], &HeaderMap::new()).is_some());
}

#[tokio::test]
async fn servers_that_start_at_once_do_not_write_into_each_other_s_packs() {
    let app = App::start().await;
    release(&app, "1111111111").await;
    fs::write(app.path("dist/v1/a/app.4444444444.wasm"), vec![b'x'; 4 << 20]).unwrap();
    let (folder, dist) = (app.path("kept"), app.path("dist"));
    let start = std::sync::Barrier::new(6);
    std::thread::scope(|scope| {
        let server = || {
            start.wait();
            EarlierReleases::default().keep(&folder, &Bundle::Directory(dist.clone()))
        };
        let servers: Vec<_> = (0..6).map(|_| scope.spawn(server)).collect();
        for server in servers {
            server.join().unwrap().unwrap();
        }
    });
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 2);
    release(&app, "2222222222").await;
    assert_eq!(app.get("/v1/a/app.4444444444.wasm").await.bytes().await.unwrap().len(), 4 << 20);
}

#[tokio::test]
async fn the_folder_is_bounded() {
    let app = App::start().await;
    for number in 0..25 {
        release(&app, &format!("{number:010}")).await;
    }
    assert!(packs(&app).len() <= 20, "{}", packs(&app).len());
    assert_eq!(status(&app, "/v1/a/app.0000000023.js").await, 200);
}

#[test]
fn a_server_with_sqlite_keeps_its_release_beside_the_database() {
    let folder = tempfile::tempdir().unwrap();
    let _process =
        Process::start_as(&folder, &database(&folder), Command::new(env!("CARGO_BIN_EXE_alentour")));
    let kept = fs::read_dir(folder.path().join("signups.db.bundles")).unwrap().count();
    // Without a bundle (`cargo xtask build`) there is nothing to keep.
    assert_eq!(kept, usize::from(Bundle::embedded().is_built()));
}
