//! The REST door: Discord's HTTP API v10 on loopback.
//!
//! One way through for every request: read it, find its route, see whether a
//! fault was ordered for it, count it against the limits, check it, carry it
//! out in the world, check the answer, write it into the log. The routes
//! themselves know nothing of all this.

mod applications;
mod call;
mod channels;
mod fault;
mod guilds;
mod limits;
mod messages;
mod routes;
mod threads;
mod webhooks;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::world::{self, Id, Refusal, World};
use super::{Server, cdn};
use call::{Call, Reply};
use routes::Found;

pub(super) use call::percent_decoded;
pub use fault::{Fault, How};
pub use limits::{Limit, Limits, RateLimits};
pub use routes::templates;

/// Discord takes requests of 25 MiB; the rest is for what wraps the files.
const BODY_BYTES_AT_MOST: usize = 26 << 20;

/// One request as it was, and how it ended.
#[derive(Clone, Debug)]
pub struct Logged {
    pub at_ms: i64,
    pub method: String,
    /// Without `/api/v10`, with the query.
    pub path: String,
    /// The route, such as `/channels/{channel_id}/messages`; empty if there is none.
    pub template: &'static str,
    pub body: Value,
    pub reason: Option<String>,
    /// The status answered; 0 for none at all.
    pub status: u16,
    pub answer: Value,
}

/// What checks requests and answers against Discord's own document.
#[derive(Clone, Copy)]
pub struct Checker {
    /// Method, path with `/api/v10`, query, body.
    pub request: CheckRequest,
    /// Method, path with `/api/v10`, status, body.
    pub answer: CheckAnswer,
    /// A dispatch's name and its data.
    pub event: CheckEvent,
}

pub type CheckRequest = fn(&str, &str, &[(String, String)], Option<&Value>) -> Vec<String>;
pub type CheckAnswer = fn(&str, &str, u16, Option<&Value>) -> Vec<String>;
pub type CheckEvent = fn(&str, &Value) -> Vec<String>;

pub(super) async fn listen(server: Server, listener: TcpListener) {
    let mut stop = server.stop.subscribe();
    let routes = Router::new().fallback(serve).with_state(Arc::new(server));
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
        // Answers are small; waiting for more would only delay them.
        let _ = stream.set_nodelay(true);
    });
    let ended = axum::serve(listener, routes)
        .with_graceful_shutdown(async move {
            let _ = stop.wait_for(|stopped| *stopped).await;
        })
        .await;
    if let Err(error) = ended {
        tracing::warn!(%error, "the sandbox's REST door closed");
    }
}

async fn serve(State(server): State<Arc<Server>>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let path = head.uri.path();
    let query = call::pairs(head.uri.query().unwrap_or(""));
    if path.starts_with("/attachments/") {
        return serve_file(&server, path, query, &head.headers).await;
    }
    let api = path.strip_prefix("/api/v10").or_else(|| path.strip_prefix("/api"));
    let Some(api) = api else {
        return refused(&world::NO_SUCH_ROUTE);
    };
    let content = match axum::body::to_bytes(body, BODY_BYTES_AT_MOST).await {
        Ok(bytes) => call::read_body(&head.headers, bytes).await,
        Err(_) => Err(world::BODY_TOO_LARGE),
    };
    let mut call = Call::new(head.method.as_str(), api, query, content, &head.headers);
    let whole_path = format!("/api/v10{api}");
    let pass = server.with(|world| {
        let pass = pass(&server, world, &mut call, &whole_path);
        server.log(Logged {
            at_ms: world.now_ms(),
            method: call.method.clone(),
            path: match head.uri.query() {
                Some(query) => format!("{api}?{query}"),
                None => api.to_owned(),
            },
            template: call.template,
            body: call.body.take(),
            reason: call.reason.take(),
            status: pass.status,
            answer: pass.body.clone().unwrap_or_default(),
        });
        pass
    });
    if pass.status == 0 {
        server.keep_silent().await;
    }
    pass.response()
}

/// Files go by the same log and the same ordered faults, and by no limits.
async fn serve_file(
    server: &Server,
    path: &str,
    query: Vec<(String, String)>,
    headers: &HeaderMap,
) -> Response<Body> {
    let mut call = Call::new("GET", path, query, Ok(call::Content::default()), headers);
    call.template = cdn::TEMPLATE;
    let response = server.with(|world| {
        let ends_badly = match server.next_fault(&call) {
            Some(How::Answer(status, body)) => Some(Pass::of(Ok(Reply::Json(status, body)))),
            Some(How::HappensThen(status)) => Some(out_of_order(status)),
            Some(How::Silence | How::HappensInSilence) => Some(silent()),
            Some(How::TooFast { retry_after_s, scope }) => Some(too_fast(retry_after_s, scope, Vec::new())),
            None => None,
        };
        let (status, response) = match ends_badly {
            Some(pass) if pass.status == 0 => (0, None),
            Some(pass) => (pass.status, Some(pass.response())),
            None => {
                let file = cdn::serve(world, path, &call.query);
                (file.status().as_u16(), Some(file))
            }
        };
        server.log(Logged {
            at_ms: world.now_ms(),
            method: call.method,
            path: call.path,
            template: call.template,
            body: Value::Null,
            reason: None,
            status,
            answer: Value::Null,
        });
        response
    });
    match response {
        Some(response) => response,
        None => {
            server.keep_silent().await;
            silent().response()
        }
    }
}

