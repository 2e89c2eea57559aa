//! How long questions and passages take on this machine, on one core and without company:
//! `cargo run --release -p local-embeddings --example latency`.

use std::error::Error;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use local_embeddings::{Model, Settings, Task, provide};

const QUESTION: &str = "Do you ship to Switzerland and how long does it take?";
const SENTENCE: &str = "We ship to all countries of the European Union and to Switzerland. ";

fn main() -> Result<(), Box<dyn Error>> {
    let begin = Instant::now();
    let model = provide(&Settings::from_env(), &|step| tell(&step.to_string()))?;
    tell(&format!("loading          {:.0?}", begin.elapsed()));
    let passage: String = SENTENCE.chars().cycle().take(1000).collect();
    measure(&model, "a question", Task::Query, QUESTION)?;
    measure(&model, "1,000 letters", Task::Passage, &passage)?;
    Ok(())
}

fn measure(model: &Model, name: &str, task: Task, text: &str) -> Result<(), Box<dyn Error>> {
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..100 {
        let begin = Instant::now();
        model.embed(task, &[text])?;
        times.push(begin.elapsed());
    }
    times.sort();
    let at = |percent: usize| times.get(percent).copied().unwrap_or_default();
    tell(&format!(
        "{name:16} fastest {:.1?}, half within {:.1?}, 95 % within {:.1?}",
        at(0),
        at(50),
        at(95)
    ));
    Ok(())
}

fn tell(line: &str) {
    // When nobody reads it, there is nobody to tell.
    let _unread = writeln!(io::stdout(), "{line}");
}
