//! Reported tests in running text: APA style, and what journals make of it.

use super::number::{is_minus, superscript};
use super::{Consistency, ReadOptions, ReportedTest, TestRow, TestWords};
use regex::{Captures, Regex};
use std::sync::LazyLock;

/// How far from a test the next one of the same list may begin, in bytes.
const FARTHEST_NEXT: usize = 200;
/// How far behind a list of tests its correction may be named.
const FARTHEST_CORRECTION: usize = 120;

/// Whole numbers and fractions, with commas for thousands.
const NUMBER: &str = r"(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)";
const POWER: &str = r"(?:\s*[eE]\s*[-+]?\d+|\s*x\s*10\s*\^?\s*\(?\s*[-+]?\s*\d+\)?)?";

static TEST: LazyLock<Regex> = LazyLock::new(|| {
    let open = r"\s*_?\s*[(\[]\s*(?:df\s*=\s*)?";
    let close = r"\s*[)\]]";
    let of_n = r"(?:\s*[,;]\s*[Nn]\s*=\s*[\d,]*\d)?";
    let chi = r"(?:[cC]hi|[Xx])(?:[-\s_^]*2|[-\s]?sq(?:uared?)?\.?)";
    let statistic = [
        format!(
            r"(?<one>t|r|Q(?:\s?-?\s?(?:[Ww]ithin|[Bb]etween|[wWbB]))?){open}(?<df>{NUMBER}){close}"
        ),
        format!(r"(?<chi>{chi}){open}(?<chi_df>{NUMBER}){of_n}{close}"),
        format!(r"(?<two>F){open}(?<above>{NUMBER}|[Il])\s*,\s*(?<below>{NUMBER}){close}"),
        // Subscripts, some of which lose their form on the way.
        format!(r"(?<sub_one>t_?|r_|Q_)(?<sub_df>{NUMBER})"),
        format!(r"(?<sub_chi>{chi})_(?<sub_chi_df>{NUMBER})"),
        format!(r"(?<sub_two>F_?)(?<sub_above>{NUMBER})\s*,\s*(?<sub_below>{NUMBER})"),
        r"(?<z>[zZ])".to_owned(),
    ]
    .join("|");
    // Further numbers between the statistic and P: MSE = 236, d = 0.4, 95 % CI [0.1, 0.7].
    let name = r"(?:[A-Z]{2,4}e?|[dgbBnNMf]|(?:partial\s)?[a-z]{2,8}|[α-ωΑ-Ω]\w*)(?:[\^_]\w+)*";
    let item = format!(
        r"\s*[,;]\s*(?:{name}\s*[=<>]\s*[-+]?{NUMBER}|(?:\d+\s*%\s*)?CI\s*[:=]?\s*[\[(][^\])]{{1,40}}[\])])"
    );
    let p = format!(
        r"[pP](?:[-\s]?values?)?(?:_?\d+(?:,\d+)?|\(\d+\))?\s*(?<p>(?:<=|>=|=<|=>|[<>=])\s*[-+]?\s*(?:10\s*\^\s*[-+]?\d+|(?:{NUMBER}|\.\s\d+){POWER}))"
    );
    Regex::new(&format!(
        r"(?x)(?:^|[^A-Za-z0-9_.\\^])(?<whole>(?:{statistic})\s*(?<value>[<>=]\s*[-+]?\s*{NUMBER}{POWER})(?:{item}){{0,4}}?\s*[,;:]?\s*\(?\s*(?:{p}|(?<ns>ns\b|n\.\s?s\.))(?:[\s,;(]*(?<tails>(?:one|1|two|2)[-\s]?(?:tail|side)d?(?:ed)?))?)"
    ))
    .expect("a regular expression")
});

