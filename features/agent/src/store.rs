//! Every query of the agent.

pub(crate) mod bases;
pub(crate) mod cases;
pub(crate) mod decisions;
pub(crate) mod earlier;
pub(crate) mod escalations;
pub(crate) mod evaluations;
pub(crate) mod gaps;
pub(crate) mod marks;
pub(crate) mod past;
pub(crate) mod results;
pub(crate) mod run_list;
pub(crate) mod runs;
pub(crate) mod sets;
pub(crate) mod settings;
pub(crate) mod shadow;
pub(crate) mod spend;
pub(crate) mod versions;
pub(crate) mod withdrawals;
