//! A router that remembers its routes, so that a test can hold the `OpenAPI` file against them.

use axum::Router;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, on};

use crate::app::Shared;

#[derive(Default)]
pub(crate) struct Routes {
    pub(crate) router: Router<Shared>,
    pub(crate) table: Vec<(Method, &'static str)>,
}

impl Routes {
    pub(super) fn get<H: Handler<T, Shared>, T: 'static>(self, path: &'static str, answer: H) -> Self {
        self.add(Method::GET, MethodFilter::GET, path, answer)
    }

    pub(super) fn post<H: Handler<T, Shared>, T: 'static>(self, path: &'static str, answer: H) -> Self {
        self.add(Method::POST, MethodFilter::POST, path, answer)
    }

    pub(super) fn delete<H: Handler<T, Shared>, T: 'static>(self, path: &'static str, answer: H) -> Self {
        self.add(Method::DELETE, MethodFilter::DELETE, path, answer)
    }

    fn add<H: Handler<T, Shared>, T: 'static>(
        mut self,
        method: Method,
        filter: MethodFilter,
        path: &'static str,
        answer: H,
    ) -> Self {
        self.table.push((method, path));
        Self { router: self.router.route(path, on(filter, answer)), table: self.table }
    }
}
