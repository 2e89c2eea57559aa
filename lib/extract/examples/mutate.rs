#![allow(missing_docs, clippy::all, clippy::pedantic, clippy::print_stdout, clippy::indexing_slicing, clippy::unwrap_used)]
use std::time::*;
fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    let secs: u64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut x: u64 = std::env::args().nth(2).unwrap().parse().unwrap();
    let mut r = move |n: usize| { x ^= x << 13; x ^= x >> 7; x ^= x << 17; (x % n.max(1) as u64) as usize };
    let files: Vec<_> = std::env::args().skip(3).map(|f| (f.clone(), std::fs::read(&f).unwrap())).collect();
    let end = Instant::now() + Duration::from_secs(secs);
    let mut n = 0; let mut worst = (Duration::ZERO, String::new()); let mut codes = std::collections::BTreeMap::new();
    while Instant::now() < end {
        let (f, b) = &files[r(files.len())]; let mut b = b.clone();
        for _ in 0..1 + r(20) { let l = b.len(); if l == 0 { break } match r(6) { 0 => { let a = r(l); let e = (a + r(300)).min(l); b.drain(a..e); } 1 => { let a = r(l); let e = (a + r(300)).min(l); let p = b[a..e].to_vec(); b.splice(a..a, p); } 2 => { let a = r(l); let t: &[u8] = [b"9999999999".as_slice(), b"-1", b"<<", b"[", b"/Kids", b" 0 R", b"\xff\xff\xff\xff"][r(7)]; for (i, c) in t.iter().enumerate() { if a + i < l { b[a + i] = *c } } } _ => { let a = r(l); b[a] = r(256) as u8; } } }
        let s = Instant::now();
        let o = match extract::read(&b, f, &extract::Limits::default()) { Ok(_) => "ok".to_string(), Err(e) => e.code().to_string() };
        let t = s.elapsed(); if o == "crashed" || t > Duration::from_secs(4) { std::fs::write(format!("/tmp/exw/bad-{n}-{o}.bin"), &b).unwrap(); }
        if t > worst.0 { worst = (t, f.clone()); } *codes.entry(o).or_insert(0) += 1; n += 1;
    }
    println!("{n} {codes:?} worst {worst:?}");
}
