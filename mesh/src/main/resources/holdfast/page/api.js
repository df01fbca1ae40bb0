// Questions to the node that served this page.

let token = "";

/** What is shown from now on; kept nowhere but here. */
export function useToken(text) {
  token = text;
}

export function headers() {
  return token === "" ? {} : { Authorization: `Bearer ${token}` };
}

/** Why a request was refused, in words; each refusal is a problem document. */
export async function refusal(response) {
  try {
    const problem = await response.json();
    const told = problem.detail ?? problem.title ?? "";
    const hint = response.status === 401 ? " (the field for a token is at the end of this page)" : "";
    return `${problem.code ?? response.status}: ${told}${hint}`;
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
      signal: AbortSignal.timeout(40_000),
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