/// Finds the tests that a text reports and reads them.
///
/// These forms are found, with any spaces and in round or square brackets: t(28) = 2.20, p = .036;
/// F(2, 45) = 3.1, p < .05; r(28) = .22, ns; χ²(1, N = 100) = 4.1, P = 0.04; z = 2.1, p = .036;
/// Q(2) = 2.2, p = .33; degrees of freedom as subscripts, t₃₈ = 197.11, P₃₈ = 2.5 × 10⁻⁵⁸; and the
/// same in LaTeX, Markdown or HTML. Other numbers may stand between a statistic and its P. A
/// statistic without a P is no test.
///
/// Where a list of tests ends in a remark on Bonferroni's correction, its tests are taken to be the
/// comparisons corrected for, unless only the raw P fits. "One-tailed" behind a test is heeded.
///
/// [`TestRow::source`] is the page, where form feeds part pages.
///
/// # Example
///
/// ```
/// use segdend_analysis::{ReadOptions, find_tests};
///
/// let found = find_tests("It fell (t(28) = 2.20, p = .036).", &ReadOptions::default());
/// assert_eq!(found[0].text, "t(28) = 2.20, p = .036");
/// assert_eq!(found[0].test.as_ref().unwrap().degrees_of_freedom, "28");
/// ```
pub fn find_tests(text: &str, options: &ReadOptions) -> Vec<TestRow> {
    let text = plain(text);
    let mut rows = Vec::new();
    let mut places = Vec::new();
    for found in TEST.captures_iter(&text) {
        let whole = found.name("whole").expect("the test");
        places.push(whole.range());
        let above = &text[..whole.start()];
        let page = above.matches('\u{c}').count() + 1;
        rows.push(TestRow {
            line: above.matches('\n').count() + 1,
            source: if text.contains('\u{c}') {
                format!("page {page}")
            } else {
                String::new()
            },
            text: whole
                .as_str()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            others: Vec::new(),
            test: ReportedTest::read(&words(&found), options),
        });
    }
    let mut first = 0;
    while first < rows.len() {
        let mut last = first;
        while last + 1 < rows.len() && is_one_list(&text[places[last].end..places[last + 1].start])
        {
            last += 1;
        }
        let behind = rest_of_remark(&text[places[last].end..]);
        if behind.to_lowercase().contains("bonferroni") {
            let count = last + 1 - first;
            for test in rows[first..=last]
                .iter_mut()
                .filter_map(|row| row.test.as_mut().ok())
            {
                correct(test, count, options);
            }
        }
        first = last + 1;
    }
    rows
}

/// The words of a test that was found.
fn words<'a>(found: &'a Captures<'_>) -> TestWords<'a> {
    let group = |names: &[&str]| {
        let part = names.iter().find_map(|name| found.name(name));
        part.map_or("", |part| part.as_str())
    };
    let test = group(&["one", "two", "sub_one", "sub_two", "z"]);
    TestWords {
        test: match test.trim_end_matches('_') {
            "" => "chi2",
            test => test,
        },
        // In some typefaces a one is an l or an I.
        df1: match group(&["df", "chi_df", "above", "sub_df", "sub_chi_df", "sub_above"]) {
            "I" | "l" => "1",
            df => df,
        },
        df2: group(&["below", "sub_below"]),
        statistic: group(&["value"]),
        p: match group(&["p"]) {
            "" => "ns",
            p => p,
        },
        comparisons: "",
        tails: group(&["tails"]),
    }
}

/// Whether two tests with this between them belong to one list: no sentence or bracket ends.
fn is_one_list(between: &str) -> bool {
    between.len() <= FARTHEST_NEXT && !ends(between)
}

/// What follows a list, up to the end of the sentence or bracket.
fn rest_of_remark(text: &str) -> &str {
    let mut end = 0;
    for (place, character) in text.char_indices().take(FARTHEST_CORRECTION) {
        end = place + character.len_utf8();
        if ends(&text[..end]) {
            break;
        }
    }
    &text[..end]
}

/// Whether a bracket is closed that was not opened, or a sentence ends.
fn ends(text: &str) -> bool {
    static SENTENCE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"[.!?]\s+[A-Z(]").expect("a regular expression"));
    let mut open = 0_i32;
    for character in text.chars() {
        open += i32::from(character == '(') - i32::from(character == ')');
        if open < 0 {
            return true;
        }
    }
    SENTENCE.is_match(text)
}

