//! What serenity's builders write is what Discord takes: the bot sends its
//! requests through them, so a fault of theirs would be one of ours.

use gavel::sandbox::facts::check_request;
use serde_json::json;
use serenity::all::{
    AutoArchiveDuration, ButtonStyle, ChannelId, ChannelType, CommandOptionType, CommandType,
    CreateActionRow, CreateAllowedMentions, CreateButton, CreateCommand, CreateCommandOption, CreateEmbed,
    CreateEmbedFooter, CreateForumPost, CreateInputText, CreateInteractionResponse,
    CreateInteractionResponseFollowup, CreateInteractionResponseMessage, CreateMessage, CreateModal,
    CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption, CreateThread, CreateWebhook, EditChannel,
    EditInteractionResponse, EditMessage, EditThread, EditWebhookMessage, ExecuteWebhook, InputTextStyle,
    MessageFlags, MessageId, MessageReference, MessageReferenceKind, Permissions, RoleId, UserId,
};

use super::same;

const MESSAGES: &str = "/api/v10/channels/100/messages";
const CALLBACK: &str = "/api/v10/interactions/300/aToken/callback";

#[track_caller]
fn good(method: &str, path: &str, body: impl serde::Serialize) {
    let body = serde_json::to_value(body).expect("a builder can be written");
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let query: Vec<_> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    same(&check_request(method, path, &query, Some(&body)), "");
}

#[test]
fn what_serenity_sends_for_messages_is_taken() {
    let embed = CreateEmbed::new()
        .title("Review")
        .description("Rule `obscenity`, 3.7 ¶1")
        .field("Why", "a listed word", true)
        .footer(CreateEmbedFooter::new("case 7"))
        .url("https://discord.com/channels/1/2/3")
        .colour(0x00ff_8800)
        .timestamp(serenity::all::Timestamp::now());
    let buttons = CreateActionRow::Buttons(vec![
        CreateButton::new("confirm:7").label("Confirm").style(ButtonStyle::Danger),
        CreateButton::new_link("https://city.example").label("Rules"),
    ]);
    let options = vec![CreateSelectMenuOption::new("Spam", "spam").description("copies")];
    let menu = CreateSelectMenu::new("reason:7", CreateSelectMenuKind::String { options })
        .placeholder("Reason")
        .min_values(1);
    let message = CreateMessage::new()
        .content("@Duty officer a message waits")
        .embed(embed.clone())
        .components(vec![buttons.clone(), CreateActionRow::SelectMenu(menu)])
        .allowed_mentions(CreateAllowedMentions::new().roles([RoleId::new(5)]))
        .flags(MessageFlags::SUPPRESS_NOTIFICATIONS);
    good("POST", MESSAGES, &message);
    let message = message.enforce_nonce(true).nonce(serenity::all::Nonce::String("intent-12".into()));
    good("POST", MESSAGES, &message);

    let reply = MessageReference::from((ChannelId::new(100), MessageId::new(200)));
    good("POST", MESSAGES, CreateMessage::new().content("so").reference_message(reply));
    let forward = MessageReference::new(MessageReferenceKind::Forward, ChannelId::new(100))
        .message_id(MessageId::new(200));
    good("POST", MESSAGES, CreateMessage::new().reference_message(forward));

    let edit = EditMessage::new().content("removed").embed(embed).components(vec![buttons]);
    good("PATCH", "/api/v10/channels/100/messages/200", &edit);
    good("POST", "/api/v10/channels/100/messages/bulk-delete", json!({"messages": ["1", "2"]}));
}

#[test]
fn what_serenity_sends_for_channels_is_taken() {
    good("PATCH", "/api/v10/channels/100", EditChannel::new().name("general-1").topic("City services"));
    good("PATCH", "/api/v10/channels/100", EditThread::new().name("Title under review").locked(true));
    let thread = CreateThread::new("Potholes").auto_archive_duration(AutoArchiveDuration::OneDay);
    good("POST", "/api/v10/channels/100/messages/200/threads", &thread);
    good("POST", "/api/v10/channels/100/threads", thread.kind(ChannelType::PublicThread));
    let post = CreateForumPost::new("Potholes", CreateMessage::new().content("where?"));
    good("POST", "/api/v10/channels/100/threads", &post);
    good("POST", "/api/v10/channels/100/webhooks", CreateWebhook::new("City news"));
    let executed = ExecuteWebhook::new().content("hello").username("City news");
    good("POST", "/api/v10/webhooks/400/aToken?wait=true&thread_id=100", &executed);
    let edited = EditWebhookMessage::new().content("hello again");
    good("PATCH", "/api/v10/webhooks/400/aToken/messages/200", &edited);
    good("POST", "/api/v10/users/@me/channels", json!({"recipient_id": UserId::new(9)}));
}

#[test]
fn what_serenity_sends_for_interactions_is_taken() {
    let option = CreateCommandOption::new(CommandOptionType::String, "reason", "why")
        .required(true)
        .max_length(200)
        .add_string_choice("spam", "spam");
    let commands = vec![
        CreateCommand::new("restore")
            .description("put a message back")
            .description_localized("es-ES", "devolver un mensaje")
            .default_member_permissions(Permissions::MANAGE_MESSAGES)
            .add_option(option),
        CreateCommand::new("Report").kind(CommandType::Message),
    ];
    good("PUT", "/api/v10/applications/500/guilds/600/commands", &commands);

    let told = CreateInteractionResponseMessage::new().content("done").ephemeral(true);
    good("POST", CALLBACK, CreateInteractionResponse::Message(told.clone()));
    good("POST", CALLBACK, CreateInteractionResponse::UpdateMessage(told.clone()));
    good("POST", CALLBACK, CreateInteractionResponse::Defer(told));
    good("POST", CALLBACK, CreateInteractionResponse::Acknowledge);
    good("POST", CALLBACK, CreateInteractionResponse::Pong);
    let text = CreateInputText::new(InputTextStyle::Paragraph, "Why", "why").max_length(1000);
    let form = CreateModal::new("appeal:7", "Appeal").components(vec![CreateActionRow::InputText(text)]);
    good("POST", CALLBACK, CreateInteractionResponse::Modal(form));

    let edit = EditInteractionResponse::new().content("done");
    good("PATCH", "/api/v10/webhooks/500/aToken/messages/@original", &edit);
    let follow = CreateInteractionResponseFollowup::new().content("more").ephemeral(true);
    good("POST", "/api/v10/webhooks/500/aToken", &follow);
}
