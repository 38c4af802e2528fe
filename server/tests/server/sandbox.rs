//! Reading in a process of its own: what that process may take, what becomes of it, and what a server says then.

use std::path::Path;
use std::time::{Duration, Instant};

use alentour_server::feeds::FeedReader;
use alentour_server::sandbox::{Limit, Profile, Sandbox, SandboxError, Task};
use serde_json::{Value, json};

use crate::app::{App, database, serve};
use crate::feed_pages::Host;
use crate::process::Process;

/// A sandbox whose process does what its job says in shell.
#[cfg(unix)]
fn shell(profile: Profile) -> Sandbox {
    Sandbox::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs/shell.sh"), profile)
}

#[cfg(unix)]
async fn run(job: &str) -> Result<String, SandboxError> {
    let output = shell(Profile::STRANGER).run(Task::Check, job.as_bytes()).await?;
    Ok(String::from_utf8(output).unwrap())
}

#[cfg(unix)]
#[tokio::test]
async fn the_process_has_its_limits_as_arguments_and_nothing_of_the_server_s_environment() {
    assert_eq!(run("echo $*").await.unwrap(), "read-document check --memory=268435456 --cpu-seconds=10\n");
    let environment = run("env").await.unwrap();
    let mut names: Vec<_> = environment.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    // The shell sets some by itself.
    names.retain(|name| !["PWD", "SHLVL", "_", "OLDPWD"].contains(name));
    assert_eq!(names, ["MALLOC_ARENA_MAX"]);
}

