//! Example messages to click: each shows one thing the policy does, or leaves
//! alone.

/// A message that is sent with one click.
#[derive(Debug)]
pub struct Example {
    /// What it shows.
    pub label: &'static str,
    /// Key of the persona who says it.
    pub who: &'static str,
    pub text: &'static str,
}

/// The examples, harmless ones first.
pub const EXAMPLES: &[Example] = &[
    Example {
        label: "Fair criticism",
        who: "rosa",
        text: "The council wasted our money on that fountain. Worst decision in years.",
    },
    Example {
        label: "A church as a landmark",
        who: "rosa",
        text: "The streetlight in front of St. Mary's church on Monroe Street has been out for a week.",
    },
    Example { label: "Vulgar insult", who: "gremlin", text: "You asshole, you took my parking spot again" },
    Example {
        label: "A Social Security number",
        who: "rosa",
        text: "My social security number is 536-90-4399, can you check my file?",
    },
    Example {
        label: "Campaigning",
        who: "rosa",
        text: "Vote no on Question 2 this November, tell all your friends!",
    },
    Example {
        label: "A reporter asks",
        who: "priya",
        text: "Hi, I'm a reporter with the Evening News. Could I get a statement about the water main by 5 pm?",
    },
    Example { label: "A threat", who: "gremlin", text: "I'm going to burn down city hall" },
    Example {
        label: "Scam link",
        who: "gremlin",
        text: "Free water refund for everybody: https://city-refund-center.example/claim",
    },
    Example {
        label: "In Spanish",
        who: "mateo",
        text: "Mi número de seguro social es 536-90-4399, ¿pueden revisar mi expediente?",
    },
    Example {
        label: "Union talk by an employee",
        who: "dana",
        text: "Plow drivers are exhausted, sixteen hours is not safe. Come to the union meeting on Thursday.",
    },
    Example {
        label: "Speaking for the City",
        who: "dana",
        text: "On behalf of the city, I promise this gets fixed by Friday.",
    },
    Example {
        label: "Records request",
        who: "priya",
        text: "Under FOIA I request all emails between the mayor and the developer.",
    },
];
