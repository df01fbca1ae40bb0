// Numbers, times and bytes as people read them.

const NUMBERS = new Intl.NumberFormat("en-US");

/** `1,234,567`. */
export function count(number) {
  return NUMBERS.format(number);
}

/** How long: `0.2 s`, `12 s`, `4 min`, `3 h 12 min`, `5 d 3 h`. */
export function duration(millis) {
  const seconds = Math.max(0, millis) / 1000;
  if (seconds < 10) {
    return `${seconds.toFixed(1)} s`;
  }
  if (seconds < 120) {
    return `${Math.floor(seconds)} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) {
    return `${minutes} min`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** How long in whole seconds: for what is told anew each second. */
export function wholeSeconds(millis) {
  return millis < 120_000 ? `${Math.round(Math.max(0, millis) / 1000)} s` : duration(millis);
}

/** By how much a clock is apart: `+3 ms`, `−1.2 s`. */
export function skew(millis) {
  const sign = millis < 0 ? "\u2212" : "+";
  const size = Math.abs(millis);
  return size < 1000 ? `${sign}${size} ms` : `${sign}${duration(size)}`;
}

/** A rate a second: `0`, `0.4`, `12`, `1,234`. */
export function rate(perSecond) {
  return perSecond > 0 && perSecond < 9.95 ? perSecond.toFixed(1) : count(Math.round(perSecond));
}

export function bytes(size) {
  if (size < 0) {
    return "not known";
  }
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let left = size;
  while (left >= 1024 && unit < units.length - 1) {
    left /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${count(size)} bytes` : `${left.toFixed(left < 10 ? 1 : 0)} ${units[unit]}`;
}

const two = (number) => String(number).padStart(2, "0");

/** A moment by this browser's time zone: `20:14:05`, and the day where it is not today. */
export function moment(millis) {
  const at = new Date(millis);
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return at.toDateString() === new Date().toDateString()
    ? time
    : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}`;
}

/** A moment in full, as the command line tells it: `2026-11-22T21:18:09.906Z`. */
export function instant(millis) {
  return new Date(millis).toISOString();
}

export function shortHash(hash) {
  return hash.slice(0, 12);
}

/** Names in the order in which people count: n2 before n10. */
export function byName(one, other) {
  return one.localeCompare(other, "en", { numeric: true });
}

// ---- Bytes of keys and values. Text stands for itself, other bytes are \x and two digits.

/** A mark of the order of bytes is a part of the text like any other. */
const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of bytes that are UTF-8; null for others. */
export function textOf(data) {
  try {
    return STRICT.decode(data);
  } catch {
    return null;
  }
}

export function hexOf(byte) {
  return byte.toString(16).padStart(2, "0");
}

/** What is not seen, or makes other signs be seen elsewhere. */
const UNSEEN = /[\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** Bytes in one line that `bytesOf` reads again. */
export function escaped(data) {
  const text = textOf(data);
  if (text === null) {
    return Array.from(data, (byte) =>
      byte >= 0x20 && byte < 0x7f && byte !== 0x5c ? String.fromCharCode(byte) : `\\x${hexOf(byte)}`,
    ).join("");
  }
  return text.replace(UNSEEN, (sign) =>
    Array.from(new TextEncoder().encode(sign), (byte) => `\\x${hexOf(byte)}`).join(""),
  );
}

/** The bytes that such a line stands for. */
export function bytesOf(line) {
  const parts = [];
  for (const part of line.split(/(\\x[0-9a-fA-F]{2})/u)) {
    if (/^\\x[0-9a-fA-F]{2}$/u.test(part)) {
      parts.push(parseInt(part.slice(2), 16));
    } else {
      parts.push(...new TextEncoder().encode(part));
    }
  }
  return Uint8Array.from(parts);
}

/** Bytes as a step of a path or a value of a query. */
export function percent(data) {
  return Array.from(data, (byte) => {
    const sign = String.fromCharCode(byte);
    return /[A-Za-z0-9_.~-]/u.test(sign) ? sign : `%${hexOf(byte).toUpperCase()}`;
  }).join("");
}

/**
 * The path of a key. A browser takes the steps `.` and `..` for something else than keys, however
 * they are written; null for those.
 */
export function keyPath(group, key) {
  const step = percent(key);
  return step === "." || step === ".." ? null : `v1/groups/${encodeURIComponent(group)}/keys/${step}`;
}

export function fromBase64(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

/** Rows of 16 bytes with their place, in hex and as ASCII. */
export function hexDump(data) {
  const rows = [];
  for (let at = 0; at < data.length; at += 16) {
    const row = Array.from(data.subarray(at, at + 16));
    const hex = row.map(hexOf).join(" ").padEnd(47);
    const ascii = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
    rows.push(`${at.toString(16).padStart(6, "0")}  ${hex}  ${ascii}`);
  }
  return rows.join("\n");
}
