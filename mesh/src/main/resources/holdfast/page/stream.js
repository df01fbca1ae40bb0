// Server-sent events, read by fetch: so that silence is noticed, and the next try comes when this
// page wants it. Whoever may open the page may follow: no token is shown.

import { refusal } from "./api.js";

/** The node sends about one event a second; after so long without any it is taken for lost. */
const SILENCE_MILLIS = 5000;
const FIRST_PAUSE_MILLIS = 500;
const LONGEST_PAUSE_MILLIS = 5000;

/**
 * Follows a stream until it is stopped.
 *
 * @param onEvent told each event and its data
 * @param onState told `live`, `lost` with why and when it tries again, or `paused`
 */
export function follow(path, onEvent, onState) {
  let current = null;
  let timer = null;
  let failures = 0;

  function stop() {
    clearTimeout(timer);
    const ended = current;
    current = null;
    ended?.abort();
  }

  function start() {
    stop();
    const mine = new AbortController();
    current = mine;
    read(mine).catch((failure) => {
      if (current === mine) {
        lost(failure.message);
      }
    });
  }

  function lost(why) {
    stop();
    const pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS * 2 ** failures);
    failures += 1;
    timer = setTimeout(start, pause);
    onState({ state: "lost", why, retryAt: performance.now() + pause });
  }

  async function read(mine) {
    let silence = null;
    const awaitMore = () => {
      clearTimeout(silence);
      silence = setTimeout(() => {
        if (current === mine) {
          lost(`nothing was heard for ${SILENCE_MILLIS / 1000} s`);
        }
      }, SILENCE_MILLIS);
    };
    awaitMore();
    try {
      const response = await fetch(path, { cache: "no-store", signal: mine.signal });
      if (!response.ok) {
        throw new Error(await refusal(response));
      }
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (current !== mine) {
          return;
        }
        if (done) {
          throw new Error("the node closed the connection");
        }
        awaitMore();
        text += value;
        const blocks = text.split("\n\n");
        text = blocks.pop();
        blocks.forEach((block) => dispatch(mine, block));
      }
    } finally {
      clearTimeout(silence);
    }
  }

  function dispatch(mine, block) {
    let event = "message";
    const data = [];
    for (const line of block.split("\n")) {
      if (line.startsWith("event:")) {
        event = line.slice(6).trim();
      } else if (line.startsWith("data:")) {
        data.push(line.slice(5).replace(/^ /u, ""));
      }
    }
    if (current !== mine || data.length === 0) {
      return;
    }
    const told = JSON.parse(data.join("\n"));
    if (event === "end") {
      lost(told.detail ?? "the node ended the stream");
      return;
    }
    failures = 0;
    onState({ state: "live" });
    onEvent(event, told);
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      stop();
      onState({ state: "paused" });
    } else if (current === null) {
      failures = 0;
      start();
    }
  });
  start();
  return { retry: start };
}
