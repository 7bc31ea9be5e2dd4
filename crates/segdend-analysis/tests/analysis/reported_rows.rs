//! Promise: reported tests are read from tables and from running text in the ways people write them;
//! each row is judged by itself; what is impossible is an error, and what cannot be read is listed with
//! its line while the others are judged.
//!
//! It has caught: a byte order mark taken for a part of a name; `1 0.25` read as 10.25; a decimal comma
//! that moved the cells behind it; one bad row that kept all others from being judged.
//!
//! Alone: `cargo test -p segdend-analysis --test analysis reported_rows`

use segdend_analysis::{
    AnalysisError, Consistency, ReadOptions, ReportedNumber, ReportedP, TableError, TestError,
    TestRow, decode_text, find_tests, read_test_table,
};
use std::collections::BTreeMap;

const HEAD: &str = "source,test,df1,df2,statistic,p\n";
const GOOD: &str = "Good A,t,38,,2.10,.042\n";
const BAD: &str = "Contradicts B,t,38,,1.50,< .05\n";

/// One word for what came of a row.
fn word(row: &TestRow) -> &'static str {
    match &row.test {
        Ok(test) => match test.judge(0.05).unwrap().stated.consistency {
            Consistency::Consistent => "consistent",
            Consistency::Inconsistent => "inconsistent",
            Consistency::DecisionError => "decision error",
        },
        Err(error) if error.is_impossible() => "impossible",
        Err(_) => "unread",
    }
}

fn options() -> ReadOptions {
    ReadOptions::default()
}

fn words_of(text: &str) -> Vec<&'static str> {
    let table = read_test_table(text, &options()).unwrap();
    table.rows.iter().map(word).collect()
}

/// What came of a row between three that must always be judged.
fn between(row: &str) -> (&'static str, String) {
    let text = format!("{HEAD}{GOOD}{BAD}{row}\n{GOOD}");
    let table = read_test_table(&text, &options()).unwrap();
    let words: Vec<_> = table.rows.iter().map(word).collect();
    assert_eq!(words.len(), 4, "{row}");
    assert_eq!(
        [words[0], words[1], words[3]],
        ["consistent", "decision error", "consistent"],
        "{row}"
    );
    let row = &table.rows[2];
    let line = row
        .test
        .as_ref()
        .err()
        .map(|error| format!("line {}: {error}", row.line));
    (words[2], line.unwrap_or_default())
}

#[test]
fn a_row_in_any_of_the_fields_ways_is_read() {
    for row in [
        "Row,t,38,,1.10,n.s.",
        "Row,t,38,,1.10,p = n.s.",
        "Row,t,38,,1.10,not significant",
        "Row,t,38,,1.10,.278 (ns)",
        "Row,t,38,,2.10,p ≤ .05",
        "Row,t,38,,2.10,p <= .05",
        "Row,t,38,,2.10,p =< .05",
        "Row,t,38,,2.10,p ⩽ .05",
        "Row,t,38,,2.10,P-value < .05",
        "Row,t,38,,1.10,≥ .05",
        "Row,t,38,,–2.10,.042",
        "Row,t,38,,\u{2212}2.10,.042",
        "Row,t,38,,\u{2010}2.10,.042",
        "Row,t,38,,\u{ff0d}2.10,.042",
        "Row,t,38,,2.10,.042*",
        "Row,t,38,,2.10**,.042 †",
        "Row,chi2,5,,231.24,p = 5.81 × 10−48",
        "Row,chi2,5,,231.24,p = 5.81 x 10^-48",
        "Row,chi2,5,,231.24,5.81e-48",
        "Row,chi2,5,,231.24,5.81E-48",
        "Row,chi2,5,,231.24,5.81·10⁻⁴⁸",
        "Row,chi2,5,,231.24,5.81*10^(-48)",
        "Row,chi2,5,,231.24,5.81 x 10**-48",
        "Row,chi2,5,,231.24,$5.81 \\times 10^{-48}$",
        "Row,chi2,5,,231.24,< 10^-47",
        "Row,X2,5,,231.24,< .001",
        "Row,chisq,5,,231.24,< .001",
        "Row,Chi-squared,5,,231.24,< .001",
        "Row,χ²,5,,231.24,< .001",
        "Row,Q,5,,231.24,< .001",
        "Row,t-test,38,,2.10,.042",
        "Row,t,,38,2.10,.042",
        "Row,t,38,NA,2.10,.042",
        "Row,F,1,38,\"1,234.5\",< .001",
        "Row,F,1,38,1'234.5,< .001",
        "Row,F,1,\"1,038\",4.41,.036",
        "Row,t,38,,2.10,\".021, one-tailed\"",
        "Row,t,38,,2.10,.021 (1-sided)",
        "\"Row,t,38,,2.10,.042",
        "Row,F,1,38,< 1,ns",
        "Row,F,1,38,< 1,> .30",
    ] {
        assert_eq!(between(row).0, "consistent", "{row}");
    }
}

