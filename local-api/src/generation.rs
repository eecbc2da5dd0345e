//! Which of the two generations of the API is served.

/// The two generations of the service: the one we were asked for, and its newer open-source server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Generation {
    /// `Authorization: Bearer eng_…`, `/api/memories`, errors as `{"detail": …}`.
    #[default]
    AsAsked,
    /// `X-API-Key: 3ng_…`, `/api/v1/memories`, errors as `{"error": …}`.
    V1,
}
