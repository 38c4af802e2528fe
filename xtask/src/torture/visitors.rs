//! People who sign up, keep at it with the same key until they are told that it arrived, and remember what they were told.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::ensure;
use serde_json::{Value, json};

use super::server::{SEATS, agent, export};

/// How long somebody waits before the next try: shorter than a widget's, so that trials are short.
const PAUSE: Duration = Duration::from_millis(20);

/// What visitors were told.
#[derive(Default)]
pub struct Told {
    /// Addresses whose petition was acknowledged.
    pub signed: Mutex<Vec<String>>,
    /// Addresses whose seat was acknowledged.
    pub seated: Mutex<Vec<String>>,
    /// Answers by status; 0 where there was none.
    pub answers: Mutex<BTreeMap<u16, u64>>,
    /// Tries.
    pub tries: AtomicU64,
}

/// Visitors under way.
pub struct Crowd {
    /// What they were told so far.
    pub told: Arc<Told>,
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Crowd {
    /// So many visitors at once, each signing one person up after the other, every fourth for a seat.
    pub fn start(address: &str, visitors: usize, name: &str) -> Self {
        let (told, stop) = (Arc::new(Told::default()), Arc::new(AtomicBool::new(false)));
        let threads = (0..visitors)
            .map(|visitor| {
                let (told, stop) = (told.clone(), stop.clone());
                let (address, name) = (address.to_owned(), format!("{name}-{visitor}"));
                thread::spawn(move || {
                    let agent = agent();
                    for number in 0.. {
                        if stop.load(Ordering::Relaxed) {
                            return;
                        }
                        visit(&agent, &address, &format!("{name}-{number}"), number % 4 == 3, &told);
                    }
                })
            })
            .collect();
        Self { told, stop, threads }
    }

    /// How many were acknowledged.
    pub fn acknowledged(&self) -> usize {
        count(&self.told.signed) + count(&self.told.seated)
    }

    /// Waits until so many more were acknowledged.
    ///
    /// # Errors
    /// When it takes longer than a minute.
    pub fn wait_for(&self, more: usize) -> anyhow::Result<()> {
        let (goal, start) = (self.acknowledged() + more, Instant::now());
        while self.acknowledged() < goal {
            ensure!(
                start.elapsed() < Duration::from_secs(60),
                "nobody gets through any more: {}",
                self.said()
            );
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Lets everybody finish: whoever has begun goes on until they are told.
    pub fn finish(self) -> Arc<Told> {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads {
            let _ = thread.join();
        }
        self.told
    }

    fn said(&self) -> String {
        self.told.said()
    }
}

impl Told {
    /// How often which answer came.
    pub fn said(&self) -> String {
        let answers = self.answers.lock().map(|answers| answers.clone()).unwrap_or_default();
        let words = answers.iter().map(|(status, count)| match status {
            0 => format!("{count} × no answer"),
            status => format!("{count} × {status}"),
        });
        words.collect::<Vec<_>>().join(", ")
    }

    /// Compares what was told with what is stored: everything acknowledged is there, once, and no seat was given twice.
    ///
    /// # Errors
    /// Says what is missing or double.
    pub fn compare(&self, binary: &std::path::Path, database: &str) -> anyhow::Result<String> {
        let mut stored_in_all = 0;
        for (initiative, told) in [("petition", &self.signed), ("atelier", &self.seated)] {
            let stored = export(binary, database, initiative)?;
            let mut emails: Vec<String> =
                stored.iter().filter_map(|one| Some(one["email"].as_str()?.to_owned())).collect();
            emails.sort();
            let rows = emails.len();
            emails.dedup();
            ensure!(emails.len() == rows, "{initiative}: {} are stored twice", rows - emails.len());
            let told = told.lock().map(|told| told.clone()).unwrap_or_default();
            let lost: Vec<_> = told.iter().filter(|email| emails.binary_search(email).is_err()).collect();
            ensure!(
                lost.is_empty(),
                "{initiative}: {} of {} acknowledged are lost: {lost:?}",
                lost.len(),
                told.len()
            );
            ensure!(
                told.len() == rows,
                "{initiative}: {rows} stored, {} acknowledged in the end",
                told.len()
            );
            stored_in_all += rows;
        }
        ensure!(count(&self.seated) <= SEATS as usize, "{} seats given of {SEATS}", count(&self.seated));
        Ok(format!(
            "{stored_in_all} acknowledged, {stored_in_all} stored, 0 lost, 0 twice; {} of {SEATS} seats; answers: {}",
            count(&self.seated),
            self.said()
        ))
    }
}

fn count(list: &Mutex<Vec<String>>) -> usize {
    list.lock().map(|list| list.len()).unwrap_or_default()
}

/// A form that nothing is wrong with.
pub fn form(email: &str, seat: bool) -> Value {
    let mut form = json!({
        "initiative": "petition", "partySize": 1, "givenName": "Zoé", "familyName": "Mbarek", "email": email, "language": "fr",
        "consents": [{ "id": "contact", "version": "1", "text": "J’accepte d’être contacté·e." }],
    });
    if seat {
        form["initiative"] = json!("atelier");
        form["session"] = json!("samedi");
    }
    form
}

/// Sends a form once; the status and the body, or 0 where no answer came.
pub fn post(agent: &ureq::Agent, address: &str, key: &str, form: &Value) -> (u16, String) {
    post_to(agent, &format!("{address}/signups"), key, form)
}

/// The same to another address than that of sign-ups.
pub fn post_to(agent: &ureq::Agent, address: &str, key: &str, form: &Value) -> (u16, String) {
    let request = agent.post(address).header("idempotency-key", key);
    let sent = request.header("content-type", "application/json").send(form.to_string());
    // A cut body is no answer.
    sent.and_then(|mut answer| Ok((answer.status().as_u16(), answer.body_mut().read_to_string()?)))
        .unwrap_or_default()
}

/// One person: tries again with the same key until the answer is one.
fn visit(agent: &ureq::Agent, address: &str, name: &str, seat: bool, told: &Told) {
    let (email, key) = (format!("{name}@example.org"), format!("{name}-0123456789abcdef"));
    let form = form(&email, seat);
    let start = Instant::now();
    // A minute is the longest that anything lasts here.
    while start.elapsed() < Duration::from_secs(90) {
        told.tries.fetch_add(1, Ordering::Relaxed);
        let (status, body) = post(agent, address, &key, &form);
        if let Ok(mut answers) = told.answers.lock() {
            *answers.entry(status).or_default() += 1;
        }
        match status {
            201 if body.contains("\"received\"") => {
                let list = if seat { &told.seated } else { &told.signed };
                if let Ok(mut list) = list.lock() {
                    list.push(email);
                }
                return;
            }
            409 => return,
            _ => thread::sleep(PAUSE),
        }
    }
}
