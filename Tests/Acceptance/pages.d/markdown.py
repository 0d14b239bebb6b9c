"""A page of Markdown as the checks look at it: indented blocks, headings, links, words in code, tables."""

import re


class Page:
    def __init__(self, path, text):
        self.path, self.lines = path, text.splitlines()
        self.blocks, self.prose = split(self.lines)
        self.headings = [line.lstrip("#").strip() for _, line in self.prose if re.match(r"#{1,6} ", line)]
        self.anchors = anchors(self.headings)

    def links(self):
        """(line, target) of every link."""
        for number, line in self.prose:
            for target in re.findall(r"\[[^\]]*\]\(([^)\s]+)\)", line):
                yield number, target

    def words(self):
        """(line, text) of everything between backquotes, also where it goes over a line's end."""
        paragraph, first = [], 0
        for number, line in self.prose + [(len(self.lines) + 1, "")]:
            if line.strip() and not line.startswith("|"):
                if not paragraph:
                    first = number
                paragraph.append(line.strip())
                continue
            yield from ((first, word) for word in spans(" ".join(paragraph)))
            paragraph = []
            yield from ((number, word) for word in spans(line))

    def tables(self):
        """(line, header, cells) of every row of every table."""
        header = None
        for number, line in self.prose:
            if not line.startswith("|"):
                header = None
                continue
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if header is None:
                header = cells
            elif not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
                yield number, header, cells


def spans(text):
    return re.findall(r"`([^`]+)`", text)


def split(lines):
    """Indented blocks as (line, lines), and all else as (line, text)."""
    blocks, prose, block, item, was_blank = [], [], None, 0, True
    for number, line in enumerate(lines, 1):
        indent = len(line) - len(line.lstrip())
        if not line.strip():
            was_blank = True
            if block:
                block[1].append("")
            prose.append((number, line))
            continue
        if block is None and indent < item:
            item = 0
        if (block or was_blank) and indent >= item + 4:
            block = block or (number, [])
            block[1].append(line)
        else:
            if block:
                blocks.append(block)
            block = None
            mark = re.match(r"\s*(\d+\.|[-*]) +", line)
            item = len(mark.group(0)) if mark else item if indent >= item else 0
            prose.append((number, line))
        was_blank = False
    if block:
        blocks.append(block)
    return [(number, dedent(text)) for number, text in blocks], prose


def dedent(lines):
    least = min(len(line) - len(line.lstrip()) for line in lines if line)
    return [line[least:] for line in lines]


def anchors(headings):
    """As GitHub makes them."""
    seen, result = {}, set()
    for heading in headings:
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        slug = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        result.add(f"{slug}-{count}" if count else slug)
    return result
