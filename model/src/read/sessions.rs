//! When it happens.

use std::cell::RefCell;

use super::reader::Reader;
use super::{copies, needs};
use crate::feed::{Notes, Problem};
use crate::initiative::Initiative;
use crate::json::Json;
use crate::session::Session;

/// The sessions, and those that are called off.
pub(super) fn sessions<J: Json, N: Notes>(reader: &mut Reader<J, N>, initiative: &mut Initiative) {
    let places = initiative.places.len();
    // Where all that was read stands, there is one list of those that are called off.
    let cancelled = RefCell::new(Vec::new());
    initiative.sessions = reader.objects("sessions", |reader| {
        let is_cancelled = reader.word("status", is_cancelled) == Some(true);
        let session = session(reader, places)?;
        if is_cancelled {
            cancelled.borrow_mut().push(session);
            return None;
        }
        Some(session)
    });
    initiative.cancelled = reader.objects("cancelledSessions", |reader| session(reader, places));
    initiative.cancelled.append(&mut cancelled.into_inner());
    name_apart(&mut initiative.sessions, reader);
}

fn session<J: Json, N: Notes>(reader: &mut Reader<J, N>, places: usize) -> Option<Session> {
    let own_zone = reader.line("timeZone");
    let zone = if own_zone.is_empty() { reader.zone } else { &own_zone };
    let reader = &mut Reader {
        map: reader.map.clone(),
        zones: reader.zones,
        zone,
        item: reader.item,
        id: reader.id,
        path: reader.path,
        notes: &mut *reader.notes,
    };
    let Some(start) = reader.when("startDate") else { return reader.incomplete("startDate") };
    let mut end = reader.when("endDate");
    if end.is_some_and(|end| end.ends_before(start)) {
        reader.find("endDate", Problem::EndsBeforeStart);
        end = None;
    }
    let id = reader.line("id");
    Some(Session {
        id: if id.is_empty() { start.moment.to_string() } else { id },
        name: reader.line("name"),
        start,
        end,
        time_zone: reader.zone.to_owned(),
        place: reader.place(places),
        capacity: reader.count("maximumAttendeeCapacity"),
        remaining: reader.count("remainingAttendeeCapacity"),
        needs: needs::of_session(reader),
        live: Default::default(),
    })
}

/// Whether what is said of a session is that it is called off; `None` for what is nothing known.
fn is_cancelled(status: &str) -> Option<bool> {
    match status {
        "cancelled" => Some(true),
        "scheduled" => Some(false),
        _ => None,
    }
}

/// A sign-up names its session: two of one name would take each other's seats.
fn name_apart<J: Json, N: Notes>(sessions: &mut [Session], reader: &mut Reader<J, N>) {
    let given: Vec<String> = sessions.iter().map(|session| session.id.clone()).collect();
    let ids: Vec<&str> = given.iter().map(String::as_str).collect();
    // Counted on from name to name: no two new names are then the same.
    let mut number = 1;
    for (session, is_copy) in sessions.iter_mut().zip(copies(&ids)) {
        if !is_copy {
            continue;
        }
        let id = &mut session.id;
        let name = loop {
            number += 1;
            let name = format!("{id}#{number}");
            if !given.contains(&name) {
                break name;
            }
        };
        *id = name;
        reader.find("sessions", Problem::Repaired);
    }
}
