/* Judges a proof file (.tlog-proof) in the reader's own browser: that the entry in it hashes into the tree, and that the
 * tree was signed by a key the reader chose to trust. Nothing is sent anywhere. Words come from data- attributes of the
 * page, so that this file has none. Hashes and signatures are @noble's, because an office inside its own network is
 * served over plain HTTP, where the browser's own cryptography is not there. */
import { verify as ed25519, hashes } from './noble/ed25519.js';
import { sha256, sha512 } from './noble/sha2.js';

hashes.sha512 = sha512;

const utf8 = new TextEncoder();

function base64(text) {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}
function join(...parts) {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) { all.set(part, at); at += part.length; }
  return all;
}
function same(a, b) {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/* c2sp.org/tlog-proof. BigInt, since sizes may exceed what a Number holds exactly. */
function read_proof(text) {
  const lines = text.split('\n');
  if (lines.shift() !== 'c2sp.org/tlog-proof@v1') throw new Error('form');
  const extra = lines[0].startsWith('extra ') ? base64(lines.shift().slice(6)) : new Uint8Array();
  const index = /^index (0|[1-9][0-9]*)$/.exec(lines.shift());
  const path = [];
  while (lines.length && lines[0] !== '') path.push(base64(lines.shift()));
  lines.shift();
  if (!index || path.length > 64 || path.some((hash) => hash.length !== 32)) throw new Error('form');
  return { leaf: utf8.encode(JSON.parse(new TextDecoder().decode(extra)).leaf), index: BigInt(index[1]), path,
           note: lines.join('\n') };
}

/* c2sp.org/signed-note and tlog-checkpoint. */
function read_note(note) {
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1), head = text.split('\n');
  const lines = note.slice(end + 2).split('\n').filter((line) => line.startsWith('\u2014 '));
  return { text, origin: head[0], size: BigInt(head[1]), root: base64(head[2]),
           signatures: lines.map((line) => {
             const cut = line.lastIndexOf(' ');
             return { name: line.slice(2, cut), bytes: base64(line.slice(cut + 1)) };
           }) };
}

/* RFC 9162, 2.1.3.2. */
function root_of(leaf, index, size, path) {
  let fn = index, sn = size - 1n, hash = sha256(join(new Uint8Array([0]), leaf));
  if (index >= size) return null;
  for (const other of path) {
    if (sn === 0n) return null;
    if ((fn & 1n) === 1n || fn === sn) {
      hash = sha256(join(new Uint8Array([1]), other, hash));
      while ((fn & 1n) === 0n && fn !== 0n) { fn >>= 1n; sn >>= 1n; }
    } else {
      hash = sha256(join(new Uint8Array([1]), hash, other));
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n ? hash : null;
}

/* NAME+ID+BASE64(0x01, key), one a line; other types are not for this page. */
function read_keys(text) {
  return text.split('\n').map((line) => line.trim().split('+')).filter((parts) => parts.length >= 3).map((parts) => {
    const bytes = base64(parts.slice(2).join('+'));
    const id = sha256(join(utf8.encode(parts[0] + '\n'), bytes)).slice(0, 4);
    return { name: parts[0], id, type: bytes[0], key: bytes.slice(1) };
  }).filter((key) => key.type === 1 && key.key.length === 32);
}

function signed_by(note, keys) {
  for (const signature of note.signatures)
    for (const key of keys)
      if (signature.name === key.name && same(signature.bytes.slice(0, 4), key.id))
        return ed25519(signature.bytes.slice(4), utf8.encode(note.text), key.key) ? key.name : null;
  return null;
}

function judge(proof_text, key_text) {
  const proof = read_proof(proof_text), note = read_note(proof.note);
  const root = root_of(proof.leaf, proof.index, note.size, proof.path);
  const entry = JSON.parse(new TextDecoder().decode(proof.leaf));
  return { included: root !== null && same(root, note.root) && BigInt(entry.seq) === proof.index,
           signer: signed_by(note, read_keys(key_text)), origin: note.origin, size: note.size, index: proof.index };
}

const panel = document.querySelector('[data-verifier]');

function say(good, words) {
  const sample = panel.querySelector(good ? '[data-good]' : '[data-bad]');
  const item = sample.content.firstElementChild.cloneNode(true);
  item.querySelector('div').textContent = words;
  panel.querySelector('[data-findings]').append(item);
}

function show(proof_text) {
  const list = panel.querySelector('[data-findings]');
  list.replaceChildren();
  try {
    const found = judge(proof_text, panel.querySelector('[data-keys]').value);
    const fill = (words) => words.replace('%1', found.index).replace('%2', found.size).replace('%3', found.origin);
    say(found.included, fill(found.included ? list.dataset.included : list.dataset.excluded));
    say(found.signer !== null, fill(found.signer ? list.dataset.signed : list.dataset.unsigned));
    list.dataset.result = found.included && found.signer ? 'good' : 'bad';
  } catch (error) {
    say(false, list.dataset.unreadable);
    list.dataset.result = 'bad';
  }
}

async function text_of(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(url);
  return answer.text();
}

if (panel) {
  panel.hidden = false;
  text_of('/log/keys').then((keys) => { panel.querySelector('[data-keys]').value = keys; }, () => {});
  panel.querySelector('[data-proof]').addEventListener('change', async (event) => {
    if (event.target.files.length) show(await event.target.files[0].text());
  });
  const fetched = panel.querySelector('[data-fetch]');
  if (fetched) fetched.addEventListener('click', () => text_of(fetched.dataset.fetch).then(show, () => show('')));
}
