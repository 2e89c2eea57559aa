//! Evaluations: the list with its sets, beginning one, and one with what it found.

mod begin;
mod numbers;
mod one;
mod overview;
mod sets;
pub(crate) mod words;

use axum::handler::Handler;
use axum::http::Method;
use kernel::Role;
use web::{Access, Routes};

use crate::Agent;
use crate::evaluation::api::roomy;

pub(crate) use begin::try_on_past;

pub(crate) fn routes() -> Routes<Agent> {
    let (viewer, admin) = (Access::Member(Role::Viewer), Access::Member(Role::Admin));
    let post = Method::POST;
    Routes::new()
        .page(Method::GET, "/agent/evaluations", viewer, overview::show)
        .page(post.clone(), "/agent/evaluations", admin, begin::begin)
        .page(
            post.clone(),
            "/agent/evaluations/sets",
            admin,
            sets::upload.layer(roomy()),
        )
        .page(
            post.clone(),
            "/agent/evaluations/sets/{id}/delete",
            admin,
            sets::delete,
        )
        .page(
            post.clone(),
            "/agent/evaluations/entry",
            admin,
            begin::try_entry,
        )
        .page(
            post.clone(),
            "/agent/evaluations/document",
            admin,
            begin::try_document,
        )
        .page(Method::GET, "/agent/evaluations/{id}", viewer, one::show)
        .page(
            post.clone(),
            "/agent/evaluations/{id}/stop",
            admin,
            one::stop,
        )
        .page(
            post.clone(),
            "/agent/evaluations/{id}/release",
            admin,
            one::release,
        )
        .page(
            post.clone(),
            "/agent/evaluations/{id}/return",
            admin,
            one::take_back,
        )
        .page(
            post.clone(),
            "/agent/evaluations/{id}/again",
            admin,
            begin::again,
        )
        .page(post, "/agent/evaluations/{id}/delete", admin, one::delete)
}
