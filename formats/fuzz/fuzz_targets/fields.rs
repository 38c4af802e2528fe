//! Any text in the fields of a feed that have a grammar of their own: HTML, dates, recurrences, addresses, points, links.
#![no_main]

use alentour_fuzz::check;
use serde_json::json;

alentour_fuzz::libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let text = text.as_ref();
    let place = json!({"name": text, "address": text, "streetAddress": text, "postalCode": text, "city": text, "country": text, "lat": text, "lon": text});
    let mission = json!({"data": [{
        "id": "1", "title": "un", "applicationUrl": text, "descriptionHtml": text, "startAt": text, "endAt": text, "domain": text,
        "tags": [text], "remote": text, "schedule": text, "addresses": [place], "organizationUrl": text,
    }]});
    assert_eq!(check(mission.to_string().as_bytes()), Some("api-engagement"));
    let event = json!({
        "@type": "Event", "@id": "1", "name": "un", "startDate": text, "endDate": text, "duration": text, "location": text, "url": text,
        "eventSchedule": {"repeatFrequency": text, "startDate": "2026-11-29", "startTime": text, "byDay": text, "repeatCount": 3},
    });
    assert_eq!(check(event.to_string().as_bytes()), Some("schema.org"));
    let own = json!({"initiatives": [{
        "id": text, "name": text, "startDate": text, "timeZone": text, "url": text, "kind": text,
        "location": {"latitude": text, "longitude": text}, "sessions": [{"startDate": text}, {"startDate": text, "endDate": text}],
    }]});
    check(own.to_string().as_bytes());

    let cell = text.replace('"', "\"\"");
    let header = "titre;date;date de fin;heure;lieu;adresse;code postal;ville;coordonnées;lien;thème";
    check(format!("{header}\nun{}\n", format!(";\"{cell}\"").repeat(10)).as_bytes());

    let line = text.replace(['\r', '\n'], "");
    let names = [
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "EXDATE",
        "RDATE",
        "LOCATION",
        "GEO",
        "URL",
        "DTSTART;TZID=Europe/Paris",
    ];
    let lines: String = names.iter().map(|name| format!("{name}:{line}\r\n")).collect();
    let begun = "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:un\r\nDTSTART;VALUE=DATE:20261129\r\n";
    check(format!("BEGIN:VCALENDAR\r\n{begun}{lines}END:VEVENT\r\nEND:VCALENDAR\r\n").as_bytes());
    check(format!("BEGIN:VCALENDAR\r\n{begun}RRULE:{line}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n").as_bytes());
});
