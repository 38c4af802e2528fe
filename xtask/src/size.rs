//! `cargo xtask size`: what a visitor downloads before the first result shows, and what more where a page needs it, against
//! `budget.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;

use crate::fingerprint::files;
use crate::workspace::{dist, root};
use crate::{build, compress};

/// The key of the sum in `budget.json`.
const TOTAL: &str = "total";
/// The key of the tag with the first page of the demo feed in it. It takes the server to make one: a test of its `first_page::document`
/// measures it, and says what the budget is to be.
const FIRST_LIST: &str = "first list";

#[derive(Args, Default)]
pub struct Options {
    /// Lower the budget to what has been reached
    #[arg(long)]
    update: bool,
    /// With --update: also raise it where the bundle has grown
    #[arg(long, requires = "update")]
    raise: bool,
}

/// Bytes of one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Size {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Bytes of brotli by name, and in sum.
type Budget = BTreeMap<String, usize>;

/// Builds, prints the sizes, and compares them with the budget.
///
/// # Errors
/// Says which file is over its budget and by how much.
pub fn run(options: &Options) -> anyhow::Result<()> {
    build::bundle()?;
    let sizes = measure()?;
    let path = root().join("budget.json");
    let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut budget: Budget =
        serde_json::from_str(&text).with_context(|| format!("{} is not valid", path.display()))?;
    if options.update {
        update(&mut budget, &sizes, options.raise);
        let text = serde_json::to_string_pretty(&budget).context("the budget cannot be written")?;
        fs::write(&path, text + "\n").with_context(|| format!("{} cannot be written", path.display()))?;
    }
    print(&sizes, &budget);
    check(&sizes, &budget)
}

/// Name, folder, beginning and end of a file's name.
type File = (&'static str, &'static str, &'static str, &'static str);

/// The first load, for a French visitor: each further language is as large, and only one is loaded.
const FIRST_LOAD: &[File] = &[
    ("alentour.js", "v1", "alentour", ".js"),
    ("app.js", "v1/a", "app.", ".js"),
    ("app.wasm", "v1/a", "app.", ".wasm"),
    ("messages-fr", "v1/a", "messages-fr.", ".txt"),
];

/// What comes when it is needed: the form, once somebody opens an initiative; what few pages need of the loader; the words, once some are looked for; the rest for a feed in
/// somebody else's format, given to the tag without a server.
const ON_DEMAND: &[File] = &[
    ("form.wasm", "v1/a", "app.form.", ".wasm"),
    ("rare.js", "v1/a", "rare.", ".js"),
    ("formats.js", "v1/a", "formats.", ".js"),
    ("formats.wasm", "v1/a", "formats.", ".wasm"),
    ("calendar.js", "v1/a", "calendar.", ".js"),
    ("calendar.wasm", "v1/a", "calendar.", ".wasm"),
    ("words-fr", "v1/a", "words-fr.", ".txt"),
];

fn measure() -> anyhow::Result<BTreeMap<&'static str, Size>> {
    let mut sizes = BTreeMap::new();
    let mut total = Size::default();
    for (name, dir, start, end) in FIRST_LOAD.iter().chain(ON_DEMAND) {
        let path = one(&dist().join(dir), start, end)?;
        let content = fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let encoded = compress::all(&[&content])?;
        let (brotli, gzip) = encoded.first().map(|it| (it.brotli.len(), it.gzip.len())).unwrap_or_default();
        let size = Size { raw: content.len(), gzip, brotli };
        if FIRST_LOAD.iter().any(|(first, ..)| first == name) {
            total =
                Size { raw: total.raw + size.raw, gzip: total.gzip + gzip, brotli: total.brotli + brotli };
        }
        sizes.insert(*name, size);
    }
    sizes.insert(TOTAL, total);
    Ok(sizes)
}

