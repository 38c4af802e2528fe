//! Five hundred people want the last seat at once, whoever has it gives it back now and again, and the server is killed all the while.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{bail, ensure};
use serde_json::{Value, json};

use super::forged::{id, press};
use super::mailbox::{Mail, Mailbox};
use super::server::{Folder, Place, SETTINGS, Server, agent, export, free_port};
use super::visitors::{form, post};

/// People who want it.
const PEOPLE: usize = 500;
/// How many of them do something at once after that: a mail is opened when one has it.
const AT_ONCE: usize = 16;
/// How many seats are given back, at least.
const GIFTS: usize = 40;
/// How often the server is killed in each part. A mail that it had in hand waits five minutes then, until another may send it.
const KILLS: usize = 2;
/// The longest that anything may take.
const PATIENCE: Duration = Duration::from_secs(40 * 60);

/// Kills the server while they sign up, confirm and give seats back. Then one of them has the seat, the others wait or have had it, and
/// all counts agree.
///
/// # Errors
/// Says what did not hold.
pub fn run(binary: &Path, place: &Place) -> anyhow::Result<String> {
    let mailbox = Mailbox::start()?;
    let folder = Folder::new(&SETTINGS.replace("smtp://127.0.0.1:1", &mailbox.address))?;
    folder.put_feed(&feed())?;
    let (database, port) = (folder.database(place), free_port()?);
    let trial = Trial {
        server: Mutex::new(Server::start(binary, &folder, &database, port)?),
        address: format!("http://127.0.0.1:{port}"),
        mailbox,
        start: Instant::now(),
    };
    let restart = || -> anyhow::Result<()> {
        let mut server = trial.server.lock().map_err(|_| anyhow::anyhow!("a thread has ended"))?;
        server.kill();
        *server = Server::start(binary, &folder, &database, port)?;
        Ok(())
    };
    let people: Vec<_> = (0..PEOPLE).map(|number| format!("v{number}@example.org")).collect();
    // All at once; then as many as open their mail at the same time.
    trial.each(&people, PEOPLE, (KILLS, &restart), |email| trial.signs_up(email))?;
    trial.each(&people, AT_ONCE, (KILLS, &restart), |email| trial.confirms(email))?;
    let (mut given, mut kills) = (BTreeSet::new(), 0);
    while given.len() < GIFTS {
        trial.is_in_time("give seats back")?;
        let mails = trial.mails();
        let has_it = |email: &&String| has_seat(&mails, email) && !given.contains(*email);
        let holders: Vec<_> = people.iter().filter(has_it).cloned().collect();
        trial.each(&holders, AT_ONCE, (0, &restart), |email| trial.gives_back(email))?;
        given.extend(holders);
        if kills < KILLS && given.len() > kills * GIFTS / KILLS {
            kills += 1;
            restart()?;
        }
        thread::sleep(Duration::from_millis(50));
    }
    trial.agrees(binary, &database, given.len())
}

struct Trial {
    server: Mutex<Server>,
    address: String,
    mailbox: Mailbox,
    start: Instant,
}

impl Trial {
    /// Lets each of them do something, so many at once, and kills the server meanwhile.
    fn each(
        &self,
        people: &[String],
        at_once: usize,
        (kills, restart): (usize, &dyn Fn() -> anyhow::Result<()>),
        act: impl Fn(&str) -> anyhow::Result<()> + Sync,
    ) -> anyhow::Result<()> {
        let (queue, failed) = (Mutex::new(people.to_vec()), Mutex::new(Vec::new()));
        thread::scope(|scope| {
            for _ in 0..at_once.min(people.len()) {
                scope.spawn(|| {
                    while let Some(email) = queue.lock().ok().and_then(|mut queue| queue.pop()) {
                        if let (Err(why), Ok(mut failed)) = (act(&email), failed.lock()) {
                            failed.push(why.context(email));
                        }
                    }
                });
            }
            for _ in 0..kills {
                thread::sleep(Duration::from_millis(400));
                restart()?;
            }
            Ok::<_, anyhow::Error>(())
        })?;
        match failed.into_inner().unwrap_or_default().pop() {
            Some(why) => Err(why),
            None => Ok(()),
        }
    }

    fn is_in_time(&self, what: &str) -> anyhow::Result<()> {
        ensure!(self.start.elapsed() < PATIENCE, "after {} s they still {what}", PATIENCE.as_secs());
        Ok(())
    }

