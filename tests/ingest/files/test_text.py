"""The text of Markdown: rows, notes, struck out words and the HTML in it."""

import pytest

from assistant.ingest.files.text import plain_text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("| Name | Votes |\n|---|---:|\n| Dora | 1,204 |\n| *Lena* | |", "Name | Votes\n\nDora | 1,204\n\nLena"),
        ("See ~~six~~ seven <!-- more --> boats.", "See seven boats."),
        ("<!-- a draft\nof mine -->\n\nText.", "Text."),
        ("Two ferries.[^1]\n\n[^1]: Minutes of the board.", "Two ferries.\n\nMinutes of the board."),
        ("Two ferries.[^1]\n\n[^1]: https://a.example", "Two ferries."),
        ("48<sup>1</sup> million, <del>six</del> seven", "48 million, seven"),
        ("<table><tr><td>Union</td><td>7</td></tr></table>", "Union | 7"),
        ("The `[^a-z]` of a pattern.", "The [^a-z] of a pattern."),
        ("[[Lena Quist|The mayor]] left [[Cask]].", "The mayor left Cask."),
        ("{% include a.html %}\n\nText {{ page.x }} of the page.", "Text of the page."),
        ("a < b and <unknown> stay", "a < b and <unknown> stay"),
        ("import Box from '../Box.astro';\n\nexport const a = {\n  b: [1],\n\n  c: 2,\n};\n\nText.", "Text."),
        ('<Box a={x => x} b="c" /> {/* a draft */}\n\n<Note>Two <B.C>new</B.C> ferries.</Note>', "Two new ferries."),
        ("Dear <Name>, import duties rose.", "Dear <Name>, import duties rose."),
        ("import duties rose 'again'\n\nText.", "import duties rose 'again'\n\nText."),
        ('{{< figure\n  src="a.png"\n>}}\n\n{{% note %}}\nText.\n{{% /note %}}', "Text."),
        ("[Two]({{ site.url }}/a) ferries [sail]({% post_url 2025-01-04-a %}){:target='_blank'}.", "Two ferries sail."),
        (
            "## Costs {: #costs }\n\n## Fares {#fares .wide}\n\nText.\n{: .lead}\n\n* TOC\n{:toc}",
            "Costs\n\nFares\n\nText.",
        ),
        (
            "The “Dear {{ first_name }}” of a letter, `{{ a }}` and `{: .b}`.",
            "The “Dear {{ first_name }}” of a letter, {{ a }} and {: .b}.",
        ),
        ("{% comment %}a\n\nb{% endcomment %}Text. %%a 5 %\n\nb%%\n\n5 %% of it.", "Text.\n\n5 %% of it."),
        ("::: {.callout-note}\nText.\n:::\n\n:::tip[Fares]\nA pound.\n:::", "Text.\n\nFares\n\nA pound."),
        (
            '> [!info]- Fares\n> A pound.\n\n!!! note "Boats"\n    Two *new* ones.\n\nText.',
            "Fares\n\nA pound.\n\nBoats\n\nTwo new ones.\n\nText.",
        ),
        ("==Two [[a/b|ferries]]== sail. ^first\n\n![[a.png]]", "Two ferries sail."),
        ("[Two]{.smallcaps} ferries^[Of 1974.] sail [@quist2024, p. 3].", "Two ferries sail.\n\nOf 1974."),
        ("```{r}\nplot(x)\n```\n\n```\n{{ a }}\n```\n\n\\newpage\n\n[TOC]\n\nText.", "{{ a }}\n\nText."),
        ('Text.\n\n<iframe src="https://a.example/x" allow></iframe>\n<script async src="a.js"></script>', "Text."),
        (
            '[caption id="a" width="3"]![](a.png) The pier[/caption]\n\n[gallery ids="1,2"]\n\nText [sic] [a](b).',
            "Text [sic] a.",
        ),
        ("::alert{type=info}\nText.\n::\n\n```{note}\nFares rise.\n```", "Text.\n\nFares rise."),
        ("![The pier](a.png)\n*Photo: Jo Lind / Chronicle*\n\nText.", "Text."),
        ("![The pier](a.png)\n\n*The pier at noon (Photo: Jo Lind)*\n\nText.", "Text."),
        ("![The pier](a.png)\n\n*The board will sell the pier.*", "The board will sell the pier."),
        ("Photo: the owner had it taken down.", "Photo: the owner had it taken down."),
    ],
)
def test_markdown_becomes_its_text(markdown: str, text: str) -> None:
    assert plain_text(markdown) == text


def test_rows_of_a_drawn_table_stay_rows() -> None:
    border = "+-------+------+"
    table = [border, "| Pump  | Built |", "+=======+======+", "| East  | 2023 |", "| quay  |      |", border]
    text = plain_text("\n".join(["Two were built.", "", *table, "| West | 2024 |", border]))
    assert text == "Two were built.\n\nPump | Built\n\nEast quay | 2023\n\nWest | 2024"
