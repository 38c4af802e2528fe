//! Packs every file of `dist/` into one blob that the binary embeds, with an index beside it.
//!
//! The gazetteer's tables and the demo feed come along, too.
//!
//! One `include_bytes!` instead of one a file: the gazetteer alone is thousands of them.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

fn main() -> io::Result<()> {
    let dist = Path::new("../dist");
    println!("cargo:rerun-if-changed=build.rs");
    // Written last by `cargo xtask build`, so that a half-written bundle is not packed.
    println!("cargo:rerun-if-changed=../dist/manifest.json");

    let mut files = Vec::new();
    if dist.join("v1").is_dir() {
        collect(dist, &mut files)?;
        files.sort();
    }

    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let mut blob = io::BufWriter::new(fs::File::create(out.join("bundle.bin"))?);
    let mut index = String::new();
    let mut start = 0;
    for file in &files {
        let name = file.strip_prefix(dist).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let bytes = fs::read(file)?;
        blob.write_all(&bytes)?;
        // Names come from `cargo xtask build`, which writes neither tabs nor line ends.
        let _ = writeln!(index, "{name}\t{start}\t{}", bytes.len());
        start += bytes.len();
    }
    blob.flush()?;
    fs::write(out.join("bundle.index"), index)?;
    fs::write(out.join("gazetteer.tsv.gz"), gazetteer()?)?;
    fs::write(out.join("demo.rs"), demo()?)
}

/// The tables of `data/gazetteer/`, one after the other, each line behind its country's code.
fn gazetteer() -> io::Result<Vec<u8>> {
    let folder = Path::new("../data/gazetteer");
    println!("cargo:rerun-if-changed=../data/gazetteer");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    files.sort();
    for file in files {
        let country = file.file_stem().unwrap_or_default().to_string_lossy().to_ascii_uppercase();
        if country.len() != 2 || file.extension().is_none_or(|ending| ending != "tsv") {
            continue;
        }
        for line in fs::read_to_string(&file)?.lines().skip(1) {
            writeln!(packed, "{country}\t{line}")?;
        }
    }
    packed.finish()
}

/// The files of `data/demo/` as the source text of an array of names and texts.
fn demo() -> io::Result<String> {
    let folder = Path::new("../data/demo");
    println!("cargo:rerun-if-changed=../data/demo");
    let mut files = Vec::new();
    if folder.is_dir() {
        collect(&folder.canonicalize()?, &mut files)?;
    }
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    let entries: Vec<String> = files
        .iter()
        .map(|file| format!("({:?}, include_str!({:?}))", file.file_name().unwrap_or_default(), file))
        .collect();
    Ok(format!("&[{}]", entries.join(", ")))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() { collect(&entry.path(), files)? } else { files.push(entry.path()) }
    }
    Ok(())
}