    /// Tries until there is an answer: the server may be on its way up.
    fn until<T>(&self, what: &str, act: impl Fn() -> Option<T>) -> anyhow::Result<T> {
        loop {
            if let Some(done) = act() {
                return Ok(done);
            }
            self.is_in_time(what)?;
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn signs_up(&self, email: &str) -> anyhow::Result<()> {
        let mut wanted = form(email, true);
        wanted["waitlist"] = json!(["samedi"]);
        // Mails of plain ASCII.
        wanted["language"] = json!("en");
        let (agent, key) = (agent(), format!("{email}-0123456789abcdef"));
        self.until("sign up", || (post(&agent, &self.address, &key, &wanted).0 == 201).then_some(()))
    }

    fn confirms(&self, email: &str) -> anyhow::Result<()> {
        // Mails that a killed server had in hand wait until its claim on them is over.
        let token = self.until("wait for their mail", || {
            self.mailbox.to(email).iter().find_map(|mail| mail.token().map(str::to_owned))
        })?;
        let address = format!("{}/confirm/{token}", self.address);
        self.until("confirm", || {
            let page = agent().get(&address).call().ok()?.body_mut().read_to_string().ok()?;
            // Without a button it was confirmed, by a press whose answer was lost.
            let Some(id) = id(&page) else { return Some(()) };
            press(&address, &format!("id={id}")).is_ok_and(|(status, _)| status == 200).then_some(())
        })
    }

    /// Gives a seat back by the link of their last mail.
    fn gives_back(&self, email: &str) -> anyhow::Result<()> {
        let token = self.until("look for their link", || {
            self.mailbox
                .to(email)
                .iter()
                .rev()
                .find_map(|mail| mail.token_behind("/mine/").map(str::to_owned))
        })?;
        let address = format!("{}/mine/{token}", self.address);
        self.until("give back", || {
            press(&address, "session=samedi&action=give-back")
                .is_ok_and(|(status, _)| status == 200)
                .then_some(())
        })
    }

    /// All mails so far, by their recipient.
    fn mails(&self) -> BTreeMap<String, Vec<Mail>> {
        let mut all: BTreeMap<String, Vec<Mail>> = BTreeMap::new();
        for mail in self.mailbox.all() {
            all.entry(mail.to.clone()).or_default().push(mail);
        }
        all
    }

    /// Who was told of a seat from the line, by which messages. One whose sending was killed goes out again, as the same.
    fn promotions(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for mail in self.mailbox.all().iter().filter(|mail| is_promotion(mail)) {
            let id = mail.header("Message-ID").unwrap_or_default().to_owned();
            all.entry(mail.to.clone()).or_default().insert(id);
        }
        all
    }

    /// Compares what is stored, what is shown and what was mailed.
    fn agrees(&self, binary: &Path, database: &str, given: usize) -> anyhow::Result<String> {
        let states = self.until("wait for the seat to be given on", || {
            let stored = export(binary, database, "atelier").ok()?;
            let mut states: BTreeMap<String, usize> = BTreeMap::new();
            for one in &stored {
                *states.entry(one["sessions"][0]["state"].as_str()?.to_owned()).or_default() += 1;
            }
            (states.get("active") == Some(&1)).then_some(states)
        })?;
        let count = |state: &str| states.get(state).copied().unwrap_or_default();
        ensure!(states.values().sum::<usize>() == PEOPLE, "not everybody is stored: {states:?}");
        ensure!(count("cancelled") == given, "{given} seats given back: {states:?}");
        ensure!(count("active") + count("waiting") + count("cancelled") == PEOPLE, "{states:?}");
        let live = self.until("ask what is left", || {
            let mut answer = agent().get(format!("{}/v1/live.json?id=atelier", self.address)).call().ok()?;
            answer.body_mut().read_to_string().ok()
        })?;
        ensure!(live.contains(r#""remaining":0"#), "the live answer: {live}");
        // Each gift was somebody else's seat, who was told of it.
        let told =
            self.until("wait for their mail", || Some(self.promotions()).filter(|told| told.len() >= given))?;
        ensure!(
            told.len() == given,
            "{given} seats were given back, and {} people told that they have one",
            told.len()
        );
        if let Some((email, ids)) = told.iter().find(|(_, ids)| ids.len() > 1) {
            bail!("{email} was told {} times of a seat", ids.len());
        }
        Ok(format!(
            "{PEOPLE} people, {given} gave their seat back, each who got it from the line was told once; {states:?}; nothing is left, as the live answer says"
        ))
    }
}

/// Whether a person's mails say that they have the seat: the first had it when they confirmed, the others were promoted.
fn has_seat(mails: &BTreeMap<String, Vec<Mail>>, email: &str) -> bool {
    mails.get(email).into_iter().flatten().any(|mail| is_promotion(mail) || is_confirmation(mail))
}

fn is_promotion(mail: &Mail) -> bool {
    mail.header("Subject").is_some_and(|subject| subject.starts_with("A place for you"))
}

fn is_confirmation(mail: &Mail) -> bool {
    mail.header("Subject").is_some_and(|subject| subject.starts_with("Confirmed"))
}

/// A workshop with one seat.
fn feed() -> Value {
    json!({ "alentour": "1", "name": "Épreuves", "inLanguage": "fr", "initiatives": [{
        "id": "atelier", "name": "Atelier", "kind": "gathering",
        "participation": { "way": "rsvp", "consents": [
            { "id": "contact", "version": "1", "text": "J’accepte d’être contacté·e.", "required": true },
        ] },
        "sessions": [{ "id": "samedi", "startDate": "2099-05-02T14:00:00+02:00", "maximumAttendeeCapacity": 1 }],
    }] })
}
