//! The compressed siblings of the merged feed.

use std::fs::{self, File};
use std::io::{self, BufReader, Write};
use std::path::Path;

use brotli::enc::BrotliEncoderParams;
use sha2::{Digest, Sha256};

use super::opened::FEED;
use crate::http::negotiation::Encoding;
use crate::http::representation::named;

/// Bytes of a feed that is compressed as well as can be: it takes a second.
const SMALL: u64 = 2 << 20;
/// Bytes of a feed that is compressed in brotli at all.
const LARGE: u64 = 64 << 20;

/// Writes the compressed siblings of the feed, as well as its length allows, and gives the name of its contents.
///
/// # Errors
/// The system's.
pub fn compress(folder: &Path) -> io::Result<String> {
    let path = folder.join(FEED);
    let length = fs::metadata(&path)?.len();
    let sibling = |encoding: Encoding| folder.join(format!("{FEED}{}", encoding.suffix()));
    let (gzip, brotli) = (sibling(Encoding::Gzip), sibling(Encoding::Brotli));
    let open = || File::open(&path).map(|file| BufReader::with_capacity(1 << 20, file));
    std::thread::scope(|threads| {
        let gzip = threads.spawn(|| {
            let level = if length <= SMALL {
                9
            } else if length <= LARGE {
                6
            } else {
                1
            };
            let mut out =
                flate2::write::GzEncoder::new(File::create(&gzip)?, flate2::Compression::new(level));
            io::copy(&mut open()?, &mut out)?;
            out.finish().map(drop)
        });
        let brotli = threads.spawn(|| {
            if length > LARGE {
                return Ok(());
            }
            let quality = if length <= SMALL { 9 } else { 5 };
            let parameters = BrotliEncoderParams { quality, lgwin: 22, ..BrotliEncoderParams::default() };
            brotli::BrotliCompress(&mut open()?, &mut File::create(&brotli)?, &parameters).map(drop)
        });
        let mut digest = Sha256::new();
        io::copy(&mut open()?, &mut HashWriter(&mut digest))?;
        for thread in [gzip, brotli] {
            thread.join().map_err(|_| io::Error::other("compressing panicked"))??;
        }
        Ok(named(digest))
    })
}

/// Digests what is written.
struct HashWriter<'a>(&'a mut Sha256);

impl Write for HashWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
