//! The page's addresses, and who may use them.
//!
//! Loopback is no protection from the browser itself: any site one visits can
//! send a form here. So the page answers only under its own address (against
//! names that were rebound to it) and takes forms only from its own pages.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Form, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use futures_util::stream::{self, Stream};
use tokio::sync::watch;

use super::view::{Compose, Place};
use super::{Page, frame, locked, player, post as posting};
use crate::sandbox::city::persona_index;

/// What the page may load: its own style and script, and nothing else.
const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
     img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Discord takes files of 10 MB; a little more is read, so that the world can
/// say no in Discord's words.
const BODY_BYTES_AT_MOST: usize = 12 << 20;

/// Changes that come together are told together.
const TOLD_AFTER: Duration = Duration::from_millis(40);

type Fields = HashMap<String, String>;

#[derive(Clone)]
struct Doors {
    page: Arc<Page>,
    ending: watch::Receiver<bool>,
}

pub fn routes(page: Arc<Page>, ending: watch::Receiver<bool>) -> Router {
    let doors = Doors { page: page.clone(), ending };
    Router::new()
        .route("/", get(show))
        .route("/style.css", get(style))
        .route("/script.js", get(script))
        .route("/icon.svg", get(icon))
        .route("/changes", get(changes))
        .route("/look", post(look))
        .route("/say", post(posting::say))
        .route("/example", post(posting::example))
        .route("/message", post(posting::with_message))
        .route("/tour", post(tour))
        .route("/over", post(start_over))
        .fallback(|| async { (StatusCode::NOT_FOUND, "There is nothing here.") })
        .layer(DefaultBodyLimit::max(BODY_BYTES_AT_MOST))
        .layer(middleware::from_fn_with_state(page, guard))
        .with_state(doors)
}

impl axum::extract::FromRef<Doors> for Arc<Page> {
    fn from_ref(doors: &Doors) -> Arc<Page> {
        doors.page.clone()
    }
}

/// Lets in who comes from this page, and tells the browser what it may do.
async fn guard(State(page): State<Arc<Page>>, request: Request, next: Next) -> Response {
    if let Err(why) = is_ours(&page, request.method(), request.headers()) {
        return (StatusCode::FORBIDDEN, why).into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // With no referrer at all, the browser would hide the origin of forms.
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn is_ours(page: &Page, method: &Method, headers: &HeaderMap) -> Result<(), &'static str> {
    let port = page.address.port();
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let host = text(header::HOST).unwrap_or("");
    let ours = [format!("127.0.0.1:{port}"), format!("localhost:{port}"), format!("[::1]:{port}")];
    if !ours.iter().any(|address| address == host) {
        return Err("This page answers under its loopback address only.");
    }
    if method == Method::POST || method == Method::PUT || method == Method::DELETE {
        // A program on this machine sends no origin; a browser always does.
        let from = text(header::ORIGIN);
        if from.is_some_and(|from| from.strip_prefix("http://") != Some(host)) {
            return Err("This form was sent from another site.");
        }
    }
    Ok(())
}

async fn show(State(page): State<Arc<Page>>) -> Html<String> {
    Html(frame::page(&page).into_string())
}

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("style.css"))
}

async fn script() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("script.js"))
}

async fn icon() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "image/svg+xml")], include_str!("icon.svg"))
}

/// Says that the page may look different; what is different is for the page
/// to fetch.
async fn changes(State(doors): State<Doors>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut changed = doors.page.changed.subscribe();
    // What changed before the stream was opened is told at once.
    changed.mark_changed();
    let told = stream::unfold((changed, doors.ending), |(mut changed, mut ending)| async move {
        tokio::select! {
            heard = changed.changed() => heard.ok()?,
            _ = ending.wait_for(|ended| *ended) => return None,
        }
        tokio::time::sleep(TOLD_AFTER).await;
        let at = *changed.borrow_and_update();
        Some((Ok(Event::default().event("change").data(at.to_string())), (changed, ending)))
    });
    Sse::new(told).keep_alive(KeepAlive::default())
}

/// Back to the page, by a request of its own: refreshing sends nothing twice.
pub fn back() -> Redirect {
    Redirect::to("/")
}

pub fn id(fields: &Fields, key: &str) -> Option<u64> {
    fields.get(key)?.parse().ok()
}

async fn look(State(page): State<Arc<Page>>, Form(fields): Form<Fields>) -> Redirect {
    let scene = page.scene();
    let mut view = locked(&scene.view);
    if let Some(place) = fields.get("place").and_then(|word| Place::parse(word)) {
        let is_there = match place {
            Place::Channel(id) => scene.stage.server.look(|w| w.channel(id).is_some()),
            Place::Inbox(_) => true,
        };
        if is_there {
            view.go(place);
        }
    }
    if let Some(persona) = fields.get("as").and_then(|key| persona_index(key)) {
        view.persona = persona;
    }
    if fields.contains_key("message") {
        view.chosen = id(&fields, "message");
    }
    if let Some(word) = fields.get("compose")
        && let Some(compose) = Compose::parse(word, id(&fields, "target"))
    {
        view.put_aside();
        view.compose = compose;
        let (Place::Channel(channel), Compose::Edit(message)) = (view.place, compose) else {
            drop(view);
            page.touch();
            return back();
        };
        let found =
            scene.stage.server.look(|w| w.message(channel, message).map(|m| (m.author(), m.content.clone())));
        if let Some((author, content)) = found {
            view.draft = content;
            view.persona = scene.city().persona_at(author).unwrap_or(view.persona);
        }
    }
    drop(view);
    page.touch();
    back()
}

async fn tour(State(page): State<Arc<Page>>, Form(fields): Form<Fields>) -> Redirect {
    let scene = page.scene();
    match fields.get("do").map(String::as_str) {
        Some("play") => player::play(&page, &scene),
        Some("pause") => player::pause(&scene),
        Some("next") => player::next(&page, &scene),
        Some("close") => player::close(&scene),
        _ => {}
    }
    page.touch();
    back()
}

async fn start_over(State(page): State<Arc<Page>>) -> Redirect {
    page.start_over().await;
    back()
}
