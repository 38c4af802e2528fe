//! What has been typed into a form. It lives in memory, as long as the widget: nothing personal is stored.

use std::cell::RefCell;
use std::rc::Rc;

use alentour_model::signup::Answer;
use alentour_model::{ConsentGiven, ConsentRequest, FieldProblem, Initiative, SignUp};
use js_sys::Promise;
use leptos::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use super::proof::prove;
use crate::app::App;

/// How far a sign-up has come. The visitor always sees which of these is true.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Status {
    /// Being filled in.
    #[default]
    Editing,
    /// An attempt was left without an answer, and the server is asked whether it arrived.
    Checking,
    /// The same, and the server cannot be reached.
    Unsure,
    /// That attempt did not arrive: it must be filled in once more.
    Lost,
    /// On its way.
    Sending,
    /// The same, and a slow device is still at its proof of work, or the line is slow.
    Slow,
    /// No answer came, or "later": it is sent again by itself.
    Trying,
    /// Given up for now; the visitor can send it again.
    NotSent,
    /// The server has it.
    Received,
    /// The server has it, and a mail was sent whose button confirms it.
    Unconfirmed,
}

impl Status {
    /// Whether it is being sent.
    pub fn is_busy(self) -> bool {
        matches!(self, Self::Sending | Self::Slow | Self::Trying)
    }

    /// Whether the server has it.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Received | Self::Unconfirmed)
    }
}

/// What is shown of a sign-up beside what has been typed.
#[derive(Clone, Default)]
pub struct Progress {
    /// How far it has come.
    pub status: Status,
    /// What was wrong with it when it was last sent.
    pub problems: Vec<FieldProblem>,
}

/// The form of one initiative.
#[derive(Clone)]
pub struct Draft {
    /// What has been typed. No part of the view follows it: the fields hold it themselves.
    pub signup: Rc<RefCell<SignUp>>,
    /// How far it has come, and what is wrong with it.
    pub progress: RwSignal<Progress>,
    /// How often it has been sent or refused: what follows the problems follows this.
    pub refusals: RwSignal<Option<usize>>,
    /// The e-mail address that the attempt was sent with.
    pub sent_from: Rc<RefCell<String>>,
    /// The key of the attempt, and the body that it was first sent with. Another body is another attempt.
    pub attempt: Rc<RefCell<Option<(String, String)>>>,
    /// The proof of work that goes with it, under way or done.
    pub proof: Rc<RefCell<Option<Promise>>>,
}

/// The forms that have been opened, by initiative. They outlive the initiative's view, so that going back loses nothing.
#[derive(Default)]
pub struct Drafts {
    all: Vec<(String, Draft)>,
}

impl Drafts {
    /// The form of an initiative: the one that was begun, or an empty one.
    pub fn of(&mut self, initiative: &Initiative, language: &str) -> Draft {
        if let Some((_, draft)) = self.all.iter().find(|(id, _)| *id == initiative.id) {
            return draft.clone();
        }
        let signup = SignUp {
            initiative: initiative.id.clone(),
            party_size: 1,
            language: language.to_owned(),
            ..SignUp::default()
        };
        let draft = Draft {
            signup: Rc::new(RefCell::new(signup)),
            progress: RwSignal::new(Progress::default()),
            refusals: RwSignal::new(None),
            sent_from: Rc::default(),
            attempt: Rc::default(),
            proof: Rc::default(),
        };
        self.all.push((initiative.id.clone(), draft.clone()));
        draft
    }
}

impl Draft {
    /// The answer to a question.
    pub fn answer(&self, question: &str) -> String {
        let signup = self.signup.borrow();
        signup
            .answers
            .iter()
            .find(|answer| answer.question == question)
            .map(|answer| answer.value.clone())
            .unwrap_or_default()
    }

    /// Takes an answer; an empty one is none.
    pub fn set_answer(&self, question: &str, value: String) {
        let answers = &mut self.signup.borrow_mut().answers;
        answers.retain(|answer| answer.question != question);
        if !value.is_empty() {
            answers.push(Answer { question: question.to_owned(), value });
        }
    }

    /// Whether a consent has been given.
    pub fn consents(&self, request: &ConsentRequest) -> bool {
        self.signup.borrow().consents.iter().any(|given| given.id == request.id)
    }

    /// Gives or takes back a consent to the text as it is shown.
    pub fn set_consent(&self, request: &ConsentRequest, given: bool) {
        let consents = &mut self.signup.borrow_mut().consents;
        consents.retain(|other| other.id != request.id);
        if given {
            let ConsentRequest { id, version, text, .. } = request.clone();
            consents.push(ConsentGiven { id, version, text });
        }
    }

    /// Shows these problems instead of the last ones.
    pub fn set_problems(&self, problems: Vec<FieldProblem>, status: Status) {
        if let Some(mut progress) = self.progress.try_write() {
            *progress = Progress { status, problems };
            drop(progress);
            self.refusals.set(Some(self.refusals.get_untracked().unwrap_or_default() + 1));
        }
    }

    /// The proof of work to send with it: a text, empty where none is asked for; or the seconds of a `Retry-After`, or nothing,
    /// where the server could not be asked. Whoever asks first makes it begin; what has failed is begun anew.
    pub fn proof(&self, app: App) -> Promise {
        let begin = || {
            let proof = self.proof.clone();
            future_to_promise(async move {
                Ok(match prove(app).await {
                    Ok(solution) => solution.into(),
                    Err(wait) => {
                        proof.take();
                        wait.into()
                    }
                })
            })
        };
        self.proof.borrow_mut().get_or_insert_with(begin).clone()
    }

    /// Moves on; `false` once the widget is gone.
    pub fn set_status(&self, status: Status) -> bool {
        let progress = self.progress.try_write();
        let there = progress.is_some();
        if let Some(mut progress) = progress {
            progress.status = status;
        }
        there
    }
}
