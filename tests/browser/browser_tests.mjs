// Clicks through Yifa in a real browser: an appeal from the resident's form to its closing, a penalty decision refused
// for one certified officer alone and then passed, a figure of the report opened down to one entry, plots, a report that
// comes back. family_tests.mjs looks at every page.
//
// usage: node browser_tests.mjs YIFA DATA [SHOTS [ONLY]]     DATA is a demonstration, which this changes
import { act, check, choose, open, runTests, shot, signIn, submit, url, widths } from './lib.mjs';

const [yifa, data, shots, only] = process.argv.slice(2);

async function find(page, text) {
  await page.goto(url(`/search?q=${encodeURIComponent(text)}`));
  if (!new URL(page.url()).pathname.startsWith('/m/')) await page.click('main a[href^="/m/"]');
  return page.url().split(/[?#]/)[0];
}

// ---- tests ----

const tests = {
  async 'an appeal runs from the residents form to its closing'() {
    const resident = await open('phone');
    await resident.goto(url('/submit'));
    await resident.fill('#place', '鹭湖路夜市旁');
    await resident.fill('#description', '凌晨两点还在施工，连着三天了');
    await resident.fill('#appellant_name', '测试人');
    await resident.fill('#appellant_phone', '19900001234');
    await shot(resident, 'submit-390');
    await Promise.all([resident.waitForNavigation(), resident.click('main form button[data-kind="primary"]')]);
    await shot(resident, 'receipt-390');
    const receipt = await resident.innerText('main');
    const shown = receipt.match(/[2-9A-Y]{3} [2-9A-Y]{3} [2-9A-Y]{4}/);
    check(shown, `no code on the receipt: ${receipt}`);
    const code = shown[0].replaceAll(' ', '');

    const dispatcher = await open();
    await signIn(dispatcher, 'dispatcher1');
    const matter = await find(dispatcher, code);
    check(!(await dispatcher.content()).includes('19900001234'), 'the telephone number is not masked');
    await act(dispatcher, matter, 'sign');
    await act(dispatcher, matter, 'dispatch', async (page) => {
      await choose(page, '#unit', '综合行政执法队');
      const category = page.locator('input[name="category"][value="noise"]');
      if (await category.count()) await category.check();
      else await page.selectOption('#category', 'noise');
    });

    const handler = await open();
    await signIn(handler, 'hejunjie');
    await act(handler, matter, 'accept', (page) => choose(page, '#handler', '何俊杰'));
    await act(handler, matter, 'contact', async (page) => {
      await page.check('input[name="contact_result"][value="reached"]');
      await page.check('input[name="contact_way"][value="phone"]');
    });
    await act(handler, matter, 'feedback', async (page) => {
      await page.check('input[name="result"][value="solved"]');
      await page.fill('#reply', '已到场制止，责令晚十点后停工。');
    });
    await act(dispatcher, matter, 'approve');
    const district = await open();
    await signIn(district, 'district1');
    await act(dispatcher, matter, 'revisit', async (page) => {
      await page.check('input[name="revisit_result"][value="solved"]');
    });
    await act(district, matter, 'close');
    await shot(district, 'appeal-closed-1280');
    check((await district.innerText('main')).includes('已结案'), 'the appeal is not closed');

    await resident.goto(url(`/follow/${code}`));
    await shot(resident, 'follow-390');
    const followed = await resident.innerText('main');
    check(followed.includes('鹭湖路夜市旁'), 'the resident cannot follow it');
    check(!followed.includes('19900001234') && !followed.includes('测试人'), 'the public page names a person');
    return [resident, dispatcher, handler, district];
  },

  async 'a decision with one certified officer is refused with its article and cure, then passes'() {
    const page = await open();
    await signIn(page, 'zhoujianming');
    await page.goto(url('/list/penalty.ordinary?stage=rechecked'));
    await Promise.all([page.waitForURL(/\/m\/\d+/), page.click('.work .title a')]);
    const matter = page.url().split(/[?#]/)[0];
    await page.goto(`${matter}/act/decide`);
    // Two officers stand there; one is exchanged for 林婉仪, whose certificate ended on 2023-09-30.
    await Promise.all([page.waitForNavigation(), page.click('button[name="drop"] >> nth=1')]);
    await choose(page, 'select[name="officers"]', '林婉仪');
    await Promise.all([page.waitForNavigation(), page.click('button[name="add"][value="officers"]')]);
    await submit(page);
    await shot(page, 'decide-refused-1280');
    const alert = page.locator('[role="alert"]');
    const text = await alert.innerText();
    check(text.includes('行政处罚法') && text.includes('第42条'), `no article 42 on the page: ${text}`);
    check((await alert.locator('.law').innerText()).includes('执法人员不得少于两人'), 'the article is not quoted');
    const stage = await page.request.get(matter, { headers: { accept: 'application/json' } });
    check((await stage.json()).matter.stage.id === 'rechecked', 'the refused act changed the matter');
    // The cure on the page mends it.
    await Promise.all([page.waitForNavigation(), alert.locator('.cures button, .cures a').first().click()]);
    if (page.url().includes('/act/')) await submit(page);
    check((await page.innerText('main')).includes('已决定'), 'the decision did not pass');
    await shot(page, 'decided-1280');
    return [page];
  },

  async 'a number of the report opens down to one entry'() {
    const page = await open();
    await signIn(page, 'zhengchuran');
    await page.goto(url('/reports/2023'));
    await shot(page, 'report-1280');
    await page.click('a.fig:has-text("7970")');
    await page.click('a[href*="/figures/appeals-closed"]').catch(() => {});
    if (!page.url().includes('/figures/')) await page.goto(url('/figures/appeals-closed'));
    await shot(page, 'figure-1280');
    check((await page.innerText('main')).includes('7970'), 'the figure does not show its value');
    await Promise.all([page.waitForURL(/\/m\/\d+/), page.click('main table a[href^="/m/"]')]);
    await Promise.all([page.waitForURL(/\/e\/\d+/), page.locator('main a[href^="/e/"]').first().click()]);
    await shot(page, 'entry-1280');
    check(/[0-9a-f]{16}/.test(await page.innerText('main')), 'the entry does not show its hash');
    return [page];
  },

  async 'plots are drawn from their tables and a point opens its figure'() {
    const page = await open();
    await signIn(page, 'zhoujianming');
    await page.goto(url('/dashboard'));
    const plots = await page.locator('figure[data-plot]').count();
    check(plots >= 8, `${plots} plots`);
    await page.waitForSelector('#plot-categories canvas');
    check(await page.locator('figure[data-plot] canvas').count() === await page.locator('figure[data-plot] table').count(), 'a plot is not drawn');
    check(await page.locator('#plot-categories details').getAttribute('open') === null, 'the table is not folded');
    const area = await page.locator('#plot-categories .plot__area').boundingBox();
    await Promise.all([page.waitForURL(/\/figures\/appeals-received\?.*dim=/), page.mouse.click(area.x + 150, area.y + 24)]);
    check((await page.innerText('main')).includes('市容环卫'), 'the figure does not say what it is cut down to');
    return [page];
  },

  async 'without script the dashboard is tables and the map leads on'() {
    const page = await open('phone', { javaScriptEnabled: false });
    await signIn(page, 'zhoujianming');
    await page.goto(url('/dashboard'));
    check(await page.locator('#plot-categories td').first().isVisible(), 'the table is hidden');
    await page.goto(url('/map'));
    await Promise.all([page.waitForURL(/\/list\/appeal\?in=community:/), page.click('main table a[href^="/list/"]')]);
    check(await page.locator('select[name="in"] option[selected]').count() === 1, 'the list is not cut down');
    return [page];
  },

  async 'a report that was taken home comes back and is compared'() {
    const page = await open('phone');
    await signIn(page, 'zhengchuran');
    await page.goto(url('/reports/2023'));
    const file = await page.context().request.get(url('/reports/2023/report.docx'));
    check(file.status() === 200, `the DOCX is ${file.status()}`);
    await Promise.all([page.waitForURL(/\/compare$/), page.click('a[href="/reports/2023/compare"]')]);
    const upload = async (buffer, name) => {
      await page.setInputFiles('input[type=file]', { name, mimeType: 'application/octet-stream', buffer });
      await submit(page);
    };
    await upload(Buffer.from('not a document'), 'wrong.docx');
    check(await page.locator('.alert[data-tone="warn"]').count() === 1, 'a file that is none is taken');
    await upload(await file.body(), 'report.docx');
    check((await page.textContent('#h-result')).includes('report.docx'), 'no result');
    check(!(await page.textContent('main')).includes('数字已改动'), 'an untouched number counts as changed');
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    check(width <= widths.phone.width, `the page is ${width} px wide`);
    await shot(page, 'compare-390');
    return [page];
  },
};

await runTests(tests, { yifa, data, shots, only });
