//! What a visitor writes to take part.

mod answers;

pub use answers::{answer_to, asked};
use serde::{Deserialize, Serialize};

use crate::contact::{EmailAddress, is_postcode, is_telephone};
use crate::initiative::Initiative;
use crate::need::{Need, Offer};
use crate::participation::{Asked, Availability, ConsentRequest, Participation, Use, Way};
use crate::session::Session;
use crate::term::terms;

/// Characters that a name or an answer may have, and a message.
pub(crate) const LINE: usize = 200;
const MESSAGE: usize = 2000;
/// Names of guests that are found missing: those that a form has fields for.
pub const MOST_GUESTS: usize = 49;
/// Characters that the name of a town may have. The longest that we know of has 58.
const TOWN: usize = 100;
/// Sessions that one sign-up may be for: more than a year's weeks.
const MOST_SESSIONS: usize = 60;

/// What the form sends. Texts are as typed; [`SignUp::validate`] says what is wrong with them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SignUp {
    /// Identifier of the initiative.
    pub initiative: String,
    /// Identifier of the session; empty where the initiative has none, or where [`sessions`](Self::sessions) says which.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub session: String,
    /// Identifiers of several sessions. All of them are had, or none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<String>,
    /// Those of the sessions where a place on the waiting list will do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waitlist: Vec<String>,
    /// People it stands for, the writer included.
    pub party_size: u32,
    /// Names of those who come along, if asked: fewer than [`party_size`](Self::party_size).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub guests: Vec<String>,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// E-mail address.
    pub email: String,
    /// Telephone number, if asked.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub telephone: String,
    /// Postcode, if asked.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub postal_code: String,
    /// The town to be named with, where the writer agrees to be named.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub town: String,
    /// Message to the organiser, if asked.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// Answers to the organiser's questions; `"yes"` for a ticked box.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
    /// What is offered of what the organiser needs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<Offer>,
    /// Whether the writer is under 15: in France, too young to consent alone (law n° 78-17, article 45; GDPR, article 8).
    #[serde(skip_serializing_if = "is_false")]
    pub under15: bool,
    /// Whether a parent, or whoever has parental authority, agrees. Says nothing of who is older.
    #[serde(skip_serializing_if = "is_false")]
    pub guardian_agrees: bool,
    /// The boxes that were ticked.
    pub consents: Vec<ConsentGiven>,
    /// Language of the form (a BCP 47 tag).
    pub language: String,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// The answer to a question.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Identifier of the question.
    pub question: String,
    /// What was answered; `"yes"` for a ticked box, several values a line each. See [`Question::takes`](crate::Question::takes).
    pub value: String,
}

/// A box that was ticked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConsentGiven {
    /// Identifier of the consent.
    pub id: String,
    /// Version of the wording that was shown.
    pub version: String,
    /// The exact text that was shown.
    pub text: String,
}

impl ConsentGiven {
    /// That to the wording that was [`shown`](ConsentRequest::shown), which may have been an earlier one. Lines end in LF in it: the ends
    /// that they had in the current wording are known.
    pub fn to_shown(request: &ConsentRequest, shown: &str) -> Self {
        let (version, text) = match request.shown().replace("\r\n", "\n") == shown {
            true => (request.version.as_str(), request.text.as_str()),
            false => shown.split_once('\n').unwrap_or_default(),
        };
        Self { id: request.id.clone(), version: version.to_owned(), text: text.to_owned() }
    }
}

/// What is wrong with a field of the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// Name of the field in [`SignUp`]'s JSON; `answers.<id>`, `offers.<id>` and `consents.<id>` for questions, needs and consents, `guests.<n>`
    /// for names, from 0.
    pub field: String,
    /// What is wrong.
    pub problem: FieldIssue,
}

terms! {
    /// What can be wrong with a field of the form.
    FieldIssue {
        /// It must be filled in, chosen or ticked.
        Required = "required",
        /// It is not what it should be.
        #[default]
        Invalid = "invalid",
        /// It is too long.
        TooLong = "tooLong",
        /// The session is over, or sign-ups have closed.
        Closed = "closed",
        /// The session has fewer seats left than asked for.
        Full = "full",
        /// The wording of a consent has changed since the form was opened.
        Changed = "changed",
    }
}

impl SignUp {
    /// An empty form for one person.
    pub fn new(initiative: &str, language: &str) -> Self {
        Self {
            initiative: initiative.to_owned(),
            party_size: 1,
            language: language.to_owned(),
            ..Self::default()
        }
    }

    /// Identifiers of the sessions that were chosen, each once.
    pub fn chosen(&self) -> Vec<&str> {
        let mut chosen: Vec<&str> = Vec::new();
        // A body may hold a great many, and one too many is enough to refuse it.
        let several = self.sessions.iter().take(MOST_SESSIONS + 1);
        for id in several.chain([&self.session]).filter(|id| !id.is_empty()) {
            if !chosen.contains(&id.as_str()) {
                chosen.push(id);
            }
        }
        chosen
    }

