//! The routes, in one table: method, template as Discord's document writes it,
//! whether a token in the path opens it, handler.
//!
//! The first that fits is taken, so a literal stands before a parameter.

use super::{Handler, applications, channels, guilds, messages, threads, webhooks};

pub(super) struct Route {
    pub method: &'static str,
    pub template: &'static str,
    pub open: bool,
    pub handler: Handler,
}

pub(super) enum Found {
    Route(&'static Route, Vec<String>),
    /// The path is known, the method is not.
    OtherMethod,
    Nothing,
}

const fn route(method: &'static str, template: &'static str, handler: Handler) -> Route {
    Route { method, template, open: false, handler }
}

const fn open(method: &'static str, template: &'static str, handler: Handler) -> Route {
    Route { method, template, open: true, handler }
}

static ROUTES: &[Route] = &[
    open("GET", "/gateway", applications::gateway),
    route("GET", "/gateway/bot", applications::gateway_bot),
    route("GET", "/applications/@me", applications::me),
    route("GET", "/oauth2/applications/@me", applications::me),
    route("GET", "/applications/{application_id}/guilds/{guild_id}/commands", applications::commands),
    route("PUT", "/applications/{application_id}/guilds/{guild_id}/commands", applications::register),
    open("POST", "/interactions/{interaction_id}/{interaction_token}/callback", applications::answer),
    route("GET", "/users/@me", guilds::me),
    route("GET", "/users/@me/guilds", guilds::mine),
    route("POST", "/users/@me/channels", guilds::open_dm),
    route("GET", "/users/{user_id}", guilds::user),
    route("GET", "/guilds/{guild_id}", guilds::guild),
    route("GET", "/guilds/{guild_id}/channels", guilds::channels),
    route("GET", "/guilds/{guild_id}/roles", guilds::roles),
    route("GET", "/guilds/{guild_id}/threads/active", threads::active),
    route("GET", "/guilds/{guild_id}/audit-logs", guilds::audit_log),
    route("GET", "/guilds/{guild_id}/auto-moderation/rules", guilds::rules),
    route("GET", "/guilds/{guild_id}/members", guilds::members),
    route("GET", "/guilds/{guild_id}/members/search", guilds::search_members),
    route("GET", "/guilds/{guild_id}/members/{user_id}", guilds::member),
    route("PATCH", "/guilds/{guild_id}/members/{user_id}", guilds::edit_member),
    route("DELETE", "/guilds/{guild_id}/members/{user_id}", guilds::kick),
    route("PUT", "/guilds/{guild_id}/bans/{user_id}", guilds::ban),
    route("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", guilds::give_role),
    route("DELETE", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", guilds::take_role),
    route("GET", "/channels/{channel_id}", channels::get),
    route("PATCH", "/channels/{channel_id}", channels::edit),
    route("DELETE", "/channels/{channel_id}", channels::delete),
    route("PUT", "/channels/{channel_id}/permissions/{overwrite_id}", channels::set_overwrite),
    route("DELETE", "/channels/{channel_id}/permissions/{overwrite_id}", channels::drop_overwrite),
    route("POST", "/channels/{channel_id}/typing", channels::typing),
    route("GET", "/channels/{channel_id}/pins", channels::pins_in_a_list),
    route("PUT", "/channels/{channel_id}/pins/{message_id}", channels::pin),
    route("DELETE", "/channels/{channel_id}/pins/{message_id}", channels::unpin),
    route("GET", "/channels/{channel_id}/messages/pins", channels::pins),
    route("PUT", "/channels/{channel_id}/messages/pins/{message_id}", channels::pin),
    route("DELETE", "/channels/{channel_id}/messages/pins/{message_id}", channels::unpin),
    route("GET", "/channels/{channel_id}/messages", messages::list),
    route("POST", "/channels/{channel_id}/messages", messages::post),
    route("POST", "/channels/{channel_id}/messages/bulk-delete", messages::bulk_delete),
    route("GET", "/channels/{channel_id}/messages/{message_id}", messages::get),
    route("PATCH", "/channels/{channel_id}/messages/{message_id}", messages::edit),
    route("DELETE", "/channels/{channel_id}/messages/{message_id}", messages::delete),
    route("POST", "/channels/{channel_id}/messages/{message_id}/crosspost", messages::crosspost),
    route("POST", "/channels/{channel_id}/messages/{message_id}/threads", threads::from_message),
    route("POST", "/channels/{channel_id}/threads", threads::create),
    route("GET", "/channels/{channel_id}/threads/archived/public", threads::archived_public),
    route("GET", "/channels/{channel_id}/threads/archived/private", threads::archived_private),
    route("GET", "/channels/{channel_id}/users/@me/threads/archived/private", threads::archived_joined),
    route("GET", "/channels/{channel_id}/thread-members", threads::members),
    route("GET", "/channels/{channel_id}/thread-members/{user_id}", threads::member),
    route("PUT", "/channels/{channel_id}/thread-members/{user_id}", threads::join),
    route("DELETE", "/channels/{channel_id}/thread-members/{user_id}", threads::leave),
    route("GET", "/channels/{channel_id}/webhooks", webhooks::of_channel),
    route("POST", "/channels/{channel_id}/webhooks", webhooks::create),
    open("GET", "/webhooks/{webhook_id}/{webhook_token}", webhooks::get),
    open("POST", "/webhooks/{webhook_id}/{webhook_token}", webhooks::execute),
    open("GET", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", webhooks::message),
    open("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", webhooks::edit),
    open("DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", webhooks::delete),
];

/// The templates the door knows, for whoever checks them against Discord's document.
pub fn templates() -> impl Iterator<Item = (&'static str, &'static str)> {
    ROUTES.iter().map(|r| (r.method, r.template))
}

pub(super) fn find(method: &str, path: &str) -> Found {
    let mut known = false;
    for route in ROUTES {
        if let Some(parameters) = fits(route.template, path) {
            if route.method == method {
                return Found::Route(route, parameters);
            }
            known = true;
        }
    }
    if known { Found::OtherMethod } else { Found::Nothing }
}

/// The parameters, if the path is one of the template's.
fn fits(template: &str, path: &str) -> Option<Vec<String>> {
    let mut parameters = Vec::new();
    let mut steps = path.split('/');
    for wanted in template.split('/') {
        let step = steps.next()?;
        if wanted.starts_with('{') {
            if step.is_empty() {
                return None;
            }
            parameters.push(super::percent_decoded(step));
        } else if wanted != step {
            return None;
        }
    }
    steps.next().is_none().then_some(parameters)
}
