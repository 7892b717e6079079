//! Cards and lines, word for word.

use expect_test::{Expect, expect};
use gavel::discord::render;
use gavel::domain::action::{CaseId, Line};
use gavel::domain::card::{Card, Citation, FileNote, Language, Member, Neighbour, Raid, Reason, Standing};
use gavel::domain::decision::{Cap, Desk, Disposition, Guard, Span};
use gavel::domain::id::{MemberId, RoleId};

use super::server::NOW;
use super::shown::{card, check_limits, check_words, clause, threat_card, unescaped};

#[track_caller]
fn check_card(card: &Card, language: Language, expected: Expect) {
    let shown = render::card(card, language);
    check_limits(&shown);
    expected.assert_eq(&shown.said());
}

#[test]
fn a_review_card_says_everything_in_words() {
    check_card(
        &card(),
        Language::En,
        expect![[r#"
            Case 12: down until a person decides (hold)
            > fix the __**plonking**__ road
            Where, when, who
            #general-1, <t:1767614400:f>
            Purpose of the channel: City services
            Author: troll\_42 (77)
            Message: https://discord.com/channels/100/7/1457704937717760001
            If nobody decides, it is released <t:1767628800:f>.
            Rule obscenity: obscene or sexual wording
            It uses strong obscene or sexual words. Found by a listed word or phrase.
            3.7 ¶1: “Comments that are obscene or profane are not allowed.”
            Messages before it
            • rosa: Is Main St closed?
            Social Media Policy"#]],
    );
    check_card(
        &card(),
        Language::Es,
        expect![[r#"
            Caso 12: retirado hasta que una persona decida (retención)
            > fix the __**plonking**__ road
            Dónde, cuándo, quién
            #general-1, <t:1767614400:f>
            Propósito del canal: City services
            Autor: troll\_42 (77)
            Mensaje: https://discord.com/channels/100/7/1457704937717760001
            Si nadie decide, se libera <t:1767628800:f>.
            Regla obscenity: lenguaje obsceno o sexual
            Usa palabras obscenas o sexuales fuertes. Hallado por una palabra o frase de una lista.
            3.7 ¶1: “Comments that are obscene or profane are not allowed.”
            Mensajes anteriores
            • rosa: Is Main St closed?
            Social Media Policy"#]],
    );
}

#[test]
fn a_card_says_what_holds_it_back_and_what_is_missing() {
    let full = Card {
        standing: Standing::NotTakenDown,
        disposition: Disposition::Review,
        guards: vec![Guard::GovernmentAsSubject],
        caps: vec![Cap::Guard, Cap::RolesUnknown, Cap::Old],
        trouble: Some("missing permission: Manage Messages in #general-1".to_owned()),
        files: vec![
            FileNote { name: "map.png".into(), kind: "image/png".into(), size: 2_048, ..FileNote::default() },
            FileNote {
                name: "log.txt".into(),
                kind: "text/plain".into(),
                size: 300 << 10,
                unread: Some(44 << 10),
                ..FileNote::default()
            },
            FileNote {
                name: "x.exe".into(),
                kind: String::new(),
                size: 5 << 20,
                missing: Some("too-slow".into()),
                ..FileNote::default()
            },
        ],
        texts: vec![
            ("content".to_owned(), "look".to_owned()),
            ("embeds[0].title".to_owned(), "a title".to_owned()),
            ("strange[0]".to_owned(), "elsewhere".to_owned()),
        ],
        guild: None,
        ..card()
    };
    check_card(
        &full,
        Language::En,
        expect![[r#"
            Case 12: still visible as far as is known, it could not be taken down (review)
            > look
            In a link preview or embed:
            > a title
            In strange\[0\]:
            > elsewhere
            What stands in the way
            missing permission: Manage Messages in #general-1
            Where, when, who
            #general-1, <t:1767614400:f>
            Purpose of the channel: City services
            Author: troll\_42 (77)
            Message number 1457704937717760001
            If nobody decides, it is released <t:1767628800:f>.
            Rule obscenity: obscene or sexual wording
            It uses strong obscene or sexual words. Found by a listed word or phrase.
            3.7 ¶1: “Comments that are obscene or profane are not allowed.”
            Why it goes no further
            It is about the City or an official: strong words alone do not take it down.
            The author’s roles could not be learned, so every protection applies.
            The message is more than a day old.
            Files
            • map.png (image/png, 2 KiB)
            • log.txt (text/plain, 300 KiB): kept whole, but the last 44 KiB were not checked, for it is a long text
            • x.exe (type not known, 5 MiB): not captured, it took too long
            Messages before it
            • rosa: Is Main St closed?
            Social Media Policy"#]],
    );
}

#[test]
fn a_desk_gets_its_advice() {
    let desk = |desk| Card {
        desk: Some(desk),
        standing: Standing::Open,
        disposition: Disposition::None,
        release_at: None,
        context: Vec::new(),
        texts: vec![(
            "content".to_owned(),
            "I am with the Evening Post: [call](https://evil.example) 555".to_owned(),
        )],
        reasons: Vec::new(),
        ..card()
    };
    check_card(
        &desk(Desk::Press),
        Language::En,
        expect![[r#"
            Case 12: still visible, a person is to look (no action on the message)
            Press inquiry for Communications Department.
            Before you answer, check who is asking: call the newsroom’s published number. Do not use a number or link from the message.
            > I am with the Evening Post: \[call\](https\://evil[.]example) 555
            Where, when, who
            #general-1, <t:1767614400:f>
            Purpose of the channel: City services
            Author: troll\_42 (77)
            Message: https://discord.com/channels/100/7/1457704937717760001
            Social Media Policy"#]],
    );
    check_card(
        &desk(Desk::Records),
        Language::En,
        expect![[r#"
            Case 12: still visible, a person is to look (no action on the message)
            Possible records request for Communications Department.
            It was posted <t:1767614400:f>. Please check whether it is one: a clock may be running.
            > I am with the Evening Post: \[call\](https\://evil[.]example) 555
            Where, when, who
            #general-1, <t:1767614400:f>
            Purpose of the channel: City services
            Author: troll\_42 (77)
            Message: https://discord.com/channels/100/7/1457704937717760001
            Social Media Policy"#]],
    );
    check_card(
        &desk(Desk::Legal),
        Language::Es,
        expect![[r#"
            Caso 12: sigue visible, una persona debe revisarlo (el mensaje no se toca)
            Asunto legal para Communications Department.
            No hable de esto en el canal.
            > I am with the Evening Post: \[call\](https\://evil[.]example) 555
            Dónde, cuándo, quién
            #general-1, <t:1767614400:f>
            Propósito del canal: City services
            Autor: troll\_42 (77)
            Mensaje: https://discord.com/channels/100/7/1457704937717760001
            Social Media Policy"#]],
    );
    check_card(
        &desk(Desk::Communications),
        Language::En,
        expect![[r#"
            Case 12: still visible, a person is to look (no action on the message)
            For Communications Department.
            Please look at the message and decide whether somebody has to answer.
            > I am with the Evening Post: \[call\](https\://evil[.]example) 555
            Where, when, who
            #general-1, <t:1767614400:f>
            Purpose of the channel: City services
            Author: troll\_42 (77)
            Message: https://discord.com/channels/100/7/1457704937717760001
            Social Media Policy"#]],
    );
}

#[test]
fn a_threat_says_911_first_and_quotes_nothing_outside_the_card() {
    let mut threat = threat_card();
    threat.page = Some("Duty officer".to_owned());
    threat.page_role = RoleId::new(88);
    check_card(
        &threat,
        Language::En,
        expect![[r#"
            <@&88> Possible threat: case 12. If anyone may be in danger, call 911 first.
            Urgent. Case 12: down until a person decides (hold)
            Possible threat, for Mayor’s Office.
            If anyone may be in danger, call 911 first. Keep this message; do not answer it.
            > I will come to city hall and __**hurt you**__
            Where, when, who
            #general-1, <t:1767614400:f>
            Purpose of the channel: City services
            Author: troll\_42 (77)
            Message: https://discord.com/channels/100/7/1457704937717760001
            Rule direct-threat: possible threat
            It may threaten somebody or a place. Found by certain words, a number or a link in the message.
            3.7 ¶1: “Comments that are obscene or profane are not allowed.”
            Social Media Policy"#]],
    );
    threat.page_role = None;
    check_words(
        &render::card(&threat, Language::En).content,
        expect![[r#"
        \@Duty officer (there is no such role here, so nobody was pinged): Possible threat: case 12. If anyone may be in danger, call 911 first.
    "#]],
    );
    threat.page = None;
    check_words(
        &render::card(&threat, Language::Es).content,
        expect![[r#"
        Posible amenaza: caso 12. Si alguien puede estar en peligro, llame primero al 911.
    "#]],
    );
}

#[test]
fn every_standing_and_disposition_has_its_title() {
    use Standing::*;
    let mut titles = Vec::new();
    for standing in
        [Open, TakingDown, Held, NotTakenDown, Removed, Withdrawn, RemovedElsewhere, Released, Escalated]
    {
        for &disposition in Disposition::ALL {
            let shown = render::card(&Card { standing, disposition, ..card() }, Language::Es);
            check_limits(&shown);
            titles.push(shown.title().unwrap().to_owned());
        }
    }
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), 45);
}

#[test]
fn a_hostile_message_stays_within_its_card() {
    let hostile = "@everyone ```\u{202E}[x](http://evil.example)\n# head <@1> ";
    let text = hostile.repeat(6_000 / hostile.len() + 1);
    let evil = Card {
        venue_name: hostile.to_owned(),
        purpose: text.clone(),
        author_name: hostile.to_owned(),
        texts: vec![("content".to_owned(), text.clone()), (hostile.to_owned(), text.clone())],
        reasons: vec![
            Reason {
                spans: vec![Span { part: "content".to_owned(), start: 5_000, end: 5_010 }],
                citations: vec![Citation { text: text.clone(), ..clause() }; 4],
                rule: hostile.to_owned(),
                ..card().reasons[0].clone()
            };
            9
        ],
        guards: Guard::ALL.to_vec(),
        caps: Cap::ALL.to_vec(),
        context: vec![Neighbour { author: hostile.to_owned(), at: NOW, text: text.clone() }; 12],
        files: vec![
            FileNote {
                name: text.clone(),
                kind: text.clone(),
                size: u64::MAX,
                missing: Some(text.clone()),
                unread: Some(u64::MAX),
                ..FileNote::default()
            };
            12
        ],
        trouble: Some(text.clone()),
        page: Some(text.clone()),
        desk: Some(Desk::Threat),
        office: text.clone(),
        ..card()
    };
    for language in [Language::En, Language::Es] {
        let shown = render::card(&evil, language);
        check_limits(&shown);
        let said = unescaped(&shown.said());
        for live in ["@everyone", "```", "\u{202E}", "](http", "http://", "\n# ", "<@1>"] {
            assert!(!said.contains(live), "{live:?} is live in {said}");
        }
    }
}

#[test]
fn one_long_message_does_not_push_out_the_reason() {
    let long = Card { texts: vec![("content".to_owned(), "word ".repeat(1_200))], ..card() };
    let shown = render::card(&long, Language::En);
    check_limits(&shown);
    let said = shown.said();
    assert!(
        said.contains("characters not shown") && said.contains("Rule obscenity") && said.contains("rosa:")
    );
}

/// What a clause orders often stands at its end.
#[test]
fn a_clause_is_quoted_to_its_end() {
    let clause = |n: usize, length: usize| Citation {
        id: format!("4.{n}"),
        text: format!("{} the end of {n}.", "so it is written, ".repeat(length / 18)),
        ..clause()
    };
    let reason = |n: usize| Reason {
        rule: format!("rule-{n}"),
        citations: vec![clause(1, 500), clause(2 * n, 450), clause(2 * n + 1, 900)],
        ..card().reasons[0].clone()
    };
    let long = Card {
        texts: vec![("content".to_owned(), "word ".repeat(1_200))],
        reasons: vec![reason(1), reason(2)],
        ..card()
    };
    let shown = render::card(&long, Language::En);
    check_limits(&shown);
    let said = shown.said();
    for n in 1..=5 {
        assert_eq!(said.matches(&format!("the end of {n}.”")).count(), 1, "{said}");
    }
    assert!(said.contains("4.1, as above.") && said.contains("Clause 4.3"), "{said}");
    assert!(said.contains("Author: troll") && said.contains("characters not shown"), "{said}");
}

#[test]
fn answers_in_public() {
    for (key, office) in [
        ("self-harm", ""),
        ("emergency", ""),
        ("press", "Mayor’s Office"),
        ("legal", ""),
        ("records", "City Clerk"),
    ] {
        for language in [Language::En, Language::Es] {
            check_limits(&render::response(language, key, office));
        }
    }
    check_words(
        &render::response(Language::En, "records", "City Clerk").content,
        expect![[r#"
        This looks like a request for public records. It goes to: City Clerk. To be sure it is filed, please also send it to that office yourself.
    "#]],
    );
}

#[test]
fn a_fallback_note_says_nothing_of_why() {
    check_words(
        &render::fallback_note(MemberId::new(77)).content,
        expect![[r#"
        <@77> The City has a private message for you, but it could not be delivered. If you want such messages, allow direct messages from this server.
        <@77> La Ciudad tiene un mensaje privado para usted, pero no se pudo entregar. Si quiere recibirlos, permita los mensajes directos de este servidor.
    "#]],
    );
}

#[test]
fn lines_are_one_sentence_whatever_stands_in_them() {
    let said = |line| render::line(&line, Language::En).content;
    check_words(
        &said(Line::new("line-not-approved", &[("channel", &"a\n@everyone `b`")])),
        expect![[r#"
        Channel #a \@everyone \`b\` is not approved, and is not watched.
    "#]],
    );
    check_words(
        &said(Line::new("no-such-line", &[])),
        expect![[r#"
        (A line without words: no-such-line)
    "#]],
    );
}

#[test]
fn a_checkpoint_keeps_its_bytes() {
    check_words(
        &render::checkpoint("gavel.example/log\n12\nabc=\n\n— gavel xyz\n").content,
        expect![[r#"
        ```
        gavel.example/log
        12
        abc=

        — gavel xyz
        ```
    "#]],
    );
}

#[test]
fn a_card_for_many_like_cases_tells_of_all_of_them() {
    let member = |case: u64, text: &str| Member {
        case: CaseId(case),
        author: "troll_42".to_owned(),
        text: text.to_owned(),
    };
    let raid = Raid {
        cases: 31,
        authors: 1,
        since: NOW,
        until: NOW.plus_ms(60_000),
        standings: vec![(Standing::Held, 29), (Standing::NotTakenDown, 2)],
        latest: vec![member(42, "fix the plonking road"), member(41, "**see** https://evil.example")],
    };
    let many = Card { part_of: Some(CaseId(12)), raid: Some(raid), ..card() };
    check_card(
        &many,
        Language::En,
        expect![[r#"
            31 more messages like these in #general-1, by one account (hold)
            The first of them, case 12:
            > fix the __**plonking**__ road
            All of them
            From <t:1767614400:f> to <t:1767614460:f>, decided alike. Each is a case of its own, on record with its words.
            • 29: down until a person decides
            • 2: still visible as far as is known, it could not be taken down
            The last few
            • 42, troll\_42: fix the plonking road
            • 41, troll\_42: \*\*see\*\* https\://evil[.]example
            Where, when, who
            #general-1, <t:1767614400:f>
            Purpose of the channel: City services
            Author: troll\_42 (77)
            Message: https://discord.com/channels/100/7/1457704937717760001
            If nobody decides, it is released <t:1767628800:f>.
            Rule obscenity: obscene or sexual wording
            It uses strong obscene or sexual words. Found by a listed word or phrase.
            3.7 ¶1: “Comments that are obscene or profane are not allowed.”
            Messages before it
            • rosa: Is Main St closed?
            Social Media Policy"#]],
    );
    check_card(
        &many,
        Language::Es,
        expect![[r#"
            31 mensajes más como estos en #general-1, de una cuenta (retención)
            El primero de ellos, caso 12:
            > fix the __**plonking**__ road
            Todos ellos
            De <t:1767614400:f> a <t:1767614460:f>, con la misma decisión. Cada uno es un caso aparte y consta con sus palabras.
            • 29: retirado hasta que una persona decida
            • 2: sigue visible hasta donde se sabe, no se pudo retirar
            Los últimos
            • 42, troll\_42: fix the plonking road
            • 41, troll\_42: \*\*see\*\* https\://evil[.]example
            Dónde, cuándo, quién
            #general-1, <t:1767614400:f>
            Propósito del canal: City services
            Autor: troll\_42 (77)
            Mensaje: https://discord.com/channels/100/7/1457704937717760001
            Si nadie decide, se libera <t:1767628800:f>.
            Regla obscenity: lenguaje obsceno o sexual
            Usa palabras obscenas o sexuales fuertes. Hallado por una palabra o frase de una lista.
            3.7 ¶1: “Comments that are obscene or profane are not allowed.”
            Mensajes anteriores
            • rosa: Is Main St closed?
            Social Media Policy"#]],
    );
}
