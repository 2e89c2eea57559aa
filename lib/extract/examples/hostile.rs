//! scratch: hostile DIR : ten at once
use extract::{ExtractError, Extractor};
use std::{
    path::PathBuf,
    sync::Arc,
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};
fn vm(pid: &str, key: &str) -> u64 {
    std::fs::read_to_string(format!("/proc/{pid}/status"))
        .ok()
        .and_then(|s| {
            s.lines().find_map(|l| {
                l.strip_prefix(key)
                    .map(|v| v.trim().trim_end_matches(" kB").trim().parse().unwrap_or(0))
            })
        })
        .unwrap_or(0)
}
#[tokio::main]
async fn main() {
    let mut args = std::env::args().skip(1);
    let dir = PathBuf::from(args.next().unwrap());
    let child = args.next().unwrap();
    let none: [&str; 0] = [];
    let ex = Extractor::new(child.into(), none);
    let peak = Arc::new(AtomicU64::new(0));
    let one = Arc::new(AtomicU64::new(0));
    let (p2, o2) = (peak.clone(), one.clone());
    let me = std::process::id();
    std::thread::spawn(move || {
        loop {
            let mut sum = 0;
            for e in std::fs::read_dir("/proc").unwrap().flatten() {
                let n = e.file_name().into_string().unwrap();
                if !n.bytes().all(|b| b.is_ascii_digit()) {
                    continue;
                }
                if vm(&n, "PPid:") == me as u64 {
                    let r = vm(&n, "VmRSS:");
                    sum += r;
                    o2.fetch_max(vm(&n, "VmHWM:"), Ordering::Relaxed);
                }
            }
            p2.fetch_max(sum, Ordering::Relaxed);
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    });
    let mut files: Vec<_> = std::fs::read_dir(&dir)
        .unwrap()
        .flatten()
        .map(|e| e.path())
        .collect();
    files.sort();
    let all = Instant::now();
    let sem = Arc::new(tokio::sync::Semaphore::new(10));
    let mut hs = vec![];
    for f in files {
        let (ex, sem) = (ex.clone(), sem.clone());
        hs.push(tokio::spawn(async move {
            let _p = sem.acquire().await.unwrap();
            let b = std::fs::read(&f).unwrap();
            let n = f.file_name().unwrap().to_string_lossy().into_owned();
            let t = Instant::now();
            let r = ex.extract(&b, &n).await;
            let s = match r {
                Ok(d) => format!(
                    "read ({} blocks, {} bytes)",
                    d.blocks.len(),
                    d.to_text().len()
                ),
                Err(ExtractError::Refused(r)) => r.code().to_string(),
                Err(e) => format!("UNAVAILABLE {e:?}"),
            };
            println!("{n:42} {:6.2}s  {s}", t.elapsed().as_secs_f64());
            t.elapsed().as_secs_f64()
        }));
    }
    let mut worst = 0f64;
    for h in hs {
        worst = worst.max(h.await.unwrap());
    }
    println!(
        "all {:.1}s worst {worst:.2}s parent VmHWM {} kB; children together at most {} kB, one at most {} kB",
        all.elapsed().as_secs_f64(),
        vm("self", "VmHWM:"),
        peak.load(Ordering::Relaxed),
        one.load(Ordering::Relaxed)
    );
}
