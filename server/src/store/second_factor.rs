//! A second factor of signing in: codes that a telephone makes (RFC 6238), and a few to fall back on once it is lost.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use totp_rs::{Builder, Secret as Shared, Totp};

use super::cipher::{CipherError, random};
use super::{Digest, Secret, StoreError, TrailEntry, hex};

/// Codes to fall back on.
const RECOVERY: usize = 10;
/// Bytes of each: 40 bits, of which nobody tries many.
const RECOVERY_BYTES: usize = 5;
/// Wrong codes after which none is looked at, and for how many seconds: of a million codes three are good at a time.
const MOST_WRONG: u32 = 10;
const PAUSE: i64 = 3600;

/// A second factor as it is kept, with the account's address. Not `Debug`: it is in no log.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondFactor {
    /// What the telephone has, too: base32 (RFC 4648).
    shared: String,
    /// Whether a code has shown that it has it.
    pub is_on: bool,
    /// The number of the last code that was used: neither it nor an earlier one is good again.
    #[serde(default)]
    used: u64,
    /// Hashes of the codes to fall back on that are left.
    #[serde(default)]
    recovery: Vec<String>,
    /// Wrong codes since the last good one, and when the last of them came, UTC seconds.
    #[serde(default)]
    wrong: u32,
    #[serde(default)]
    wrong_at: i64,
}

impl SecondFactor {
    /// One that is off until a code has come.
    ///
    /// # Errors
    /// Where the system has no randomness.
    pub fn make() -> Result<Self, CipherError> {
        // 160 bits, as RFC 4226 asks (section 4, R6).
        Ok(Self { shared: Shared::new(Box::new(random::<20>()?)).to_base32(), ..Self::default() })
    }

    /// What is typed into a telephone that reads no code.
    pub fn shared(&self) -> &str {
        &self.shared
    }

    /// What a telephone reads: `otpauth://totp/...`.
    pub fn address(&self, email: &str, issuer: &str) -> Option<String> {
        self.totp(email, issuer)?.to_url().ok()
    }

    /// How many codes to fall back on are left.
    pub fn left(&self) -> usize {
        self.recovery.len()
    }

    fn totp(&self, email: &str, issuer: &str) -> Option<Totp> {
        let shared = Shared::try_from_base32(&self.shared).ok()?;
        // What stands for itself in these addresses.
        let plain = |text: &str| text.replace(':', " ");
        let issuer = Some(plain(issuer)).filter(|issuer| !issuer.is_empty());
        Builder::new().with_secret(shared).with_account_name(plain(email)).with_issuer(issuer).build().ok()
    }

    /// Whether a code is good at that time (UTC seconds): then it is used up. A wrong one counts; none at all does not.
    pub(super) fn takes(&mut self, code: &str, secret: &Secret, now: i64) -> bool {
        if self.wrong >= MOST_WRONG && now < self.wrong_at + PAUSE {
            return false;
        }
        let code: String =
            code.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
        if code.is_empty() {
            return false;
        }
        let step = self.totp("-", "").and_then(|totp| totp.check(&code, now.unsigned_abs()));
        let is_new = step.filter(|step| *step > self.used);
        let hashed = recovery_hash(secret, &code);
        let recovered = self.recovery.iter().position(|hash| secret.is_mark(hash, &hashed));
        match (is_new, recovered) {
            (Some(step), _) => self.used = step,
            (None, Some(place)) => drop(self.recovery.remove(place)),
            (None, None) => {
                // After a pause one begins anew.
                let paused = now >= self.wrong_at + PAUSE;
                self.wrong = if paused { 1 } else { self.wrong + 1 };
                self.wrong_at = now;
                return false;
            }
        }
        self.wrong = 0;
        true
    }

    /// Is on from now on; the codes to fall back on, which are said this once.
    pub(super) fn turn_on(&mut self, secret: &Secret) -> Result<Vec<String>, CipherError> {
        let mut codes = Vec::with_capacity(RECOVERY);
        for _ in 0..RECOVERY {
            codes.push(hex(&random::<RECOVERY_BYTES>()?));
        }
        self.is_on = true;
        self.recovery = codes.iter().map(|code| recovery_hash(secret, code)).collect();
        Ok(codes)
    }
}

