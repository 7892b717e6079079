//! Notices, word for word, in both languages.

use expect_test::{Expect, expect};
use gavel::discord::render;
use gavel::domain::action::CaseId;
use gavel::domain::card::{Citation, Joined, Language, NoticeKind};
use gavel::domain::id::Moment;

use super::server::NOW;
use super::shown::{check_limits, check_words, clause, notice, unescaped};

#[track_caller]
fn check_notice(kind: NoticeKind, en: Expect, es: Expect) {
    for (language, expected) in [(Language::En, en), (Language::Es, es)] {
        let mut told = notice(kind, language);
        if matches!(kind, NoticeKind::Held) {
            told.release_at = Some(NOW.plus_ms(4 * 3_600_000));
        }
        told.key = match kind {
            NoticeKind::Reminder => Some("legal-matters".to_owned()),
            NoticeKind::Resource => Some("self-harm".to_owned()),
            NoticeKind::Acknowledgement => Some("press".to_owned()),
            _ => None,
        };
        let shown = render::notice(&told);
        check_limits(&shown);
        check_words(&shown.content, expected);
    }
}

#[test]
fn notices_of_what_is_down() {
    check_notice(
        NoticeKind::Held,
        expect![[r#"
            Your message in #general-1 from <t:1767614400:f> is down for now while a person checks it.

            Your message:
            > fix the plonking road

            Why: Obscene words are not allowed here. (Social Media Policy, 3.7 ¶1)
            The rules for everyone: <https://city.example/chat-rules>
            A person will decide whether it goes back up. If nobody has decided by <t:1767628800:f>, we will send you the text and you may post it again.
            We keep a copy, because messages here are public records. An opinion is never a reason to take a message down.
            If you think this is a mistake, please contact: Communications Department. Give this case number: 12.
        "#]],
        expect![[r#"
            Su mensaje en #general-1 del <t:1767614400:f> se retiró por ahora mientras una persona lo revisa.

            Su mensaje:
            > fix the plonking road

            Motivo: Aquí no se permiten palabras obscenas. (Social Media Policy, 3.7 ¶1)
            Las reglas para todos: <https://city.example/chat-rules>
            Una persona decidirá si se vuelve a publicar. Si nadie ha decidido antes del <t:1767628800:f>, le enviaremos el texto y podrá publicarlo otra vez.
            Guardamos una copia, porque los mensajes de aquí son registros públicos. Una opinión nunca es motivo para retirar un mensaje.
            Si cree que es un error, comuníquese con: Communications Department. Dé este número de caso: 12.
        "#]],
    );
    check_notice(
        NoticeKind::HeldForSafety,
        expect![[r#"
            Your message in #general-1 from <t:1767614400:f> is down while a person checks it, because it may be about someone’s safety.

            Your message:
            > fix the plonking road

            Why: Obscene words are not allowed here. (Social Media Policy, 3.7 ¶1)
            The rules for everyone: <https://city.example/chat-rules>
            A person will look at it. It does not go back up by itself.
            We keep a copy, because messages here are public records. An opinion is never a reason to take a message down.
            If you think this is a mistake, please contact: Communications Department. Give this case number: 12.
        "#]],
        expect![[r#"
            Su mensaje en #general-1 del <t:1767614400:f> se retiró mientras una persona lo revisa, porque puede tratar de la seguridad de alguien.

            Su mensaje:
            > fix the plonking road

            Motivo: Aquí no se permiten palabras obscenas. (Social Media Policy, 3.7 ¶1)
            Las reglas para todos: <https://city.example/chat-rules>
            Una persona lo mirará. No se vuelve a publicar por sí solo.
            Guardamos una copia, porque los mensajes de aquí son registros públicos. Una opinión nunca es motivo para retirar un mensaje.
            Si cree que es un error, comuníquese con: Communications Department. Dé este número de caso: 12.
        "#]],
    );
    check_notice(
        NoticeKind::PrivateNumber,
        expect![[r#"
            Your message in #general-1 from <t:1767614400:f> showed what looks like a private number. We took it down to protect you or someone else.

            Your message:
            > fix the plonking road

            Why: Obscene words are not allowed here. (Social Media Policy, 3.7 ¶1)
            The rules for everyone: <https://city.example/chat-rules>
            A person will check it. You may post your message again now without the number.
            If you think this is a mistake, please contact: Communications Department. Give this case number: 12.
        "#]],
        expect![[r#"
            Su mensaje en #general-1 del <t:1767614400:f> mostraba lo que parece un número privado. Lo retiramos para protegerle a usted o a otra persona.

            Su mensaje:
            > fix the plonking road

            Motivo: Aquí no se permiten palabras obscenas. (Social Media Policy, 3.7 ¶1)
            Las reglas para todos: <https://city.example/chat-rules>
            Una persona lo revisará. Ya puede publicar su mensaje otra vez sin el número.
            Si cree que es un error, comuníquese con: Communications Department. Dé este número de caso: 12.
        "#]],
    );
    check_notice(
        NoticeKind::ScamLink,
        expect![[r#"
            Your message in #general-1 from <t:1767614400:f> was taken down. It held a link or file that is on a list of scams or harmful sites.

            Your message:
            > fix the plonking road

            Why: Obscene words are not allowed here. (Social Media Policy, 3.7 ¶1)
            The rules for everyone: <https://city.example/chat-rules>
            If you did not post it, change your password. You may post again without the link or file.
            If you think this is a mistake, please contact: Communications Department. Give this case number: 12.
        "#]],
        expect![[r#"
            Su mensaje en #general-1 del <t:1767614400:f> se retiró. Tenía un enlace o archivo que está en una lista de estafas o sitios dañinos.

            Su mensaje:
            > fix the plonking road

            Motivo: Aquí no se permiten palabras obscenas. (Social Media Policy, 3.7 ¶1)
            Las reglas para todos: <https://city.example/chat-rules>
            Si usted no lo publicó, cambie su contraseña. Puede publicar de nuevo sin el enlace o archivo.
            Si cree que es un error, comuníquese con: Communications Department. Dé este número de caso: 12.
        "#]],
    );
    check_notice(
        NoticeKind::Repeated,
        expect![[r#"
            We kept your first message in #general-1 and took down 3 copies of it.

            Your message:
            > fix the plonking road

            Why: Obscene words are not allowed here. (Social Media Policy, 3.7 ¶1)
            The rules for everyone: <https://city.example/chat-rules>
            You are welcome to keep taking part.
            If you think this is a mistake, please contact: Communications Department. Give this case number: 12.
        "#]],
        expect![[r#"
            Dejamos su primer mensaje en #general-1 y retiramos 3 copias.

            Su mensaje:
            > fix the plonking road

            Motivo: Aquí no se permiten palabras obscenas. (Social Media Policy, 3.7 ¶1)
            Las reglas para todos: <https://city.example/chat-rules>
            Puede seguir participando.
            Si cree que es un error, comuníquese con: Communications Department. Dé este número de caso: 12.
        "#]],
    );
    check_notice(
        NoticeKind::Removed,
        expect![[r#"
            Your message in #general-1 from <t:1767614400:f> was taken down.

            Your message:
            > fix the plonking road

            Why: Obscene words are not allowed here. (Social Media Policy, 3.7 ¶1)
            The rules for everyone: <https://city.example/chat-rules>
            You may change your message and post it again.
            We keep a copy, because messages here are public records. An opinion is never a reason to take a message down.
            If you think this is a mistake, please contact: Communications Department. Give this case number: 12.
        "#]],
        expect![[r#"
            Su mensaje en #general-1 del <t:1767614400:f> se retiró.

            Su mensaje:
            > fix the plonking road

            Motivo: Aquí no se permiten palabras obscenas. (Social Media Policy, 3.7 ¶1)
            Las reglas para todos: <https://city.example/chat-rules>
            Puede cambiar su mensaje y publicarlo otra vez.
            Guardamos una copia, porque los mensajes de aquí son registros públicos. Una opinión nunca es motivo para retirar un mensaje.
            Si cree que es un error, comuníquese con: Communications Department. Dé este número de caso: 12.
        "#]],
    );
    check_notice(
        NoticeKind::Released,
        expect![[r#"
            Nobody decided in time about your message in #general-1 from <t:1767614400:f>. You may post it again. Here is your text.

            > fix the plonking road

            Why: Obscene words are not allowed here. (Social Media Policy, 3.7 ¶1)
            The rules for everyone: <https://city.example/chat-rules>
            Case number: 12
        "#]],
        expect![[r#"
            Nadie decidió a tiempo sobre su mensaje en #general-1 del <t:1767614400:f>. Puede publicarlo otra vez. Este es su texto.

            > fix the plonking road

            Motivo: Aquí no se permiten palabras obscenas. (Social Media Policy, 3.7 ¶1)
            Las reglas para todos: <https://city.example/chat-rules>
            Número de caso: 12
        "#]],
    );
}

#[test]
fn notices_of_what_stays() {
    check_notice(
        NoticeKind::PrivacyTip,
        expect![[r#"
            Your message in #general-1 from <t:1767614400:f> is still up. It seems to show private contact details. Anyone can read and copy them there, so you may want to take them out.

            Your message:
            > fix the plonking road

            Why: Obscene words are not allowed here. (Social Media Policy, 3.7 ¶1)
            The rules for everyone: <https://city.example/chat-rules>
            This is no penalty.
            Case number: 12
        "#]],
        expect![[r#"
            Su mensaje en #general-1 del <t:1767614400:f> sigue publicado. Parece mostrar datos de contacto privados. Allí cualquiera puede leerlos y copiarlos; quizá quiera quitarlos.

            Su mensaje:
            > fix the plonking road

            Motivo: Aquí no se permiten palabras obscenas. (Social Media Policy, 3.7 ¶1)
            Las reglas para todos: <https://city.example/chat-rules>
            No es ninguna sanción.
            Número de caso: 12
        "#]],
    );
    check_notice(
        NoticeKind::TopicPointer,
        expect![[r#"
            Your message in #general-1 from <t:1767614400:f> is still up. That channel is for one topic: City services. A person will look at your message.

            Your message:
            > fix the plonking road

            Why: Obscene words are not allowed here. (Social Media Policy, 3.7 ¶1)
            The rules for everyone: <https://city.example/chat-rules>
            This is no penalty.
            Case number: 12
        "#]],
        expect![[r#"
            Su mensaje en #general-1 del <t:1767614400:f> sigue publicado. Ese canal es para un tema, en palabras de la Ciudad: «City services». Una persona mirará su mensaje.

            Su mensaje:
            > fix the plonking road

            Motivo: Aquí no se permiten palabras obscenas. (Social Media Policy, 3.7 ¶1)
            Las reglas para todos: <https://city.example/chat-rules>
            No es ninguna sanción.
            Número de caso: 12
        "#]],
    );
    check_notice(
        NoticeKind::UnderReview,
        expect![[r#"
            Your message in #general-1 from <t:1767614400:f> is still up. A person will look at it.

            Your message:
            > fix the plonking road

            Why: Obscene words are not allowed here. (Social Media Policy, 3.7 ¶1)
            The rules for everyone: <https://city.example/chat-rules>
            This is no penalty.
            Case number: 12
        "#]],
        expect![[r#"
            Su mensaje en #general-1 del <t:1767614400:f> sigue publicado. Una persona lo mirará.

            Su mensaje:
            > fix the plonking road

            Motivo: Aquí no se permiten palabras obscenas. (Social Media Policy, 3.7 ¶1)
            Las reglas para todos: <https://city.example/chat-rules>
            No es ninguna sanción.
            Número de caso: 12
        "#]],
    );
}

#[test]
fn words_by_key() {
    check_notice(
        NoticeKind::Reminder,
        expect![[r#"
        Just for you: a reminder about your message in #general-1 from <t:1767614400:f>. It was not sent to anyone else.
        Please do not discuss legal matters here. If you need to answer, say only that you cannot discuss them here.

        Your message:
        > fix the plonking road

        Why: Obscene words are not allowed here. (Social Media Policy, 3.7 ¶1)
        You have the right to talk with others about pay, hours, safety and other working conditions. This reminder does not limit that.
    "#]],
        expect![[r#"
        Solo para usted: un recordatorio sobre su mensaje en #general-1 del <t:1767614400:f>. No se envió a nadie más.
        No hable aquí de asuntos legales. Si necesita responder, diga solo que aquí no puede hablar de ellos.

        Su mensaje:
        > fix the plonking road

        Motivo: Aquí no se permiten palabras obscenas. (Social Media Policy, 3.7 ¶1)
        Usted tiene derecho a hablar con otros sobre salario, horario, seguridad y otras condiciones de trabajo. Este recordatorio no limita ese derecho.
    "#]],
    );
    check_notice(
        NoticeKind::Resource,
        expect![[r#"
        You matter. You can call or text 988 at any hour to talk with someone. If there is danger right now, call 911.
    "#]],
        expect![[r#"
        Usted es importante. Puede llamar o enviar un texto al 988 a cualquier hora para hablar con alguien. Si hay peligro ahora mismo, llame al 911.
    "#]],
    );
    check_notice(
        NoticeKind::Acknowledgement,
        expect![[r#"
            Thank you for asking. Questions from the press go to: City Clerk. We are passing yours on. This automated reply is not a statement by the City.

            Your message:
            > fix the plonking road

            Case number: 12
        "#]],
        expect![[r#"
            Gracias por preguntar. Las preguntas de la prensa van a: City Clerk. Le pasamos la suya. Esta respuesta automática no es una declaración de la Ciudad.

            Su mensaje:
            > fix the plonking road

            Número de caso: 12
        "#]],
    );
}

/// A reminder by its key, to somebody whose message these clauses met.
#[track_caller]
fn check_reminder(key: &str, clauses: &[&str], en: &str, es: &str) {
    for (language, expected) in [(Language::En, en), (Language::Es, es)] {
        let mut told = notice(NoticeKind::Reminder, language);
        told.key = Some(key.to_owned());
        told.citations =
            clauses.iter().map(|text| Citation { text: (*text).to_owned(), ..clause() }).collect();
        let shown = render::notice(&told);
        check_limits(&shown);
        assert_eq!(shown.content.lines().nth(1), Some(expected));
    }
}

const LEGAL: &str =
    "Talk about legal matters is prohibited. Staff advise that “we cannot\ndiscuss *it* here.”";
const OWN: &str = "Contain a simple disclaimer such as \"these are my views.\"";

#[test]
fn a_prescribed_sentence_is_quoted_from_its_clause() {
    check_reminder(
        "legal-matters",
        &["Be “kind”.", LEGAL],
        "Please do not discuss legal matters here. If you need to answer, use these words: “we cannot discuss \\*it\\* here.”",
        "No hable aquí de asuntos legales. Si necesita responder, use estas palabras: “we cannot discuss \\*it\\* here.”",
    );
    check_reminder(
        "disclaimer",
        &[OWN],
        "When you write about the City on your own account, say that these are your own views. The City’s policy gives these words for it: “these are my views.”",
        "Cuando escriba sobre la Ciudad por su cuenta, diga que son sus propias opiniones. La política de la Ciudad da estas palabras para ello: “these are my views.”",
    );
}

#[test]
fn of_two_sentences_each_reminder_gives_its_own() {
    let both = [LEGAL, OWN];
    check_reminder(
        "legal-matters",
        &both,
        "Please do not discuss legal matters here. If you need to answer, use these words: “we cannot discuss \\*it\\* here.”",
        "No hable aquí de asuntos legales. Si necesita responder, use estas palabras: “we cannot discuss \\*it\\* here.”",
    );
    check_reminder(
        "disclaimer",
        &both,
        "When you write about the City on your own account, say that these are your own views. The City’s policy gives these words for it: “these are my views.”",
        "Cuando escriba sobre la Ciudad por su cuenta, diga que son sus propias opiniones. La política de la Ciudad da estas palabras para ello: “these are my views.”",
    );
}

/// No sentence at all is better than another clause's, or half of one.
#[test]
fn in_doubt_no_sentence_is_quoted() {
    let long = format!("About legal matters staff say “{}.”", "we cannot discuss it ".repeat(40));
    for clauses in [&["Say nothing."][..], &["Say “it is not mine.”", "Say “it is not ours.”"], &[&long]]
    {
        check_reminder(
            "legal-matters",
            clauses,
            "Please do not discuss legal matters here. If you need to answer, say only that you cannot discuss them here.",
            "No hable aquí de asuntos legales. Si necesita responder, diga solo que aquí no puede hablar de ellos.",
        );
    }
}

#[test]
fn a_notice_fits_whatever_it_has_to_quote() {
    let kinds = {
        use NoticeKind::*;
        [
            Held,
            HeldForSafety,
            PrivateNumber,
            ScamLink,
            Repeated,
            Removed,
            PrivacyTip,
            TopicPointer,
            UnderReview,
            Released,
            Reminder,
            Resource,
            Acknowledgement,
        ]
    };
    let quotes = [
        "x".repeat(6_000),
        "a\n".repeat(3_000),
        "\n".repeat(6_000),
        "@everyone ``` [x](http://evil.example) \u{202E} ".repeat(150),
        "👩".repeat(3_000),
        String::new(),
    ];
    for kind in kinds {
        for quote in &quotes {
            let mut told = notice(kind, Language::Es);
            told.quote = quote.clone();
            told.purpose = quote.clone();
            told.policy = quote.clone();
            told.citations = vec![Citation { plain_es: quote.clone(), ..clause() }; 9];
            told.joined =
                kinds.into_iter().cycle().take(5).zip(20..).map(|(k, n)| other(n, k, quote)).collect();
            let shown = render::notice(&told);
            check_limits(&shown);
            for live in ["@everyone", "```", "](http", "http://", "\u{202E}"] {
                assert!(!unescaped(&shown.content).contains(live), "{kind:?}: {live}");
            }
        }
    }
}

fn other(case: u64, kind: NoticeKind, quote: &str) -> Joined {
    Joined {
        case: CaseId(case),
        kind,
        venue_name: "general-1".to_owned(),
        at: Moment(1_767_614_400_000),
        quote: quote.to_owned(),
        clauses: vec!["3.7 ¶1".to_owned()],
    }
}

#[test]
fn a_notice_without_purpose_office_or_policy_still_reads_well() {
    let mut told = notice(NoticeKind::TopicPointer, Language::En);
    told.purpose = String::new();
    told.policy = String::new();
    told.office = String::new();
    told.joined =
        vec![other(13, NoticeKind::Held, "you plonker"), other(14, NoticeKind::Repeated, "buy now")];
    check_words(
        &render::notice(&told).content,
        expect![[r#"
            Your message in #general-1 from <t:1767614400:f> is still up. That channel is for one topic. A person will look at your message.

            Your message:
            > fix the plonking road

            Why: Obscene words are not allowed here. (3.7 ¶1)
            The rules for everyone: <https://city.example/chat-rules>
            This is no penalty.
            Case number: 12
            These also happened:
            • Case 13, #general-1, <t:1767614400:f>: “you plonker”: held until a person has looked (3.7 ¶1)
            • Case 14, #general-1, <t:1767614400:f>: “buy now”: further copies removed; the first one stays (3.7 ¶1)
        "#]],
    );
}

#[test]
fn an_unknown_key_gets_general_words() {
    let mut told = notice(NoticeKind::Reminder, Language::En);
    told.key = Some("no-such-key".to_owned());
    assert!(render::notice(&told).content.contains("Please check your message against the policy."));
    let said = render::response(Language::En, "no-such-key", "").content;
    assert_eq!(said, "Thank you. Your message goes to: the City.");
}
