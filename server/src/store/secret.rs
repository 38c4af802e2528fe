//! What makes hashes of addresses useless to those who have only the hashes.

use alentour_model::EmailAddress;
use hmac::digest::Key;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};

use super::address::{canonical, mailbox};
use super::cipher::{CipherError, random};

/// An HMAC-SHA256.
pub type Digest = [u8; 32];

/// What the operator keeps outside the database, and the key of the installation's hashes, which at first is the same. Lost, and
/// nothing that people wrote can be read again.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// The fewest characters a secret may have that is in use already.
    pub const SHORTEST: usize = 16;
    /// Fewer characters than this hold less than a random key should: 32 bytes, 64 in hexadecimal.
    const SHORT: usize = 32;

    /// Whether it is shorter than a new one may be.
    pub fn is_short(&self) -> bool {
        self.0.len() < Self::SHORT
    }

    /// That key.
    pub fn new(key: impl Into<Vec<u8>>) -> Self {
        Self(key.into())
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// A new one, in 64 hexadecimal digits, from the system's source of randomness.
    pub fn random_text() -> Result<String, getrandom::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        Ok(hex(&key))
    }

    /// The HMAC of some bytes. `purpose` keeps hashes for different uses apart.
    pub fn digest(&self, purpose: &str, bytes: &[u8]) -> Digest {
        // The form of the constructor that cannot fail takes a whole block. RFC 2104, section 2: shorter keys are
        // filled up with zeros, longer ones hashed first.
        let mut block = Key::<Hmac<Sha256>>::default();
        if self.0.len() <= block.len() {
            block[..self.0.len()].copy_from_slice(&self.0);
        } else {
            block[..32].copy_from_slice(&Sha256::digest(&self.0));
        }
        let mut mac = Hmac::<Sha256>::new(&block);
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }

    /// Whether a mark that was given is ours. Told apart by digests, whose comparison tells a stopwatch nothing of the mark.
    pub fn is_mark(&self, ours: &str, given: &str) -> bool {
        let digest = |text: &str| self.digest("compared", text.as_bytes());
        digest(ours) == digest(given)
    }

    /// Names a person: by the address as it is recognised.
    pub fn email_h(&self, email: &EmailAddress) -> Digest {
        self.digest("email", canonical(email).as_bytes())
    }

    /// All that names a person: rows of before 2026-11-28 have a domain in its own script as it was typed.
    pub fn email_hashes(&self, email: &EmailAddress) -> Vec<Digest> {
        let mut hashes = vec![self.email_h(email), self.digest("email", email.normalised().as_bytes())];
        hashes.dedup();
        hashes
    }

    /// Names the mailbox of an address: where mails are counted. That of an address without a `+` is the person.
    pub fn mailbox_h(&self, email: &EmailAddress) -> Digest {
        self.email_h(&mailbox(email).unwrap_or_else(|| email.clone()))
    }

    /// Named a sign-up to those outside in version 1 of the tables. Today's ids are random: whoever signs up again after
    /// an erasure is a new sign-up to all who heard of the first.
    pub(super) fn signup_id(&self, email_h: &Digest, initiative: &str) -> String {
        hex(&self.digest("signup", &[&email_h[..], initiative.as_bytes()].concat())[..16])
    }

    /// The hash by which a link is found again. The link itself is not kept.
    pub fn token_hash(&self, token: &str) -> Digest {
        self.digest("token hash", token.as_bytes())
    }
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    hex::encode(bytes)
}

/// An id that nobody else has: 128 random bits in hexadecimal.
///
/// # Errors
/// Where the system has no randomness.
pub fn random_id() -> Result<String, CipherError> {
    Ok(hex::encode(random::<16>()?))
}

/// What nobody can guess: 256 random bits in hexadecimal.
///
/// # Errors
/// Where the system has no randomness.
pub fn random_token() -> Result<String, CipherError> {
    Ok(hex::encode(random::<32>()?))
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain_hmac(key: &[u8], bytes: &[u8]) -> Vec<u8> {
        Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(bytes).finalize().into_bytes().to_vec()
    }

    #[test]
    fn a_digest_is_the_standard_hmac_whatever_the_keys_length() {
        for length in [16, 32, 63, 64, 65, 200] {
            let key: Vec<u8> = (0..length).map(|i| i as u8).collect();
            assert_eq!(
                Secret::new(key.clone()).digest("use", b"text").to_vec(),
                plain_hmac(&key, b"use\0text")
            );
        }
    }

    #[test]
    fn a_mark_is_ours_where_every_character_is() {
        let secret = Secret::new("one secret of the tests");
        assert!(secret.is_mark("mark", "mark") && secret.is_mark("", ""));
        for other in ["", "marl", "mar", "marks", "Mark"] {
            assert!(!secret.is_mark("mark", other), "{other}");
        }
    }

    #[test]
    fn another_purpose_is_another_digest() {
        let secret = Secret::new("one secret of the tests");
        assert_ne!(secret.digest("a", b"text"), secret.digest("b", b"text"));
        assert_ne!(secret.digest("a", b"text"), Secret::new("another one").digest("a", b"text"));
    }
}
