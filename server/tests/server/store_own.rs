//! What the store promises of initiatives that are made here.

use std::sync::Arc;

use alentour_server::own;
use alentour_server::store::{
    Deed, OwnChange, OwnContent, OwnStatus, OwnWhich, Proposal, Store, TrailEntry, Type,
};
use serde_json::json;

use crate::stores::{both, by_hand, dump};

both! {
    what_is_kept_is_read_again_and_a_change_of_another_version_is_refused
    only_what_may_become_of_it_becomes_of_it
    they_are_listed_by_where_they_stand_and_whose_they_are
    who_has_proposed_it_is_in_clear_nowhere
    of_two_changes_at_once_one_is_made
}

fn content(name: &str) -> OwnContent {
    own::read(&json!({ "name": name }).to_string(), None).unwrap()
}

fn again(before: &OwnContent, name: &str) -> OwnContent {
    own::read(&json!({ "name": name }).to_string(), Some(before)).unwrap()
}

fn proposal() -> Proposal {
    Proposal { email: "zoe@example.org".into(), words: "Merci de relire".into(), ..Proposal::default() }
}

async fn create(store: &Arc<dyn Store>, name: &str, status: OwnStatus, owner: &str, at: i64) -> OwnContent {
    let content = content(name);
    store.create_own(&content, status, owner, &proposal(), &by_hand(at)).await.unwrap();
    content
}

/// What was done with it, the first first.
async fn deeds(store: &Arc<dyn Store>, id: &str) -> Vec<TrailEntry> {
    let mut all = store.trail(Some(id), None, 50).await.unwrap().0;
    all.reverse();
    all
}

async fn what_is_kept_is_read_again_and_a_change_of_another_version_is_refused(store: Arc<dyn Store>) {
    let first = create(&store, "Un", OwnStatus::Draft, "compte", 100).await;
    let kept = store.own_initiative(&first.id).await.unwrap().unwrap();
    assert!(kept.proposal == proposal());
    assert_eq!(
        (&kept.content, kept.version, kept.status, kept.owner.as_str(), kept.created_at, kept.changed_at),
        (&first, 1, OwnStatus::Draft, "compte", 100, 100)
    );
    let second = again(&first, "Deux");
    assert_eq!(store.change_own(1, &second, &by_hand(200)).await.unwrap(), OwnChange::Now(2));
    let third = again(&first, "Trois");
    assert_eq!(store.change_own(1, &third, &by_hand(300)).await.unwrap(), OwnChange::Stale);
    assert_eq!(store.change_own(3, &third, &by_hand(300)).await.unwrap(), OwnChange::Stale);
    assert_eq!(store.change_own(1, &content("Autre"), &by_hand(300)).await.unwrap(), OwnChange::Unknown);
    let kept = store.own_initiative(&first.id).await.unwrap().unwrap();
    assert_eq!((&kept.content, kept.version, kept.created_at, kept.changed_at), (&second, 2, 100, 200));
    let deeds: Vec<_> = deeds(&store, &first.id).await.into_iter().map(|it| (it.action, it.at)).collect();
    assert_eq!(deeds, [(Deed::Proposed, 100), (Deed::Changed, 200)]);
}

