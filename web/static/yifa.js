/* Small helps for those who have script; every page works without this file.
 *   keys   j k x e o c / ? 1-9 and g+letter; can be turned off for good (WCAG 2.1.4)
 *   forms  Ctrl+Enter submits; a form is sent once; leaving a changed form asks first
 *   picks  the box in a table's head picks all rows
 * Loaded with defer from the same origin; writes no markup and no style attributes, so a strict CSP holds. */
(function () {
  'use strict';

  var KEYS_OFF = 'yifa.keys';
  function off() { try { return localStorage.getItem(KEYS_OFF) === 'off'; } catch (e) { return false; } }
  function all(selector) { return Array.prototype.slice.call(document.querySelectorAll(selector)); }
  function first(selector) { return document.querySelector(selector); }
  /* Only paths of this site: what stands in the page may come from data. */
  function go(path) { if (path && path.charAt(0) === '/' && !/^[/\\]{2}/.test(path)) location.href = path; }

  /* ---- rows ---- */
  var rows = all('.work .row');
  var at = -1;
  function move(step) {
    if (!rows.length) return;
    if (rows[at]) rows[at].classList.remove('is-current');
    at = Math.max(0, Math.min(rows.length - 1, at + step));
    rows[at].classList.add('is-current');
    rows[at].querySelector('.title a').focus();
  }
  rows.forEach(function (row, i) {
    row.addEventListener('focusin', function () {
      if (rows[at]) rows[at].classList.remove('is-current');
      at = i;
      row.classList.add('is-current');
    });
  });
  all('.work thead input').forEach(function (box) {
    box.addEventListener('change', function () {
      all('.work tbody input[name="pick"]').forEach(function (b) { b.checked = box.checked; });
    });
  });

  /* ---- keys ---- */
  var help = document.getElementById('keys');
  function fold() {
    var open = all('.act details[open]'), each = open.length ? open : all('.act details');
    each.forEach(function (d) { d.open = !open.length; });
  }
  var KEYS = {
    KeyJ: function () { move(1); },
    KeyK: function () { move(-1); },
    KeyX: function () { var b = rows[at] && rows[at].querySelector('input'); if (b) b.checked = !b.checked; },
    KeyE: function () {
      var link = first('.act .act__do a');
      if (rows[at]) go(rows[at].getAttribute('data-next'));
      else if (link) link.click();
    },
    KeyO: fold,
    KeyC: function () {
      var no = first('[data-copy]');
      if (no && navigator.clipboard) navigator.clipboard.writeText(no.textContent);
    },
    Slash: function () { var q = document.getElementById('q'); if (q) q.focus(); }
  };
  var PLACES = { KeyW: '/', KeyS: '/findings', KeyR: '/reports', KeyN: '/new' };
  var afterG = 0;

  function typing(target) {
    return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== 'checkbox' && target.type !== 'radio';
  }
  document.addEventListener('keydown', function (e) {
    /* code, not key: a Chinese input method in its Chinese mode reports key as "Process" */
    if (e.isComposing || e.metaKey || e.altKey) return;
    if (e.ctrlKey) {
      if (e.code === 'Enter' && e.target.form) e.target.form.requestSubmit();
      return;
    }
    if (typing(e.target)) {
      if (e.code === 'Escape') e.target.blur();
      return;
    }
    if (off() || (help && help.open)) return;
    if (e.shiftKey) {
      if (e.code === 'Slash' && help && help.showModal) { e.preventDefault(); help.showModal(); }
      return;
    }
    var wasG = Date.now() - afterG < 1500;
    afterG = e.code === 'KeyG' ? Date.now() : 0;
    if (wasG && PLACES[e.code]) { e.preventDefault(); go(PLACES[e.code]); return; }
    var digit = /^Digit([1-9])$/.exec(e.code), jump = digit && all('.jump a')[digit[1] - 1];
    if (jump) { e.preventDefault(); jump.click(); return; }
    if (KEYS[e.code]) { e.preventDefault(); KEYS[e.code](); }
  });
  var toggle = document.getElementById('keys-off');
  if (toggle) toggle.addEventListener('click', function () {
    try { localStorage.setItem(KEYS_OFF, off() ? 'on' : 'off'); } catch (e) { /* private mode: the choice is not kept */ }
    help.close();
  });

  /* ---- forms ---- */
  all('form[method="post"]').forEach(function (form) {
    var changed = false, sent = false;
    form.addEventListener('input', function () { changed = true; });
    form.addEventListener('submit', function (e) {
      if (sent) { e.preventDefault(); return; }
      sent = true;
      /* The key makes a second submission harmless; this only spares the wait. Back brings the form to life again. */
      setTimeout(function () { sent = false; }, 8000);
    });
    window.addEventListener('beforeunload', function (e) { if (changed && !sent) e.preventDefault(); });
  });
})();
