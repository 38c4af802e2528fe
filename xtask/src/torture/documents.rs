//! Documents that are made to exhaust whoever reads them, at `/check` and as the operator's feed: the server answers others
//! meanwhile, stays small, and says what happened.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::json;

use super::server::{Folder, Place, SETTINGS, Server, agent, free_port};
use super::visitors::{form, post};

/// MiB that the server may grow by. The processes that read are not counted: they have limits of their own.
const MEMORY: f64 = 256.0;
/// How long others may wait for an answer meanwhile, on two cores that two readers share.
const WAIT: Duration = Duration::from_secs(2);
/// How long a page of `/check` may take: what its process may, and some more.
const PAGE: Duration = Duration::from_secs(45);
/// How long a feed may take until it is read or refused: two minutes of CPU time, which two of them share.
const LOOK: Duration = Duration::from_secs(300);
/// Bytes of a page that `/check` reads.
const ROOM: usize = 8 << 20;

/// The documents, by what they do.
fn documents() -> Vec<(&'static str, Vec<u8>)> {
    let repeated = |start: &str, item: &str, end: &str| {
        let count = (ROOM - start.len() - end.len()) / item.len();
        [start, &item.repeat(count), end].concat().into_bytes()
    };
    vec![
        ("one node referred to 7,000 times", one_node()),
        ("{}, by the million", repeated("[", "{},", "{}]")),
        ("[[]], by the million", repeated("{\"initiatives\":[", "[],", "[]]}")),
        ("tiny RSS items", repeated("<rss><channel>", "<item><title>a</title></item>", "</channel></rss>")),
        ("tiny rows of a table", repeated("title\n", "a\n", "")),
        ("20 Schedules in each of 2,600 events", schedules()),
        ("9,000 long RRULEs", rules()),
    ]
}

/// JSON-LD whose events all refer to one node of a megabyte.
fn one_node() -> Vec<u8> {
    let event = json!({"@type": "Event", "name": "a", "startDate": "2099-01-01", "location": {"@id": "x"}});
    let mut graph = vec![json!({"@id": "x", "@type": "Place", "name": "y".repeat(1 << 20)})];
    graph.resize(7001, event);
    json!({"@context": "https://schema.org", "@graph": graph}).to_string().into_bytes()
}

fn schedules() -> Vec<u8> {
    let schedule = json!({"@type": "Schedule", "startDate": "2020-01-01", "endDate": "2090-01-01", "repeatFrequency": "P1D",
        "startTime": "10:00", "scheduleTimezone": "Europe/Paris"});
    let event = json!({"@type": "Event", "name": "a", "eventSchedule": vec![schedule; 20]});
    json!({"@context": "https://schema.org", "@graph": vec![event; 2600]}).to_string().into_bytes()
}

fn rules() -> Vec<u8> {
    let mut calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n".to_owned();
    let minutes = (0..60).map(|minute| minute.to_string()).collect::<Vec<_>>().join(",");
    for number in 0..9000 {
        let _ = write!(
            calendar,
            "BEGIN:VEVENT\r\nUID:{number}\r\nSUMMARY:a\r\nDTSTART;TZID=Europe/Paris:20200101T100000\r\n\
             RRULE:FREQ=YEARLY;INTERVAL=7;BYMONTH=2;BYMONTHDAY=30,-31;BYMINUTE={minutes}\r\nEND:VEVENT\r\n"
        );
    }
    calendar.push_str("END:VCALENDAR\r\n");
    calendar.into_bytes()
}

