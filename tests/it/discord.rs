//! What comes from Discord, and how it is understood.

mod convert;
mod convert_guild;
mod convert_odd;
mod frames;
mod gateway;
mod gateway_server;
mod gather;
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
