//! The migrations are read when this crate is compiled; a new one asks for that.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
