//! Steps in a process of their own, beside the others. What they say is kept, and shown whole when they have ended.

use std::env;
use std::io::{Read, pipe};
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};

use anyhow::Context;
use clap::ValueEnum;

use super::step::Step;
use super::summary::Summary;
use crate::counts::Counts;
use crate::process;
use crate::progress::note;

/// Who goes first where there are fewer cores than programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priority {
    Normal,
    /// Only what the others leave: browser tests, above all, wait for timers.
    Idle,
}

/// Steps under way.
pub struct Beside {
    steps: Vec<Step>,
    child: Child,
    said: Option<JoinHandle<Vec<u8>>>,
}

impl Beside {
    /// Starts them, one after the other.
    ///
    /// # Errors
    /// When this program cannot be started again.
    pub fn start(steps: &[Step], priority: Priority) -> anyhow::Result<Self> {
        let program = env::current_exe().context("this program does not know where it is")?;
        let mut command = match priority {
            Priority::Idle if process::find(&["nice"]).is_some() => {
                let mut nice = process::command("nice");
                nice.args(["-n", "19"]).arg(program);
                nice
            }
            _ => process::command(program),
        };
        command.arg("test");
        for step in steps {
            let name = step.to_possible_value().context("a step has no name")?;
            command.args(["--only", name.get_name()]);
        }
        let titles: Vec<_> = steps.iter().map(|step| step.title()).collect();
        note(format!("beside the others: {}", titles.join("; ")));
        Self::spawn(command, steps)
    }

    fn spawn(mut command: Command, steps: &[Step]) -> anyhow::Result<Self> {
        let (mut reader, writer) = pipe().context("no pipe")?;
        command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
        let child = command.spawn().with_context(|| process::line(&command))?;
        // The command still holds the end that is written to, and the pipe would never end.
        drop(command);
        let said = thread::spawn(move || {
            let mut said = Vec::new();
            // What came before an error is still worth showing.
            let _ = reader.read_to_end(&mut said);
            said
        });
        Ok(Self { steps: steps.to_vec(), child, said: Some(said) })
    }

    /// Whether they have all ended.
    pub fn has_ended(&mut self) -> bool {
        self.said.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Waits for them, and shows what they said. A step that has no summary in it has failed.
    ///
    /// # Errors
    /// When the process cannot be waited for.
    pub fn finish(mut self) -> anyhow::Result<Vec<Summary>> {
        if !self.has_ended() {
            let titles: Vec<_> = self.steps.iter().map(|step| step.title()).collect();
            note(format!("waiting for: {}", titles.join("; ")));
        }
        let said = self.said.take().and_then(|said| said.join().ok()).unwrap_or_default();
        let status = self.child.wait()?;
        let said = String::from_utf8_lossy(&said);
        let (shown, mut summaries) = read(&said);
        print!("{shown}");
        for step in &self.steps {
            if !summaries.iter().any(|summary| summary.title == step.title()) {
                println!("== {} has not come to its end ({status})", step.title());
                summaries.push(Summary { title: step.title().to_owned(), counts: Counts::one(false) });
            }
        }
        Ok(summaries)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What is shown of a process's output, and the summaries in it. The process sums up itself, too: that is left out.
fn read(said: &str) -> (String, Vec<Summary>) {
    let (mut shown, mut since, mut summaries) = (String::new(), String::new(), Vec::new());
    for line in said.lines() {
        since += line;
        since += "\n";
        if let Some(summary) = Summary::parse(line) {
            summaries.push(summary);
            shown += &std::mem::take(&mut since);
        }
    }
    // Without any summary it is what went wrong.
    if summaries.is_empty() {
        shown = since;
    }
    (shown, summaries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, steps: &[Step]) -> Vec<Summary> {
        let mut shell = Command::new("sh");
        shell.args(["-c", script]);
        Beside::spawn(shell, steps).unwrap().finish().unwrap()
    }

    #[test]
    fn steps_beside_the_others_count_as_they_say() {
        let script = "echo '== build'; echo noise >&2; echo '== build: 1 passed, 0 failed, 2.0 s'; echo; \
                      echo '3.0 s in all'; echo '1 passed, 0 failed'";
        let expected = Summary { title: "build".into(), counts: Counts::one(true) };
        assert_eq!(shell(script, &[Step::Build]), [expected]);
    }

    #[test]
    fn a_step_that_ends_without_a_word_has_failed() {
        let failed = |step: Step| Summary { title: step.title().into(), counts: Counts::one(false) };
        assert_eq!(shell("kill -9 $$", &[Step::Build]), [failed(Step::Build)]);
        let one = "echo '== licences, bans, sources: 1 passed, 0 failed, 2.0 s'; exit 1";
        let summaries = shell(one, &[Step::Deny, Step::Advisories]);
        assert_eq!(summaries.last(), Some(&failed(Step::Advisories)));
        assert_eq!(summaries.len(), 2);
    }

    #[test]
    fn what_the_process_sums_up_itself_is_not_shown_twice() {
        let said =
            "== build\nnoise\n== build: 1 passed, 0 failed, 2.0 s\n\n3.0 s in all\n1 passed, 0 failed\n";
        assert_eq!(read(said).0, "== build\nnoise\n== build: 1 passed, 0 failed, 2.0 s\n");
        assert_eq!(read("error: no disk\n").0, "error: no disk\n");
    }
}