#[test]
fn what_cannot_be_is_an_error() {
    for row in [
        "Bad,r,38,,1.2,.01",
        "Bad,r,38,,-1.2,.01",
        "Bad,t,198,,-2.22,-.22",
        "Bad,t,38,,2.10,1.2",
        "Bad,t,38,,2.10,p < .000",
        "Bad,t,38,,2.10,> 1",
        "Bad,F,1,210,1,p = 0",
        "Bad,F,7,378,51.32,p = .00000",
        "Bad,F,7,378,-1.32,.2",
        "Bad,chi2,3,,-1.32,.2",
        "Bad,t,0,,2.10,.042",
        "Bad,t,-38,,2.10,.042",
        "Bad,F,0,38,2.10,.042",
    ] {
        let (word, message) = between(row);
        assert_eq!(word, "impossible", "{row}");
        assert!(message.starts_with("line 4: `"), "{message}");
    }
    let lenient = ReadOptions {
        allow_zero: true,
        ..options()
    };
    let rows = format!(
        "{HEAD},F,7,378,51.32,p = .000\n,F,1,210,1,p = 0\n,F,1,210,1,p = .000\n,t,38,,9.1,< .000\n"
    );
    let table = read_test_table(&rows, &lenient).unwrap();
    let words: Vec<_> = table.rows.iter().map(word).collect();
    // A zero without decimals stands for all up to a half.
    assert_eq!(
        words,
        ["consistent", "consistent", "decision error", "impossible"]
    );
}

#[test]
fn what_cannot_be_read_is_listed_and_the_others_are_judged() {
    for (row, said) in [
        (
            "Row,t,123,,1 0.25,.806",
            "`statistic`: \"1 0.25\" is no decimal number",
        ),
        ("Row,t,38,,1 234,.806", "\"1 234\""),
        ("Row,t,38,,0.50,0,62", "7 cells, but 6 column names"),
        ("Row,t,38,,\"2,10\",.042", "`2,10` has a decimal comma"),
        ("Row,t,38,,2.10,\",042\"", "`,042` has a decimal comma"),
        ("Row,u,38,,2.10,.042", "`u` is none of t, F, r, z, chi2, Q"),
        ("Row,t,38,,2.10,*", "\"*\""),
        ("Row,t,38,,,.042", "`statistic` is empty"),
        ("Row,t,,,2.10,.042", "`df1` is empty"),
        ("Row,F,38,,2.10,.042", "`df2` is empty"),
        ("Row,t,2,28,2.10,.042", "`df2` is 28, but t has"),
        ("Row,t,38", "`statistic` is empty"),
    ] {
        let (word, message) = between(row);
        assert_eq!(word, "unread", "{row}");
        assert!(
            message.starts_with("line 4: ") && message.contains(said),
            "{row}: {message}"
        );
    }
}

