#!/usr/bin/env python3
"""The rules of the house that a script can check: who may include what.

`house_rules_test.py ROOT` checks the sources under ROOT; with --self-test it
shows that each rule catches what breaks it.
"""
import pathlib
import re
import sys
import tempfile

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)

# What steps are about, and common therefore knows nothing of.
NOT_IN_COMMON = {
    'thread', 'mutex', 'shared_mutex', 'condition_variable', 'semaphore',
    'latch', 'barrier', 'future', 'stop_token', 'coroutine', 'pthread.h',
    'threads.h', 'sys/epoll.h', 'linux/io_uring.h', 'liburing.h',
}


def sources(root, folder):
    for path in sorted((root / folder).rglob('*')):
        if path.suffix in ('.h', '.cc'):
            yield path.relative_to(root), path.read_text(encoding='utf-8')


def includes(text):
    """Pairs of (a system header?, name)."""
    return [(kind == '<', name) for kind, name in INCLUDE.findall(text)]


def step_number(path):
    match = re.match(r'steps/(\d\d)_', str(path))
    return int(match.group(1)) if match else None


def check_common(path, text):
    for system, name in includes(text):
        if system and name in NOT_IN_COMMON:
            yield f'{path}: <{name}> is what a step is about'
        if not system and not name.startswith('common/'):
            yield f'{path}: common includes "{name}"'


def check_step(path, text):
    for system, name in includes(text):
        if system or name.startswith('common/'):
            continue
        other = step_number(name)
        if other is None:
            yield f'{path}: a step includes "{name}"'
        elif other > step_number(path):
            yield f'{path}: includes a later step, "{name}"'


def check_header(path, text):
    guard = 'STEPKV_' + re.sub(r'\W', '_', str(path)).upper() + '_'
    if path.suffix == '.h' and f'#ifndef {guard}\n#define {guard}\n' not in text:
        yield f'{path}: its include guard is not {guard}'


def check_listed(root, path):
    """Sources are listed by name; one that is not is built by nobody."""
    for folder in (root / path).parents:
        lists = folder / 'CMakeLists.txt'
        if lists.exists():
            listed = lists.read_text(encoding='utf-8')
            if path.name not in listed and 'stepkv_step(' not in listed:
                yield f'{path}: not listed in {lists.relative_to(root)}'
            return


def check(root):
    errors = []
    for path, text in sources(root, 'common'):
        errors += check_common(path, text)
        errors += check_header(path, text)
        if path.suffix == '.cc':
            errors += check_listed(root, path)
    for path, text in sources(root, 'steps'):
        errors += check_step(path, text)
        errors += check_header(path, text)
    return errors


BROKEN = {
    'common/CMakeLists.txt': 'add_library(stepkv_common listed.cc)',
    'common/listed.cc': '#include <mutex>\n',
    'common/unlisted.cc': '',
    'common/a.h': '#ifndef STEPKV_COMMON_A_H_\n#define STEPKV_COMMON_A_H_\n'
                  '#include "steps/03_x/y.h"\n',
    'steps/03_x/y.h': '#ifndef WRONG_H_\n#define WRONG_H_\n',
    'steps/03_x/main.cc': '#include "steps/04_z/z.h"\n'
                          '#include "tests/unit/parsing.h"\n',
    'steps/04_z/main.cc': '#include <thread>\n#include "common/a.h"\n'
                          '#include "steps/03_x/y.h"\n',
}
CAUGHT = [
    'common/a.h: common includes "steps/03_x/y.h"',
    'common/listed.cc: <mutex> is what a step is about',
    'common/unlisted.cc: not listed in common/CMakeLists.txt',
    'steps/03_x/main.cc: a step includes "tests/unit/parsing.h"',
    'steps/03_x/main.cc: includes a later step, "steps/04_z/z.h"',
    'steps/03_x/y.h: its include guard is not STEPKV_STEPS_03_X_Y_H_',
]


def self_test():
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name)
        for path, text in BROKEN.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding='utf-8')
        found = sorted(check(root))
    return [] if found == CAUGHT else ['self-test found:', *found]


def main():
    if sys.argv[1:] == ['--self-test']:
        errors = self_test()
    else:
        errors = check(pathlib.Path(sys.argv[1]))
    print('\n'.join(errors) if errors else 'ok')
    return 1 if errors else 0


if __name__ == '__main__':
    sys.exit(main())
