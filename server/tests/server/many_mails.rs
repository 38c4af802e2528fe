//! One message to many, through the program itself, which is killed twice in the middle: nobody is left out, and nobody has it twice but whoever's
//! mail was on its way then.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use alentour_server::store::{Acceptance, Audience, Deed, NewSignUp, TrailEntry, Writing, sqlite};
use serde_json::json;
use tempfile::TempDir;

use crate::app::{database, open, secret};
use crate::mailbox::MailServer;
use crate::outbox::now;
use crate::process::Process;
use crate::stores::{confirm, form, keep};

/// How often it is killed.
const KILLS: usize = 2;
/// Mails of one message that are under way at once: as many connections to the mail server are kept open.
const CONNECTIONS: usize = 4;

/// How many there are: 300, or as many as `ALENTOUR_PEOPLE` says (`cargo xtask torture --only mail-to-many`).
fn people() -> usize {
    std::env::var("ALENTOUR_PEOPLE").map_or(300, |people| people.parse().expect("a number"))
}

/// So many who have confirmed, and one message to them all that was accepted and is owed to nobody yet.
async fn accepted(folder: &TempDir, names: &[String]) {
    let store = sqlite::open(&database(folder), &secret()).await.unwrap();
    let later = now() + 86_400;
    for some in names.chunks(500) {
        let forms = some.iter().map(|name| NewSignUp {
            at: now() - 10,
            expires_at: later,
            keep_until: later,
            ..form(name)
        });
        keep(&store, &forms.collect::<Vec<_>>()).await;
    }
    for name in names {
        confirm(&store, name, now()).await;
    }
    // What else they would be told.
    sqlx::query("DELETE FROM outbox").execute(&open(folder).await).await.unwrap();
    let writing = Writing {
        subject: "Merci".into(),
        text: "Bonjour,\n\nmerci.".into(),
        name: "Asha".into(),
        reply_to: "asha@example.org".into(),
    };
    let entry = TrailEntry::by_hand("petition", Deed::Written, json!({}), now());
    let accepted = store.accept_broadcast("one", &Audience::All, &writing, &entry).await.unwrap();
    assert_eq!(accepted, Acceptance::Now);
    store.close().await;
}

/// The program, with a mail server that takes what comes.
fn start(folder: &TempDir, server: &MailServer) -> Process {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alentour"));
    command.env("ALENTOUR_SMTP", format!("smtp://{}", server.address));
    Process::start_as(folder, &database(folder), command)
}

/// Waits until that holds.
async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    // Of five thousand mails and a machine that is busy.
    for _ in 0..12_000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("never came true: {what}");
}

async fn number(folder: &TempDir, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&open(folder).await).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_to_many_reaches_each_once_though_the_program_is_killed_twice() {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..people()).map(|at| format!("p{at:05}")).collect();
    accepted(&folder, &names).await;
    let server = MailServer::start().await;
    for kill in 1..=KILLS {
        let process = start(&folder, &server);
        let reached = names.len() * kill / (KILLS + 1);
        until("a part has its mail", async || server.count() >= reached).await;
        // SIGKILL.
        drop(process);
        assert!(server.count() < names.len(), "it was not in the middle");
        // What it had taken is taken again when its lease has ended: here at once.
        sqlx::query("UPDATE outbox SET next_at = 0 WHERE sent_at IS NULL")
            .execute(&open(&folder).await)
            .await
            .unwrap();
    }
    let process = start(&folder, &server);
    let waiting = "SELECT (SELECT count(*) FROM outbox WHERE sent_at IS NULL)
                        + (SELECT count(*) FROM broadcasts WHERE reached_at IS NOT NULL)";
    until("all was sent", async || number(&folder, waiting).await == 0).await;
    drop(process);

    let mut got: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for mail in server.taken() {
        got.entry(mail.to.clone()).or_default().push(mail.id());
    }
    let addresses: Vec<_> = names.iter().map(|name| format!("{name}@example.org")).collect();
    assert!(got.keys().eq(&addresses), "{} of {} have a mail", got.len(), addresses.len());
    let twice: Vec<_> = got.values().filter(|ids| ids.len() > 1).collect();
    for ids in &twice {
        assert!(ids.iter().all(|id| *id == ids[0]), "mail programs cannot know them for the same: {ids:?}");
    }
    println!(
        "{} people, {KILLS} kills: {} have it twice, under the same Message-ID",
        names.len(),
        twice.len()
    );
    let more: usize = twice.iter().map(|ids| ids.len() - 1).sum();
    assert!(more <= KILLS * CONNECTIONS, "{more} mails came again after {KILLS} kills");
    let sent = number(&folder, "SELECT sent FROM broadcasts").await;
    assert_eq!(sent, names.len() as i64, "the organiser's page counts each once");
}
