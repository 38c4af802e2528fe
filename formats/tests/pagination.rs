//! Feeds of several pages, joined.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use std::collections::HashMap;

use alentour_formats::{Budget, End, Paginated, Pagination, Reading, read_page};
use proptest::prelude::*;
use serde_json::{Value, json};

const START: &str = "https://example.org/feed";

/// A server: what it gives at which address.
fn follow_on(mut pagination: Pagination, server: &HashMap<String, Value>) -> Option<Paginated> {
    // No pagination takes more steps than it may take pages; a test must not run for ever.
    for _ in 0..2000 {
        let Some(address) = pagination.next() else { break };
        let Some(page) = server.get(address) else { break };
        let reading = read_page(page.to_string().as_bytes(), address).unwrap();
        pagination.add(reading);
    }
    pagination.finish()
}

fn follow(server: &HashMap<String, Value>, budget: Budget) -> Paginated {
    follow_on(Pagination::new(START, budget), server).unwrap()
}

fn server(pages: &[(&str, Value)]) -> HashMap<String, Value> {
    pages.iter().map(|(path, page)| (format!("{START}{path}"), page.clone())).collect()
}

fn names(reading: &Reading) -> Vec<&str> {
    reading.feed.initiatives.iter().map(|initiative| initiative.name.as_str()).collect()
}

/// An item of Realtime Paged Data Exchange: with a name updated, without one deleted.
fn rpde(id: u32, name: &str) -> Value {
    match name {
        "" => json!({"state": "deleted", "kind": "Event", "id": id, "modified": 1}),
        name => {
            json!({"state": "updated", "kind": "Event", "id": id, "modified": 1, "data": {"name": name, "startDate": "2026-12-01"}})
        }
    }
}

fn mobilize(id: u32, title: &str) -> Value {
    json!({"id": id, "title": title, "event_type": "RALLY", "timeslots": [], "browser_url": "x y"})
}

#[test]
fn updates_replace_and_tombstones_delete_what_came_before() {
    let pages = server(&[
        ("", json!({"next": "?1", "items": [rpde(1, "one"), rpde(2, "two"), rpde(3, "three")]})),
        ("?1", json!({"next": "?2", "items": [rpde(2, ""), rpde(1, "one again"), rpde(4, "four")]})),
        ("?2", json!({"next": "?2", "items": []})),
    ]);
    let paginated = follow(&pages, Budget::default());
    assert_eq!(names(&paginated.reading), ["one again", "three", "four"]);
    assert_eq!(
        (paginated.end, paginated.resume.as_deref()),
        (End::Complete, Some("https://example.org/feed?2"))
    );
    assert_eq!((paginated.reading.items, paginated.reading.left_out(), paginated.reading.next), (4, 1, None));
    let said: Vec<_> =
        paginated.reading.findings.iter().map(|finding| (finding.item, finding.id.as_str())).collect();
    assert_eq!(said, [(Some(3), "Event/2")], "the position goes on from page to page");
}

#[test]
fn a_later_walk_goes_on_where_the_last_one_ended() {
    let first = server(&[
        ("", json!({"next": "?1", "items": [rpde(1, "one"), rpde(2, "two"), rpde(3, "")]})),
        ("?1", json!({"next": "?1", "items": []})),
    ]);
    let paginated = follow(&first, Budget::default());
    let address = paginated.resume.unwrap();
    let later = server(&[
        ("?1", json!({"next": "?2", "items": [rpde(1, ""), rpde(5, "five")]})),
        ("?2", json!({"next": "?2", "items": []})),
    ]);
    let paginated =
        follow_on(Pagination::resume(paginated.reading, address, Budget::default()), &later).unwrap();
    assert_eq!(names(&paginated.reading), ["two", "five"]);
    assert_eq!((paginated.end, paginated.reading.items, paginated.reading.left_out()), (End::Complete, 3, 1));
    let nothing_new = server(&[("?2", json!({"next": "?2", "items": []}))]);
    let again = follow_on(
        Pagination::resume(paginated.reading, paginated.resume.unwrap(), Budget::default()),
        &nothing_new,
    )
    .unwrap();
    assert_eq!((names(&again.reading).len(), again.reading.items, again.reading.left_out()), (2, 2, 0));
}

#[test]
fn what_was_deleted_and_published_again_is_there() {
    let pages = server(&[
        ("", json!({"next": "?1", "items": [rpde(1, "one")]})),
        ("?1", json!({"next": "?2", "items": [rpde(1, "")]})),
        ("?2", json!({"next": "?3", "items": [rpde(1, "one again")]})),
        ("?3", json!({"next": "?3", "items": []})),
    ]);
    assert_eq!(names(&follow(&pages, Budget::default()).reading), ["one again"]);
}

#[test]
fn in_an_outbox_which_begins_with_what_is_newest_the_first_version_counts() {
    let activity = |kind: &str, id: u32, name: &str| {
        let id = format!("https://example.org/e/{id}");
        match kind {
            "Delete" => json!({"type": kind, "actor": "https://example.org/@a", "object": id}),
            _ => json!({"type": kind, "actor": "https://example.org/@a",
                "object": {"type": "Event", "id": id, "name": name, "startTime": "2026-12-01T10:00:00Z"}}),
        }
    };
    let pages = server(&[
        ("", json!({"type": "OrderedCollection", "totalItems": 5, "first": "?page=1"})),
        (
            "?page=1",
            json!({"type": "OrderedCollectionPage", "next": "?page=2", "orderedItems": [activity("Delete", 1, ""), activity("Update", 2, "new")]}),
        ),
        (
            "?page=2",
            json!({"type": "OrderedCollectionPage", "orderedItems": [activity("Create", 2, "old"), activity("Create", 1, "gone"), activity("Create", 3, "three")]}),
        ),
    ]);
    let paginated = follow(&pages, Budget::default());
    assert_eq!((names(&paginated.reading), paginated.end), (vec!["new", "three"], End::Complete));
    assert_eq!((paginated.reading.items, paginated.reading.left_out()), (3, 1));
}

