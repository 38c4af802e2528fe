//! What a server makes of a thousand, a hundred thousand and a million initiatives: how long until it is ready, and ready again, in how
//! much memory, and how fast it answers; and what a visitor's browser makes of them.

mod visits;

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use visits::Visits;

use super::convert::{median, mission, resident};
use crate::progress::note;
use crate::torture::server::{Folder, SETTINGS, Server, free_port};
use crate::workspace::root;

/// Initiatives of the feeds.
const SIZES: [usize; 3] = [1_000, 100_000, 1_000_000];
/// People who open a page with the widget, each every [`PAUSE`], at a town drawn by its population.
const ASKERS: usize = 64;
const PAUSE: Duration = Duration::from_secs(1);
/// Questions of each: the first ones find nothing at hand.
const QUESTIONS: usize = 30;

/// A town of the gazetteer.
struct Town<'a> {
    fields: Vec<&'a str>,
    /// People in it and all towns before it.
    people: u64,
}

/// What was measured with one feed.
struct Figures {
    items: usize,
    bytes: u64,
    built: f64,
    building: u64,
    restarted: f64,
    memory: u64,
    times: Vec<f64>,
    /// Questions that got no first page, because others were being answered.
    without: usize,
    visits: Visits,
}

/// Measures, and says it in Markdown.
///
/// # Errors
/// When something cannot be written or started, or does not answer.
pub fn run(binary: &Path) -> anyhow::Result<String> {
    let gazetteer = fs::read_to_string(root().join("data/gazetteer/fr.tsv")).context("no gazetteer")?;
    let towns = towns(&gazetteer);
    let lengths = lengths();
    let mut text = format!(
        "## A server with a million initiatives\n\nInvented missions in the format of API Engagement, {} bytes each, of which {} are its description, at points around the towns of France, drawn by their population; a SQLite database and an empty \
         folder for the catalogue. *Built*: from the start of the program until it listens, with all of the feed read, merged, cut into tiles and synced. *Again*: the same with the feed unchanged. *Memory*: the most that was resident until it \
         listened (VmHWM, without the process that reads), and what was resident after {} questions. *Answers*: `/v1/first.json` around towns drawn by population, 25 km, with filters' counts of up to 10,000 initiatives, asked by {ASKERS} people, each \
         once a second; what is in other people's minute is answered from memory. *Without*: who came while twelve others were being answered, and does without a first page.\n\n\
         | initiatives | feed | built | | again | memory | | answers, median | 99 % | without |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
        lengths.0,
        lengths.1,
        ASKERS * QUESTIONS
    );
    let mut all = Vec::new();
    for items in SIZES {
        let figures = measure(binary, items, &towns)?;
        let Figures { items, bytes, built, building, restarted, memory, mut times, without, visits } =
            figures;
        all.push((items, visits));
        times.sort_by(f64::total_cmp);
        let last = times.get(times.len() * 99 / 100).copied().unwrap_or(f64::NAN);
        let (megabytes, middle) = (bytes as f64 / 1e6, median(&times));
        text += &format!(
            "\n| {items} | {megabytes:.0} MB | {built:.1} s | {:.0} MB/s | {restarted:.2} s | {:.0} MB | {:.0} MB | {middle:.1} ms | {last:.1} ms | {:.1} % |",
            megabytes / built,
            building as f64 / 1e6,
            memory as f64 / 1e6,
            100.0 * without as f64 / (times.len() as f64),
        );
    }
    Ok(text + "\n\n" + &visits::markdown(&all))
}

/// Bytes of a mission and of its description, in the mean.
fn lengths() -> (usize, usize) {
    const MANY: usize = 1000;
    let missions = (0..MANY).map(|number| mission(number, &["69007", "69387", "Lyon 7e", "45.73", "4.84"]));
    let described =
        |mission: &str| Some(mission.split_once("\"descriptionHtml\":\"")?.1.split_once('"')?.0.len());
    let (all, own) = missions.fold((0, 0), |(all, own), mission| {
        (all + mission.len(), own + described(&mission).unwrap_or_default())
    });
    (all / MANY, own / MANY)
}

fn towns(gazetteer: &str) -> Vec<Town<'_>> {
    let mut people = 0;
    let town = |line| {
        let fields: Vec<&str> = str::split(line, '\t').collect();
        people += fields.get(5).and_then(|people| people.parse::<u64>().ok()).unwrap_or(0).max(1);
        Town { fields, people }
    };
    gazetteer.lines().skip(1).map(town).collect()
}

