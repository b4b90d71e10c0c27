// Yifa's FEEL beside npm's feelin: the same expressions, tables and data (feel_cases.json), the same run, turn and turn
// about, medians of several rounds. Values are compared first; a difference ends the bench with 1.
//
// usage: node feel_vs.mjs FEEL_VS [ROUNDS [MILLISECONDS]]
//
// What is compared. feelin's interface is evaluate(text, context) and unaryTest(text, context): each call parses, and
// nothing else is offered. A closure parsed once can be had by evaluating a function literal, "function(a, b) text", and
// keeping it, which is its second column. Yifa is measured parsed once, as packs are, and parsing each time.
// feelin has no decision tables: cells are tested row by row up to the first row that matches, "-" untested, outputs
// evaluated beforehand; its second column keeps a function "function(x) x in (cell)" of each cell.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const [program, rounds = "5", milliseconds = "100"] = process.argv.slice(2);
const casesFile = new URL("feel_cases.json", import.meta.url);
const cases = JSON.parse(readFileSync(casesFile, "utf8"));
const LEAST = 30;

let feelin;
try {
  feelin = await import("feelin");
} catch {
  console.log("skipped: npm's feelin is not installed (make deps)");
  process.exit(0);
}
const { evaluate, unaryTest } = feelin;
const valueOf = (text) => evaluate(text, {}).value;

function expressionTask(spec) {
  const context = Object.fromEntries(spec.uses.map((name) => [name, valueOf(cases.data[name])]));
  const kept = valueOf(`function(${spec.uses.join(", ")}) ${spec.text}`);
  const args = spec.uses.map((name) => context[name]);
  return { text: [() => evaluate(spec.text, context).value], once: [() => kept.invoke(args)] };
}

function firstMatch(rows, matches) {
  const found = rows.find((row) => row.cells.every((cell, i) => cell === null || matches(cell, i)));
  return found ? found.output : null;
}

function tableTask(spec) {
  const rows = valueOf(spec.rows).map((cells) => ({
    cells: cells.slice(0, -1).map((cell) => (cell === "-" ? null : cell)),
    output: valueOf(cells.at(-1)),
  }));
  const keep = (cell) => (cell === null ? null : valueOf(`function(x) x in (${cell})`));
  const kept = rows.map((row) => ({ cells: row.cells.map(keep), output: row.output }));
  const sets = valueOf(spec.values).map((context) => spec.inputs.map((name) => context[name]));
  return {
    text: sets.map((set) => () => firstMatch(rows, (cell, i) => unaryTest(cell, { "?": set[i] }).value === true)),
    once: sets.map((set) => () => firstMatch(kept, (cell, i) => cell.invoke([set[i]]) === true)),
  };
}

// Evaluations a second, whole rounds over all sets of inputs.
function rate(runs, ms) {
  const start = process.hrtime.bigint();
  const end = start + BigInt(Math.round(ms * 1e6));
  let n = 0;
  let now = start;
  while (now < end) {
    const batch = n === 0 ? 1 : Math.min(1000, Math.ceil((n * 1e5) / Number(now - start)));
    for (let i = 0; i < batch; i++) for (const run of runs) run();
    n += batch;
    now = process.hrtime.bigint();
  }
  return (n * runs.length * 1e9) / Number(now - start);
}

const yifa = spawn(program, [casesFile.pathname], { stdio: ["pipe", "pipe", "inherit"] });
const lines = createInterface({ input: yifa.stdout })[Symbol.asyncIterator]();
async function ask(kind, index, what, ms) {
  yifa.stdin.write(`${kind} ${index} ${what} ${ms}\n`);
  const { value, done } = await lines.next();
  if (done) throw new Error("feel_vs ended");
  return value;
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const count = (n) => (n < 100 ? n.toFixed(1) : Math.round(n).toLocaleString("en"));

async function measure(kind, index, task) {
  const ours = await ask(kind, index, "value", 0);
  for (const way of ["text", "once"]) {
    const theirs = task[way].map((run) => String(run())).join(" | ");
    if (theirs !== ours) throw new Error(`values differ (${way}): yifa ${ours}, feelin ${theirs}`);
  }
  const found = { once: [], theirText: [], theirOnce: [], text: [] };
  rate(task.once, 300); // until compiled
  for (let round = 0; round < Number(rounds); round++) {
    found.once.push(Number(await ask(kind, index, "once", milliseconds)));
    found.theirText.push(rate(task.text, Number(milliseconds)));
    found.theirOnce.push(rate(task.once, Number(milliseconds)));
    found.text.push(Number(await ask(kind, index, "text", milliseconds)));
  }
  return Object.fromEntries(Object.entries(found).map(([key, list]) => [key, median(list)]));
}

const row = (name, ...columns) => console.log(name.padEnd(30) + columns.map((c) => c.padStart(13)).join(""));
row("case", "yifa /s", "feelin /s", "ratio", "kept fn /s", "ratio", "yifa text /s", "ratio");
const under = [];
for (const [kind, make] of [["expressions", expressionTask], ["tables", tableTask]]) {
  for (const [index, spec] of cases[kind].entries()) {
    const m = await measure(kind, index, make(spec));
    const ratios = [m.once / m.theirText, m.once / m.theirOnce, m.text / m.theirText];
    const shown = ratios.map((r) => (r < LEAST ? `<${LEAST}! ` : "") + count(r));
    row(spec.name, count(m.once), count(m.theirText), shown[0], count(m.theirOnce), shown[1], count(m.text), shown[2]);
    if (ratios[0] < LEAST) under.push(`${spec.name}, parsed once beside evaluate() or unaryTest(): ${count(ratios[0])}`);
    if (ratios[1] < LEAST) under.push(`${spec.name}, parsed once beside a kept function: ${count(ratios[1])}`);
  }
}
console.log("yifa: parsed once; feelin: evaluate() or unaryTest(); kept fn: feelin's closure of a function literal;");
console.log("yifa text: parsing before each evaluation, beside feelin's evaluate(). Medians; values were equal.");
console.log(under.length ? `under ${LEAST} times:\n  ${under.join("\n  ")}` : `nothing under ${LEAST} times`);
yifa.stdin.end();
