//! What is kept encrypted and is no person's: with a key of the installation's own for each kind, which outlives the operator's secret, as that of
//! the hashes does.

use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Keys;
use super::cipher::{CipherError, decrypt, encrypt};

/// A kind of what is kept so, as JSON.
pub(super) trait Sealed: Serialize + DeserializeOwned {
    /// Names its key. Another name would open nothing that is there.
    const KEY: &'static str;

    /// Encrypts it for the database. It can be read at that place only.
    fn seal(&self, keys: &Keys, place: impl AsRef<[u8]>) -> Result<Vec<u8>, CipherError> {
        let text = serde_json::to_vec(self).map_err(|_| CipherError)?;
        encrypt(&cipher(keys, Self::KEY), &text, place.as_ref())
    }

    /// Reads it back.
    fn open(keys: &Keys, place: impl AsRef<[u8]>, sealed: &[u8]) -> Result<Self, CipherError> {
        let text = decrypt(&cipher(keys, Self::KEY), sealed, place.as_ref())?;
        serde_json::from_slice(&text).map_err(|_| CipherError)
    }
}

fn cipher(keys: &Keys, name: &str) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&keys.hmac().digest("key", name.as_bytes()).into())
}
