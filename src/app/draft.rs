//! What has been typed into a form. It lives in memory, as long as the widget: nothing personal is stored.

use std::cell::RefCell;
use std::rc::Rc;

use alentour_model::signup::{Answer, answer_to};
use alentour_model::{
    AlertRequest, ConsentGiven, ConsentRequest, FieldProblem, Initiative, Letter, Session, SignUp,
};
use leptos::prelude::*;

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
    Retrying,
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
        matches!(self, Self::Sending | Self::Slow | Self::Retrying)
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

/// What a visitor has made of the letter of an initiative.
#[derive(Default)]
pub struct Written {
    /// The visitor's postcode.
    pub postcode: String,
    /// The subject; `None` where it is as it was proposed.
    pub subject: Option<String>,
    /// The text; the same.
    pub text: Option<String>,
}

impl Written {
    /// The subject as it is now.
    pub fn subject<'a>(&'a self, letter: &'a Letter) -> &'a str {
        self.subject.as_deref().unwrap_or(&letter.subject)
    }

    /// The text as it is now.
    pub fn text<'a>(&'a self, letter: &'a Letter) -> &'a str {
        self.text.as_deref().unwrap_or(&letter.text)
    }
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
    /// How many forms have been begun after the first: the fields follow it.
    pub renewals: RwSignal<Option<usize>>,
    /// The latest attempt to send it.
    pub attempt: Rc<RefCell<Option<Attempt>>>,
    /// The session that was proposed last, by its position in the initiative's list.
    proposed: RwSignal<Option<usize>>,
    /// How often a session has been chosen: what the button says follows it.
    pub choices: RwSignal<Option<usize>>,
    /// The letter, where it proposes one. It is sent to nobody from here.
    pub letter: Rc<RefCell<Written>>,
}

/// An attempt to send a form. Another form is another attempt.
#[derive(Clone)]
pub struct Attempt {
    /// Its idempotency key.
    pub key: String,
    /// The form as it was first sent.
    pub sign_up: SignUp,
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
        let draft = Draft {
            signup: Rc::new(RefCell::new(SignUp::new(&initiative.id, language))),
            progress: RwSignal::new(Progress::default()),
            refusals: RwSignal::new(None),
            renewals: RwSignal::new(None),
            attempt: Rc::default(),
            proposed: RwSignal::new(None),
            choices: RwSignal::new(None),
            letter: Rc::default(),
        };
        self.all.push((initiative.id.clone(), draft.clone()));
        draft
    }
}

/// Signals of one type share their code: hence an option, as of the initiative that is opened.
pub fn count_up(signal: RwSignal<Option<usize>>) {
    signal.set(Some(signal.get_untracked().unwrap_or_default() + 1));
}

