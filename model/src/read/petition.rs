//! What a petition aims at, and what is new of it.

use super::reader::Reader;
use crate::feed::Notes;
#[cfg(feature = "server")]
use crate::feed::Problem;
use crate::initiative::{Petition, Update};
use crate::json::Json;
use crate::tally::{Names, Tally};

pub(super) fn petition<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Option<Petition> {
    Some(Petition {
        target: reader.count("target"),
        signatures: reader.count("signatures"),
        live: Tally::default(),
        signers: Names::default(),
        as_of: reader.when("asOf"),
        includes_sign_ups: reader.flag("includesSignUps"),
        addressed_to: reader.lines("addressedTo"),
        outcome: reader.text("outcome"),
        updates: updates(reader),
    })
}

fn updates<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Vec<Update> {
    let updates = reader.objects("updates", update);
    // The server's feed is in order already.
    #[cfg(feature = "server")]
    let updates = in_order(updates, reader);
    updates
}

fn update<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Option<Update> {
    let (date, text) = (reader.when("date"), reader.text("text"));
    let Some(date) = date.filter(|_| !text.is_empty()) else {
        return reader.incomplete(if text.is_empty() { "text" } else { "date" });
    };
    Some(Update { id: reader.line("id"), date, text, url: reader.link("url") })
}

/// The newest first, whatever their order in the feed, each with a name of its own.
#[cfg(feature = "server")]
fn in_order<J: Json, N: Notes>(all: Vec<Update>, reader: &mut Reader<J, N>) -> Vec<Update> {
    let mut updates: Vec<Update> = Vec::new();
    for mut update in all {
        if update.id.is_empty() {
            update.id = update.date.date().to_string();
        }
        if updates.iter().any(|other| other.id == update.id) {
            reader.find("updates", Problem::Repaired);
        } else {
            updates.push(update);
        }
    }
    updates.sort_by_key(|update| std::cmp::Reverse(update.date.moment.instant));
    updates
}
