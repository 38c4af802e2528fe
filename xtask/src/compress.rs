//! Compressing in advance, as well as the formats allow: each file is compressed once and sent many times.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::Context;
use flate2::{Compression, write::GzEncoder};

use crate::fingerprint::sha256;
use crate::workspace;

/// The two encodings of one file.
pub struct Encoded {
    /// Brotli, quality 11, window 22.
    pub brotli: Vec<u8>,
    /// gzip, level 9, without name and time, so that the same input gives the same bytes.
    pub gzip: Vec<u8>,
}

/// Compresses every input on all cores, in their order. Results are kept by content in the target
/// directory: quality 11 takes seconds for a megabyte.
pub fn all(inputs: &[&[u8]]) -> anyhow::Result<Vec<Encoded>> {
    let cache = workspace::cache().join("compressed");
    fs::create_dir_all(&cache).with_context(|| format!("{} cannot be made", cache.display()))?;
    let next = AtomicUsize::new(0);
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let mut done: Vec<(usize, Encoded)> = thread::scope(|scope| {
        let work = || {
            let mut done = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(input) = inputs.get(index) else { return anyhow::Ok(done) };
                done.push((index, encode(input, &cache)?));
            }
        };
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let mut done = Vec::with_capacity(inputs.len());
        for thread in threads {
            done.extend(thread.join().map_err(|_| anyhow::anyhow!("a compressing thread panicked"))??);
        }
        anyhow::Ok(done)
    })?;
    done.sort_by_key(|(index, _)| *index);
    Ok(done.into_iter().map(|(_, encoded)| encoded).collect())
}

fn encode(input: &[u8], cache: &Path) -> anyhow::Result<Encoded> {
    let name = sha256(input);
    Ok(Encoded {
        brotli: cached(cache.join(format!("{name}.br")), || brotli(input))?,
        gzip: cached(cache.join(format!("{name}.gz")), || gzip(input))?,
    })
}

fn cached(path: PathBuf, make: impl FnOnce() -> anyhow::Result<Vec<u8>>) -> anyhow::Result<Vec<u8>> {
    if let Ok(bytes) = fs::read(&path) {
        return Ok(bytes);
    }
    let bytes = make()?;
    // Renamed into place: an interrupted build must not leave half a file to be trusted later.
    let partial = path.with_extension(format!("partial-{:?}", thread::current().id()));
    fs::write(&partial, &bytes).with_context(|| format!("{} cannot be written", partial.display()))?;
    fs::rename(&partial, &path).with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(bytes)
}

fn brotli(mut input: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut output = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: input.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut input, &mut output, &parameters).context("brotli failed")?;
    Ok(output)
}

fn gzip(input: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(input).context("gzip failed")?;
    encoder.finish().context("gzip failed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compressed_comes_back() {
        let text = "des actions près de chez vous, ".repeat(200);
        let (br, gz) = (brotli(text.as_bytes()).unwrap(), gzip(text.as_bytes()).unwrap());
        assert!(br.len() < 100 && gz.len() < 200, "{} {}", br.len(), gz.len());
        let mut out = Vec::new();
        brotli::BrotliDecompress(&mut br.as_slice(), &mut out).unwrap();
        assert_eq!(out, text.as_bytes());
        let mut out = Vec::new();
        std::io::copy(&mut flate2::read::GzDecoder::new(gz.as_slice()), &mut out).unwrap();
        assert_eq!(out, text.as_bytes());
    }
}
