"""Quotations must be found, stay as the sources are, and fail when gone."""

import json
import pathlib
import tempfile
import textwrap
import unittest
from unittest import mock

import cpp_source
import refresh
import steps

SOURCE = textwrap.dedent('''\
    // Step 09: a lock
    // Question: who may touch
    //   the data?
    #include "x.h"  // Next(
    #define X \\
      Next(

    // The contract.
    template <typename T>
    class Queue {
     public:
      // Calls Next("}") never.
      explicit Queue(int size) : size_{size}, text_("{") {}

      void Push(T value) { items_.push_back(value); Next(); }
      bool Next();  // declared

     private:
      int size_;
    };

    // A limit.
    inline constexpr int kLimitBytes{3};

    bool Queue::Next() {
      if (Other(1)) { return Next(); }
      return '}' == ')';
    }

    int main() { return Next() ? 0 : 1'000; }
    ''')


class CppSource(unittest.TestCase):
    def test_class_with_its_comment(self):
        text = cpp_source.find(SOURCE, "Queue")
        self.assertTrue(text.startswith("// The contract.\ntemplate"))
        self.assertTrue(text.endswith("};"))

    def test_definition_rather_than_declaration_or_call(self):
        text = cpp_source.find(SOURCE, "Queue::Next")
        self.assertTrue(text.startswith("bool Queue::Next() {"))
        self.assertTrue(text.endswith("return '}' == ')';\n}"))

    def test_member_inside_its_class_without_indentation(self):
        self.assertEqual(
            cpp_source.find(SOURCE, "Queue::Push"),
            "void Push(T value) { items_.push_back(value); Next(); }")

    def test_constructor_with_braces_among_its_initializers(self):
        self.assertTrue(cpp_source.find(SOURCE, "Queue::Queue").endswith(
            'explicit Queue(int size) : size_{size}, text_("{") {}'))

    def test_constant(self):
        self.assertEqual(cpp_source.find(SOURCE, "kLimitBytes"),
                         "// A limit.\ninline constexpr int kLimitBytes{3};")

    def test_what_is_gone_or_only_called_is_not_found(self):
        for name in ("Gone", "Other", "X", "Queue::Gone"):
            with self.assertRaises(cpp_source.NotFound):
                cpp_source.find(SOURCE, name)


class Documents(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        root = pathlib.Path(self.directory.name)
        patch = mock.patch.object(refresh, "ROOT", root)
        patch.start()
        self.addCleanup(patch.stop)
        for name, main in (("08_old", "int a;\nint b;\nint c;\nint d;\n"),
                           ("09_new", SOURCE)):
            (root / "steps" / name).mkdir(parents=True)
            (root / "steps" / name / "main.cc").write_text(main)
        (root / "steps/08_old/gone.h").write_text("x\ny\n")
        (root / "steps/09_new/labs").mkdir()
        (root / "steps/09_new/labs/lab.cc").write_text("int lab;\n")

    def test_block_after_the_marker_is_replaced_and_then_is_fresh(self):
        marker = "<!-- code: steps/09_new/main.cc kLimitBytes -->"
        fresh = refresh.refreshed(
            f"a\n{marker}\n```cpp\nold\n```\nz\n", "build")
        self.assertEqual(
            fresh, f"a\n{marker}\n```cpp\n// A limit.\n"
            "inline constexpr int kLimitBytes{3};\n```\nz\n")
        self.assertEqual(refresh.refreshed(fresh, "build"), fresh)

    def test_marker_without_a_block_gets_one(self):
        self.assertEqual(
            refresh.refreshed("<!-- output: echo hi -->\n", "build"),
            "<!-- output: echo hi -->\n```text\nhi\n```\n")

    def test_marker_inside_a_block_is_text(self):
        text = "```\n<!-- output: echo hi -->\n```\n"
        self.assertEqual(refresh.refreshed(text, "build"), text)

    def test_what_is_gone_is_an_error(self):
        for quotation in ("code: steps/09_new/main.cc Gone",
                          "code: steps/gone.cc X", "output: false",
                          "file: steps/08_old/main.cc 3-5", "cod: x y",
                          "code"):
            with self.assertRaises(refresh.Stale):
                refresh.refreshed(f"<!-- {quotation} -->\n```\n```\n",
                                  "build")

    def test_comments_of_other_tools_stay(self):
        text = "<!-- bench: machine -->\n| a |\n<!-- /bench -->\n"
        self.assertEqual(refresh.refreshed(text, "build"), text)

    def test_folder_diff_pairs_files_and_leaves_labs_out(self):
        text = refresh.refreshed(
            "<!-- diff: steps/08_old steps/09_new -->\n", "build")
        self.assertIn("--- 08_old/main.cc\n+++ 09_new/main.cc", text)
        self.assertIn("--- 08_old/gone.h\n+++ /dev/null\n@@ all 2 lines", text)
        self.assertNotIn("int lab", text)

    def test_what_a_step_takes_from_an_earlier_one_is_no_change(self):
        main = refresh.ROOT / "steps/09_new/main.cc"
        main.write_text('#include "steps/08_old/gone.h"\n' + SOURCE)
        text = refresh.refreshed(
            "<!-- diff: steps/08_old steps/09_new -->\n", "build")
        self.assertNotIn("/dev/null", text)
        self.assertIn("−4 |", steps.table(refresh.ROOT))

    def test_throughput_comes_from_a_whole_run_only(self):
        cells = [{"scenario": "clients_50", "contestant": name,
                  "figures": {"requests_per_second": [rate]}}
                 for name, rate in (("02_base", 200), ("09_new", 300))]
        path = refresh.ROOT / "docs/results/compare.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"kind": "short", "cells": cells}))
        self.assertEqual(steps.throughput(refresh.ROOT), {})
        path.write_text(json.dumps({"kind": "full", "cells": cells}))
        self.assertEqual(steps.throughput(refresh.ROOT),
                         {"02_base": 1.0, "09_new": 1.5})

    def test_steps_table_counts_lines_and_joins_the_question(self):
        rows = steps.table(refresh.ROOT).splitlines()
        self.assertEqual(rows[2], "| `08_old` |  |  | +6 |")
        self.assertEqual(rows[3], "| `09_new` | who may touch the data? | "
                         f"a lock | +{SOURCE.count(chr(10))} −6 |")


if __name__ == "__main__":
    unittest.main()
