//! The reading of feeds under libFuzzer: each target of `formats/fuzz/` for a while, one after the other.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::fingerprint::files;
use crate::process;
use crate::progress::step;
use crate::tool;
use crate::toolchain;
use crate::workspace::{root, target};

/// Exact, so that a new default of theirs never breaks an old commit of ours.
const VERSION: &str = "0.13.1";

/// What one input may cost: seconds, MiB of the whole process, bytes.
const LIMITS: [&str; 3] = ["-timeout=5", "-rss_limit_mb=1024", "-max_len=16384"];

/// Runs each target for so many seconds. What it learns is kept in the target directory for the next time.
///
/// # Errors
/// Names the targets that have found something, with the input and how to run it again.
pub fn run(seconds: u32) -> anyhow::Result<String> {
    if process::find(&["c++", "g++", "clang++"]).is_none() {
        bail!("a C++ compiler is missing, which libFuzzer needs: `apt-get install g++`");
    }
    let program = tool::ensure("cargo-fuzz", VERSION)?;
    step("compile the fuzz targets (some minutes, once)", || {
        process::output(&mut fuzz(&program, "build")?, "install rustup from https://rustup.rs")
    })?;
    let (mut failed, mut inputs, targets) = (Vec::new(), 0, targets()?);
    for name in &targets {
        match step(name, || one(&program, name, seconds)) {
            Ok(tried) => inputs += tried,
            Err(error) => {
                println!("{error:#}");
                failed.push(name.as_str());
            }
        }
    }
    if !failed.is_empty() {
        bail!(
            "found something: {}; each such input becomes a test of formats/tests/fuzzed.rs",
            failed.join(", ")
        );
    }
    Ok(format!("{} targets, {inputs} feeds read, no crash, none over 5 s or 1 GiB", targets.len()))
}

/// The names of the targets.
fn targets() -> anyhow::Result<Vec<String>> {
    let files = files(&root().join("formats/fuzz/fuzz_targets"))?;
    Ok(files.iter().filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned())).collect())
}

/// Runs one target, and says how many inputs it has tried.
fn one(program: &Path, name: &str, seconds: u32) -> anyhow::Result<u64> {
    let corpus = target().join("fuzz/corpus").join(name);
    let found = target().join("fuzz/found").join(name);
    for folder in [&corpus, &found] {
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    let mut run = fuzz(program, "run")?;
    // The first is written to; the others, the fixtures, are only read.
    run.arg(name).arg(corpus).args(seeds(name)?);
    run.arg("--").args(LIMITS).arg(format!("-max_total_time={seconds}"));
    run.args(["-dict=formats/fuzz/feeds.dict", "-verbosity=0", "-print_final_stats=1"]);
    run.arg(format!("-artifact_prefix={}/", found.display()));
    let run = run.output().context("cargo-fuzz could not be started")?;
    let said = String::from_utf8_lossy(&run.stderr);
    if !run.status.success() {
        let lines: Vec<_> = said.lines().collect();
        // What went wrong and the input are at the end; before them is what was compiled.
        bail!("{}", lines.get(lines.len().saturating_sub(60)..).unwrap_or_default().join("\n"));
    }
    let tried = said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    tried
        .and_then(|count| count.trim().parse().ok())
        .filter(|count| *count > 0)
        .with_context(|| format!("{name} has tried nothing:\n{said}"))
}

/// The folders with the inputs that a target begins with: those of its name, and all for what tells formats apart.
fn seeds(name: &str) -> anyhow::Result<Vec<PathBuf>> {
    let fixtures = root().join("formats/tests");
    let own = [root().join("formats/fuzz/seeds").join(name), fixtures.join(name)];
    let mut folders: Vec<PathBuf> = own.into_iter().filter(|folder| folder.is_dir()).collect();
    if folders.is_empty() {
        for entry in
            fs::read_dir(&fixtures).with_context(|| format!("{} cannot be read", fixtures.display()))?
        {
            folders.extend(Some(entry?.path()).filter(|path| path.is_dir()));
        }
    }
    Ok(folders)
}

/// cargo-fuzz with the pinned toolchain. What libFuzzer needs of the compiler is there in a stable one, which says so
/// only when it is told to; the sanitizers' libraries are not, and safe Rust has little to show them.
fn fuzz(program: &Path, task: &str) -> anyhow::Result<Command> {
    let mut fuzz = process::command(program);
    fuzz.env_remove("CARGO").env("RUSTC_BOOTSTRAP", "1").env("RUSTUP_TOOLCHAIN", toolchain::channel()?);
    fuzz.args(["fuzz", task, "--fuzz-dir", "formats/fuzz", "--sanitizer", "none", "--target-dir"]);
    fuzz.arg(target().join("fuzz"));
    Ok(fuzz)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_target_has_something_to_begin_with_and_is_compiled() {
        let manifest = fs::read_to_string(root().join("formats/fuzz/Cargo.toml")).unwrap();
        let targets = targets().unwrap();
        assert!(targets.len() > 15);
        for name in targets {
            assert!(!seeds(&name).unwrap().is_empty(), "{name}");
            assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        }
    }
}
