//! A letter to those who decide.

use super::reader::Reader;
use crate::contact::EmailAddress;
use crate::feed::{Notes, Problem};
use crate::json::Json;
use crate::letter::{Letter, Recipient};

pub(super) fn letter<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Option<Letter> {
    let (text, recipients) = (reader.text("text"), reader.objects("recipients", recipient));
    if text.is_empty() || recipients.is_empty() {
        return reader.incomplete(if text.is_empty() { "text" } else { "recipients" });
    }
    Some(Letter { subject: reader.line("subject"), text, recipients, share: reader.lines("share") })
}

/// Somebody who decides: whoever cannot be reached is left out.
fn recipient<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Option<Recipient> {
    let (name, mut email, url) = (reader.line("name"), reader.line("email"), reader.link("url"));
    if !email.is_empty() && EmailAddress::parse(&email).is_none() {
        reader.find("email", Problem::NotALink);
        email.clear();
    }
    if name.is_empty() || (email.is_empty() && url.is_none()) {
        return reader.incomplete(if name.is_empty() { "name" } else { "email" });
    }
    let (office, areas) = (reader.line("office"), reader.lines("areas"));
    Some(Recipient { name, office, email, url, areas })
}
