// Streams the body of a response. Leaving the loop closes the connection too.

/** @param broken Error to throw if the connection breaks. */
export async function* piecesOf(
  response: Response,
  broken: (cause: unknown) => Error,
): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw broken(cause);
      });
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
