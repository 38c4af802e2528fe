//! What has been typed into a form. It lives in memory, as long as the widget: nothing personal is stored.

use alentour_model::signup::Answer;
use alentour_model::{ConsentGiven, ConsentRequest, FieldProblem, Initiative, SignUp};
use leptos::prelude::*;

/// How far a sign-up has come. The visitor always sees which of these is true.
#[derive(Clone, Debug, PartialEq)]
pub enum Status {
    /// Being filled in.
    Editing,
    /// On its way.
    Sending,
    /// No answer came, or "later": it is sent again by itself.
    Trying,
    /// Given up for now; the visitor can send it again.
    NotSent,
    /// The server has it.
    Received,
}

/// The form of one initiative.
#[derive(Clone, Copy)]
pub struct Draft {
    /// What has been typed.
    pub signup: RwSignal<SignUp>,
    /// What is wrong with it, since it was last sent.
    pub problems: RwSignal<Vec<FieldProblem>>,
    /// How far it has come.
    pub status: RwSignal<Status>,
    /// The key of the attempt, and the body that it was first sent with. Another body is another attempt.
    pub attempt: StoredValue<Option<(String, String)>>,
}

/// The forms that have been opened, by initiative. They outlive the initiative's view, so that going back loses nothing.
#[derive(Default)]
pub struct Drafts {
    all: Vec<(String, Draft)>,
}

impl Drafts {
    /// The form of an initiative: the one that was begun, or an empty one. `owner` keeps it.
    pub fn of(&mut self, initiative: &Initiative, language: &str, owner: &Owner) -> Draft {
        if let Some((_, draft)) = self.all.iter().find(|(id, _)| *id == initiative.id) {
            return *draft;
        }
        let signup = SignUp {
            initiative: initiative.id.clone(),
            party_size: 1,
            language: language.to_owned(),
            ..SignUp::default()
        };
        let draft = owner.with(|| Draft {
            signup: RwSignal::new(signup),
            problems: RwSignal::new(Vec::new()),
            status: RwSignal::new(Status::Editing),
            attempt: StoredValue::new(None),
        });
        self.all.push((initiative.id.clone(), draft));
        draft
    }
}

impl Draft {
    /// The answer to a question.
    pub fn answer(self, question: &str) -> String {
        self.signup
            .with(|signup| {
                signup
                    .answers
                    .iter()
                    .find(|answer| answer.question == question)
                    .map(|answer| answer.value.clone())
            })
            .unwrap_or_default()
    }

    /// Takes an answer; an empty one is none.
    pub fn set_answer(self, question: &str, value: String) {
        self.signup.update(|signup| {
            signup.answers.retain(|answer| answer.question != question);
            if !value.is_empty() {
                signup.answers.push(Answer { question: question.to_owned(), value });
            }
        });
    }

    /// Whether a consent has been given.
    pub fn consents(self, request: &ConsentRequest) -> bool {
        self.signup.with(|signup| signup.consents.iter().any(|given| given.id == request.id))
    }

    /// Gives or takes back a consent to the text as it is shown.
    pub fn set_consent(self, request: &ConsentRequest, given: bool) {
        self.signup.update(|signup| {
            signup.consents.retain(|other| other.id != request.id);
            if given {
                signup.consents.push(ConsentGiven {
                    id: request.id.clone(),
                    version: request.version.clone(),
                    text: request.text.clone(),
                });
            }
        });
    }
}
