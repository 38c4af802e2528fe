//! The proof of work that makes filling in forms by the thousand dear: a challenge of the ALTCHA protocol (version 1),
//! solved while the visitor types, with nothing to see and nothing to press. <https://altcha.org/docs/v1/proof-of-work/>

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use super::fetch;
use crate::app::App;
use crate::app::draft::Draft;

#[wasm_bindgen(module = "/src/browser/proof.mjs")]
extern "C" {
    fn solve(challenge: &str, is_easy: bool) -> Promise;
}

/// What came of a proof.
#[derive(Clone, Default)]
pub enum Solution {
    /// The server asks for none.
    #[default]
    NotAsked,
    /// What goes into [`alentour_model::Submission::altcha`].
    Solved(String),
    /// The challenge did not come, or the server said "later": perhaps after that many seconds.
    Unavailable(Option<u32>),
}

/// The proof that goes with a form. Whoever asks first makes it begin; all others wait for the same one.
#[derive(Clone, Default)]
pub struct Proof {
    work: Rc<RefCell<Option<Promise>>>,
    solution: Rc<RefCell<Solution>>,
}

impl Proof {
    /// Begins it, unless it is under way or done.
    pub fn begin(&self, app: App) -> Promise {
        let begin = || {
            let proof = self.clone();
            future_to_promise(async move {
                let solution = prove(app).await;
                if matches!(solution, Solution::Unavailable(_)) {
                    proof.discard();
                }
                proof.solution.replace(solution);
                Ok(JsValue::UNDEFINED)
            })
        };
        self.work.borrow_mut().get_or_insert_with(begin).clone()
    }

    /// Waits for what comes of it.
    pub async fn solution(&self, app: App) -> Solution {
        let _ = JsFuture::from(self.begin(app)).await;
        self.solution.borrow().clone()
    }

    /// Forgets it: a proof is good for one answer.
    pub fn discard(&self) {
        self.work.take();
    }
}

/// The proofs of a widget's forms, by initiative.
#[derive(Default)]
pub struct Proofs(RefCell<Vec<(String, Proof)>>);

impl Proofs {
    /// The proof that goes with a form.
    pub fn of(&self, draft: &Draft) -> Proof {
        let initiative = draft.signup.borrow().initiative.clone();
        let mut proofs = self.0.borrow_mut();
        if let Some((_, proof)) = proofs.iter().find(|(id, _)| *id == initiative) {
            return proof.clone();
        }
        let proof = Proof::default();
        proofs.push((initiative, proof.clone()));
        proof
    }
}

/// Fetches a challenge, solves it, and waits until it may be sent.
async fn prove(app: App) -> Solution {
    let mut is_slow = false;
    loop {
        let path = if is_slow { "/signups/challenge?slow=1" } else { "/signups/challenge" };
        let response = match app.address(path) {
            Some(address) => fetch::get(&address, None).await,
            None => None,
        };
        let Some(response) = response else { return Solution::Unavailable(None) };
        if response.is_temporary() {
            return Solution::Unavailable(response.retry_after);
        }
        if response.status != 200 {
            return Solution::NotAsked;
        }
        // What is no challenge cannot be solved: the server says what it thinks of none.
        let Ok(solution) = JsFuture::from(solve(&response.body, is_slow)).await else {
            return Solution::NotAsked;
        };
        if let Some(solution) = solution.as_string() {
            return Solution::Solved(solution);
        }
        is_slow = true;
    }
}
