//! What a feature tells the ones that come after it.

/// Something that happened and that another feature may react to. It is emitted in the
/// transaction that made it true; the list of reactions lives in the application.
pub trait Event: Send + Sync + 'static {
    /// The event's stable name, for the list of reactions and for logs.
    const NAME: &'static str;
}
