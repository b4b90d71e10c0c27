#!/usr/bin/env python3
"""An office program opens what Yifa writes, without a complaint, and what it saves again can be read back.

usage: office_test.py YIFA PAPER_SAMPLE

Converts the sample document and workbook, and those of a small demonstration's report, with LibreOffice without a
window; reads the PDF; saves the report as DOCX in LibreOffice and compares it; edits it as people do and compares that.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

YIFA, SAMPLE = sys.argv[1:3]
# A machine without Java says so; it has nothing to do with the document.
HARMLESS = re.compile(r"^(convert .* -> .* using filter : .*|Warning: failed to launch javaldx.*|Overwriting: .*)?$")


class Office:
    def __init__(self, folder):
        self.folder = folder
        self.profile = folder / "profile"

    def convert(self, path, to, target):
        """The converted file, and what was said besides the usual."""
        out = self.folder / target
        out.mkdir(exist_ok=True)
        done = subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{self.profile}", "--headless", "--convert-to", to,
             "--outdir", str(out), str(path)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=240)
        said = [line for line in done.stdout.splitlines() if not HARMLESS.match(line)]
        if done.returncode != 0:
            said.append(f"exit code {done.returncode}")
        return out / f"{path.stem}.{to.split(':')[0]}", said


def pdf_text(path):
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout


def solid(text):
    return re.sub(r"\s+", "", text)


def yifa(*args):
    return subprocess.run([YIFA, *args], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C.UTF-8"})


def edited(path, target, *changes):
    """A copy of a DOCX with its text changed: each change a pair of what is there and what is put."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            data = source.read(name)
            if name == "word/document.xml":
                text = data.decode()
                for old, new in changes:
                    assert old in text, old
                    text = text.replace(old, new, 1)
                data = text.encode()
            copy.writestr(name, data)
    return target


class OfficeTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="yifa-office-"))
        cls.office = Office(cls.folder)
        subprocess.run([SAMPLE, str(cls.folder)], check=True)
        cls.data = cls.folder / "data"
        made = yifa("demo", str(cls.data), "--plan", "random", "--acts", "400")
        assert made.returncode == 0, made.stderr
        for ending in ("docx", "xlsx"):
            written = yifa("report", "2023", "--data", str(cls.data), "--format", ending,
                           "--out", str(cls.folder / f"report.{ending}"))
            assert written.returncode == 0, written.stderr
        cls.values = json.loads(yifa("report", "2023", "--data", str(cls.data), "--format", "json").stdout)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def converted(self, name, to="pdf", target="out"):
        path, said = self.office.convert(self.folder / name, to, target)
        self.assertEqual(said, [])
        self.assertTrue(path.exists())
        return path

    def compare(self, path):
        done = yifa("report", "2023", "--data", str(self.data), "--compare", str(path), "--format", "json")
        self.assertIn(done.returncode, (0, 1), done.stderr)
        result = json.loads(done.stdout)
        self.assertEqual(done.returncode, 1 if result["findings"] else 0)
        return result

    def assert_kinds(self, path, *wanted):
        """What is found beyond what stands in the report's own text already."""
        known = {(f["kind"], f["found"], f["before"]) for f in self.before["findings"]}
        found = [f for f in self.compare(path)["findings"] if (f["kind"], f["found"], f["before"]) not in known]
        self.assertEqual([f["kind"] for f in found], list(wanted), found)
        return found

    def figure(self):
        """A figure that stands in the text, and its control there."""
        with zipfile.ZipFile(self.folder / "report.docx") as z:
            text = z.read("word/document.xml").decode()
        control = re.search(r'<w:sdt><w:sdtPr>.*?<w:tag w:val="([^"=]*)=([^"]*)"/>.*?</w:sdt>', text)
        return control.group(1), control.group(2), control.group(0)

    def test_sample_document(self):
        text = pdf_text(self.converted("sample.docx"))
        for wanted in ("观湖街道年度报告", "共接收事件7,981件，办结率99.86%", "行政处罚105", "—1—", "—2—",
                       "注：演示数据。", "2023年12月22日"):
            self.assertIn(wanted, solid(text))
        self.assertEqual(solid(text).count("事项数量"), 2)  # the head of the table on both pages

    def test_sample_workbook(self):
        text = solid(pdf_text(self.converted("sample.xlsx")))
        for wanted in ("编号件数日期罚款（元）", "7981", "2023-10-11", "12,345.67"):
            self.assertIn(wanted, text)

    def test_report_document(self):
        text = solid(pdf_text(self.converted("report.docx")))
        self.assertIn(solid(self.values["title"]), text)
        with zipfile.ZipFile(self.folder / "report.docx") as z:
            stated = re.findall(r'<w:tag w:val="[^"=]*=([^"]*)"/>', z.read("word/document.xml").decode())
        self.assertTrue(stated)
        for value in stated:
            self.assertIn(value, text)

    def test_report_workbook(self):
        csv, said = self.office.convert(self.folder / "report.xlsx", "csv:Text - txt - csv (StarCalc):44,34,76", "out")
        self.assertEqual(said, [])
        text = csv.read_text()
        for figure, line in self.values["figures"].items():
            self.assertIn(figure, text)
            self.assertIn(line["display"].replace(",", ""), text.replace(",", ""))

    def test_the_same_file_again(self):
        again = self.folder / "again.xlsx"
        made = zipfile.ZipFile(self.folder / "report.docx").infolist()
        self.assertEqual(len({entry.date_time for entry in made}), 1)
        yifa("report", "2023", "--data", str(self.data), "--format", "xlsx", "--out", str(again))
        with zipfile.ZipFile(again) as a, zipfile.ZipFile(self.folder / "report.xlsx") as b:
            for name in a.namelist():
                if name != "docProps/core.xml":  # says when it was made
                    self.assertEqual(a.read(name), b.read(name), name)

    def test_untouched_and_saved_again(self):
        untouched = self.compare(self.folder / "report.docx")
        self.assertEqual([f for f in untouched["findings"] if f["kind"] != "typed"], [])
        self.assertGreater(untouched["true"], 5)
        saved = self.converted("report.docx", "docx:MS Word 2007 XML", "saved")
        again = self.compare(saved)
        self.assertEqual(again["true"], untouched["true"])
        self.assertEqual(len(again["findings"]), len(untouched["findings"]))

    def test_edited(self):
        path = self.folder / "report.docx"
        self.before = self.compare(path)
        figure, value, control = self.figure()
        changed = control.replace(f">{value}</w:t>", ">987654</w:t>")
        found = self.assert_kinds(edited(path, self.folder / "e1.docx", (control, changed)), "changed")
        self.assertEqual((found[0]["figure"], found[0]["found"], found[0]["written"]), (figure, "987654", value))
        plain = f'<w:r><w:t xml:space="preserve">{value}</w:t></w:r>'
        self.assert_kinds(edited(path, self.folder / "e2.docx", (control, plain)), "untied")
        self.assert_kinds(edited(path, self.folder / "e3.docx", (control, "")), "removed")
        self.assert_kinds(edited(path, self.folder / "e4.docx", (control, control + plain.replace(value, "，另4321"))),
                          "typed")
        # Exported when the figure said something else.
        old = control.replace(f"={value}\"", "=987654\"").replace(f">{value}</w:t>", ">987654</w:t>")
        found = self.assert_kinds(edited(path, self.folder / "e5.docx", (control, old)), "outdated")
        self.assertEqual(found[0]["now"], value)

    def test_refused(self):
        for bytes_, hint in ((b"", "empty"), (b"plain text", "no DOCX"),
                             ((self.folder / "report.xlsx").read_bytes(), "no text document"),
                             ((self.folder / "report.docx").read_bytes()[:3000], "no DOCX")):
            path = self.folder / "bad.docx"
            path.write_bytes(bytes_)
            done = yifa("report", "2023", "--data", str(self.data), "--compare", str(path))
            self.assertEqual(done.returncode, 3)
            self.assertIn(hint, done.stderr)
        done = yifa("report", "2023", "--data", str(self.data), "--format", "docx")
        self.assertEqual(done.returncode, 2)
        self.assertIn("--out", done.stderr)


if __name__ == "__main__":
    if not shutil.which("soffice") or not shutil.which("pdftotext"):
        print("LibreOffice or pdftotext is not installed: tools/deps test")
        sys.exit(77)
    unittest.main(argv=sys.argv[:1], verbosity=2)
