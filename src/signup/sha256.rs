//! SHA-256 (FIPS 180-4), for the proof of work: `crypto.subtle` is not there on pages without https.
//!
//! Not the `sha2` crate: ours costs a third of its bytes, and hashes some hundred thousand texts of this length a second.

/// The constants, made once for many hashes.
pub struct Sha256 {
    start: [u32; 8],
    rounds: [u32; 64],
}

impl Sha256 {
    /// Works the constants out: the first 32 bits of the fractions of the square and cube roots of the first primes
    /// (sections 4.2.2 and 5.3.3). As a table they would be 288 bytes that no compression makes smaller.
    pub fn new() -> Self {
        let mut constants = Self { start: [0; 8], rounds: [0; 64] };
        let primes = (2_u32..).filter(|n| (2..*n).all(|divisor| n % divisor != 0)).map(f64::from);
        for (i, prime) in (0..64).zip(primes) {
            // Newton's method: from above, each step at least a third nearer, and at last twice as many digits.
            let mut root = 7.0;
            for _ in 0..16 {
                root -= (root * root * root - prime) / (3.0 * root * root);
            }
            constants.rounds[i] = fraction(root);
            if let Some(start) = constants.start.get_mut(i) {
                *start = fraction(prime.sqrt());
            }
        }
        constants
    }

    /// The hash of a text, as eight big-endian words.
    pub fn hash(&self, text: &[u8]) -> [u32; 8] {
        let mut state = self.start;
        let mut padded = text.to_vec();
        padded.push(0x80);
        padded.resize((text.len() + 9).next_multiple_of(64) - 8, 0);
        padded.extend_from_slice(&(text.len() as u64 * 8).to_be_bytes());
        for block in padded.chunks_exact(64) {
            self.compress(&mut state, block);
        }
        state
    }

    fn compress(&self, state: &mut [u32; 8], block: &[u8]) {
        let mut schedule = [0_u32; 64];
        for (word, bytes) in schedule.iter_mut().zip(block.chunks_exact(4)) {
            *word = bytes.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
        }
        for i in 16..64 {
            let (near, far) = (schedule[i - 15], schedule[i - 2]);
            schedule[i] = schedule[i - 16]
                .wrapping_add(near.rotate_right(7) ^ near.rotate_right(18) ^ near >> 3)
                .wrapping_add(schedule[i - 7])
                .wrapping_add(far.rotate_right(17) ^ far.rotate_right(19) ^ far >> 10);
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
        for (word, constant) in schedule.iter().zip(&self.rounds) {
            let first = h
                .wrapping_add(e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25))
                .wrapping_add(e & f ^ !e & g)
                .wrapping_add(*constant)
                .wrapping_add(*word);
            let second = (a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22))
                .wrapping_add(a & b ^ a & c ^ b & c);
            (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(first), c, b, a, first.wrapping_add(second));
        }
        for (word, more) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *word = word.wrapping_add(more);
        }
    }
}

/// The first 32 bits behind the point.
fn fraction(number: f64) -> u32 {
    (number.fract() * 4_294_967_296.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &[u8]) -> String {
        Sha256::new().hash(text).iter().map(|word| format!("{word:08x}")).collect()
    }

    #[test]
    fn the_constants_are_those_of_the_standard() {
        let Sha256 { start, rounds } = Sha256::new();
        assert_eq!(start[..2], [0x6a09_e667, 0xbb67_ae85]);
        assert_eq!(start[7], 0x5be0_cd19);
        assert_eq!(rounds[..2], [0x428a_2f98, 0x7137_4491]);
        assert_eq!(rounds[63], 0xc671_78f2);
    }

    /// NIST's examples for FIPS 180, and the lengths around a block's end (from `sha256sum`).
    #[test]
    fn hashes_are_those_of_the_standard() {
        let vectors: [(&[u8], &str); 3] = [
            (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ),
        ];
        for (text, expected) in vectors {
            assert_eq!(hex(text), expected);
        }
        for (length, expected) in [
            (55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"),
            (56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"),
            (63, "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34"),
            (64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"),
            (65, "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0"),
            (200, "c2a908d98f5df987ade41b5fce213067efbcc21ef2240212a41e54b5e7c28ae5"),
        ] {
            assert_eq!(hex(&vec![b'a'; length]), expected, "{length} bytes");
        }
    }

    #[test]
    fn a_million_letters_hash_as_in_the_standard() {
        let expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
        assert_eq!(hex(&vec![b'a'; 1_000_000]), expected);
    }
}