fn one(dir: &Path, start: &str, end: &str) -> anyhow::Result<PathBuf> {
    let fits = |path: &PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        // Between them is the hash, and no further name.
        let hash = name.strip_prefix(start).and_then(|name| name.strip_suffix(end));
        path.parent() == Some(dir) && hash.is_some_and(|hash| !hash.contains('.'))
    };
    let mut found: Vec<PathBuf> = files(dir)?.into_iter().filter(fits).collect();
    match (found.pop(), found.len()) {
        (Some(path), 0) => Ok(path),
        (None, _) => bail!("{}/{start}*{end} is missing: the widget has no such part yet", dir.display()),
        (Some(_), more) => bail!("{}/{start}*{end} is there {} times", dir.display(), more + 1),
    }
}

fn update(budget: &mut Budget, sizes: &BTreeMap<&'static str, Size>, raise: bool) {
    budget.retain(|name, _| name == FIRST_LIST || sizes.contains_key(name.as_str()));
    for (name, size) in sizes {
        let allowed = budget.entry((*name).to_owned()).or_insert(size.brotli);
        if raise || size.brotli < *allowed {
            *allowed = size.brotli;
        }
    }
}

fn check(sizes: &BTreeMap<&'static str, Size>, budget: &Budget) -> anyhow::Result<()> {
    let mut faults = Vec::new();
    for (name, size) in sizes {
        match budget.get(*name) {
            Some(allowed) if size.brotli > *allowed => {
                let over = size.brotli - allowed;
                faults.push(format!(
                    "{name}: {} bytes of brotli, {over} over its budget of {allowed}",
                    size.brotli
                ));
            }
            Some(_) => {}
            None => faults.push(format!("{name}: no budget")),
        }
    }
    if faults.is_empty() {
        return Ok(());
    }
    bail!(
        "the bundle is over its budget\n  {}\nMake it smaller, or raise budget.json with `cargo xtask size --update --raise` and say in the commit what the bytes are for.",
        faults.join("\n  ")
    )
}

fn print(sizes: &BTreeMap<&'static str, Size>, budget: &Budget) {
    let names = |files: &[File]| files.iter().map(|(name, ..)| *name).collect::<Vec<_>>();
    let first = [names(FIRST_LOAD), vec![TOTAL]].concat();
    for (title, names) in [("first load", first), ("on demand", names(ON_DEMAND))] {
        println!("{title:14} {:>9} {:>9} {:>9} {:>9} {:>7}", "raw", "gzip", "brotli", "budget", "left");
        for (name, size) in names.into_iter().filter_map(|name| Some((name, sizes.get(name)?))) {
            let allowed = budget.get(name).copied().unwrap_or_default();
            let left = allowed as i64 - size.brotli as i64;
            println!("{name:14} {:9} {:9} {:9} {allowed:9} {left:7}", size.raw, size.gzip, size.brotli);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(brotli: usize) -> BTreeMap<&'static str, Size> {
        [("app.wasm", Size { brotli, ..Size::default() })].into()
    }

    fn budget(brotli: usize) -> Budget {
        [("app.wasm".to_owned(), brotli)].into()
    }

    #[test]
    fn one_byte_over_the_budget_fails_and_says_so() {
        assert!(check(&sizes(100), &budget(100)).is_ok());
        let error = check(&sizes(101), &budget(100)).unwrap_err().to_string();
        assert!(error.contains("app.wasm: 101 bytes of brotli, 1 over its budget of 100"), "{error}");
    }

    #[test]
    fn a_file_without_a_budget_fails() {
        assert!(check(&sizes(1), &Budget::new()).is_err());
    }

    #[test]
    fn an_update_lowers_and_only_raises_when_told_to() {
        let mut kept = budget(100);
        update(&mut kept, &sizes(90), false);
        assert_eq!(kept, budget(90));
        update(&mut kept, &sizes(95), false);
        assert_eq!(kept, budget(90));
        update(&mut kept, &sizes(95), true);
        assert_eq!(kept, budget(95));
    }
}