    /// Chooses a session, or does not any more. Where one may be for `several`, the others stay; else it takes their place.
    /// Whether anything is otherwise now.
    pub fn choose(&mut self, id: &str, is_chosen: bool, several: bool) -> bool {
        let at = self.sessions.iter().position(|other| other == id);
        if at.is_some() == is_chosen {
            return false;
        }
        if !several {
            self.sessions.clear();
        }
        match at {
            Some(at) if several => drop(self.sessions.remove(at)),
            _ if is_chosen => self.sessions.push(id.to_owned()),
            _ => {}
        }
        true
    }

    /// Whether a place on the waiting list of a session will do.
    pub fn may_wait(&self, session: &str) -> bool {
        self.waitlist.iter().any(|id| id == session)
    }

    /// Whether the box is ticked by which the writer agrees to be named.
    pub fn agrees_to_be_named(&self, participation: &Participation) -> bool {
        let asked = participation.consent_for(Use::Signers);
        asked.is_some_and(|asked| self.consents.iter().any(|given| given.id == asked.id))
    }

    /// What is wrong with the choice of sessions: what no mending helps first.
    fn session_issue(&self, initiative: &Initiative, way: Way, now: i64) -> Option<FieldIssue> {
        let most = if way.takes_several() { MOST_SESSIONS } else { 1 };
        if self.sessions.len() > MOST_SESSIONS || self.waitlist.len() > MOST_SESSIONS {
            return Some(FieldIssue::Invalid);
        }
        let chosen = self.chosen();
        if initiative.sessions.is_empty() {
            return (!chosen.is_empty()).then_some(FieldIssue::Invalid);
        }
        if chosen.is_empty() {
            return Some(FieldIssue::Required);
        }
        let found: Option<Vec<_>> = chosen.iter().map(|id| initiative.session(id)).collect();
        let Some(found) = found.filter(|found| found.len() <= most) else { return Some(FieldIssue::Invalid) };
        if found.iter().any(|session| session.ends() <= now) {
            return Some(FieldIssue::Closed);
        }
        (!self.full(initiative).is_empty()).then_some(FieldIssue::Full)
    }

    /// Identifiers of the sessions that were chosen, of which the feed says that no seat is left, and where a place on the
    /// waiting list will not do.
    pub fn full(&self, initiative: &Initiative) -> Vec<&str> {
        let is_full = |id: &&str| initiative.session(id).is_some_and(Session::is_full);
        self.chosen().into_iter().filter(is_full).filter(|id| !self.may_wait(id)).collect()
    }

    /// Checks the form against the initiative it is for. An empty list says that all is well. `now` in UTC seconds.
    ///
    /// Seats are the server's to count: [`FieldIssue::Full`] is only said where the feed itself says that none is left.
    pub fn validate(&self, initiative: &Initiative, now: i64) -> Vec<FieldProblem> {
        let mut problems = Problems::default();
        let Some(participation) = &initiative.participation else {
            problems.add("initiative", FieldIssue::Closed);
            return problems.0;
        };
        if self.initiative != initiative.id {
            problems.add("initiative", FieldIssue::Invalid);
        }
        if initiative.availability(now) == Availability::Closed {
            problems.add("initiative", FieldIssue::Closed);
        }
        if let Some(issue) = self.session_issue(initiative, participation.way, now) {
            problems.add("session", issue);
        }
        problems.add_if(
            !(1..=participation.party_size).contains(&self.party_size),
            "partySize",
            FieldIssue::Invalid,
        );
        let most = participation.party_size.min(self.party_size);
        problems.guests(participation.guests, &self.guests, most);
        problems.text("givenName", &self.given_name, Asked::Required, LINE);
        problems.text("familyName", &self.family_name, Asked::Required, LINE);
        if problems.text("email", &self.email, Asked::Required, LINE + 120) {
            problems.add_if(EmailAddress::parse(&self.email).is_none(), "email", FieldIssue::Invalid);
        }
        if problems.text("telephone", &self.telephone, participation.telephone, LINE) {
            problems.add_if(!is_telephone(&self.telephone), "telephone", FieldIssue::Invalid);
        }
        if problems.text("postalCode", &self.postal_code, participation.postal_code, LINE) {
            problems.add_if(!is_postcode(&self.postal_code), "postalCode", FieldIssue::Invalid);
        }
        let is_named = if self.agrees_to_be_named(participation) { Asked::Required } else { Asked::No };
        problems.text("town", &self.town, is_named, TOWN);
        // 35 characters are enough for any language (RFC 5646, section 4.4.1).
        problems.text("language", &self.language, Asked::Optional, 35);
        problems.text("message", &self.message, participation.message, MESSAGE);
        problems.answers(&participation.questions, &self.answers);
        problems.offers(&participation.needs, &self.offers);
        if self.under15 {
            problems.add_if(!participation.takes_under_15(), "under15", FieldIssue::Invalid);
            problems.add_if(!self.guardian_agrees, "guardianAgrees", FieldIssue::Required);
        }
        for request in &participation.consents {
            let field = format!("consents.{}", request.id);
            match self.consents.iter().find(|given| given.id == request.id) {
                None => problems.add_if(request.required, &field, FieldIssue::Required),
                Some(given) => {
                    let same = given.version == request.version && given.text == request.text;
                    problems.add_if(!same, &field, FieldIssue::Changed);
                }
            }
        }
        problems.add_if(
            self.consents
                .iter()
                .any(|given| !participation.consents.iter().any(|asked| asked.id == given.id)),
            "consents",
            FieldIssue::Invalid,
        );
        problems.0
    }
}

