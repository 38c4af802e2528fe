//! OpenAgenda's events as Opendatasoft's data portals serve them: flat names, and JSON within texts.
//! <https://public.opendatasoft.com/explore/dataset/evenements-publics-openagenda/>

use alentour_model::{Initiative, Place, Reach};
use serde_json::{Map, Value};

use super::{
    FULL, MOVED_ONLINE, ONLINE, accessible, called_off, code, describe, in_order, registration, session,
};
use crate::fields::address::tidy;
use crate::format::Format;
use crate::items::sessions::SessionFields;
use crate::items::{Item, List};
use crate::pagination::next::{Pages, records, records_next};

pub(crate) const FORMAT: Format = Format {
    name: LIST.name,
    shape: "OpenAgenda on Opendatasoft: {\"total_count\": 1, \"results\": [event]}, {\"records\": [{\"fields\": event}]} or a list of \
            events, each with uid, title_fr and timings or firstdate_begin",
    recognises: |document| {
        records(document)
            .is_some_and(|list| list.iter().filter_map(|record| record.as_object()).any(is_event))
    },
    read: |document, _, meter| Some(LIST.read(records(document)?, meter)),
    apart: true,
    pages: Pages { next: records_next, ..Pages::ONE },
};

const LIST: List = List {
    name: "openagenda-opendatasoft",
    language: "fr",
    id: &["uid"],
    title: &["title_fr", "title_en", "title"],
    withdrawn: |_| None,
    called_off,
    fill,
};

fn is_event(map: &Map<String, Value>) -> bool {
    let says = |field| map.contains_key(field);
    says("uid")
        && (says("title_fr") || says("title"))
        && (says("timings") || says("firstdate_begin") || says("originagenda_uid"))
}

fn fill(item: &mut Item, initiative: &mut Initiative) {
    initiative.summary = item.text("description_fr");
    initiative.description = item.paragraphs(&["longdescription_fr", "conditions_fr"]);
    initiative.url = item
        .link(&["canonicalurl"])
        .or_else(|| registration(item, "registration"))
        .or_else(|| item.link(&["onlineaccesslink"]));
    let mut keywords = item.lines("keywords_fr");
    if let [one] = keywords.as_slice() {
        // A column of a table: several words in one text.
        keywords = one
            .split([';', ','])
            .map(|word| word.trim().to_owned())
            .filter(|word| !word.is_empty())
            .collect();
    }
    describe(initiative, keywords);
    initiative.organizer = item.organisation("originagenda_title", &[]);
    initiative.places = Some(place(item)).filter(|place| !place.is_empty()).into_iter().collect();
    if code(item, "attendancemode") == Some(ONLINE) || code(item, "status") == Some(MOVED_ONLINE) {
        initiative.reach = Reach::Online;
        initiative.places.clear();
    }
    let clock = item.clock("timezone", &initiative.places);
    let mut sessions = item.objects("timings", |timing| session(timing, &clock));
    if sessions.is_empty() {
        for (start, end) in [("firstdate_begin", "firstdate_end"), ("lastdate_begin", "lastdate_end")] {
            sessions.extend(item.session(SessionFields { start, end, ..SessionFields::default() }, &clock));
        }
    }
    initiative.sessions = in_order(sessions, code(item, "status") == Some(FULL));
    let helped = item.lines("accessibility");
    accessible(initiative, &helped.iter().map(String::as_str).collect::<Vec<_>>());
}

fn place(item: &mut Item) -> Place {
    let mut country = item.country("location_countrycode");
    if country.is_empty() {
        country = item.country("country_fr");
    }
    let place = Place {
        name: item.line("location_name"),
        street_address: item.line("location_address"),
        postal_code: item.postcode("location_postalcode", &country),
        address_locality: item.line("location_city"),
        address_region: item.line("location_region"),
        point: item.point(&["location_coordinates"], &country),
        ..Place::default()
    };
    tidy(place, country)
}