impl Draft {
    /// The answer to a question.
    pub fn answer(&self, question: &str) -> String {
        answer_to(&self.signup.borrow().answers, question).to_owned()
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

    /// Chooses a session that has a seat: in the place of the one that was proposed before, or, where the visitor has chosen others and several
    /// may be, beside them.
    pub fn propose(&self, initiative: &Initiative, position: Option<usize>) {
        let session = position.and_then(|position| initiative.sessions.get(position));
        if self.proposed.get_untracked() != position
            && let Some(session) = session.filter(|session| !session.is_full())
        {
            let before = self.proposed.get_untracked().and_then(|position| initiative.sessions.get(position));
            let has_own = match self.signup.borrow().sessions.as_slice() {
                [] => false,
                [one] => before.is_none_or(|before| before.id != *one),
                _ => true,
            };
            self.proposed.set(position);
            self.choose(&session.id, true, has_own && initiative.takes_several());
        }
    }

    /// Chooses the session of that name, or does not any more.
    pub fn choose(&self, id: &str, is_chosen: bool, several: bool) {
        let is_new = self.signup.borrow_mut().choose(id, is_chosen, several);
        if is_new {
            count_up(self.choices);
        }
    }

    /// Of these sessions the server has no seats enough for so many: sent again, the form asks for places in their lines.
    pub fn wait_for(&self, sessions: Vec<String>) {
        self.signup.borrow_mut().waitlist.extend(sessions);
        count_up(self.choices);
    }

    /// So many people come. For them the server may have seats where it had none for more.
    pub fn set_party(&self, size: u32) {
        let mut signup = self.signup.borrow_mut();
        signup.party_size = size;
        signup.waitlist.clear();
        drop(signup);
        count_up(self.choices);
    }

    /// Whether the session of that name is chosen.
    pub fn has_chosen(&self, id: &str) -> bool {
        self.signup.borrow().sessions.iter().any(|chosen| chosen == id)
    }

    /// The form as it is sent: what is hidden stays as it was typed, and is left out. For a session that is shown as full a place in the
    /// line is asked for, which its row says, and for one that the server has refused. One session is sent as forms of one session always were.
    pub fn to_send(&self, initiative: &Initiative) -> SignUp {
        let mut sign_up = self.signup.borrow().clone();
        let is_full = |id: &String| initiative.session(id).is_some_and(Session::is_full);
        let will_wait = |id: &&String| is_full(id) || sign_up.may_wait(id);
        sign_up.waitlist = sign_up.sessions.iter().filter(will_wait).cloned().collect();
        if sign_up.sessions.len() == 1 {
            sign_up.session = sign_up.sessions.pop().unwrap_or_default();
        }
        // The box is not seen any more, and may still be ticked.
        sign_up.guardian_agrees &= sign_up.under15;
        if let Some(participation) = &initiative.participation {
            let others = sign_up.party_size.saturating_sub(1) as usize;
            sign_up.guests.truncate(if participation.guests.is_asked() { others } else { 0 });
            sign_up.leave_out_unasked(participation);
        }
        sign_up
    }

    /// What an alert is for, as other forms are for an initiative.
    pub fn no_initiative() -> Initiative {
        Initiative::new("", "")
    }

    /// Whether it asks for an alert, which is of no initiative: its answers are the fields of an [`AlertRequest`].
    pub fn is_alert(&self) -> bool {
        self.signup.borrow().initiative.is_empty()
    }

    /// What is wrong with the form as it is sent. `now` in UTC seconds.
    pub fn problems(&self, sent: &SignUp, initiative: &Initiative, now: i64) -> Vec<FieldProblem> {
        if self.is_alert() { AlertRequest::of(sent).validate() } else { sent.validate(initiative, now) }
    }

    /// Whether something is wrong with a field is found out again, where something was; and with the questions and the names of those who
    /// come along, which may no longer be asked. `now` in UTC seconds.
    pub fn look_again(&self, field: &str, initiative: &Initiative, now: i64) {
        let is_of = |problem: &FieldProblem| {
            let name = problem.field.as_str();
            name == field
                || name.starts_with("answers.")
                || (field == "partySize" && name.starts_with("guests."))
        };
        let before = self.progress.read_untracked().problems.clone();
        if !before.iter().any(is_of) {
            return;
        }
        let mut still = self.problems(&self.to_send(initiative), initiative, now);
        let mut problems = Vec::new();
        for problem in &before {
            let found = still.iter().position(|found| found.field == problem.field);
            match found.filter(|_| is_of(problem)) {
                Some(found) => problems.push(still.swap_remove(found)),
                None if is_of(problem) => {}
                None => problems.push(problem.clone()),
            }
        }
        // A live region is read out again when it is set, even to the same.
        if problems != before
            && let Some(mut progress) = self.progress.try_write()
        {
            progress.problems = problems;
        }
    }

    /// Shows these problems instead of the last ones.
    pub fn set_problems(&self, problems: Vec<FieldProblem>, status: Status) {
        if let Some(mut progress) = self.progress.try_write() {
            *progress = Progress { status, problems };
            drop(progress);
            count_up(self.refusals);
        }
    }

    /// Begins a form for somebody else, with what may be the same for both: how they are reached, and when they come.
    pub fn renew(&self) {
        let SignUp { initiative, language, email, telephone, postal_code, sessions, .. } = self.signup.take();
        let same = SignUp { email, telephone, postal_code, sessions, ..SignUp::new(&initiative, &language) };
        self.signup.replace(same);
        self.attempt.take();
        count_up(self.renewals);
        self.progress.set(Progress::default());
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