/// States a correction for so many comparisons, unless only the raw P fits.
fn correct(test: &mut ReportedTest, comparisons: usize, options: &ReadOptions) {
    let mut fits = |comparisons| {
        test.comparisons = comparisons;
        let judged = test.judge(options.significance_level);
        judged.is_ok_and(|judged| judged.stated.consistency == Consistency::Consistent)
    };
    if !fits(comparisons) && !fits(1) {
        test.comparisons = comparisons;
    }
}

/// A text in few characters: no markup, one sign for each meaning, lines where they were.
fn plain(text: &str) -> String {
    static MARKUP: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
        [
            // HTML.
            (r"(?i)<sup\b[^<>]*>", "^"),
            (r"(?i)<sub\b[^<>]*>", "_"),
            (r"(?i)</?(?:i|b|em|strong|su[bp]|span|var|mml:\w+)\b[^<>]*>", ""),
            (r"&(?:lt|#60);", "<"),
            (r"&(?:gt|#62);", ">"),
            (r"&(?:le|#8804);", "<="),
            (r"&(?:ge|#8805);", ">="),
            (r"&(?:nbsp|thinsp|#160|#8201);", " "),
            (r"&(?:minus|ndash|#8722|#8211);", "-"),
            (r"&(?:times|#215);", "x"),
            (r"&(?:chi|#967);", "chi"),
            // LaTeX.
            (r"\\(?:mathrm|mathit|mathbf|mathsf|boldsymbol|textit|textbf|textrm|text|emph|rm|it|left|right)\b", ""),
            (r"\\(?:times|cdot)", "x"),
            (r"\\chi", "chi"),
            (r"\\(?:leqslant|leq|le)", "<="),
            (r"\\(?:geqslant|geq|ge)", ">="),
            (r"\\lt", "<"),
            (r"\\gt", ">"),
            (r"\\[,;:!]|~", " "),
            (r"\\([_*%])", "$1"),
            (r"[{}$]", ""),
            // Markdown.
            (r"\*+([A-Za-z]\w{0,3})\*+", "$1"),
            (r"\b_([A-Za-z]{1,4})_", "$1"),
        ]
        .into_iter()
        .map(|(form, plain)| (Regex::new(form).expect("a regular expression"), plain))
        .collect()
    });
    let mut text = text.to_owned();
    for (form, plain) in MARKUP.iter() {
        text = form.replace_all(&text, *plain).into_owned();
    }
    let mut plain = String::new();
    let mut before = None;
    for character in text.chars() {
        let (raised, lowered) = (superscript(character), subscript(character));
        let position = raised.map(|_| '^').or(lowered.map(|_| '_'));
        if position != before {
            plain.extend(position);
        }
        before = position;
        match raised
            .or(lowered)
            .or(letter(character))
            .unwrap_or(character)
        {
            dash if is_minus(dash) => plain.push('-'),
            '×' | '⋅' | '·' | '∙' => plain.push('x'),
            'χ' | 'Χ' | '\u{1d6d8}' | '\u{1d712}' | '\u{1d74c}' => plain.push_str("chi"),
            '≤' | '⩽' | '≦' => plain.push_str("<="),
            '≥' | '⩾' | '≧' => plain.push_str(">="),
            '＜' => plain.push('<'),
            '＞' => plain.push('>'),
            '＝' => plain.push('='),
            '\u{200b}' | '\u{2061}' | '\u{feff}' | '\u{ad}' => {}
            blank if blank.is_whitespace() && !matches!(blank, '\n' | '\u{c}') => plain.push(' '),
            other => plain.push(other),
        }
    }
    plain
}

/// The digit that a subscript stands for.
fn subscript(character: char) -> Option<char> {
    match character {
        '\u{2080}'..='\u{2089}' => char::from_digit(u32::from(character) - 0x2080, 10),
        _ => None,
    }
}

/// The letter that an italic or bold one of mathematics stands for.
fn letter(character: char) -> Option<char> {
    const FIRST: u32 = 0x1d400;
    const LAST: u32 = 0x1d49b;
    let code = u32::from(character);
    if !(FIRST..=LAST).contains(&code) {
        return None;
    }
    let place = u8::try_from((code - FIRST) % 52).ok()?;
    Some(char::from(if place < 26 {
        b'A' + place
    } else {
        b'a' + place - 26
    }))
}