#[cfg(unix)]
#[tokio::test]
async fn how_the_process_ends_says_what_it_had_too_little_of() {
    let exceeded = |limit| Err(SandboxError::Exceeded(limit));
    assert_eq!(run("kill -XCPU $$").await, exceeded(Limit::Time));
    for signal in ["ABRT", "SEGV", "KILL"] {
        assert_eq!(run(&format!("kill -{signal} $$")).await, exceeded(Limit::Memory), "{signal}");
    }
    assert_eq!(run("while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done").await, exceeded(Limit::Output));
    let Err(SandboxError::Failed(why)) =
        run("echo where it panicked >&2; echo and with what >&2; exit 101").await
    else {
        panic!("it has failed")
    };
    assert!(why.contains("where it panicked") && why.contains("101") && !why.contains("with what"), "{why}");
    let none = Sandbox::new("/nowhere/alentour", Profile::STRANGER).run(Task::Feed, b"").await;
    assert!(matches!(none, Err(SandboxError::Ours(_))), "{none:?}");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_process_is_killed_at_its_deadline_and_when_nobody_waits_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    let job = format!("echo $$ > {}; while :; do sleep 0.1; done", file.display());
    let is_gone = async || {
        let id = std::fs::read_to_string(&file).unwrap();
        for _ in 0..100 {
            if !Path::new("/proc").join(id.trim()).exists() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the process lives on");
    };
    let sandbox = shell(Profile { deadline: Duration::from_millis(500), ..Profile::STRANGER });
    let result = sandbox.run(Task::Feed, job.as_bytes()).await;
    assert_eq!(result, Err(SandboxError::Exceeded(Limit::Time)));
    is_gone().await;
    std::fs::remove_file(&file).unwrap();
    let sandbox = shell(Profile::STRANGER);
    let mut left = Box::pin(sandbox.run(Task::Feed, job.as_bytes()));
    let start = Instant::now();
    while std::fs::read_to_string(&file).unwrap_or_default().is_empty() {
        assert!(start.elapsed() < Duration::from_secs(10), "it has not begun");
        let _ = tokio::time::timeout(Duration::from_millis(20), &mut left).await;
    }
    drop(left);
    is_gone().await;
}

/// A page of `/check` about the host's feed, read within that profile.
async fn check(app: &App, host: &Host, profile: Profile, language: &str) -> (u16, String) {
    let mut state = app.state.clone();
    state.checks = FeedReader {
        sandbox: Sandbox::new(env!("CARGO_BIN_EXE_alentour"), profile),
        allow_private: true,
        ..state.checks
    };
    let address = serve(state).await;
    get(app, &format!("{address}/check?lang={language}&feed={}/feed", host.address)).await
}

async fn get(app: &App, address: &str) -> (u16, String) {
    let answer = app.client.get(address).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// A feed of that many bytes or some more, with nothing wrong in it.
fn large(bytes: usize) -> Value {
    let text = "x".repeat(1000);
    let item = |number: usize| json!({"id": number, "name": "Un", "description": text});
    json!({ "initiatives": (0..bytes / 1000).map(item).collect::<Vec<_>>() })
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_takes_too_much_is_said_to_and_costs_nothing_else() {
    let (app, host) = (App::start().await, Host::start().await);
    host.put("/feed", large(7 << 20));
    // The program itself takes some 90 MB of address space as tests build it.
    let little = Profile { memory: 100 << 20, ..Profile::STRANGER };
    let (status, page) = check(&app, &host, little, "fr").await;
    assert!(status == 200 && page.contains("demande plus de mémoire"), "{status} {page}");
    let (_, page) = check(&app, &host, little, "en").await;
    assert!(page.contains("needs more memory than is given to it"), "{page}");

    host.put("/feed", Value::Null);
    let short = Profile { deadline: Duration::from_secs(1), ..Profile::STRANGER };
    let start = Instant::now();
    let (status, page) = check(&app, &host, short, "fr").await;
    assert!(status == 200 && page.contains("demande plus de temps"), "{status} {page}");
    let (_, page) = check(&app, &host, short, "en").await;
    assert!(page.contains("needs more time than is given to it"), "{page}");
    assert!(start.elapsed() < Duration::from_secs(5), "the deadline was not kept");
    assert_eq!(app.get("/healthz").await.status(), 200);

    host.put("/feed", json!({"initiatives": [{"id": "a", "name": "Bal"}]}));
    let (_, page) = check(&app, &host, Profile::STRANGER, "fr").await;
    assert!(page.contains("1 initiative lue sur 1"), "{page}");
}

/// What `/check` at that address answers a visitor from that one.
fn asked_by(app: &App, visitor: &str, address: &str) -> reqwest::RequestBuilder {
    app.client.get(address).header("x-forwarded-for", visitor)
}

/// A server behind a proxy that examines strangers' feeds within that profile; its page about the host's feed, which takes six
/// seconds.
async fn slow_check(profile: Profile) -> (App, Host, String) {
    let app = App::start_settled("[robots]\nper-address = 0\ntrusted-proxies = 1").await;
    let host = Host::start().await;
    host.put("/feed", Value::Null);
    let mut state = app.state.clone();
    state.checks = FeedReader {
        sandbox: Sandbox::new(env!("CARGO_BIN_EXE_alentour"), profile),
        allow_private: true,
        ..state.checks
    };
    let address = format!("{}/check?feed={}/feed", serve(state).await, host.address);
    (app, host, address)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_while_too_many_feeds_are_examined_is_asked_to_come_back() {
    let one = Profile { at_once: 1, queue: Some(Duration::from_millis(100)), ..Profile::STRANGER };
    let (app, _host, address) = slow_check(one).await;
    let (first, (status, page)) = tokio::join!(asked_by(&app, "192.0.2.1", &address).send(), async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let answer = asked_by(&app, "192.0.2.2", &address).send().await.unwrap();
        assert_eq!(answer.headers()["retry-after"], "10");
        (answer.status().as_u16(), answer.text().await.unwrap())
    });
    assert!(status == 503 && page.contains("Réessayez"), "{status} {page}");
    assert_eq!(first.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_has_one_feed_examined_at_a_time_until_they_go_away() {
    let (app, host, address) = slow_check(Profile::STRANGER).await;
    let first = tokio::spawn(asked_by(&app, "192.0.2.1", &address).send());
    tokio::time::sleep(Duration::from_secs(1)).await;
    let again = asked_by(&app, "192.0.2.1", &address).send().await.unwrap();
    assert_eq!(again.headers()["retry-after"], "10");
    assert_eq!(again.status(), 503);
    assert!(again.text().await.unwrap().contains("Réessayez"));
    // There is a second place, and somebody else has it; a feed that answers at once.
    host.put("/feed", json!({"initiatives": [{"id": "a", "name": "Bal"}]}));
    assert_eq!(asked_by(&app, "192.0.2.2", &address).send().await.unwrap().status(), 200);
    assert!(!first.is_finished(), "the first one was to be under way all the time");
    first.abort();
    assert!(first.await.is_err());
    let start = Instant::now();
    loop {
        match asked_by(&app, "192.0.2.1", &address).send().await.unwrap().status().as_u16() {
            200 => break,
            status => assert_eq!(status, 503),
        }
        assert!(start.elapsed() < Duration::from_secs(3), "who has gone away keeps the place");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_s_feed_is_called_at_the_ports_of_the_web_only() {
    let app = App::start().await;
    for (address, port) in [("https://1.1.1.1:8443/a", "8443"), ("http://[2606:4700::1111]:22/", "22")] {
        let address: String = url::form_urlencoded::byte_serialize(address.as_bytes()).collect();
        let page = app.get(&format!("/check?feed={address}")).await.text().await.unwrap();
        assert!(page.contains(&format!("elle est au port {port}")), "{page}");
        let page = app.get(&format!("/check?lang=en&feed={address}")).await.text().await.unwrap();
        assert!(page.contains(&format!("it is at port {port}")), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_not_told_which_names_there_are_within_the_operator_s_network() {
    let app = App::start().await;
    let said = async |feed: &str, language: &str| {
        let page = app.get(&format!("/check?lang={language}&feed={feed}")).await.text().await.unwrap();
        // The address stands in the form again.
        page.replace(feed, "")
    };
    for (language, sentence) in [
        ("fr", "aucune adresse publique n’a été trouvée pour ce site, vérifiez son nom"),
        ("en", "no public address was found for its host; check the name"),
    ] {
        let nowhere = said("http://nowhere.invalid/", language).await;
        assert!(nowhere.contains(sentence) && !nowhere.contains("--allow"), "{nowhere}");
        // Its own port, which is allowed, leads to an address that is not; another one says no more.
        for private in
            ["http://127.0.0.1/", "http://localhost/", "http://localhost:5432/", "http://10.0.0.1/"]
        {
            assert_eq!(said(private, language).await, nowhere, "{private}");
        }
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_feed_that_takes_too_much_keeps_its_last_good_version() {
    let app = App::start_settled("[reading]\nmemory-mib = 160").await;
    let names = async || -> Vec<String> {
        let feed: Value = app.get("/v1/feed.json").await.json().await.unwrap();
        feed["initiatives"].as_array().unwrap().iter().map(|i| i["id"].as_str().unwrap().to_owned()).collect()
    };
    let before = names().await;
    assert!(before.contains(&"atelier".to_owned()));
    // Many initiatives are read as they come; one is read as a whole.
    let one = json!({"initiatives": [{"id": "grand", "name": "Un", "description": "x".repeat(100 << 20)}]});
    std::fs::write(app.path("feed.json"), one.to_string()).unwrap();
    // Files are looked at every two seconds.
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(names().await, before);
    assert_eq!(app.get("/readyz").await.status(), 200);
    std::fs::write(app.path("feed.json"), r#"{"initiatives": [{"id": "neuf", "name": "Neuf"}]}"#).unwrap();
    for _ in 0..100 {
        if names().await == ["neuf"] {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{:?}", names().await);
}

/// An upgrade puts another file in the program's place while the server runs.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_program_was_replaced_goes_on_reading_feeds() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let program = folder.path().join("alentour");
    std::fs::hard_link(env!("CARGO_BIN_EXE_alentour"), &program).unwrap();
    let process = Process::start_as(&folder, &database(&folder), std::process::Command::new(&program));
    std::fs::remove_file(&program).unwrap();
    std::fs::write(folder.path().join("feed.json"), r#"{"initiatives": [{"id": "neuf", "name": "Neuf"}]}"#)
        .unwrap();
    let client = reqwest::Client::new();
    for _ in 0..100 {
        let feed = client.get(format!("{}/v1/feed.json", process.address)).send().await.unwrap();
        if feed.text().await.unwrap().contains("neuf") {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the feed is not read again");
}
