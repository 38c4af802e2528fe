//! The program itself: started, killed, started again.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;

use alentour_server::store;

use crate::app::{MAILING, SECRET, database, feed, form, key, open, post, postgres_database, seat, secret};

pub struct Process {
    child: Child,
    pub address: String,
    /// Both streams, as far as they have been read.
    output: Arc<Mutex<String>>,
}

impl Process {
    fn start(folder: &TempDir) -> Self {
        Self::start_as(folder, &database(folder), Command::new(env!("CARGO_BIN_EXE_alentour")))
    }

    pub fn start_as(folder: &TempDir, database: &str, mut command: Command) -> Self {
        std::fs::write(folder.path().join("feed.json"), feed().to_string()).unwrap();
        let settings = format!("{MAILING}\n[robots]\nwork = 0\nfill-seconds = 0\nper-address = 0\n");
        std::fs::write(folder.path().join("settings.toml"), settings).unwrap();
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0", "--database", database, "--feed"])
            .arg(folder.path().join("feed.json"))
            .arg("--settings")
            .arg(folder.path().join("settings.toml"))
            .env("ALENTOUR_SECRET", SECRET)
            .env("ALENTOUR_LOG", "debug,hyper=info")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = Arc::new(Mutex::new(String::new()));
        let (mut errors, log) = (BufReader::new(child.stderr.take().unwrap()), output.clone());
        std::thread::spawn(move || {
            let mut line = String::new();
            while errors.read_line(&mut line).is_ok_and(|length| length > 0) {
                log.lock().unwrap().push_str(&std::mem::take(&mut line));
            }
        });
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let address =
            line.trim().strip_prefix("listening on ").unwrap_or_else(|| panic!("{line:?}")).to_owned();
        let log = output.clone();
        std::thread::spawn(move || {
            let mut line = String::new();
            while stdout.read_line(&mut line).is_ok_and(|length| length > 0) {
                log.lock().unwrap().push_str(&std::mem::take(&mut line));
            }
        });
        Self { child, address, output }
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_kill_9_under_load() {
    let folder = tempfile::tempdir().unwrap();
    kill_9_under_load(&folder, &database(&folder)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_kill_9_under_load_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    kill_9_under_load(&folder, &postgres_database().await).await;
}

async fn kill_9_under_load(folder: &TempDir, database: &str) {
    let client = reqwest::Client::new();
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    for round in 0..3 {
        let command = Command::new(env!("CARGO_BIN_EXE_alentour"));
        let process = Process::start_as(folder, database, command);
        let visitors: Vec<_> = (0..8)
            .map(|visitor| {
                let (client, address, acknowledged) =
                    (client.clone(), process.address.clone(), acknowledged.clone());
                tokio::spawn(async move {
                    for i in 0.. {
                        let name = format!("v{round}-{visitor}-{i}");
                        let email = format!("{name}@example.org");
                        match post(&client, &address, &key(&name), &form(&email)).await {
                            Ok((201, _)) => acknowledged.lock().unwrap().push(email),
                            Ok(answer) => panic!("{answer:?}"),
                            Err(_) => return,
                        }
                    }
                })
            })
            .collect();
        let before = acknowledged.lock().unwrap().len();
        while acknowledged.lock().unwrap().len() < before + 50 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        process.signal("-KILL");
        for visitor in visitors {
            visitor.await.unwrap();
        }
    }
    let store = store::open(&database.parse().unwrap(), &secret()).await.unwrap();
    let (mut stored, mut after) = (Vec::new(), None);
    loop {
        let (page, next) = store.page("petition", after).await.unwrap();
        stored.extend(page.into_iter().map(|stored| stored.person.email));
        after = next;
        if after.is_none() {
            break;
        }
    }
    let acknowledged = acknowledged.lock().unwrap().clone();
    let lost: Vec<_> = acknowledged.iter().filter(|email| !stored.contains(email)).collect();
    assert!(lost.is_empty(), "{} of {} lost: {lost:?}", lost.len(), acknowledged.len());
    // Each has one mail in the outbox, none has two.
    assert_eq!(store.backlog().await.unwrap().waiting, stored.len() as u64);
}

/// The line on standard output that shows a link for the first operator, once it is there; what has been written until then.
async fn first_link(process: &Process) -> (Option<String>, String) {
    // The server answers only after it has written what it writes at its start.
    reqwest::get(format!("{}/healthz", process.address)).await.unwrap();
    for _ in 0..40 {
        let output = process.output.lock().unwrap().clone();
        let token = output.split_once("/organise/first/").map(|(_, rest)| rest.chars().take(64).collect());
        if token.is_some() {
            return (token, output);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    (None, process.output.lock().unwrap().clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_terminal_shows_a_link_for_the_first_operator_and_no_log_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let process = Process::start(&folder);
    let (token, output) = first_link(&process).await;
    let token = token.unwrap_or_else(|| panic!("{output}"));
    assert!(output.contains(&format!("https://agir.example.org/organise/first/{token}")), "{output}");
    let page = format!("{}/organise/first/{token}", process.address);
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let send = client.post(&page).header("sec-fetch-site", "same-origin").body("email=asha@example.org");
    let send = send.header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(send.send().await.unwrap().status(), 303);
    let output = process.output.lock().unwrap().clone();
    assert_eq!(output.matches(&token).count(), 1, "the line on standard output alone: {output}");
    drop(process);
    let (token, output) = first_link(&Process::start(&folder)).await;
    assert_eq!(token, None, "{output}");
}

/// A limit on the size of files stands for a full disk: the write-ahead log cannot grow, and then it can again.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_costs_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let client = reqwest::Client::new();
    let mut shell = Command::new("sh");
    // Two megabytes, in half-kilobytes: less than the log has when SQLite starts it again from its beginning. The signal
    // would end the program before it sees the error.
    let script = r#"trap '' XFSZ; ulimit -S -f 4096; exec "$0" "$@""#;
    shell.args(["-c", script, env!("CARGO_BIN_EXE_alentour")]);
    let process = Process::start_as(&folder, &database(&folder), shell);
    let mut acknowledged = 0;
    let mut refused = 0;
    for i in 0.. {
        let (name, email) = (format!("full-{i}"), format!("p{i}@example.org"));
        match post(&client, &process.address, &key(&name), &form(&email)).await.unwrap() {
            (201, _) => acknowledged += 1,
            (503, _) => refused += 1,
            other => panic!("{other:?}"),
        }
        if refused == 3 {
            break;
        }
        assert!(i < 2000, "the limit was never reached");
    }
    assert!(acknowledged > 10, "{acknowledged}");
    let stored = async || -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM signups").fetch_one(&open(&folder).await).await.unwrap()
    };
    assert_eq!(stored().await, acknowledged);
    let limit = ["--pid", &process.child.id().to_string(), "--fsize=unlimited:unlimited"];
    assert!(Command::new("prlimit").args(limit).status().unwrap().success());
    let after = post(&client, &process.address, &key("room-again"), &form("late@example.org")).await.unwrap();
    assert_eq!(after.0, 201, "{}", process.output.lock().unwrap());
    assert_eq!(stored().await, acknowledged + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_sign_ups_seats_and_keys() {
    let folder = tempfile::tempdir().unwrap();
    let client = reqwest::Client::new();
    let first = Process::start(&folder);
    for i in 0..5 {
        let (name, email) = (i.to_string(), format!("p{i}@example.org"));
        assert_eq!(post(&client, &first.address, &key(&name), &seat(&email)).await.unwrap().0, 201);
    }
    drop(first);
    let second = Process::start(&folder);
    let answer = async |name: &str, email: &str| {
        post(&client, &second.address, &key(name), &seat(email)).await.unwrap().0
    };
    assert_eq!(answer("0", "p0@example.org").await, 201);
    assert_eq!(answer("0", "p1@example.org").await, 422);
    assert_eq!(answer("6", "p6@example.org").await, 409);
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_to_stop_it_finishes_what_is_in_flight_and_goes() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::start(&folder);
    let body = form("zoe@example.org").to_string();
    let mut socket = tokio::net::TcpStream::connect(&process.address[7..]).await.unwrap();
    let head = format!(
        "POST /signups HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\nidempotency-key: {}\r\ncontent-length: {}\r\n\r\n",
        key("a"),
        body.len()
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    process.signal("-TERM");
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(
        tokio::net::TcpStream::connect(&process.address[7..]).await.is_err(),
        "it still takes connections"
    );
    socket.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let status = tokio::task::spawn_blocking(move || process.child.wait().unwrap()).await.unwrap();
    assert!(status.success());
    let stored: i64 =
        sqlx::query_scalar("SELECT count(*) FROM signups").fetch_one(&open(&folder).await).await.unwrap();
    assert_eq!(stored, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_knows_no_one() {
    let folder = tempfile::tempdir().unwrap();
    let client = reqwest::Client::new();
    let process = Process::start(&folder);
    let mut form = form("zoe.secrete@example.org");
    form["telephone"] = "0612345678".into();
    form["message"] = "Bonjour Paulette".into();
    post(&client, &process.address, &key("cle-secrete"), &form).await.unwrap();
    post(&client, &process.address, &key("cle-secrete"), &form).await.unwrap();
    form["email"] = "zoe.secrete(at)example.org".into();
    post(&client, &process.address, &key("x"), &form).await.unwrap();
    for path in ["/v1/feed.json?email=zoe.secrete@example.org", "/zoe.secrete@example.org", "/healthz"] {
        client.get(format!("{}{path}", process.address)).send().await.unwrap();
    }
    process.signal("-TERM");
    tokio::time::sleep(Duration::from_millis(500)).await;
    let output = process.output.lock().unwrap().clone();
    // The log is there, as JSON, and says which initiative.
    assert!(output.contains(r#""initiative":"petition""#) && output.contains(r#""status":201"#), "{output}");
    // Standard output has the one line that is for the terminal.
    for line in output.lines().filter(|line| !line.starts_with("first operator, ")) {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    }
    for personal in ["secrete", "zoe", "Zoé", "Mbarek", "0612345678", "Paulette"] {
        assert!(!output.to_lowercase().contains(&personal.to_lowercase()), "{personal}: {output}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_counted_on_an_address_of_their_own_and_name_no_one() {
    let folder = tempfile::tempdir().unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = Command::new(env!("CARGO_BIN_EXE_alentour"));
    command.env("ALENTOUR_METRICS_LISTEN", format!("127.0.0.1:{port}"));
    // Nobody takes the mails.
    command.env("ALENTOUR_SMTP", "smtp://127.0.0.1:1").env("ALENTOUR_ALLOW_PRIVATE_SINKS", "true");
    let process = Process::start_as(&folder, &database(&folder), command);
    let client = reqwest::Client::new();
    for name in ["a", "b", "b"] {
        post(&client, &process.address, &key(name), &form(&format!("{name}.secrete@example.org")))
            .await
            .unwrap();
    }
    client.get(format!("{}/secrete/{{}}", process.address)).send().await.unwrap();
    client.request("SECRETE".parse().unwrap(), &process.address).send().await.unwrap();
    let metrics = || async {
        let metrics = client.get(format!("http://127.0.0.1:{port}/metrics")).send().await.unwrap();
        metrics.text().await.unwrap()
    };
    let delivery = r#"alentour_deliveries_total{kind="confirm",result="later"} "#;
    let mut text = metrics().await;
    for _ in 0..100 {
        if text.contains(delivery) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        text = metrics().await;
    }
    for line in [
        r#"alentour_signups_total{outcome="received"} 2"#,
        "alentour_signups 2",
        "alentour_outbox_waiting 2",
        "alentour_initiatives 4",
        r#"alentour_requests_total{route="/signups",method="POST",status="201"} 3"#,
        "alentour_commit_seconds_bucket",
        delivery,
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!text.to_lowercase().contains("secrete"), "{text}");
    // Not where the public is.
    assert_eq!(client.get(format!("{}/metrics", process.address)).send().await.unwrap().status(), 404);
}
