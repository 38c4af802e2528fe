//! The other commands: `signups`, `check`, `convert`.

use std::io::Write;
use std::process::{Command, Output};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::app::{App, SECRET, database, form, key};

pub fn alentour(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alentour"));
    command.args(arguments).env("ALENTOUR_SECRET", SECRET).output().unwrap()
}

pub fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[tokio::test]
async fn an_export_holds_every_sign_up_and_runs_no_formula() {
    let app = App::start().await;
    let mut evil = form("zoe@example.org");
    evil["givenName"] = json!("=HYPERLINK(\"http://evil.example\")");
    evil["familyName"] = json!("＝1+1");
    evil["telephone"] = json!("+33 6 12 34 56 78");
    evil["message"] = json!("@SUM(1);\n\"guillemets\"");
    evil["answers"] = json!([{ "question": "niveau", "value": "-2+3" }]);
    assert_eq!(app.post(&key("a"), &evil).await.0, 201);
    let mut young = form("max@example.org");
    young["under15"] = json!(true);
    assert_eq!(app.post(&key("b"), &young).await.0, 422);
    young["guardianAgrees"] = json!(true);
    assert_eq!(app.post(&key("b"), &young).await.0, 201);

    let export = |format: &str| {
        alentour(&[
            "signups",
            "export",
            "--database",
            &database(&app.folder),
            "--initiative",
            "petition",
            "--format",
            format,
        ])
    };
    let table = text(&export("csv"));
    let mut csv = csv::Reader::from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    let headers = csv.headers().unwrap().clone();
    let mut rows: Vec<_> = csv.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    let email = headers.iter().position(|h| h == "e-mail").unwrap();
    rows.sort_by_key(|row| row[email] != *"zoe@example.org");
    let cell =
        |row: usize, name: &str| rows[row].get(headers.iter().position(|h| h == name).unwrap()).unwrap();
    assert_eq!(cell(0, "given name"), "'=HYPERLINK(\"http://evil.example\")");
    assert_eq!(cell(0, "family name"), "'＝1+1");
    assert_eq!(cell(0, "telephone"), "'+33 6 12 34 56 78");
    assert_eq!(cell(0, "message"), "'@SUM(1);\n\"guillemets\"");
    assert_eq!(cell(0, "niveau"), "'-2+3");
    assert_eq!(cell(0, "consents"), "contact (2026-09)");
    assert_eq!((cell(1, "e-mail"), cell(1, "niveau")), ("max@example.org", ""));
    assert_eq!((cell(0, "under 15"), cell(1, "under 15")), ("", "yes"));

    let objects: Value = serde_json::from_str(&text(&export("json"))).unwrap();
    let mut objects = objects.as_array().unwrap().clone();
    objects.sort_by_key(|one| one["email"] != "zoe@example.org");
    assert_eq!((objects[0]["id"].as_str().unwrap(), &objects[1]["under15"]), (cell(0, "id"), &json!(true)));
    assert_eq!(objects[0]["telephone"], "+33 6 12 34 56 78");
    assert_eq!(objects[1]["consents"], json!([{ "id": "contact", "version": "2026-09" }]));
}

#[tokio::test]
async fn sign_ups_are_counted_while_the_server_runs() {
    let app = App::start().await;
    app.post(&key("a"), &form("zoe@example.org")).await;
    app.post(&key("b"), &crate::app::seat("zoe@example.org")).await;
    let url = database(&app.folder);
    assert_eq!(text(&alentour(&["signups", "count", "--database", &url])), "2\n");
    assert_eq!(text(&alentour(&["signups", "count", "--database", &url, "--initiative", "atelier"])), "1\n");
}

