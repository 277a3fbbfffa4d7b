"""What a page strikes out is not quoted, what it puts in is, and quotation marks are written."""

import pytest

from assistant.ingest.files.html.blocks import plain_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("voted <strike>six</strike> seven to four", "voted seven to four"),
        ("was <s>12</s> 14 and<del> not</del><ins> now</ins> known", "was 14 and now known"),
        ("the word<del>s</del>.", "the word."),
        ("of<del> twelve</del><ins>fourteen</ins>", "of fourteen"),
        ("<span style='text-decoration: line-through'>never</span> often", "often"),
        ("<span class='has-strikethrough'>never</span> often", "often"),
        ("<style>p .gone{text-decoration:line-through}</style><b class=gone>never</b> often", "often"),
        ("<p>One.</p><del><p>Two.</p></del><p>Three.</p>", "One.\n\nThree."),
        ("<s>A page of which a tag was left open is kept whole.", "A page of which a tag was left open is kept whole."),
        ("<p class='tag-strike'>The strike goes on.</p>", "The strike goes on."),
        ("she said <q>never <q>ever</q></q> again", "she said “never ‘ever’” again"),
        ("she said “<q>never</q>” again", "she said “never” again"),
    ],
)
def test_what_is_struck_out_is_gone(html: str, text: str) -> None:
    assert plain_html(html) == text
