//! `alentour secret rotate`, as an operator runs it.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use alentour_server::store::{self, Location, SecretSource, Store, rewrap_all};
use tempfile::TempDir;

use crate::app::{App, database, feed, form, key, postgres_database, seat};

/// Runs a command with the secret in that file.
fn alentour(secret: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alentour"));
    command.args(arguments).env_remove("ALENTOUR_SECRET").env("ALENTOUR_SECRET_FILE", secret);
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8(output.stderr.clone()).unwrap()
}

async fn open(url: &str, secret: &Path) -> Arc<dyn Store> {
    let location: Location = url.parse().unwrap();
    store::open(&location, &SecretSource::File(secret.to_owned())).await.unwrap()
}

/// A database with two sign-ups, its secret in a file of that folder.
async fn filled(folder: &TempDir, url: &str) -> std::path::PathBuf {
    let secret = folder.path().join("secret");
    std::fs::write(&secret, "a secret from before there were rotations\n").unwrap();
    let store = open(url, &secret).await;
    let app = App::start_storing(store.clone(), tempfile::tempdir().unwrap(), feed(), "").await;
    assert_eq!(app.post(&key("zoe"), &form("zoe@example.org")).await.0, 201);
    assert_eq!(app.post(&key("max"), &seat("max@example.org")).await.0, 201);
    secret
}

async fn databases() -> Vec<(TempDir, String)> {
    let (sqlite, postgres) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let url = database(&sqlite);
    vec![(sqlite, url), (postgres, postgres_database().await)]
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_rotation_the_new_secret_reads_everything_and_the_old_one_nothing() {
    for (folder, url) in databases().await {
        let secret = filled(&folder, &url).await;
        let not_restarted = open(&url, &secret).await;
        not_restarted.ping().await.unwrap();
        let old = folder.path().join("old");
        std::fs::copy(&secret, &old).unwrap();
        let before =
            said(&alentour(&secret, &["signups", "export", "--initiative", "petition", "--database", &url]));
        assert!(said(&alentour(&secret, &["secret", "rotate", "--database", &url])).contains("Restart"));
        let text = std::fs::read_to_string(&secret).unwrap();
        assert_eq!(text.trim().len(), 64);
        assert!(refused(&alentour(&old, &["signups", "count", "--database", &url])).contains("rotated"));
        let export = ["signups", "export", "--initiative", "petition", "--database", url.as_str()];
        assert_eq!(said(&alentour(&secret, &export)), before);
        // A server that was not restarted is not ready: it could not read what the others write.
        assert!(not_restarted.ping().await.unwrap_err().to_string().contains("rotated"));
        // What a restarted server does in the background.
        let store = open(&url, &secret).await;
        store.ping().await.unwrap();
        assert_eq!(rewrap_all(&*store).await.unwrap(), 2);
        assert_eq!(rewrap_all(&*store).await.unwrap(), 0);
        assert_eq!(said(&alentour(&secret, &export)), before);
        // A known address is known, and its key good for a retry.
        let app = App::start_storing(store, tempfile::tempdir().unwrap(), feed(), "").await;
        assert_eq!(app.post(&key("zoe"), &form("zoe@example.org")).await.0, 201);
        assert_eq!(app.post(&key("lea"), &form("lea@example.org")).await.0, 201);
        assert_eq!(said(&alentour(&secret, &["signups", "count", "--database", &url])), "3\n");
        // And once more, with nothing wrapped again in between.
        said(&alentour(&secret, &["secret", "rotate", "--database", &url]));
        assert!(said(&alentour(&secret, &export)).starts_with(&before));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_that_was_cut_short_is_finished_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let url = database(&folder);
    let secret = filled(&folder, &url).await;
    // The new secret was written, and nothing else.
    let new = "cd".repeat(32);
    std::fs::write(folder.path().join("secret.new"), format!("{new}\n")).unwrap();
    said(&alentour(&secret, &["secret", "rotate", "--database", &url]));
    assert_eq!(std::fs::read_to_string(&secret).unwrap().trim(), new);
    assert_eq!(said(&alentour(&secret, &["signups", "count", "--database", &url])), "2\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn back_ups_from_before_and_after_a_rotation_return_or_say_what_they_need() {
    let folder = tempfile::tempdir().unwrap();
    let url = database(&folder);
    let secret = filled(&folder, &url).await;
    let old = folder.path().join("old");
    std::fs::copy(&secret, &old).unwrap();
    let back_up = |secret: &Path, name: &str| {
        let to = folder.path().join(name);
        let said = said(&alentour(secret, &["backup", "--database", &url, to.to_str().unwrap()]));
        (said.split_once(": ").unwrap().0.to_owned(), to.join("keys.jsonl.gz").to_str().unwrap().to_owned())
    };
    let before = back_up(&secret, "before");
    said(&alentour(&secret, &["secret", "rotate", "--database", &url]));
    let after = back_up(&secret, "after");
    let restore = |secret: &Path, signups: &str, keys: &str| {
        let target = tempfile::tempdir().unwrap();
        let url = database(&target);
        let output = alentour(secret, &["restore", "--database", &url, "--keys", keys, signups]);
        (output, target, url)
    };
    // The sign-ups from before with the newest keys, or all from one time with the secret of that time.
    for (secret, (signups, _), (_, keys)) in
        [(&secret, &before, &after), (&secret, &after, &after), (&old, &before, &before)]
    {
        let (output, _target, url) = restore(secret, signups, keys);
        assert!(said(&output).contains("2 signups"));
        let export = ["signups", "export", "--initiative", "petition", "--database", url.as_str()];
        assert!(said(&alentour(secret, &export)).contains("zoe@example.org"));
    }
    let (output, ..) = restore(&secret, &before.0, &before.1);
    assert!(refused(&output).contains("newest keys"));
    let (output, ..) = restore(&old, &after.0, &after.1);
    assert!(refused(&output).contains("rotated"));
}
