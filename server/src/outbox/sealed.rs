//! Sign-ups that only their organiser can read: libsodium's sealed boxes (X25519, XSalsa20-Poly1305).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_box::aead::OsRng;
use crypto_box::{PublicKey, SecretKey};
use serde_json::{Value, json};

use crate::store::hex;

/// Reads a key: 64 hexadecimal digits.
pub fn key(text: &str) -> Option<[u8; 32]> {
    let digits = text.trim().as_bytes();
    let mut key = [0; 32];
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in key.iter_mut().zip(digits.chunks(2)) {
        // `from_str_radix` alone would take a sign.
        let pair =
            std::str::from_utf8(pair).ok().filter(|pair| pair.bytes().all(|b| b.is_ascii_hexdigit()))?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(key)
}

/// A new pair of keys, public and secret, in hexadecimal.
pub fn new_keys() -> (String, String) {
    let secret = SecretKey::generate(&mut OsRng);
    (hex(secret.public_key().as_bytes()), hex(&secret.to_bytes()))
}

/// Seals the `signup` of an event to a public key. `None` where the key is none, or the event has no sign-up.
pub fn seal(mut event: Value, public_key: &str) -> Option<Value> {
    let signup = event.get("signup")?.to_string();
    let sealed = PublicKey::from(key(public_key)?).seal(&mut OsRng, signup.as_bytes()).ok()?;
    event["signup"] = json!({ "sealed": STANDARD.encode(sealed) });
    Some(event)
}

/// Opens a sealed event.
///
/// # Errors
/// In words: it is not sealed, or to another key.
pub fn open(mut event: Value, secret_key: &str) -> Result<Value, String> {
    let key = key(secret_key).ok_or("the secret key is not 64 hexadecimal digits")?;
    let sealed =
        event.pointer("/signup/sealed").and_then(Value::as_str).ok_or("there is no sealed sign-up in it")?;
    let sealed = STANDARD.decode(sealed).map_err(|_| "its sealed sign-up is not base64")?;
    let opened =
        SecretKey::from(key).unseal(&sealed).map_err(|_| "it is sealed to another key, or damaged")?;
    event["signup"] = serde_json::from_slice(&opened).map_err(|_| "what was sealed is not JSON")?;
    Ok(event)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_is_opened_with_its_key_and_no_other() {
        let (public, secret) = new_keys();
        let event = json!({ "id": "e", "signup": { "email": "zoe@example.org", "message": "日本 🎉" } });
        let sealed = seal(event.clone(), &public).unwrap();
        assert!(!sealed.to_string().contains("zoe") && sealed["id"] == "e");
        assert_ne!(seal(event.clone(), &public).unwrap(), sealed, "the same twice tells who is the same");
        assert_eq!(open(sealed.clone(), &secret).unwrap(), event);
        assert!(open(sealed.clone(), &new_keys().1).unwrap_err().contains("another key"));
        assert!(open(event, &secret).is_err() && open(sealed, "abc").is_err());
    }

    #[test]
    fn a_box_that_libsodium_sealed_is_opened() {
        // Made with PyNaCl 1.6.2: SealedBox(PrivateKey(bytes(range(32))).public_key).encrypt(b'{"id":"a"}').
        let secret = hex(&std::array::from_fn::<u8, 32, _>(|i| i as u8));
        let sealed = json!({ "signup": { "sealed": SEALED_BY_LIBSODIUM } });
        assert_eq!(open(sealed, &secret).unwrap(), json!({ "signup": { "id": "a" } }));
    }

    const SEALED_BY_LIBSODIUM: &str =
        "r3XvLq0ADJZYahJVdXCTcpvQyAcQxH5MEUg9UzX6VE/rmVovKy/Ec9Ax0QysBQYz7AJPmOMhgIaOFQ==";

    #[test]
    fn a_key_is_64_hexadecimal_digits() {
        for wrong in ["", "abc", &"+1".repeat(32), &"é".repeat(32), &"0".repeat(63), &"g".repeat(64)] {
            assert_eq!(key(wrong), None, "{wrong}");
        }
        assert_eq!(key(&format!("{}\n", "0F".repeat(32))), Some([15; 32]));
    }
}
