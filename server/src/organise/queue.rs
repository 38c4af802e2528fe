//! In which order what waits is shown to whoever decides: those of one e-mail domain take turns with all others', so that nobody who sends many
//! pushes somebody else's off the first page.

use std::collections::HashMap;

use crate::store::OwnInitiative;

/// Whose turn it is: the domain of the address, mailbox providers' too; without an address the account that has made it.
fn whose(one: &OwnInitiative) -> String {
    match one.proposal.email.rsplit_once('@') {
        Some((_, domain)) => domain.to_lowercase(),
        None => format!("@{}", one.owner),
    }
}

/// The first of each in the order in which they came, then the second of each, and so on.
pub fn in_turns(all: Vec<OwnInitiative>) -> Vec<OwnInitiative> {
    let mut turns: HashMap<String, usize> = HashMap::new();
    let mut all: Vec<_> = all
        .into_iter()
        .map(|one| {
            let turn = turns.entry(whose(&one)).or_default();
            *turn += 1;
            (*turn, one)
        })
        .collect();
    // Of one turn they stay as they came.
    all.sort_by_key(|(turn, _)| *turn);
    all.into_iter().map(|(_, one)| one).collect()
}
