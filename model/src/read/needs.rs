//! What an organiser needs.

use super::reader::Reader;
use crate::feed::{Notes, Problem};
use crate::json::Json;
use crate::need::{Need, NeedType};
use crate::participation::Way;

/// The most needs of one initiative: more are no list that somebody reads.
const MOST: usize = 30;

/// The most that a session may say is needed, and characters of each: it stands in a row of a form.
const MOST_OF_SESSION: usize = 4;
const LONGEST_OF_SESSION: usize = 80;

/// What is still needed at a session, as the feed says it: nobody counts it here.
pub(super) fn of_session<J: Json, N: Notes>(reader: &mut Reader<J, N>) -> Vec<String> {
    reader.short_lines("needs", MOST_OF_SESSION, LONGEST_OF_SESSION)
}

/// The needs. What is wrong with one costs none of the others. Where nobody decides about offers there are none.
pub(super) fn needs<J: Json, N: Notes>(reader: &mut Reader<J, N>, way: Way) -> Vec<Need> {
    let mut needs: Vec<Need> = Vec::new();
    let mut is_long = false;
    reader.each_object("needs", &mut |reader| {
        let (id, name) = (reader.line("id"), reader.line("name"));
        if id.is_empty() || name.is_empty() || !way.is_decided() {
            reader.find("", Problem::Incomplete);
        } else if needs.iter().any(|earlier| earlier.id == id) {
            // An offer names its need: of two of one name it would be both's.
            reader.find("id", Problem::Repaired);
        } else if needs.len() == MOST {
            is_long = true;
        } else {
            needs.push(Need {
                id,
                name,
                kind: reader.word("type", NeedType::parse).unwrap_or_default(),
                quantity: reader.count("quantity"),
                unit: reader.line("unit"),
                live: Default::default(),
            });
        }
    });
    if is_long {
        reader.find("needs", Problem::TooMany);
    }
    needs
}