fn recovery_hash(secret: &Secret, code: &str) -> String {
    hex(&secret.digest("recovery code", code.as_bytes()))
}

/// Where second factors are kept. What changes one is noted in the same transaction.
#[async_trait]
pub trait SecondFactorStore: Send + Sync {
    /// Begins with a second factor, which is off until [`turn_on_second_factor`](Self::turn_on_second_factor). `None` where there is one that
    /// is on, or no such account.
    async fn begin_second_factor(&self, account_h: &Digest) -> Result<Option<SecondFactor>, StoreError>;

    /// Turns the second factor on by its first code; the codes to fall back on. `None` where the code is wrong, or there is none to turn on.
    async fn turn_on_second_factor(
        &self,
        account_h: &Digest,
        code: &str,
        entry: &TrailEntry,
    ) -> Result<Option<Vec<String>>, StoreError>;

    /// Removes the second factor of an account by its id, with a code of it, or without one (`None`): by hand. `false` where the code is wrong, or there
    /// is none.
    async fn end_second_factor(
        &self,
        id: &str,
        code: Option<&str>,
        entry: &TrailEntry,
    ) -> Result<bool, StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn on() -> (SecondFactor, Secret, Vec<String>) {
        let secret = Secret::new("one secret of the tests");
        let mut second = SecondFactor::make().unwrap();
        let codes = second.turn_on(&secret).unwrap();
        (second, secret, codes)
    }

    fn code(second: &SecondFactor, at: i64) -> String {
        second.totp("-", "").unwrap().generate(at.unsigned_abs()).to_string()
    }

    #[test]
    fn it_is_that_of_the_standard() {
        // RFC 6238, appendix B: SHA-1, the last six of eight digits.
        let shared = Shared::new(Box::from(&b"12345678901234567890"[..])).to_base32();
        let mut second = SecondFactor { shared, ..SecondFactor::default() };
        let secret = Secret::new("one secret of the tests");
        for (at, code) in
            [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924"), (20_000_000_000, "353130")]
        {
            assert!(second.takes(code, &secret, at), "{code}");
        }
    }

    #[test]
    fn a_code_is_good_once_and_for_a_moment() {
        let (mut second, secret, _) = on();
        let now = code(&second, NOW);
        assert!(second.takes(&format!("{} {}", &now[..3], &now[3..]), &secret, NOW));
        assert!(!second.takes(&now, &secret, NOW), "twice");
        let (before, after) = (code(&second, NOW - 30), code(&second, NOW + 30));
        assert!(!second.takes(&before, &secret, NOW), "an earlier one than was used");
        // A telephone's clock may be half a minute ahead.
        assert!(second.takes(&after, &secret, NOW));
        let late = code(&second, NOW + 90);
        assert!(!second.takes(&late, &secret, NOW + 300));
    }

    #[test]
    fn a_code_to_fall_back_on_is_good_once() {
        let (mut second, secret, codes) = on();
        assert_eq!((codes.len(), second.left()), (RECOVERY, RECOVERY));
        assert!(second.takes(&codes[3].to_uppercase(), &secret, NOW));
        assert!(!second.takes(&codes[3], &secret, NOW));
        assert_eq!(second.left(), RECOVERY - 1);
        assert!(codes.iter().all(|code| !serde_json::to_string(&second).unwrap().contains(code)));
    }

    #[test]
    fn after_ten_wrong_codes_the_right_one_is_wrong_for_an_hour() {
        let (mut second, secret, codes) = on();
        for _ in 0..MOST_WRONG {
            assert!(!second.takes("12", &secret, NOW));
        }
        assert!(!second.takes(&codes[0], &secret, NOW + PAUSE - 1));
        // Who asks meanwhile does not make it longer.
        assert!(second.takes(&codes[0], &secret, NOW + PAUSE));
        assert!(!second.takes("12", &secret, NOW + PAUSE));
        assert!(second.takes(&codes[1], &secret, NOW + PAUSE));
    }

    #[test]
    fn a_telephone_reads_whose_it_is() {
        let (second, ..) = on();
        let address = second.address("asha@example.org", "Maison: des solidarit\u{e9}s").unwrap();
        assert!(address.starts_with("otpauth://totp/") && address.contains(second.shared()), "{address}");
        assert!(address.contains("asha") && address.contains("issuer="), "{address}");
    }
}
