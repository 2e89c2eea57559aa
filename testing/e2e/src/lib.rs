//! Stories of the whole product: the real parts and the real HTTP clients against the simulated
//! platforms, on a real PostgreSQL. The stories are in `tests/it`.
