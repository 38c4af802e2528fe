//! The installation's keys, and how they outlive the operator's secret.
//!
//! At first the secret is all there is: it is the key of every HMAC, and the key that wraps persons' keys is derived from
//! it. A rotation ([`Keys::rotate`]) gives the HMAC key a wrapped place of its own in the table `meta`, where it stays, so
//! that addresses are recognised and mailed links found as before; persons' keys are wrapped by a key that is derived from
//! the new secret. What the table holds about it are [`KeyRecord`]s:
//!
//! | name | value |
//! |---|---|
//! | `hmac_key:<id>` | the HMAC key, encrypted with the wrapping key of the secret with that id |
//! | `wrapping:<old>:<id>` | the wrapping key of an earlier secret, encrypted with that of the secret with that id |

use chacha20poly1305::{KeyInit, XChaCha20Poly1305};

use super::cipher::{CipherError, decrypt, encrypt};
use super::{Digest, Secret};

/// Before a wrapped key that names the key that wraps it. What was written before there was a version begins with its nonce.
const VERSION: u8 = 1;
/// Enough to tell the few secrets of an installation apart; a wrong one does not decrypt.
const ID: usize = 4;
const HEAD: usize = 1 + ID;

/// What the table `meta` holds about keys: a name and a value.
pub type KeyRecord = (String, Vec<u8>);

/// The keys that one secret opens.
#[derive(Clone)]
pub struct Keys {
    /// The key of all HMACs.
    hmac: Secret,
    current: WrappingKey,
    /// Those of earlier secrets, for what has not been wrapped again yet.
    earlier: Vec<WrappingKey>,
}

#[derive(Clone)]
struct WrappingKey {
    id: [u8; ID],
    key: Digest,
}

impl WrappingKey {
    fn of(secret: &Secret) -> Self {
        let [a, b, c, d, ..] = secret.digest("key id", b"");
        Self { id: [a, b, c, d], key: secret.digest("key", b"persons") }
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.key.into())
    }

    fn name(&self) -> String {
        hex::encode(self.id)
    }
}

impl Keys {
    /// Those of an installation whose secret is its first.
    pub fn new(secret: Secret) -> Self {
        Self { current: WrappingKey::of(&secret), hmac: secret, earlier: Vec::new() }
    }

    /// Those that the secret opens, where `records` are what `meta` holds.
    ///
    /// # Errors
    /// Where there has been a rotation and this is not a secret that is valid after it.
    pub fn open(secret: Secret, records: &[KeyRecord]) -> Result<Self, CipherError> {
        let current = WrappingKey::of(&secret);
        let own = current.name();
        let mut hmac = None;
        let mut earlier = Vec::new();
        let mut rotated = false;
        for (name, value) in records {
            let parts: Vec<&str> = name.split(':').collect();
            match parts[..] {
                ["hmac_key", id] => {
                    rotated = true;
                    if id == own {
                        hmac = Some(Secret::new(decrypt(&current.cipher(), value, b"hmac_key")?));
                    }
                }
                ["wrapping", old, id] if id == own => {
                    let key = decrypt(&current.cipher(), value, old.as_bytes())?;
                    let mut id = [0; ID];
                    hex::decode_to_slice(old, &mut id).map_err(|_| CipherError)?;
                    earlier.push(WrappingKey { id, key: key.try_into().map_err(|_| CipherError)? });
                }
                _ => {}
            }
        }
        match (hmac, rotated) {
            (Some(hmac), _) => Ok(Self { hmac, current, earlier }),
            (None, false) => Ok(Self::new(secret)),
            (None, true) => Err(CipherError),
        }
    }

    /// The key of all HMACs: of addresses, links, requests and challenges.
    pub fn hmac(&self) -> &Secret {
        &self.hmac
    }

    /// The key of what only the current secret may make, so that an earlier one makes none: mailed links, and challenges.
    pub fn current(&self) -> Secret {
        Secret::new(self.current.key)
    }

    /// Encrypts a person's key for the database.
    pub(super) fn wrap(&self, key: &Digest, email_h: &Digest) -> Result<Vec<u8>, CipherError> {
        Ok([&self.head()[..], &encrypt(&self.current.cipher(), key, email_h)?].concat())
    }

    /// Reads a wrapped key back, whichever of the installation's secrets it was wrapped with.
    pub(super) fn unwrap(&self, wrapped: &[u8], email_h: &Digest) -> Result<Digest, CipherError> {
        if let Some(([VERSION, id @ ..], sealed)) = wrapped.split_first_chunk::<HEAD>() {
            let known = [&self.current].into_iter().chain(&self.earlier);
            for key in known.filter(|key| key.id == *id) {
                if let Ok(key) = decrypt(&key.cipher(), sealed, email_h) {
                    return key.try_into().map_err(|_| CipherError);
                }
            }
        }
        // Without a version: the first secret, which is the HMAC key, wrapped it. A nonce may begin like a version.
        let first = WrappingKey::of(&self.hmac);
        decrypt(&first.cipher(), wrapped, email_h)?.try_into().map_err(|_| CipherError)
    }

