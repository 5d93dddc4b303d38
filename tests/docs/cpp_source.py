"""Finds functions and types in our C++ sources by their names.

No parser: comments, strings and preprocessor lines are blanked out, then
names and balanced brackets tell definitions from calls. That is enough for
sources in this repository's style, and a name that is gone is an error.
"""

import re

BLANKED = re.compile(
    r"//[^\n]*|/\*.*?\*/"
    r"|\"(?:\\.|[^\"\\\n])*\"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'"
    r"|^[ \t]*\#(?:\\\n|[^\n])*",
    re.DOTALL | re.MULTILINE)
BRACKETS = {"(": ")", "{": "}", "[": "]"}


class NotFound(Exception):
    pass


def find(source, name):
    """The text of all definitions of `name`, each with the comment above it.

    `name` is that of a function, class, struct, enum, concept or constant; a
    member may be qualified (`ShardedStore::Execute`). A function that is only
    declared yields its declaration.
    """
    code = blank(source)
    ranges = definitions(code, name, 0, len(code))
    if not ranges and "::" in name:
        owner, member = name.rsplit("::", 1)
        for begin, end in definitions(code, owner, 0, len(code)):
            inside = code.index("{", begin) + 1
            ranges += definitions(code, member, inside, end)
    if not ranges:
        raise NotFound(name)
    return "\n\n".join(excerpt(source, *span) for span in ranges)


def blank(source):
    """The source with all that is no code as blanks, offsets unchanged."""

    def blanks(match):
        text = re.sub(r"[^\n]", " ", match[0])
        # Nothing reaches across a preprocessor line.
        return text[:-1] + ";" if match[0].lstrip()[0] == "#" else text

    return BLANKED.sub(blanks, source)


def definitions(code, name, begin, end):
    """(begin, end) of the type of that name, or failing that of the
    functions' definitions, or failing that of their declarations."""
    types, defined, declared = [], [], []
    for match in re.finditer(rf"(?<![\w:]){re.escape(name)}\b",
                             code[begin:end]):
        at = begin + match.start()
        start = declaration_start(code, at, begin)
        head = code[start:at]
        if re.search(r"\b(class|struct|enum|union)\s+"
                     r"(\w+\((?:[^()]|\([^()]*\))*\)\s*)?$",
                     head) or re.search(r"\bconcept\s+$", head):
            stop, body = type_end(code, at + len(name))
            if body:
                types.append((start, stop))
                continue
        elif re.search(r"\bconstexpr\b[^(]*$", head):
            stop, body = code.index(";", at) + 1, True
        else:
            # Members of a qualified name: `void Store::Execute(`.
            if not head.strip() and not qualified_or_member(code, at, name):
                continue
            if re.search(r"\b(return|new|throw)\b|[=({,.]\s*$", head):
                continue
            stop, body = function_end(code, at + len(name))
        if stop:
            (defined if body else declared).append((start, stop))
    return types or defined or declared


def qualified_or_member(code, at, name):
    """A constructor has nothing before its name, and neither has a call."""
    return name.split("::")[-1] in name.split("::")[:-1] or re.search(
        rf"\b(class|struct)\s+{re.escape(name)}\b", code[:at])


def declaration_start(code, at, begin):
    depth, start = 0, at
    while start > begin:
        char = code[start - 1]
        if char in ")]":
            depth += 1
        elif char in "([":
            depth -= 1
        if depth < 0 or (depth == 0 and char in ";{}"):
            break
        start -= 1
    head = code[start:at]
    access = list(re.finditer(r"\b(public|private|protected)\s*:", head))
    if access:
        start += access[-1].end()
    return start + len(code[start:at]) - len(code[start:at].lstrip())


def type_end(code, at):
    """A type's end, and whether it has a body."""
    while at < len(code) and code[at] not in "{;":
        at += 1
    if code[at] == ";":
        equals = "=" in code[code.rfind("\n", 0, at):at]
        return at + 1, equals
    at = matching(code, at)
    semicolon = re.compile(r"\s*;").match(code, at)
    return (semicolon.end() if semicolon else at), True


def function_end(code, at):
    """A function's end and whether it has a body; None if it is a call."""
    opening = re.compile(r"\s*\(").match(code, at)
    if not opening:
        return None, False
    at = matching(code, opening.end() - 1)
    initializers = False
    while at < len(code):
        char = code[at]
        if char == ";":
            return at + 1, False
        if char == "{":
            if not (initializers and re.search(r"[\w>]\s*$", code[:at])):
                return matching(code, at), True
            at = matching(code, at)
        elif char in "([":
            at = matching(code, at)
        elif char == ":" and code[at + 1] != ":" and code[at - 1] != ":":
            initializers = True
            at += 1
        elif char == "=" or char.isspace() or char.isalnum() or (
                char in "_:<>&*-" or (char == "," and initializers)):
            at += 1
        else:
            return None, False
    return None, False


def matching(code, at):
    """The offset behind the bracket that closes the one at `at`."""
    stack = []
    for here in range(at, len(code)):
        if code[here] in BRACKETS:
            stack.append(BRACKETS[code[here]])
        elif stack and code[here] == stack[-1]:
            stack.pop()
            if not stack:
                return here + 1
    raise NotFound(f"no end to the bracket at offset {at}")


def excerpt(source, start, stop):
    """Whole lines, the comment right above included, indented from 0."""
    lines = source.splitlines()
    first = source.count("\n", 0, start)
    last = source.count("\n", 0, stop - 1)
    while first > 0 and lines[first - 1].lstrip().startswith("//"):
        first -= 1
    chosen = lines[first:last + 1]
    indent = min(len(line) - len(line.lstrip()) for line in chosen if line)
    return "\n".join(line[indent:] for line in chosen)