#[test]
fn every_encoding_and_line_end() {
    let german = "source,test,df1,df2,statistic,p\nMüller 2010,t,38,,2.10,.042\n";
    let utf16 = |to_bytes: fn(u16) -> [u8; 2]| {
        german
            .encode_utf16()
            .flat_map(to_bytes)
            .collect::<Vec<u8>>()
    };
    let latin1: Vec<u8> = german
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    for (bytes, named, encoding) in [
        ([b"\xef\xbb\xbf", german.as_bytes()].concat(), None, "UTF-8"),
        (latin1.clone(), None, "windows-1252"),
        (latin1, Some("latin1"), "windows-1252"),
        (
            [&b"\xff\xfe"[..], &utf16(u16::to_le_bytes)].concat(),
            None,
            "UTF-16LE",
        ),
        (
            [&b"\xfe\xff"[..], &utf16(u16::to_be_bytes)].concat(),
            None,
            "UTF-16BE",
        ),
        (utf16(u16::to_le_bytes), None, "UTF-16LE"),
        (utf16(u16::to_be_bytes), None, "UTF-16BE"),
        (german.replace('\n', "\r").into_bytes(), None, "UTF-8"),
        (german.replace('\n', "\r\n").into_bytes(), None, "UTF-8"),
        (
            b"source,test,df1,df2,statistic,p\nM\xfcller 2010,t,38,,\x962.10,.042\n".to_vec(),
            None,
            "windows-1252",
        ),
        (
            b"source,test,df1,df2,statistic,p\nM\x9fller 2010,t,38,,2.10,.042\r".to_vec(),
            Some("macintosh"),
            "macintosh",
        ),
    ] {
        let decoded = decode_text(&bytes, named).unwrap();
        assert_eq!(decoded.encoding, encoding);
        let table = read_test_table(&decoded.text, &options()).unwrap();
        assert_eq!(table.rows[0].source, "Müller 2010");
        assert_eq!(
            table.rows.iter().map(word).collect::<Vec<_>>(),
            ["consistent"]
        );
    }
    let refused = decode_text(b"x", Some("klingon")).unwrap_err();
    assert!(
        matches!(refused, TableError::UnknownEncoding { .. }),
        "{refused}"
    );
    let refused = decode_text(b"M\xfcller", Some("utf-8")).unwrap_err();
    assert!(
        matches!(refused, TableError::OtherEncoding { .. }),
        "{refused}"
    );
}

#[test]
fn semicolons_tabs_and_decimal_commas() {
    let with =
        |separator: &str, rows: &str| format!("{HEAD}{GOOD}{BAD}{rows}").replace(',', separator);
    assert_eq!(words_of(&with(";", "")), ["consistent", "decision error"]);
    assert_eq!(words_of(&with("\t", "")), ["consistent", "decision error"]);
    assert_eq!(
        words_of(&format!("sep=;\n{}", with(";", ""))),
        ["consistent", "decision error"]
    );
    let german = "source;test;df1;df2;statistic;p\nA;t;38;;2,10;,042\nB;t;38;;-2,10;0,042\nC;t;38;;1,50;< ,05\nD;F;1;38;1.234,5;< 0,001\nE;F;1;1.038;4,41;0,036\nF;t;38;;1,10;n.s.\n";
    let judged = [
        "consistent",
        "consistent",
        "decision error",
        "consistent",
        "consistent",
        "consistent",
    ];
    assert_eq!(words_of(german), judged);
    assert_eq!(words_of(&german.replace(';', "\t")), judged);
    // What one mark alone leaves open, the other numbers decide.
    let value = |row: &str| {
        let table = read_test_table(&format!("test;df1;statistic;p\n{row}\n"), &options()).unwrap();
        table
            .rows
            .last()
            .unwrap()
            .test
            .as_ref()
            .unwrap()
            .statistic
            .number()
            .value()
    };
    assert_eq!(value("t;38;2.10;.042\nt;38;1,234;.001"), 1234.0);
    assert_eq!(value("t;38;2,10;,042\nt;38;1,234;,22"), 1.234);
    assert_eq!(value("t;38;2,10;,042\nt;38;1.234;,001"), 1234.0);
    assert_eq!(value("t;38;1,234,567;.001"), 1_234_567.0);
}

#[test]
fn quotes_columns_and_lines() {
    let table = |text: &str| read_test_table(text, &options()).unwrap();
    let found = table(
        "source,test,df1,df2,statistic,p\n\"Fig 1,\nlegend\",t,38,,2.10,.042\n\n,t,38,,2.10,much\n",
    );
    assert_eq!(found.rows[0].source, "Fig 1,\nlegend");
    assert_eq!([found.rows[0].line, found.rows[1].line], [2, 5]);
    let found = table(
        "# Remarks\n\ntest,Laboratory,df,statistic,P-value,note\nt,Basel,38,2.10,.042,\"a, b\"\nt,Bern,38,2.1,x,,,\n",
    );
    assert_eq!(found.other_columns, ["Laboratory", "note"]);
    assert_eq!(found.rows[0].others, ["Basel", "a, b"]);
    assert_eq!(
        found.rows.iter().map(word).collect::<Vec<_>>(),
        ["consistent", "unread"]
    );
    assert_eq!(found.rows[1].line, 5);
    // A quote that is never closed takes nothing along.
    let open = format!("{HEAD}{GOOD}\"Row,t,38,,2.10,.042\n{BAD}\"Fig 2\",t,38,,2.10,.042\n");
    assert_eq!(
        words_of(&open),
        ["consistent", "consistent", "decision error", "consistent"]
    );

    let refusal = |text: &str| read_test_table(text, &options()).unwrap_err().to_string();
    assert!(refusal("test,df1,statistic,p,p\nt,38,2.10,.042,.9\n").contains("`p` is there twice"));
    assert!(refusal("test,df1,statistic,p,P-value\nt,38,2.10,.042,.9\n").contains("`P-value`"));
    assert!(
        refusal("test,df1,statistic,p,x,x\nt,38,2.10,.042,1,2\n").contains("`x` is there twice")
    );
    assert!(
        refusal("test;statistic\nt;2.1\n").contains("`p` is missing; there are test, statistic")
    );
    assert!(refusal("").contains("empty"));
    assert!(refusal("\n# nothing\n").contains("empty"));
    assert!(refusal("test,df1,statistic,p\n").contains("no row"));
}