    /// How a key begins that the current secret has wrapped.
    pub fn head(&self) -> [u8; HEAD] {
        let [a, b, c, d] = self.current.id;
        [VERSION, a, b, c, d]
    }

    /// The records by which `next` opens the same installation, and by which this secret goes on opening it until
    /// [`Keys::obsolete`] ones are deleted.
    ///
    /// # Errors
    /// Where the system has no randomness.
    pub fn rotate(&self, next: &Secret) -> Result<Vec<KeyRecord>, CipherError> {
        let next = WrappingKey::of(next);
        let mut records = Vec::new();
        for key in [&self.current, &next] {
            let value = encrypt(&key.cipher(), self.hmac.bytes(), b"hmac_key")?;
            records.push((format!("hmac_key:{}", key.name()), value));
        }
        for old in [&self.current].into_iter().chain(&self.earlier) {
            let value = encrypt(&next.cipher(), &old.key, old.name().as_bytes())?;
            records.push((format!("wrapping:{}:{}", old.name(), next.name()), value));
        }
        Ok(records)
    }

    /// Whether records say that a later secret has taken the place of this one: what it wraps, these keys do not open.
    pub fn are_superseded(&self, records: &[KeyRecord]) -> bool {
        let by_another = format!("wrapping:{}:", self.current.name());
        records.iter().any(|(name, _)| name.starts_with(&by_another))
    }

    /// The names of the records that other secrets need. Without them those open nothing any more.
    pub fn obsolete<'a>(&self, records: &'a [KeyRecord]) -> Vec<&'a str> {
        let own = format!(":{}", self.current.name());
        records.iter().map(|(name, _)| name.as_str()).filter(|name| !name.ends_with(&own)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZOE: Digest = [1; 32];

    fn rotated(keys: &Keys, next: &str) -> (Keys, Vec<KeyRecord>) {
        let next = Secret::new(next);
        let mut records = keys.rotate(&next).unwrap();
        let rotated = Keys::open(next, &records).unwrap();
        let obsolete: Vec<_> = rotated.obsolete(&records).into_iter().map(str::to_owned).collect();
        assert_eq!(obsolete.len(), 1);
        records.retain(|(name, _)| !obsolete.contains(name));
        (rotated, records)
    }

    #[test]
    fn after_rotations_every_key_is_read_and_addresses_are_recognised() {
        let first = Secret::new("the first secret of the tests");
        let old = WrappingKey::of(&first).cipher();
        let unversioned = encrypt(&old, &[7; 32], &ZOE).unwrap();
        let keys = Keys::new(first.clone());
        let wrapped = keys.wrap(&[8; 32], &ZOE).unwrap();
        let (second, _) = rotated(&keys, "the second secret of the tests");
        let wrapped_again = second.wrap(&[9; 32], &ZOE).unwrap();
        let (third, _) = rotated(&second, "the third secret of the tests");
        for (wrapped, key) in [(unversioned, 7), (wrapped, 8), (wrapped_again, 9)] {
            assert_eq!(third.unwrap(&wrapped, &ZOE), Ok([key; 32]));
            assert!(third.unwrap(&wrapped, &[2; 32]).is_err());
        }
        assert_eq!(third.hmac().digest("email", b"zoe"), first.digest("email", b"zoe"));
        // Links and challenges are the current secret's: who has an earlier one makes none.
        let made = [&keys, &second, &third].map(|keys| keys.current().digest("token", b"zoe"));
        assert!(made[0] != made[1] && made[1] != made[2] && made[0] != made[2]);
    }

    #[test]
    fn once_its_records_are_gone_the_old_secret_opens_nothing() {
        let first = Secret::new("the first secret of the tests");
        let keys = Keys::new(first.clone());
        let both = keys.rotate(&Secret::new("the second secret of the tests")).unwrap();
        assert!(Keys::open(first.clone(), &both).unwrap().are_superseded(&both));
        let (second, records) = rotated(&keys, "the second secret of the tests");
        assert!(Keys::open(first, &records).is_err());
        assert!(Keys::open(Secret::new("another one"), &records).is_err());
        let wrapped = second.wrap(&[9; 32], &ZOE).unwrap();
        assert!(keys.unwrap(&wrapped, &ZOE).is_err());
        assert!(wrapped.starts_with(&second.head()) && !wrapped.starts_with(&keys.head()));
    }
}
