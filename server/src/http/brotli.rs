//! Brotli; also in two parts: what is the same in many answers is compressed once and thoroughly, and what differs is put behind it.

use brotli::concat::{BroCatli, BroCatliResult};
use brotli::enc::{BrotliCompress, BrotliEncoderParams};

/// The most that brotli does: some 60 ms for 30 KB.
const THOROUGH: i32 = 11;
/// 10 ms for 30 KB, and 7 % fewer bytes than a tenth of that time gives.
const WELL: i32 = 10;
/// Bytes that joining two streams adds at most.
const SEAM: usize = 64;

/// A text by itself, as well as that of 11.
///
/// # Errors
/// The encoder's.
pub fn at(quality: i32, mut text: &[u8]) -> std::io::Result<Vec<u8>> {
    let (params, mut compressed) =
        (BrotliEncoderParams { quality, lgwin: window(text), ..params(text) }, Vec::new());
    BrotliCompress(&mut text, &mut compressed, &params)?;
    Ok(compressed)
}

/// A text that was compressed.
///
/// # Errors
/// Where it is none.
pub fn decompressed(bytes: &[u8]) -> std::io::Result<String> {
    let mut text = String::new();
    std::io::Read::read_to_string(&mut brotli::Decompressor::new(bytes, 1 << 14), &mut text)?;
    Ok(text)
}

/// The beginning of many texts, compressed, to be [`join`]ed with the rest of each.
pub fn beginning(text: &[u8]) -> Option<Vec<u8>> {
    compress(text, &BrotliEncoderParams { quality: THOROUGH, appendable: true, ..params(text) })
}

/// A text whose beginning is compressed already, and whose rest is this.
pub fn join(beginning: &[u8], rest: &[u8]) -> Option<Vec<u8>> {
    // What may stand behind something else must not count on what stands before it.
    let apart =
        BrotliEncoderParams { catable: true, appendable: true, use_dictionary: false, ..params(rest) };
    let rest = compress(rest, &BrotliEncoderParams { quality: WELL, ..apart })?;
    let mut joined = vec![0; beginning.len() + rest.len() + SEAM];
    let (mut seam, mut length) = (BroCatli::new(), 0);
    for part in [beginning, &rest] {
        seam.new_brotli_file();
        let mut read = 0;
        match seam.stream(part, &mut read, &mut joined, &mut length) {
            BroCatliResult::NeedsMoreInput | BroCatliResult::Success => {}
            _ => return None,
        }
    }
    matches!(seam.finish(&mut joined, &mut length), BroCatliResult::Success).then(|| {
        joined.truncate(length);
        joined
    })
}

/// The bits of a window that holds a text, of 22: setting up a larger one takes longer than compressing some kilobytes. At 16 and below the
/// encoder goes another way, which takes twenty times as long.
fn window(text: &[u8]) -> i32 {
    let bits = usize::BITS - (text.len() + SEAM).leading_zeros();
    bits.clamp(17, 22) as i32
}

fn params(text: &[u8]) -> BrotliEncoderParams {
    BrotliEncoderParams { lgwin: 22, size_hint: text.len(), ..Default::default() }
}

fn compress(mut text: &[u8], params: &BrotliEncoderParams) -> Option<Vec<u8>> {
    let mut compressed = Vec::new();
    BrotliCompress(&mut text, &mut compressed, params).ok()?;
    Some(compressed)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn decompressed(bytes: &[u8]) -> Vec<u8> {
        let mut text = Vec::new();
        brotli::Decompressor::new(bytes, 4096).read_to_end(&mut text).unwrap();
        text
    }

    #[test]
    fn what_is_joined_is_one_text() {
        let beginning_text = "un, deux, trois ; ".repeat(200);
        let compressed = beginning(beginning_text.as_bytes()).unwrap();
        for rest in ["", "(null);\n", &"quatre, deux, trois ; ".repeat(500), &"é".repeat(70_000)] {
            let joined = join(&compressed, rest.as_bytes()).unwrap();
            assert!(
                decompressed(&joined) == format!("{beginning_text}{rest}").as_bytes(),
                "{} bytes",
                rest.len()
            );
            assert!(joined.len() < compressed.len() + rest.len() / 10 + SEAM);
        }
    }
}
