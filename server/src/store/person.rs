//! What people wrote, and how it is kept so that it can be forgotten: encrypted with a key of each person's own, itself
//! encrypted with a key that is not in the database. Without a person's key, copies of the rest are noise.

use std::collections::BTreeMap;

use alentour_model::text::fold;
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::cipher::{CipherError, decrypt, encrypt, random};
use super::{Digest, Keys, Secret};

/// Before each form that is sealed. Those of version 0.1.0 have none.
const VERSION: u8 = 1;

/// What somebody wrote into a form. Not `Debug`: it is in no log.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// As typed.
    pub given_name: String,
    /// As typed.
    pub family_name: String,
    /// As typed: mail goes there.
    pub email: String,
    /// As typed, where asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// As typed, where asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// As typed, by who agrees to be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub town: Option<String>,
    /// As typed, where asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Names of those who come along, as typed, where asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub guests: Vec<String>,
    /// A JSON object: the organiser's questions by id, each with a text, or a list of texts where several were chosen.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub answers: Map<String, Value>,
    /// The words of the questions that were answered, by the same identifiers: a form may come to ask them no more.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub asked: BTreeMap<String, String>,
    /// They said that they are under 15, and that somebody with parental authority agrees.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub under_15: bool,
    /// The address of the partner's page that the form stood on, where it is known to be one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// Of an [alert](super::ALERTS): what they are told of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<Alert>,
}

/// What somebody is told of: what comes near a place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alert {
    /// The place, as the gazetteer labels it.
    pub place: String,
    /// Thousandths of degrees north: where the town is, and nobody's house.
    pub north: i32,
    /// The same east.
    pub east: i32,
    /// Kilometres around it.
    pub radius: u32,
    /// Kinds, separated by commas; empty: all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kinds: String,
    /// Causes, separated by commas; empty: all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub causes: String,
}

impl Person {
    /// Names the participant at an address: by the name, however it is spaced, and whatever its capitals and accents. Another way of
    /// folding names would make other participants of those that are there.
    pub fn participant_h(&self, secret: &Secret, email_h: &Digest) -> Digest {
        let name = match &self.alert {
            // An address has several alerts as it has several participants.
            Some(Alert { place, radius, kinds, causes, .. }) => {
                [place.as_str(), &radius.to_string(), kinds, causes].join("\n")
            }
            None => fold(&[self.given_name.as_str(), &self.family_name].join(" ")),
        };
        secret.digest("participant", &[&email_h[..], name.as_bytes()].concat())
    }
}

/// An answer as one text; of several values, with that between them.
pub fn answer_text(answer: &Value, between: &str) -> String {
    match answer {
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(between),
        one => one.as_str().unwrap_or_default().to_owned(),
    }
}

/// The key of one person, as long as it is used.
pub struct PersonKey(XChaCha20Poly1305);

impl PersonKey {
    /// A new one, and its wrapped form for the database.
    pub fn make(keys: &Keys, email_h: &Digest) -> Result<(Self, Vec<u8>), CipherError> {
        let key: [u8; 32] = random()?;
        let wrapped = keys.wrap(&key, email_h)?;
        Ok((Self(XChaCha20Poly1305::new(&key.into())), wrapped))
    }

    /// The one that was stored wrapped.
    pub fn unwrap(keys: &Keys, email_h: &Digest, wrapped: &[u8]) -> Result<Self, CipherError> {
        let key = keys.unwrap(wrapped, email_h)?;
        Ok(Self(XChaCha20Poly1305::new(&key.into())))
    }

    /// The wrapped key, wrapped with the current secret.
    pub fn rewrap(keys: &Keys, email_h: &Digest, wrapped: &[u8]) -> Result<Vec<u8>, CipherError> {
        keys.wrap(&keys.unwrap(wrapped, email_h)?, email_h)
    }

    /// Encrypts a form. It can be read as the same person's sign-up to the same initiative only.
    pub fn seal(&self, email_h: &Digest, initiative: &str, person: &Person) -> Result<Vec<u8>, CipherError> {
        let text = serde_json::to_vec(person).map_err(|_| CipherError)?;
        Ok([&[VERSION][..], &encrypt(&self.0, &text, &place(email_h, initiative))?].concat())
    }

