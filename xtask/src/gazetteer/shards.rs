//! The gazetteer as static files that the widget fetches while somebody types.
//! `alentour_model::gazetteer` reads them, and describes them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::Path;

use alentour_model::gazetteer::{COUNTRIES, keys};
use anyhow::Context;

use super::{Row, filed};

/// Most lines of a leaf, by name: 2 to 3 KB with brotli, fetched once while a name is typed.
const NAMES: usize = 200;

/// Most lines of a leaf, by postcode: a département has 100 to 900, and two digits should be enough for most.
const POSTCODES: usize = 450;

/// Lines of `largest.txt`: in France what has 18,000 inhabitants and more. It is fetched where a name is found nowhere.
const LARGEST: usize = 500;

/// Lines of an inner shard: as many suggestions as anybody scrolls through, twice, for namesakes.
const FIRST: usize = 20;

/// Writes `<country>/p/*.txt`, `<country>/n/*.txt` and `<country>/index.txt` into `dir`, from the committed
/// tables.
///
/// # Errors
/// Where a table cannot be read, or a file not be written.
pub fn write_shards(dir: &Path) -> anyhow::Result<()> {
    for country in COUNTRIES {
        for (path, text) in shards(filed(country)?) {
            let path = dir.join(country).join(path);
            let parent = path.parent().context("a shard has a directory")?;
            fs::create_dir_all(parent).with_context(|| format!("{} cannot be made", parent.display()))?;
            fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))?;
        }
    }
    Ok(())
}

/// All files of a country, by path.
pub fn shards(mut rows: Vec<Row>) -> BTreeMap<String, String> {
    rows.sort_by(|a, b| {
        let key = |row: &Row| (Reverse(row.population), row.postcode.is_empty(), row.approximate);
        key(a).cmp(&key(b)).then_with(|| {
            (&a.postcode, &a.name, &a.area, &a.code).cmp(&(&b.postcode, &b.name, &b.area, &b.code))
        })
    });
    let lines: Vec<String> = rows.iter().map(line).collect();
    let mut files = BTreeMap::new();
    let postcodes = rows.iter().enumerate().filter(|(_, row)| !row.postcode.is_empty());
    let postcodes: Vec<_> = postcodes.map(|(at, row)| (row.postcode.clone(), at)).collect();
    let main = main_rows(&rows);
    let largest = main.iter().filter_map(|at| lines.get(*at)).take(LARGEST).map(String::as_str).collect();
    files.insert("largest.txt".into(), largest);
    let names = main.into_iter().flat_map(|at| {
        let (name, rest) = rows.get(at).map(|row| keys(&row.name)).unwrap_or_default();
        [Some(name), rest].into_iter().flatten().map(move |key| (key, at))
    });
    let mut index = String::new();
    for (directory, entries, most) in [("p", postcodes, POSTCODES), ("n", names.collect(), NAMES)] {
        let trie = trie(&entries, most);
        let prefixes: Vec<&str> = trie.keys().map(String::as_str).collect();
        index.push_str(&prefixes.join(" "));
        index.push('\n');
        for (prefix, rows) in &trie {
            let text = rows.iter().filter_map(|at| lines.get(*at)).map(String::as_str).collect();
            files.insert(format!("{directory}/{prefix}.txt"), text);
        }
    }
    files.insert("index.txt".into(), index);
    files
}

fn line(row: &Row) -> String {
    let Row { postcode, area, .. } = row;
    let dash = if postcode.is_empty() || area.is_empty() { "" } else { "-" };
    let thousandths = |degrees: f64| (degrees * 1000.0).round();
    let (latitude, longitude) = (thousandths(row.point.latitude), thousandths(row.point.longitude));
    let approximate = if row.approximate { "\t~" } else { "" };
    format!(
        "{area}{dash}{postcode}\t{}\t{latitude}\t{longitude}\t{}{approximate}\n",
        row.name,
        rounded(row.population)
    )
}

/// Two significant digits: enough to sort by, and they compress better.
fn rounded(population: u32) -> u32 {
    let unit = 10_u32.pow(population.checked_ilog10().unwrap_or_default().saturating_sub(1));
    (population + unit / 2) / unit * unit
}

/// Which row stands for a place that has several postcodes: the roundest one, usually the centre's
/// (97460 for Saint-Paul, whose others begin at 97411), and of these the first.
fn main_rows(rows: &[Row]) -> Vec<usize> {
    let mut main: HashMap<(&str, &str), usize> = HashMap::new();
    let roundness = |row: &Row| {
        let zeros = row.postcode.len() - row.postcode.trim_end_matches('0').len();
        (Reverse(zeros), row.postcode.clone())
    };
    for (at, row) in rows.iter().enumerate() {
        let best = main.entry((&row.code, &row.name)).or_insert(at);
        if rows.get(*best).is_some_and(|best| roundness(row) < roundness(best)) {
            *best = at;
        }
    }
    let mut main: Vec<usize> = main.into_values().collect();
    main.sort_unstable();
    main
}

/// Shards by prefix. `entries` are keys and the number of their row; rows come by population.
///
/// A shard that would be small is part of its parent's: whoever looks for the longest prefix that has a shard
/// finds it there.
fn trie(entries: &[(String, usize)], most: usize) -> BTreeMap<String, BTreeSet<usize>> {
    let mut shards = BTreeMap::new();
    let mut waiting: Vec<(&str, Vec<(&str, usize)>)> =
        children("", entries.iter().map(|(key, row)| (key.as_str(), *row)));
    while let Some((prefix, entries)) = waiting.pop() {
        let mut shard: BTreeSet<usize> = entries.iter().map(|(_, row)| *row).collect();
        if shard.len() > most {
            let first: Vec<usize> = shard.into_iter().take(FIRST).collect();
            let (whole, longer): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(key, _)| *key == prefix);
            shard = whole.into_iter().map(|(_, row)| row).collect();
            // One letter is not answered: it needs no suggestions.
            if prefix.len() > 1 {
                shard.extend(first);
            }
            let mut children = children(prefix, longer.into_iter());
            children.sort_by_key(|(_, entries)| Reverse(entries.len()));
            while let Some((_, entries)) = children.pop_if(|(_, entries)| shard.len() + entries.len() <= most)
            {
                shard.extend(entries.into_iter().map(|(_, row)| row));
            }
            waiting.extend(children);
        }
        if !shard.is_empty() {
            shards.insert(prefix.to_owned(), shard);
        }
    }
    shards
}

/// Entries by the prefix that is one character longer.
fn children<'a>(
    prefix: &str,
    entries: impl Iterator<Item = (&'a str, usize)>,
) -> Vec<(&'a str, Vec<(&'a str, usize)>)> {
    let mut children: BTreeMap<&str, Vec<(&str, usize)>> = BTreeMap::new();
    for (key, row) in entries {
        if let Some(longer) = key.get(..=prefix.len()) {
            children.entry(longer).or_default().push((key, row));
        }
    }
    children.into_iter().collect()
}
