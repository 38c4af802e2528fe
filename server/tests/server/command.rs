//! The other commands: `signups`, `check`, `convert`.

use std::process::{Command, Output};

use serde_json::{Value, json};

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
    assert_eq!(app.post(&key("b"), &form("max@example.org")).await.0, 201);

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

    let objects: Value = serde_json::from_str(&text(&export("json"))).unwrap();
    let mut objects = objects.as_array().unwrap().clone();
    objects.sort_by_key(|one| one["email"] != "zoe@example.org");
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
    assert_eq!(alentour(&["check", "/nowhere/feed.json"]).status.code(), Some(1));
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