/// Numbers that are the same in each run (Knuth's MMIX, a linear congruential generator), from 0 to 1.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn town<'a, 'b>(&mut self, towns: &'b [Town<'a>]) -> anyhow::Result<&'b Town<'a>> {
        let all = towns.last().map_or(0, |town| town.people);
        let one = (self.next() * all as f64) as u64;
        towns.get(towns.partition_point(|town| town.people <= one)).context("the gazetteer is empty")
    }
}

fn measure(binary: &Path, items: usize, towns: &[Town<'_>]) -> anyhow::Result<Figures> {
    let folder = Folder::new(SETTINGS)?;
    let bytes = write(&folder.0.join("feed.json"), items, towns)?;
    let database = format!("sqlite:{}", folder.0.join("alentour.db").display());
    let start = || -> anyhow::Result<(Server, f64)> {
        let begun = Instant::now();
        let server = Server::start(binary, &folder, &database, free_port()?)?;
        Ok((server, begun.elapsed().as_secs_f64()))
    };
    let (server, built) = start()?;
    let building = resident(server.process(), "VmHWM").unwrap_or(0);
    drop(server);
    let (server, restarted) = start()?;
    let (times, without) = ask(&server.address, towns)?;
    let memory = resident(server.process(), "VmRSS").unwrap_or(0);
    note(format!("{items}: built in {built:.1} s"));
    let visits = Visits::make(&server.address)?;
    Ok(Figures { items, bytes, built, building, restarted, memory, times, without, visits })
}

/// Asks, and gives how long each answer took, in milliseconds; and how many were no first page.
fn ask(address: &str, towns: &[Town<'_>]) -> anyhow::Result<(Vec<f64>, usize)> {
    thread::scope(|threads| {
        let asker = |number: usize| {
            move || -> anyhow::Result<(Vec<f64>, usize)> {
                let agent: ureq::Agent = ureq::Agent::config_builder().build().into();
                let mut dice = Dice(number as u64);
                let (mut times, mut without) = (Vec::new(), 0);
                // Not all at once.
                thread::sleep(PAUSE.mul_f64(number as f64 / ASKERS as f64));
                for _ in 0..QUESTIONS {
                    let town = dice.town(towns)?;
                    let place = town.fields.first().copied().unwrap_or_default();
                    let begun = Instant::now();
                    let mut answer = agent
                        .get(format!("{address}/v1/first.json?lang=fr&place={place}&radius=25"))
                        .call()?;
                    let page = answer.body_mut().read_to_string()?;
                    times.push(begun.elapsed().as_secs_f64() * 1000.0);
                    without += usize::from(page.len() < 10);
                    thread::sleep(PAUSE.saturating_sub(begun.elapsed()));
                }
                Ok((times, without))
            }
        };
        let askers: Vec<_> = (0..ASKERS).map(|number| threads.spawn(asker(number))).collect();
        let (mut times, mut without) = (Vec::new(), 0);
        for asker in askers {
            let (own, none) = asker.join().map_err(|_| anyhow::anyhow!("asking panicked"))??;
            times.extend(own);
            without += none;
        }
        ensure!(without < times.len() / 2, "most got no first page");
        Ok((times, without))
    })
}

/// Writes the feed, and gives its length.
fn write(path: &Path, items: usize, towns: &[Town<'_>]) -> anyhow::Result<u64> {
    let named = || format!("{} cannot be written", path.display());
    let mut file = BufWriter::new(File::create(path).with_context(named)?);
    let mut dice = Dice(7);
    file.write_all(b"{\"ok\":true,\"data\":[")?;
    for number in 0..items {
        let mut town = dice.town(towns)?.fields.clone();
        // Some kilometres around its middle.
        let mut near = |at: usize, far: f64| {
            let middle: f64 = town.get(at).and_then(|degrees| degrees.parse().ok()).unwrap_or(46.0);
            format!("{:.5}", middle + far * (dice.next() - 0.5))
        };
        let (latitude, longitude) = (near(3, 0.04), near(4, 0.06));
        if let [_, _, _, at, beside, ..] = &mut town[..] {
            (*at, *beside) = (&latitude, &longitude);
        }
        file.write_all(if number > 0 { b",\n" } else { b"\n" })?;
        file.write_all(mission(number, &town).as_bytes())?;
    }
    write!(file, "],\"total\":{items}}}")?;
    file.into_inner().with_context(named)?;
    Ok(fs::metadata(path)?.len())
}
