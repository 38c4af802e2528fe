//! In which order what waits is shown to whoever decides: those of one e-mail domain take turns with all others', so that nobody who sends many
//! pushes somebody else's off the first page.

use std::collections::HashMap;

use crate::store::OwnInitiative;

/// The last two labels of a domain: whoever has one has any number of names below it. Where a registry gives out names one label deeper
/// (`asso.fr`), all of those share their turns, too: a list of registries would have to be kept up for nothing but this order.
fn registered(domain: &str) -> String {
    let labels: Vec<&str> = domain.trim_end_matches('.').rsplitn(3, '.').take(2).collect();
    labels.into_iter().rev().collect::<Vec<_>>().join(".").to_lowercase()
}

/// Whose turn it is: the domain of the address, mailbox providers' too; without an address the account that has made it.
fn whose(one: &OwnInitiative) -> String {
    match one.proposal.email.rsplit_once('@') {
        Some((_, domain)) => registered(domain),
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

#[cfg(test)]
mod tests {
    use super::registered;

    #[test]
    fn names_below_one_domain_are_one() {
        for domain in ["example.org", "a.example.org", "b.a.EXAMPLE.org", "example.org."] {
            assert_eq!(registered(domain), "example.org", "{domain}");
        }
        assert_eq!((registered("localhost"), registered("")), ("localhost".into(), String::new()));
    }
}
