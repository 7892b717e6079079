//! The shell towards Discord, against scripted servers and by its words.

mod capture;
mod look;
mod render;
mod render_text;
mod rest;
mod rest_deletes;
mod rest_direct;
mod rest_limits;
mod rest_posts;
mod server;
