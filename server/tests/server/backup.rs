//! `alentour backup`, `restore`, `migrate`, `purge`, as an operator runs them.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use alentour_server::store::{Erasure, postgres, sqlite};
use serde_json::json;

use crate::app::{App, MAILING, SECRET, database, feed, form, key, postgres_database, seat, secret};
use crate::command::{alentour, text};
use crate::stores::count;

/// The back-up in that folder, made by this command.
pub fn back_up(app: &App, folder: &Path) -> PathBuf {
    let said = text(&alentour(&["backup", "--database", &database(&app.folder), folder.to_str().unwrap()]));
    let (path, _) = said.split_once(": ").unwrap();
    path.into()
}

async fn sign_up(app: &App, name: &str) {
    assert_eq!(app.post(&key(name), &form(&format!("{name}@example.org"))).await.0, 201);
}

async fn erase(app: &App, name: &str) {
    let email = alentour_model::EmailAddress::parse(&format!("{name}@example.org")).unwrap();
    let email_h = app.store.secret().email_h(&email);
    assert_eq!(app.store.erase(&Erasure::Person(email_h), 0).await.unwrap(), 1);
}

fn unzipped(path: &Path) -> String {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()).read_to_string(&mut text).unwrap();
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_backed_up_returns_and_who_was_erased_since_does_not() {
    let app = App::start_settled(MAILING).await;
    for name in ["zoe", "max"] {
        sign_up(&app, name).await;
    }
    assert_eq!(app.post(&key("seat"), &seat("max@example.org")).await.0, 201);
    let folder = tempfile::tempdir().unwrap();
    let first = back_up(&app, folder.path());
    // Max leaves one of two, Zoé leaves altogether, Léa comes.
    erase(&app, "zoe").await;
    let max = alentour_model::EmailAddress::parse("max@example.org").unwrap();
    let max = app.store.secret().email_h(&max);
    let petition = app.signups("petition").await.into_iter().find(|one| one.email_h == max).unwrap().id;
    app.store.erase(&Erasure::One(max, petition), 0).await.unwrap();
    sign_up(&app, "lea").await;
    // Another second, another name.
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    let second = back_up(&app, folder.path());
    assert_ne!(first, second);

    for (path, stays, left_out) in [(&first, 1, Some(2)), (&second, 2, None)] {
        let target = tempfile::tempdir().unwrap();
        let said = text(&alentour(&["restore", "--database", &database(&target), path.to_str().unwrap()]));
        let missing = said.lines().nth(1).map(|line| line.split(' ').next().unwrap().parse().unwrap());
        assert_eq!(missing, left_out, "{said}");
        let store = sqlite::open(&database(&target), &secret()).await.unwrap();
        assert_eq!(store.count(None).await.unwrap().signups, stays, "{said}");
        // The newest keys know Léa; the first back-up does not, and nothing would ever erase her.
        assert_eq!(count(&(store.clone() as _), "persons").await as u64, stays, "{said}");
        let stored = store.of_person(&max).await.unwrap();
        let [stored] = &stored[..] else { panic!("{} of Max's", stored.len()) };
        assert_eq!((stored.initiative.as_str(), stored.consents.len()), ("atelier", 2));
        // The keys are there too: a retry from before the back-up signs up once.
        assert!(store.answered(&key("seat")).await.unwrap().is_some());
        assert!(store.answered(&key("zoe")).await.unwrap().is_none());
        // Nor those of one sign-up of somebody who has another.
        assert!(store.answered(&key("max")).await.unwrap().is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_back_up_tells_nothing_in_clear_and_its_sign_ups_nothing_without_the_keys() {
    let app = App::start().await;
    assert_eq!(app.post(&key("a"), &form("zoe@example.org")).await.0, 201);
    let folder = tempfile::tempdir().unwrap();
    let path = back_up(&app, folder.path());
    let (signups, keys) = (unzipped(&path), unzipped(&folder.path().join("keys.jsonl.gz")));
    for clear in ["zoe", "Zoé", "Mbarek", SECRET] {
        assert!(!signups.contains(clear) && !keys.contains(clear), "{clear}");
    }
    assert!(!signups.contains("\"persons\"") && keys.contains("\"persons\""));
    #[cfg(unix)]
    for path in [&path, &folder.path().join("keys.jsonl.gz")] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o077, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_back_up_or_one_of_another_installation_writes_nothing() {
    let app = App::start().await;
    for i in 0..30 {
        sign_up(&app, &format!("p{i}")).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = back_up(&app, folder.path());
    let whole = std::fs::read(&path).unwrap();
    let shorter: String = unzipped(&path)
        .lines()
        .filter(|line| !line.starts_with("[\"answered"))
        .fold(String::new(), |text, line| text + line + "\n");
    let mut without_rows = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    without_rows.write_all(shorter.as_bytes()).unwrap();
    // Not one bit, wherever it is: some of them change a digit, and the lines stay lines.
    let flipped = |at: usize| {
        let mut flipped = whole.clone();
        flipped[whole.len() * at / 10] ^= 4;
        flipped
    };
    for (name, bytes) in [
        ("cut off", whole[..whole.len() - 20].to_vec()),
        ("flipped in the first half", flipped(3)),
        ("flipped in the middle", flipped(5)),
        ("flipped in the second half", flipped(8)),
        ("rows left out", without_rows.finish().unwrap()),
        ("empty", Vec::new()),
        ("something else", b"hello".to_vec()),
    ] {
        let target = tempfile::tempdir().unwrap();
        let damaged = target.path().join("damaged.jsonl.gz");
        std::fs::write(&damaged, bytes).unwrap();
        let keys = folder.path().join("keys.jsonl.gz");
        let arguments = [
            "restore",
            "--database",
            &database(&target),
            damaged.to_str().unwrap(),
            "--keys",
            keys.to_str().unwrap(),
        ];
        let output = alentour(&arguments);
        assert!(!output.status.success(), "{name}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("damaged.jsonl.gz"), "{name}");
        let store = sqlite::open(&database(&target), &secret()).await.unwrap();
        assert_eq!(store.count(None).await.unwrap().signups, 0, "{name}");
    }
    // Into a database that has sign-ups: refused too.
    let output = alentour(&["restore", "--database", &database(&app.folder), path.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("30 sign-ups already"));
    // With another secret.
    let target = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_alentour"));
    command.args(["restore", "--database", &database(&target), path.to_str().unwrap()]);
    let output = command.env("ALENTOUR_SECRET", "another secret, and long enough").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("another secret"));
    // With none.
    let output = command.env_remove("ALENTOUR_SECRET").output().unwrap();
    assert!(!output.status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_moves_to_postgres_and_goes_on_there() {
    let app = App::start_settled(MAILING).await;
    for i in 0..20 {
        sign_up(&app, &format!("p{i}")).await;
    }
    let to = postgres_database().await;
    let said = text(&alentour(&["migrate", "--database", &database(&app.folder), "--to", &to]));
    assert!(
        said.contains("20 signups") && said.contains("40 consents") && said.contains("20 outbox"),
        "{said}"
    );
    let store = postgres::open(&to, &secret()).await.unwrap();
    let stored = store.page("petition", None).await.unwrap().0;
    assert_eq!(stored.len(), 20);
    assert!(stored.iter().any(|stored| stored.person.email == "p7@example.org"));
    // It goes on there: a new form is stored, a retry of an old one is not, and a seat is given.
    let folder = tempfile::tempdir().unwrap();
    let moved = App::start_storing(store.clone(), folder, feed(), MAILING).await;
    sign_up(&moved, "new").await;
    sign_up(&moved, "p7").await;
    assert_eq!(moved.post(&key("seat"), &seat("p8@example.org")).await.0, 201);
    let stored = store.page("petition", None).await.unwrap().0;
    assert_eq!(stored.len(), 21);
    assert!(stored.iter().any(|stored| stored.person.email == "new@example.org"));
    assert_eq!(store.count(Some("atelier")).await.unwrap().signups, 1);
    assert_eq!(store.backlog().await.unwrap().waiting, 22);
    let pool = sqlx::PgPool::connect(&to).await.unwrap();
    let written: i64 = sqlx::query_scalar("SELECT count(*) FROM signups").fetch_one(&pool).await.unwrap();
    assert_eq!(written, 22, "written there, and not to the database that it came from");
    assert_eq!(app.number("SELECT count(*) FROM signups").await, 20);
    // Not a second time onto the first.
    let output = alentour(&["migrate", "--database", &database(&app.folder), "--to", &to]);
    assert!(!output.status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_long_enough_is_purged_by_hand_too() {
    let app = App::start_settled("[retention]\ndays = 0\ninitiatives = { atelier = 30 }").await;
    sign_up(&app, "zoe").await;
    assert_eq!(app.post(&key("seat"), &json!(seat("max@example.org"))).await.0, 201);
    let said = text(&alentour(&["purge", "--database", &database(&app.folder)]));
    assert_eq!(said, "1\n");
    assert_eq!(app.signups("petition").await.len(), 0);
    assert_eq!(app.signups("atelier").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_erased_by_hand_by_an_address_that_no_list_of_processes_shows() {
    let app = App::start_settled(MAILING).await;
    for name in ["zoe", "max"] {
        sign_up(&app, name).await;
    }
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_alentour"));
    command.args(["signups", "erase", "--database", &database(&app.folder)]).env("ALENTOUR_SECRET", SECRET);
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut erase = |line: &str| {
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    assert_eq!(text(&erase(" Zoe@Example.org \n")), "1\n");
    assert_eq!(text(&erase("zoe@example.org\n")), "0\n");
    assert!(!erase("zoe\n").status.success());
    let stored = app.signups("petition").await;
    assert_eq!((stored.len(), stored[0].person.email.as_str()), (1, "max@example.org"));
}
