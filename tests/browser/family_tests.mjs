// Walks one main path of each of the six families through the pages, each with one step that the law refuses, then looks
// at every main page at both widths: no script error, nothing too wide, nothing for the accessibility checker.
//
// usage: node family_tests.mjs YIFA DATA [SHOTS [ONLY]]     DATA is a demonstration, which this changes
import { accessibility, act, begin, check, fill, open, overflow, runTests, shot, signIn, stageOf, submit, url, widths } from './lib.mjs';

const [yifa, data, shots, only] = process.argv.slice(2);

// ---- paths ----

async function people(...logins) {
  const pages = [];
  for (const login of logins) {
    const page = await open();
    await signIn(page, login);
    pages.push(page);
  }
  return pages;
}

// Today as the served year has it: the day on which a matter begun now is opened.
async function today(page) {
  const answer = await page.request.get(url('/'), { headers: { accept: 'application/json' } });
  return (await answer.json()).page.today;
}

// An act that must be refused: the page says why, quotes the article and says what helps; the stage stays.
async function refused(page, matter, name, form, { article, quoted }) {
  const before = await stageOf(page, matter);
  await page.goto(`${matter}/act/${name}`);
  await fill(page, form);
  await submit(page);
  const alert = page.locator('[role="alert"]').first();
  const text = await alert.innerText();
  await shot(page, `refused-${name}-1280`);
  check(text.includes(article), `${name}: no ${article} in: ${text}`);
  check((await alert.locator('.law').first().innerText()).includes(quoted), `${name}: the article is not quoted: ${text}`);
  check(await alert.locator('.cures li').count() > 0, `${name}: no cure: ${text}`);
  check(await stageOf(page, matter) === before, `${name}: the refused act changed the matter`);
}

async function ends(page, matter, stage, name) {
  await page.goto(matter);
  await shot(page, `walk-${name}-1280`);
  const at = await stageOf(page, matter);
  check(at === stage, `${name} ends at ${at}, not ${stage}`);
}

