//! Sign-ups by the names of their people, which are encrypted: every one is opened for it.

use std::num::NonZero;
use std::sync::Arc;
use std::thread::available_parallelism;

use alentour_model::text::fold;
use tokio::task::spawn_blocking;

use super::Database;
use super::participants::Name;
use super::roster::AS_THEY_CAME;
use crate::store::tables::Value;
use crate::store::{Digest, Keys, Person, PersonKey, RosterQuery, StoreError};

/// Fewer are not worth another thread.
const AT_ONCE: usize = 256;
/// Words that are looked for; more than anybody is called.
const MOST_WORDS: usize = 8;

/// A sign-up as its row has it.
struct Sealed {
    email_h: Digest,
    id: String,
    sealed: Vec<u8>,
    wrapped: Vec<u8>,
}

/// What is looked for, and how it is sorted.
struct Search {
    keys: Keys,
    initiative: String,
    words: Vec<String>,
    names_alone: bool,
    by_name: bool,
}

impl Database {
    /// Those whose names have the words, in the order that is wanted.
    pub(super) async fn by_words(
        &self,
        initiative: &str,
        (which, parameters): (&str, Vec<Value>),
        words: Vec<String>,
        wanted: &RosterQuery<'_>,
    ) -> Result<Vec<Name>, StoreError> {
        let sql = format!(
            "SELECT s.email_h, s.id, s.sealed, p.wrapped FROM signups s JOIN persons p ON p.email_h = s.email_h
             WHERE {which} ORDER BY {AS_THEY_CAME}"
        );
        // One after the other: they take all cores, and sign-ups need some.
        let _turn = self.names.lock().await;
        let rows = self.driver.read(&sql, parameters).await?;
        let share = rows.len().div_ceil(available_parallelism().map_or(1, NonZero::get)).max(AT_ONCE);
        let search = Arc::new(Search {
            keys: self.keys.clone(),
            initiative: initiative.to_owned(),
            words: words.into_iter().take(MOST_WORDS).collect(),
            names_alone: wanted.names_alone,
            by_name: wanted.by_name,
        });
        let mut searching = Vec::new();
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let part = rows.by_ref().take(share).map(|row| {
                let bytes = |column| row.bytes(column).map(Option::unwrap_or_default);
                let (email_h, id) = (row.digest("email_h")?, row.string("id")?);
                Ok(Sealed { email_h, id, sealed: bytes("sealed")?, wrapped: bytes("wrapped")? })
            });
            let part = part.collect::<Result<Vec<_>, sqlx::Error>>()?;
            let search = search.clone();
            searching.push(spawn_blocking(move || search.among(part)));
        }
        let mut found = Vec::new();
        for part in searching {
            found.extend(part.await.map_err(|why| StoreError::Database(why.to_string()))??);
        }
        if wanted.by_name {
            found.sort_by(|(a, _), (b, _)| a.cmp(b));
        }
        Ok(found.into_iter().map(|(_, name)| name).collect())
    }
}

impl Search {
    /// Those that have the words, each with what it is sorted by.
    fn among(&self, all: Vec<Sealed>) -> Result<Vec<(String, Name)>, StoreError> {
        let mut found = Vec::new();
        for Sealed { email_h, id, sealed, wrapped } in all {
            let person = PersonKey::unwrap(&self.keys, &email_h, &wrapped)?.open(
                &email_h,
                &self.initiative,
                &sealed,
            )?;
            if !has_words(&person, &self.words, self.names_alone) {
                continue;
            }
            let key = match self.by_name {
                true => fold(&[person.family_name.as_str(), &person.given_name].join(" ")),
                false => String::new(),
            };
            found.push((key, (email_h, id)));
        }
        Ok(found)
    }
}

/// Whether each of these words begins a word of somebody's name, or of their address.
fn has_words(person: &Person, words: &[String], names_alone: bool) -> bool {
    if words.is_empty() {
        return true;
    }
    let address = if names_alone { "" } else { person.email.as_str() };
    let said = fold(&[person.given_name.as_str(), &person.family_name, address].join(" "));
    words.iter().all(|word| {
        said.starts_with(word.as_str())
            || said.match_indices(word.as_str()).any(|(at, _)| {
                said.get(..at)
                    .and_then(|before| before.chars().next_back())
                    .is_some_and(|c| !c.is_alphanumeric())
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_words_of_names_and_addresses() {
        let person = Person {
            given_name: "Anne-Cécile".into(),
            family_name: "de l’Épine".into(),
            email: "ac.lepine@example.org".into(),
            ..Person::default()
        };
        let has = |words: &str| {
            let words: Vec<_> = fold(words).split_whitespace().map(str::to_owned).collect();
            has_words(&person, &words, false)
        };
        for words in ["anne", "Cecile", "cec de", "epine", "lepine", "example", ""] {
            assert!(has(words), "{words}");
        }
        for words in ["nne", "anne x", "pine", "xample"] {
            assert!(!has(words), "{words}");
        }
        assert!(!has_words(&person, &["example".to_owned()], true));
    }
}
