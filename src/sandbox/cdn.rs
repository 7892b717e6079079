//! The file door: attachment bytes at signed addresses.
//!
//! On the REST door's own port, because that is the one other host a bot that
//! is pointed at this server may fetch from.

use axum::body::Body;
use axum::http::{Response, StatusCode, header};

use super::world::{Fetched, World};

/// The route, as the log of requests names it.
pub(super) const TEMPLATE: &str = "/attachments/{channel_id}/{attachment_id}/{filename}";

/// Answers `GET /attachments/{channel}/{id}/{filename}?ex=..&is=..&hm=..`.
pub(super) fn serve(world: &World, path: &str, query: &[(String, String)]) -> Response<Body> {
    let path = path.strip_prefix("/attachments/").unwrap_or(path);
    let mut steps = path.splitn(3, '/');
    let mut next = || steps.next().unwrap_or("");
    let (channel, id, filename) = (next(), next(), next());
    let (Ok(channel), Ok(id)) = (channel.parse(), id.parse()) else {
        return plain(StatusCode::NOT_FOUND, "Not found");
    };
    let part = |key: &str| {
        let found = query.iter().find(|(k, _)| k == key);
        found.map_or("", |(_, v)| v.as_str())
    };
    let filename = super::rest::percent_decoded(filename);
    match world.fetch_file(channel, id, &filename, part("ex"), part("is"), part("hm")) {
        Fetched::File { bytes, content_type } => {
            let answer = Response::builder().header(header::CONTENT_TYPE, content_type);
            let answer = answer.header(header::CONTENT_LENGTH, bytes.len());
            answer.body(Body::from(bytes)).unwrap_or_else(|_| plain(StatusCode::INTERNAL_SERVER_ERROR, ""))
        }
        Fetched::Forbidden => plain(StatusCode::FORBIDDEN, "This content is no longer available."),
        Fetched::Gone => plain(StatusCode::NOT_FOUND, "This content is no longer available."),
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response<Body> {
    let mut answer = Response::new(Body::from(text));
    *answer.status_mut() = status;
    answer
}