const tests = {
  async 'register family: a publicity event is planned, held, confirmed and published'() {
    const [clerk, head] = await people('yaoxiaotang', 'liangsiyuan');
    const day = await today(clerk);
    const matter = await begin(clerk, 'publicity', 'plan', { name: '宪法宣传进鹭湖花园', planned_on: day, theme: 'civil', form_kind: 'stall', audience: ['resident'], place: '鹭湖花园', community: 'luhu', unit: '鹭湖社区', duty_unit: '司法所' });
    await refused(clerk, matter, 'hold', { held_on: '2024-12-30', people: 80, photos: 6 }, { article: '本街道规定', quoted: '没有开展的先办' });
    await act(clerk, matter, 'hold', { held_on: day, people: 80, photos: 6, materials: ['signin', 'photos'], booklets: 120, consults: 9 });
    await act(head, matter, 'confirm');
    await act(clerk, matter, 'publish', { channel: 'wechat', address: 'https://mp.weixin.example/1' });
    await ends(clerk, matter, 'published', 'register');
    return [clerk, head];
  },

  async 'request family: a petition is registered, assigned, drafted and answered'() {
    const [clerk, handler, head] = await people('tangyuhang', 'yehuilin', 'liaozijian');
    const matter = await begin(clerk, 'petition', 'register', { headline: '反映旧改补偿', system_no: 'XF20231223001', kind: 'plead', topic: 'land', applicant_name: '测试人', community: 'dahe' });
    await act(clerk, matter, 'accept');
    await refused(clerk, matter, 'assign', { unit: '城市建设办公室', related: true }, { article: '信访工作条例 第28条第3款', quoted: '应当回避' });
    await act(clerk, matter, 'assign', { unit: '城市建设办公室' });
    await act(handler, matter, 'contact', { contact_way: 'visit', progress_note: '上门听取诉求' });
    await act(handler, matter, 'draft', { draft: '拟予以解释，附依据' });
    await act(head, matter, 'answer', { conclusion: 'explained', answer_text: '关于您反映的问题，答复如下。' });
    await ends(head, matter, 'answered', 'request');
    return [clerk, handler, head];
  },

  async 'review family: a contract is submitted, reviewed, issued upon and adopted'() {
    const [handler, adviser, reviewer] = await people('hejunjie', 'guqinghe', 'suwenjing');
    const matter = await begin(handler, 'contract-review', 'submit', { name: '社区保洁服务合同', contract_kind: 'service', party: '深圳市佳洁环境服务有限公司', direction: 'pay', amount: '98000', months_term: 12, template_used: true, changed_clauses: 3, files: 4, unit: '综合行政执法队', handler: '何俊杰' });
    const must = { place: '违约责任', level: 'must', advice: '改为对等', ground: 'benefit' };
    const may = { place: '送达地址', level: 'may', advice: '补充', ground: 'wording' };
    await act(adviser, matter, 'first-review', { adviser_name: '顾清和', adviser_view: 'amended', points: [must, may] });
    await refused(reviewer, matter, 'issue', { conclusion: 'amended', points: [may] }, { article: '本街道合法性审查规定', quoted: '结论有理由' });
    await act(reviewer, matter, 'issue', { conclusion: 'amended', points: [must] });
    await act(handler, matter, 'adopt', { adoption: 'part', adoption_reason: '与采购文件一致，保留' });
    await ends(handler, matter, 'closed', 'review');
    return [handler, adviser, reviewer];
  },

  async 'campaign family: a special action is planned, approved, carried out, rechecked and closed'() {
    const [handler, head] = await people('hejunjie', 'zhoujianming');
    const day = await today(handler);
    const matter = await begin(handler, 'special.action', 'plan', { name: '12月火灾高风险区域夜查', campaign: 'fire', unit: '综合行政执法队', plan_text: '查楼道充电', planned_on: day });
    await act(head, matter, 'approve');
    await refused(handler, matter, 'start', { officers: ['何俊杰'] }, { article: '行政处罚法 第42条第1款', quoted: '执法人员不得少于两人' });
    await act(handler, matter, 'start', { officers: ['何俊杰', '陈志远'] });
    await act(handler, matter, 'record', { people: 24, vehicles: 4, checked: 60, problems: 12, ordered: 8, solved: 6, summary: '查出飞线充电12处' });
    await act(handler, matter, 'rectify', { rectify_until: day });
    await act(handler, matter, 'recheck', { solved: 12 });
    await act(head, matter, 'close');
    await ends(head, matter, 'closed', 'campaign');
    return [handler, head];
  },

  async 'dispute family: an administrative mediation is applied for, accepted and agreed'() {
    const [handler, head] = await people('yehuilin', 'liaozijian');
    const matter = await begin(handler, 'mediation.admin', 'apply', { dispute_type: 'neighbour', duty: 'environment', place: '润城花园', community: 'runcheng' });
    await act(head, matter, 'accept', { handler: '叶慧琳', mediators: ['叶慧琳'] });
    await act(handler, matter, 'inform');
    await act(handler, matter, 'mediate', { record_no: '行调1号' });
    await refused(handler, matter, 'agree-written', { parties_count: 2, signed_count: 1, copies: 3 }, { article: '深圳多元化解条例 第26条第1款', quoted: '应当在调解协议书上签字或者盖章' });
    await act(handler, matter, 'agree-written', { parties_count: 2, signed_count: 2, copies: 3 });
    await ends(handler, matter, 'agreed', 'dispute');
    return [handler, head];
  },

  async 'enforcement family: a block patrol ends in an order that is obeyed'() {
    const [officer] = await people('chenzhiyuan');
    const matter = await begin(officer, 'block', 'patrol', { category: 'passage', community: 'dahe', place: '大和新村', fact: '杂物堆在楼梯口', unit: '大和街区' });
    const order = { party_kind: 'sole', org_name: '大和便利店', demand: '清走杂物' };
    await refused(officer, matter, 'order', { officers: ['陈志远', '林婉仪'], ...order }, { article: '行政处罚法 第42条第1款', quoted: '执法人员不得少于两人' });
    await act(officer, matter, 'order', { officers: ['陈志远', '王国强'], ...order });
    await act(officer, matter, 'recheck-fixed', { officers: ['陈志远', '王国强'] });
    await ends(officer, matter, 'fixed', 'enforcement');
    return [officer];
  },
  async 'a frozen report is public, with nothing for the accessibility checker'() {
    const [head] = await people('zhengchuran');
    await head.goto(url('/reports/2023'));
    await Promise.all([head.waitForNavigation(), head.click('form[action$="/freeze"] button')]);
    const opened = [head];
    for (const size of Object.keys(widths)) {
      const page = await open(size);
      opened.push(page);
      const found = await faults(page, '/open/reports/2023', size);
      check(found.length === 0, found.join('\n'));
      check((await page.innerText('main')).includes('2023'), 'the report is not shown');
    }
    return opened;
  },
};

