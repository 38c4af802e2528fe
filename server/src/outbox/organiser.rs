//! The mails to the organiser: one a sign-up, and a short one when a consent is taken back or a sign-up erased. In French.

use std::fmt::Write as _;

use lettre::Address;
use serde_json::Value;

use super::mail::Letter;
use super::news::{News, time};
use super::{texts, words};
use crate::store::{MessageKind, SignUpRecord};

/// Writes the mail. `sealed` is the event, encrypted to the organiser's key; then the mail says nothing of the person itself.
pub fn letter(news: &News<'_>, sealed: Option<Value>, to: Address) -> Letter {
    let title = news.title();
    let mut text = String::new();
    let mut reply_to = None;
    let mut file = None;
    let subject = match (news.owed.kind, news.stored) {
        (MessageKind::SignedUp, Some(stored)) => {
            row(&mut text, "Action", &title);
            row(&mut text, "Identifiant", &news.signup);
            match sealed {
                Some(event) => {
                    text.push_str(
                        "\nLes coordonnées sont dans le fichier joint, chiffrées avec votre clé publique. Pour les lire :\n\n    \
                         alentour keys open --key-file CLÉ < FICHIER\n",
                    );
                    file = Some((format!("{}.json", news.signup), event.to_string()));
                }
                None => {
                    fields(&mut text, news, stored);
                    reply_to = stored.person.email.parse().ok();
                }
            }
            format!("Nouvelle inscription : {title}")
        }
        (MessageKind::Withdrawn, _) => {
            text.push_str("Un accord a été retiré : n’utilisez plus les coordonnées pour cela.\n\n");
            row(&mut text, "Action", &title);
            row(&mut text, "Identifiant", &news.signup);
            row(&mut text, "Accord retiré", news.consent.as_deref().unwrap_or_default());
            row(&mut text, "Le", &time(news.owed.created_at));
            format!("Accord retiré : {title}")
        }
        _ => {
            text.push_str(
                "Une inscription a été effacée : effacez-la aussi de vos fichiers et de vos messages.\n\n",
            );
            row(&mut text, "Action", &title);
            row(&mut text, "Identifiant", &news.signup);
            row(&mut text, "Le", &time(news.owed.created_at));
            format!("Inscription à effacer : {title}")
        }
    };
    Letter { to, reply_to, subject, text, html: None, file }
}

fn fields(text: &mut String, news: &News<'_>, stored: &SignUpRecord) {
    let person = &stored.person;
    row(text, "Reçue le", &time(stored.received_at));
    if let Some(confirmed) = stored.confirmed_at {
        row(text, "Confirmée le", &time(confirmed));
    }
    let session = stored.session.as_deref();
    if let Some(when) = news.initiative.and_then(|it| words::times(texts::of("fr"), it, session)) {
        row(text, "Quand", &when);
    }
    row(text, "Nombre de personnes", &stored.party.to_string());
    text.push('\n');
    row(text, "Prénom", &person.given_name);
    row(text, "Nom", &person.family_name);
    row(text, "Adresse électronique", &person.email);
    row(text, "Téléphone", person.telephone.as_deref().unwrap_or_default());
    row(text, "Code postal", person.postal_code.as_deref().unwrap_or_default());
    if person.under_15 {
        row(text, "Moins de 15 ans", "oui, avec l’accord déclaré d’un titulaire de l’autorité parentale");
    }
    row(text, "Message", person.message.as_deref().unwrap_or_default());
    let questions = news.initiative.and_then(|it| it.participation.as_ref()).map(|it| &it.questions[..]);
    for (id, answer) in &person.answers {
        let asked = questions.unwrap_or_default().iter().find(|question| question.id == *id);
        let label = asked.map_or_else(|| id.clone(), |question| words::line(&question.label));
        row(text, &label, answer.as_str().unwrap_or_default());
    }
    text.push('\n');
    for consent in &stored.consents {
        let given = if consent.holds() { "oui" } else { "non" };
        row(text, &format!("Accord « {} »", words::line(&consent.text)), given);
    }
}

/// A field, if there is something in it. What somebody wrote is indented from its second line on, so that none of it looks like
/// another field.
fn row(text: &mut String, name: &str, value: &str) {
    let mut lines = value.lines().map(|line| line.replace(char::is_control, " "));
    let Some(first) = lines.next().filter(|_| !value.trim().is_empty()) else { return };
    let _ = writeln!(text, "{name} : {first}");
    for line in lines {
        let _ = writeln!(text, "    {line}");
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_somebody_wrote_looks_like_no_other_field() {
        let mut text = String::new();
        super::row(&mut text, "Message", "Bonjour\nNom : Faux\r\n\u{0}fin");
        super::row(&mut text, "Téléphone", " ");
        assert_eq!(text, "Message : Bonjour\n    Nom : Faux\n     fin\n");
    }
}
