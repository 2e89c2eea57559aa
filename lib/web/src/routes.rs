//! The routes of a feature, each with the least that is needed to use it.

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::response::Redirect;
use axum::routing::{MethodFilter, MethodRouter, get};
use http::{Method, Uri};
use utoipa::openapi::{OpenApi, PathItem};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};

use crate::access::{Access, Gate, gate};
use crate::described;

/// What a route is for, which decides how its problems look and which rules hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteKind {
    /// JSON for programs, in the OpenAPI document; problems are JSON.
    Api,
    /// HTML for people; problems are pages, and strangers are led to the sign-in.
    Page,
    /// Neither: webhooks, probes, streams. Never limited by rate.
    Raw,
}

/// One method of one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteInfo {
    /// The method.
    pub method: Method,
    /// The path with its variables in braces.
    pub path: String,
    /// The least that is needed.
    pub access: Access,
    /// What it is for.
    pub kind: RouteKind,
}

/// The routes of a feature.
#[derive(Clone)]
pub struct Routes<S = ()> {
    router: OpenApiRouter<S>,
    table: Vec<RouteInfo>,
}

impl<S: Clone + Send + Sync + 'static> Routes<S> {
    /// No routes yet.
    pub fn new() -> Self {
        Self {
            router: OpenApiRouter::new(),
            table: Vec::new(),
        }
    }

    /// Adds handlers of one path of the API: `.api(access, routes!(list, create))`.
    #[must_use]
    pub fn api(mut self, access: Access, routes: UtoipaMethodRouter<S>) -> Self {
        let (schemas, mut paths, methods) = routes;
        for (path, item) in &mut paths.paths {
            for (method, operation) in operations(item) {
                described::complete(operation, &method, access);
                self.table.push(RouteInfo {
                    method,
                    path: path.clone(),
                    access,
                    kind: RouteKind::Api,
                });
            }
        }
        let methods = guarded(methods, access, RouteKind::Api);
        self.router = self.router.routes((schemas, paths, methods));
        self
    }

    /// Adds one method of a page.
    #[must_use]
    pub fn page<H, T>(self, method: Method, path: &str, access: Access, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.add(method, path, access, RouteKind::Page, handler)
    }

    /// Adds one method of a route that is neither API nor page: a webhook, a probe, a stream.
    #[must_use]
    pub fn raw<H, T>(self, method: Method, path: &str, access: Access, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.add(method, path, access, RouteKind::Raw, handler)
    }

    fn add<H, T>(
        mut self,
        method: Method,
        path: &str,
        access: Access,
        kind: RouteKind,
        handler: H,
    ) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        // Only methods that HTTP does not define have no filter; no route of ours uses one.
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        let methods = MethodRouter::new().on(filter, handler);
        self.router = self.router.route(path, guarded(methods, access, kind));
        self.table.push(RouteInfo {
            method,
            path: path.to_owned(),
            access,
            kind,
        });
        self
    }

    /// Adds the routes of another part.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.table.extend(other.table);
        self
    }

    /// Gives the handlers their state.
    pub fn with_state<S2>(self, state: S) -> Routes<S2>
    where
        S2: Clone + Send + Sync + 'static,
    {
        Routes {
            router: self.router.with_state(state),
            table: self.table,
        }
    }

    /// Every route.
    pub fn table(&self) -> &[RouteInfo] {
        &self.table
    }

    /// The router, the OpenAPI document and the list of routes.
    pub fn into_parts(self) -> (Router<S>, OpenApi, Vec<RouteInfo>) {
        let (mut router, document) = self.router.split_for_parts();
        for (path, depth) in led_back(&self.table) {
            router = router.route(&path, get(async move |uri: Uri| above(&uri, depth)));
        }
        (router, document, self.table)
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Routes<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S> std::fmt::Debug for Routes<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.table).finish()
    }
}

fn guarded<S>(methods: MethodRouter<S>, access: Access, kind: RouteKind) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    methods.route_layer(from_fn_with_state(Gate { access, kind }, gate))
}

/// The paths of pages that only take forms, and how deep the page is that such a form stands on.
/// Whoever comes there by the address bar, or by loading a refused form again, is led to it.
fn led_back(table: &[RouteInfo]) -> Vec<(String, usize)> {
    let pages = table.iter().filter(|route| route.kind == RouteKind::Page);
    let shown: Vec<&str> = table
        .iter()
        .filter(|route| route.method == Method::GET)
        .map(|route| route.path.as_str())
        .collect();
    let mut found: Vec<(String, usize)> = pages
        .filter(|route| !shown.contains(&route.path.as_str()))
        .map(|route| {
            let above = |page: &&&str| {
                let rest = route.path.strip_prefix(**page);
                rest.is_some_and(|rest| rest.starts_with('/'))
            };
            let depth = shown.iter().filter(above).map(|page| depth(page)).max();
            (route.path.clone(), depth.unwrap_or_default())
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

fn depth(path: &str) -> usize {
    path.matches('/').count()
}

/// The page this many parts deep.
fn above(uri: &Uri, depth: usize) -> Redirect {
    let parts: Vec<&str> = uri.path().split('/').skip(1).take(depth).collect();
    Redirect::to(&format!("/{}", parts.join("/")))
}

/// The operations of a path with their methods.
fn operations(
    item: &mut PathItem,
) -> impl Iterator<Item = (Method, &mut utoipa::openapi::path::Operation)> {
    [
        (Method::GET, &mut item.get),
        (Method::POST, &mut item.post),
        (Method::PUT, &mut item.put),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
        (Method::HEAD, &mut item.head),
        (Method::OPTIONS, &mut item.options),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}
