//! How to take part, and what consent is asked for.

use super::reader::Reader;
use super::{needs, questions};
use crate::feed::Notes;
#[cfg(feature = "server")]
use crate::feed::Problem;
use crate::json::Json;
use crate::participation::{Asked, ConsentRequest, Participation, Use, Venue, Way};

pub(super) fn participation<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Option<Participation> {
    let Some(way) = reader.word("way", Way::parse) else { return reader.incomplete("way") };
    Some(Participation {
        way,
        party_size: reader.count("partySize").unwrap_or(1).clamp(1, 1000),
        series: reader.flag("series"),
        closes: reader.when("closes"),
        telephone: reader.word("telephone", Asked::parse).unwrap_or_default(),
        postal_code: reader.word("postalCode", Asked::parse).unwrap_or_default(),
        message: reader.word("message", Asked::parse).unwrap_or_default(),
        guests: reader.word("guests", Asked::parse).unwrap_or_default(),
        venue: reader.word("venue", Venue::parse).unwrap_or_default(),
        minimum_age: reader.count("minimumAge"),
        questions: questions::questions(reader),
        needs: needs::needs(reader, way),
        consents: consents(reader),
    })
}

fn consents<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Vec<ConsentRequest> {
    let consents = reader.objects("consents", consent);
    // The server's feed is mended already: telephones need not download how.
    #[cfg(feature = "server")]
    let consents = with_one_of_each_use(consents, reader);
    consents
}

/// Taking back one of two would leave it open whether their use is still agreed to.
#[cfg(feature = "server")]
fn with_one_of_each_use<J: Json, N: Notes>(
    mut consents: Vec<ConsentRequest>,
    reader: &mut Reader<J, N>,
) -> Vec<ConsentRequest> {
    let mut uses = Vec::new();
    for consent in &mut consents {
        // To be named, or written to, is nobody's price for taking part.
        if consent.required && consent.used_for.is_some() {
            reader.find("consents", Problem::Repaired);
            consent.required = false;
        }
        if consent.used_for.is_some_and(|used_for| uses.contains(&used_for)) {
            reader.find("consents", Problem::Repaired);
            consent.used_for = None;
        }
        uses.extend(consent.used_for);
    }
    consents
}

fn consent<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Option<ConsentRequest> {
    let (id, text) = (reader.line("id"), reader.text("text"));
    if id.is_empty() || text.is_empty() {
        return reader.incomplete("");
    }
    Some(ConsentRequest {
        id,
        version: reader.line("version"),
        text,
        purpose: reader.line("purpose"),
        required: reader.flag("required"),
        used_for: reader.word("use", Use::parse),
    })
}
