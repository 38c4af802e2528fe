//! How fast a feed of a million items is converted, and in how much memory; beside plain parsing of the same bytes.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use super::example;
use crate::process;
use crate::progress::note;
use crate::workspace::{root, target};

/// Items of the feed.
const ITEMS: usize = 1_000_000;
/// Each program once in each round, so that a busy minute slows all of them.
const ROUNDS: usize = 3;
/// How often a running program is asked for its memory. What it takes in its last moments may be missed.
const ASKED: Duration = Duration::from_millis(20);

/// What one program took, in each round.
#[derive(Default)]
struct Sample {
    seconds: Vec<f64>,
    /// Bytes of memory at most, in any round.
    peak: u64,
}

/// Measures, and says it in Markdown.
///
/// # Errors
/// When something cannot be built, or a program fails.
pub fn run(binary: &Path) -> anyhow::Result<String> {
    let bare = example("alentour-formats", "bare_parse")?;
    let feed = Feed::write(ITEMS)?;
    let converted = Scratch(target().join("bench/converted.json"));
    let (mut ours, mut values, mut ignored) = (Sample::default(), Sample::default(), Sample::default());
    for round in 1..=ROUNDS {
        let mut convert = Command::new(binary);
        convert.arg("convert").arg(&feed.path.0).arg("--output").arg(&converted.0);
        ours.add(&mut convert)?;
        let lines = count_lines(&converted.0)?;
        ensure!(lines == ITEMS + 2, "{lines} lines instead of an initiative a line, {ITEMS}, and two");
        for (what, sample) in [("value", &mut values), ("ignored", &mut ignored)] {
            sample.add(Command::new(&bare).arg(what).arg(&feed.path.0).stdout(Stdio::null()))?;
        }
        note(format!("round {round} of {ROUNDS}"));
    }
    let (megabytes, own) = (feed.bytes as f64 / 1e6, median(&ours.seconds));
    let mut text = format!(
        "## Converting a million items\n\n`alentour convert FEED --output FILE`: {ITEMS} invented missions in the format of API Engagement, {megabytes:.0} MB of JSON \
         in one list, read, cleaned, written as canonical JSON ({:.0} MB) and synced. Yardstick: serde_json over the same bytes, all in memory before it \
         begins (`formats/examples/bare_parse.rs`), each item to a `Value` that is dropped, or to `IgnoredAny`, which keeps nothing; neither \
         writes anything. {ROUNDS} rounds in turn, medians; memory is the most that was resident (VmHWM).\n\n\
         | | seconds | MB/s | peak memory | ratio |\n|---|--:|--:|--:|--:|",
        fs::metadata(&converted.0)?.len() as f64 / 1e6
    );
    for (name, sample) in [
        ("`alentour convert`", &ours),
        ("serde_json, `Value`", &values),
        ("serde_json, `IgnoredAny`", &ignored),
    ] {
        let seconds = median(&sample.seconds);
        text += &format!(
            "\n| {name} | {seconds:.1} | {:.0} | {:.0} MB | {} |",
            megabytes / seconds,
            sample.peak as f64 / 1e6,
            if own == seconds { "–".to_owned() } else { format!("{:.1}", own / seconds) }
        );
    }
    Ok(text)
}

impl Sample {
    fn add(&mut self, command: &mut Command) -> anyhow::Result<()> {
        let start = Instant::now();
        let mut child =
            command.stdin(Stdio::null()).stderr(Stdio::null()).spawn().context("it cannot be started")?;
        let status = loop {
            self.peak = self.peak.max(resident(child.id(), "VmHWM").unwrap_or(0));
            match child.try_wait()? {
                Some(status) => break status,
                None => thread::sleep(ASKED),
            }
        };
        ensure!(status.success(), "`{}` failed ({status})", process::line(command));
        self.seconds.push(start.elapsed().as_secs_f64());
        Ok(())
    }
}

/// The memory of a running process in bytes: the most that it has had (`VmHWM`), or what it has (`VmRSS`). Where the system does not say,
/// nothing.
pub fn resident(process: u32, which: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(which)?.strip_prefix(':'))?;
    Some(line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok()? * 1024)
}

/// The middle one.
pub fn median(samples: &[f64]) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

fn count_lines(path: &Path) -> anyhow::Result<usize> {
    use std::io::BufRead as _;
    let mut count = 0;
    for line in std::io::BufReader::new(File::open(path)?).split(b'\n') {
        line?;
        count += 1;
    }
    Ok(count)
}

