//! A form as browsers send it without a script (`application/x-www-form-urlencoded`), read into what the JSON route takes.

use alentour_model::question::{YES, typed_number};
use alentour_model::signup::{Answer, ConsentGiven};
use alentour_model::{Offer, Participation, Question, QuestionType, SignUp};

use crate::wording::lines;

/// What a form has sent.
#[derive(Debug, Default)]
pub struct Sent {
    /// What was typed.
    pub sign_up: SignUp,
    /// What names this filling in.
    pub ticket: String,
    /// The field that people do not see.
    pub website: String,
}

/// Reads a form for an initiative that asks for that. Fields that the form does not have are left out.
pub fn read(body: &[u8], initiative: &str, language: &str, asked: Option<&Participation>) -> Sent {
    let fields: Vec<(String, String)> =
        url::form_urlencoded::parse(body).map(|(name, value)| (name.into(), value.into())).collect();
    let field = |name: &str| {
        let found = fields.iter().find(|(known, _)| known == name);
        // Lines of a text area end in CRLF where a form is sent.
        found.map(|(_, value)| value.replace("\r\n", "\n"))
    };
    let all = |name: &str| -> Vec<String> {
        let values = fields.iter().filter(|(known, value)| known == name && !value.is_empty());
        values.map(|(_, value)| value.clone()).collect()
    };
    let text = |name: &str| field(name).unwrap_or_default();
    let is_ticked = |name: &str| field(name).is_some();
    let mut sign_up = SignUp {
        sessions: all("session"),
        waitlist: all("waitlist"),
        party_size: field("partySize").map_or(1, |size| size.parse().unwrap_or_default()),
        guests: lines(&text("guests")),
        given_name: text("givenName"),
        family_name: text("familyName"),
        email: text("email"),
        telephone: text("telephone"),
        postal_code: text("postalCode"),
        town: text("town"),
        message: text("message"),
        under15: is_ticked("under15"),
        guardian_agrees: is_ticked("under15") && is_ticked("guardianAgrees"),
        ..SignUp::new(initiative, language)
    };
    // A page names all that it has shown as full, chosen or not.
    let SignUp { sessions, waitlist, .. } = &mut sign_up;
    waitlist.retain(|id| sessions.contains(id));
    for question in asked.map_or(&[][..], |asked| &asked.questions) {
        let value = answer(&fields, question);
        if !value.is_empty() {
            sign_up.answers.push(Answer { question: question.id.clone(), value });
        }
    }
    for need in all("offers") {
        // How many is asked where more than one is needed.
        let quantity = field(&["offers.", &need].concat());
        let quantity = quantity.map_or(1, |typed| typed.trim().parse().unwrap_or_default());
        sign_up.offers.push(Offer { need, quantity });
    }
    for request in asked.map_or(&[][..], |asked| &asked.consents) {
        if is_ticked(&["consents.", &request.id].concat()) {
            let shown = text(&["shown.", &request.id].concat());
            sign_up.consents.push(ConsentGiven::to_shown(request, &shown));
        }
    }
    Sent { sign_up, ticket: text("attempt"), website: text("website") }
}

