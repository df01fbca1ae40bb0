// How writes ended, step by step: on this node by its own history, on the others by how the totals
// of their last words grow while this page looks on.

/** The classes of a plot, from the axis up, and the codes that belong to each. */
export const CLASSES = [
  { name: "committed", title: "committed", codes: ["committed"] },
  { name: "refused", title: "refused by meaning", codes: null },
  {
    name: "away",
    title: "turned away",
    codes: ["overloaded", "no_leader", "not_ready", "not_a_member", "cache_horizon_exceeded"],
  },
  {
    name: "unknown",
    title: "not met or unknown",
    codes: ["quorum_not_met", "outcome_unknown", "local_write_failed", "in_flight", "write_id_expired"],
  },
];

const CLASS_OF = new Map(
  CLASSES.flatMap((one, index) => (one.codes ?? []).map((code) => [code, index])),
);
/** A code that this page does not know is refused by what the request means: most are. */
const REFUSED = 1;

const KEPT_MILLIS = 610_000;
const STEP_MILLIS = 5000;

function classified(counts, into = [0, 0, 0, 0]) {
  for (const [code, count] of Object.entries(counts)) {
    into[CLASS_OF.get(code) ?? REFUSED] += count;
  }
  return into;
}

export class Verdicts {
  #history = {};
  #totals = new Map();
  #others = new Map();

  /** Since when the others are counted, by group. */
  since = new Map();

  take(picture) {
    if (picture.history) {
      this.#history = picture.history;
    }
    for (const { glimpse, ageMillis } of picture.others) {
      const at = picture.atMillis - ageMillis;
      for (const group of glimpse.groups) {
        this.#count(`${glimpse.node} ${group.group}`, group.group, at, classified(group.verdicts));
      }
    }
  }

  #count(key, group, at, totals) {
    const last = this.#totals.get(key);
    if (last !== undefined && at - last.at < 200) {
      return;
    }
    this.#totals.set(key, { at, totals });
    if (last === undefined) {
      if (!this.since.has(group)) {
        this.since.set(group, at);
      }
      return;
    }
    const began = totals.some((total, index) => total < last.totals[index]); // anew, after a start
    const more = totals.map((total, index) => (began ? total : total - last.totals[index]));
    if (more.every((count) => count === 0)) {
      return;
    }
    const others = this.#others.get(group) ?? [];
    this.#others.set(group, others);
    const parts = Math.max(1, Math.round((at - last.at) / STEP_MILLIS));
    for (let part = 1; part <= parts; part += 1) {
      others.push({ at: last.at + ((at - last.at) * part) / parts, counts: more.map((count) => count / parts) });
    }
    while (others.length > 0 && others[0].at < at - KEPT_MILLIS) {
      others.shift();
    }
  }

  /** The steps of a group: `{from, to, counts}`, a count for each class. */
  steps(group) {
    const points = this.#history[group] ?? [];
    const others = this.#others.get(group) ?? [];
    return points.map((point, index) => {
      const from = index > 0 ? points[index - 1].atMillis : point.atMillis - STEP_MILLIS;
      const counts = classified(point.counts);
      for (const other of others) {
        if (other.at > from && other.at <= point.atMillis) {
          other.counts.forEach((count, place) => (counts[place] += count));
        }
      }
      return { from, to: point.atMillis, counts };
    });
  }
}