/// A file of a gigabyte, gone when it is no longer needed.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

struct Feed {
    path: Scratch,
    bytes: u64,
}

impl Feed {
    fn write(items: usize) -> anyhow::Result<Self> {
        let path = Scratch(target().join("bench/million.json"));
        fs::create_dir_all(target().join("bench")).context("target/bench cannot be made")?;
        let named = || format!("{} cannot be written", path.0.display());
        let mut file = BufWriter::new(File::create(&path.0).with_context(named)?);
        let towns = fs::read_to_string(root().join("data/gazetteer/fr.tsv")).context("no gazetteer")?;
        let towns: Vec<Vec<&str>> = towns.lines().skip(1).map(|line| line.split('\t').collect()).collect();
        file.write_all(b"{\"ok\":true,\"data\":[")?;
        for number in 0..items {
            let town = towns.get(number * 37 % towns.len()).context("the gazetteer is empty")?;
            file.write_all(if number > 0 { b",\n" } else { b"\n" })?;
            file.write_all(mission(number, town).as_bytes())?;
        }
        write!(file, "],\"total\":{items}}}")?;
        file.into_inner().with_context(named)?;
        let bytes = fs::metadata(&path.0)?.len();
        Ok(Self { path, bytes })
    }
}

/// A mission as API Engagement has them, invented, and the same for the same number. Names of towns have no character that
/// JSON would escape.
pub fn mission(number: usize, town: &[&str]) -> String {
    const TITLES: [&str; 5] = [
        "Aide aux devoirs",
        "Collecte alimentaire",
        "Visites à domicile",
        "Atelier numérique",
        "Jardin partagé",
    ];
    const DOMAINS: [&str; 5] =
        ["education", "solidarite-insertion", "sante-soins", "culture-loisirs", "environnement"];
    const TEXTS: [&str; 4] = [
        "Deux heures par semaine suffisent, et personne n’est seul&nbsp;: une équipe vous accueille et vous montre.",
        "On trie, on répare, on partage un repas, et chacun repart avec ce dont il a besoin.",
        "Aucune expérience n’est demandée&nbsp;; une formation d’une demi-journée précède la première fois.",
        "Les horaires se choisissent entre voisins, le soir ou le samedi, et se changent sans façon.",
    ];
    let pick = |list: &[&'static str], step: usize| list[(number / step + number) % list.len()];
    let field = |at: usize| town.get(at).copied().unwrap_or_default();
    let (postcode, name, latitude, longitude) = (field(0), field(2), field(3), field(4));
    let (title, domain) = (pick(&TITLES, 7), pick(&DOMAINS, 7));
    let (first, second) = (pick(&TEXTS, 3), pick(&TEXTS, 5));
    let (month, day) = (1 + number % 12, 1 + number % 28);
    format!(
        r#"{{"_id":"m{number:07}","clientId":"{number}","title":"{title} à {name}","descriptionHtml":"<p>{first}</p><p>{second}</p>","domain":"{domain}","activities":["{domain}"],"tags":["{title}"],"remote":"no","schedule":"2 heures par semaine","startAt":"2031-{month:02}-{day:02}T00:00:00.000Z","endAt":null,"places":{},"openToMinors":"no","organizationName":"Association {}","organizationRNA":"W{:09}","publisherName":"Exemple","applicationUrl":"https://example.org/missions/{number}","addresses":[{{"street":"{} rue de la Mairie","postalCode":"{postcode}","city":"{name}","country":"FR","location":{{"lat":{latitude},"lon":{longitude}}}}}]}}"#,
        1 + number % 9,
        number % 4999,
        number % 4999,
        1 + number % 80,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mission_is_json_with_what_a_card_needs() {
        let town = ["69007", "69387", "Lyon 7e", "45.73", "4.84"];
        for number in [0, 1, 999_999] {
            let mission: serde_json::Value = serde_json::from_str(&mission(number, &town)).unwrap();
            assert!(mission["title"].as_str().unwrap().ends_with("à Lyon 7e"));
            assert_eq!(mission["addresses"][0]["location"]["lat"], 45.73);
        }
    }

    #[test]
    fn the_memory_of_a_process_is_known_on_linux() {
        if cfg!(target_os = "linux") {
            assert!(resident(std::process::id(), "VmHWM").unwrap() > 1_000_000);
        }
    }
}