async fn only_what_may_become_of_it_becomes_of_it(store: Arc<dyn Store>) {
    let one = create(&store, "Un", OwnStatus::Waiting, "", 100).await;
    let id = one.id.as_str();
    let mut version = 1;
    for (to, answer) in [
        (OwnStatus::AskedBack, "Où ?"),
        (OwnStatus::Waiting, ""),
        (OwnStatus::Declined, "Trop tard"),
        (OwnStatus::Published, ""),
        (OwnStatus::Withdrawn, ""),
    ] {
        let entry = by_hand(100 + version);
        let stale = store.set_own_status((id, version + 1), to, answer, &entry).await.unwrap();
        assert_eq!(stale, OwnChange::Stale, "{to:?}");
        let done = store.set_own_status((id, version), to, answer, &entry).await.unwrap();
        version += 1;
        assert_eq!(done, OwnChange::Now(version), "{to:?}");
        let kept = store.own_initiative(id).await.unwrap().unwrap();
        assert_eq!((kept.status, kept.version, kept.proposal.answer.as_str()), (to, version, answer));
        assert_eq!(kept.proposal.email, "zoe@example.org");
        let published = store.published_versions().await.unwrap();
        let expected = (to == OwnStatus::Published).then(|| (one.id.clone(), version));
        assert_eq!(published, Vec::from_iter(expected));
        let published: Vec<_> = store.published().await.unwrap();
        assert_eq!(published.len(), usize::from(to == OwnStatus::Published));
    }
    let refused = store.set_own_status((id, version), OwnStatus::Declined, "", &by_hand(900)).await.unwrap();
    assert_eq!(refused, OwnChange::Refused(OwnStatus::Withdrawn));
    let unknown = store.set_own_status(("a-0", 1), OwnStatus::Published, "", &by_hand(900)).await.unwrap();
    assert_eq!(unknown, OwnChange::Unknown);
    let all = deeds(&store, id).await;
    let done: Vec<_> = all.iter().map(|it| it.action).collect();
    let expected =
        [Deed::Proposed, Deed::AskedBack, Deed::Proposed, Deed::Declined, Deed::Published, Deed::Withdrawn];
    assert_eq!(done, expected);
    assert_eq!(all[3].detail, json!({ "before": "waiting", "after": "declined", "version": 4 }));
}

async fn they_are_listed_by_where_they_stand_and_whose_they_are(store: Arc<dyn Store>) {
    let one = create(&store, "Un", OwnStatus::Waiting, "a", 300).await;
    let two = create(&store, "Deux", OwnStatus::Draft, "a", 200).await;
    let three = create(&store, "Trois", OwnStatus::Waiting, "b", 100).await;
    let (waiting, of_a) = (Some(OwnStatus::Waiting), Some("a"));
    for (which, expected) in [
        (OwnWhich::default(), vec![&three.id, &two.id, &one.id]),
        (OwnWhich { status: waiting, owner: None }, vec![&three.id, &one.id]),
        (OwnWhich { status: None, owner: of_a }, vec![&two.id, &one.id]),
        (OwnWhich { status: waiting, owner: of_a }, vec![&one.id]),
    ] {
        let found = store.own_initiatives(which).await.unwrap();
        assert_eq!(found.iter().map(|it| &it.content.id).collect::<Vec<_>>(), expected, "{which:?}");
    }
}

async fn who_has_proposed_it_is_in_clear_nowhere(store: Arc<dyn Store>) {
    let one = create(&store, "Un", OwnStatus::Waiting, "", 100).await;
    store.set_own_status((&one.id, 1), OwnStatus::Declined, "Trop tard", &by_hand(200)).await.unwrap();
    let all = dump(&store).await;
    // It is copied, as all that is kept.
    let own: Vec<_> = all.iter().filter(|(table, _)| table.name == "own_initiatives").collect();
    assert!(
        matches!(own.as_slice(), [(table, rows)] if rows.len() == 1 && table.columns[6].1 == Type::Bytes)
    );
    let said = format!("{all:?}");
    for clear in ["zoe@", "Merci", "Trop tard"] {
        assert!(!said.contains(clear), "{clear}");
        let bytes = format!("{:?}", clear.as_bytes());
        assert!(!said.contains(bytes.trim_matches(['[', ']'])), "{clear}");
    }
}

async fn of_two_changes_at_once_one_is_made(store: Arc<dyn Store>) {
    let one = create(&store, "Un", OwnStatus::Published, "", 100).await;
    let tasks: Vec<_> = (0..8)
        .map(|n| {
            let (store, content) = (store.clone(), again(&one, &format!("Autre {n}")));
            tokio::spawn(async move { store.change_own(1, &content, &by_hand(200)).await.unwrap() })
        })
        .collect();
    let mut made = 0;
    for task in tasks {
        match task.await.unwrap() {
            OwnChange::Now(version) => {
                assert_eq!(version, 2);
                made += 1;
            }
            other => assert_eq!(other, OwnChange::Stale),
        }
    }
    assert_eq!((made, deeds(&store, &one.id).await.len()), (1, 2));
}