// ---- every main page ----

// By whom it is looked at; the public needs no account. In a path, {matter:PROCEDURE} and {act:PROCEDURE} stand for the
// first matter in the list of a procedure and its first act.
const pages = {
  '': ['/open', '/open/penalties', '/open/tables/fines_cityscape', '/submit', '/submit?code=g001', '/follow', '/verify', '/q/none', '/signin'],
  zhoujianming: ['/', '/list/appeal', '/list/penalty.ordinary', '/list/inspection', '/list/publicity', '/list/mediation', '/list/contract-review', '/list/petition',
    '{matter:publicity}', '{matter:petition}', '{matter:contract-review}', '{matter:special.action}', '{matter:mediation.admin}', '{matter:block}', '{matter:penalty.ordinary}', '{matter:appeal}',
    '{act:penalty.ordinary}', '/new', '/new/inspection/plan', '/board', '/findings', '/dashboard', '/map', '/procedures', '/procedures/appeal', '/procedures/penalty.ordinary',
    '/laws', '/laws/xzcf', '/reports', '/reports/2023', '/reports/enforcement-2023', '/figures/appeals-closed', '/ask', '/search?q=%E9%B9%AD%E6%B9%96', '/me', '/qr'],
  liangsiyuan: ['{act:contract-review}', '{act:publicity}', '/reports/2023/edit', '/reports/2023/versions', '/reports/2023/compare', '/reports/disclosure-2023'],
  tangyuhang: ['{act:petition}', '/new/petition/register'],
  yehuilin: ['{act:mediation.admin}'],
  chenzhiyuan: ['{act:block}', '/new/block/patrol'],
  admin: ['/catalogues', '/catalogues/duties', '/catalogues/powers', '/import', '/reconcile'],
};

async function place(page, path) {
  const [, what, procedure] = path.match(/^\{(\w+):([\w.-]+)\}$/) ?? [];
  if (!what) return path;
  const rows = page.locator('.work .title a');
  await page.goto(url(`/list/${procedure}`));
  if (await rows.count() === 0) await page.goto(url(`/list/${procedure}?view=closed`));
  const matter = await rows.first().getAttribute('href');
  if (what === 'matter') return matter;
  await page.goto(url(matter));
  return page.locator('main a[href*="/act/"]').first().getAttribute('href');
}

async function faults(page, path, size) {
  const answer = await page.goto(url(await place(page, path)));
  const found = [];
  if (!answer.ok() && path !== '/q/none') found.push(`answers ${answer.status()}`);
  const wide = await overflow(page);
  if (wide > 1) found.push(`${wide} px too wide`);
  await shot(page, `${path.replace(/\W+/g, '-').replace(/^-|-$/g, '') || 'home'}-${widths[size].width}`);
  found.push(...await accessibility(page));
  return found.map((fault) => `${path} on a ${size}: ${fault}`);
}

for (const size of Object.keys(widths)) {
  tests[`every main page on a ${size}: fits, no script error, nothing for the accessibility checker`] = async () => {
    const found = [];
    const opened = [];
    for (const [login, paths] of Object.entries(pages)) {
      const page = await open(size);
      opened.push(page);
      if (login) await signIn(page, login);
      for (const path of paths) found.push(...await faults(page, path, size));
    }
    check(found.length === 0, found.join('\n'));
    return opened;
  };
}

await runTests(tests, { yifa, data, shots, only });