    /// Reads a form back.
    pub fn open(&self, email_h: &Digest, initiative: &str, sealed: &[u8]) -> Result<Person, CipherError> {
        let place = place(email_h, initiative);
        let versioned = sealed.strip_prefix(&[VERSION]).ok_or(CipherError);
        // What was sealed before there was a version begins with its nonce, which may be like one.
        let text = versioned
            .and_then(|sealed| decrypt(&self.0, sealed, &place))
            .or_else(|_| decrypt(&self.0, sealed, &place))?;
        serde_json::from_slice(&text).map_err(|_| CipherError)
    }

    /// Encrypts what organisers note of a sign-up of that person's. It can be read as a note of it only.
    pub fn seal_note(&self, email_h: &Digest, id: &str, note: &str) -> Result<Vec<u8>, CipherError> {
        encrypt(&self.0, note.as_bytes(), &note_place(email_h, id))
    }

    /// Reads a note back.
    pub fn open_note(&self, email_h: &Digest, id: &str, sealed: &[u8]) -> Result<String, CipherError> {
        let text = decrypt(&self.0, sealed, &note_place(email_h, id))?;
        String::from_utf8(text).map_err(|_| CipherError)
    }
}

/// What a note belongs to: no initiative's name has that character.
fn note_place(email_h: &Digest, id: &str) -> Vec<u8> {
    [&email_h[..], b"\0note ", id.as_bytes()].concat()
}

/// What an encrypted form belongs to: moved elsewhere in the database, it cannot be read.
fn place(email_h: &Digest, initiative: &str) -> Vec<u8> {
    [&email_h[..], initiative.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Secret;

    fn keys(secret: &str) -> Keys {
        Keys::new(Secret::new(secret))
    }

    fn zoe() -> Person {
        Person { given_name: "Zoé".into(), email: "zoe@example.org".into(), ..Person::default() }
    }

    #[test]
    fn what_was_sealed_is_read_back_with_the_same_secret_only() {
        let (keys, zoe) = (keys("one secret of the tests"), zoe());
        let (key, wrapped) = PersonKey::make(&keys, &[1; 32]).unwrap();
        let sealed = key.seal(&[1; 32], "atelier", &zoe).unwrap();
        assert!(!sealed.windows(3).any(|part| part == b"zoe"));
        let again = PersonKey::unwrap(&keys, &[1; 32], &wrapped).unwrap();
        assert!(again.open(&[1; 32], "atelier", &sealed) == Ok(zoe));
        assert!(PersonKey::unwrap(&self::keys("another one"), &[1; 32], &wrapped).is_err());
        assert!(PersonKey::unwrap(&keys, &[2; 32], &wrapped).is_err());
    }

    #[test]
    fn what_was_moved_or_changed_cannot_be_read() {
        let keys = keys("one secret of the tests");
        let (key, _) = PersonKey::make(&keys, &[1; 32]).unwrap();
        let sealed = key.seal(&[1; 32], "atelier", &zoe()).unwrap();
        assert!(key.open(&[1; 32], "petition", &sealed).is_err());
        assert!(key.open(&[2; 32], "atelier", &sealed).is_err());
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(key.open(&[1; 32], "atelier", &changed).is_err(), "{position}");
        }
        assert!(key.open(&[1; 32], "atelier", &[]).is_err());
    }

    #[test]
    fn what_was_sealed_before_there_was_a_version_is_read() {
        let (key, _) = PersonKey::make(&keys("one secret of the tests"), &[1; 32]).unwrap();
        let text = serde_json::to_vec(&zoe()).unwrap();
        // Some of them begin like a version.
        for _ in 0..1000 {
            let sealed = encrypt(&key.0, &text, &place(&[1; 32], "atelier")).unwrap();
            assert!(key.open(&[1; 32], "atelier", &sealed) == Ok(zoe()));
        }
    }
}
