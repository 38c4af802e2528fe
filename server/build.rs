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
    let list = || fs::read(dist.join("manifest.json")).ok();
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../dist/manifest.json");

    // `cargo xtask build` removes the list first and writes it last, and may be at it right now. Then no bundle is packed, and
    // cargo runs this again, because the list is new.
    let before = list();
    let packed = pack(dist);
    let is_whole = before.is_some() && before == list();
    let (blob, index) = if is_whole { packed? } else { Default::default() };

    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("bundle.bin"), blob)?;
    fs::write(out.join("bundle.index"), index)?;
    fs::write(out.join("gazetteer.tsv.gz"), gazetteer()?)?;
    fs::write(out.join("demo.rs"), demo()?)
}

/// Every file of the bundle one after the other, and where each begins.
fn pack(dist: &Path) -> io::Result<(Vec<u8>, String)> {
    let mut files = Vec::new();
    if dist.join("v1").is_dir() {
        collect(dist, &mut files)?;
        files.sort();
    }
    let (mut blob, mut index) = (Vec::new(), String::new());
    for file in &files {
        let name = file.strip_prefix(dist).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let bytes = fs::read(file)?;
        // Names come from `cargo xtask build`, which writes neither tabs nor line ends.
        let _ = writeln!(index, "{name}\t{}\t{}", blob.len(), bytes.len());
        blob.extend(bytes);
    }
    Ok((blob, index))
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
