//! What is asked again. From one key to the next only the words differ, and neither how far an initiative is nor when it is on
//! follows from them.

use std::sync::{Arc, Mutex};

use crate::answer::{Answer, Asked};

/// How the initiatives of a catalogue answered what was asked last.
#[derive(Clone, Debug, Default)]
pub(super) struct Again(Arc<Mutex<Answers>>);

/// The same, while one search uses it.
#[derive(Debug, Default)]
pub(super) struct Answers {
    asked: Option<Asked>,
    /// By position. Empty until something is asked a second time: most servers answer each question once.
    answers: Vec<Option<Answer>>,
}

impl Again {
    /// Searches with the answers of so many initiatives; without, where another search has them just now.
    pub fn with<T>(&self, asked: &Asked, len: usize, search: impl FnOnce(&mut Answers) -> T) -> T {
        match self.0.try_lock() {
            Ok(mut answers) => {
                answers.turn_to(asked, len);
                search(&mut answers)
            }
            Err(_) => search(&mut Answers::default()),
        }
    }
}

impl Answers {
    fn turn_to(&mut self, asked: &Asked, len: usize) {
        // What was over may go on where clocks have been put back.
        let is_again =
            self.asked.as_ref().is_some_and(|before| before.is_like(asked) && before.now <= asked.now);
        if is_again {
            self.answers.resize(len, None);
        } else {
            self.answers.clear();
        }
        self.asked = Some(asked.clone());
    }

    /// How the initiative at a position answers: as it did, unless one of its sessions has ended since.
    pub fn answer(&mut self, position: usize, now: i64, ask: impl FnOnce() -> Answer) -> Answer {
        match self.answers.get_mut(position) {
            Some(Some(answer)) if now < answer.until => *answer,
            Some(place) => *place.insert(ask()),
            None => ask(),
        }
    }
}
