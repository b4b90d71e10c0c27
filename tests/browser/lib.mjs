// What the browser tests share: the server, the browser, signing in, filling in forms, and what holds of every page.
//
// A test is an async function that returns the pages it opened; an error it throws, or a script error on one of these
// pages, makes it fail.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const chromiumFlags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];
export const widths = { desktop: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

let base = '';
let password = '';
let browser;
let shots;

export function url(path) {
  return base + path;
}

export function check(condition, what) {
  if (!condition) throw new Error(what);
}

// ---- the server and the browser ----

function startServer(yifa, data) {
  const server = spawn(yifa, ['serve', '--data', data, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  return new Promise((resolve, reject) => {
    server.on('exit', (code) => reject(new Error(`yifa serve ended with ${code}`)));
    server.stdout.on('data', (chunk) => {
      text += chunk;
      const address = text.match(/http:\/\/127\.0\.0\.1:\d+/);
      const word = text.match(/demo-[0-9a-f]+/);
      if (address && word) {
        base = address[0];
        password = word[0];
        resolve(server);
      }
    });
  });
}

async function runOne(name, test) {
  const label = name.replaceAll(' ', '_');
  try {
    const pages = await test();
    const problems = pages.flatMap((page) => page.problems);
    check(problems.length === 0, `script errors: ${problems.join('; ')}`);
    console.log(`[       OK ] ${label}`);
    await Promise.all(pages.map((page) => page.context().close()));
    return true;
  } catch (error) {
    console.log(`[  FAILED  ] ${label}\n${error.stack}`);
    return false;
  }
}

// Runs the tests against a server of their own over `data` and ends the process: 0 all passed, 1 some failed, 77 no
// browser driver here. `only` is part of a test's name.
export async function runTests(tests, { yifa, data, shots: folder, only = '' }) {
  let chromium;
  try {
    ({ chromium } = require('playwright-core'));
  } catch {
    console.log('playwright-core is not installed; run tools/deps');
    process.exit(77);
  }
  shots = folder;
  let server;
  let failed = 0;
  try {
    server = await startServer(yifa, data);
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: chromiumFlags });
    for (const [name, test] of Object.entries(tests)) if (name.includes(only) && !await runOne(name, test)) failed++;
  } finally {
    await browser?.close();
    server?.removeAllListeners('exit');
    server?.kill('SIGTERM');
  }
  process.exit(failed ? 1 : 0);
}

export async function open(size = 'desktop', options = {}) {
  const context = await browser.newContext({ viewport: widths[size], locale: 'zh-CN', ...options });
  const page = await context.newPage();
  page.problems = [];
  page.on('pageerror', (error) => page.problems.push(`${page.url()}: ${error}`));
  page.on('console', (message) => {
    // The browser itself logs answers such as 422, which tests ask for.
    if (message.type() === 'error' && !message.text().includes('Failed to load resource')) page.problems.push(`${page.url()}: ${message.text()}`);
  });
  page.setDefaultTimeout(15000);
  return page;
}

export async function signIn(page, login) {
  await page.goto(`${base}/signin`);
  await page.fill('#login', login);
  await page.fill('#password', password);
  await Promise.all([page.waitForURL((at) => at.pathname !== '/signin'), page.click('main form button')]);
}

export async function shot(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
}

// ---- forms ----

export async function submit(page) {
  await Promise.all([page.waitForNavigation(), page.click('form.sheet button[data-kind="primary"]')]);
}

export async function choose(page, select, text) {
  const option = page.locator(`${select} option`, { hasText: text }).first();
  await page.selectOption(select, await option.getAttribute('value'));
}

async function press(page, button) {
  await Promise.all([page.waitForNavigation(), page.click(button)]);
}

// Persons are put in one by one; those the form came with go first.
async function fillPersons(page, field, names) {
  for (let left = await page.locator(`button[name="drop"][value^="${field}:"]`).count(); left > 0; left--)
    await press(page, `button[name="drop"][value^="${field}:"] >> nth=0`);
  for (const name of names) {
    await choose(page, `select[name="${field}"]`, name);
    await press(page, `button[name="add"][value="${field}"]`);
  }
}

async function fillTable(page, field, rows) {
  for (const [index, row] of rows.entries()) {
    const i = index + 1;
    if (await page.locator(`[name^="${field}.${i}."]`).count() === 0) await press(page, `button[name="add"][value="${field}"]`);
    for (const [column, value] of Object.entries(row)) {
      const cell = page.locator(`[name="${field}.${i}.${column}"]`);
      if (await cell.evaluate((e) => e.tagName) === 'SELECT') await cell.selectOption(String(value));
      else await cell.fill(String(value));
    }
  }
}

async function fillBoxes(page, field, values) {
  for (const box of await page.locator(`input[type="checkbox"][name="${field}"]`).all())
    await box.setChecked(values.includes(await box.getAttribute('value')));
}

async function fillOne(page, field, value) {
  const select = `select[id="${field}"]`;
  if (await page.locator(`input[type="radio"][name="${field}"]`).count()) await page.check(`input[name="${field}"][value="${value}"]`);
  else if (await page.locator(select).count() === 0) await page.fill(`[id="${field}"]`, String(value));
  else if (await page.locator(`${select} option[value="${value}"]`).count()) await page.selectOption(select, String(value));
  else await choose(page, select, String(value));
}

// Fills in {field: value} as an officer would: a text or a choice; a list of choices, of names (persons) or of rows.
export async function fill(page, form) {
  for (const [field, value] of Object.entries(form)) {
    if (!Array.isArray(value)) await fillOne(page, field, value);
    else if (typeof value[0] === 'object') await fillTable(page, field, value);
    else if (await page.locator(`input[type="checkbox"][name="${field}"]`).count()) await fillBoxes(page, field, value);
    else await fillPersons(page, field, value);
  }
}

// Opens a new matter by its first act; returns its address.
export async function begin(page, procedure, name, form) {
  await page.goto(url(`/new/${procedure}/${name}`));
  await fill(page, form);
  await submit(page);
  check(/\/m\/\d+/.test(page.url()), `${procedure} ${name}: ${await page.locator('.alert').allInnerTexts()}`);
  return page.url().split(/[?#]/)[0];
}

// Does an act through its form; `form` is {field: value} or a function that fills in the page. Expects to be back on the
// matter.
export async function act(page, matter, name, form = {}) {
  await page.goto(`${matter}/act/${name}`);
  if (typeof form === 'function') await form(page);
  else await fill(page, form);
  await submit(page);
  check(!page.url().includes('/act/'), `${name}: ${await page.locator('.alert, main').first().innerText()}`);
}

export async function stageOf(page, matter) {
  const answer = await page.request.get(matter, { headers: { accept: 'application/json' } });
  return (await answer.json()).matter.stage.id;
}

// ---- what holds of every page ----

const axe = () => readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

// What axe-core finds against WCAG 2.1 AA, folded parts unfolded: one line for each rule.
export async function accessibility(page) {
  await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
  await page.evaluate(axe());
  const result = await page.evaluate(() => axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], rules: { 'heading-order': { enabled: true } } }));
  check(result.passes.length > 0, 'the accessibility checker looked at nothing');
  return result.violations.map((v) => `${v.id} (${v.nodes.length}): ${v.nodes[0].html.slice(0, 160)}`);
}

export function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}
