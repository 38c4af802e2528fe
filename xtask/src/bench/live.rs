//! How fast seats and signatures are answered where many look at once, and how often the database is asked for it.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::ensure;
use serde_json::{Value, json};

use super::signups::crowd::Connection;
use crate::torture::server::{Folder, Place, SETTINGS, Server, free_port};
use crate::torture::visitors::form;

/// Requests a second: those of sixty thousand widgets, each of which asks every half a minute.
const RATE: u32 = 2000;
/// Connections that they come by.
const CONNECTIONS: u32 = 50;
/// How long it is measured.
const TIME: Duration = Duration::from_secs(10);
/// Initiatives of the feed. A request names one of them and the next ones, as a widget names what its list shows.
const INITIATIVES: usize = 200;
/// Initiatives of a request.
const ASKED: usize = 13;
/// Sign-ups that are counted.
const SIGN_UPS: usize = 500;

/// Measures, and says it in Markdown.
///
/// # Errors
/// When something cannot be started, or an answer is none.
pub fn run(binary: &Path) -> anyhow::Result<String> {
    let mut text = format!(
        "## The live answer\n\n`/v1/live.json` for {ASKED} of {INITIATIVES} initiatives of four sessions each, with {SIGN_UPS} sign-ups, asked {RATE} times a second on {CONNECTIONS} connections for {} s by clients on the same machine: \
         as often as {} widgets ask that somebody looks at. *Reads*: how often the database was asked meanwhile; each read is of all that is wanted at that moment.\n\n\
         | | answers a second | median | 99 % within | reads | answers a read |\n|---|--:|--:|--:|--:|--:|",
        TIME.as_secs(),
        RATE * 30
    );
    for place in [Place::Sqlite, Place::private_postgres()?] {
        let folder = Folder::new(&SETTINGS.replace("[robots]", "[robots]\nconnections-per-address = 0"))?;
        folder.put_feed(&feed())?;
        let server = Server::start(binary, &folder, &folder.database(&place), free_port()?)?;
        sign_up(&server.address)?;
        let reads = || server.metric("alentour_live_reads_total ").unwrap_or(0);
        let before = reads();
        let begun = Instant::now();
        let mut times = ask(&server.address)?;
        let (took, reads) = (begun.elapsed().as_secs_f64(), reads() - before);
        times.sort_by(f64::total_cmp);
        ensure!(!times.is_empty() && reads > 0, "nothing was measured");
        let quantile = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
        let name = if matches!(place, Place::Sqlite) { "SQLite" } else { "PostgreSQL" };
        text += &format!(
            "\n| {name} | {:.0} | {:.2} ms | {:.2} ms | {reads} | {:.0} |",
            times.len() as f64 / took,
            quantile(0.5),
            quantile(0.99),
            times.len() as f64 / reads as f64
        );
    }
    Ok(text)
}

fn feed() -> Value {
    let initiative = |number: usize| {
        let session = |day: usize| json!({ "id": format!("le-{day}"), "startDate": format!("2099-05-0{day}T14:00:00+02:00"), "maximumAttendeeCapacity": 5000 });
        let participation = json!({ "way": "shift", "partySize": 3, "message": "optional", "telephone": "optional", "consents": [{ "id": "contact", "version": "1", "text": "J’accepte d’être contacté·e.", "required": true }] });
        let sessions: Vec<_> = (1..=4).map(session).collect();
        json!({ "id": format!("action-{number}"), "name": "Une action", "kind": "volunteering", "sessions": sessions, "participation": participation })
    };
    json!({ "alentour": "1", "name": "Mesures", "inLanguage": "fr", "initiatives": (0..INITIATIVES).map(initiative).collect::<Vec<_>>() })
}

/// Signs people up, one after the other.
fn sign_up(address: &str) -> anyhow::Result<()> {
    let mut connection = Connection::open(address)?;
    for number in 0..SIGN_UPS {
        let mut form = form(&format!("v{number}@example.org"), false);
        form["initiative"] = json!(format!("action-{}", number % INITIATIVES));
        form["session"] = json!(format!("le-{}", 1 + number % 4));
        let (status, answer) = connection.post(&format!("v{number}-0123456789abcdef"), &form.to_string())?;
        ensure!(status == 201, "a sign-up was refused: {status} {answer}");
    }
    Ok(())
}

/// Asks at that rate; milliseconds from when each request was due until its answer, so that one that waits for the one before it counts its
/// wait.
fn ask(address: &str) -> anyhow::Result<Vec<f64>> {
    let begun = Instant::now();
    let pause = Duration::from_secs(1) * CONNECTIONS / RATE;
    let visitor = |visitor: u32| -> anyhow::Result<Vec<f64>> {
        let mut connection = Connection::open(address)?;
        let mut times = Vec::new();
        // Not all at once.
        let mut due = begun + pause * visitor / CONNECTIONS;
        while due < begun + TIME {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            let first = visitor as usize + times.len();
            let ids = (first..first + ASKED).map(|number| format!("id=action-{}&", number % INITIATIVES));
            let (status, answer) = connection.get(&format!("/v1/live.json?{}", ids.collect::<String>()))?;
            let counted = answer.matches("\"remaining\"").count();
            ensure!(status == 200 && counted == 4 * ASKED, "no answer: {status} {answer}");
            times.push(due.elapsed().as_secs_f64() * 1000.0);
            due += pause;
        }
        Ok(times)
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..CONNECTIONS).map(|number| scope.spawn(move || visitor(number))).collect();
        let mut times = Vec::new();
        for thread in threads {
            times.extend(thread.join().map_err(|_| anyhow::anyhow!("asking panicked"))??);
        }
        Ok(times)
    })
}