/// The answer to a question, as the JSON route takes it; empty where there is none.
fn answer(fields: &[(String, String)], question: &Question) -> String {
    let name = ["answers.", &question.id].concat();
    let values = fields.iter().filter(|(known, _)| *known == name);
    // Lines of a text area end in CRLF where a form is sent.
    let mut values = values.map(|(_, value)| value.replace("\r\n", "\n"));
    match question.answer {
        // A ticked box has a value of the browser's.
        QuestionType::Boolean => values.next().map(|_| YES.to_owned()).unwrap_or_default(),
        QuestionType::Choices | QuestionType::Availability => values.collect::<Vec<_>>().join("\n"),
        QuestionType::Number => values.next().map(|typed| typed_number(&typed)).unwrap_or_default(),
        _ => values.next().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Participation {
        let feed = r#"{"initiatives":[{"id":"a","name":"A","participation":{"way":"rsvp","questions":[
            {"id":"q","label":"Q","type":"text"},{"id":"b","label":"B","type":"boolean"}],
            "consents":[{"id":"c","version":"2","text":"D’accord\nou non"},{"id":"d","version":"1","text":"Lettre"}]}}]}"#;
        let mut feed = alentour_formats::read(feed.as_bytes()).unwrap().feed;
        feed.initiatives.remove(0).participation.unwrap()
    }

    #[test]
    fn fields_become_what_the_json_route_takes() {
        let body = "givenName=Zo%C3%A9&familyName=Mbarek&email=z%40example.org&message=a%0D%0Ab&answers.q=oui+%26+non\
            &answers.b=on&consents.c=on&shown.c=2%0D%0AD%E2%80%99accord%0D%0Aou+non&shown.d=1%0ALettre&guardianAgrees=on\
            &attempt=x&website=&utm=1";
        let Sent { sign_up, ticket, website } = read(body.as_bytes(), "a", "fr", Some(&asked()));
        assert_eq!((sign_up.given_name.as_str(), sign_up.message.as_str()), ("Zoé", "a\nb"));
        let answers: Vec<_> = sign_up.answers.iter().map(|one| one.value.as_str()).collect();
        assert_eq!(answers, ["oui & non", "yes"]);
        let [given] = &sign_up.consents[..] else { panic!("{:?}", sign_up.consents) };
        assert_eq!((given.version.as_str(), given.text.as_str()), ("2", "D’accord\nou non"));
        // Nobody's parent is asked for whoever is older.
        assert!(!sign_up.under15 && !sign_up.guardian_agrees);
        assert_eq!((sign_up.party_size, ticket.as_str(), website.as_str()), (1, "x", ""));
    }

    #[test]
    fn answers_of_every_type_become_what_the_json_route_takes() {
        let feed = r#"{"initiatives":[{"id":"a","name":"A","participation":{"way":"rsvp","questions":[
            {"id":"s","label":"S","type":"choices","options":["Un","Deux","Trois"]},
            {"id":"n","label":"N","type":"number"},{"id":"y","label":"Y","type":"yesNo"},
            {"id":"d","label":"D","type":"date"},{"id":"l","label":"L","type":"longText"},
            {"id":"o","label":"O","type":"choices","options":["Un"]}]}}]}"#;
        let mut feed = alentour_formats::read(feed.as_bytes()).unwrap().feed;
        let asked = feed.initiatives.remove(0).participation.unwrap();
        let body = "answers.s=Un&answers.s=Trois&answers.n=1+200%2C5&answers.y=no&answers.d=2028-02-29&answers.l=a%0D%0Ab";
        let answers = read(body.as_bytes(), "a", "fr", Some(&asked)).sign_up.answers;
        let answers: Vec<_> = answers.iter().map(|it| (it.question.as_str(), it.value.as_str())).collect();
        let expected = [("s", "Un\nTrois"), ("n", "1200.5"), ("y", "no"), ("d", "2028-02-29"), ("l", "a\nb")];
        assert_eq!(answers, expected);
    }

    #[test]
    fn what_is_ticked_is_offered_and_how_many_counts_for_nothing_else() {
        let body = "offers=tables&offers=bras&offers.tables=+3&offers.chaises=2";
        let offers = |body: &str| read(body.as_bytes(), "a", "fr", None).sign_up.offers;
        let offer = |need: &str, quantity| Offer { need: need.into(), quantity };
        assert_eq!(offers(body), [offer("tables", 3), offer("bras", 1)]);
        // What is no number is none that fits.
        assert_eq!(offers("offers=tables&offers.tables=trois"), [offer("tables", 0)]);
    }

    #[test]
    fn what_is_no_number_of_people_is_none_that_fits() {
        let size = |body: &str| read(body.as_bytes(), "a", "fr", None).sign_up.party_size;
        assert_eq!((size(""), size("partySize=3"), size("partySize=-1"), size("partySize=x")), (1, 3, 0, 0));
    }
}
