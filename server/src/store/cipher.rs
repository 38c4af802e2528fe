//! XChaCha20-Poly1305, with a nonce for each text. What was encrypted belongs to a place, and can be read nowhere else.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

/// Random bytes before each encrypted text. 192 bits are enough to draw them at random (draft-irtf-cfrg-xchacha, section 2.1).
const NONCE: usize = 24;

/// Why something could not be encrypted or read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CipherError;

/// Encrypts with a nonce of its own, which comes first.
///
/// # Errors
/// Where the system has no randomness.
pub fn encrypt(cipher: &XChaCha20Poly1305, text: &[u8], place: &[u8]) -> Result<Vec<u8>, CipherError> {
    let nonce: [u8; NONCE] = random()?;
    let sealed =
        cipher.encrypt(&XNonce::from(nonce), Payload { msg: text, aad: place }).map_err(|_| CipherError)?;
    Ok([&nonce[..], &sealed].concat())
}

/// Decrypts what was encrypted for that place.
///
/// # Errors
/// Where it was changed, or belongs elsewhere, or to another key.
pub fn decrypt(cipher: &XChaCha20Poly1305, sealed: &[u8], place: &[u8]) -> Result<Vec<u8>, CipherError> {
    let (nonce, text) = sealed.split_first_chunk::<NONCE>().ok_or(CipherError)?;
    cipher.decrypt(&XNonce::from(*nonce), Payload { msg: text, aad: place }).map_err(|_| CipherError)
}

/// Random bytes, from the system.
///
/// # Errors
/// Where it has none.
pub fn random<const N: usize>() -> Result<[u8; N], CipherError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| CipherError)?;
    Ok(bytes)
}