/// Reads them all, twice each, and looks at the server.
///
/// # Errors
/// Says what did not hold.
pub fn run(binary: &Path) -> anyhow::Result<String> {
    let host = serve(documents())?;
    let folder = Folder::new(SETTINGS)?;
    let mut command = Command::new(binary);
    command.env("ALENTOUR_ALLOW_PRIVATE_CHECKS", "true");
    let server = Server::start_as(command, &folder, &folder.database(&Place::Sqlite), free_port()?)?;
    let first = post(&agent(), &server.address, "first-0123456789", &form("first@example.org", false));
    ensure!(first.0 == 201, "the first sign-up: {first:?}");
    let before = server.peak_memory();
    let stop = Arc::new(AtomicBool::new(false));
    let others = watch(server.address.clone(), stop.clone());

    let mut said = Vec::new();
    for (number, (name, _)) in documents().iter().enumerate() {
        let start = Instant::now();
        let page = check(&server, &format!("{host}/{number}")).with_context(|| (*name).to_owned())?;
        // Which of the two depends on how good the readers are: that is the fuzzer's and the budget's business.
        let outcome = match page.contains("demande plus de") || page.contains("contient, une fois lu, plus") {
            true => "ended",
            false => "read",
        };
        ensure!(page.contains("class=\"card"), "{name}: the page says nothing: {page}");
        said.push(format!("{name}: {outcome} after {:.1} s", start.elapsed().as_secs_f64()));
    }
    let strangers = server.peak_memory() - before;
    ensure!(strangers < MEMORY, "/check has made the server grow by {strangers:.0} MiB");

    // The same as the operator's feed: what was read before stays, or what can be read of it is shown.
    let mut outcomes = Vec::new();
    for (name, document) in documents() {
        let before = looked_at(&folder).len();
        replace(&folder, &document)?;
        outcomes.push(next_look(&folder, before).with_context(|| format!("{name}, as a feed"))?);
        let ready = agent().get(format!("{}/readyz", server.address)).call()?.status();
        ensure!(ready == 200, "{name}, as a feed: {ready}");
    }
    let own = server.peak_memory() - before;
    ensure!(own < MEMORY, "as feeds they have made the server grow by {own:.0} MiB");
    stop.store(true, Ordering::Relaxed);
    let (answers, slowest) = others.join().map_err(|_| anyhow::anyhow!("others were not answered"))??;
    ensure!(slowest < WAIT, "others waited {} ms for an answer", slowest.as_millis());
    Ok(format!(
        "{}\nothers had {answers} answers meanwhile, the slowest after {} ms; memory {strangers:.1} MiB more at most at /check, {own:.1} with the same as feeds ({})",
        said.join("\n"),
        slowest.as_millis(),
        outcomes.join(", ")
    ))
}

/// A page of `/check` about that address; where too many are read, another try.
fn check(server: &Server, feed: &str) -> anyhow::Result<String> {
    let config = ureq::Agent::config_builder().timeout_global(Some(PAGE)).http_status_as_error(false);
    let agent: ureq::Agent = config.build().into();
    let mut answer = agent.get(format!("{}/check?feed={feed}", server.address)).call()?;
    let page = answer.body_mut().read_to_string()?;
    ensure!(answer.status() == 200, "{}: {page}", answer.status());
    Ok(page)
}

/// Asks for something small again and again; the number of answers, and the longest wait.
fn watch(address: String, stop: Arc<AtomicBool>) -> thread::JoinHandle<anyhow::Result<(u32, Duration)>> {
    thread::spawn(move || {
        let agent = agent();
        let (mut answers, mut slowest) = (0, Duration::ZERO);
        while !stop.load(Ordering::Relaxed) {
            let start = Instant::now();
            let status = agent.get(format!("{address}/readyz")).call()?.status();
            ensure!(status == 200, "others were answered with {status}");
            slowest = slowest.max(start.elapsed());
            answers += 1;
            thread::sleep(Duration::from_millis(50));
        }
        Ok((answers, slowest))
    })
}

/// What the log says of each time that the feed was looked at and had changed: whether it was read.
fn looked_at(folder: &Folder) -> Vec<&'static str> {
    let log = fs::read_to_string(folder.0.join("log")).unwrap_or_default();
    let outcome = |line: &str| match (line.contains("\"feed read\""), line.contains("\"feed not read;")) {
        (true, _) => Some("read"),
        (_, true) => Some("refused"),
        _ => None,
    };
    log.lines().filter_map(outcome).collect()
}

/// The outcome that the log does not have yet, once it has it.
fn next_look(folder: &Folder, before: usize) -> anyhow::Result<&'static str> {
    let start = Instant::now();
    loop {
        if let Some(outcome) = looked_at(folder).get(before) {
            return Ok(outcome);
        }
        ensure!(start.elapsed() < LOOK, "it was neither read nor refused");
        thread::sleep(Duration::from_millis(100));
    }
}

/// Puts a document in the feed's place, whole.
fn replace(folder: &Folder, document: &[u8]) -> anyhow::Result<()> {
    fs::write(folder.0.join("next"), document)?;
    Ok(fs::rename(folder.0.join("next"), folder.0.join("feed.json"))?)
}

/// A host of the documents, each at its number; the address.
fn serve(documents: Vec<(&'static str, Vec<u8>)>) -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}", listener.local_addr()?);
    let by_path: HashMap<_, _> =
        documents.into_iter().enumerate().map(|(number, (_, text))| (format!("/{number}"), text)).collect();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let path = lines.next().and_then(|line| Some(line.split(' ').nth(1)?.to_owned()));
            lines.find(String::is_empty);
            let document = path.and_then(|path| by_path.get(&path)).map(Vec::as_slice).unwrap_or_default();
            let head =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", document.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(document));
        }
    });
    Ok(address)
}