#[test]
fn tails_are_read_and_one_is_told() {
    let of = |tails: &str, t: &str, p: &str| {
        let text = format!("test,df1,statistic,p,tails\nt,28,{t},{p},{tails}\n");
        let table = read_test_table(&text, &options()).unwrap();
        let row = table.rows.into_iter().next().unwrap();
        let fits_one_tail = row
            .test
            .as_ref()
            .is_ok_and(|test| test.judge(0.05).unwrap().fits_one_tail);
        (word(&row), fits_one_tail)
    };
    assert_eq!(of("", "1.80", ".041"), ("decision error", true));
    assert_eq!(of("two-tailed", "1.80", ".041"), ("decision error", true));
    assert_eq!(of("", "1.80", ".030"), ("decision error", false));
    for tails in [
        "one",
        "1",
        "one-tailed",
        "One tailed",
        "1-sided",
        "upper",
        "greater",
    ] {
        assert_eq!(of(tails, "1.80", ".041"), ("consistent", false), "{tails}");
    }
    assert_eq!(of("one-tailed", "-1.80", ".041"), ("consistent", false));
    assert_eq!(of("lower", "1.80", ".959"), ("consistent", false));
    assert_eq!(of("three", "1.80", ".041").0, "unread");
}

#[test]
fn numbers_in_all_their_forms() {
    for (text, value) in [
        ("8.4 \u{d7} 10\u{2212}4", 8.4e-4),
        ("8.4\u{a0}\u{d7}\u{a0}10\u{207b}\u{2074}", 8.4e-4),
        ("8.4\\times10^{-4}", 8.4e-4),
        ("10\u{207b}\u{2075}", 1e-5),
        ("1,234", 1234.0),
        ("1\u{202f}234.5", 1234.5),
        ("1\u{2019}234", 1234.0),
        (". 001", 0.001),
        ("\u{2013}2.5", -2.5),
    ] {
        assert_eq!(
            text.parse::<ReportedNumber>().unwrap().value(),
            value,
            "{text}"
        );
    }
    for text in [
        "1 0.25",
        "1 234",
        "2,10",
        "12,34",
        "0,042",
        "1,23,456",
        "8.4 x 104",
        "10-5",
        "2.1 * 3",
    ] {
        let error = text.parse::<ReportedNumber>().unwrap_err();
        assert!(
            matches!(error, AnalysisError::UnreadableNumber { .. }),
            "{text}"
        );
    }
    for (text, printed) in [
        ("≤ .05", "<= .05"),
        ("=< .05", "<= .05"),
        (">= .05", ">= .05"),
        ("N.S.", "ns"),
        ("n. s.", "ns"),
    ] {
        let p: ReportedP = text.parse().unwrap();
        assert_eq!(p.to_string(), printed);
        let json = serde_json::to_string(&p).unwrap();
        assert_eq!(serde_json::from_str::<ReportedP>(&json).unwrap(), p);
    }
}

