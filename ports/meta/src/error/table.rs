//! Codes of the Graph API, of Instagram messaging and of WhatsApp, and what they mean.
//!
//! From Meta's error pages for the Graph API and the Cloud API, and for Instagram's subcodes from
//! recorded traffic and reports, because no page of Meta lists them.

use super::Problem;
use super::Problem::{
    AccountLimit, AccountLocked, AccountRestricted, AppLimit, AppRemoved, BadRequest, BsuidRefused,
    CallRefused, Checkpoint, ConsentMissing, Duplicate, EngagementHeld, Experiment, InvalidToken,
    LoginFailed, LoginUnconfirmed, MarketingStopped, MediaFailed, MissingPermission, NotRegistered,
    NumberUpgrading, ObjectGone, PairLimit, PasswordChanged, PaymentMissing, PersonUnreachable,
    PolicyBlock, PrivateReplyUsed, RegistrationWait, RoleLost, SpamLimit, TemplateBroken,
    TemplatePaused, Temporary, TestListOnly, ThreadGone, TokenExpired, UnsupportedMessage,
    WindowClosed,
};

/// Pairs that mean something else than their code alone.
const PAIRS: &[(i64, i64, Problem)] = &[
    (10, 2_534_022, WindowClosed),
    (100, 33, ObjectGone),
    (100, 36_007, LoginFailed),
    (100, 36_008, LoginFailed),
    (100, 36_009, LoginFailed),
    (100, 2_018_001, PersonUnreachable),
    (100, 2_534_014, PersonUnreachable),
    (190, 458, AppRemoved),
    (190, 459, Checkpoint),
    (190, 460, PasswordChanged),
    (190, 463, TokenExpired),
    (190, 464, LoginUnconfirmed),
    (190, 467, InvalidToken),
    (190, 492, RoleLost),
    (551, 1_545_041, PersonUnreachable),
    (2, 1_545_133, Temporary),
];

/// Numbers that mean the same as code and as subcode.
const EITHER: &[(i64, Problem)] = &[
    (10_900, PrivateReplyUsed),
    (10_903, PrivateReplyUsed),
    (2_534_001, ThreadGone),
    (2_534_013, PrivateReplyUsed),
    (2_534_025, PrivateReplyUsed),
    (2_534_039, PrivateReplyUsed),
    (2_534_040, PrivateReplyUsed),
];

/// First code, last code, meaning.
const CODES: &[(i64, i64, Problem)] = &[
    (0, 0, InvalidToken),
    (1, 2, Temporary),
    (3, 3, MissingPermission),
    (4, 4, AppLimit),
    (10, 10, MissingPermission),
    (17, 17, AccountLimit),
    (32, 32, AccountLimit),
    (33, 33, ObjectGone),
    (100, 100, BadRequest),
    (102, 102, InvalidToken),
    (104, 104, InvalidToken),
    (190, 190, InvalidToken),
    (200, 229, MissingPermission),
    (230, 230, ConsentMissing),
    (231, 299, MissingPermission),
    (341, 341, AppLimit),
    (368, 368, PolicyBlock),
    (506, 506, Duplicate),
    (551, 551, PersonUnreachable),
    (613, 613, AccountLimit),
    (1200, 1200, Temporary),
    (2500, 2500, CallRefused),
    (80_001, 80_002, AccountLimit),
    (80_006, 80_008, AccountLimit),
    (130_429, 130_429, AccountLimit),
    (130_472, 130_472, Experiment),
    (130_497, 130_497, AccountRestricted),
    (131_000, 131_000, Temporary),
    (131_005, 131_005, MissingPermission),
    (131_008, 131_009, BadRequest),
    (131_016, 131_016, Temporary),
    (131_021, 131_021, BadRequest),
    (131_026, 131_026, PersonUnreachable),
    (131_030, 131_030, TestListOnly),
    (131_031, 131_031, AccountLocked),
    (131_037, 131_037, NotRegistered),
    (131_042, 131_042, PaymentMissing),
    (131_045, 131_045, NotRegistered),
    (131_047, 131_047, WindowClosed),
    (131_048, 131_048, SpamLimit),
    (131_049, 131_049, EngagementHeld),
    (131_050, 131_050, MarketingStopped),
    (131_051, 131_051, UnsupportedMessage),
    (131_052, 131_053, MediaFailed),
    (131_055, 131_055, CallRefused),
    (131_056, 131_056, PairLimit),
    (131_057, 131_057, NumberUpgrading),
    (131_062, 131_062, BsuidRefused),
    (131_063, 131_063, CallRefused),
    (131_064, 131_064, SpamLimit),
    (132_015, 132_016, TemplatePaused),
    (132_000, 132_099, TemplateBroken),
    (133_004, 133_004, Temporary),
    (133_015, 133_015, RegistrationWait),
    (133_016, 133_016, AccountLimit),
    (133_000, 133_099, NotRegistered),
    (134_011, 134_011, PaymentMissing),
    (135_000, 135_000, BadRequest),
    (137_000, 137_000, CallRefused),
    (139_100, 139_103, CallRefused),
    (141_000, 141_000, NotRegistered),
];

/// The meaning of an error: the pair first, then the code, then the platform's own hint (which it
/// also gives with throttles, so it says less than the code), then the HTTP status.
pub(super) fn classify(
    http_status: Option<u16>,
    code: Option<i64>,
    subcode: Option<i64>,
    is_transient: bool,
) -> Problem {
    let pair = PAIRS
        .iter()
        .find(|(of, sub, _)| code == Some(*of) && subcode == Some(*sub))
        .map(|(_, _, problem)| *problem);
    let either = || {
        EITHER
            .iter()
            .find(|(number, _)| subcode == Some(*number) || code == Some(*number))
            .map(|(_, problem)| *problem)
    };
    let by_code = || {
        let code = code?;
        let row = CODES
            .iter()
            .find(|(first, last, _)| (*first..=*last).contains(&code))?;
        Some(row.2)
    };
    pair.or_else(either)
        .or_else(by_code)
        .or_else(|| is_transient.then_some(Temporary))
        .unwrap_or_else(|| by_status(http_status))
}

fn by_status(http_status: Option<u16>) -> Problem {
    match http_status {
        Some(401) => InvalidToken,
        Some(403) => MissingPermission,
        Some(404 | 410) => ObjectGone,
        Some(429) => AccountLimit,
        Some(408 | 500..=599) => Temporary,
        _ => Problem::Unknown,
    }
}
