//! One task writes. It takes all that wait, commits once, and then answers each: what a disk can sync is what limits
//! commits, and no longer what limits sign-ups.

use std::sync::Arc;
use std::time::Instant;

use metrics::{counter, histogram};
use tokio::sync::{Notify, mpsc, oneshot};

use super::{NewSignUp, Outcome, Store, StoreError};

/// The most that may wait: four full transactions, a second's work on a slow disk. Beyond it, "come back" is kinder.
const QUEUE: usize = 1000;

enum Job {
    Keep(Box<NewSignUp>, oneshot::Sender<Result<Outcome, StoreError>>),
    Stop(oneshot::Sender<()>),
}

/// Hands sign-ups to the task that writes them.
#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
    wake: Arc<Notify>,
}

impl Writer {
    /// The most that one transaction holds: as many as one statement takes. Past some hundred the commit is no longer what
    /// costs.
    pub const BATCH: usize = 256;

    /// Starts the task, with so many sign-ups at most in one transaction.
    pub fn start(store: Arc<dyn Store>, batch: usize) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let wake = Arc::new(Notify::new());
        tokio::spawn(write(store, queue, batch.max(1), wake.clone()));
        Self { jobs, wake }
    }

    /// Notified whenever a message may have been enqueued. Whoever makes the store enqueue one notifies it too (`notify_one`).
    pub fn outbox_wake(&self) -> &Arc<Notify> {
        &self.wake
    }

    /// Whether the task is there to take sign-ups.
    pub fn is_alive(&self) -> bool {
        !self.jobs.is_closed()
    }

    /// Stores one sign-up. Returns once it is on disk, or is known not to be.
    pub async fn keep(&self, form: NewSignUp) -> Result<Outcome, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.jobs.try_send(Job::Keep(Box::new(form), answer)).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => StoreError::Busy,
            mpsc::error::TrySendError::Closed(_) => stopped(),
        })?;
        answered.await.map_err(|_| stopped())?
    }

    /// Writes what waits, then ends the task.
    pub async fn stop(&self) {
        let (done, stopped) = oneshot::channel();
        if self.jobs.send(Job::Stop(done)).await.is_ok() {
            let _ = stopped.await;
        }
    }
}

fn stopped() -> StoreError {
    StoreError::Database("the writing task has stopped".into())
}

async fn write(store: Arc<dyn Store>, mut queue: mpsc::Receiver<Job>, batch: usize, wake: Arc<Notify>) {
    let mut jobs = Vec::with_capacity(batch);
    // Nobody waits for company: what arrives during one commit is the next one's batch.
    while queue.recv_many(&mut jobs, batch).await > 0 {
        let mut forms = Vec::with_capacity(jobs.len());
        let mut answers = Vec::with_capacity(jobs.len());
        let mut stop = None;
        for job in jobs.drain(..) {
            match job {
                Job::Keep(form, answer) => {
                    forms.push(*form);
                    answers.push(answer);
                }
                Job::Stop(done) => stop = Some(done),
            }
        }
        let start = Instant::now();
        let outcomes = store.keep(&forms).await;
        histogram!("alentour_commit_seconds").record(start.elapsed());
        histogram!("alentour_batch").record(forms.len() as f64);
        for (outcome, answer) in outcomes.into_iter().zip(answers) {
            let word = match &outcome {
                Ok(Outcome::Received) => "received",
                Ok(Outcome::Full(_)) => "full",
                Ok(Outcome::KeyReused) => "key-reused",
                Ok(Outcome::ProofSpent) => "proof-spent",
                Err(_) => "failed",
            };
            counter!("alentour_signups_total", "outcome" => word).increment(1);
            // The visitor may have gone; their key finds the answer when they come back.
            let _ = answer.send(outcome);
        }
        wake.notify_one();
        if let Some(done) = stop {
            let _ = done.send(());
            return;
        }
    }
}