/// Where and how the paper reports its tests (arXiv:1610.00161, legends of Figures 5B, 7B, 7D, 8B and
/// Figure 7, Supplement 1), with the words that come before and behind.
const LEGENDS: [&str; 5] = [
    r"Percentages indicate means (two-tailed t-test, 1-layer vs. 2-layer:  $t_{38} = 197.11$ ,  $P_{38} = 2.5 \times 10^{-58}$ ; 1-layer vs. 3-layer:  $t_{38} = 238.26$ ,  $P_{38} = 1.9 \times 10^{-61}$ ; 2-layer vs. 3-layer:  $t_{38} = 42.99$ ,  $P_{38} = 2.3 \times 10^{-33}$ , Bonferroni correction for multiple comparisons). (C) Results of t-SNE",
    r"(two-tailed t-test, regular vs. sparse:  $t_{38} = 16.43$ ,  $P_{38} = 7.4 \times 10^{-19}$ ). (C) Diagram",
    r"(two-tailed t-test, random vs. symmetric:  $t_{38} = 18.46$ ,  $P_{38} = 4.3 \times 10^{-20}$ ; random vs. symmetric with noise:  $t_{38} = -71.54$ ,  $P_{38} = 1.2 \times 10^{-41}$ ; symmetric vs. symmetric with noise:  $t_{38} = -80.35$ ,  $P_{38} = 1.5 \times 10^{-43}$ , Bonferroni correction for multiple comparisons).",
    r"(two-tailed t-test, total segregation vs. strong attenuation:  $t_{38} = -4.00$ ,  $P_{38} = 8.4 \times 10^{-4}$ ; total segregation vs. weak attenuation:  $t_{38} = -95.24$ ,  $P_{38} = 2.4 \times 10^{-46}$ ; strong attenuation vs. weak attenuation:  $t_{38} = -92.51$ ,  $P_{38} = 7.1 \times 10^{-46}$ , Bonferroni correction for multiple comparisons).",
    r"(two-tailed t-test, regular vs. sparse, amplified:  $t_{38}=44.96$ ,  $P_{38}=4.4\times10^{-34}$ ; regular vs. sparse, not amplified:  $t_{38}=-51.30$ ,  $P_{38}=3.2\times10^{-36}$ ; sparse, amplified vs. sparse, not amplified:  $t_{38}=-100.73$ ,  $P_{38}=2.8\times10^{-47}$ , Bonferroni correction for multiple comparisons).",
];

#[test]
fn the_papers_thirteen_tests_are_found_and_consistent() {
    let text = LEGENDS.join("\n\n");
    let found = find_tests(&text, &options());
    let words: Vec<_> = found.iter().map(word).collect();
    assert_eq!(words, ["consistent"; 13]);
    let comparisons: Vec<_> = found
        .iter()
        .map(|row| row.test.as_ref().unwrap().comparisons)
        .collect();
    assert_eq!(comparisons, [3, 3, 3, 1, 3, 3, 3, 3, 3, 3, 3, 3, 3]);
    assert_eq!((found[3].line, found[4].line), (3, 5));
    let p: Vec<_> = found
        .iter()
        .map(|row| row.test.as_ref().unwrap().p.to_string())
        .collect();
    assert_eq!(
        (p[0].as_str(), p[7].as_str()),
        ("= 2.5 x 10^-58", "= 8.4 x 10^-4")
    );
}

