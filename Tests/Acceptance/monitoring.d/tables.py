"""Reads tables from the pages."""
import re


def read(page, first_column):
    """The rows of the table whose first column is called so, without Markdown's code marks."""
    rows, is_inside = [], False
    for line in page.read_text().splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] if line.startswith("|") else None
        if cells is None:
            is_inside = False
        elif cells[0] == first_column:
            is_inside = True
        elif is_inside and not set(line) <= set("|-: "):
            rows.append([cell.replace("`", "") for cell in cells])
    if not rows:
        raise LookupError(f"{page.name} has no table of {first_column}")
    return rows