/// Whether that can be somebody's name: a line of what people type.
pub fn is_line(text: &str) -> bool {
    Problems::default().text("", text, Asked::Required, LINE)
}

/// What is wrong with a form, as it is found.
#[derive(Default)]
pub(crate) struct Problems(Vec<FieldProblem>);

impl Problems {
    /// All that was found.
    pub(crate) fn found(self) -> Vec<FieldProblem> {
        self.0
    }

    pub(crate) fn add(&mut self, field: &str, problem: FieldIssue) {
        self.0.push(FieldProblem { field: field.to_owned(), problem });
    }

    /// Checks the names of those who come along: where they must be given, one each.
    fn guests(&mut self, asked: Asked, guests: &[String], party_size: u32) {
        let others = if asked.is_asked() { party_size.saturating_sub(1) as usize } else { 0 };
        self.add_if(guests.len() > others, "guests", FieldIssue::Invalid);
        let found = self.0.len();
        for n in 0..others {
            // Of a coach that comes without names nobody needs to hear a thousand times.
            if self.0.len() < found + MOST_GUESTS {
                let name = guests.get(n).map_or("", |name| name);
                self.text(&["guests.", &n.to_string()].concat(), name, asked, LINE);
            }
        }
    }

    pub(crate) fn add_if(&mut self, wrong: bool, field: &str, problem: FieldIssue) {
        if wrong {
            self.add(field, problem);
        }
    }

    /// Checks what is offered: needs that there are, each once, and not more than is needed.
    fn offers(&mut self, needs: &[Need], offers: &[Offer]) {
        let mut known = 0;
        for need in needs {
            if let Some(quantity) = Offer::of(offers, &need.id) {
                known += 1;
                let field = ["offers.", &need.id].concat();
                self.add_if(!need.takes(quantity), &field, FieldIssue::Invalid);
            }
        }
        self.add_if(offers.len() > known, "offers", FieldIssue::Invalid);
    }

    /// Checks a text; `true` if there is one that can be looked at further.
    pub(crate) fn text(&mut self, field: &str, text: &str, asked: Asked, most: usize) -> bool {
        let blank = text.trim().is_empty();
        // NUL and the like are never typed; a database and a mail header do not forgive them.
        let unfit = text.chars().any(|c| c.is_control() && !(c == '\n' && most >= MESSAGE) && c != '\t');
        let issue = match asked {
            Asked::No if !text.is_empty() => FieldIssue::Invalid,
            Asked::Required if blank => FieldIssue::Required,
            _ if unfit => FieldIssue::Invalid,
            _ if text.chars().count() > most => FieldIssue::TooLong,
            _ => return !blank,
        };
        self.add(field, issue);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(version: &str, text: &str) -> ConsentRequest {
        let (id, purpose) = ("lettre".to_owned(), String::new());
        ConsentRequest {
            id,
            version: version.into(),
            text: text.into(),
            purpose,
            required: false,
            used_for: None,
        }
    }

    #[test]
    fn what_is_agreed_to_is_the_wording_that_was_shown() {
        let now = request("9", "Autre chose");
        for (version, text) in
            [("2", "D’accord\nou non"), ("", "D’accord"), ("2", "D’accord\r\nou non\r\n"), ("1\n2", "Oui")]
        {
            let request = request(version, text);
            // As a form's lines are read.
            let shown = request.shown().replace("\r\n", "\n");
            let given = ConsentGiven::to_shown(&request, &shown);
            assert_eq!(
                (given.id.as_str(), given.version.as_str(), given.text.as_str()),
                ("lettre", version, text)
            );
        }
        let given = ConsentGiven::to_shown(&now, &request("8", "Une lettre\npar mois").shown());
        assert_eq!((given.version.as_str(), given.text.as_str()), ("8", "Une lettre\npar mois"));
        for nothing in ["", "9"] {
            let given = ConsentGiven::to_shown(&now, nothing);
            assert_eq!((given.version.as_str(), given.text.as_str()), ("", ""));
        }
    }
}
