// Questions to the node that served this page, and what it is told to do.

/** Longer than a node leaves anybody without an answer. */
const PATIENCE_MILLIS = 40_000;

let token = "";

/** What is shown from now on; kept nowhere but here. */
export function useToken(text) {
  token = text;
}

export function headers() {
  return token === "" ? {} : { Authorization: `Bearer ${token}` };
}

function words(problem, status) {
  const told = problem.detail ?? problem.title ?? "";
  const hint = status === 401 ? " (the field for a token is at the end of this page)" : "";
  return `${problem.code ?? status}: ${told}${hint}`;
}

/** Why a request was refused, in words; each refusal is a problem document. */
export async function refusal(response) {
  try {
    return words(await response.json(), response.status);
  } catch {
    return `the node answered ${response.status}`;
  }
}

/**
 * Asks.
 *
 * @returns `{response}` where it was granted, else `{refused, status}`, with status 0 where nothing
 *     came back
 */
export async function ask(path) {
  try {
    const response = await fetch(path, {
      headers: headers(),
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MILLIS),
    });
    return response.ok ? { response } : { refused: await refusal(response), status: response.status };
  } catch (failure) {
    return { refused: `no answer: ${failure.message}`, status: 0 };
  }
}

/** The same for an answer in JSON, in `json`. */
export async function askJson(path) {
  const answer = await ask(path);
  if (!answer.response) {
    return answer;
  }
  try {
    return { json: await answer.response.json() };
  } catch (failure) {
    return { refused: `the answer ended early: ${failure.message}`, status: 0 };
  }
}

/**
 * Sends a write.
 *
 * @param write `{method, path, headers, body}`, the last two where there are any
 * @param id under which it takes effect once, however often it is sent
 * @returns `{status, code, words, json}`: status 0 where nothing came back, and neither code nor
 *     json where what came back is none of a node's answers
 */
export async function send(write, id) {
  let status = 0;
  try {
    const response = await fetch(write.path, {
      method: write.method,
      headers: { ...headers(), ...write.headers, "Idempotency-Key": id },
      body: write.body,
      cache: "no-store",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MILLIS),
    });
    status = response.status;
    const json = await response.json();
    return { status, code: json.code, words: words(json, status), json };
  } catch (failure) {
    return { status, words: status === 0 ? `no answer: ${failure.message}` : `the answer, ${status}, is not that of a node` };
  }
}