#[test]
fn a_misspelt_database_is_an_error_and_not_an_empty_export() {
    let folder = tempfile::tempdir().unwrap();
    let output = alentour(&["signups", "count", "--database", &database(&folder)]);
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("no such file"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_feed_is_checked_and_converted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feed.json");
    let path = path.to_str().unwrap();
    std::fs::write(path, r#"{"initiatives": [{"id": "a", "name": "A"}, {"name": "sans identifiant"}]}"#)
        .unwrap();
    let check = alentour(&["check", path, "--lang", "fr"]);
    assert_eq!(check.status.code(), Some(1));
    assert!(String::from_utf8(check.stdout).unwrap().contains("aucun identifiant"));
    let feed: Value = serde_json::from_str(&text(&alentour(&["convert", path]))).unwrap();
    assert_eq!((&feed["alentour"], &feed["initiatives"][0]["id"]), (&json!("1"), &json!("a")));
    std::fs::write(path, r#"{"initiatives": [{"id": "a", "name": "A"}]}"#).unwrap();
    assert_eq!(alentour(&["check", path]).status.code(), Some(0));
    assert_eq!(alentour(&["check", "/nowhere/feed.json"]).status.code(), Some(2));
}

/// Twenty thousand missions, 6 MB, with a bad one and one that comes again.
fn large(path: &std::path::Path) {
    let text = "<p>Deux heures par semaine suffisent.</p>".repeat(3);
    let mut feed = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    write!(feed, "{{\"ok\":true,\"data\":[").unwrap();
    for number in 0..20_000 {
        let mut item = json!({"id": number, "title": format!("Aide aux devoirs {number}"), "domain": "education",
            "applicationUrl": format!("https://example.org/{number}"), "descriptionHtml": text,
            "addresses": [{"city": "Lyon", "postalCode": "69007", "location": {"lat": 45.73, "lon": 4.84}}]});
        match number {
            500 => item["title"] = json!(""),
            19_999 => item["id"] = json!(3),
            _ => {}
        }
        write!(feed, "{}{item}", if number > 0 { "," } else { "" }).unwrap();
    }
    write!(feed, "],\"total\":20000}}").unwrap();
}

#[test]
fn a_large_feed_is_converted_in_little_memory_and_as_if_it_were_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (path, out) = (folder.path().join("feed.json"), folder.path().join("canonical.json"));
    large(&path);
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_alentour"))
        .arg("convert")
        .arg(&path)
        .arg("--output")
        .arg(&out)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
        peak = peak.max(kilobytes.unwrap_or(0));
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{said}");
    assert!(said.contains("2 of 20000 items were left out") && said.contains("item 501 500"), "{said}");
    assert!(!said.contains('\r'), "nobody watches: {said:?}");
    // Some 20 MB are the program's own, and 2 each of the stretches that are read at once, 8 at most. No place has to be looked up: the
    // gazetteer would take 30 more.
    assert!(peak < 60_000, "{peak} kB of memory");

    let mut whole = alentour_formats::read(&std::fs::read(&path).unwrap()).unwrap();
    alentour_server::feeds::complete(&mut whole);
    let written = std::fs::read(&out).unwrap();
    assert_eq!(alentour_formats::read(&written).unwrap().feed.initiatives, whole.feed.initiatives);
    let folder: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(folder.len(), 2, "nothing half written stays: {folder:?}");
}

#[test]
fn a_feed_comes_through_a_pipe_and_what_is_no_feed_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.json");
    let convert = |feed: &[u8]| {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_alentour"))
            .args(["convert", "-", "--output"])
            .arg(&out)
            .stdin(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(feed).unwrap();
        child.wait_with_output().unwrap()
    };
    // Its time zone stands behind its items, and counts for all of them.
    let item = |n: u32| json!({"id": n.to_string(), "name": "Bal", "description": "x".repeat(200), "startDate": "2031-05-02T10:00"});
    let items: Vec<_> = (0..3000).map(|n| item(n).to_string()).collect();
    let feed = format!("{{\"initiatives\": [{}], \"timeZone\": \"Indian/Reunion\"}}", items.join(","));
    assert!(convert(feed.as_bytes()).status.success());
    let written = std::fs::read(&out).unwrap();
    assert_eq!(
        alentour_formats::read(&written).unwrap().feed,
        alentour_formats::read(feed.as_bytes()).unwrap().feed
    );
    std::fs::remove_file(&out).unwrap();
    let cut = convert(&feed.as_bytes()[..feed.len() - 300]);
    assert!(String::from_utf8(cut.stderr).unwrap().contains("breaks off at line 1"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn columns_of_a_table_are_shown_and_set_right() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("actions.csv");
    let path = path.to_str().unwrap();
    std::fs::write(path, "Nom de la structure;Objet;Le;Ville\nLes Amis;Marche;28/11/2026;Lyon\n").unwrap();
    let said = text(&alentour(&["check", path]));
    assert!(said.contains("Objet = titre") && said.contains("Le = non lue"), "{said}");
    let columns = "Nom de la structure=organisation, Le=date";
    let feed = text(&alentour(&["convert", path, "--columns", columns]));
    let feed: Value = serde_json::from_str(&feed).unwrap();
    assert_eq!(feed["initiatives"][0]["organizer"]["name"], "Les Amis");
    assert_eq!(feed["initiatives"][0]["sessions"][0]["startDate"], "2026-11-28");
    for (wrong, named) in [("Structur=organisation", "Nom de la structure, Objet"), ("Le=zut", "organizer")] {
        let output = alentour(&["check", path, "--columns", wrong]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(named), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feed_at_an_address_is_examined_page_by_page_and_shown_as_cards() {
    let host = crate::feed_pages::Host::start().await;
    let item = |id: u32, name: &str| {
        json!({"state": "updated", "kind": "Event", "id": id, "modified": 1, "data": {"@type": "Event", "name": name,
            "url": "https://example.org/a", "startDate": "2031-05-02",
            "location": {"@type": "Place", "address": {"postalCode": "69007", "addressLocality": "Lyon", "addressCountry": "FR"}}}})
    };
    host.put("/feed", json!({"next": "/feed?1", "items": [item(1, "Bal <b>populaire</b>")]}));
    host.put("/feed?1", json!({"next": "/feed?2", "items": [item(2, "Repas")]}));
    let folder = tempfile::tempdir().unwrap();
    let html = folder.path().join("sante.html");
    let (url, html) = (format!("{}/feed", host.address), html.to_str().unwrap().to_owned());
    let run = |arguments: Vec<String>| {
        let task = move || alentour(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        tokio::task::spawn_blocking(task)
    };
    let check = |more: &[&str]| {
        let more = more.iter().map(|one| (*one).to_owned());
        run(["check".to_owned(), url.clone(), "--allow-private-feeds".into()]
            .into_iter()
            .chain(more)
            .collect())
    };
    // The third page is missing: what is before it counts, and the check fails.
    let output = check(&["--html", &html]).await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("2 initiatives lues sur 2") && said.contains("n’a pas été lu en entier"), "{said}");
    host.put("/feed?2", json!({"next": "/feed?2", "items": []}));
    let output = check(&["--json", "--html", &html]).await.unwrap();
    assert_eq!(output.status.code(), Some(0));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["kept"], &report["incomplete"]), (&json!(2), &Value::Null), "{report}");
    // Each of the two has a place that was looked up.
    let located = |finding: &&Value| finding["value"] == "69007 Lyon 7e";
    assert_eq!(report["findings"].as_array().unwrap().iter().filter(located).count(), 2, "{report}");
    let page = std::fs::read_to_string(&html).unwrap();
    assert!(
        page.contains("Repas") && page.contains("<bdi>Lyon</bdi>") && page.contains("ven. 2 mai 2031"),
        "{page}"
    );
    assert!(!page.contains("<script") && !page.contains("<b>populaire"), "{page}");
    // Without the option it is an address in somebody's network.
    let output = run(vec!["check".into(), url.clone()]).await.unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stdout).unwrap().contains("réseau privé"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_s_feed_is_examined_on_a_page_that_calls_nothing_private() {
    let host = crate::feed_pages::Host::start().await;
    host.put(
        "/feed",
        json!({"initiatives": [{"id": "a", "name": "<script>alert(1)</script>", "kind": "gathering"}]}),
    );
    let app = App::start().await;
    let empty = app.get("/check?lang=en").await;
    let policy = empty.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(
        policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert!(empty.text().await.unwrap().contains("Address of your feed"));
    let private = app.get(&format!("/check?feed={}/feed", host.address)).await.text().await.unwrap();
    assert!(private.contains("aucune adresse publique"), "{private}");
    for no in ["/etc/passwd", "file:///etc/passwd", "\"><script>"] {
        let feed: String = url::form_urlencoded::byte_serialize(no.as_bytes()).collect();
        let answer = app.get(&format!("/check?feed={feed}")).await;
        assert_eq!(answer.status(), 422, "{no}");
        let page = answer.text().await.unwrap();
        assert!(!page.contains("root:") && !page.contains("<script"), "{page}");
    }

    // Where private addresses may be called: what the page says of a feed.
    std::fs::create_dir_all(app.path("dist/v1/a")).unwrap();
    std::fs::write(app.path("dist/v1/a/pages.0123456789.css"), ".card{gap:7px}").unwrap();
    let mut state = app.state.clone();
    state.checks.allow_private = true;
    let address = format!("{}/check", crate::app::serve(state).await);
    let form = format!("lang=fr&feed={}/feed", host.address);
    let answer = app.client.post(&address).body(form).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let page = answer.text().await.unwrap();
    assert!(
        page.contains("1 initiative lue sur 1") && page.contains("Rassemblements et formations sans date"),
        "{page}"
    );
    assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script"), "{page}");
    // Its cards are the widget's, in a sheet that the policy names.
    assert!(page.contains("<li class=\"card\"") && page.contains("data-kind=\"gathering\""), "{page}");
    let (_, style) = page.split_once("<style>").unwrap();
    let style = style.split_once("</style>").unwrap().0;
    let hash = BASE64_STANDARD.encode(Sha256::digest(style));
    assert!(style.contains(".preview{.card{gap:7px}}"), "{style}");
    assert!(policy.contains(&format!("style-src 'sha256-{hash}'")), "{policy}");
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_reads_the_database() {
    use std::os::unix::fs::PermissionsExt;
    let app = App::start().await;
    app.post(&key("a"), &form("zoe@example.org")).await;
    for name in ["signups.db", "signups.db-wal", "signups.db-shm"] {
        let mode = std::fs::metadata(app.path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}: {mode:o}");
    }
}
