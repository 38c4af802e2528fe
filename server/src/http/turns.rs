//! Turns at work for the processor, of which the rest of the server wants some, too.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::Error;

/// How much of a kind of work is done at once, and how much there is of it, what waits included.
pub struct Turns {
    at_once: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Turns {
    /// No more at once, nor done or waiting, than that.
    pub fn new(at_once: usize, places: usize) -> Self {
        Self { at_once: Arc::new(Semaphore::new(at_once)), places: Arc::new(Semaphore::new(places)) }
    }

    /// The same for work that is never turned away.
    pub fn patient(at_once: usize) -> Self {
        Self::new(at_once, Semaphore::MAX_PERMITS)
    }

    /// Does some work, when its turn comes, on a thread that answers no requests.
    ///
    /// # Errors
    /// Where too much waits already ([`Error::TooMany`]), or the work panics.
    pub async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        let ending = |_| Error::Unavailable("the server is ending".into());
        let place = self.places.clone().try_acquire_owned().map_err(|_| Error::TooMany(1))?;
        let turn = self.at_once.clone().acquire_owned().await.map_err(ending)?;
        let done = tokio::task::spawn_blocking(move || {
            // Held until it is done, even where nobody waits for it any more.
            let _held = (place, turn);
            work()
        });
        done.await.map_err(|panic| Error::Unavailable(panic.to_string()))
    }
}

/// Whose turn it is to have a page of initiatives made. Each kind waits for its own alone.
pub struct PageTurns {
    /// Lists, each of which looks at the whole feed. Whoever asks for many makes others wait for lists alone, and not long.
    pub lists: Turns,
    /// Pages of one initiative, which take a millisecond.
    pub initiatives: Turns,
    /// The same, as answers to forms: what is stored is said to be, however long that takes. Forms have limits of their own.
    pub answers: Turns,
}

impl Default for PageTurns {
    fn default() -> Self {
        Self { lists: Turns::new(1, 10), initiatives: Turns::new(1, 200), answers: Turns::patient(1) }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn what_has_no_place_is_turned_away_until_there_is_one() {
        let turns = Arc::new(Turns::new(1, 2));
        let (go, wait) = mpsc::channel::<()>();
        let (started, begun) = tokio::sync::oneshot::channel();
        let first = tokio::spawn({
            let turns = turns.clone();
            async move {
                let work = move || {
                    started.send(()).unwrap();
                    wait.recv().unwrap();
                };
                turns.work(work).await
            }
        });
        begun.await.unwrap();
        let mut second = std::pin::pin!(turns.work(|| "second"));
        assert!(second.as_mut().now_or_never().is_none());
        assert!(matches!(turns.work(|| ()).await, Err(Error::TooMany(1))));
        // Nobody waits for it any more, and it goes on.
        first.abort();
        assert!(first.await.unwrap_err().is_cancelled());
        assert!(second.as_mut().now_or_never().is_none());
        assert!(matches!(turns.work(|| ()).await, Err(Error::TooMany(1))));
        go.send(()).unwrap();
        assert_eq!(second.await.unwrap(), "second");
        assert!(turns.work(|| ()).await.is_ok());
    }

    #[tokio::test]
    async fn work_that_panics_gives_its_turn_back() {
        let turns = Turns::new(1, 1);
        let failed = turns.work(|| panic!("broken")).await;
        assert!(matches!(failed, Err(Error::Unavailable(_))));
        assert_eq!(turns.work(|| 1).await.unwrap(), 1);
    }
}
