//! Somebody sends forms that nobody confirms, to keep a session full: the seats are free again when the hold is over. What they and
//! others are told is the same for an address that is known and for one that is not.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};

use super::forged::press;
use super::mailbox::Mailbox;
use super::server::{Folder, Place, SETTINGS, Server, agent, free_port};
use super::visitors::{form, post};

/// Seats of the session: one is taken by somebody known, two forms hold the rest.
const CAPACITY: u32 = 5;
/// How long a form holds its seats here: the shortest that can be set.
const HOLD: Duration = Duration::from_secs(60);
/// What clocks that count in seconds and a busy machine may add, or take away.
const LEEWAY: Duration = Duration::from_secs(10);

/// Hoards, waits, and signs up.
///
/// # Errors
/// Says what did not hold.
pub fn run(binary: &Path) -> anyhow::Result<String> {
    let mailbox = Mailbox::start()?;
    let settings = SETTINGS.replace("smtp://127.0.0.1:1", &mailbox.address) + "[seats]\nhold-minutes = 1\n";
    let folder = Folder::new(&settings)?;
    folder.put_feed(&feed())?;
    let server = Server::start(binary, &folder, &folder.database(&Place::Sqlite), free_port()?)?;
    let agent = agent();
    let mut number = 0;
    let mut ask = |email: &str, party: u32| {
        number += 1;
        let mut form = form(email, true);
        form["partySize"] = json!(party);
        post(&agent, &server.address, &format!("hoarding-{number:04}-0123456789"), &form)
    };
    // Somebody takes part: they have confirmed.
    let answer = ask("known@example.org", 1);
    ensure!(answer.0 == 201, "the first seat: {answer:?}");
    confirm(&server, &mailbox, "known@example.org")?;

    let start = Instant::now();
    for email in ["hoarder1@example.org", "hoarder2@example.org"] {
        let answer = ask(email, (CAPACITY - 1) / 2);
        ensure!(answer.0 == 201, "{email}: {answer:?}");
    }
    // While it lasts, nobody gets a seat, and nobody learns who has one.
    let (known, unknown) = (ask("known@example.org", 1), ask("unknown@example.org", 1));
    ensure!(unknown.0 == 409, "the session is not full: {unknown:?}");
    ensure!(known == unknown, "a known address hears {known:?}, an unknown one {unknown:?}");
    let freed = loop {
        let answer = ask("newcomer@example.org", 1);
        let waited = start.elapsed();
        match answer.0 {
            201 => break waited,
            409 if waited < HOLD + LEEWAY => thread::sleep(Duration::from_secs(1)),
            _ => bail!("two forms still hold the session after {} s: {answer:?}", waited.as_secs()),
        }
    };
    ensure!(freed + LEEWAY >= HOLD, "the seats were held for {} s only", freed.as_secs());
    // Who was too late to confirm gets the seats that are left, and no more than there are.
    confirm(&server, &mailbox, "hoarder1@example.org").context("an expired hold, while seats are free")?;
    let taken = [ask("late1@example.org", 1).0, ask("late2@example.org", 1).0];
    ensure!(taken == [201, 409], "one seat is left, and two people were told {taken:?}");
    Ok(format!(
        "two forms held {} of {CAPACITY} seats for {} s of the {} that are set; meanwhile 409 for a known address and an unknown one \
         alike; then seats for newcomers and for who confirmed late, none twice",
        CAPACITY - 1,
        freed.as_secs(),
        HOLD.as_secs()
    ))
}

/// Opens the link that was mailed, and presses the first button.
fn confirm(server: &Server, mailbox: &Mailbox, email: &str) -> anyhow::Result<()> {
    let (_, token) = mailbox.token(email)?;
    let address = format!("{}/confirm/{token}", server.address);
    let page = agent().get(&address).call()?.body_mut().read_to_string()?;
    let id = page.split_once("name=\"id\" value=\"").and_then(|(_, after)| after.split_once('"'));
    let (id, _) = id.with_context(|| format!("{email}: nothing waits behind the link: {page}"))?;
    let (status, said) = press(&address, &format!("id={id}"))?;
    ensure!(status == 200 && said.contains("card done"), "{email}: {status} {said}");
    Ok(())
}

fn feed() -> Value {
    json!({ "alentour": "1", "name": "Épreuves", "inLanguage": "fr", "initiatives": [{
        "id": "atelier", "name": "Atelier", "kind": "gathering",
        "participation": { "way": "rsvp", "partySize": 3, "consents": [
            { "id": "contact", "version": "1", "text": "J’accepte d’être contacté·e.", "required": true },
        ] },
        "sessions": [{ "id": "samedi", "startDate": "2099-05-02T14:00:00+02:00", "maximumAttendeeCapacity": CAPACITY }],
    }] })
}