#[test]
fn an_item_that_moved_to_the_next_page_meanwhile_is_there_once() {
    let pages = server(&[
        ("", json!({"next": "?1", "data": [mobilize(1, "one"), mobilize(2, "two")]})),
        ("?1", json!({"next": null, "data": [mobilize(2, "two"), mobilize(3, "three")]})),
    ]);
    let paginated = follow(&pages, Budget::default());
    assert_eq!((names(&paginated.reading), paginated.reading.items), (vec!["one", "two", "three"], 3));
    assert_eq!(
        paginated.reading.findings.len(),
        3,
        "what is wrong with it is said once: {:?}",
        paginated.reading.findings
    );
    assert_eq!(paginated.resume, None);
}

#[test]
fn pages_in_a_circle_end_and_so_do_pages_without_end() {
    let circle = server(&[
        ("", json!({"next": "?1", "data": [mobilize(1, "one")]})),
        ("?1", json!({"next": "/feed", "data": [mobilize(2, "two")]})),
    ]);
    let paginated = follow(&circle, Budget::default());
    assert_eq!((paginated.end, names(&paginated.reading).len()), (End::Cycle { address: START.into() }, 2));
    let own = server(&[("", json!({"next": "", "items": [rpde(1, "one")], "more": true}))]);
    assert_eq!(follow(&own, Budget::default()).end, End::Cycle { address: START.into() });

    let pages: Vec<_> = (0..30)
        .map(|n| {
            (
                format!("?{n}"),
                json!({"next": format!("?{}", n + 1), "data": [mobilize(n, "x"), mobilize(n + 100, "y")]}),
            )
        })
        .collect();
    let mut endless =
        server(&pages.iter().map(|(path, page)| (path.as_str(), page.clone())).collect::<Vec<_>>());
    endless.insert(START.into(), json!({"next": "?0", "data": [mobilize(99, "z")]}));
    let paginated = follow(&endless, Budget { pages: 3, items: 1000, ..Budget::default() });
    assert_eq!((paginated.end, paginated.reading.items), (End::TooManyPages, 5));
    let paginated = follow(&endless, Budget { pages: 1000, items: 6, ..Budget::default() });
    assert_eq!((paginated.end, paginated.reading.items), (End::TooManyItems, 7));
}

#[test]
fn a_page_that_fails_or_is_something_else_keeps_what_was_read_before() {
    let broken = server(&[("", json!({"next": "?1", "data": [mobilize(1, "one")]}))]);
    let paginated = follow(&broken, Budget::default());
    assert_eq!(
        (paginated.end, paginated.reading.items),
        (End::Interrupted { address: format!("{START}?1") }, 1)
    );
    let other = server(&[
        ("", json!({"next": "?1", "data": [mobilize(1, "one")]})),
        ("?1", json!([{"title": "Une page d'erreur", "url": "https://example.org"}])),
    ]);
    let paginated = follow(&other, Budget::default());
    assert_eq!(paginated.end, End::OtherFormat { address: format!("{START}?1"), format: "list" });
    assert_eq!(names(&paginated.reading), ["one"]);
    assert!(follow_on(Pagination::new(START, Budget::default()), &HashMap::new()).is_none());
}

proptest! {
    /// Whatever a feed does to its items, pagination has what a plain table would have.
    #[test]
    fn a_walk_has_what_the_changes_come_to(changes in proptest::collection::vec((0_u32..6, 0_u32..4), 0..40), size in 1_usize..6) {
        let mut table: Vec<(u32, String)> = Vec::new();
        let mut items = Vec::new();
        for (position, (id, how)) in changes.into_iter().enumerate() {
            let name = if how == 0 { String::new() } else { format!("{position}") };
            items.push(rpde(id, &name));
            match (table.iter().position(|(known, _)| *known == id), name.is_empty()) {
                (Some(at), true) => drop(table.remove(at)),
                (Some(at), false) => table[at].1 = name,
                (None, true) => {}
                (None, false) => table.push((id, name)),
            }
        }
        let pages: Vec<_> = items.chunks(size).map(<[Value]>::to_vec).chain([Vec::new()]).collect();
        let mut server = HashMap::new();
        for (at, page) in pages.iter().enumerate() {
            let address = if at == 0 { START.to_owned() } else { format!("{START}?{at}") };
            let next = if page.is_empty() { address.clone() } else { format!("{START}?{}", at + 1) };
            server.insert(address, json!({"next": next, "items": page}));
        }
        let paginated = follow(&server, Budget::default());
        prop_assert_eq!(&paginated.end, &End::Complete);
        prop_assert!(paginated.resume.is_some());
        let mut found: Vec<_> = paginated.reading.feed.initiatives.iter().map(|i| (i.id.clone(), i.name.clone())).collect();
        let mut expected: Vec<_> = table.into_iter().map(|(id, name)| (format!("Event/{id}"), name)).collect();
        found.sort();
        expected.sort();
        prop_assert_eq!(found, expected);
    }
}
