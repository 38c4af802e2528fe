//! A zip archive of the same bytes for the same files: no times, no order but that of the names.

use std::io::Write;

use anyhow::Context;
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// The version of the format that knows folders and deflation: 2.0.
const NEEDED: u16 = 20;
/// The same, made on Unix: the upper half of the attributes is its file mode.
const MADE_BY: u16 = 3 << 8 | NEEDED;
/// Names are UTF-8.
const UTF8: u16 = 1 << 11;
const DEFLATED: u16 = 8;
/// The first day that the format knows: 1980-01-01, midnight.
const EPOCH: [u16; 2] = [0, 1 << 5 | 1];
/// An ordinary file that its owner may change and all may read.
const MODE: u32 = 0o100_644 << 16;

/// Packs files, each a name with `/` and its content, in the order that they have.
///
/// # Errors
/// When they are too large for the format, 4 GB.
pub fn pack(files: &[(String, Vec<u8>)]) -> anyhow::Result<Vec<u8>> {
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for (name, content) in files {
        let offset = size(archive.len())?;
        let entry = Entry::new(name, content)?;
        archive.extend(b"PK\x03\x04");
        archive.extend(&entry.header);
        archive.extend(name.as_bytes());
        archive.extend(&entry.packed);

        directory.extend(b"PK\x01\x02");
        put(&mut directory, &[MADE_BY]);
        directory.extend(&entry.header);
        // No comment, the first disk, and nothing about the content.
        put(&mut directory, &[0, 0, 0]);
        directory.extend(MODE.to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let count = u16::try_from(files.len()).context("too many files for a zip archive")?;
    let (start, length) = (size(archive.len())?, size(directory.len())?);
    archive.extend(directory);
    archive.extend(b"PK\x05\x06");
    put(&mut archive, &[0, 0, count, count]);
    archive.extend(length.to_le_bytes());
    archive.extend(start.to_le_bytes());
    put(&mut archive, &[0]);
    Ok(archive)
}

/// What is said of a file, before it and again in the directory at the end, and what it is packed to.
struct Entry {
    header: Vec<u8>,
    packed: Vec<u8>,
}

impl Entry {
    fn new(name: &str, content: &[u8]) -> anyhow::Result<Self> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content)?;
        let packed = encoder.finish()?;
        let mut crc = Crc::new();
        crc.update(content);
        let mut header = Vec::new();
        put(&mut header, &[NEEDED, UTF8, DEFLATED, EPOCH[0], EPOCH[1]]);
        for number in [crc.sum(), size(packed.len())?, size(content.len())?] {
            header.extend(number.to_le_bytes());
        }
        // The name's length, and no extra field.
        put(&mut header, &[u16::try_from(name.len()).context("a name is too long for a zip archive")?, 0]);
        Ok(Self { header, packed })
    }
}

fn put(bytes: &mut Vec<u8>, numbers: &[u16]) {
    bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
}

fn size(length: usize) -> anyhow::Result<u32> {
    u32::try_from(length).context("too large for a zip archive")
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::process;

    #[test]
    fn what_is_packed_is_unpacked_by_others_and_the_same_each_time() {
        let files = [
            ("a/".to_owned() + "long".repeat(30).as_str() + ".txt", b"one ".repeat(1000)),
            ("a/é.txt".to_owned(), Vec::new()),
        ];
        let archive = pack(&files).unwrap();
        assert_eq!(archive, pack(&files).unwrap());
        assert!(archive.len() < 1000, "{}", archive.len());
        let path = std::env::temp_dir().join(format!("alentour-archive-{}.zip", std::process::id()));
        std::fs::write(&path, &archive).unwrap();
        let script = "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\n\
                      print([(i.filename, i.file_size, i.date_time) for i in z.infolist()])";
        let said =
            process::output(Command::new("python3").args(["-c", script]).arg(&path), "install python3");
        std::fs::remove_file(&path).unwrap();
        let said = said.unwrap();
        assert!(said.contains(", 4000, (1980, 1, 1, 0, 0, 0))") && said.contains("('a/é.txt', 0,"), "{said}");
    }
}