impl Server {
    /// Never answers: until the server stops, or the caller gives up.
    async fn keep_silent(&self) {
        let _ = self.stop.subscribe().wait_for(|stopped| *stopped).await;
    }
}

/// How one request ends.
struct Pass {
    status: u16,
    body: Option<Value>,
    headers: Vec<(&'static str, String)>,
}

impl Pass {
    fn of(answer: Result<Reply, Refusal>) -> Pass {
        let (status, body) = match answer {
            Ok(Reply::Json(status, body)) => (status, Some(body)),
            Ok(Reply::Empty) => (204, None),
            Err(refusal) => (refusal.status, Some(refusal.body())),
        };
        Pass { status, body, headers: Vec::new() }
    }

    fn response(self) -> Response<Body> {
        let body = match &self.body {
            Some(value) => Body::from(value.to_string()),
            None => Body::empty(),
        };
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::GATEWAY_TIMEOUT);
        if self.body.is_some() {
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(header::CONTENT_TYPE, json);
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

fn refused(refusal: &Refusal) -> Response<Body> {
    let pass = Pass { status: refusal.status, body: Some(refusal.body()), headers: Vec::new() };
    pass.response()
}

/// Everything between reading a request and answering it, under the world's lock.
fn pass(server: &Server, world: &mut World, call: &mut Call, path: &str) -> Pass {
    let route = match routes::find(&call.method, &call.path) {
        Found::Route(route, parameters) => {
            call.template = route.template;
            call.parameters = parameters;
            route
        }
        Found::OtherMethod => return Pass::of(Err(world::WRONG_METHOD)),
        Found::Nothing => return Pass::of(Err(world::NO_SUCH_ROUTE)),
    };
    call.actor = call.token.as_deref().and_then(|t| world.user_of_token(t)).unwrap_or(0);
    if call.actor == 0 && !route.open {
        return Pass::of(Err(world::UNAUTHORIZED));
    }
    if let Some(broken) = call.broken.take() {
        return Pass::of(Err(broken));
    }
    let fault = server.next_fault(call);
    match &fault {
        Some(How::Answer(status, body)) => return Pass::of(Ok(Reply::Json(*status, body.clone()))),
        Some(How::Silence) => return silent(),
        Some(How::TooFast { retry_after_s, scope }) => return too_fast(*retry_after_s, scope, Vec::new()),
        Some(How::HappensThen(_) | How::HappensInSilence) | None => {}
    }
    let counted = server.count_request(call);
    if let Some(refused) = counted.refused {
        return too_fast(refused.retry_after_s, refused.scope, counted.headers);
    }
    if let Some(checker) = server.checker {
        let body = (!call.body.is_null()).then_some(&call.body);
        server.deviates((checker.request)(&call.method, path, &call.query, body));
    }
    let mut pass = Pass::of((route.handler)(world, call));
    if let Some(checker) = server.checker {
        let found = (checker.answer)(&call.method, path, pass.status, pass.body.as_ref());
        server.deviates(found);
    }
    pass.headers = counted.headers;
    match fault {
        Some(How::HappensThen(status)) => out_of_order(status),
        Some(How::HappensInSilence) => silent(),
        _ => pass,
    }
}

/// What stands before Discord's servers says when one of them does not answer well.
fn out_of_order(status: u16) -> Pass {
    Pass { status, body: Some(json!({ "message": "Internal Server Error", "code": 0 })), headers: Vec::new() }
}

fn silent() -> Pass {
    Pass { status: 0, body: None, headers: Vec::new() }
}

fn too_fast(retry_after_s: f64, scope: &'static str, mut headers: Vec<(&'static str, String)>) -> Pass {
    let global = scope == "global";
    headers.push(("retry-after", format!("{}", retry_after_s.ceil() as u64)));
    headers.push(("x-ratelimit-scope", scope.to_owned()));
    if global {
        headers.push(("x-ratelimit-global", "true".to_owned()));
    }
    Pass {
        status: 429,
        body: Some(json!({
            "message": "You are being rate limited.",
            "retry_after": retry_after_s,
            "global": global,
        })),
        headers,
    }
}

/// What a handler is.
type Handler = fn(&mut World, &mut Call) -> Result<Reply, Refusal>;

/// A message as the caller sees it.
fn shown(world: &World, channel: Id, message: Id, viewer: Id) -> Result<Value, Refusal> {
    let found = world.message(channel, message);
    let found = found.ok_or(world::UNKNOWN_MESSAGE)?;
    Ok(world.message_value(found, viewer))
}
