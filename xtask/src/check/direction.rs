//! Who may depend on whom: knowledge flows one way through the house.

/// A crate of the workspace.
pub struct Crate {
    /// Its folder from the workspace's, such as `features/inbox`.
    pub folder: String,
    /// The crates of the workspace that it depends on.
    pub uses: Vec<Use>,
}

/// A dependency on a crate of the workspace.
pub struct Use {
    /// Its folder.
    pub folder: String,
    /// Whether it is a dev-dependency.
    pub for_tests: bool,
}

/// Features, the earlier first; those in one row do not know each other.
const ORDER: [&[&str]; 6] = [
    &["accounts"],
    &["channels"],
    &["inbox", "knowledge"],
    &["agent"],
    &["comments", "publishing"],
    &["analytics"],
];

#[derive(PartialEq, Eq, Clone, Copy)]
enum Place {
    Lib,
    Port,
    /// With its row in [`ORDER`].
    Feature(usize),
    App,
    Simulator,
    Testing,
    Xtask,
}

/// One sentence for each dependency that goes the wrong way.
pub fn violations(crates: &[Crate]) -> Vec<String> {
    let mut all = Vec::new();
    for own in crates {
        let place = match place(&own.folder) {
            Ok(place) => place,
            Err(problem) => {
                all.push(problem);
                continue;
            }
        };
        for used in &own.uses {
            match self::place(&used.folder) {
                // Reported where that crate itself is looked at.
                Err(_) => {}
                Ok(theirs) if allowed(place, theirs, used.for_tests) => {}
                Ok(_) => all.push(format!(
                    "{} must not depend on {}{}",
                    own.folder,
                    used.folder,
                    if used.for_tests {
                        ", not even in tests"
                    } else {
                        ""
                    }
                )),
            }
        }
    }
    all
}

fn allowed(own: Place, theirs: Place, for_tests: bool) -> bool {
    use Place::{App, Feature, Lib, Port, Simulator, Testing, Xtask};
    match (own, theirs) {
        (_, Xtask) => false,
        (_, Lib) | (Testing, _) | (App, Port | Feature(_) | Simulator) | (Feature(_), Port) => true,
        // The simulator must not share a mistake with the code that it tests.
        (Simulator, _) => false,
        (_, Testing | Simulator) => for_tests,
        (Feature(row), Feature(other)) => other < row,
        _ => false,
    }
}

fn place(folder: &str) -> Result<Place, String> {
    match folder.split_once('/') {
        Some(("lib", _)) => Ok(Place::Lib),
        Some(("ports", _)) => Ok(Place::Port),
        Some(("testing", "simulator")) => Ok(Place::Simulator),
        Some(("testing", _)) => Ok(Place::Testing),
        Some(("features", name)) => ORDER
            .iter()
            .position(|row| row.contains(&name))
            .map(Place::Feature)
            .ok_or_else(|| format!("{folder} has no place in the order of features")),
        None if folder == "app" => Ok(Place::App),
        None if folder == "xtask" => Ok(Place::Xtask),
        _ => Err(format!("{folder} is in none of the folders of the house")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(own: &str, used: &str, for_tests: bool) -> Vec<String> {
        let uses = vec![Use {
            folder: used.to_owned(),
            for_tests,
        }];
        violations(&[Crate {
            folder: own.to_owned(),
            uses,
        }])
    }

    #[test]
    fn what_flows_down_is_allowed() {
        for (own, used) in [
            ("lib/web", "lib/kernel"),
            ("ports/meta", "lib/kernel"),
            ("features/channels", "ports/meta"),
            ("features/agent", "features/knowledge"),
            ("app", "features/agent"),
            ("app", "testing/simulator"),
            ("testing/testkit", "app"),
            ("testing/testkit", "testing/simulator"),
            ("xtask", "lib/embedded-postgres"),
        ] {
            assert!(check(own, used, false).is_empty(), "{own} → {used}");
        }
    }

    #[test]
    fn what_flows_up_or_sideways_is_not() {
        for (own, used) in [
            ("lib/db", "ports/meta"),
            ("lib/db", "features/inbox"),
            ("ports/meta", "ports/llm"),
            ("ports/meta", "features/channels"),
            ("features/accounts", "features/channels"),
            ("features/inbox", "features/knowledge"),
            ("features/inbox", "app"),
            ("app", "testing/testkit"),
            ("features/inbox", "testing/testkit"),
            ("testing/simulator", "ports/meta"),
            ("app", "xtask"),
        ] {
            let said = check(own, used, false);
            assert_eq!(said, [format!("{own} must not depend on {used}")]);
        }
    }

    #[test]
    fn tests_may_use_the_test_kit_and_nothing_later() {
        assert!(check("features/inbox", "testing/testkit", true).is_empty());
        assert!(check("app", "testing/testkit", true).is_empty());
        assert_eq!(check("features/inbox", "features/agent", true).len(), 1);
    }

    #[test]
    fn a_crate_outside_the_house_is_named() {
        assert_eq!(
            check("tools/x", "lib/db", false),
            ["tools/x is in none of the folders of the house"]
        );
        assert_eq!(
            check("features/billing", "lib/db", false),
            ["features/billing has no place in the order of features"]
        );
    }
}
