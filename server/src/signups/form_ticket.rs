//! What names one filling in of a form: its idempotency key, when it was opened, and a mark that nobody else can make.

use alentour_model::IdempotencyKey;
use alentour_texts::Pages;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use crate::http::Error;
use crate::store::{Proof, Secret, random_id};

/// Seconds after which a form must be opened anew: a page that was left open since yesterday may say what is no longer so.
const LONGEST: i64 = 86_400;
/// Seconds that a form which came in time may take until it is stored, at most.
const UNDER_WAY: i64 = 60;

/// One filling in of an initiative's form.
pub struct FormTicket {
    /// Its idempotency key.
    pub key: IdempotencyKey,
    /// When its form was opened (UTC seconds).
    pub opened: i64,
}

impl FormTicket {
    /// A new one, which begins at `now` (UTC seconds).
    ///
    /// # Errors
    /// Where the system has no randomness.
    pub fn begin(now: i64) -> Result<Self, Error> {
        let no_randomness = || Error::Unavailable("no randomness".into());
        let id = random_id().map_err(|_| no_randomness())?;
        Ok(Self { key: IdempotencyKey::parse(&id).ok_or_else(no_randomness)?, opened: now })
    }

    /// The field of the form that carries it.
    pub fn field(&self, secret: &Secret, initiative: &str) -> String {
        let mark = mark(secret, initiative, self.key.as_str(), self.opened);
        format!("{}.{}.{mark}", self.key.as_str(), self.opened)
    }

    /// Reads that field; `None` for what this server has not written for that initiative.
    pub fn read(field: &str, secret: &Secret, initiative: &str) -> Option<Self> {
        let (rest, marked) = field.rsplit_once('.')?;
        let (key, opened) = rest.split_once('.')?;
        let ticket = Self { key: IdempotencyKey::parse(key)?, opened: opened.parse().ok()? };
        let ours = mark(secret, initiative, ticket.key.as_str(), ticket.opened);
        secret.is_mark(&ours, marked).then_some(ticket)
    }

    /// What is spent with the form that is stored, so that a page is good for one: no more forms come of it once that is forgotten.
    pub fn proof(&self, secret: &Secret) -> Proof {
        let challenge = secret.digest("page form spent", self.key.as_str().as_bytes());
        Proof { challenge, expires_at: self.opened + LONGEST + UNDER_WAY }
    }

    /// It, where its form came as people send forms. `shortest` in seconds.
    ///
    /// # Errors
    /// What its page says: of one that came sooner than a person fills it in, with the ticket, to be sent again; of one that came long after without.
    pub fn in_time(
        self,
        now: i64,
        shortest: u32,
        texts: &Pages,
    ) -> Result<Self, (Option<Self>, &'static str)> {
        match now - self.opened {
            took if took > LONGEST => Err((None, texts.form_late)),
            took if took < i64::from(shortest) => Err((Some(self), texts.form_soon)),
            _ => Ok(self),
        }
    }
}

fn mark(secret: &Secret, initiative: &str, key: &str, opened: i64) -> String {
    let said = format!("{key}\n{opened}\n{initiative}");
    BASE64_URL_SAFE_NO_PAD.encode(secret.digest("page form", said.as_bytes()))
}

#[cfg(test)]
mod tests {
    use alentour_texts::Language;

    use super::*;

    #[test]
    fn only_what_this_server_wrote_for_that_initiative_is_a_ticket() {
        let (secret, other) = (Secret::new("one secret of the tests"), Secret::new("another one of them"));
        let ticket = FormTicket::begin(1000).unwrap();
        let field = ticket.field(&secret, "atelier");
        let read = FormTicket::read(&field, &secret, "atelier").unwrap();
        assert_eq!((read.key.as_str(), read.opened), (ticket.key.as_str(), 1000));
        assert!(FormTicket::read(&field, &secret, "petition").is_none());
        assert!(FormTicket::read(&field, &other, "atelier").is_none());
        for forged in ["", ".", "..", &field.replace(".1000.", ".999."), &field[1..]] {
            assert!(FormTicket::read(forged, &secret, "atelier").is_none(), "{forged}");
        }
    }

    #[test]
    fn a_form_takes_seconds_and_less_than_a_day() {
        let texts = Language::French.pages();
        let after = |seconds| {
            let came = FormTicket::begin(1000).unwrap().in_time(1000 + seconds, 3, texts);
            came.map(|_| ()).map_err(|(ticket, said)| (ticket.is_some(), said))
        };
        assert_eq!(
            [after(2), after(3), after(LONGEST), after(LONGEST + 1)],
            [Err((true, texts.form_soon)), Ok(()), Ok(()), Err((false, texts.form_late))]
        );
    }
}