#[test]
fn the_same_test_in_every_dress() {
    for text in [
        "t(38) = 197.11, P = 2.5 x 10^-58",
        "t(38) = 197.11, P = 2.5 × 10−58",
        "t(38) = 197.11, P = 2.5\u{2009}×\u{2009}10⁻⁵⁸",
        "t38 = 197.11, P38 = 2.5 × 10−58",
        "t₃₈ = 197.11, P₃₈ = 2.5 × 10⁻⁵⁸",
        "t(38)=197.11, p=2.5e-58",
        "*t*(38) = 197.11, *p* = 2.5 × 10^−58^",
        "_t_(38) = 197.11, _p_ = 2.5E-58",
        "<i>t</i>(38) = 197.11, <em>P</em> = 2.5 &times; 10<sup>&minus;58</sup>",
        "t<sub>38</sub> = 197.11, P<sub>38</sub> = 2.5×10<sup>−58</sup>",
        "\u{1d461}(38) = 197.11, \u{1d45d} = 2.5 × 10⁻⁵⁸",
        "t (df = 38) = 197.11, p value = 2.5 × 10⁻⁵⁸",
        "t(38) =\n197.11, p\n= 2.5 ×\n10−58",
        "t(38) = 197.11, d = 62.3, 95% CI [59.1, 65.4], p = 2.5 × 10⁻⁵⁸",
    ] {
        let found = find_tests(&format!("So ({text}; Bonferroni)."), &options());
        assert_eq!(found.len(), 1, "{text}");
        let test = found[0].test.as_ref().unwrap();
        assert_eq!(test.degrees_of_freedom, "38", "{text}");
        assert_eq!(test.statistic.number().value(), 197.11, "{text}");
        // It fits times three; one test of a list of one is not corrected.
        assert_eq!(test.judge(0.05).unwrap().fits_comparisons, [3], "{text}");
    }
    for (text, name, df) in [
        ("F(2, 45) = 3.10, p = .055", "F", "2, 45"),
        ("F2,45 = 3.10, p = .055", "F", "2, 45"),
        ("F_{2,45} = 3.10, p = .055", "F", "2, 45"),
        ("F(l, 38) = 4.41, p = .042", "F", "1, 38"),
        ("F(1, 38) < 1, n.s.", "F", "1, 38"),
        ("χ²(1, N = 100) = 4.10, p = .043", "chi2", "1"),
        ("χ²₁ = 4.10, p = .043", "chi2", "1"),
        (r"$\chi^2(1) = 4.10$, $p = .043$", "chi2", "1"),
        ("chi-square(1) = 4.10, p = .043", "chi2", "1"),
        ("r(28) = .22, p = .243", "r", "28"),
        ("r(28) = −.22, ns", "r", "28"),
        ("Q(2) = 2.20, p = .333", "Q", "2"),
        ("z = 2.10, p = .036", "z", ""),
        ("Z = −2.10, P ≤ 0.05", "z", ""),
        ("t(28) = 1.80, p = .041, one-tailed", "t", "28"),
    ] {
        let found = find_tests(&format!("So ({text})."), &options());
        assert_eq!(found.len(), 1, "{text}");
        let test = found[0].test.as_ref().unwrap();
        assert_eq!(
            (test.name, test.degrees_of_freedom.as_str()),
            (name, df),
            "{text}"
        );
        assert_eq!(word(&found[0]), "consistent", "{text}");
    }
    for text in [
        "R2 = .45, p = .03",
        "t = 5 s, so p = .03",
        "we took t(28) and p = .03",
        "F1 = 0.9, p = .1",
    ] {
        assert!(find_tests(text, &options()).is_empty(), "{text}");
    }
    let pages = find_tests(
        "t(28) = 2.20, p = .036\n\u{c}\nt(28) = 2.20, p = .5",
        &options(),
    );
    assert_eq!([&pages[0].source, &pages[1].source], ["page 1", "page 2"]);
}

#[test]
fn a_correction_belongs_to_its_own_list() {
    let text = "A (t(28) = 2.20, p = .036). B (t(28) = 2.20, p = .072; t(28) = 3.10, p = .009; Bonferroni-corrected). \
                C, t(28) = 2.20, p = .036, was not. Elsewhere Bonferroni's correction is made.";
    let found = find_tests(text, &options());
    let comparisons: Vec<_> = found
        .iter()
        .map(|row| row.test.as_ref().unwrap().comparisons)
        .collect();
    assert_eq!(comparisons, [1, 2, 2, 1]);
}

#[test]
fn statchecks_own_cases() {
    let text = include_str!("../data/statcheck_cases.csv");
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let mut seen = BTreeMap::<String, usize>::new();
    for record in reader.records() {
        let record = record.unwrap();
        let [file, text, statcheck, here, why] = [0, 1, 2, 3, 4].map(|column| &record[column]);
        let found = find_tests(text, &options());
        let words: Vec<_> = found.iter().map(word).collect();
        let ours = match (here, words.as_slice()) {
            ("decision error" | "impossible", [word]) => (*word).to_owned(),
            ("no decision error", [word]) if *word != "decision error" => here.to_owned(),
            _ => format!("found {}", words.len()),
        };
        assert_eq!(ours, here, "{file}: {text}: {words:?}");
        assert!(
            statcheck == here || statcheck == "not said" || !why.is_empty(),
            "{text}"
        );
        *seen.entry(here.to_owned()).or_default() += 1;
    }
    assert!(
        seen["decision error"] > 20 && seen["found 1"] > 40 && seen["found 0"] > 5,
        "{seen:?}"
    );
}

#[test]
fn an_error_says_what_is_wrong_and_where() {
    let text = format!("{HEAD}x,t,38,,2.10,much\n");
    let table = read_test_table(&text, &options()).unwrap();
    let error = table.rows[0].test.as_ref().unwrap_err();
    assert!(
        matches!(error, TestError::Number { column: "p", .. }),
        "{error}"
    );
}
