//! The pages of this feature.
pub(crate) fn routes() -> web::Routes<crate::Accounts> {
    web::Routes::new()
}
