"""Which generation sees what in a store that has all generations in one place: the rule for every row on servers.

Each row (an article, a chunk, a vector) has two numbers: `came`, the generation that it came with, and `went`, the one
that it went with, or FOREVER. Generation g sees the rows with came <= g < went. That is right as long as all
generations that there are make one line, each made from the one before it. These keep it so:

1. Numbers only grow. None is used twice, not even that of a draft that was given up or a generation that was swept.
2. Before a draft writes anything, all beyond its parent is discarded: rows with came > parent are deleted, and
   went > parent becomes FOREVER. So ends what a killed refresh left, and what was gone back from. The parent is the
   current generation; a draft that begins empty has it as its parent here too, and removes all that is there.
3. Draft n adds rows with came = n. Of the rows that it sees, one it removes gets went = n, and one that it added itself
   is deleted. A row that is replaced goes and comes; so the same id may be there many times, but each generation sees
   one of them at most.
4. Publishing n names it the current one, and touches no row. So does going back to the parent p: readers at p never saw
   came > p, and what has went > p is there for them. The generation that was gone back from stays whole, and can be
   gone forward to, until the next draft begins.
5. Sweeping deletes what no kept generation sees: for each a < b kept one after the other came > a and went <= b (for
   the oldest one b: went <= b). It discards what is beyond the newest one, so it must not run beside a draft.

No step changes what a generation up to the parent sees, whenever it is killed, and each can be done again. Only 2 takes
something from readers, those of generations that were gone back from: begin a draft when these have no reader, or wait.
"""

from collections.abc import Collection, Iterator

FOREVER = 2**31 - 1


def sees(generation: int, came: int, went: int) -> bool:
    """Whether that generation sees a row."""
    return came <= generation < went


def unseen(kept: Collection[int]) -> Iterator[tuple[int, int]]:
    """Pairs (a, b): no generation of `kept` sees the rows with came > a and went <= b, and sees all others up to it."""
    before = 0
    for generation in sorted(kept):
        yield before, generation
        before = generation
